//! Finding programs by name.

use std::path::PathBuf;

use super::Host;

impl Host {
    /// The programs of that name in some directories, in the order of the directories. A program is a file that may be
    /// executed; on Windows one whose suffix is in `PATHEXT`, which may be left out of the name.
    pub fn find_programs(&self, name: &str, directories: &[PathBuf]) -> Vec<PathBuf> {
        let Ok(directories) = std::env::join_paths(directories) else { return Vec::new() };
        let found = which::which_in_all(name, Some(directories), self.environment.current_dir());
        found.map(Iterator::collect).unwrap_or_default()
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_a_file_that_may_be_executed() {
        let (host, parent) = (Host::real(), tempfile::tempdir().unwrap());
        let directories = ["first", "second", "third"].map(|name| parent.path().join(name));
        for (directory, mode) in directories.iter().zip([0o644, 0o755, 0o755]) {
            host.files.create_dir(directory).unwrap();
            host.files.write_new(&directory.join("tool"), b"#!/bin/sh\n", mode).unwrap();
        }
        let expected = [directories[1].join("tool"), directories[2].join("tool")];
        assert_eq!(host.find_programs("tool", &directories), expected);
        assert_eq!(host.find_programs("other", &directories), Vec::<PathBuf>::new());
    }
}
