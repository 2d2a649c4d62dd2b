//! A file system in memory, which knows of every file what is certain to be on the disk, and can be cut from power.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use crate::recording::Change;

/// Names and files.
#[derive(Clone, Default)]
pub(crate) struct Volume {
    /// Parents sort before what is in them.
    names: BTreeMap<PathBuf, Node>,
    files: Vec<File>,
}

#[derive(Clone)]
enum Node {
    Directory,
    /// An index into `files`.
    File(usize),
    Link(PathBuf),
}

#[derive(Clone)]
struct File {
    content: Vec<u8>,
    /// What is left of the content after a loss of power, whatever else is lost.
    certain: Vec<u8>,
    mode: u32,
}

/// What a loss of power takes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Loss {
    /// All names as they were when the power went; content that nobody synced is missing. So do ext4 and XFS, which
    /// write names down in order, and content when they like.
    Content,
    /// The same, but the second half of such content is zeros.
    HalfOfContent,
    /// Every change that nobody synced, each by itself, and its content: as much as POSIX lets a file system lose. So do
    /// Btrfs and F2FS, where syncing one file says nothing of others.
    EverythingUnsynced,
}

impl Volume {
    /// What stands below a directory, all of it on the disk.
    pub(crate) fn read(root: &Path) -> Self {
        let mut volume = Self::default();
        let mut known = BTreeMap::new();
        let mut paths = vec![root.to_owned()];
        while let Some(path) = paths.pop() {
            let metadata = fs::symlink_metadata(&path).expect("nobody else is here");
            let node = if metadata.is_symlink() {
                Node::Link(fs::read_link(&path).expect("nobody else is here"))
            } else if metadata.is_dir() {
                paths.extend(fs::read_dir(&path).expect("it is ours").map(|entry| entry.expect("it is ours").path()));
                Node::Directory
            } else {
                let index = *known.entry(metadata.ino()).or_insert_with(|| {
                    let content = fs::read(&path).expect("it is ours");
                    volume.files.push(File { certain: content.clone(), content, mode: metadata.mode() & 0o7777 });
                    volume.files.len() - 1
                });
                Node::File(index)
            };
            volume.names.insert(path, node);
        }
        volume
    }

    /// What stands after some changes, and no loss.
    pub(crate) fn with(&self, changes: &[Change]) -> Self {
        let mut volume = self.clone();
        for change in changes {
            volume.apply(change);
        }
        volume
    }

    /// Every name, with the mode and content of a file, or where a link leads.
    pub(crate) fn shown(&self) -> BTreeMap<PathBuf, String> {
        let show = |node: &Node| match node {
            Node::Directory => "directory".to_owned(),
            Node::File(index) => {
                let file = &self.files[*index];
                format!("{:o} {}", file.mode, String::from_utf8_lossy(&file.content))
            }
            Node::Link(target) => target.display().to_string(),
        };
        self.names.iter().map(|(path, node)| (path.clone(), show(node))).collect()
    }

    /// What is on the disk when the power goes after some changes.
    pub(crate) fn after(&self, changes: &[Change], loss: Loss) -> Self {
        let mut volume = self.clone();
        let kept = if loss == Loss::EverythingUnsynced { certain(changes) } else { vec![true; changes.len()] };
        for (change, _) in changes.iter().zip(kept).filter(|(_, kept)| *kept) {
            volume.apply(change);
        }
        for file in volume.files.iter_mut().filter(|file| file.content != file.certain) {
            let length = file.content.len();
            match loss {
                Loss::Content | Loss::EverythingUnsynced => file.content.clone_from(&file.certain),
                Loss::HalfOfContent => file.content[length / 2..].fill(0),
            }
        }
        volume
    }

    /// Replaces a text wherever files have it.
    pub(crate) fn replace(&mut self, old: &str, new: &str) {
        for file in &mut self.files {
            if let Ok(text) = std::str::from_utf8(&file.content) {
                file.content = text.replace(old, new).into_bytes();
            }
        }
    }

    /// Makes the directory what this is.
    pub(crate) fn write(&self, root: &Path) {
        fs::remove_dir_all(root).expect("it is ours");
        let mut first: BTreeMap<usize, &Path> = BTreeMap::new();
        for (path, node) in &self.names {
            match node {
                Node::Directory => fs::create_dir(path),
                Node::Link(target) => symlink(target, path),
                Node::File(index) if first.contains_key(index) => fs::hard_link(first[index], path),
                Node::File(index) => {
                    first.insert(*index, path);
                    let file = &self.files[*index];
                    let mode = fs::Permissions::from_mode(file.mode);
                    fs::write(path, &file.content).and_then(|()| fs::set_permissions(path, mode))
                }
            }
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        }
    }

