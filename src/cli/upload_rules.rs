//! Options and variables -> limits on the time of uploads.

use crate::host::Host;
use crate::index::IndexUrl;
use crate::resolve::UploadRules;
use crate::vocab::{Address, InvalidUploadLimit, PackageName, UploadLimit, text_without_secrets};

use super::args::UploadArguments;
use super::configuration::{Configuration, EXCLUDE_NEWER, EXCLUDE_NEWER_INDEX, EXCLUDE_NEWER_PACKAGE, Key};
use super::configuration_files::ConfigurationFiles;
use super::setting::{Setting, SettingsError, variable};

/// The limits that options name.
///
/// # Errors
/// If one of them cannot be understood, or is locked.
pub(super) fn typed_upload_rules(
    files: &ConfigurationFiles<'_>,
    arguments: &UploadArguments,
) -> Result<UploadRules, SettingsError> {
    let ConfigurationFiles { host, own: configuration, .. } = files;
    let (packages, indexes) = (&arguments.exclude_newer_packages, &arguments.exclude_newer_indexes);
    configuration.admit_typed(&[
        (&EXCLUDE_NEWER, "--exclude-newer", arguments.exclude_newer.is_some()),
        (&EXCLUDE_NEWER, "--exclude-newer-package", !packages.is_empty()),
        (&EXCLUDE_NEWER_PACKAGE, "--exclude-newer-package", !packages.is_empty()),
        (&EXCLUDE_NEWER, "--exclude-newer-index", !indexes.is_empty()),
        (&EXCLUDE_NEWER_INDEX, "--exclude-newer-index", !indexes.is_empty()),
    ])?;
    let limit = arguments.exclude_newer.as_ref().map(|text| limit(&typed("--exclude-newer", text))).transpose()?;
    let packages = packages.iter().map(|text| limit_of_package(&typed("--exclude-newer-package", text)));
    let indexes = indexes.iter().map(|text| exempt_index(host, &typed("--exclude-newer-index", text)));
    let (packages, exempt_indexes) = (packages.collect::<Result<_, _>>()?, indexes.collect::<Result<_, _>>()?);
    Ok(UploadRules { limit, packages, exempt_indexes })
}

/// Adds the exceptions that configuration files name, where no option names one of the kind. Beside a locked limit, only
/// locked exceptions count.
///
/// # Errors
/// If one of them cannot be understood.
pub(super) fn add_configured_exceptions(
    files: &ConfigurationFiles<'_>,
    rules: &mut UploadRules,
) -> Result<(), SettingsError> {
    let ConfigurationFiles { host, own: configuration, .. } = files;
    let is_limit_locked = configuration.locked(&EXCLUDE_NEWER).is_some();
    let stated = |key: &Key| {
        let otherwise = || configuration.stated(key).filter(|_| !is_limit_locked);
        configuration.locked(key).or_else(otherwise).unwrap_or_default()
    };
    if rules.packages.is_empty() {
        let packages = stated(&EXCLUDE_NEWER_PACKAGE).iter().map(limit_of_package);
        rules.packages = packages.collect::<Result<_, _>>()?;
    }
    if rules.exempt_indexes.is_empty() {
        let indexes = stated(&EXCLUDE_NEWER_INDEX).iter().map(|setting| exempt_index(host, setting));
        rules.exempt_indexes = indexes.collect::<Result<_, _>>()?;
    }
    Ok(())
}

/// The package and the limit in `NAME=LIMIT`.
fn limit_of_package(setting: &Setting) -> Result<(PackageName, UploadLimit), SettingsError> {
    let (name, value) = setting.text.split_once('=').ok_or("it is not `NAME=LIMIT`").map_err(setting.invalid())?;
    let name: PackageName = name.trim().parse().map_err(setting.invalid())?;
    Ok((name, value.parse().map_err(setting.invalid::<InvalidUploadLimit>())?))
}

/// The index in `URL=false`.
fn exempt_index(host: &Host, setting: &Setting) -> Result<Address, SettingsError> {
    let url = setting.text.strip_suffix("=false").ok_or("it is not `URL=false`").map_err(setting.invalid())?;
    let index = IndexUrl::parse(url, host.environment.current_dir()).map_err(setting.invalid())?;
    Ok(Address::from(index.url()).without_secrets())
}

/// The limit that the variables of uv, pip or pipx name, or a configuration file.
///
/// # Errors
/// If it cannot be understood.
pub(super) fn configured_limit(files: &ConfigurationFiles<'_>) -> Result<Option<UploadLimit>, SettingsError> {
    let ConfigurationFiles { host, own: configuration, .. } = files;
    if let Some(locked) = locked_limit(configuration)? {
        return Ok(Some(locked));
    }
    if let Some(setting) = variable(&host.environment, "UV_EXCLUDE_NEWER")? {
        return limit(&setting).map(Some);
    }
    if let Some(setting) = variable(&host.environment, "PIP_UPLOADED_PRIOR_TO")? {
        return pip_limit(&setting).map(Some);
    }
    if let Some(setting) = variable(&host.environment, "PIPX_COOLDOWN")? {
        let days: u64 =
            setting.text.trim().parse().map_err(|_| "it is not a number of days").map_err(setting.invalid())?;
        return Ok(Some(if days == 0 { UploadLimit::Off } else { UploadLimit::days(days) }));
    }
    if let Some(setting) = configuration.one(&EXCLUDE_NEWER) {
        return limit(&setting).map(Some);
    }
    files.pip()?.uploaded_prior_to.as_ref().map(pip_limit).transpose()
}

/// The limit that the administrator has locked.
pub(super) fn locked_limit(configuration: &Configuration) -> Result<Option<UploadLimit>, SettingsError> {
    configuration.one_locked(&EXCLUDE_NEWER).as_ref().map(limit).transpose()
}

fn typed(option: &str, text: &str) -> Setting {
    Setting { name: format!("`{option} {}`", text_without_secrets(text)), text: text.to_owned() }
}

fn limit(setting: &Setting) -> Result<UploadLimit, SettingsError> {
    setting.text.parse::<UploadLimit>().map_err(setting.invalid())
}

/// A date of pip stands for its beginning.
fn pip_limit(setting: &Setting) -> Result<UploadLimit, SettingsError> {
    let beginning: Result<UploadLimit, InvalidUploadLimit> = format!("{}T00:00", setting.text.trim()).parse();
    beginning.or_else(|_| limit(setting))
}
