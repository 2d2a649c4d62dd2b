//! `kingbolt list --outdated`.

use std::convert::Infallible;

use serde::Serialize;

use crate::app::{
    AppError, AppName, Check, Context, Freshness, KEPT, NewUploadRules, OnlineContext, OutdatedApp, UpgradeOptions,
    freshness, recorded_request,
};
use crate::cli::error::CliError;
use crate::cli::escape::escaped_line;
use crate::cli::exit::Exit;
use crate::cli::failures::Failures;
use crate::cli::invocation::Invocation;
use crate::cli::output::print_data;
use crate::cli::report::FailureDetails;
use crate::cli::settings::{Format, Verbosity};
use crate::cli::upload_rules::configured_limit;
use crate::host::{Silent, ThreadBudget, in_parallel};
use crate::resolve::AllowedBuilds;

use super::request;
use super::shown::changes_text;

#[derive(Serialize)]
struct Content {
    apps: Vec<OutdatedApp>,
    /// The apps that only a build could compare.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    from_source: Vec<AppName>,
}

/// An app that could not be compared.
#[derive(Serialize)]
struct Failed {
    app: AppName,
    error: FailureDetails,
}

/// The apps that may be missing from the list: another process may have removed them meanwhile.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Named {
    All,
    ByName,
}

/// Lists the apps of which there are newer versions.
pub(super) fn run(invocation: &Invocation<'_>, apps: &[AppName], named: Named) -> Result<Exit, CliError> {
    let budget = ThreadBudget::of(invocation.settings.jobs.get() - 1);
    let compare = |(): &mut (), app: &AppName| Ok::<_, Infallible>(compared(invocation, app));
    let Ok(results) = in_parallel(apps, &budget, || (), compare);
    let mut content = Content { apps: Vec::new(), from_source: Vec::new() };
    let mut failures = Failures::new(invocation, "compare", apps.len());
    let mut failed = Vec::new();
    for (app, result) in apps.iter().zip(results) {
        match result {
            Ok(Freshness::Newest) => {}
            Ok(Freshness::Outdated(outdated)) => content.apps.push(outdated),
            Ok(Freshness::FromSource { sources }) => {
                invocation.say(&format!("{app} was built from {}; only a build tells its version", sources.join(", ")));
                content.from_source.push(app.clone());
            }
            Err(CliError::App(AppError::NotInstalled { .. })) if named == Named::All => {}
            Err(error) => failed.push(Failed { app: app.clone(), error: failures.report(app.as_str(), error)? }),
        }
    }
    if invocation.settings.format == Format::Text {
        print_data(&table(&content.apps, invocation.settings.verbosity))?;
    }
    if let Some(error) = failures.summary() {
        return Err(CliError::Partly {
            source: Box::new(error),
            done: serde_json::json!({ "apps": content.apps, "from_source": content.from_source, "failed": failed }),
        });
    }
    if content.apps.is_empty() && content.from_source.is_empty() {
        invocation.say(match apps {
            [] => "No apps are installed",
            [_] => "It is up to date",
            [..] => "All apps are up to date",
        });
    }
    invocation.document_with_warnings("list", content)?;
    Ok(Exit::Done)
}

/// Compares an app with its index, without telling of the steps: several apps are compared at once.
fn compared(invocation: &Invocation<'_>, app: &AppName) -> Result<Freshness, CliError> {
    let request = recorded_request(&invocation.context(), app)?;
    let index = request::recorded_index(&invocation.files, &request)?;
    let network = invocation.network(&index);
    let uploads = NewUploadRules { configured: configured_limit(&invocation.files)?, ..NewUploadRules::default() };
    let options = UpgradeOptions {
        index,
        python: None,
        uploads,
        builds: AllowedBuilds::default(),
        check: Check::Nothing,
        keep: KEPT,
    };
    let online = invocation.online(&network);
    let context = OnlineContext { local: Context { progress: &Silent, ..online.local }, ..online };
    Ok(freshness(&context, app, &options)?)
}

/// A line for each app; with `--verbose` also the versions of all packages that an upgrade would change.
fn table(apps: &[OutdatedApp], verbosity: Verbosity) -> String {
    let width = apps.iter().map(|app| app.app.to_string().len()).max().unwrap_or(0);
    let mut text = String::new();
    for OutdatedApp { app, version, upgrade, held_back, changes } in apps {
        let upgrade = upgrade.as_ref().map(|upgrade| format!(" -> {upgrade}")).unwrap_or_default();
        let held_back = held_back
            .as_ref()
            .map(|held| format!("; {} is held back: {}", held.version, escaped_line(&held.reason)))
            .unwrap_or_default();
        text.push_str(&format!("{:width$}  {version}{upgrade}{held_back}\n", app.to_string()));
        if verbosity == Verbosity::Verbose {
            text.push_str(&changes_text(changes));
        }
    }
    text
}
