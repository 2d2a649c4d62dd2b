//! `kingbolt upgrade`.

use serde::Serialize;

use crate::app::{
    AppError, AppName, AppStep, Check, Installation, NewUploadRules, PlannedUpgrade, Request, RequestedPython,
    UpgradeOptions, Upgraded, VersionChange, plan_upgrade, recorded_request, upgrade, visible_apps,
};
use crate::cli::args::UpgradeArguments;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::failures::Failures;
use crate::cli::invocation::Invocation;
use crate::cli::output::print_data;
use crate::cli::report::FailureDetails;
use crate::cli::settings::{Format, Verbosity};
use crate::cli::text::counted;
use crate::cli::upload_rules::{configured_limit, typed_upload_rules};
use crate::host::{Event, Progress};
use crate::vocab::{Origin, Requirement, pins_exactly};

use super::request;
use super::shown::{ShownPlan, changes_text, headline, plan_text, to_build};

#[derive(Serialize)]
struct Content {
    results: Vec<Shown>,
}

/// The result for one app.
#[derive(Serialize)]
#[serde(rename_all = "lowercase", tag = "status")]
enum Shown {
    /// Planned: a build, whose result decides the rest of the plan.
    Build {
        app: AppName,
        sources: Vec<String>,
    },
    Failed {
        app: AppName,
        error: FailureDetails,
    },
    Pinned(ShownApp),
    Planned {
        app: AppName,
        changes: Vec<VersionChange>,
        plan: ShownPlan<AppStep>,
    },
    Unchanged(ShownApp),
    Upgraded(ShownApp),
}

#[derive(Serialize)]
struct ShownApp {
    app: AppName,
    version: String,
    previous_version: Option<String>,
    generation: String,
    python: String,
    changes: Vec<VersionChange>,
}

/// The changes of an app to show.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Detail {
    /// Its own version.
    App,
    /// The versions of all of its packages.
    Packages,
}

/// Upgrades every app that was named. One that fails does not keep the others from it.
pub(crate) fn run(invocation: &Invocation<'_>, arguments: &UpgradeArguments) -> Result<Exit, CliError> {
    let typed = Typed::of(invocation, arguments)?;
    let apps = if arguments.all {
        visible_apps(invocation.host, &invocation.settings.directories)?
    } else {
        request::app_names(&arguments.apps)?
    };
    if apps.is_empty() {
        invocation.say("No apps are installed");
    }
    if apps.len() > 1 {
        invocation.reporter.hide_phases();
    }
    let detail = match invocation.settings.verbosity {
        Verbosity::Normal | Verbosity::Quiet if apps.len() > 1 => Detail::App,
        Verbosity::Normal | Verbosity::Quiet | Verbosity::Verbose => Detail::Packages,
    };
    let mut results = Vec::new();
    let mut failures = Failures::new(invocation, "upgrade", apps.len());
    for app in &apps {
        let result = options(invocation, arguments, &typed, app).and_then(|options| {
            if arguments.dry_run {
                planned(invocation, app, &options)
            } else {
                upgraded(invocation, app, &options, detail)
            }
        });
        match result {
            Ok(shown) => results.push(shown),
            // With `--all`: another process removed it, or has not installed it yet.
            Err(CliError::App(AppError::NotInstalled { .. })) if arguments.all => {}
            Err(error) => match failures.report(app.as_str(), error) {
                Ok(error) => results.push(Shown::Failed { app: app.clone(), error }),
                Err(error) => return Err(CliError::partly(error, "results", &results)),
            },
        }
    }
    if apps.len() > 1 && !arguments.dry_run {
        invocation.say(&counts(&results));
    }
    if let Some(error) = failures.summary() {
        return Err(CliError::partly(error, "results", &results));
    }
    invocation.document_with_warnings("upgrade", Content { results })?;
    Ok(Exit::Done)
}

/// The summary for several apps: `Upgraded 1 of 3 apps; 2 up to date`. The error of the command counts the failures.
fn counts(results: &[Shown]) -> String {
    let count = |is_counted: fn(&Shown) -> bool| results.iter().filter(|result| is_counted(result)).count();
    let upgraded = count(|result| matches!(result, Shown::Upgraded(_)));
    let unchanged = count(|result| matches!(result, Shown::Unchanged(_)));
    let pinned = count(|result| matches!(result, Shown::Pinned(_)));
    let others = [(unchanged, "up to date"), (pinned, "pinned")].into_iter().filter(|(count, _)| *count > 0);
    let others: Vec<String> = others.map(|(count, state)| format!("; {count} {state}")).collect();
    format!("Upgraded {upgraded} of {}{}", counted(results.len(), "app"), others.concat())
}

/// The options that mean the same for every app: an invalid one ends the command.
struct Typed {
    python: Option<RequestedPython>,
    uploads: NewUploadRules,
}

impl Typed {
    fn of(invocation: &Invocation<'_>, arguments: &UpgradeArguments) -> Result<Self, CliError> {
        request::admit_python(&invocation.files.own, arguments.python.as_deref())?;
        let typed = typed_upload_rules(&invocation.files, &arguments.uploads)?;
        Ok(Self {
            python: request::python(invocation.host, arguments.python.as_deref())?,
            uploads: NewUploadRules { typed, configured: configured_limit(&invocation.files)? },
        })
    }
}

