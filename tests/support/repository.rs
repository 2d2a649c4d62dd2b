//! The repository's own texts.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A file of the repository.
pub(crate) struct Text {
    /// Relative to the root, with `/`.
    pub(crate) path: String,
    pub(crate) text: String,
}

/// A text file, by its path below the root.
pub(crate) fn repository_text(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The cells of the first table after a heading, without its two heading rows.
pub(crate) fn table_after(text: &str, heading: &str) -> Vec<Vec<String>> {
    let after = text.split_once(heading).unwrap_or_else(|| panic!("no heading {heading}")).1;
    after
        .lines()
        .skip_while(|line| !line.starts_with('|'))
        .take_while(|line| line.starts_with('|'))
        .skip(2)
        .map(|line| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect())
        .collect()
}

/// The words of a cell that are written as code.
pub(crate) fn backticked(cell: &str) -> BTreeSet<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

pub(crate) fn rust_files() -> Vec<Text> {
    let is_rust = |file: &Text| Path::new(&file.path).extension().is_some_and(|extension| extension == "rs");
    files().into_iter().filter(is_rust).collect()
}

/// Every text file of the repository, build output left out.
pub(crate) fn files() -> Vec<Text> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let mut directories = vec![root.to_owned()];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(&directory).expect("a directory of the repository can be listed") {
            let path = entry.expect("an entry of the repository can be read").path();
            let relative = relative(root, &path);
            if path.is_dir() {
                if !matches!(relative.as_str(), ".git" | "target") {
                    directories.push(path);
                }
            } else if let Ok(text) = fs::read_to_string(&path) {
                found.push(Text { path: relative, text });
            }
        }
    }
    found.sort_by(|one, other| one.path.cmp(&other.path));
    assert!(!found.is_empty());
    found
}

fn relative(root: &Path, path: &Path) -> String {
    let relative: PathBuf = path.strip_prefix(root).expect("it was found below the root").to_owned();
    relative.to_string_lossy().replace('\\', "/")
}
