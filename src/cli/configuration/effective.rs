//! The value of each key, and where it comes from.

use serde::Serialize;

use crate::cli::pip_configuration::PipConfiguration;
use crate::cli::python_settings::managed_python;
use crate::cli::setting::{Setting, SettingsError, variable};
use crate::cli::uv_configuration::UvConfiguration;
use crate::host::Host;
use crate::vocab::text_without_secrets;

use super::keys::{KEYS, Key};
use super::read::Configuration;

/// The value of a key where no option is typed.
#[derive(Debug, Eq, PartialEq, Serialize)]
pub(in crate::cli) struct Effective {
    pub key: &'static str,
    /// Without secrets; empty if there is none.
    pub values: Vec<String>,
    /// The variable or the key of a file; absent for a default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// True if nothing can override it.
    pub locked: bool,
}

/// The values of all keys.
///
/// # Errors
/// If a variable cannot be read.
pub(in crate::cli) fn effective(
    host: &Host,
    configuration: &Configuration,
    uv: &UvConfiguration,
    pip: &PipConfiguration,
) -> Result<Vec<Effective>, SettingsError> {
    KEYS.iter().map(|key| of_key(host, configuration, uv, pip, key)).collect()
}

fn of_key(
    host: &Host,
    configuration: &Configuration,
    uv: &UvConfiguration,
    pip: &PipConfiguration,
    key: &'static Key,
) -> Result<Effective, SettingsError> {
    let locked = configuration.locked(key);
    let settings = match locked {
        Some(locked) => locked.to_vec(),
        None => variables(host, key)?
            .or_else(|| configuration.stated(key).map(<[Setting]>::to_vec))
            .or_else(|| some(uv.settings(key)))
            .or_else(|| some(pip.settings(key)))
            .unwrap_or_default(),
    };
    let source = settings.first().map(|setting| setting.name.clone());
    let values: Vec<String> = settings.iter().map(|setting| text_without_secrets(&setting.text)).collect();
    let default = || Some(key.default).filter(|text| !text.is_empty()).map(str::to_owned).into_iter().collect();
    let values = if source.is_none() { default() } else { values };
    Ok(Effective { key: key.name, values, source, locked: locked.is_some() })
}

/// The first variable that is set, and the further one of uv that counts beside it.
fn variables(host: &Host, key: &Key) -> Result<Option<Vec<Setting>>, SettingsError> {
    for name in key.variable.iter().chain(key.others) {
        if *name == "UV_PYTHON_PREFERENCE"
            && let Some(flag) = managed_python(&host.environment)?
        {
            return Ok(Some(vec![flag]));
        }
        if let Some(setting) = variable(&host.environment, name)? {
            let mut settings = vec![setting];
            if *name == "UV_INDEX" {
                settings.extend(variable(&host.environment, "UV_EXTRA_INDEX_URL")?);
            }
            return Ok(Some(settings));
        }
    }
    Ok(None)
}

fn some(settings: Vec<Setting>) -> Option<Vec<Setting>> {
    Some(settings).filter(|settings| !settings.is_empty())
}
