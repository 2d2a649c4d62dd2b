//! The `Path` of a Windows user, as the registry has it: directories between semicolons, which may name variables.

use std::path::Path;

use super::path_advice::has_same_text;
use crate::platform::Os;

/// The value with a directory in front; `None` if it has the directory.
pub(super) fn with(path: &str, directory: &Path) -> Option<String> {
    let is_there = path.split(';').any(|entry| is(entry, directory));
    let directory = directory.display();
    match (is_there, path.is_empty()) {
        (true, _) => None,
        (false, true) => Some(directory.to_string()),
        (false, false) => Some(format!("{directory};{path}")),
    }
}

/// The value without a directory; `None` if it does not have it.
pub(super) fn without(path: &str, directory: &Path) -> Option<String> {
    let left: Vec<&str> = path.split(';').filter(|entry| !is(entry, directory)).collect();
    let left = left.join(";");
    (left != path).then_some(left)
}

fn is(entry: &str, directory: &Path) -> bool {
    has_same_text(Os::Windows, Path::new(entry.trim()), directory)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_is_added_once_and_removed_without_a_trace() {
        let directory = Path::new(r"C:\Users\Ada\.local\bin");
        for path in ["", r"%USERPROFILE%\tools;C:\x", r"C:\x;", r";;C:\x"] {
            let added = with(path, directory).expect("it is new");
            assert_eq!(with(&added, directory), None);
            assert_eq!(without(&added, directory).as_deref(), Some(path));
            assert_eq!(without(path, directory), None);
        }
        assert_eq!(with(r"C:\x;c:\users\ada\.LOCAL\bin\;C:\y", directory), None);
        assert_eq!(without(r"C:\x;c:\users\ada\.LOCAL\bin\;C:\y", directory).as_deref(), Some(r"C:\x;C:\y"));
    }
}
