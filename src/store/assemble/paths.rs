//! Paths as RECORD writes them.

use std::path::{Component, Path};

/// The relative path from one directory to another, with `/` after every part; empty if they are the same. Both paths
/// are absolute and contain no links.
pub(super) fn prefix(from: &Path, to: &Path) -> String {
    let from: Vec<Component<'_>> = from.components().collect();
    let to: Vec<Component<'_>> = to.components().collect();
    let common = from.iter().zip(&to).take_while(|(left, right)| left == right).count();
    let mut prefix = "../".repeat(from.len() - common);
    for part in &to[common..] {
        prefix.push_str(&part.as_os_str().to_string_lossy());
        prefix.push('/');
    }
    prefix
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories_are_reached_from_one_another() {
        let prefix = |from: &str, to: &str| prefix(Path::new(from), Path::new(to));
        assert_eq!(prefix("/e/lib/site", "/e/lib/site"), "");
        assert_eq!(prefix("/e/lib/site", "/e/lib/site/a/b"), "a/b/");
        assert_eq!(prefix("/e/lib/python3.12/site", "/e/bin"), "../../../bin/");
    }
}
