//! `list --outdated`: the version that an upgrade would install, and a newer one that something holds back.

use serde::Serialize;

use crate::app::change::VersionChange;
use crate::app::environment::{PlannedResolution, Preferences, plan_resolution, resolve};
use crate::app::error::AppError;
use crate::app::request::{InstallOptions, PythonDownloads, PythonSettings, UpgradeOptions};
use crate::app::state::{AppName, AppState, Context, OnlineContext, cache};
use crate::fetch::Catalog;
use crate::index::File;
use crate::resolve::{Prereleases, ResolveError};
use crate::vocab::{
    Origin, PackageName, Requirement, Version, VersionSpecifiers, admits, mentions_prerelease, parse_specifiers,
};

use super::upgrade::{changes_from, install_options, preferences, renewed, request_of};

/// The comparison of an app with its index.
#[derive(Clone, Debug)]
pub enum Freshness {
    /// Only a build could tell.
    FromSource {
        sources: Vec<String>,
    },
    Newest,
    Outdated(OutdatedApp),
}

/// An app of which there is a newer version.
#[derive(Clone, Debug, Serialize)]
pub struct OutdatedApp {
    pub app: AppName,
    /// The installed version.
    pub version: Version,
    /// The version that `upgrade` would install, if that is another one.
    pub upgrade: Option<Version>,
    pub held_back: Option<HeldBack>,
    /// All changes that `upgrade` would make.
    pub changes: Vec<VersionChange>,
}

/// A version that is newer than the installed one and the one that `upgrade` would install.
#[derive(Clone, Debug, Serialize)]
pub struct HeldBack {
    pub version: Version,
    /// One sentence, without a full stop.
    pub reason: String,
}

/// Compares an app with its index, as its request asks for it. Changes nothing.
pub fn freshness(context: &OnlineContext<'_>, app: &AppName, options: &UpgradeOptions) -> Result<Freshness, AppError> {
    let local = &context.local;
    cache::inspect(local)?;
    let state = AppState::read(local.host, local.directories, app)?;
    let uploads = &options.uploads;
    let mut options = renewed(context, app, install_options(request_of(local, &state)?, options))?;
    options.request = uploads.effective(&options.request);
    let Some(current) = state.current() else { return Ok(Freshness::Newest) };
    let version = current.record.version.clone();
    let name = &options.request.requirement.name;
    let planned = plan_resolution(context, &options.request, &options.index, &preferences(&state));
    let planned = planned.map_err(AppError::without_need_of_python);
    let (upgrade, changes, held_back) = match planned {
        Ok(PlannedResolution::Build { sources }) => return Ok(Freshness::FromSource { sources }),
        Ok(PlannedResolution::Resolved(resolution)) => {
            let own = resolution.pins.iter().find(|pin| pin.name == *name);
            let admitted = own.map_or(&version, |pin| &pin.version);
            let held_back = held_back(context, &options, Ord::max(admitted, &version))?;
            (Some(admitted.clone()), changes_from(Some(current), &resolution), held_back)
        }
        Err(AppError::Resolve(error)) => match *error {
            ResolveError::NewestWithoutWheel { name, version, missing, .. } => {
                let reason = format!("`{name}` {version} {missing}");
                (None, Vec::new(), Some(HeldBack { version, reason }))
            }
            ref error @ ResolveError::DependencyWithoutWheel { ref version, .. } => {
                (None, Vec::new(), Some(HeldBack { version: version.clone(), reason: error.to_string() }))
            }
            error => return Err(Box::new(error).into()),
        },
        Err(error) => return Err(error),
    };
    let upgrade = upgrade.filter(|upgrade| *upgrade != version);
    let newest = held_back.as_ref().map(|held| held.version.clone()).or_else(|| upgrade.clone());
    let (upgrade, changes, held_back) = match newest.filter(|_| state.is_pinned) {
        Some(version) => (None, Vec::new(), Some(HeldBack { version, reason: "the app is pinned".to_owned() })),
        None => (upgrade, changes, held_back),
    };
    if upgrade.is_none() && held_back.is_none() {
        return Ok(Freshness::Newest);
    }
    Ok(Freshness::Outdated(OutdatedApp { app: app.clone(), version, upgrade, held_back, changes }))
}

