//! `kingbolt import`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Parser;

use crate::app::{ForeignApp, ForeignPython, ForeignRecord, ForeignTool, Overwrite, foreign_apps, install};
use crate::cli::args::{self, Arguments, Command, ImportArguments, InstallArguments};
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::invocation::Invocation;
use crate::host::{Event, Progress};
use crate::vocab::{Origin, Requirement, text_without_secrets};

use super::install::{Mode, carry_out, finish, outcome};
use super::sources::{Requested, TypedSource, completed, typed_request};

/// Another tool may ask servers, or remove many files.
const REMOVAL_LIMIT: Duration = Duration::from_mins(5);

/// The form in which an app of the other tool is shown.
struct Told {
    /// The command that does the same.
    line: String,
    differences: Vec<String>,
    is_pinned: bool,
}

/// Installs every app of another tool. One that fails does not keep the others from it.
pub(crate) fn run(invocation: &Invocation<'_>, arguments: ImportArguments) -> Result<Exit, CliError> {
    let tool = match arguments.from {
        args::ForeignTool::Pipx => ForeignTool::Pipx,
        args::ForeignTool::Uv => ForeignTool::Uv,
    };
    let remover = if arguments.remove { Some(program(invocation, tool)?) } else { None };
    let apps = foreign_apps(&invocation.context(), tool)?;
    if apps.is_empty() {
        invocation.say(&format!("{} has no apps", tool.program()));
    }
    let mode = if arguments.dry_run { Mode::Plan } else { Mode::Install };
    let (mut sources, mut told) = (Vec::new(), BTreeMap::new());
    for app in apps {
        let (text, request) = (app.name.clone(), source(invocation, app, &mut told));
        sources.push(TypedSource { text, request });
    }
    let batch = carry_out(invocation, "import", mode, sources, &|name, request| {
        if let Some(told) = told.get(name) {
            tell(invocation, mode, name, told);
        }
        let shown = outcome(invocation, mode, request)?;
        if let Some(program) = &remover {
            remove(invocation, tool, program, name)?;
            // uv removes the files that it once made, whoever has replaced them.
            let network = invocation.network(&request.options.index);
            install(&invocation.online(&network), &request.app, &request.options)?;
            invocation.reporter.clear();
            invocation.say(&format!("Removed {name} from {}", tool.program()));
        }
        Ok(shown)
    });
    finish(invocation, "import", batch)
}

/// The request for an app of the other tool: that of the command which does the same.
fn source(
    invocation: &Invocation<'_>,
    app: ForeignApp,
    told: &mut BTreeMap<String, Told>,
) -> Result<Requested, CliError> {
    let record = app.record?;
    let arguments = install_arguments(&record);
    told.insert(
        app.name,
        Told { line: line(&arguments, &record), differences: record.differences.clone(), is_pinned: record.is_pinned },
    );
    let arguments = parsed(&arguments)?;
    let mut request = typed_request(invocation, &arguments, &record.source)?;
    request.rules.constraints.extend(record.constraints);
    request.rules.overrides.extend(record.overrides);
    let mut requested = completed(invocation, &arguments, &record.source, request)?;
    requested.is_pinned = record.is_pinned;
    requested.options.overwrite = Overwrite::Only(app.commands);
    if let Origin::Index(_) = requested.options.request.requirement.origin {
        // Elsewhere the version is that of the source, whatever it was.
        requested.options.versions.extend(record.pinned_version);
    }
    Ok(requested)
}

/// The arguments of `kingbolt install`.
fn install_arguments(record: &ForeignRecord) -> Vec<String> {
    let python = match &record.python {
        Some(ForeignPython::Asked(text)) => Some(text),
        Some(ForeignPython::Taken { version, .. }) => Some(version),
        None => None,
    };
    let python = python.into_iter().flat_map(|python| ["--python".to_owned(), python.clone()]);
    std::iter::once(record.source.clone()).chain(record.options.iter().cloned()).chain(python).collect()
}

fn parsed(arguments: &[String]) -> Result<InstallArguments, CliError> {
    // The source is never an option.
    let (source, options) = arguments.split_at(1);
    let words = ["kingbolt", "install"].into_iter().chain(options.iter().map(String::as_str));
    let words = words.chain(["--"]).chain(source.iter().map(String::as_str));
    match Arguments::try_parse_from(words) {
        Ok(Arguments { command: Command::Install(arguments), .. }) => Ok(arguments),
        Ok(_) => Err(CliError::NoCommand { text: arguments.join(" ") }),
        Err(error) => {
            let text = error.render().to_string();
            let told = text.lines().next().unwrap_or_default().trim_start_matches("error: ");
            Err(CliError::ForeignOptions { told: told.to_owned() })
        }
    }
}

/// The command that does the same, for people.
fn line(arguments: &[String], record: &ForeignRecord) -> String {
    let words: Vec<String> = arguments.iter().map(|word| quoted(&text_without_secrets(word))).collect();
    let rules = [("constraints", &record.constraints), ("overrides", &record.overrides)];
    let rules = rules.into_iter().filter(|(_, requirements)| !requirements.is_empty()).map(|(name, requirements)| {
        let requirements: Vec<String> = requirements.iter().map(Requirement::to_string).collect();
        format!(", with the {name} {}", requirements.join(", "))
    });
    format!("kingbolt install {}{}", words.join(" "), rules.collect::<String>())
}

fn quoted(word: &str) -> String {
    let is_plain = |character: char| character.is_alphanumeric() || "-_./:@%+,=\\".contains(character);
    if word.chars().all(is_plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

fn tell(invocation: &Invocation<'_>, mode: Mode, name: &str, told: &Told) {
    if mode == Mode::Plan {
        let then = if told.is_pinned { ", pinned" } else { "" };
        invocation.say(&format!("As by `{}`{then}:", told.line));
    }
    for difference in &told.differences {
        let message = format!("`{name}`: {difference}");
        invocation.reporter.event(Event::Warning { message: &message });
    }
}

/// The program of the other tool.
fn program(invocation: &Invocation<'_>, tool: ForeignTool) -> Result<PathBuf, CliError> {
    let host = invocation.host;
    let mut found = host.find_programs(tool.program(), &host.environment.search_path()).into_iter();
    found.next().ok_or(CliError::NoForeignProgram { program: tool.program() })
}

fn remove(invocation: &Invocation<'_>, tool: ForeignTool, program: &Path, name: &str) -> Result<(), CliError> {
    let arguments = tool.removal(name);
    let mut command = crate::host::Command::new(program, arguments.clone());
    command.time_limit = REMOVAL_LIMIT;
    let output = invocation.host.processes.capture(&command)?;
    if output.status.success() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&output.stderr);
    let last = text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("it wrote no message").trim();
    let command = format!("{} {}", tool.program(), arguments.join(" "));
    Err(CliError::ForeignRemoval { command, told: last.to_owned() })
}
