//! The location of a lock, which its paths are relative to.

use std::path::{Path, PathBuf};

use url::Url;

use super::error::LockFileError;
use crate::vocab::Location;

/// The location of a lock.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Base {
    /// The directory that contains the lock.
    Directory(PathBuf),
    /// The URL of the lock itself.
    Url(Url),
}

impl Base {
    /// The location of a path. A lock from a URL may only name files beside or below it.
    pub(super) fn path(&self, text: &str) -> Result<Location, LockFileError> {
        match self {
            Self::Directory(directory) => Ok(Location::Path(directory.join(text))),
            Self::Url(lock) => {
                let is_below = !text.contains(['\\', ':', '?', '#', '%'])
                    && text.split('/').all(|part| !matches!(part, "" | "." | ".."));
                let url = lock.join(text).ok().filter(|_| is_below);
                let escapes = || LockFileError::EscapingPath { path: text.to_owned() };
                url.map(|url| Location::Url(url.into())).ok_or_else(escapes)
            }
        }
    }

    /// The location of a URL. A lock from a URL may not name files of this machine.
    pub(super) fn url(&self, text: &str) -> Result<Location, LockFileError> {
        let invalid = || LockFileError::InvalidAddress { address: text.into() };
        let mut url = Url::parse(text).map_err(|_| invalid())?;
        url.set_fragment(None);
        match (url.scheme(), self) {
            ("http" | "https", _) => Ok(Location::Url(url.into())),
            ("file", Self::Directory(_)) => url.to_file_path().map(Location::Path).map_err(|()| invalid()),
            ("file", Self::Url(_)) => Err(LockFileError::EscapingPath { path: text.to_owned() }),
            _ => Err(invalid()),
        }
    }

    /// The URL of a repository.
    pub(super) fn repository(&self, text: &str) -> Result<Url, LockFileError> {
        let invalid = || LockFileError::InvalidAddress { address: text.into() };
        let url = Url::parse(text).map_err(|_| invalid())?;
        match (url.scheme(), self) {
            ("git" | "http" | "https" | "ssh", _) | ("file", Self::Directory(_)) => Ok(url),
            ("file", Self::Url(_)) => Err(LockFileError::EscapingPath { path: text.to_owned() }),
            _ => Err(invalid()),
        }
    }
}

impl From<&Path> for Base {
    fn from(directory: &Path) -> Self {
        Self::Directory(directory.to_owned())
    }
}

impl From<Url> for Base {
    fn from(lock: Url) -> Self {
        Self::Url(lock)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_relative_to_the_directory_of_the_lock() {
        let base = Base::from(Path::new("/srv/locks"));
        assert_eq!(base.path("../wheels/a.whl").unwrap(), Location::Path("/srv/locks/../wheels/a.whl".into()));
        assert_eq!(base.path("/elsewhere/a.whl").unwrap(), Location::Path("/elsewhere/a.whl".into()));
    }

    #[test]
    fn paths_in_a_lock_from_elsewhere_stay_below_it() {
        let base = Base::from(Url::parse("https://x.example/r/pylock.toml?token=1").unwrap());
        let below = Location::Url("https://x.example/r/wheels/a%20b.whl".into());
        assert_eq!(base.path("wheels/a b.whl").unwrap(), below);
        for path in
            ["../a.whl", "/a.whl", "a/../../b.whl", "C:/a.whl", "..\\a.whl", "//y.example/a.whl", "%2e%2e/a.whl"]
        {
            assert!(matches!(base.path(path), Err(LockFileError::EscapingPath { .. })), "{path}");
        }
    }

    #[test]
    fn a_lock_from_elsewhere_names_no_files_of_this_machine() {
        let base = Base::from(Url::parse("https://x.example/pylock.toml").unwrap());
        assert!(matches!(base.url("file:///etc/a.whl"), Err(LockFileError::EscapingPath { .. })));
        assert!(matches!(base.url("ftp://x.example/a.whl"), Err(LockFileError::InvalidAddress { .. })));
        assert!(matches!(base.url("a.whl"), Err(LockFileError::InvalidAddress { .. })));
        let plain = Location::Url("https://y.example/a.whl".into());
        assert_eq!(base.url("https://y.example/a.whl#sha256=1").unwrap(), plain);
    }
}
