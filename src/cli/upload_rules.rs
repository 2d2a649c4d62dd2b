//! Options and variables -> limits on the time of uploads.

use std::collections::{BTreeMap, BTreeSet};

use crate::index::IndexUrl;
use crate::resolve::UploadRules;
use crate::vocab::{Address, InvalidUploadLimit, PackageName, UploadLimit, text_without_secrets};

use super::args::UploadArguments;
use super::configuration::{Configuration, EXCLUDE_NEWER};
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
    for (option, is_typed) in [
        ("--exclude-newer", arguments.exclude_newer.is_some()),
        ("--exclude-newer-package", !arguments.exclude_newer_packages.is_empty()),
        ("--exclude-newer-index", !arguments.exclude_newer_indexes.is_empty()),
    ] {
        if is_typed {
            configuration.admit(&EXCLUDE_NEWER, option)?;
        }
    }
    let limit = arguments.exclude_newer.as_ref().map(|text| limit(&typed("--exclude-newer", text))).transpose()?;
    let mut packages = BTreeMap::new();
    for text in &arguments.exclude_newer_packages {
        let setting = typed("--exclude-newer-package", text);
        let (name, value) = text.split_once('=').ok_or("it is not `NAME=LIMIT`").map_err(setting.invalid())?;
        let name: PackageName = name.trim().parse().map_err(setting.invalid())?;
        packages.insert(name, value.parse().map_err(setting.invalid::<InvalidUploadLimit>())?);
    }
    let mut exempt_indexes = BTreeSet::new();
    for text in &arguments.exclude_newer_indexes {
        let setting = typed("--exclude-newer-index", text);
        let url = text.strip_suffix("=false").ok_or("it is not `URL=false`").map_err(setting.invalid())?;
        let index = IndexUrl::parse(url, host.environment.current_dir()).map_err(setting.invalid())?;
        exempt_indexes.insert(Address::from(index.url()).without_secrets());
    }
    Ok(UploadRules { limit, packages, exempt_indexes })
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
