//! Arguments and environment -> settings. Precedence is decided here and nowhere else: option, then Kingbolt's own
//! variable, then the settings of pip and uv, then the default.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use crate::app::Directories;
use crate::fetch::DEFAULT_JOBS;
use crate::host::{Environment, Host};
use crate::index::{FindLinks, IndexSettings, IndexUrl, InvalidIndexUrl};

use super::args::{ColorChoice, GlobalArguments, IndexArguments};
use super::pip_configuration;

/// The settings of every command.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub directories: Directories,
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

/// Settings that cannot be determined.
#[derive(Debug, thiserror::Error)]
pub(super) enum SettingsError {
    #[error("failed to find the home directory")]
    NoHome,
}

impl SettingsError {
    /// Advice for the error.
    pub(super) fn hint(&self) -> String {
        match self {
            Self::NoHome => {
                "set HOME, or set KINGBOLT_HOME, KINGBOLT_BIN_DIR and KINGBOLT_CACHE_DIR to absolute paths".to_owned()
            }
        }
    }
}

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
        let offline = arguments.offline || environment.var("KINGBOLT_OFFLINE").is_some_and(is_true);
        Ok(Self {
            directories: directories(host)?,
            connectivity: if offline { Connectivity::Offline } else { Connectivity::Online },
            jobs: arguments.jobs.map_or_else(|| default_jobs(host), NonZeroUsize::from),
            format: if arguments.json { Format::Json } else { Format::Text },
            verbosity,
            bars: if drawn { Bars::Drawn } else { Bars::Hidden },
            palette: palette(environment, arguments.color),
        })
    }
}

/// The indexes to ask, from options, environment and pip's configuration.
///
/// # Errors
/// When one of them is no address.
pub(super) fn index_settings(host: &Host, arguments: &IndexArguments) -> Result<IndexSettings, InvalidIndexUrl> {
    let environment = &host.environment;
    let directory = environment.current_dir();
    let pip = pip_configuration::read(host);
    let first = |names: &[&str]| names.iter().find_map(|name| environment.var(name)).map(str::to_owned);
    let words = |names: &[&str]| -> Option<Vec<String>> {
        first(names).map(|text| text.split_whitespace().map(str::to_owned).collect())
    };
    let or_else = |typed: &[String], others: Vec<String>| if typed.is_empty() { others } else { typed.to_vec() };
    let index_url = arguments.index_url.clone().or_else(|| first(INDEX_VARIABLES)).or(pip.index_url);
    let extra = words(EXTRA_INDEX_VARIABLES).unwrap_or(pip.extra_index_urls);
    let links = words(FIND_LINKS_VARIABLES).unwrap_or(pip.find_links);
    let parse_index = |text: &String| IndexUrl::parse(text, directory);
    let parse_links = |text: &String| FindLinks::parse(text, directory);
    let mut find_links: Vec<FindLinks> =
        or_else(&arguments.find_links, links).iter().map(parse_links).collect::<Result<_, _>>()?;
    if arguments.find_links.is_empty() {
        // pip ignores a missing directory in its configuration, too.
        find_links.retain(
            |place| !matches!(place, FindLinks::Path(path) if host.files.kind(path).is_ok_and(|kind| kind.is_none())),
        );
    }
    Ok(IndexSettings {
        index_url: index_url.as_ref().map_or_else(|| Ok(IndexUrl::pypi()), parse_index)?,
        extra_index_urls: or_else(&arguments.extra_index_urls, extra)
            .iter()
            .map(parse_index)
            .collect::<Result<_, _>>()?,
        find_links,
    })
}

/// Variables that name the index, ours first.
const INDEX_VARIABLES: &[&str] = &["KINGBOLT_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL"];

/// Variables that name further indexes, separated by blanks.
const EXTRA_INDEX_VARIABLES: &[&str] =
    &["KINGBOLT_EXTRA_INDEX_URL", "UV_INDEX", "UV_EXTRA_INDEX_URL", "PIP_EXTRA_INDEX_URL"];

/// Variables that name directories with wheels, separated by blanks.
const FIND_LINKS_VARIABLES: &[&str] = &["KINGBOLT_FIND_LINKS", "UV_FIND_LINKS", "PIP_FIND_LINKS"];

fn directories(host: &Host) -> Result<Directories, SettingsError> {
    let environment = &host.environment;
    let named = |name: &str| environment.var_os(name).map(|path| absolute(environment, Path::new(path)));
    let base = || host.base_directories.as_ref().ok_or(SettingsError::NoHome);
    Ok(Directories {
        home: match named("KINGBOLT_HOME") {
            Some(home) => home,
            None => base()?.data.join("kingbolt"),
        },
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

fn is_true(text: &str) -> bool {
    !matches!(text.to_ascii_lowercase().as_str(), "0" | "false" | "no" | "off")
}
