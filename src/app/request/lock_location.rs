//! The location of a lock, as a person writes it: a path or a URL.

use std::path::{Path, PathBuf};

use url::Url;

use crate::index::file_name;
use crate::lock::is_lock_name;
use crate::vocab::{Address, Location};

/// Text that is not the location of a lock.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum InvalidLockLocation {
    #[error("`{address}` is not the URL of a lock that can be downloaded")]
    Address { address: Address },
    #[error("`{location}` does not have the file name of a lock")]
    FileName { location: Location },
}

impl InvalidLockLocation {
    /// Advice on how to fix it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Address { .. } => "pass the path, or the `http` or `https` URL, of a `pylock.toml`",
            Self::FileName { .. } => "a lock is named `pylock.toml` or `pylock.NAME.toml`",
        }
    }
}

/// The location of a lock: an `http`, `https` or `file` URL, else the path that `absolute` makes of the text.
///
/// # Errors
/// For a URL that is invalid, or has another scheme, and for a file name that is not that of a lock (PEP 751).
pub fn lock_location(path: &Path, absolute: impl FnOnce(&Path) -> PathBuf) -> Result<Location, InvalidLockLocation> {
    let location = any_location(path, absolute)?;
    match lock_file_name(&location) {
        Some(name) if is_lock_name(&name) => Ok(location),
        Some(_) | None => Err(InvalidLockLocation::FileName { location }),
    }
}

/// The file name of a lock.
pub(in crate::app) fn lock_file_name(location: &Location) -> Option<String> {
    match location {
        Location::Path(path) => Some(path.file_name()?.to_string_lossy().into_owned()),
        Location::Url(url) => file_name(url.with_secrets()),
    }
}

fn any_location(path: &Path, absolute: impl FnOnce(&Path) -> PathBuf) -> Result<Location, InvalidLockLocation> {
    let Some(text) = path.to_str().filter(|text| text.contains("://")) else {
        return Ok(Location::Path(absolute(path)));
    };
    let invalid = || InvalidLockLocation::Address { address: text.into() };
    let url = Url::parse(text).map_err(|_| invalid())?;
    match url.scheme() {
        "file" => url.to_file_path().map(Location::Path).map_err(|()| invalid()),
        "http" | "https" => Ok(Location::Url(url.as_str().into())),
        _ => Err(invalid()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_at_a_path_or_at_an_address() {
        let location = |text: &str| lock_location(Path::new(text), |path| Path::new("/here").join(path));
        for text in ["pylock.toml", "https:/pylock.toml"] {
            assert_eq!(location(text), Ok(Location::Path(Path::new("/here").join(text))), "{text}");
        }
        let url = "https://x.example/pylock.toml#sha256=1";
        assert_eq!(location("HTTPS://x.example/pylock.toml#sha256=1"), Ok(Location::Url(url.into())));
        for text in ["ftp://x.example/pylock.toml", "https://"] {
            let expected = format!("`{text}` is not the URL of a lock that can be downloaded");
            assert_eq!(location(text).map_err(|error| error.to_string()), Err(expected));
        }
    }

    #[test]
    fn a_file_with_another_name_is_no_lock() {
        for text in ["requirements.txt", "pylock.a.b.toml", "https://x.example/lock"] {
            let error = lock_location(Path::new(text), Path::to_owned).unwrap_err();
            assert_eq!(error.to_string(), format!("`{text}` does not have the file name of a lock"));
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_lock_at_a_file_address_is_a_path() {
        let location = lock_location(Path::new("file:///srv/a%20b/pylock.toml"), Path::to_owned);
        assert_eq!(location, Ok(Location::Path("/srv/a b/pylock.toml".into())));
        let host = lock_location(Path::new("file://pylock.toml/"), Path::to_owned).map_err(|error| error.to_string());
        assert_eq!(host, Err("`file://pylock.toml/` is not the URL of a lock that can be downloaded".to_owned()));
    }
}