/// The newest version of an app's package, if it is newer than the one that may be installed.
fn held_back(
    context: &OnlineContext<'_>,
    options: &InstallOptions,
    admitted: &Version,
) -> Result<Option<HeldBack>, AppError> {
    let Requirement { name, origin, .. } = &options.request.requirement;
    let Origin::Index(specifiers) = origin else { return Ok(None) };
    if options.request.lock.is_some() {
        return Ok(None);
    }
    let local = &context.local;
    let cache = cache::marked(local.host, local.directories);
    let catalog = Catalog::new(local.host, context.network, cache, &options.index);
    let takes_prereleases = match &options.request.rules.prereleases {
        Prereleases::Allow => true,
        Prereleases::Of(names) if names.contains(name) => true,
        Prereleases::Of(_) | Prereleases::WhenAsked => mentions_prerelease(specifiers),
    };
    let page = catalog.page(name)?;
    let files: &[File] = page.as_ref().map_or(&[], |page| &page.files);
    let candidates = files.iter().filter(|file| file.yanked.is_none()).map(|file| file.name.version());
    let newest = candidates.filter(|version| takes_prereleases || !version.any_prerelease()).max();
    let Some(newest) = newest.filter(|newest| *newest > admitted) else { return Ok(None) };
    let reason = reason(context, options, newest)?;
    Ok(Some(HeldBack { version: newest.clone(), reason }))
}

/// The reason why a version of an app's package is not installed.
fn reason(context: &OnlineContext<'_>, options: &InstallOptions, version: &Version) -> Result<String, AppError> {
    let request = &options.request;
    let name = &request.requirement.name;
    let rules = [
        ("", &request.with),
        ("the constraint ", &request.rules.constraints),
        ("the override ", &request.rules.overrides),
    ];
    let others = rules.into_iter().flat_map(|(kind, requirements)| requirements.iter().map(move |one| (kind, one)));
    for (kind, requirement) in std::iter::once(("", &request.requirement)).chain(others) {
        if excludes(requirement, name, version) {
            return Ok(format!("{kind}`{requirement}` does not admit it"));
        }
    }
    let mut exact = request.clone();
    exact.requirement.origin = parse_specifiers(&format!("=={version}"))
        .map_or_else(|_| Origin::Index(VersionSpecifiers::empty()), Origin::Index);
    // Nothing is fetched for the sake of a reason.
    let pythons = PythonSettings { downloads: PythonDownloads::Never, ..context.local.pythons.clone() };
    let context = OnlineContext { local: Context { pythons: &pythons, ..context.local }, ..*context };
    let resolved = resolve(&context, &exact, &options.index, &Preferences::default());
    match resolved.map_err(AppError::without_need_of_python) {
        Err(AppError::Resolve(error)) => Ok(match *error {
            ResolveError::Conflict { explanation } | ResolveError::Unsuitable { explanation, .. } => {
                first_sentence(&explanation.text)
            }
            error => error.to_string(),
        }),
        Err(error) => Err(error),
        Ok(_) => Ok("newer versions of other packages are preferred".to_owned()),
    }
}

/// The first line of an explanation, as a part of a sentence.
fn first_sentence(explanation: &str) -> String {
    let line = explanation.lines().next().unwrap_or_default().trim_end_matches('.');
    let line = line.trim_start_matches("- ");
    line.strip_prefix("Because").map_or_else(|| line.to_owned(), |rest| format!("because{rest}"))
}

fn excludes(requirement: &Requirement, name: &PackageName, version: &Version) -> bool {
    match &requirement.origin {
        Origin::Index(specifiers) => requirement.name == *name && !admits(specifiers, version),
        Origin::Url(_) => false,
    }
}
