//! Arguments and environment -> settings. Precedence is decided here and nowhere else: option, then Kingbolt's own
//! variable, then the settings of pip and uv, then the default.

use std::error::Error;
use std::ffi::OsStr;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use crate::app::{Directories, HomeAccess};
use crate::fetch::DEFAULT_JOBS;
use crate::host::{Environment, Files, Host, Locks};
use crate::index::InvalidIndexUrl;

use super::args::{ColorChoice, GlobalArguments};

/// The settings of every command.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub directories: Directories,
    /// The directory of all locks, if they do not lie beside what they guard.
    pub lock_dir: Option<PathBuf>,
    pub connectivity: Connectivity,
    /// Downloads and unpackings at once.
    pub jobs: NonZeroUsize,
    pub format: Format,
    pub verbosity: Verbosity,
    pub bars: Bars,
    pub palette: Palette,
}

/// The use of the network.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Connectivity {
    Offline,
    Online,
}

/// The format of stdout.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Format {
    Json,
    Text,
}

/// The number of messages on stderr.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Verbosity {
    Normal,
    Quiet,
    Verbose,
}

/// The use of progress bars.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Bars {
    Drawn,
    Hidden,
}

/// The use of colour.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Palette {
    Colored,
    Plain,
}

/// The text of a setting, and its name in messages.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Setting {
    pub name: String,
    pub text: String,
}

/// Settings that cannot be determined.
#[derive(Debug, thiserror::Error)]
pub(super) enum SettingsError {
    /// A setting that exists and cannot be understood.
    #[error("failed to use {name}")]
    Invalid { name: String, source: Box<dyn Error + Send + Sync> },
    #[error("failed to find the home directory")]
    NoHome,
    /// An index as typed.
    #[error(transparent)]
    Typed(#[from] InvalidIndexUrl),
}

impl Setting {
    /// The parts of the text, each under the same name.
    pub(super) fn split(&self, is_separator: impl Fn(char) -> bool) -> Vec<Self> {
        let texts = self.text.split(is_separator).map(str::trim).filter(|text| !text.is_empty());
        texts.map(|text| Self { name: self.name.clone(), text: text.to_owned() }).collect()
    }

    /// The error for a text that is not what the setting needs.
    pub(super) fn invalid<E: Into<Box<dyn Error + Send + Sync>>>(&self) -> impl FnOnce(E) -> SettingsError {
        let name = self.name.clone();
        |source| SettingsError::Invalid { name, source: source.into() }
    }
}

impl SettingsError {
    /// Advice for the error.
    pub(super) fn hint(&self) -> Option<String> {
        match self {
            Self::Invalid { .. } => Some("correct or remove the setting; settings are never ignored".to_owned()),
            Self::NoHome => Some(
                "set HOME, or set KINGBOLT_HOME, KINGBOLT_BIN_DIR and KINGBOLT_CACHE_DIR to absolute paths".to_owned(),
            ),
            Self::Typed(_) => None,
        }
    }
}

/// The most bytes of a file of settings: pip's configuration, constraints, overrides.
pub(super) const LONGEST_SETTINGS: u64 = 1024 * 1024;

impl Settings {
    /// Resolves what was typed against the environment.
    ///
    /// # Errors
    /// When a directory has neither been named nor can be derived.
    pub(super) fn resolve(host: &Host, arguments: &GlobalArguments) -> Result<Self, SettingsError> {
        let environment = &host.environment;
        let verbosity = match (arguments.quiet, arguments.verbose) {
            (true, _) => Verbosity::Quiet,
            (false, true) => Verbosity::Verbose,
            (false, false) => Verbosity::Normal,
        };
        let drawn = environment.stderr_is_terminal()
            && verbosity != Verbosity::Quiet
            && !arguments.no_progress
            && environment.var("CI").is_none()
            && environment.var("TERM") != Some("dumb");
        let offline = arguments.offline || environment.var_os("KINGBOLT_OFFLINE").is_some_and(is_set);
        Ok(Self {
            directories: directories(host)?,
            lock_dir: named_directory(environment, "KINGBOLT_LOCK_DIR"),
            connectivity: if offline { Connectivity::Offline } else { Connectivity::Online },
            jobs: arguments.jobs.map_or_else(|| default_jobs(host), NonZeroUsize::from),
            format: if arguments.json { Format::Json } else { Format::Text },
            verbosity,
            bars: if drawn { Bars::Drawn } else { Bars::Hidden },
            palette: palette(environment, arguments.color),
        })
    }

