//! From a request to an interpreter and pins: the one place where an app's packages are chosen.

use std::path::PathBuf;

use crate::fetch::{Catalog, CatalogError};
use crate::host::{Event, Host, Progress, Silent};
use crate::index::{File, IndexSettings, StatedHashes};
use crate::python::{self, Discovery, Interpreter};
use crate::pytorch::TorchPlatform;
use crate::resolve::{
    HashPolicy, NewestWithoutWheel, ResolveError, ResolveRequest, UndatedFiles, UploadFilter, direct_file,
    resolve as resolve_packages,
};
use crate::vocab::{
    Address, Algorithm, Digests, Location, Origin, Pin, Requirement, Timestamp, Version, VersionSpecifiers,
};

use crate::app::error::{AppError, PackageError};
use crate::app::request::Request;
use crate::app::state::{ChosenBuild, Context, InstalledWheel, OnlineContext, cache};

use super::accelerated::{Attempted, BuildPages, Choice, Variation, facts};
use super::builds::{BuildMode, Builds};
use super::discovery::discover;
use super::from_source::{FromSource, sources_to_build};
use super::interpreter_choice::newest_that_fits;
use super::locked::{LockedChoice, resolve_requested};
use super::packages::BuildingPackages;
use super::python_supply::{builds_to_fetch, fetch_suitable, lacks_python, newer_patch};
use super::resolved::{PlannedResolution, PythonSupply, Resolution};
use super::source_distributions::SourceDistributions;

/// The parts of an earlier choice to keep where that is possible.
#[derive(Clone, Debug, Default)]
pub(in crate::app) struct Preferences {
    /// The interpreter to take before others that fit as well.
    pub interpreter: Option<PathBuf>,
    /// The treatment of that interpreter, if Kingbolt fetched it and there is a newer patch release.
    pub patch: PythonPatch,
    /// Requirements on versions beside those of the request.
    pub versions: Vec<Requirement>,
    /// Constraints on versions beside those of the request.
    pub constraints: Vec<Requirement>,
    /// The wheels that are installed: files of which nobody states a hash have to be those.
    pub wheels: Vec<InstalledWheel>,
    /// The treatment of installed wheels that are too new for the request.
    pub too_new: TooNew,
    pub undated: UndatedFiles,
}

/// The treatment of installed wheels that are too new.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(in crate::app) enum TooNew {
    /// They may stay, so that nothing is downgraded.
    Keep,
    #[default]
    Replace,
}

/// The treatment of patch releases of a managed Python.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(in crate::app) enum PythonPatch {
    #[default]
    Keep,
    /// The newest build is fetched and used instead.
    Newest,
}

impl Preferences {
    /// The limits on the time of uploads as they are now.
    fn uploads(&self, request: &Request, now: Timestamp) -> UploadFilter {
        let exempt_wheels = match self.too_new {
            TooNew::Keep => self.wheels.iter().map(|wheel| wheel.file.clone()).collect(),
            TooNew::Replace => Vec::new(),
        };
        let undated = self.undated;
        UploadFilter { undated, exempt_wheels, ..UploadFilter::new(request.rules.uploads.clone(), now) }
    }
}

/// Chooses an interpreter and packages.
pub(in crate::app) fn resolve(
    context: &OnlineContext<'_>,
    request: &Request,
    index: &IndexSettings,
    preferences: &Preferences,
) -> Result<Resolution, AppError> {
    resolve_as(context, request, index, preferences, BuildMode::CarryOut)
}

/// The same for a plan, which builds nothing.
pub(in crate::app) fn plan_resolution(
    context: &OnlineContext<'_>,
    request: &Request,
    index: &IndexSettings,
    preferences: &Preferences,
) -> Result<PlannedResolution, AppError> {
    let sources = sources_to_build(request);
    if !sources.is_empty() {
        return Ok(PlannedResolution::Build { sources });
    }
    match resolve_as(context, request, index, preferences, BuildMode::Plan) {
        Ok(resolution) => Ok(PlannedResolution::Resolved(Box::new(resolution))),
        Err(AppError::WouldBuild { source_code }) => Ok(PlannedResolution::Build { sources: vec![source_code] }),
        Err(error) => Err(error),
    }
}

