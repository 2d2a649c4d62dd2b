//! Tells the files that Kingbolt wrote into the directory of an environment from those of the person.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::app::error::AppError;
use crate::app::state::{Environment, KnownEnvironment, OwnEntry, integrity, is_lost_and_found};
use crate::host::{FileKind, Host};
use crate::store::{ENVIRONMENT_RECORD, relative};
use crate::vocab::join_relative;
use crate::wheel::RecordHash;

/// The file that makes a directory an environment.
const CONFIGURATION: &str = "pyvenv.cfg";

/// The directory of the bytecode of the modules beside it.
const BYTECODE: &str = "__pycache__";

/// The content of the directory of an environment, by paths relative to it, with `/`. A directory that is meant with
/// everything in it ends with one.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(in crate::app) struct EnvironmentContent {
    /// Written by Kingbolt, and bytecode of modules that it wrote.
    pub ours: BTreeSet<String>,
    /// Everything else.
    pub others: BTreeSet<String>,
}

/// The files and directories that this version writes into an environment, but for those of wheels.
pub(in crate::app) type Planned = (Vec<OwnEntry>, Vec<String>);

/// The proof that a file at a path is the one that was written there.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Proof {
    File(RecordHash),
    Link(PathBuf),
    /// The home knows that it wrote the path.
    Path,
}

/// The paths that were written, and the directories that lead to them.
struct Written<'a> {
    host: &'a Host,
    root: &'a Path,
    paths: BTreeMap<String, Proof>,
    directories: BTreeSet<String>,
    /// The directories that are ours with everything in them.
    whole: BTreeSet<String>,
    /// True if bytecode of the modules among the paths belongs to them.
    with_bytecode: bool,
}

/// The content of the directory of an environment. If the home knows the environment, the paths that it wrote are ours;
/// otherwise those files that its record names, and that are as they were written. `begun` is the directory in it where a new
/// environment is being built, which does not count.
///
/// # Errors
/// [`AppError::ForeignEnvironment`] for a directory that is not empty and holds no environment.
pub(in crate::app) fn survey(
    host: &Host,
    root: &Path,
    known: &KnownEnvironment,
    begun: Option<&str>,
    planned: impl FnOnce() -> Result<Planned, AppError>,
) -> Result<EnvironmentContent, AppError> {
    let is_file = host.files.kind(root)?.is_some() && !host.files.is_dir(root);
    let is_empty = host.files.list(root)?.iter().all(|entry| is_lost_and_found(entry));
    if is_empty && !is_file {
        return Ok(EnvironmentContent::default());
    }
    let written = written(host, root, known, begun, planned)?;
    // There was nothing when the new environment was begun: all that is there now is the person's.
    let written = written.or_else(|| begun.map(|_| Written::new(host, root, false)));
    let Some(written) = written.filter(|_| !is_file) else {
        return Err(AppError::ForeignEnvironment { path: root.to_owned() });
    };
    let mut content = written.content_of("")?;
    if let Some(begun) = begun {
        content.others.remove(&format!("{begun}/"));
    }
    Ok(content)
}

fn written<'a>(
    host: &'a Host,
    root: &'a Path,
    known: &KnownEnvironment,
    begun: Option<&str>,
    planned: impl FnOnce() -> Result<Planned, AppError>,
) -> Result<Option<Written<'a>>, AppError> {
    let record = Environment::read(host, root)?;
    let current = known.current.as_ref();
    let is_known = current.is_some_and(|current| {
        let id = record.as_ref().and_then(|record| record.environment.as_ref());
        id.is_some() && id == current.record.environment.as_ref()
    });
    if let (Some(change), None) = (&known.change, begun) {
        // It was interrupted: the directory holds parts of both.
        let paths = current.iter().flat_map(|current| &current.paths).chain(&change.paths).cloned();
        let mut written = Written::by_path(host, root, paths);
        written.whole = [change.staged.clone(), change.previous.clone(), change.discarded()].into();
        return Ok(Some(written));
    }
    if let (true, Some(current)) = (is_known, current) {
        return Ok(Some(Written::by_path(host, root, current.paths.iter().cloned())));
    }
    match record.as_ref().or_else(|| current.map(|current| &current.record)) {
        Some(record) => {
            let record = match record.own.as_slice() {
                [] => completed(host, root, record, planned()?)?,
                _ => record.clone(),
            };
            Ok(Some(Written::by_content(host, root, &record)?))
        }
        None => Ok(None),
    }
}

/// A record of version 0.1.0, which did not list the files that came with no wheel, with those that this version would
/// write. The configuration names the version, and may be another one's.
fn completed(
    host: &Host,
    root: &Path,
    record: &Environment,
    (own, directories): Planned,
) -> Result<Environment, AppError> {
    let entry = |entry| match entry {
        OwnEntry::File { path, .. } if path == CONFIGURATION => {
            let hash = RecordHash::of(&host.files.read_if_present(&root.join(&path))?.unwrap_or_default());
            Ok(OwnEntry::File { path, hash })
        }
        OwnEntry::Link { path, .. } if path.ends_with("/python") => {
            Ok(OwnEntry::Link { path, target: record.python.executable.clone() })
        }
        OwnEntry::File { .. } | OwnEntry::Link { .. } => Ok(entry),
    };
    let own = own.into_iter().map(entry).collect::<Result<_, AppError>>()?;
    Ok(Environment { directories, own, ..record.clone() })
}

