//! The directories that running processes of this user use.
#![cfg_attr(
    target_os = "linux",
    expect(clippy::disallowed_methods, reason = "this is part of the access to processes")
)]

#[cfg(any(target_os = "linux", target_os = "macos"))]
use std::path::Path;
use std::path::PathBuf;

use super::Host;

impl Host {
    /// The given directories that a running process of this user uses, as far as the system shows it. Processes of other
    /// users do not count: anybody could keep a directory from being removed.
    ///
    /// Linux: the program, a file that is mapped or open, or the working directory is inside, or the process was started
    /// as a program inside, as Python is. macOS: the program or its first argument is inside. Windows shows nothing of
    /// the kind, but does not let such a directory be renamed.
    pub fn directories_in_use(&self, directories: &[PathBuf]) -> Vec<PathBuf> {
        let used = self.list_used();
        let is_used = |directory: &&PathBuf| {
            let canonical = self.files.canonical(directory).unwrap_or_else(|_| (*directory).clone());
            used.iter().any(|path| path.starts_with(directory) || path.starts_with(&canonical))
        };
        directories.iter().filter(is_used).cloned().collect()
    }

    /// The files and directories that processes of this user use.
    #[cfg(target_os = "linux")]
    fn list_used(&self) -> Vec<PathBuf> {
        use std::os::unix::fs::MetadataExt;
        let (own, user) = (std::process::id().to_string(), rustix::process::geteuid().as_raw());
        let is_of_user = |path: &Path| std::fs::metadata(path).is_ok_and(|metadata| metadata.uid() == user);
        let is_process = |path: &&PathBuf| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.bytes().all(|byte| byte.is_ascii_digit()) && *name != own && is_of_user(path)
        };
        let processes = self.files.list(Path::new("/proc")).unwrap_or_default();
        processes.iter().filter(is_process).flat_map(|process| self.list_used_by(process)).collect()
    }

    /// The files and directories that a process uses; none if it has ended.
    #[cfg(target_os = "linux")]
    fn list_used_by(&self, process: &Path) -> Vec<PathBuf> {
        let target = |link: &Path| std::fs::read_link(link).ok();
        let program = target(&process.join("exe")).map(|program| without_mark(&program));
        let started_as = started_as(&std::fs::read(process.join("cmdline")).unwrap_or_default());
        // Python takes its environment from the name that it was started as, which is a link. Any other process may have
        // any name there.
        let started_as = started_as.filter(|path| self.files.canonical(path).ok() == program);
        let open = self.files.list(&process.join("fd")).unwrap_or_default();
        let mut used: Vec<PathBuf> = open.iter().filter_map(|link| target(link)).collect();
        used.extend(mapped(&std::fs::read(process.join("maps")).unwrap_or_default()));
        used.extend([started_as, program, target(&process.join("cwd"))].into_iter().flatten());
        used
    }

    #[cfg(target_os = "macos")]
    fn list_used(&self) -> Vec<PathBuf> {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt;
        let user = rustix::process::geteuid().as_raw().to_string();
        let list = super::Command::new(Path::new("/bin/ps"), ["-xww", "-U", user.as_str(), "-o", "command="]);
        let output = self.processes.capture(&list).map(|output| output.stdout).unwrap_or_default();
        let words = output.split(|byte| *byte == b'\n').flat_map(|line| line.split(|byte| *byte == b' ').take(2));
        words.map(|word| PathBuf::from(OsStr::from_bytes(word))).collect()
    }

    #[cfg(not(any(target_os = "linux", target_os = "macos")))]
    fn list_used(&self) -> Vec<PathBuf> {
        let _ = self;
        Vec::new()
    }
}

/// The path of a program that was replaced since it was started: the system marks it.
#[cfg(target_os = "linux")]
fn without_mark(program: &Path) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    let bytes = program.as_os_str().as_bytes();
    path(bytes.strip_suffix(b" (deleted)").unwrap_or(bytes))
}

/// The path that a process was started as, from its `cmdline` (proc(5)).
#[cfg(target_os = "linux")]
fn started_as(arguments: &[u8]) -> Option<PathBuf> {
    let first = arguments.split(|byte| *byte == 0).next()?;
    first.starts_with(b"/").then(|| path(first))
}

/// The files in the `maps` of a process (proc(5)): the path is the sixth column.
#[cfg(target_os = "linux")]
fn mapped(maps: &[u8]) -> Vec<PathBuf> {
    let lines = maps.split(|byte| *byte == b'\n');
    let paths = lines.filter_map(|line| Some(path(&line[line.iter().position(|byte| *byte == b'/')?..])));
    let mut paths: Vec<PathBuf> = paths.collect();
    paths.dedup();
    paths
}

#[cfg(target_os = "linux")]
fn path(bytes: &[u8]) -> PathBuf {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(OsStr::from_bytes(bytes))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_directory_is_in_use_while_a_process_works_in_it() {
        let parent = tempfile::tempdir().unwrap();
        let host = Host::real();
        let (used, other) = (parent.path().join("used"), parent.path().join("used-not"));
        for directory in [&used, &other] {
            host.files.create_dir(directory).unwrap();
        }
        let both = [used.clone(), other];
        let mut child = std::process::Command::new("sleep").arg("60").current_dir(&used).spawn().unwrap();
        let while_it_runs = host.directories_in_use(&both);
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!((while_it_runs, host.directories_in_use(&both)), (vec![used], Vec::new()));
    }

    #[test]
    fn mapped_files_are_read_with_the_blanks_in_their_names() {
        let maps = "7f00-7f01 r-xp 00000000 fe:01 12    /srv/a b/lib.so\n7f01-7f02 rw-p 00000000 00:00 0\n\
                    7ffc-7ffd rw-p 00000000 00:00 0      [stack]\n7f03-7f04 r--p 0 fe:01 13 /srv/c (deleted)\n";
        let expected = ["/srv/a b/lib.so", "/srv/c (deleted)"].map(PathBuf::from);
        assert_eq!(mapped(maps.as_bytes()), expected);
    }
}
