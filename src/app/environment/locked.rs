//! From a lock to an interpreter and pins: no index is asked, unless source code has to be built.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use url::Url;

use crate::app::error::AppError;
use crate::app::locked_app_error::LockedAppError;
use crate::app::request::{LockOptions, Request, RequestedLock};
use crate::app::state::OnlineContext;
use crate::build::{SourceAddress, SourceKind, Target};
use crate::host::Event;
use crate::index::IndexSettings;
use crate::lock::{ArchiveOrigin, CodeKind, Lock, LockedBuild, Selected, Selection};
use crate::python::{self, Interpreter};
use crate::resolve::{SdistUse, UploadFilter, VersionRules};
use crate::vocab::{Address, DirectKind, DirectReference, Location, Pin, VersionSpecifiers};

use super::builds::{BuildMode, Builds, BuiltSource};
use super::discovery::discover;
use super::from_source::{SourceToBuild, built};
use super::lock_source::read_lock;
use super::python_supply::{builds_to_fetch, fetch_suitable};
use super::resolved::{PlannedResolution, PythonSupply, Resolution};

/// Chooses the interpreter, and the packages that a lock has for it. What has source code only is built, if that is allowed.
pub(in crate::app) fn resolve_locked(
    context: &OnlineContext<'_>,
    lock: &Lock,
    options: &LockOptions<'_>,
) -> Result<Resolution, AppError> {
    let (interpreter, supply, selected) = select(context, lock, options, BuildMode::CarryOut)?;
    let rules = context.locked.applied_to(&VersionRules::default());
    let uploads = UploadFilter::new(rules.uploads, context.local.host.clock.now());
    let builds = Builds::new(context, options.index, options.build, options.hashes, uploads, BuildMode::CarryOut);
    match pins(&builds, &interpreter, selected) {
        Ok(pins) => {
            builds.leave();
            Ok(Resolution { interpreter, supply, pins, basis: BTreeMap::new(), accelerator: None })
        }
        Err(error) => {
            builds.discard();
            Err(error)
        }
    }
}

/// The same for a plan, which builds nothing.
pub(in crate::app) fn plan_locked(
    context: &OnlineContext<'_>,
    lock: &Lock,
    options: &LockOptions<'_>,
) -> Result<PlannedResolution, AppError> {
    let (interpreter, supply, selected) = select(context, lock, options, BuildMode::Plan)?;
    let (mut pins, mut sources) = (Vec::new(), Vec::new());
    for one in selected {
        match one {
            Selected::Build(build) => sources.push(shown(&build)),
            Selected::Wheel(pin) => pins.push(*pin),
        }
    }
    if !sources.is_empty() {
        return Ok(PlannedResolution::Build { sources });
    }
    Ok(PlannedResolution::Resolved(Box::new(Resolution {
        interpreter,
        supply,
        pins,
        basis: BTreeMap::new(),
        accelerator: None,
    })))
}

/// The rest of what decides a resolution from the lock of a request.
pub(super) struct LockedChoice<'a> {
    pub(super) index: &'a IndexSettings,
    /// The interpreter to take before others that fit as well.
    pub(super) interpreter: Option<&'a Path>,
    pub(super) mode: BuildMode,
}

/// The same for the lock of a request.
///
/// # Errors
/// Also if it is another one by now: the request says what is installed.
pub(super) fn resolve_requested(
    context: &OnlineContext<'_>,
    request: &Request,
    requested: &RequestedLock,
    choice: &LockedChoice<'_>,
) -> Result<Resolution, AppError> {
    let (lock, digest) = read_lock(context, &requested.location, request.hashes, None)?;
    if digest != requested.digest {
        return Err(LockedAppError::Changed { lock: requested.location.clone() }.into());
    }
    let selection = Selection { extras: request.requirement.extras.clone(), ..Selection::default() };
    let options = LockOptions {
        location: &requested.location,
        hashes: request.hashes,
        selection: &selection,
        python: request.python(),
        interpreter: choice.interpreter,
        build: &request.build,
        index: choice.index,
    };
    match choice.mode {
        BuildMode::CarryOut => resolve_locked(context, &lock, &options),
        BuildMode::Plan => match plan_locked(context, &lock, &options)? {
            PlannedResolution::Build { sources } => Err(AppError::WouldBuild { source_code: sources.join(", ") }),
            PlannedResolution::Resolved(resolution) => Ok(*resolution),
        },
    }
}

/// The interpreter, and the packages that the lock has for it.
///
/// # Errors
/// Also if one of them has to be built and that is not allowed: then nothing is built.
fn select(
    context: &OnlineContext<'_>,
    lock: &Lock,
    options: &LockOptions<'_>,
    mode: BuildMode,
) -> Result<(Interpreter, PythonSupply, Vec<Selected>), AppError> {
    let local = &context.local;
    let unusable = |source| AppError::LockFile { lock: options.location.clone(), source: Box::new(source) };
    for message in lock.warnings() {
        local.progress.event(Event::Warning { message });
    }
    let (interpreter, supply) = interpreter(context, lock, options, mode)?;
    let selected = lock
        .select(&interpreter.markers, &interpreter.version, &interpreter.tags(), options.selection)
        .map_err(unusable)?;
    let admitted = |one| match one {
        Selected::Build(build) if options.build.allowed.sdist_use(&build.name) == SdistUse::Refuse => {
            Err(unusable(build.refusal))
        }
        Selected::Build(_) | Selected::Wheel(_) => Ok(one),
    };
    let selected = selected.into_iter().map(admitted).collect::<Result<Vec<Selected>, AppError>>()?;
    // The servers in a lock of this disk are as good as named by the person; a server names nobody.
    if matches!(options.location, Location::Path(_)) {
        selected.iter().filter_map(address).for_each(|url| context.network.add_named(&url));
    }
    Ok((interpreter, supply, selected))
}

