//! Options and settings that allow or forbid builds of source code. A setting of pip or uv that forbids what is asked for
//! ends the run, and so does one that asks for builds where there are wheels.

use std::collections::BTreeSet;

use crate::app::{Request, sources_to_build};
use crate::resolve::AllowedBuilds;
use crate::vocab::{Origin, PackageName, Requirement};

use super::configuration_files::ConfigurationFiles;
use super::error::CliError;
use super::setting::{Setting, SettingsError, is_true, variable};

/// The packages that a setting of pip or uv is about.
enum Packages {
    All,
    Of(BTreeSet<PackageName>),
}

/// The packages that `--allow-build` names.
pub(super) fn allowed_builds(typed: &[String]) -> Result<AllowedBuilds, CliError> {
    if typed.iter().any(|name| name == "all") {
        return Ok(AllowedBuilds::All);
    }
    let names: Result<_, _> = typed.iter().map(|name| name.parse()).collect();
    Ok(AllowedBuilds::Of(names.map_err(CliError::PackageName)?))
}

/// Fails if a setting of pip or uv forbids a build that a request needs or allows, or asks for a build of what has wheels.
pub(super) fn check_builds(files: &ConfigurationFiles<'_>, request: &Request) -> Result<(), SettingsError> {
    let sources = sources_to_build(request);
    let requirements = std::iter::once(&request.requirement).chain(&request.with);
    let of_address = |requirement: &&Requirement| matches!(requirement.origin, Origin::Url(_));
    let is_built = |requirement: &&Requirement| sources.contains(&requirement.to_string());
    let needed = requirements.filter(of_address).filter(is_built).map(|requirement| requirement.name.clone());
    check(files, &Wanted { needed: needed.collect(), allowed: &request.build.allowed })
}

/// The same for builds that are allowed and none that is needed.
pub(super) fn check_allowed_builds(
    files: &ConfigurationFiles<'_>,
    allowed: &AllowedBuilds,
) -> Result<(), SettingsError> {
    check(files, &Wanted { needed: Vec::new(), allowed })
}

/// The builds that a request needs, and those that it allows.
struct Wanted<'a> {
    needed: Vec<PackageName>,
    allowed: &'a AllowedBuilds,
}

fn check(files: &ConfigurationFiles<'_>, wanted: &Wanted<'_>) -> Result<(), SettingsError> {
    let pip = files.pip()?;
    let read = |name: &str| variable(&files.host.environment, name);
    for setting in [read("UV_NO_BUILD")?, read("UV_NO_BINARY")?].into_iter().flatten() {
        if !is_true(&setting)? {
            continue;
        }
        match setting.name.as_str() {
            "`UV_NO_BINARY`" => return Err(setting.invalid()(ONLY_WITHOUT_WHEEL)),
            _ => check_forbidden(&setting, &Packages::All, wanted)?,
        }
    }
    for setting in
        [read("UV_NO_BINARY_PACKAGE")?, read("PIP_NO_BINARY")?.or_else(|| pip.no_binary.clone())].into_iter().flatten()
    {
        if !matches!(packages(&setting)?, Packages::Of(names) if names.is_empty()) {
            return Err(setting.invalid()(ONLY_WITHOUT_WHEEL));
        }
    }
    let may_build = !wanted.needed.is_empty() || !wanted.allowed.is_nothing();
    for setting in [read("UV_BUILD_CONSTRAINT")?, read("PIP_BUILD_CONSTRAINT")?].into_iter().flatten() {
        if may_build {
            return Err(setting.invalid()("Kingbolt has no constraints for the requirements of builds"));
        }
    }
    let forbidding = [read("UV_NO_BUILD_PACKAGE")?, read("PIP_ONLY_BINARY")?.or_else(|| pip.only_binary.clone())];
    for setting in forbidding.into_iter().flatten() {
        check_forbidden(&setting, &packages(&setting)?, wanted)?;
    }
    Ok(())
}

const ONLY_WITHOUT_WHEEL: &str = "Kingbolt builds packages of an index only where there is no wheel";

/// The packages of a setting, as pip reads it: `:all:` and `:none:` replace what precedes them.
fn packages(setting: &Setting) -> Result<Packages, SettingsError> {
    let mut packages = Packages::Of(BTreeSet::new());
    for part in setting.split(|character| character == ',' || character.is_whitespace()) {
        match (part.text.as_str(), &mut packages) {
            (":all:", _) => packages = Packages::All,
            (":none:", _) => packages = Packages::Of(BTreeSet::new()),
            (_, Packages::All) => {}
            (name, Packages::Of(names)) => {
                names.insert(name.parse().map_err(part.invalid())?);
            }
        }
    }
    Ok(packages)
}

/// Fails if builds of the packages are forbidden, and a request needs or allows one.
fn check_forbidden(setting: &Setting, forbidden: &Packages, wanted: &Wanted<'_>) -> Result<(), SettingsError> {
    let is_forbidden = |name: &PackageName| match forbidden {
        Packages::All => true,
        Packages::Of(names) => names.contains(name),
    };
    if let Some(name) = wanted.needed.iter().find(|name| is_forbidden(name)) {
        return Err(setting.invalid()(format!("it forbids builds, and `{name}` has to be built")));
    }
    let clash = match (wanted.allowed, forbidden) {
        (AllowedBuilds::All, Packages::Of(names)) if names.is_empty() => None,
        (AllowedBuilds::All, _) => Some("all".to_owned()),
        (AllowedBuilds::Of(names), _) => names.iter().find(|name| is_forbidden(name)).map(ToString::to_string),
    };
    match clash {
        Some(name) => Err(setting.invalid()(format!("it forbids builds, and `--allow-build {name}` allows one"))),
        None => Ok(()),
    }
}
