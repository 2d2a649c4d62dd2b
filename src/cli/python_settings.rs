//! Options, variables and configuration files -> which Pythons may be used. The variables of uv mean what they mean there.

use std::path::Path;

use url::Url;

use crate::app::{DefaultForce, DefaultPython, PythonDownloads, PythonSettings, RequestedPython};
use crate::host::{Environment, Host};
use crate::python::PythonPreference;
use crate::python::managed::Origin;

use super::args::PythonArguments;
use super::configuration::{
    Configuration, Key, PYTHON, PYTHON_BUILDS, PYTHON_DOWNLOADS, PYTHON_MIRROR, PYTHON_PREFERENCE,
};
use super::configuration_files::ConfigurationFiles;
use super::setting::{Setting, SettingsError, is_true, variable};
use super::settings::absolute;

/// The settings of a command that chooses a Python.
///
/// # Errors
/// If a setting cannot be read or understood, or an option is typed whose key is locked.
pub(super) fn python_settings(
    files: &ConfigurationFiles<'_>,
    arguments: PythonArguments,
) -> Result<PythonSettings, SettingsError> {
    let typed = [
        (&PYTHON_PREFERENCE, "--python-preference", arguments.python_preference.is_some()),
        (&PYTHON_DOWNLOADS, "--no-python-downloads", arguments.no_python_downloads),
    ];
    files.own.admit_typed(&typed)?;
    let preference = match arguments.python_preference {
        Some(typed) => typed,
        None => effective(files, &PYTHON_PREFERENCE)?.as_ref().map(preference).transpose()?.unwrap_or_default(),
    };
    let downloads = if arguments.no_python_downloads {
        PythonDownloads::Never
    } else {
        effective(files, &PYTHON_DOWNLOADS)?.as_ref().map(downloads).transpose()?.unwrap_or_default()
    };
    Ok(PythonSettings {
        preference,
        downloads,
        default: default_python(files.host, &files.own)?,
        mirror: effective(files, &PYTHON_MIRROR)?
            .as_ref()
            .map(|setting| mirror(&files.host.environment, setting))
            .transpose()?,
        builds: effective(files, &PYTHON_BUILDS)?
            .map(|setting| absolute(&files.host.environment, Path::new(&setting.text))),
    })
}

/// The preference that other variables of uv than `UV_PYTHON_PREFERENCE` state: they stand for its flags `--managed-python` and
/// `--no-managed-python`, which count more.
pub(super) fn managed_python(environment: &Environment) -> Result<Option<Setting>, SettingsError> {
    let flags =
        [("UV_MANAGED_PYTHON", PythonPreference::OnlyManaged), ("UV_NO_MANAGED_PYTHON", PythonPreference::OnlySystem)];
    let mut stated: Option<Setting> = None;
    for (name, preference) in flags {
        let Some(flag) = variable(environment, name)? else { continue };
        if !is_true(&flag)? {
            continue;
        }
        if let Some(other) = &stated {
            return Err(flag.invalid()(format!("{} says the opposite", other.name)));
        }
        stated = Some(Setting { name: flag.name, text: preference.name().to_owned() });
    }
    Ok(stated)
}

/// The setting for a key where no option is typed.
fn effective(files: &ConfigurationFiles<'_>, key: &Key) -> Result<Option<Setting>, SettingsError> {
    let ConfigurationFiles { host, own, .. } = files;
    if let Some(locked) = own.one_locked(key) {
        return Ok(Some(locked));
    }
    if let Some(own) = key.variable.map(|name| variable(&host.environment, name)).transpose()?.flatten() {
        return Ok(Some(own));
    }
    if key.name == PYTHON_PREFERENCE.name
        && let Some(flag) = managed_python(&host.environment)?
    {
        return Ok(Some(flag));
    }
    match own.value(host, key)? {
        Some(setting) => Ok(Some(setting)),
        None => Ok(files.uv()?.settings(key).into_iter().next()),
    }
}

fn preference(setting: &Setting) -> Result<PythonPreference, SettingsError> {
    PythonPreference::parse(&setting.text).ok_or_else(|| {
        let names: Vec<&str> = PythonPreference::ALL.iter().map(|preference| preference.name()).collect();
        setting.invalid()(format!("it is none of {}", names.join(", ")))
    })
}

/// The base address of a mirror, or the path of a directory.
fn mirror(environment: &Environment, setting: &Setting) -> Result<Origin, SettingsError> {
    let of_directory = || {
        let url = Url::from_file_path(absolute(environment, Path::new(&setting.text))).ok()?;
        Origin::parse(url.as_str())
    };
    let origin = if setting.text.contains("://") { Origin::parse(&setting.text) } else { of_directory() };
    origin.ok_or_else(|| setting.invalid()("it is no address of a server or a directory"))
}

/// uv also accepts truth values.
fn downloads(setting: &Setting) -> Result<PythonDownloads, SettingsError> {
    if let Some(downloads) = PythonDownloads::parse(&setting.text) {
        return Ok(downloads);
    }
    match setting.text.as_str() {
        "auto" | "true" | "1" => Ok(PythonDownloads::Automatic),
        "false" | "0" => Ok(PythonDownloads::Never),
        _ => {
            let names: Vec<&str> = PythonDownloads::ALL.iter().map(|downloads| downloads.name()).collect();
            Err(setting.invalid()(format!("it is none of {}", names.join(", "))))
        }
    }
}

fn default_python(host: &Host, configuration: &Configuration) -> Result<Option<DefaultPython>, SettingsError> {
    let force = match configuration.locked(&PYTHON) {
        Some(_) => DefaultForce::Locked,
        None => DefaultForce::Overridable,
    };
    let Some(setting) = configuration.value(host, &PYTHON)? else { return Ok(None) };
    let python = RequestedPython::parse(&setting.text, host.environment.current_dir()).map_err(setting.invalid())?;
    Ok(Some(DefaultPython { request: python.request().clone(), force }))
}
