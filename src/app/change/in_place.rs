//! The switch of an environment in its own directory. The previous content waits inside it until the new one is complete.
//! The directory itself is not moved: it may be a mount point, be reached through a symbolic link, or be the working
//! directory of a shell.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::host::{FileError, FileKind, Files, checkpoint};

/// Holds content on its way aside or back.
const MOVING: &str = ".kingbolt-moving";

/// Holds the whole previous content, which may be nothing. While it exists, the content beside it is unfinished, unless
/// the record exists.
const PREVIOUS: &str = ".kingbolt-previous";

/// The directory of an environment that is being switched.
#[derive(Clone, Copy, Debug)]
pub(in crate::app) struct InPlaceSwitch<'a> {
    pub files: Files,
    pub root: &'a Path,
    /// The name of the file that is written last into a finished environment.
    pub record: &'static str,
}

impl InPlaceSwitch<'_> {
    /// Sets the content aside. Creates the directory if it is missing.
    pub(in crate::app) fn begin(self) -> Result<(), FileError> {
        self.files.create_dirs(self.root)?;
        self.files.create_dir(&self.moving())?;
        self.move_all(self.root, &self.moving())?;
        self.files.rename(&self.moving(), &self.previous())?;
        checkpoint("previous set aside");
        Ok(())
    }

    /// The new content is complete: removes the previous one.
    pub(in crate::app) fn finish(self) -> Result<(), FileError> {
        self.files.remove_tree(&self.previous())?;
        checkpoint("previous removed");
        Ok(())
    }

    /// Undoes a switch that was begun and not finished: brings the previous content back and removes the new one.
    pub(in crate::app) fn restore(self) -> Result<(), FileError> {
        let Self { files, root, record } = self;
        if self.is_directory(&self.previous())? {
            if files.is_file(&root.join(record)) {
                return self.finish();
            }
            for path in files.list(root)?.iter().filter(|path| **path != self.previous()) {
                files.remove_any(path)?;
            }
            files.rename(&self.previous(), &self.moving())?;
        }
        if self.is_directory(&self.moving())? {
            self.move_all(&self.moving(), root)?;
            files.remove_dir(&self.moving())?;
        }
        Ok(())
    }

    fn move_all(self, from: &Path, to: &Path) -> Result<(), FileError> {
        for path in self.files.list(from)? {
            let name = path.file_name().unwrap_or_default();
            if name != OsStr::new(MOVING) {
                self.files.rename(&path, &to.join(name))?;
            }
        }
        Ok(())
    }

    /// Returns true if a directory of ours exists: we never put a link in its place.
    fn is_directory(self, path: &Path) -> Result<bool, FileError> {
        Ok(self.files.kind(path)? == Some(FileKind::Directory))
    }

    fn moving(self) -> PathBuf {
        self.root.join(MOVING)
    }

    /// The directory of the previous content.
    pub(in crate::app) fn previous(self) -> PathBuf {
        self.root.join(PREVIOUS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn switch(root: &Path) -> InPlaceSwitch<'_> {
        InPlaceSwitch { files: Files, root, record: "record" }
    }

    fn names(root: &Path) -> Vec<String> {
        let paths = Files.list(root).unwrap();
        paths.iter().map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect()
    }

    fn write(root: &Path, name: &str) {
        Files.write_new(&root.join(name), b"", 0o666).unwrap();
    }

    #[test]
    fn what_was_set_aside_comes_back_wherever_it_was_interrupted() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        for name in ["a", "b", "record"] {
            write(root, name);
        }
        // Half-way aside.
        Files.create_dir(&root.join(MOVING)).unwrap();
        Files.rename(&root.join("a"), &root.join(MOVING).join("a")).unwrap();
        switch(root).restore().unwrap();
        assert_eq!(names(root), ["a", "b", "record"]);
        // While the new content is made.
        switch(root).begin().unwrap();
        write(root, "c");
        switch(root).restore().unwrap();
        assert_eq!(names(root), ["a", "b", "record"]);
        // When the new content is complete, and the previous one half removed.
        switch(root).begin().unwrap();
        write(root, "c");
        write(root, "record");
        Files.remove_file(&root.join(PREVIOUS).join("record")).unwrap();
        switch(root).restore().unwrap();
        assert_eq!(names(root), ["c", "record"]);
    }
}
