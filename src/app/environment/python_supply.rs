//! The Python of a build that Kingbolt can fetch, where none of those that are there suits.

use std::path::Path;
use std::sync::Arc;

use crate::app::error::{AppError, FetchObstacle, in_one_line};
use crate::app::managed_python_error::ManagedPythonError;
use crate::app::request::PythonDownloads;
use crate::app::state::{Context, OnlineContext, PythonReason};
use crate::host::Event;
use crate::platform::system::read_system_platform;
use crate::python::managed::{BuildName, ManagedBuild, NoBuild, planned_interpreter};
use crate::python::{Interpreter, PythonError, PythonRequest, PythonSource};
use crate::vocab::{Version, VersionSpecifiers};

use super::builds::BuildMode;
use super::discovery::requests;
use super::managed_python::{KnownBuilds, ensure_managed};
use super::resolved::{PythonSupply, PythonToFetch};

/// The builds that could be fetched for a request.
pub(in crate::app) struct PythonsToFetch {
    known: KnownBuilds,
    /// The newest build of each minor version, newest first.
    pub(in crate::app) builds: Vec<PlannedBuild>,
}

/// A build, and the interpreter that it will be.
#[derive(Clone)]
pub(in crate::app) struct PlannedBuild {
    build: ManagedBuild,
    pub(in crate::app) interpreter: Interpreter,
}

/// The versions of builds, where none is what is asked for.
pub(in crate::app) enum Builds {
    /// None matches; there are these.
    Others(Vec<Version>),
    Suitable(PythonsToFetch),
}

/// The same build again, after it was removed; `None` for an interpreter that is no build which can be fetched now.
pub(in crate::app) fn fetch_again(
    context: &OnlineContext<'_>,
    executable: &Path,
) -> Result<Option<(Interpreter, PythonSupply)>, AppError> {
    let local = &context.local;
    let Some(name) = managed_name(local, executable) else { return Ok(None) };
    let Ok(known) = KnownBuilds::read(local.host, local.pythons) else { return Ok(None) };
    let build = known.table.builds_for(known.target).find(|build| build.name == name).cloned();
    let Some(build) = build else { return Ok(None) };
    let Some(platform) = read_system_platform(local.host) else { return Ok(None) };
    let Ok(interpreter) = planned_interpreter(&build, &local.directories.python(&name), platform) else {
        return Ok(None);
    };
    let pythons = PythonsToFetch { known, builds: Vec::new() };
    match pythons.obstacle(context, &build) {
        Some(_) => Ok(None),
        None => pythons.supply(context, &PlannedBuild { build, interpreter }, BuildMode::CarryOut).map(Some),
    }
}

/// True if an error says that none of the Pythons that are there suits.
pub(in crate::app) fn lacks_python(error: &AppError) -> bool {
    match error {
        AppError::Python(PythonError::Unusable { .. }) => false,
        AppError::Python(_) => true,
        AppError::NoBuild { source, .. } => lacks_python(source),
        AppError::Resolve(error) => error.may_depend_on_python(),
        _ => false,
    }
}

