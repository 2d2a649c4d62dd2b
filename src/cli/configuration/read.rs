//! The configuration files of this machine, and which of their values count.

use std::path::{Path, PathBuf};

use crate::cli::setting::{LONGEST_SETTINGS, Setting, SettingsError, first_variable};
use crate::host::Host;

use super::file::{ConfigurationFile, Scope};
use super::keys::Key;

/// The configuration of the person and of the system.
#[derive(Clone, Debug, Default)]
pub(in crate::cli) struct Configuration {
    person: ConfigurationFile,
    /// In the order in which they count.
    system: Vec<ConfigurationFile>,
}

impl Configuration {
    /// Reads the files that exist.
    ///
    /// # Errors
    /// If one of them cannot be read or understood.
    pub(in crate::cli) fn read(host: &Host) -> Result<Self, SettingsError> {
        let file = |directory: PathBuf, scope| -> Result<ConfigurationFile, SettingsError> {
            read_file(host, &directory.join("kingbolt").join("config.toml"), scope)
        };
        let person = person_directory(host).map(|directory| file(directory, Scope::Person)).transpose()?;
        let system = system_directories(host).into_iter().map(|directory| file(directory, Scope::System));
        Ok(Self { person: person.unwrap_or_default(), system: system.collect::<Result<_, _>>()? })
    }

    /// The values that an administrator has locked.
    pub(in crate::cli) fn locked(&self, key: &Key) -> Option<&[Setting]> {
        let file = self.system.iter().find(|file| file.locked.contains(key.name))?;
        file.values.get(key.name).map(Vec::as_slice)
    }

    /// The values of the files: those that are locked, or else the person's, or else the system's.
    pub(in crate::cli) fn stated(&self, key: &Key) -> Option<&[Setting]> {
        let mut files = std::iter::once(&self.person).chain(&self.system);
        self.locked(key).or_else(|| files.find_map(|file| file.values.get(key.name)).map(Vec::as_slice))
    }

    /// The single value of the files.
    pub(in crate::cli) fn one(&self, key: &Key) -> Option<Setting> {
        self.stated(key).and_then(<[Setting]>::first).cloned()
    }

    /// The single value that an administrator has locked.
    pub(in crate::cli) fn one_locked(&self, key: &Key) -> Option<Setting> {
        self.locked(key).and_then(<[Setting]>::first).cloned()
    }

    /// The single value that counts where no option was typed and no file of uv and pip matters.
    ///
    /// # Errors
    /// If a variable is not valid Unicode.
    pub(in crate::cli) fn value(&self, host: &Host, key: &Key) -> Result<Option<Setting>, SettingsError> {
        if let Some(locked) = self.one_locked(key) {
            return Ok(Some(locked));
        }
        let names: Vec<&str> = key.variable.iter().chain(key.others).copied().collect();
        Ok(first_variable(&host.environment, &names)?.or_else(|| self.one(key)))
    }

    /// Refuses the options that were typed, as the third value of each says, if their keys are locked.
    ///
    /// # Errors
    /// [`SettingsError::Locked`] for the first of them, which names the file.
    pub(in crate::cli) fn admit_typed(&self, options: &[(&Key, &str, bool)]) -> Result<(), SettingsError> {
        options.iter().filter(|(_, _, is_typed)| *is_typed).try_for_each(|(key, option, _)| self.admit(key, option))
    }

    fn admit(&self, key: &Key, option: &str) -> Result<(), SettingsError> {
        let Some(file) = self.system.iter().find(|file| file.locked.contains(key.name)) else { return Ok(()) };
        let by = file.values.get(key.name).and_then(|values| values.first()).map(|setting| setting.name.clone());
        let by = by.unwrap_or_else(|| format!("`{}`", key.name));
        Err(SettingsError::Locked { option: option.to_owned(), by })
    }
}

fn read_file(host: &Host, path: &Path, scope: Scope) -> Result<ConfigurationFile, SettingsError> {
    let name = || format!("`{}`", path.display());
    let invalid = |source| SettingsError::Invalid { name: name(), source };
    let read = host.files.read_if_present_at_most(path, LONGEST_SETTINGS);
    match read.map_err(|error| invalid(error.source.into()))? {
        Some(bytes) => {
            let text = String::from_utf8(bytes).map_err(|error| invalid(error.into()))?;
            ConfigurationFile::parse(path, text.trim_start_matches('\u{feff}'), scope)
        }
        None => Ok(ConfigurationFile::default()),
    }
}

/// The directory of the person's configuration files.
pub(in crate::cli) fn person_directory(host: &Host) -> Option<PathBuf> {
    let environment = &host.environment;
    let variable = if cfg!(windows) { "APPDATA" } else { "XDG_CONFIG_HOME" };
    let named = environment.var_os(variable).map(PathBuf::from).filter(|path| path.is_absolute());
    named.or_else(|| environment.home_dir().filter(|_| cfg!(unix)).map(|home| home.join(".config")))
}

/// The directories of the system's configuration files, in the order in which they count. Those of `XDG_CONFIG_DIRS` come
/// after the first, so that the variable takes nothing away from an administrator.
pub(in crate::cli) fn system_directories(host: &Host) -> Vec<PathBuf> {
    let environment = &host.environment;
    if cfg!(windows) {
        return environment.var_os("ProgramData").map(PathBuf::from).into_iter().collect();
    }
    let mut others = environment.paths("XDG_CONFIG_DIRS");
    others.retain(|path| path.is_absolute());
    if others.is_empty() {
        others.push(PathBuf::from("/etc/xdg"));
    }
    std::iter::once(PathBuf::from("/etc")).chain(others).collect()
}
