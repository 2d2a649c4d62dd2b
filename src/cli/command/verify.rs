//! `kingbolt verify`.

use std::sync::Arc;

use serde::Serialize;

use crate::app::{AppError, AppName, Context, Problem, Repair, Verification, remembered, repair, verify, visible};
use crate::cli::args::VerifyArguments;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::progress::Reporter;
use crate::cli::report;
use crate::cli::settings::{Format, Settings, Talk};
use crate::cli::text::{Style, counted, print_data, say};
use crate::host::Host;
use crate::index::IndexSettings;
use crate::store::{Difference, DifferenceKind};

use super::shown::shown_path;
use super::wish;

#[derive(Serialize)]
struct Document {
    schema: u32,
    command: &'static str,
    apps: Vec<Shown>,
    warnings: Vec<String>,
}

/// What was found of one application, and after a repair what is left of it.
#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    found: Verification,
    #[serde(skip_serializing_if = "Option::is_none")]
    after_repair: Option<Verification>,
}

/// Looks at every application that was named, or at all of them.
pub(crate) fn run(host: &Host, settings: &Settings, arguments: &VerifyArguments) -> Result<Exit, CliError> {
    let apps = match arguments.apps.as_slice() {
        [] => visible(host, &settings.places)?,
        named => wish::app_names(named)?,
    };
    if apps.is_empty() && settings.talk != Talk::Quiet {
        say("No apps are installed");
    }
    let reporter = Arc::new(Reporter::new(host.clock, settings));
    let mut shown = Vec::new();
    let mut failures = Vec::new();
    for app in &apps {
        let looked_at = if arguments.repair {
            repaired(host, settings, &reporter, app)
        } else {
            verified(host, settings, &reporter, app)
        };
        reporter.clear();
        match looked_at {
            Ok(found) => {
                if settings.format == Format::Text {
                    print_data(&text(host, &found))?;
                }
                shown.push(found);
            }
            // Of all that there were, another process removed it, or has not installed it yet.
            Err(CliError::App(AppError::NotInstalled { .. })) if arguments.apps.is_empty() => {}
            Err(error) if apps.len() == 1 || host.interrupt.is_raised() => {
                return Err(CliError::partly(error, "apps", &shown));
            }
            Err(error) => {
                let act = if arguments.repair { "repair" } else { "verify" };
                let error = CliError::OfApp { act, app: app.clone(), source: Box::new(error) };
                report::tell(Style::new(settings.palette), &report::details(&error));
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
    if settings.format == Format::Json {
        let warnings = reporter.warnings();
        report::document(&Document { schema: crate::cli::JSON_SCHEMA, command: "verify", apps: shown, warnings })?;
    }
    Ok(Exit::Done)
}

fn verified(host: &Host, settings: &Settings, reporter: &Arc<Reporter>, app: &AppName) -> Result<Shown, CliError> {
    let network = wish::network(host, settings, &IndexSettings::default(), reporter);
    let context =
        Context { host, places: &settings.places, network: &network, progress: &**reporter, jobs: settings.jobs };
    Ok(Shown { found: verify(&context, app)?, after_repair: None })
}

fn repaired(host: &Host, settings: &Settings, reporter: &Arc<Reporter>, app: &AppName) -> Result<Shown, CliError> {
    let request = remembered(host, &settings.places, app)?;
    let index = wish::remembered_index(host, &request)?;
    let network = wish::network(host, settings, &index, reporter);
    let context =
        Context { host, places: &settings.places, network: &network, progress: &**reporter, jobs: settings.jobs };
    let Repair { found, left } = repair(&context, app, &index)?;
    Ok(Shown { found, after_repair: Some(left) })
}

/// An application and what is wrong with it, a line each.
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
        Problem::Generation { detail } | Problem::Interpreter { detail } | Problem::Unsettled { detail } => {
            detail.clone()
        }
        Problem::Launcher { path } => format!("wrong command  {}", shown_path(host, path)),
        Problem::StoreEntry { wheel } => format!("missing from the store  {wheel}"),
    }
}
