//! `import`: the apps of pipx and uv, as their records describe them. Changes nothing of theirs.

use std::collections::BTreeSet;
use std::env::consts::EXE_SUFFIX;
use std::path::{Path, PathBuf};

use crate::app::error::AppError;
use crate::app::request::{ForeignPython, ForeignRecord, parse_pipx_metadata, parse_uv_receipt};
use crate::app::state::{AppName, Context};
use crate::host::{FileKind, Host};

/// A tool that installs apps.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ForeignTool {
    Pipx,
    Uv,
}

/// An app of another tool.
#[derive(Debug)]
pub struct ForeignApp {
    /// Its name there.
    pub name: String,
    pub record: Result<ForeignRecord, AppError>,
    /// The files of the tool in the directory of commands: those that start this app.
    pub commands: BTreeSet<PathBuf>,
}

/// The most bytes of a record.
const LONGEST_RECORD: u64 = 4 * 1024 * 1024;

impl ForeignTool {
    /// The name of its program.
    pub fn program(self) -> &'static str {
        match self {
            Self::Pipx => "pipx",
            Self::Uv => "uv",
        }
    }

    /// The arguments with which it removes an app.
    pub fn removal(self, name: &str) -> Vec<String> {
        let words: &[&str] = match self {
            Self::Pipx => &["uninstall"],
            Self::Uv => &["tool", "uninstall"],
        };
        words.iter().copied().chain([name]).map(str::to_owned).collect()
    }

    /// The directory with one directory per app. Source: `pipx environment`; uv's reference, "Storage".
    fn environments(self, host: &Host) -> Result<Option<PathBuf>, AppError> {
        let environment = &host.environment;
        let named = |name: &str| environment.var_os(name).map(|path| environment.current_dir().join(path));
        let home = environment.home_dir();
        let below_home = |path: &str| home.as_ref().map(|home| home.join(path));
        let data = host.base_directories.as_ref().map(|directories| directories.data.clone());
        let candidates: Vec<Option<PathBuf>> = match self {
            Self::Pipx => {
                let home = |directory: Option<PathBuf>| directory.map(|home| home.join("venvs"));
                let earlier = [below_home(".local/pipx"), below_home("pipx").filter(|_| cfg!(windows))].map(home);
                let own = if cfg!(target_os = "macos") {
                    below_home("Library/Application Support/pipx")
                } else if cfg!(windows) {
                    data.map(|data| data.join("pipx").join("pipx"))
                } else {
                    data.map(|data| data.join("pipx"))
                };
                match named("PIPX_HOME") {
                    Some(named) => vec![Some(named.join("venvs"))],
                    None => earlier.into_iter().chain([home(own)]).collect(),
                }
            }
            Self::Uv => match named("UV_TOOL_DIR") {
                Some(named) => vec![Some(named)],
                None if cfg!(windows) => vec![named("APPDATA").map(|data| data.join("uv").join("data").join("tools"))],
                None => vec![data.map(|data| data.join("uv").join("tools"))],
            },
        };
        for directory in candidates.into_iter().flatten() {
            if host.files.kind(&directory)?.is_some() {
                return Ok(Some(directory));
            }
        }
        Ok(None)
    }

    fn record(self) -> &'static str {
        match self {
            Self::Pipx => "pipx_metadata.json",
            Self::Uv => "uv-receipt.toml",
        }
    }
}

/// The apps of another tool, by name.
///
/// # Errors
/// If its directory cannot be read.
pub fn foreign_apps(context: &Context<'_>, tool: ForeignTool) -> Result<Vec<ForeignApp>, AppError> {
    let host = context.host;
    let Some(environments) = tool.environments(host)? else { return Ok(Vec::new()) };
    let mut apps = Vec::new();
    for root in host.files.list(&environments)? {
        let path = root.join(tool.record());
        let Some(name) = root.file_name().and_then(|name| name.to_str()).map(str::to_owned) else { continue };
        // A name that neither tool gives, such as one that is an option of it.
        if name.parse::<AppName>().is_err() {
            continue;
        }
        if host.files.kind(&path)?.is_none() {
            continue;
        }
        let mut record = read(host, tool, &path, &name);
        if let Ok(record) = &mut record {
            forget_missing_python(host, record);
        }
        let names = record.as_ref().map(|record| record.commands.as_slice()).unwrap_or_default();
        let commands = commands(host, &context.directories.bin_dir, names, &root)?;
        apps.push(ForeignApp { name, record, commands });
    }
    apps.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(apps)
}

fn read(host: &Host, tool: ForeignTool, path: &Path, name: &str) -> Result<ForeignRecord, AppError> {
    let text = host.files.read_text_at_most(path, LONGEST_RECORD)?;
    let parsed = match tool {
        ForeignTool::Pipx => parse_pipx_metadata(&text),
        ForeignTool::Uv => parse_uv_receipt(&text, name),
    };
    parsed.map_err(|source| AppError::ForeignRecord { path: path.to_owned(), source: Box::new(source) })
}

/// Leaves out a Python that the tool chose and that is gone: apps that stopped working are a reason to move.
fn forget_missing_python(host: &Host, record: &mut ForeignRecord) {
    if let Some(ForeignPython::Taken { version, interpreter: Some(path) }) = &record.python
        && !host.files.is_file(path)
    {
        record.differences.push(format!("its Python {version} is gone, so another one is taken"));
        record.python = None;
    }
}

/// The commands of an app that stand in the directory of commands. On Unix they are links into its environment; on Windows
/// the record has to do.
fn commands(host: &Host, bin_dir: &Path, names: &[String], root: &Path) -> Result<BTreeSet<PathBuf>, AppError> {
    let mut found = BTreeSet::new();
    let is_plain = |name: &&String| Path::new(name).file_name().is_some_and(|file| file == name.as_str());
    for name in names.iter().filter(is_plain) {
        let path = bin_dir.join(format!("{}{EXE_SUFFIX}", name.strip_suffix(EXE_SUFFIX).unwrap_or(name)));
        let is_theirs = match host.files.kind(&path)? {
            Some(FileKind::Symlink) => host.files.read_link(&path)?.starts_with(root) || leads_below(host, &path, root),
            Some(FileKind::File) => cfg!(windows),
            Some(FileKind::Directory | FileKind::Other) | None => false,
        };
        if is_theirs {
            found.insert(path);
        }
    }
    Ok(found)
}

/// Returns true if a link ends below a directory, however both are spelt.
fn leads_below(host: &Host, link: &Path, directory: &Path) -> bool {
    match (host.files.canonical(link), host.files.canonical(directory)) {
        (Ok(target), Ok(directory)) => target.starts_with(directory),
        (Err(_), _) | (_, Err(_)) => false,
    }
}
