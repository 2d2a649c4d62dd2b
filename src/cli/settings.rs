//! Arguments, environment and configuration files -> settings. Precedence: a key that the system's file has locked, option,
//! Kingbolt's own variable, the variables of uv and pip, the person's and the system's `config.toml`, the files of uv and
//! pip, the default.

use std::ffi::OsStr;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use crate::app::{Directories, HomeAccess};
use crate::fetch::DEFAULT_JOBS;
use crate::host::{Environment, Files, Host, Locks};
use crate::resolve::LockedRules;

use super::args::{ColorChoice, GlobalArguments};
use super::configuration::{
    BIN_DIR, CACHE_DIR, COLOR, Configuration, GLOBAL_BIN_DIR, GLOBAL_HOME, HOME, JOBS, Key, LOCK_DIR, OFFLINE, PROGRESS,
};
use super::setting::{SettingsError, is_true};
use super::version_rules::locked_rules;

/// The settings of every command.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub directories: Directories,
    pub users: Users,
    /// The directory of all locks, if they do not lie beside what they guard.
    pub lock_dir: Option<PathBuf>,
    pub connectivity: Connectivity,
    /// Downloads and unpackings at once.
    pub jobs: NonZeroUsize,
    /// The rules for versions that the administrator has locked.
    pub locked_rules: LockedRules,
    pub format: Format,
    pub verbosity: Verbosity,
    pub bars: Bars,
    pub palette: Palette,
}

/// The users whose apps are meant.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Users {
    /// `--global`.
    All,
    This,
}

