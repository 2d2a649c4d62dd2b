//! `kingbolt python`.

use std::path::PathBuf;

use serde::Serialize;

use crate::app::{
    AppError, InstalledManagedPython, ListedBuilds, ListedPython, PythonListing, PythonSelection, PythonUser,
    RemovedPython, UsedPythons, find_python, install_pythons, list_pythons, plan_install_pythons,
    plan_uninstall_pythons, uninstall_pythons,
};
use crate::cli::args::{
    FindArguments, InstallPythonArguments, ListPythonsArguments, PythonCommand, UninstallPythonArguments,
};
use crate::cli::error::CliError;
use crate::cli::escape::escaped_line;
use crate::cli::exit::Exit;
use crate::cli::invocation::Invocation;
use crate::cli::output::print_data;
use crate::cli::settings::Format;
use crate::cli::text::bytes;
use crate::python::{PythonRequest, PythonSource};

use super::shown::shown_path;

#[derive(Serialize)]
struct Installed {
    pythons: Vec<InstalledManagedPython>,
}

#[derive(Serialize)]
struct Removed {
    pythons: Vec<RemovedPython>,
}

#[derive(Serialize)]
struct Found {
    version: String,
    implementation: String,
    executable: PathBuf,
    source: PythonSource,
}

/// Carries out a command of `python`.
pub(crate) fn run(invocation: &Invocation<'_>, command: &PythonCommand) -> Result<Exit, CliError> {
    match command {
        PythonCommand::Find(arguments) => find(invocation, arguments)?,
        PythonCommand::Install(arguments) => install(invocation, arguments)?,
        PythonCommand::List(arguments) => list(invocation, *arguments)?,
        PythonCommand::Uninstall(arguments) => uninstall(invocation, arguments)?,
    }
    Ok(Exit::Done)
}

fn find(invocation: &Invocation<'_>, arguments: &FindArguments) -> Result<(), CliError> {
    let request = arguments.python.as_deref().map_or(Ok(PythonRequest::Any), PythonRequest::parse);
    let (interpreter, source) = find_python(&invocation.context(), &request.map_err(AppError::from)?)?;
    match invocation.settings.format {
        Format::Json => invocation.document(
            "python find",
            Found {
                version: interpreter.version.to_string(),
                implementation: interpreter.implementation.to_string(),
                executable: interpreter.executable,
                source,
            },
        ),
        Format::Text => print_data(&format!("{}\n", interpreter.executable.display())),
    }
}

fn install(invocation: &Invocation<'_>, arguments: &InstallPythonArguments) -> Result<(), CliError> {
    let requests = match arguments.versions.as_slice() {
        [] => vec![PythonRequest::Any],
        versions => {
            versions.iter().map(|text| PythonRequest::parse(text)).collect::<Result<_, _>>().map_err(AppError::from)?
        }
    };
    if arguments.dry_run {
        let pythons = plan_install_pythons(&invocation.context(), &requests)?;
        if invocation.settings.format == Format::Text {
            print_data(&pythons.iter().map(planned).collect::<String>())?;
        }
        return invocation.document("python install", Installed { pythons });
    }
    let network = invocation.network_without_indexes();
    let pythons = install_pythons(&invocation.online(&network), &requests)?;
    for python in &pythons {
        let path = python.executable.as_ref().map(|path| shown_path(invocation.host, path)).unwrap_or_default();
        let version = &python.version;
        invocation.say(&if python.is_new {
            format!("Installed Python {version}: {path}")
        } else {
            format!("Python {version} is already installed: {path}")
        });
    }
    invocation.document_with_warnings("python install", Installed { pythons })
}

fn planned(python: &InstalledManagedPython) -> String {
    if python.is_new {
        format!("would install Python {} from {}\n", python.version, python.location)
    } else {
        format!("Python {} is already installed\n", python.version)
    }
}

