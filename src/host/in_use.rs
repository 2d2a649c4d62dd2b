//! The directories that running processes use.
#![cfg_attr(
    target_os = "linux",
    expect(clippy::disallowed_methods, reason = "this is part of the access to processes")
)]

use std::path::{Path, PathBuf};

use super::Host;

impl Host {
    /// The given directories that a running process uses, as far as the system shows it: its program, a file
    /// that it has mapped, its arguments or its working directory are inside. Windows shows nothing of the kind, but
    /// does not let such a directory be renamed.
    pub fn directories_in_use(&self, directories: &[PathBuf]) -> Vec<PathBuf> {
        let uses = self.list_uses();
        let is_used = |directory: &&PathBuf| {
            let canonical = self.files.canonical(directory).unwrap_or_else(|_| (*directory).clone());
            let spellings = [below(directory), below(&canonical)];
            uses.iter().any(|text| spellings.iter().any(|spelling| contains(text, spelling)))
        };
        directories.iter().filter(is_used).cloned().collect()
    }

    /// The files that each process uses, as far as the system shows them.
    #[cfg(target_os = "linux")]
    fn list_uses(&self) -> Vec<Vec<u8>> {
        use std::os::unix::ffi::OsStrExt;
        let own = std::process::id().to_string();
        let processes = self.files.list(Path::new("/proc")).unwrap_or_default();
        let is_process = |path: &&PathBuf| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.bytes().all(|byte| byte.is_ascii_digit()) && *name != own
        };
        let mut uses = Vec::new();
        for process in processes.iter().filter(is_process) {
            // A process that has ended, or belongs to another user, shows nothing.
            let read = |name: &str| std::fs::read(process.join(name)).unwrap_or_default();
            uses.extend([read("cmdline"), read("maps")]);
            for link in ["cwd", "exe"] {
                let target = std::fs::read_link(process.join(link)).unwrap_or_default();
                uses.push([target.as_os_str().as_bytes(), b"/"].concat());
            }
        }
        uses
    }

    #[cfg(target_os = "macos")]
    fn list_uses(&self) -> Vec<Vec<u8>> {
        let list = super::Command::new(Path::new("/bin/ps"), ["-axww", "-o", "command="]);
        self.processes.capture(&list).map(|output| vec![output.stdout]).unwrap_or_default()
    }

    #[cfg(not(any(target_os = "linux", target_os = "macos")))]
    fn list_uses(&self) -> Vec<Vec<u8>> {
        let _ = self;
        Vec::new()
    }
}

/// The common beginning of all paths inside a directory.
fn below(directory: &Path) -> Vec<u8> {
    format!("{}/", directory.display()).into_bytes()
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
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
}