    fn apply(&mut self, change: &Change) {
        match change {
            Change::Link { from, to } => {
                if let Some(node) = self.names.get(from).cloned() {
                    self.names.insert(to.clone(), node);
                }
            }
            Change::Mkdir { path } => drop(self.names.insert(path.clone(), Node::Directory)),
            Change::Mode { path, mode } => {
                if let Some(file) = self.file(path) {
                    file.mode = *mode;
                }
            }
            Change::Open { path, mode, truncate } => match self.file(path) {
                Some(file) if *truncate => file.content.clear(),
                Some(_) => {}
                None => {
                    self.files.push(File { content: Vec::new(), certain: Vec::new(), mode: *mode });
                    self.names.insert(path.clone(), Node::File(self.files.len() - 1));
                }
            },
            Change::Remove { path } => {
                let holds = |other: &PathBuf| other.parent() == Some(path);
                if !self.names.keys().any(holds) {
                    self.names.remove(path);
                }
            }
            Change::Rename { from, to } => self.rename(from, to),
            Change::Symlink { target, path } => {
                self.names.insert(path.clone(), Node::Link(target.clone()));
            }
            Change::Sync { path } => {
                if let Some(file) = self.file(path) {
                    file.certain.clone_from(&file.content);
                }
            }
            Change::SyncAll => self.files.iter_mut().for_each(|file| file.certain.clone_from(&file.content)),
            Change::Truncate { path, length } => {
                if let Some(file) = self.file(path) {
                    file.content.truncate(*length);
                }
            }
            Change::Write { path, data } => {
                if let Some(file) = self.file(path) {
                    file.content.extend_from_slice(data);
                }
            }
        }
    }

    fn rename(&mut self, from: &Path, to: &Path) {
        let moved: Vec<PathBuf> = self.names.keys().filter(|path| path.starts_with(from)).cloned().collect();
        for path in moved {
            let rest = path.strip_prefix(from).expect("it starts so").to_owned();
            let node = self.names.remove(&path).expect("it was just there");
            let target = if rest.as_os_str().is_empty() { to.to_owned() } else { to.join(rest) };
            self.names.insert(target, node);
        }
    }

    fn file(&mut self, path: &Path) -> Option<&mut File> {
        match self.names.get(path)? {
            Node::File(index) => self.files.get_mut(*index),
            Node::Directory | Node::Link(_) => None,
        }
    }
}

/// Which changes are on the disk whatever happens: those that a later sync covers, and those that they stand on.
fn certain(changes: &[Change]) -> Vec<bool> {
    let mut kept: Vec<bool> =
        changes.iter().enumerate().map(|(index, change)| is_synced(change, &changes[index..])).collect();
    for later in (0..changes.len()).rev().filter(|index| kept[*index]).collect::<Vec<_>>() {
        stand(&changes[..later], &changes[later], &mut kept);
    }
    kept
}

/// Whether a later sync covers a change: one of everything, of its directory, or of the file that it made.
fn is_synced(change: &Change, from_here: &[Change]) -> bool {
    let path = change.path();
    from_here.iter().any(|later| match later {
        Change::SyncAll => true,
        Change::Sync { path: synced } => synced == path || Some(synced.as_path()) == path.parent(),
        _ => false,
    })
}

/// Keeps what a kept change stands on: the directories above it, and what it renames or links.
fn stand(before: &[Change], change: &Change, kept: &mut [bool]) {
    let mut needed: Vec<&Path> = change.path().ancestors().skip(1).collect();
    if let Change::Link { from, .. } | Change::Rename { from, .. } = change {
        needed.push(from);
        needed.extend(from.ancestors().skip(1));
    }
    for (index, earlier) in before.iter().enumerate() {
        let makes = matches!(
            earlier,
            Change::Link { .. }
                | Change::Mkdir { .. }
                | Change::Open { .. }
                | Change::Rename { .. }
                | Change::Symlink { .. }
        );
        let is_needed = needed.contains(&earlier.path())
            || matches!(change, Change::Rename { from, .. } if earlier.path().starts_with(from));
        if makes && is_needed && !kept[index] {
            kept[index] = true;
            stand(&before[..index], earlier, kept);
        }
    }
}

#[test]
fn a_renamed_file_that_was_not_synced_is_empty_or_not_there() {
    let path = |text: &str| PathBuf::from(text);
    let root = Volume { names: BTreeMap::from([(path("/d"), Node::Directory)]), files: Vec::new() };
    let mut changes = vec![
        Change::Open { path: path("/d/a"), mode: 0o644, truncate: false },
        Change::Write { path: path("/d/a"), data: b"text".to_vec() },
        Change::Rename { from: path("/d/a"), to: path("/d/b") },
    ];
    let content =
        |changes: &[Change], loss| root.after(changes, loss).file(Path::new("/d/b")).map(|file| file.content.clone());
    assert_eq!(content(&changes, Loss::Content), Some(Vec::new()));
    assert_eq!(content(&changes, Loss::HalfOfContent), Some(b"te\0\0".to_vec()));
    assert_eq!(content(&changes, Loss::EverythingUnsynced), None);
    changes.push(Change::Sync { path: path("/d") });
    assert_eq!(content(&changes, Loss::EverythingUnsynced), Some(Vec::new()));
    changes.insert(2, Change::Sync { path: path("/d/a") });
    for loss in [Loss::Content, Loss::HalfOfContent, Loss::EverythingUnsynced] {
        assert_eq!(content(&changes, loss), Some(b"text".to_vec()));
    }
}
