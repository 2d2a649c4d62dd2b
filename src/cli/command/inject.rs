//! `kingbolt inject` and `kingbolt uninject`.

use serde::Serialize;

use crate::app::{
    AppName, Check, Injection, Installation, Installed, KEPT, NewUploadRules, UpgradeOptions, VersionChange, inject,
    recorded_request,
};
use crate::cli::args::{BuildArguments, InjectArguments, UninjectArguments};
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::invocation::Invocation;
use crate::cli::upload_rules::{configured_limit, typed_upload_rules};
use crate::index::IndexSettings;
use crate::resolve::UploadRules;
use crate::vocab::{PackageName, Requirement};

use super::request;
use super::shown::{changes_text, headline};

#[derive(Serialize)]
struct Content {
    app: AppName,
    status: &'static str,
    version: String,
    generation: String,
    with: Vec<Requirement>,
    changes: Vec<VersionChange>,
}

/// Adds packages to the environment of an app.
pub(crate) fn add(invocation: &Invocation<'_>, arguments: &InjectArguments) -> Result<Exit, CliError> {
    let typed = typed_upload_rules(&invocation.files, &arguments.uploads)?;
    run(invocation, "inject", &arguments.app, (typed, &arguments.builds), |index| {
        let typed = arguments.requirements.iter();
        let requirements = typed.map(|text| request::requirement(invocation, text, index)).collect::<Result<_, _>>()?;
        Ok(Injection::Add(requirements))
    })
}

/// Removes packages that were added to the environment of an app.
pub(crate) fn remove(invocation: &Invocation<'_>, arguments: &UninjectArguments) -> Result<Exit, CliError> {
    let names: Result<Vec<PackageName>, _> = arguments.packages.iter().map(|name| name.parse()).collect();
    let names = names.map_err(CliError::PackageName)?;
    let options = (UploadRules::default(), &BuildArguments::default());
    run(invocation, "uninject", &arguments.app, options, |_| Ok(Injection::Remove(names)))
}

fn run(
    invocation: &Invocation<'_>,
    command: &str,
    app: &str,
    (typed, builds): (UploadRules, &BuildArguments),
    injection: impl FnOnce(&IndexSettings) -> Result<Injection, CliError>,
) -> Result<Exit, CliError> {
    let uploads = NewUploadRules { typed, configured: configured_limit(&invocation.files)? };
    let started = invocation.host.clock.instant();
    let app = request::app_name(app)?;
    let recorded = recorded_request(&invocation.context(), &app)?;
    let index = request::recorded_index(&invocation.files, &recorded)?;
    let injection = &injection(&index)?;
    let builds = request::further_builds(&invocation.files, &recorded, builds)?;
    let options = UpgradeOptions { index, python: None, uploads, builds, check: Check::Nothing, keep: KEPT };
    let network = invocation.network(&options.index);
    let outcome = inject(&invocation.online(&network), &app, &options, injection);
    invocation.reporter.clear();
    let (status, installation) = match outcome? {
        Installed::Changed(installation) => {
            let headline = headline(invocation.style(), &installation, started.elapsed());
            let changes = installation.changes();
            invocation.show(&headline.then(format!("\n{}", changes_text(&changes)).trim_end()));
            say_present(invocation, injection, &installation);
            ("changed", installation)
        }
        Installed::Unchanged(installation) => {
            let name = invocation.style().strong(app.as_str());
            invocation.show(&name.then(" is as requested already"));
            ("unchanged", installation)
        }
    };
    let record = &installation.generation.record;
    let content = Content {
        status,
        version: record.version.to_string(),
        generation: installation.generation.name.directory(),
        with: record.request.with.clone(),
        changes: installation.changes(),
        app,
    };
    invocation.document_with_warnings(command, content)?;
    Ok(Exit::Done)
}

/// Names the packages to add that were there already, in the same version: they are kept from now on. Of those to remove, the
/// ones that stay.
fn say_present(invocation: &Invocation<'_>, injection: &Injection, installation: &Installation) {
    let requirements = match injection {
        Injection::Add(requirements) => requirements,
        Injection::Remove(names) => return say_required(invocation, names, installation),
    };
    let Some(previous) = &installation.previous else { return };
    let changes = installation.changes();
    for Requirement { name, .. } in requirements {
        let was_added = previous.request.with.iter().any(|with| with.name == *name);
        let is_changed = changes.iter().any(|change| change.name == *name);
        let wheels = &installation.generation.record.wheels;
        if let (Some(wheel), false) = (wheels.iter().find(|wheel| wheel.name == *name), was_added || is_changed) {
            let version = &wheel.version;
            invocation.say(&format!("{name} {version} was there already, as a dependency; from now on it stays"));
        }
    }
}

/// Names the packages that were to be removed, and that others require.
fn say_required(invocation: &Invocation<'_>, names: &[PackageName], installation: &Installation) {
    let wheels = &installation.generation.record.wheels;
    for wheel in wheels.iter().filter(|wheel| names.contains(&wheel.name)) {
        invocation.say(&format!("{} {} stays, because another package requires it", wheel.name, wheel.version));
    }
}