fn options(
    invocation: &Invocation<'_>,
    arguments: &UpgradeArguments,
    typed: &Typed,
    app: &AppName,
) -> Result<UpgradeOptions, CliError> {
    let request = recorded_request(&invocation.context(), app)?;
    let index = request::recorded_index(&invocation.files, &request)?;
    let builds = request::further_builds(&invocation.files, &request, &arguments.builds)?;
    let check = if arguments.no_smoke { Check::Modules } else { Check::EntryPoints };
    let (python, uploads) = (typed.python.clone(), typed.uploads.clone());
    Ok(UpgradeOptions { index, python, uploads, builds, check, keep: arguments.keep })
}

fn upgraded(
    invocation: &Invocation<'_>,
    app: &AppName,
    options: &UpgradeOptions,
    detail: Detail,
) -> Result<Shown, CliError> {
    let started = invocation.host.clock.instant();
    let network = invocation.network(&options.index);
    let outcome = upgrade(&invocation.online(&network), app, options);
    invocation.reporter.clear();
    Ok(match outcome? {
        Upgraded::Changed { installation, changes } => {
            let headline = headline(invocation.style(), &installation, started.elapsed());
            warn_of_older(invocation, &installation);
            invocation.show(&match detail {
                Detail::App => headline,
                Detail::Packages => headline.then(format!("\n{}", changes_text(&changes)).trim_end()),
            });
            Shown::Upgraded(shown_app(&installation, changes))
        }
        Upgraded::Pinned(installation) => pinned(invocation, &installation),
        Upgraded::Unchanged(installation) => unchanged(invocation, &installation),
    })
}

/// Warns if the newest version for another Python is older than the one that was installed.
fn warn_of_older(invocation: &Invocation<'_>, installation: &Installation) {
    let record = &installation.generation.record;
    if let Some(previous) = installation.previous.as_ref().filter(|previous| previous.version > record.version) {
        let python = &record.python.version;
        let message = format!(
            "{} {} is older than {}, which was installed; it is the newest for Python {python}",
            record.app, record.version, previous.version
        );
        invocation.reporter.event(Event::Warning { message: &message });
    }
}

fn planned(invocation: &Invocation<'_>, app: &AppName, options: &UpgradeOptions) -> Result<Shown, CliError> {
    let network = invocation.network(&options.index);
    let outcome = plan_upgrade(&invocation.online(&network), app, options);
    invocation.reporter.clear();
    Ok(match outcome? {
        PlannedUpgrade::Build { sources } => {
            if invocation.settings.format == Format::Text {
                print_data(&to_build(&sources))?;
            }
            Shown::Build { app: app.clone(), sources }
        }
        PlannedUpgrade::Change { plan, changes } => {
            if invocation.settings.format == Format::Text {
                print_data(&plan_text(invocation, app.as_str(), &changes_text(&changes), &plan))?;
            }
            Shown::Planned { app: app.clone(), changes, plan: ShownPlan::of(*plan) }
        }
        PlannedUpgrade::Pinned(installation) => pinned(invocation, &installation),
        PlannedUpgrade::Unchanged(installation) => unchanged(invocation, &installation),
    })
}

fn pinned(invocation: &Invocation<'_>, installation: &Installation) -> Shown {
    let record = &installation.generation.record;
    let app = invocation.style().strong(record.app.as_str());
    let advice = format!("run `kingbolt unpin {}` before you upgrade it", record.app);
    invocation.show(&app.then(&format!(" {} is pinned; {advice}", record.version)));
    Shown::Pinned(shown_app(installation, Vec::new()))
}

fn unchanged(invocation: &Invocation<'_>, installation: &Installation) -> Shown {
    let record = &installation.generation.record;
    let app = invocation.style().strong(record.app.as_str());
    invocation.show(&app.then(&format!(" {} is up to date{}", record.version, pin(&record.request))));
    Shown::Unchanged(shown_app(installation, Vec::new()))
}

/// The specifiers that keep an app from newer versions, if it has some, and the way to remove a pin.
fn pin(request: &Request) -> String {
    let Requirement { name, origin, .. } = &request.requirement;
    match origin {
        Origin::Index(specifiers) if pins_exactly(specifiers) => {
            let suffix = request.suffix.as_ref().map(|suffix| format!(" --suffix={suffix}")).unwrap_or_default();
            format!(": pinned by `{}`; run `kingbolt install {name}{suffix}` to remove the pin", request.requirement)
        }
        Origin::Index(specifiers) if !specifiers.is_empty() => {
            format!(": no newer version is admitted by `{}`", request.requirement)
        }
        Origin::Index(_) | Origin::Url(_) => String::new(),
    }
}

fn shown_app(installation: &Installation, changes: Vec<VersionChange>) -> ShownApp {
    let record = &installation.generation.record;
    ShownApp {
        app: record.app.clone(),
        version: record.version.to_string(),
        previous_version: installation.previous.as_ref().map(|previous| previous.version.to_string()),
        generation: installation.generation.name.directory(),
        python: record.python.version.to_string(),
        changes,
    }
}
