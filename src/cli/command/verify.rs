//! `kingbolt verify`.

use serde::Serialize;

use crate::app::{AppError, AppName, Problem, Repair, Verification, recorded_request, repair, verify, visible_apps};
use crate::cli::args::VerifyArguments;
use crate::cli::error::CliError;
use crate::cli::escape::escaped_line;
use crate::cli::exit::Exit;
use crate::cli::invocation::Invocation;
use crate::cli::output::print_data;
use crate::cli::report;
use crate::cli::settings::Format;
use crate::cli::text::counted;
use crate::host::Host;
use crate::store::{Difference, DifferenceKind};

use super::request;
use super::shown::shown_path;

#[derive(Serialize)]
struct Content {
    apps: Vec<Shown>,
}

/// The problems of one app, and after a repair those that are left.
#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    found: Verification,
    #[serde(skip_serializing_if = "Option::is_none")]
    after_repair: Option<Verification>,
}

/// Verifies every app that was named, or all of them.
pub(crate) fn run(invocation: &Invocation<'_>, arguments: &VerifyArguments) -> Result<Exit, CliError> {
    let apps = match arguments.apps.as_slice() {
        [] => visible_apps(invocation.host, &invocation.settings.directories)?,
        named => request::app_names(named)?,
    };
    if apps.is_empty() {
        invocation.say("No apps are installed");
    }
    let mut shown = Vec::new();
    let mut failures = Vec::new();
    for app in &apps {
        let result = if arguments.repair { repaired(invocation, app) } else { verified(invocation, app) };
        invocation.reporter.clear();
        match result {
            Ok(found) => {
                if invocation.settings.format == Format::Text {
                    print_data(&text(invocation.host, &found))?;
                }
                shown.push(found);
            }
            // Without names: another process removed it, or has not installed it yet.
            Err(CliError::App(AppError::NotInstalled { .. })) if arguments.apps.is_empty() => {}
            Err(error) if apps.len() == 1 || invocation.host.interrupt.is_raised() => {
                return Err(CliError::partly(error, "apps", &shown));
            }
            Err(error) => {
                let act = if arguments.repair { "repair" } else { "verify" };
                let error = CliError::OfApp { act, app: app.clone(), source: Box::new(error) };
                report::print_error(invocation.style(), &report::details(&error));
                failures.push(error.exit());
            }
        }
    }
    if let Some(exit) = failures.first() {
        let error = CliError::Some { failed: failures.len(), all: apps.len(), exit: *exit };
        return Err(CliError::partly(error, "apps", &shown));
    }
    let left = |shown: &Shown| shown.after_repair.as_ref().unwrap_or(&shown.found).problems.len();
    let damaged = shown.iter().filter(|shown| left(shown) > 0).count();
    if damaged > 0 {
        let error = CliError::Unverified { damaged, all: shown.len(), repaired: arguments.repair };
        return Err(CliError::partly(error, "apps", &shown));
    }
    invocation.document_with_warnings("verify", Content { apps: shown })?;
    Ok(Exit::Done)
}

fn verified(invocation: &Invocation<'_>, app: &AppName) -> Result<Shown, CliError> {
    Ok(Shown { found: verify(&invocation.context(), app)?, after_repair: None })
}

fn repaired(invocation: &Invocation<'_>, app: &AppName) -> Result<Shown, CliError> {
    let request = recorded_request(&invocation.context(), app)?;
    let index = request::recorded_index(invocation.host, &request)?;
    let network = invocation.network(&index);
    let Repair { found, left } = repair(&invocation.online(&network), app, &index)?;
    Ok(Shown { found, after_repair: Some(left) })
}

/// An app and its problems, a line each.
fn text(host: &Host, shown: &Shown) -> String {
    let Shown { found, after_repair } = shown;
    let lines = |verification: &Verification| {
        let lines: Vec<String> = verification.problems.iter().map(|problem| line(host, problem)).collect();
        format!("    {}\n", lines.join("\n    "))
    };
    let name = match &found.version {
        Some(version) => format!("{} {version}", found.app),
        None => found.app.to_string(),
    };
    let files = counted(usize::try_from(found.files).unwrap_or(usize::MAX), "file");
    let content = format!("{files} in {}", counted(found.wheels, "package"));
    if found.problems.is_empty() {
        return format!("{name}: {content}, no problems\n");
    }
    let problems = counted(found.problems.len(), "problem");
    match after_repair {
        None => format!("{name}: {problems}\n{}", lines(found)),
        Some(left) if left.problems.is_empty() => format!("{name}: {problems}, repaired\n{}", lines(found)),
        Some(left) => {
            format!("{name}: {problems}, {} not repaired\n{}", left.problems.len(), lines(left))
        }
    }
}

fn line(host: &Host, problem: &Problem) -> String {
    let differs = |difference: &Difference| {
        let kind = match difference.kind {
            DifferenceKind::Changed => "changed",
            DifferenceKind::Unexpected => "unexpected",
            DifferenceKind::Missing => "missing",
        };
        format!("{kind}  {}", shown_path(host, &difference.path))
    };
    match problem {
        Problem::File(difference) | Problem::Store { difference, .. } => differs(difference),
        Problem::Generation { detail } | Problem::Interpreter { detail } | Problem::Unfinished { detail } => {
            escaped_line(detail)
        }
        Problem::Launcher { path } => format!("wrong command  {}", shown_path(host, path)),
        Problem::StoreEntry { wheel } => format!("missing from the store  {wheel}"),
    }
}
