//! `inject` and `uninject`: packages that an app's environment has beside the app.

use crate::app::change::with_other_obstacles;
use crate::app::environment::{Preferences, Resolution, TooNew, resolve};
use crate::app::error::AppError;
use crate::app::locked_app_error::LockedAppError;
use crate::app::request::{Check, InstallOptions, NewUploadRules, Overwrite, Reinstall, Request, UpgradeOptions};
use crate::app::state::{AppName, AppState, OnlineContext, lock_installed};
use crate::resolve::ResolveError;
use crate::vocab::{Origin, PackageName, Requirement, Version};

use super::install::{Installed, held, install_over};
use super::upgrade::request_of;

/// A change of the packages beside an app.
#[derive(Clone, Debug)]
pub enum Injection {
    /// Packages to add, or to require in another way.
    Add(Vec<Requirement>),
    /// Packages that were added, to remove.
    Remove(Vec<PackageName>),
}

/// Changes the packages beside an app: in a new generation, so that a rollback undoes it. Versions that are installed stay
/// where that is possible.
///
/// # Errors
/// Whatever goes wrong, the app is left as it was.
pub fn inject(
    context: &OnlineContext<'_>,
    app: &AppName,
    options: &UpgradeOptions,
    injection: &Injection,
) -> Result<Installed, AppError> {
    let local = &context.local;
    let _lock = lock_installed(local, app).map_err(|error| with_other_obstacles(local, error))?;
    let state = AppState::read(local.host, local.directories, app)?;
    let mut request = request_of(local, &state)?.clone();
    injection.apply(app, &mut request)?;
    options.uploads.extend(&mut request);
    request.build.allowed.extend(&options.builds);
    let uploads = &options.uploads;
    let options = InstallOptions {
        request,
        versions: Vec::new(),
        index: options.index.clone(),
        reinstall: Reinstall::IfChanged,
        overwrite: Overwrite::Refuse,
        check: Check::Nothing,
        keep: options.keep,
    };
    install_over(context, app, &options, state, |state| closest(context, uploads, &options, state))
}

impl Injection {
    fn apply(&self, app: &AppName, request: &mut Request) -> Result<(), AppError> {
        match self {
            Self::Add(requirements) => {
                if let Some(lock) = &request.lock {
                    let (app, lock) = (app.clone(), lock.location.clone());
                    return Err(LockedAppError::Injected { app, lock }.into());
                }
                let own = &request.requirement.name;
                if let Some(requirement) = requirements.iter().find(|requirement| requirement.name == *own) {
                    let (app, package, requirement) = (app.clone(), own.clone(), Box::new(requirement.clone()));
                    return Err(AppError::InjectedItself { app, package, requirement });
                }
                let is_replaced = |with: &Requirement| requirements.iter().any(|other| other.name == with.name);
                request.with.retain(|with| !is_replaced(with));
                for requirement in requirements {
                    if !request.with.contains(requirement) {
                        request.with.push(requirement.clone());
                    }
                }
            }
            Self::Remove(names) => {
                let beside = request.requirements_beside();
                let injected: Vec<PackageName> = beside.into_iter().map(|requirement| requirement.name).collect();
                if let Some(package) = names.iter().find(|name| !injected.contains(name)) {
                    return Err(AppError::NotInjected { app: app.clone(), package: package.clone(), injected });
                }
                request.with.retain(|with| !names.contains(&with.name));
                request.executables.from.retain(|name| !names.contains(name));
            }
        }
        Ok(())
    }
}

/// True if a package that was asked for has no wheel, or needs one without: other versions of the app change nothing then.
fn is_about_wheels<E: std::error::Error>(error: &ResolveError<E>) -> bool {
    matches!(error, ResolveError::NewestWithoutWheel { .. } | ResolveError::DependencyWithoutWheel { .. })
}

/// The resolution that keeps the versions of all installed packages; where there is none, that of the app, or a newer
/// one. An older app would not be what the person has.
fn closest(
    context: &OnlineContext<'_>,
    uploads: &NewUploadRules,
    options: &InstallOptions,
    state: &AppState,
) -> Result<Resolution, AppError> {
    let request = &uploads.effective(&options.request);
    let of_index = |requirement: &Requirement| matches!(requirement.origin, Origin::Index(_));
    let is_named = |name: &PackageName| request.with.iter().any(|with| with.name == *name && !of_index(with));
    let versions = state.current().map(|current| current.record.versions()).unwrap_or_default();
    let held = |operator: &'static str| {
        move |(name, version): &(PackageName, _)| format!("{name}{operator}{version}").parse::<Requirement>().ok()
    };
    let installed = versions.iter().filter(|(name, _)| !is_named(name));
    let all: Vec<Requirement> = installed.clone().filter_map(held("==")).collect();
    let own = |(name, _): &&(PackageName, Version)| *name == request.requirement.name;
    let exact = installed.clone().filter(own).filter_map(held("==")).collect();
    let not_older = installed.filter(own).filter_map(held(">=")).collect();
    let interpreter = state.current().map(|current| current.record.python.executable.clone());
    let preferences = |constraints| Preferences {
        constraints,
        interpreter: interpreter.clone(),
        too_new: TooNew::Keep,
        ..self::held(state)
    };
    for constraints in [all, exact] {
        match resolve(context, request, &options.index, &preferences(constraints)) {
            Err(AppError::Resolve(error)) if !is_about_wheels(&error) => {}
            resolved => return resolved,
        }
    }
    resolve(context, request, &options.index, &preferences(not_older))
}