fn resolve_as(
    context: &OnlineContext<'_>,
    request: &Request,
    index: &IndexSettings,
    preferences: &Preferences,
    mode: BuildMode,
) -> Result<Resolution, AppError> {
    if let Some(lock) = &request.lock {
        let choice = LockedChoice { index, interpreter: preferences.interpreter.as_deref(), mode };
        return resolve_requested(context, request, lock, &choice);
    }
    let request = &Request { rules: context.locked.applied_to(&request.rules), ..request.clone() };
    let mut discovery = discover(&context.local, request.python())?;
    // The order of the others stays.
    discovery.found.sort_by_key(|found| Some(&found.executable) != preferences.interpreter.as_ref());
    for requirement in request.requirements_beside().iter().chain([&request.requirement]) {
        if let Origin::Url(url) = &requirement.origin {
            context.network.add_named(url);
        }
    }
    let newer = match (&preferences.interpreter, preferences.patch) {
        (Some(executable), PythonPatch::Newest) => newer_patch(context, request.python(), executable, mode)?,
        (Some(_), PythonPatch::Keep) | (None, _) => None,
    };
    discovery.found.splice(0..0, newer.iter().map(|(interpreter, _)| interpreter.clone()));
    let found = discovery.found.clone();
    let attempt = Attempt { context, request, index, preferences, mode };
    match (attempt.with(discovery), newer) {
        (Ok(resolution), Some((interpreter, supply))) if resolution.interpreter == interpreter => {
            Ok(Resolution { supply, ..resolution })
        }
        (Err(error), _) if lacks_python(&error) => attempt.with_fetched(&found, error),
        (done, _) => done,
    }
}

/// A resolution to try with one set of interpreters or another.
#[derive(Clone, Copy)]
struct Attempt<'a> {
    context: &'a OnlineContext<'a>,
    request: &'a Request,
    index: &'a IndexSettings,
    preferences: &'a Preferences,
    mode: BuildMode,
}

impl Attempt<'_> {
    /// Resolves with interpreters that were found, fetched or planned.
    fn with(self, discovery: Discovery) -> Result<Resolution, AppError> {
        let Self { context, request, index, preferences, mode } = self;
        let uploads = preferences.uploads(request, context.local.host.clock.now());
        let builds = Builds::new(context, index, &request.build, request.hashes, uploads, mode);
        let resolved = FromSource::build(&builds, request, &discovery.found)
            .and_then(|sources| resolve_built(&builds, request, preferences, discovery, &sources));
        match resolved {
            Ok(resolution) => {
                builds.leave();
                Ok(resolution)
            }
            // The next attempt uses the wheel that was built.
            Err(error @ AppError::OtherMetadata { .. }) => {
                builds.leave();
                Err(error)
            }
            Err(error) => {
                builds.discard();
                Err(if context.network.is_offline() { not_cached(error, index) } else { error })
            }
        }
    }

    /// Resolves, after a failure with the interpreters that were found, with a build that can be fetched and for which there
    /// is a resolution.
    fn with_fetched(self, found: &[Interpreter], failure: AppError) -> Result<Resolution, AppError> {
        let Self { context, request, mode, .. } = self;
        let python = request.python();
        let mut preferences = self.preferences.clone();
        if let AppError::Resolve(error) = &failure {
            preferences.constraints.extend(not_older(error));
        }
        let attempt = Attempt { preferences: &preferences, ..self };
        let builds = builds_to_fetch(&context.local, python, &VersionSpecifiers::empty(), found)?;
        let silent = OnlineContext { local: Context { progress: &Silent, ..context.local }, ..*context };
        let planned = Attempt { context: &silent, mode: BuildMode::Plan, ..attempt };
        // The wheels that are built decide the rest.
        let is_built = !sources_to_build(request).is_empty();
        let (interpreter, supply) = fetch_suitable(context, builds, mode, failure, |build| {
            let resolve = || planned.with(Discovery::of(python, build.interpreter.clone()));
            is_built || matches!(resolve(), Ok(_) | Err(AppError::WouldBuild { .. }))
        })?;
        let resolution = attempt.with(Discovery::of(python, interpreter))?;
        Ok(Resolution { supply, ..resolution })
    }
}

/// Offline, an index whose page is not cached counts as empty beside find-links locations: a package that was not found
/// may well be there.
fn not_cached(error: AppError, settings: &IndexSettings) -> AppError {
    match (error, settings.indexes().next()) {
        (AppError::Resolve(error), Some(index)) if !settings.find_links.is_empty() => match *error {
            ResolveError::UnknownPackage { name: project } => {
                CatalogError::PageNotCached { project, index: index.to_string() }.into()
            }
            error => Box::new(error).into(),
        },
        (error, _) => error,
    }
}

