//! The location of a lock, as a person writes it: a path or a URL.

use std::path::{Path, PathBuf};

use url::Url;

use crate::vocab::{Address, Location};

/// Text that is not the location of a lock.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{address}` is not the URL of a lock that can be downloaded")]
pub struct InvalidLockLocation {
    address: Address,
}

/// The location of a lock: an `http`, `https` or `file` URL, else the path that `absolute` makes of the text.
///
/// # Errors
/// For a URL that is invalid, or has another scheme.
pub fn lock_location(path: &Path, absolute: impl FnOnce(&Path) -> PathBuf) -> Result<Location, InvalidLockLocation> {
    let Some(text) = path.to_str().filter(|text| text.contains("://")) else {
        return Ok(Location::Path(absolute(path)));
    };
    let invalid = || InvalidLockLocation { address: text.into() };
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
        for text in ["pylock.toml", "https:pylock.toml"] {
            assert_eq!(location(text), Ok(Location::Path(Path::new("/here").join(text))), "{text}");
        }
        let url = "https://x.example/pylock.toml#sha256=1";
        assert_eq!(location("HTTPS://x.example/pylock.toml#sha256=1"), Ok(Location::Url(url.into())));
        for text in ["ftp://x.example/pylock.toml", "https://"] {
            let expected = format!("`{text}` is not the URL of a lock that can be downloaded");
            assert_eq!(location(text).map_err(|error| error.to_string()), Err(expected));
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