    /// The locks of the home and the cache, for a command.
    pub(super) fn locks(&self, files: Files, command: &str) -> Locks {
        let Directories { home, cache_dir, .. } = &self.directories;
        let locks = Locks::new(command);
        match &self.lock_dir {
            Some(directory) => locks.moved_to(files, directory, &[home, cache_dir]),
            None => locks,
        }
    }
}

fn directories(host: &Host) -> Result<Directories, SettingsError> {
    let environment = &host.environment;
    let named = |name: &str| named_directory(environment, name);
    let base = || host.base_directories.as_ref().ok_or(SettingsError::NoHome);
    let (home, home_access) = match named("KINGBOLT_HOME") {
        Some(home) => (home, HomeAccess::ByUmask),
        None => (base()?.data.join("kingbolt"), HomeAccess::UserOnly),
    };
    Ok(Directories {
        home,
        home_access,
        bin_dir: match named("KINGBOLT_BIN_DIR") {
            Some(bin_dir) => bin_dir,
            None => base()?.executables.clone(),
        },
        cache_dir: match named("KINGBOLT_CACHE_DIR") {
            Some(cache_dir) => cache_dir,
            // Windows has one directory for data and caches.
            None if cfg!(windows) => base()?.cache.join("kingbolt").join("cache"),
            None => base()?.cache.join("kingbolt"),
        },
    })
}

/// The directory that a variable names.
fn named_directory(environment: &Environment, variable: &str) -> Option<PathBuf> {
    environment.var_os(variable).map(|path| absolute(environment, Path::new(path)))
}

/// A path as typed, seen from the directory the process was started in.
pub(super) fn absolute(environment: &Environment, path: &Path) -> PathBuf {
    let mut absolute = environment.current_dir().to_path_buf();
    for part in path.components() {
        match part {
            std::path::Component::CurDir => {}
            other => absolute.push(other),
        }
    }
    absolute
}

fn default_jobs(host: &Host) -> NonZeroUsize {
    // Downloads wait more than they compute; unpacking computes more than it waits.
    host.processes.parallelism().max(DEFAULT_JOBS)
}

fn palette(environment: &Environment, choice: ColorChoice) -> Palette {
    let on_terminal = environment.stderr_is_terminal()
        && environment.var("NO_COLOR").is_none()
        && environment.var("TERM") != Some("dumb");
    match choice {
        ColorChoice::Always => Palette::Colored,
        ColorChoice::Auto if on_terminal => Palette::Colored,
        ColorChoice::Auto | ColorChoice::Never => Palette::Plain,
    }
}

fn is_set(text: &OsStr) -> bool {
    !matches!(text.to_string_lossy().to_ascii_lowercase().as_str(), "0" | "false" | "no" | "off")
}

/// A variable, if it is set.
pub(super) fn variable(environment: &Environment, name: &str) -> Result<Option<Setting>, SettingsError> {
    let Some(value) = environment.var_os(name) else { return Ok(None) };
    let name = format!("`{name}`");
    match value.to_str() {
        Some(text) => Ok(Some(Setting { name, text: text.to_owned() })),
        None => Err(SettingsError::Invalid { name, source: "it is not valid Unicode".into() }),
    }
}

/// The first of several variables that is set.
pub(super) fn first_variable(environment: &Environment, names: &[&str]) -> Result<Option<Setting>, SettingsError> {
    names.iter().find_map(|name| variable(environment, name).transpose()).transpose()
}

/// A truth value as pip and uv write it.
pub(super) fn is_true(setting: &Setting) -> Result<bool, SettingsError> {
    match setting.text.trim().to_ascii_lowercase().as_str() {
        "1" | "on" | "t" | "true" | "y" | "yes" => Ok(true),
        "0" | "f" | "false" | "n" | "no" | "off" => Ok(false),
        _ => Err(setting.invalid()("it is neither true nor false")),
    }
}