/// The same once all source code is built.
fn resolve_built(
    builds: &Builds<'_>,
    request: &Request,
    preferences: &Preferences,
    discovery: Discovery,
    sources: &FromSource,
) -> Result<Resolution, AppError> {
    let Builds { context, index, .. } = *builds;
    let local = &context.local;
    let catalog = Catalog::new(local.host, context.network, cache::marked(local.host, local.directories), index);
    let candidates = candidates(&catalog, builds, discovery, &sources.requirement)?;
    let sdists = SourceDistributions::new(builds);
    let pages = BuildPages::new(builds, context.accelerator.mirror.clone().unwrap_or_default());
    let platform = candidates.first().and_then(|interpreter| TorchPlatform::of(&interpreter.platform));
    let python = candidates.first().map(|interpreter| interpreter.executable.as_path());
    let attempt = |variation: &Variation, progress: &dyn Progress| {
        first_resolution(&candidates, progress, |interpreter, not_older| {
            let mut resolve_request = resolve_request((builds, request), preferences, sources, variation, interpreter);
            resolve_request.rules.constraints.extend(not_older);
            let accelerated = variation.selection.as_ref().map(|selection| (&pages, selection));
            let packages = BuildingPackages { catalog: &catalog, builds, sdists: &sdists, interpreter, accelerated };
            resolve_packages(&resolve_request, &packages, progress)
        })
    };
    let (attempted, accelerator) = match request.accelerator {
        None => (attempt(&Variation::default(), local.progress)?, None),
        Some(accelerator) => {
            let choice = Choice {
                requirement: &request.requirement,
                platform,
                settings: context.accelerator,
                facts: &|| facts(local.host, context.accelerator, python, local.progress),
                metadata: &|pin| catalog.known_metadata(&pin.location),
                resolve: &attempt,
                progress: local.progress,
            };
            choice.make(accelerator)?
        }
    };
    completed(builds, preferences, &catalog, attempted, accelerator)
}

