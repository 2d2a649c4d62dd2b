//! Variables and configuration files -> the use of the command `keyring`.

use crate::host::Host;
use crate::vocab::KeyringUse;

use super::configuration::{Configuration, KEYRING_PROVIDER};
use super::pip_configuration;
use super::setting::SettingsError;
use super::uv_configuration;

/// The use of the keyring that settings ask for.
///
/// # Errors
/// If a setting asks for something else than the command: its modules for Python cannot be used here.
pub(super) fn keyring_use(host: &Host) -> Result<KeyringUse, SettingsError> {
    let setting = match Configuration::read(host)?.value(host, &KEYRING_PROVIDER)? {
        Some(setting) => Some(setting),
        None => uv_configuration::read(host)?.keyring_provider.or(pip_configuration::read(host)?.keyring_provider),
    };
    let Some(setting) = setting else { return Ok(KeyringUse::Never) };
    match setting.text.trim() {
        "disabled" => Ok(KeyringUse::Never),
        // pip takes the command, too, where its Python has no module.
        "auto" | "subprocess" => Ok(KeyringUse::Ask),
        _ => Err(setting.invalid()("Kingbolt knows `auto`, `disabled` and `subprocess`")),
    }
}
