//! What strace can do here.

use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use crate::support::skipped;

/// Where strace is, if the system lets it look at other processes; says so where it cannot be used.
pub(crate) fn strace_or_skip(what: &str) -> Option<PathBuf> {
    static FOUND: OnceLock<Option<PathBuf>> = OnceLock::new();
    let found = FOUND.get_or_init(|| {
        let search_path = std::env::var_os("PATH").unwrap_or_default();
        std::env::split_paths(&search_path).map(|directory| directory.join("strace")).find(|path| {
            let traced = Command::new(path).args(["--quiet=all", "--output=/dev/null", "true"]).status();
            traced.is_ok_and(|status| status.success())
        })
    });
    if found.is_none() {
        skipped(what, "strace is not installed (apt-get install strace), or may not trace");
    }
    found.clone()
}