/// The input of an attempt for an interpreter.
fn resolve_request(
    (builds, request): (&Builds<'_>, &Request),
    preferences: &Preferences,
    sources: &FromSource,
    variation: &Variation,
    interpreter: &Interpreter,
) -> ResolveRequest {
    let index = builds.index;
    let mut rules = request.rules.clone();
    rules.constraints.extend(preferences.constraints.iter().chain(&variation.constraints).cloned());
    ResolveRequest {
        requirements: vec![sources.requirement.clone().with_extras(variation.extras.iter().cloned())],
        with: sources.with.iter().chain(&preferences.versions).cloned().collect(),
        markers: interpreter.markers.clone(),
        python: interpreter.version.clone(),
        tags: interpreter.tags(),
        rules,
        uploads: builds.uploads.clone(),
        hashes: match index.hashes {
            StatedHashes::AsRequested => request.hashes,
            StatedHashes::Required => HashPolicy::Require,
        },
        newest_without_wheel: NewestWithoutWheel::Refuse,
        builds: request.build.allowed.clone(),
        asked_by: "you".to_owned(),
    }
}

/// The resolution that was taken, with all that is known of its files.
fn completed(
    builds: &Builds<'_>,
    preferences: &Preferences,
    catalog: &Catalog,
    attempted: Attempted,
    accelerator: Option<ChosenBuild>,
) -> Result<Resolution, AppError> {
    let Attempted { interpreter, mut pins } = attempted;
    for pin in pins.iter_mut().filter(|pin| pin.digests.is_none() && matches!(pin.location, Location::Url(_))) {
        let installed = preferences.wheels.iter().find(|wheel| wheel.file == pin.wheel);
        pin.digests = installed.and_then(|wheel| Digests::new(vec![wheel.digest.clone()]));
    }
    for pin in &mut pins {
        pin.size = pin.size.or_else(|| catalog.known_size(&pin.location));
    }
    hash_local(&builds.context.local, &mut pins)?;
    let known = |pin: &Pin| Some((pin.name.clone(), catalog.known_metadata(&pin.location)?));
    let basis = pins.iter().filter_map(known).collect();
    builds.describe(&mut pins);
    Ok(Resolution { interpreter, supply: PythonSupply::Found, pins, basis, accelerator })
}

/// The interpreters to resolve for, in the order in which to try them. If the package fits none, resolution for the best
/// one explains the problem.
fn candidates(
    catalog: &Catalog,
    builds: &Builds<'_>,
    discovery: Discovery,
    requirement: &Requirement,
) -> Result<Vec<Interpreter>, AppError> {
    let any = VersionSpecifiers::empty();
    let (files, specifiers) = match &requirement.origin {
        Origin::Index(specifiers) => {
            let name = &requirement.name;
            let page = catalog.page(name)?;
            let files =
                page.iter().flat_map(|page| page.files.iter().filter(|file| builds.uploads.admits(name, page, file)));
            (files.cloned().collect::<Vec<File>>(), specifiers)
        }
        Origin::Url(url) => (direct_file(&requirement.name, url).into_iter().collect(), &any),
    };
    let metadata = |file: &File| builds.metadata(file).or_else(|| catalog.metadata(file).ok());
    let stated = |file: &File| metadata(file).and_then(|metadata| metadata.requires_python.clone());
    let sdist_use = builds.options.allowed.sdist_use(&requirement.name);
    let Some(first) = newest_that_fits(&discovery.found, &files, specifiers, sdist_use, stated).cloned() else {
        return Ok(vec![python::choose(discovery, &any)?]);
    };
    let mut candidates = vec![first];
    for one in discovery.found {
        // Interpreters that differ by a patch release only have the same wheels.
        if !candidates.iter().any(|other| has_same_wheels(other, &one)) {
            candidates.push(one);
        }
    }
    Ok(candidates)
}

fn has_same_wheels(one: &Interpreter, other: &Interpreter) -> bool {
    let key = |interpreter: &Interpreter| {
        let markers = &interpreter.markers;
        (markers.implementation_name.clone(), markers.python_version.clone(), interpreter.free_threaded)
    };
    key(one) == key(other)
}

/// Resolves for the first interpreter that has a resolution, and tells of those that have none. If no interpreter has one,
/// the error is that of the first.
fn first_resolution(
    candidates: &[Interpreter],
    progress: &dyn Progress,
    resolve: impl Fn(&Interpreter, Option<Requirement>) -> Result<Vec<Pin>, ResolveError<PackageError>>,
) -> Result<Attempted, AppError> {
    let mut first_failure: Option<(&Version, ResolveError<PackageError>)> = None;
    for interpreter in candidates {
        let not_older = first_failure.as_ref().and_then(|(_, error)| not_older(error));
        match (resolve(interpreter, not_older), &first_failure) {
            (Ok(pins), None) => return Ok(Attempted { interpreter: interpreter.clone(), pins }),
            (Ok(pins), Some((passed_over, error))) => {
                progress.event(Event::Detail { message: &format!("Python {passed_over}: {error}") });
                let message = format!("Python {} is used: no versions fit Python {passed_over}", interpreter.version);
                progress.event(Event::Warning { message: &message });
                return Ok(Attempted { interpreter: interpreter.clone(), pins });
            }
            (Err(error), None) if error.may_depend_on_python() => first_failure = Some((&interpreter.version, error)),
            (Err(error), Some(_)) if error.may_depend_on_python() => {}
            (Err(error), _) => return Err(Box::new(error).into()),
        }
    }
    #[expect(clippy::expect_used, reason = "`candidates` has at least one interpreter")]
    let (_, error) = first_failure.expect("an interpreter was tried");
    Err(Box::new(error).into())
}

/// The constraint on a package whose newest version lacks wheels: another Python must not lead to an older version.
fn not_older(error: &ResolveError<PackageError>) -> Option<Requirement> {
    let ResolveError::DependencyWithoutWheel { name, version, .. } = error else { return None };
    Some(Requirement::at_least(name.clone(), version.clone()))
}

/// Hashes local wheels that nobody stated a digest of: the digest is part of what is installed.
fn hash_local(context: &Context<'_>, pins: &mut [Pin]) -> Result<(), AppError> {
    for pin in pins {
        if let (Location::Path(path), None) = (&pin.location, &pin.digests) {
            let Host { files, interrupt, .. } = context.host;
            pin.digests = Digests::new(vec![files.hash::<AppError>(path, Algorithm::Sha256, interrupt)?]);
        }
    }
    Ok(())
}

/// The path in a `file:` URL.
pub(in crate::app) fn local_path(address: &Address) -> Option<PathBuf> {
    address.to_url().ok().filter(|url| url.scheme() == "file").and_then(|url| url.to_file_path().ok())
}
