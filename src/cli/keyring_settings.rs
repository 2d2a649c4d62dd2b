//! Variables and configuration files -> the use of the command `keyring`.

use crate::vocab::KeyringUse;

use super::configuration::KEYRING_PROVIDER;
use super::configuration_files::ConfigurationFiles;
use super::setting::SettingsError;

/// The use of the keyring that settings ask for.
///
/// # Errors
/// If a setting asks for something else than the command: its modules for Python cannot be used here.
pub(super) fn keyring_use(files: &ConfigurationFiles<'_>) -> Result<KeyringUse, SettingsError> {
    let setting = match files.own.value(files.host, &KEYRING_PROVIDER)? {
        Some(setting) => Some(setting),
        None => match &files.uv()?.keyring_provider {
            Some(setting) => Some(setting.clone()),
            None => files.pip()?.keyring_provider.clone(),
        },
    };
    let Some(setting) = setting else { return Ok(KeyringUse::Never) };
    match setting.text.trim() {
        "disabled" => Ok(KeyringUse::Never),
        // pip takes the command, too, where its Python has no module.
        "auto" | "subprocess" => Ok(KeyringUse::Ask),
        _ => Err(setting.invalid()("Kingbolt knows `auto`, `disabled` and `subprocess`")),
    }
}
