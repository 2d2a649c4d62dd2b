//! The program that traces and alters system calls.

use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use crate::support::missing;

/// The path of strace, if the system lets it look at other processes.
pub(crate) fn strace() -> Option<PathBuf> {
    static FOUND: OnceLock<Option<PathBuf>> = OnceLock::new();
    let found = FOUND.get_or_init(|| {
        let search_path = std::env::var_os("PATH").unwrap_or_default();
        std::env::split_paths(&search_path).map(|directory| directory.join("strace")).find(|path| {
            let traced = Command::new(path).args(["--quiet=all", "--output=/dev/null", "true"]).status();
            traced.is_ok_and(|status| status.success())
        })
    });
    found.clone().or_else(|| missing("strace is not installed (apt-get install strace), or may not trace"))
}