/// The one that is preferred, if the lock admits it; else the best of those that it admits, or one that is fetched.
fn interpreter(
    context: &OnlineContext<'_>,
    lock: &Lock,
    options: &LockOptions<'_>,
    mode: BuildMode,
) -> Result<(Interpreter, PythonSupply), AppError> {
    let local = &context.local;
    let mut discovery = discover(local, options.python)?;
    // The order of the others stays.
    discovery.found.sort_by_key(|found| Some(found.executable.as_path()) != options.interpreter);
    let any = VersionSpecifiers::empty();
    let requires_python = lock.requires_python().unwrap_or(&any);
    match python::choose(discovery, requires_python) {
        Ok(interpreter) => Ok((interpreter, PythonSupply::Found)),
        Err(error) => {
            let builds = builds_to_fetch(local, options.python, requires_python, &[])?;
            fetch_suitable(context, builds, mode, error.into(), |build| {
                let Interpreter { markers, version, .. } = &build.interpreter;
                lock.select(markers, version, &build.interpreter.tags(), options.selection).is_ok()
            })
        }
    }
}

/// The address of what has to be downloaded.
fn address(selected: &Selected) -> Option<Address> {
    let location = match selected {
        Selected::Wheel(pin) => &pin.location,
        Selected::Build(build) => match &build.code.kind {
            CodeKind::Archive { location, .. } => location,
            CodeKind::Git { url, .. } => return Some(url.into()),
            CodeKind::Directory { .. } => return None,
        },
    };
    match location {
        Location::Url(url) => Some(url.clone()),
        Location::Path(_) => None,
    }
}

/// The pins of all packages, after the wheels of those that have source code only were built.
fn pins(builds: &Builds<'_>, interpreter: &Interpreter, selected: Vec<Selected>) -> Result<Vec<Pin>, AppError> {
    let mut pins = Vec::new();
    for one in selected {
        pins.push(match one {
            Selected::Build(build) => build_wheel(builds, interpreter, *build)?,
            Selected::Wheel(pin) => *pin,
        });
    }
    builds.describe(&mut pins);
    Ok(pins)
}

fn build_wheel(builds: &Builds<'_>, interpreter: &Interpreter, package: LockedBuild) -> Result<Pin, AppError> {
    let shown = shown(&package);
    let (kind, target) = source_kind(&package.code.kind)?;
    let address = SourceAddress { kind, subdirectory: package.code.subdirectory.clone() };
    let LockedBuild { name, version, code, dependencies, role, .. } = package;
    let described = |direct: DirectReference| described(direct, &code.kind);
    let source = SourceToBuild { shown: &shown, address: &address, target, name: &name, version: version.as_ref() };
    let built = built(builds, std::slice::from_ref(interpreter), &source, &described)?;
    let wheel = built.wheel.name();
    Ok(Pin {
        name,
        version: wheel.version().clone(),
        wheel: wheel.clone(),
        location: Location::Path(built.path()),
        digests: None,
        is_hash_stated: true,
        size: None,
        extras: Vec::new(),
        dependencies,
        role,
        direct: None,
        built_from: None,
    })
}

/// The same source code for the build, and the kind of wheel to build.
fn source_kind(code: &CodeKind) -> Result<(SourceKind, Target), AppError> {
    Ok(match code {
        CodeKind::Archive { location, file, size, digests, .. } => {
            let unusable = || AppError::NoSuchFile { path: PathBuf::from(location.to_string()) };
            let url = match location {
                Location::Path(path) => Url::from_file_path(path).map_err(|()| unusable())?,
                Location::Url(url) => url.to_url().map_err(|_| unusable())?,
            };
            (SourceKind::Archive { url, file: file.clone(), size: *size, digests: digests.clone() }, Target::Wheel)
        }
        CodeKind::Directory { path, editable } => {
            let target = if *editable { Target::Editable } else { Target::Wheel };
            (SourceKind::Directory { path: path.clone() }, target)
        }
        CodeKind::Git { url, commit, requested } => {
            let (url, commit, requested) = (url.clone(), commit.clone(), requested.clone());
            (SourceKind::Commit { url, commit, requested }, Target::Wheel)
        }
    })
}

/// The source code of a wheel, as its environment records it: an sdist of an index is no direct reference.
fn described(direct: DirectReference, code: &CodeKind) -> BuiltSource {
    match (code, direct.source.as_ref().map(|source| &source.kind)) {
        (CodeKind::Archive { origin: ArchiveOrigin::Index, .. }, Some(DirectKind::Archive { digest })) => {
            BuiltSource::Index { url: direct.url.clone(), digest: digest.clone() }
        }
        (CodeKind::Archive { .. } | CodeKind::Directory { .. } | CodeKind::Git { .. }, _) => BuiltSource::Named(direct),
    }
}

/// The source code as a message names it.
fn shown(build: &LockedBuild) -> String {
    match &build.version {
        Some(version) => format!("{}=={version}", build.name),
        None => build.name.to_string(),
    }
}
