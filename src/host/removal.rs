//! Removing and replacing what may be read-only or in use.
#![expect(clippy::disallowed_methods, reason = "this is part of the access to files")]

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::checkpoint::{checkpoint, checkpoint_in_removal};
use super::file_error::{FileError, failed, ignore_absent, is_absent};
use super::file_retry::{is_in_use, retry_while_in_use};
use super::staged_name::staged_name;
use super::{FileKind, Files};

impl Files {
    /// Removes a directory and all below it, read-only parts included; links are not followed. No error when there is
    /// none.
    pub fn remove_tree(self, path: &Path) -> Result<(), FileError> {
        checkpoint("disk");
        checkpoint_in_removal(path);
        match ignore_absent(fs::remove_dir_all(path)) {
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied || is_in_use(&error) => {
                self.make_tree_writable(path)?;
                ignore_absent(retry_while_in_use(|| fs::remove_dir_all(path))).map_err(failed("remove", path))
            }
            removed => removed.map_err(failed("remove", path)),
        }
    }

    /// Removes a file, a link, or a directory with all below it; no error when there is none.
    pub fn remove_any(self, path: &Path) -> Result<(), FileError> {
        match self.kind(path)? {
            Some(FileKind::Directory) => self.remove_tree(path),
            Some(FileKind::File | FileKind::Other | FileKind::Symlink) | None => self.remove_file(path),
        }
    }

    /// Renames a directory to a unique name beside it and returns that name; `None` if there is no directory.
    ///
    /// # Errors
    /// On Windows if a program has a file in it open.
    pub fn put_tree_aside(self, path: &Path) -> Result<Option<PathBuf>, FileError> {
        let aside = staged_name(path);
        match self.rename(path, &aside) {
            Err(error) if is_absent(&error.source) => Ok(None),
            renamed => renamed.map(|()| Some(aside)),
        }
    }

    /// Writes a program so that at any instant the old one or the new one exists. Windows does not let the file of a
    /// running program be replaced, but lets it be renamed: then the old one is put aside under a staged name, which
    /// a later sweep removes.
    pub fn write_program(self, path: &Path, bytes: &[u8]) -> Result<(), FileError> {
        self.create_dirs(path.parent().unwrap_or(Path::new(".")))?;
        let staged = staged_name(path);
        let write = |mut file: File| file.write_all(bytes).and_then(|()| file.sync_all());
        let written = self.create_new(&staged, 0o777).and_then(|file| write(file).map_err(failed("write", &staged)));
        let put = written.and_then(|()| match fs::rename(&staged, path) {
            Err(error) if is_in_use(&error) => self.put_aside(path).and_then(|()| self.rename(&staged, path)),
            renamed => renamed.map_err(failed("write", path)),
        });
        if put.is_err() {
            let _ = fs::remove_file(&staged);
        }
        put
    }

    /// Removes a program; no error if there is none. On Windows a running program is put aside.
    pub fn remove_program(self, path: &Path) -> Result<(), FileError> {
        checkpoint("disk");
        match ignore_absent(fs::remove_file(path)) {
            Err(error) if is_in_use(&error) => self.put_aside(path),
            removed => removed.map_err(failed("remove", path)),
        }
    }

    /// Removes a file that is no longer needed, unless a program has it open.
    pub fn remove_leftover(self, path: &Path) -> Result<(), FileError> {
        checkpoint("disk");
        match ignore_absent(fs::remove_file(path)) {
            Err(error) if is_in_use(&error) => Ok(()),
            removed => removed.map_err(failed("remove", path)),
        }
    }

    /// Renames a file to a unique name beside it, and removes it if that is possible now.
    fn put_aside(self, path: &Path) -> Result<(), FileError> {
        let aside = staged_name(path);
        self.rename(path, &aside)?;
        self.remove_leftover(&aside)
    }

    /// On Unix a read-only directory keeps its entries, on Windows a read-only file keeps itself.
    fn make_tree_writable(self, path: &Path) -> Result<(), FileError> {
        match self.kind(path)? {
            Some(FileKind::Directory) => {
                self.set_mode(path, 0o700)?;
                self.list(path)?.iter().try_for_each(|entry| self.make_tree_writable(entry))
            }
            Some(FileKind::File) if cfg!(windows) => self.set_mode(path, 0o600),
            Some(FileKind::File | FileKind::Other | FileKind::Symlink) | None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn read_only_parts_do_not_keep_a_directory() {
        let parent = tempfile::tempdir().unwrap();
        let root = parent.path().join("root");
        let (inner, file) = (root.join("inner"), root.join("inner").join("file"));
        Files.create_dirs(&inner).unwrap();
        Files.write_new(&file, b"", 0o666).unwrap();
        Files.set_mode(&file, 0o444).unwrap();
        Files.set_mode(&inner, 0o555).unwrap();
        let aside = Files.put_tree_aside(&root).unwrap().unwrap();
        Files.remove_tree(&aside).unwrap();
        assert_eq!(Files.list(parent.path()).unwrap(), Vec::<PathBuf>::new());
        assert_eq!(Files.put_tree_aside(&root).unwrap(), None);
        Files.remove_tree(&root).unwrap();
    }

    #[test]
    fn a_program_is_replaced_and_removed_without_a_trace() {
        let parent = tempfile::tempdir().unwrap();
        let program = parent.path().join("bin").join("program");
        for content in ["old", "new"] {
            Files.write_program(&program, content.as_bytes()).unwrap();
            assert_eq!(Files.read_text(&program).unwrap(), content);
        }
        assert_eq!(Files.list(program.parent().unwrap()).unwrap(), std::slice::from_ref(&program));
        Files.remove_program(&program).unwrap();
        Files.remove_program(&program).unwrap();
        assert_eq!(Files.list(program.parent().unwrap()).unwrap(), Vec::<PathBuf>::new());
    }

    /// The system of this test run, in a copy that can be kept running.
    #[cfg(windows)]
    #[test]
    fn a_program_that_runs_is_replaced_and_removed() {
        let parent = tempfile::tempdir().unwrap();
        let program = parent.path().join("program.exe");
        let cmd = Path::new(&std::env::var_os("SYSTEMROOT").unwrap()).join(r"system32\cmd.exe");
        for act in [|path: &Path| Files.write_program(path, b"new"), |path: &Path| Files.remove_program(path)] {
            let _ = Files.remove_file(&program);
            Files.copy(&cmd, &program).unwrap();
            let mut running = std::process::Command::new(&program)
                .args(["/c", "pause"])
                .stdin(std::process::Stdio::piped())
                .stdout(std::process::Stdio::null())
                .spawn()
                .unwrap();
            let done = act(&program);
            drop(running.stdin.take());
            running.wait().unwrap();
            done.unwrap();
        }
        assert_eq!(Files.kind(&program).unwrap(), None);
    }
}
