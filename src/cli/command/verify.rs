//! `kingbolt verify`.

use serde::Serialize;

use crate::app::{
    AppError, AppName, Generations, Problem, Repair, Verification, recorded_request, repair, verify, visible_apps,
};
use crate::cli::args::VerifyArguments;
use crate::cli::error::CliError;
use crate::cli::escape::escaped_line;
use crate::cli::exit::Exit;
use crate::cli::failures::{Failed, Failures};
use crate::cli::invocation::Invocation;
use crate::cli::output::print_data;
use crate::cli::settings::{Format, Verbosity};
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
    let generations = if arguments.all_generations { Generations::All } else { Generations::Current };
    let act = if arguments.repair { "repair" } else { "verify" };
    let mut failures = Failures::new(invocation, act, apps.len());
    let (mut shown, mut failed) = (Vec::new(), Vec::new());
    for app in &apps {
        let result = if arguments.repair {
            repaired(invocation, app, generations)
        } else {
            verified(invocation, app, generations)
        };
        invocation.reporter.clear();
        match result {
            Ok(found) => {
                if invocation.settings.format == Format::Text {
                    print_data(&text(invocation, &found))?;
                }
                shown.push(found);
            }
            // Without names: another process removed it, or has not installed it yet.
            Err(CliError::App(AppError::NotInstalled { .. })) if arguments.apps.is_empty() => {}
            Err(error) => match failures.report(app.as_str(), error) {
                Ok(error) => failed.push(Failed { app: app.to_string(), error }),
                Err(error) => return Err(Failed::beside(error, "apps", &shown, &failed)),
            },
        }
    }
    let left = |shown: &Shown| shown.after_repair.as_ref().unwrap_or(&shown.found).count();
    let damaged: Vec<AppName> =
        shown.iter().filter(|shown| left(shown) > 0).map(|shown| shown.found.app.clone()).collect();
    if !failed.is_empty() {
        for _ in &damaged {
            failures.count(Exit::Verification);
        }
    }
    if let Some(error) = failures.summary() {
        return Err(Failed::beside(error, "apps", &shown, &failed));
    }
    if !damaged.is_empty() {
        let error = CliError::Unverified { damaged, all: shown.len(), generations, repaired: arguments.repair };
        return Err(CliError::partly(error, "apps", &shown));
    }
    invocation.document_with_warnings("verify", Content { apps: shown })?;
    Ok(Exit::Done)
}

fn verified(invocation: &Invocation<'_>, app: &AppName, generations: Generations) -> Result<Shown, CliError> {
    Ok(Shown { found: verify(&invocation.context(), app, generations)?, after_repair: None })
}

fn repaired(invocation: &Invocation<'_>, app: &AppName, generations: Generations) -> Result<Shown, CliError> {
    let request = recorded_request(&invocation.context(), app)?;
    let index = request::recorded_index(&invocation.files, &request)?;
    let network = invocation.network(&index);
    let Repair { found, left } = repair(&invocation.online(&network), app, generations, &index)?;
    Ok(Shown { found, after_repair: Some(left) })
}

/// An app and its problems, a line each; then those of the other generations, if they were verified. `--quiet` leaves out
/// what has no problems.
fn text(invocation: &Invocation<'_>, shown: &Shown) -> String {
    let Shown { found, after_repair } = shown;
    let name = match &found.version {
        Some(version) => format!("{} {version}", found.app),
        None => found.app.to_string(),
    };
    let left = after_repair.as_ref().map(|left| left.problems.as_slice());
    let result = |name: &str, size: (u64, usize), problems: &[Problem], left: Option<&[Problem]>| {
        if problems.is_empty() && invocation.settings.verbosity == Verbosity::Quiet {
            return String::new();
        }
        result(invocation.host, name, size, problems, left)
    };
    let mut text = result(&name, (found.files, found.wheels), &found.problems, left);
    for other in &found.others {
        let name = format!("{} {} (generation {})", found.app, other.version, other.number);
        // A repair replaces a generation by another.
        let left = after_repair.as_ref().map(|left| {
            let there = left.others.iter().find(|there| there.number == other.number);
            there.map(|there| there.problems.as_slice()).unwrap_or_default()
        });
        text.push_str(&result(&name, (other.files, other.wheels), &other.problems, left));
    }
    text
}

/// The problems of one generation, and after a repair those that are left.
fn result(
    host: &Host,
    name: &str,
    (files, wheels): (u64, usize),
    found: &[Problem],
    left: Option<&[Problem]>,
) -> String {
    let lines = |problems: &[Problem]| {
        let lines: Vec<String> = problems.iter().map(|problem| line(host, problem)).collect();
        format!("    {}\n", lines.join("\n    "))
    };
    if found.is_empty() {
        let files = counted(usize::try_from(files).unwrap_or(usize::MAX), "file");
        return format!("{name}: {files} in {}, no problems\n", counted(wheels, "package"));
    }
    let problems = counted(found.len(), "problem");
    match left {
        None => format!("{name}: {problems}\n{}", lines(found)),
        Some([]) => format!("{name}: {problems}, repaired\n{}", lines(found)),
        Some(left) => format!("{name}: {problems}, {} not repaired\n{}", left.len(), lines(left)),
    }
}

fn line(host: &Host, problem: &Problem) -> String {
    let differs = |difference: &Difference| format!("{}  {}", difference.kind, shown_path(host, &difference.path));
    match problem {
        Problem::File(difference) | Problem::Store { difference, .. } => differs(difference),
        Problem::Generation { detail } | Problem::Interpreter { detail } | Problem::Unfinished { detail } => {
            escaped_line(detail)
        }
        Problem::SharedLink(Difference { path, kind }) => {
            format!("{kind} link  {}", shown_path(host, path))
        }
        Problem::Launcher(Difference { path, kind }) => {
            let kind = match kind {
                DifferenceKind::Missing => "missing",
                DifferenceKind::Changed | DifferenceKind::Unexpected => "wrong",
            };
            format!("{kind} command  {}", shown_path(host, path))
        }
        Problem::StoreEntry { wheel } => format!("missing from the store  {wheel}"),
    }
}