fn uninstall(invocation: &Invocation<'_>, arguments: &UninstallPythonArguments) -> Result<(), CliError> {
    let select = |text: &String| Ok((text.clone(), PythonSelection::parse(text).map_err(AppError::from)?));
    let selections = arguments.versions.iter().map(select).collect::<Result<Vec<_>, CliError>>()?;
    let used = if arguments.force { UsedPythons::Remove } else { UsedPythons::Refuse };
    let context = invocation.context();
    let pythons: Vec<RemovedPython> = if arguments.dry_run {
        let planned = plan_uninstall_pythons(&context, &selections, used)?;
        planned.into_iter().map(|(_, python)| python).collect()
    } else {
        uninstall_pythons(&context, &selections, used)?
    };
    for python in &pythons {
        let broken = users(invocation, &python.used_by);
        let broken = if broken.is_empty() { broken } else { format!("; it was used by {broken}") };
        if arguments.dry_run && invocation.settings.format == Format::Text {
            let directory = shown_path(invocation.host, &python.directory);
            print_data(&format!("would remove Python {}: {directory}/{broken}\n", python.version))?;
        } else if !arguments.dry_run {
            invocation.say(&format!("Uninstalled Python {} ({}){broken}", python.version, bytes(python.bytes)));
        }
    }
    invocation.document("python uninstall", Removed { pythons })
}

fn list(invocation: &Invocation<'_>, arguments: ListPythonsArguments) -> Result<(), CliError> {
    let builds = if arguments.all_versions { ListedBuilds::All } else { ListedBuilds::Installed };
    let listing = list_pythons(&invocation.context(), builds)?;
    match invocation.settings.format {
        Format::Json => invocation.document("python list", listing),
        Format::Text if listing == PythonListing::default() => {
            invocation.say("No Python was found");
            Ok(())
        }
        Format::Text => print_data(&table(invocation, &listing)),
    }
}

/// A line for each Python: version, origin, path, and what else there is to say.
fn table(invocation: &Invocation<'_>, listing: &PythonListing) -> String {
    let mut rows: Vec<[String; 3]> = listing.pythons.iter().map(|python| row(invocation, python)).collect();
    let available = listing.available.iter().flatten();
    rows.extend(available.map(|python| [python.version.to_string(), "available".to_owned(), python.build.clone()]));
    let unusable = listing.unusable.iter().map(|one| {
        let path = shown_path(invocation.host, &one.path);
        ["-".to_owned(), "unusable".to_owned(), format!("{path}: {}", escaped_line(&one.problem))]
    });
    rows.extend(unusable);
    let width = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap_or(0);
    let (version, source) = (width(0), width(1));
    let line = |[first, second, rest]: &[String; 3]| format!("{first:version$}  {second:source$}  {rest}\n");
    rows.iter().map(line).collect()
}

fn row(invocation: &Invocation<'_>, python: &ListedPython) -> [String; 3] {
    let kind = if python.free_threaded { "t" } else { "" };
    let version = match python.implementation.as_str() {
        "CPython" => format!("{}{kind}", python.version),
        other => format!("{}{kind} ({other})", python.version),
    };
    let mut notes = Vec::new();
    if let Some(managed) = &python.managed {
        notes.push(match users(invocation, &managed.used_by) {
            users if users.is_empty() => "unused".to_owned(),
            users => format!("used by {users}"),
        });
    }
    if !python.admitted {
        notes.push("not admitted by the settings".to_owned());
    }
    let notes = if notes.is_empty() { String::new() } else { format!("  ({})", notes.join("; ")) };
    [version, python.source.name().to_owned(), shown_path(invocation.host, &python.executable) + &notes]
}

/// The apps by name, and the environments by path.
fn users(invocation: &Invocation<'_>, users: &[PythonUser]) -> String {
    let shown = |user: &PythonUser| match user {
        PythonUser::App(app) => app.to_string(),
        PythonUser::Environment(path) => shown_path(invocation.host, path),
    };
    users.iter().map(shown).collect::<Vec<_>>().join(", ")
}