impl Users {
    /// As typed.
    pub(super) fn of(arguments: &GlobalArguments) -> Self {
        if arguments.for_all_users { Self::All } else { Self::This }
    }
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

impl Settings {
    /// Resolves what was typed against the environment.
    ///
    /// # Errors
    /// When a directory has neither been named nor can be derived.
    pub(super) fn resolve(
        host: &Host,
        configuration: &Configuration,
        arguments: &GlobalArguments,
    ) -> Result<Self, SettingsError> {
        let environment = &host.environment;
        admit(configuration, arguments)?;
        let verbosity = match (arguments.quiet, arguments.verbose) {
            (true, _) => Verbosity::Quiet,
            (false, true) => Verbosity::Verbose,
            (false, false) => Verbosity::Normal,
        };
        let drawn = environment.stderr_is_terminal()
            && verbosity != Verbosity::Quiet
            && !arguments.no_progress
            && configuration.one(&PROGRESS).as_ref().map(is_true).transpose()? != Some(false)
            && environment.var("CI").is_none()
            && environment.var("TERM") != Some("dumb");
        let offline = match (configuration.one_locked(&OFFLINE), environment.var_os("KINGBOLT_OFFLINE")) {
            (Some(locked), _) => is_true(&locked)?,
            (None, _) if arguments.offline => true,
            (None, Some(text)) => is_set(text),
            (None, None) => configuration.one(&OFFLINE).as_ref().map(is_true).transpose()? == Some(true),
        };
        Ok(Self {
            directories: if arguments.for_all_users {
                directories_for_all_users(host, configuration)?
            } else {
                directories(host, configuration)?
            },
            users: Users::of(arguments),
            lock_dir: named_directory(host, configuration, &LOCK_DIR),
            connectivity: if offline { Connectivity::Offline } else { Connectivity::Online },
            jobs: jobs(host, configuration, arguments)?,
            locked_rules: locked_rules(host, configuration)?,
            format: if arguments.json { Format::Json } else { Format::Text },
            verbosity,
            bars: if drawn { Bars::Drawn } else { Bars::Hidden },
            palette: palette(environment, color(configuration, arguments.color)),
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

/// Refuses options for keys that the administrator has locked.
fn admit(configuration: &Configuration, arguments: &GlobalArguments) -> Result<(), SettingsError> {
    configuration.admit_typed(&[
        (&COLOR, "--color", arguments.color != ColorChoice::Auto),
        (&JOBS, "--jobs", arguments.jobs.is_some()),
        (&OFFLINE, "--offline", arguments.offline),
        (&PROGRESS, "--no-progress", arguments.no_progress),
    ])
}

/// The directories of this user.
pub(super) fn directories(host: &Host, configuration: &Configuration) -> Result<Directories, SettingsError> {
    let named = |key: &Key| named_directory(host, configuration, key);
    let base = || host.base_directories.as_ref().ok_or(SettingsError::NoHome);
    let (home, home_access) = match named(&HOME) {
        Some(home) => (home, HomeAccess::ByUmask),
        None => (base()?.data.join("kingbolt"), HomeAccess::UserOnly),
    };
    Ok(Directories {
        home,
        home_access,
        bin_dir: match named(&BIN_DIR) {
            Some(bin_dir) => bin_dir,
            None => base()?.executables.clone(),
        },
        cache_dir: cache_dir(host, configuration)?,
    })
}

/// The directories of `--global`: they belong to an administrator, and everybody may read them. The cache stays that of the
/// user who fills them.
pub(super) fn directories_for_all_users(
    host: &Host,
    configuration: &Configuration,
) -> Result<Directories, SettingsError> {
    let named = |key: &Key| named_directory(host, configuration, key);
    let default_home = || match host.environment.var_os("ProgramData").filter(|_| cfg!(windows)) {
        Some(data) => PathBuf::from(data).join("kingbolt"),
        None => PathBuf::from("/opt/kingbolt"),
    };
    let home = named(&GLOBAL_HOME).unwrap_or_else(default_home);
    let default_bin_dir = if cfg!(windows) { home.join("bin") } else { PathBuf::from("/usr/local/bin") };
    Ok(Directories {
        bin_dir: named(&GLOBAL_BIN_DIR).unwrap_or(default_bin_dir),
        home,
        home_access: HomeAccess::ByUmask,
        cache_dir: cache_dir(host, configuration)?,
    })
}

fn cache_dir(host: &Host, configuration: &Configuration) -> Result<PathBuf, SettingsError> {
    if let Some(named) = named_directory(host, configuration, &CACHE_DIR) {
        return Ok(named);
    }
    let base = host.base_directories.as_ref().ok_or(SettingsError::NoHome)?;
    // Windows has one directory for data and caches.
    Ok(if cfg!(windows) { base.cache.join("kingbolt").join("cache") } else { base.cache.join("kingbolt") })
}

/// The directory that a variable or a configuration file names.
fn named_directory(host: &Host, configuration: &Configuration, key: &Key) -> Option<PathBuf> {
    let environment = &host.environment;
    // Paths need not be valid Unicode.
    let variable = key.variable.and_then(|name| environment.var_os(name)).map(PathBuf::from);
    let locked = configuration.one_locked(key).map(|setting| PathBuf::from(setting.text));
    let named = locked.or(variable).or_else(|| configuration.one(key).map(|setting| PathBuf::from(setting.text)));
    named.map(|path| absolute(environment, &path))
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

fn jobs(
    host: &Host,
    configuration: &Configuration,
    arguments: &GlobalArguments,
) -> Result<NonZeroUsize, SettingsError> {
    let stated = match (configuration.one_locked(&JOBS), arguments.jobs) {
        (Some(locked), _) => Some(locked),
        (None, Some(typed)) => return Ok(typed.into()),
        (None, None) => configuration.one(&JOBS),
    };
    stated.map_or_else(|| Ok(default_jobs(host)), |setting| setting.text.parse().map_err(setting.invalid()))
}

fn default_jobs(host: &Host) -> NonZeroUsize {
    // Downloads wait more than they compute; unpacking computes more than it waits.
    host.processes.parallelism().max(DEFAULT_JOBS)
}

fn color(configuration: &Configuration, typed: ColorChoice) -> ColorChoice {
    match (typed, configuration.one(&COLOR).as_ref().map(|setting| setting.text.as_str())) {
        (ColorChoice::Auto, Some("always")) => ColorChoice::Always,
        (ColorChoice::Auto, Some("never")) => ColorChoice::Never,
        (typed, _) => typed,
    }
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
