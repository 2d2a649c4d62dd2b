//! The names of files and directories that are unfinished or no longer needed.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

use super::random_id::random_number;

/// The prefix of files and directories that are unfinished or no longer needed; a sweep may remove those of dead
/// processes.
pub const STAGED_PREFIX: &str = ".kingbolt-";

/// A name beside the target that no other process, running or dead, and no other thread uses.
pub fn staged_name(target: &Path) -> PathBuf {
    static PROCESS: LazyLock<u64> = LazyLock::new(random_number);
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    target.with_file_name(format!("{STAGED_PREFIX}{}-{count}-{name}", *PROCESS))
}

/// True if the name of a file says that it is unfinished or put aside.
pub fn is_staged(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(STAGED_PREFIX))
}

/// The target name within a staged name; `None` for other names.
pub fn staged_for(name: &str) -> Option<&str> {
    let (process, rest) = name.strip_prefix(STAGED_PREFIX)?.split_once('-')?;
    let (count, target) = rest.split_once('-')?;
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    (is_number(process) && is_number(count)).then_some(target)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_target_is_found_within_a_staged_name() {
        let staged = staged_name(Path::new("a-name"));
        assert_eq!(staged.to_str().and_then(staged_for), Some("a-name"));
    }
}
