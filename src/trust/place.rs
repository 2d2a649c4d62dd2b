//! The place of a signature: beside what it signs.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use url::Url;

/// The suffix of the names of signatures.
const SUFFIX: &str = ".minisig";

/// The path of the signature of a file.
pub fn signature_path(signed: &Path) -> PathBuf {
    let mut path = OsString::from(signed);
    path.push(SUFFIX);
    path.into()
}

/// The URL of the signature of a file on a server. A query stays: it may grant access.
pub fn signature_url(signed: &Url) -> Url {
    let mut url = signed.clone();
    url.set_fragment(None);
    url.set_path(&format!("{}{SUFFIX}", signed.path()));
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_beside_what_it_signs() {
        assert_eq!(signature_path(Path::new("a/pylock.toml")), Path::new("a/pylock.toml.minisig"));
        let url = Url::parse("https://x.example/a/pylock.toml?token=1#sha256=2").unwrap();
        assert_eq!(signature_url(&url).as_str(), "https://x.example/a/pylock.toml.minisig?token=1");
    }
}