/// The builds for a request, but for the minor versions that were found already; `None` if no build may be used, or there
/// are none for this machine.
pub(in crate::app) fn builds_to_fetch(
    context: &Context<'_>,
    request: &PythonRequest,
    requires_python: &VersionSpecifiers,
    found: &[Interpreter],
) -> Result<Option<Builds>, AppError> {
    let Context { host, directories, pythons, .. } = *context;
    let is_named = matches!(request, PythonRequest::Path(_));
    if is_named || !pythons.preference.admits(PythonSource::Managed) {
        return Ok(None);
    }
    let known = match KnownBuilds::read(host, pythons) {
        Ok(known) => known,
        Err(AppError::ManagedPython(ManagedPythonError::NoBuild(_))) => return Ok(None),
        Err(error) => return Err(error),
    };
    let Some(platform) = read_system_platform(host) else { return Ok(None) };
    let (wanted, further) = requests(context, request);
    let matching = match known.matching(wanted, requires_python) {
        Ok(builds) => builds,
        Err(AppError::ManagedPython(ManagedPythonError::NoBuild(
            NoBuild::Request { available, .. } | NoBuild::Unsuitable { available, .. },
        ))) => return Ok(Some(Builds::Others(available))),
        Err(AppError::ManagedPython(ManagedPythonError::NoBuild(NoBuild::Machine { .. }))) => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut builds: Vec<PlannedBuild> = Vec::new();
    for build in matching {
        let root = directories.python(&build.name);
        let Ok(interpreter) = planned_interpreter(build, &root, platform) else { continue };
        let mut known = found.iter().chain(builds.iter().map(|build| &build.interpreter));
        let is_known = known.any(|other| is_same_minor(other, &interpreter));
        if !is_known && further.is_none_or(|request| request.admits(&interpreter)) {
            builds.push(PlannedBuild { build: build.clone(), interpreter });
        }
    }
    Ok(Some(Builds::Suitable(PythonsToFetch { known, builds })))
}

impl PythonsToFetch {
    /// The interpreter of a build, fetched unless it is only planned.
    fn supply(
        &self,
        context: &OnlineContext<'_>,
        planned: &PlannedBuild,
        mode: BuildMode,
    ) -> Result<(Interpreter, PythonSupply), AppError> {
        let PlannedBuild { build, interpreter } = planned;
        match mode {
            BuildMode::Plan => {
                let location = build.address(&self.known.table.origin).without_secrets();
                let python = PythonToFetch { build: build.name.to_string(), location };
                Ok((interpreter.clone(), PythonSupply::ToFetch(python)))
            }
            BuildMode::CarryOut => {
                let fetched = ensure_managed(context, &self.known, build, PythonReason::Automatic)?;
                if fetched.is_new {
                    let version = build.name.version.to_string();
                    context.local.progress.event(Event::PythonFetched { version: &version });
                }
                let interpreter = fetched.interpreter.clone();
                Ok((interpreter, PythonSupply::Fetched { _kept: Arc::new(fetched) }))
            }
        }
    }

    /// The reason why a build cannot be fetched now, if there is one.
    fn obstacle(&self, context: &OnlineContext<'_>, build: &ManagedBuild) -> Option<FetchObstacle> {
        let version = build.name.version.clone();
        let is_reachable = !context.network.is_offline() || self.known.table.origin.is_local();
        match context.local.pythons.downloads {
            PythonDownloads::Automatic if is_reachable => None,
            PythonDownloads::Automatic => Some(FetchObstacle::Offline { version }),
            PythonDownloads::Manual => Some(FetchObstacle::Manual { version }),
            PythonDownloads::Never => Some(FetchObstacle::Forbidden { version }),
        }
    }
}

/// The interpreter of the first build that suits, for a need that an error shows.
///
/// # Errors
/// The error itself if no build helps, and [`AppError::PythonNeeded`] if nothing may be fetched now.
pub(in crate::app) fn fetch_suitable(
    context: &OnlineContext<'_>,
    builds: Option<Builds>,
    mode: BuildMode,
    need: AppError,
    suits: impl Fn(&PlannedBuild) -> bool,
) -> Result<(Interpreter, PythonSupply), AppError> {
    match builds {
        Some(Builds::Suitable(pythons)) => match pythons.builds.iter().find(|build| suits(build)) {
            Some(build) => match pythons.obstacle(context, &build.build) {
                Some(obstacle) => Err(AppError::PythonNeeded { error: Box::new(need), obstacle }),
                None => pythons.supply(context, build, mode),
            },
            None => Err(need),
        },
        Some(Builds::Others(available))
            if !available.is_empty()
                && matches!(need, AppError::Python(_))
                && context.local.pythons.downloads == PythonDownloads::Automatic =>
        {
            Err(AppError::PythonNeeded { error: Box::new(need), obstacle: FetchObstacle::NoBuild { available } })
        }
        Some(Builds::Others(_)) | None => Err(need),
    }
}

/// The newest build of the minor version of a managed Python, if it is newer than that and may be fetched now. A failure to
/// download it is no reason not to upgrade the packages.
pub(in crate::app) fn newer_patch(
    context: &OnlineContext<'_>,
    request: &PythonRequest,
    executable: &Path,
    mode: BuildMode,
) -> Result<Option<(Interpreter, PythonSupply)>, AppError> {
    let local = &context.local;
    let Some(name) = managed_name(local, executable) else { return Ok(None) };
    let any = VersionSpecifiers::empty();
    let Some(Builds::Suitable(pythons)) = builds_to_fetch(local, request, &any, &[])? else { return Ok(None) };
    let is_newer = |build: &&PlannedBuild| {
        let other = &build.build.name;
        other.version.release().iter().take(2).eq(name.version.release().iter().take(2))
            && (&other.version, other.date) > (&name.version, name.date)
    };
    let Some(build) = pythons.builds.iter().find(is_newer) else { return Ok(None) };
    if pythons.obstacle(context, &build.build).is_some() {
        return Ok(None);
    }
    match pythons.supply(context, build, mode) {
        Err(error @ AppError::Download(_)) => {
            let message = format!("Python {} cannot be fetched: {}", build.build.name.version, in_one_line(&error));
            local.progress.event(Event::Warning { message: &message });
            Ok(None)
        }
        supplied => supplied.map(Some),
    }
}

/// The managed Python that an interpreter is.
fn managed_name(context: &Context<'_>, executable: &Path) -> Option<BuildName> {
    let below = executable.strip_prefix(context.directories.pythons()).ok()?;
    BuildName::parse(below.components().next()?.as_os_str().to_str()?)
}

fn is_same_minor(one: &Interpreter, other: &Interpreter) -> bool {
    let key = |interpreter: &Interpreter| {
        (interpreter.minor_version(), interpreter.implementation.clone(), interpreter.free_threaded)
    };
    key(one) == key(other)
}