impl<'a> Written<'a> {
    fn by_path(host: &'a Host, root: &'a Path, paths: impl Iterator<Item = String>) -> Self {
        let mut written = Self::new(host, root, true);
        written.add(ENVIRONMENT_RECORD.to_owned(), Proof::Path);
        for path in paths {
            written.add(path, Proof::Path);
        }
        written
    }

    fn by_content(host: &'a Host, root: &'a Path, record: &Environment) -> Result<Self, AppError> {
        let mut written = Self::new(host, root, false);
        written.add(ENVIRONMENT_RECORD.to_owned(), Proof::Path);
        for directory in &record.directories {
            written.add(format!("{directory}/"), Proof::Path);
        }
        for entry in &record.own {
            match entry.clone() {
                OwnEntry::File { path, hash } => written.add(path, Proof::File(hash)),
                OwnEntry::Link { path, target } => written.add(path, Proof::Link(target)),
            }
        }
        for wheel in &record.wheels {
            written.add(wheel.record.clone(), Proof::File(wheel.record_hash.clone()));
            for (path, hash) in integrity::files_of(host, root, wheel)?.unwrap_or_default() {
                written.add(path, Proof::File(hash));
            }
        }
        Ok(written)
    }

    fn new(host: &'a Host, root: &'a Path, with_bytecode: bool) -> Self {
        let (paths, directories, whole) = Default::default();
        Self { host, root, paths, directories, whole, with_bytecode }
    }

    fn add(&mut self, path: String, proof: Proof) {
        let mut parent = path.as_str();
        while let Some((above, _)) = parent.rsplit_once('/') {
            if !self.directories.insert(above.to_owned()) {
                break;
            }
            parent = above;
        }
        if !path.ends_with('/') {
            self.paths.insert(path, proof);
        }
    }

    /// The content of a directory below the root, in which something was written.
    fn content_of(&self, directory: &str) -> Result<EnvironmentContent, AppError> {
        let mut content = EnvironmentContent::default();
        for (path, kind) in self.host.files.list_with_kinds(&join_relative(self.root, directory))? {
            let name = relative(&path, self.root);
            if kind != FileKind::Directory {
                let list = if self.is_ours(&path, kind, &name)? { &mut content.ours } else { &mut content.others };
                list.insert(name);
            } else if self.whole.contains(&name) {
                content.ours.insert(name + "/");
            } else if self.directories.contains(&name) || self.is_bytecode_directory(&name) {
                let below = self.content_of(&name)?;
                if below.others.is_empty() {
                    content.ours.insert(name + "/");
                } else {
                    content.ours.extend(below.ours);
                    content.others.extend(below.others);
                }
            } else if !(directory.is_empty() && is_lost_and_found(&path)) {
                content.others.insert(name + "/");
            }
        }
        Ok(content)
    }

    fn is_ours(&self, path: &Path, kind: FileKind, name: &str) -> Result<bool, AppError> {
        let host = self.host;
        Ok(match (self.paths.get(name), kind) {
            (Some(Proof::Path), _) => true,
            (Some(Proof::File(hash)), FileKind::File) => {
                host.files.hash::<AppError>(path, hash.algorithm(), &host.interrupt)? == *hash.digest()
            }
            (Some(Proof::Link(target)), FileKind::Symlink) => host.files.read_link(path)? == *target,
            (Some(Proof::File(_) | Proof::Link(_)), _) => false,
            (None, _) => self.is_bytecode_of_ours(name),
        })
    }

    /// `a/__pycache__/b.cpython-312.pyc` belongs to `a/b.py`.
    fn is_bytecode_of_ours(&self, name: &str) -> bool {
        let Some((directory, file)) = name.rsplit_once('/') else { return false };
        let above = match directory.rsplit_once('/') {
            Some((above, BYTECODE)) => format!("{above}/"),
            None if directory == BYTECODE => String::new(),
            Some(_) | None => return false,
        };
        let Some((stem, ending)) = file.split_once('.') else { return false };
        let is_plain = file.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
        let is_bytecode = is_plain && ending.rsplit('.').next() == Some("pyc");
        self.with_bytecode && is_bytecode && self.paths.contains_key(&format!("{above}{stem}.py"))
    }

    fn is_bytecode_directory(&self, name: &str) -> bool {
        let above = name.strip_suffix(BYTECODE).map(|above| above.trim_end_matches('/'));
        self.with_bytecode && above.is_some_and(|above| above.is_empty() || self.directories.contains(above))
    }
}
