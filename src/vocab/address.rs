//! Addresses (URLs), which are shown and written without the secrets in them.

use std::fmt;

use serde::{Deserialize, Serialize};
use url::Url;

/// An address as somebody wrote it, valid or not. `Display`, `Debug` and `Serialize` leave out user names, passwords,
/// queries that may hold a signature or a token, and fragments other than hashes; only requests use the rest.
#[derive(Clone, Default, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(from = "String", into = "String")]
pub struct Address(String);

/// The mark in place of a query that is not shown.
const HIDDEN: &str = "…";

/// The mark as URLs encode it.
const HIDDEN_ENCODED: &str = "%E2%80%A6";

/// Parameters of queries that are known to hold no secret. The value of any other may be one: servers sign addresses
/// with parameters of their own.
const PLAIN_PARAMETERS: [&str; 8] = ["download", "inline", "job", "raw", "ref", "ref_type", "ref_name", "version"];

/// The parts of fragments that state a hash, or name a package or a directory in an archive.
const PLAIN_FRAGMENTS: [&str; 10] =
    ["blake2b", "egg", "md5", "sha1", "sha224", "sha256", "sha384", "sha3_256", "sha512", "subdirectory"];

impl Address {
    /// The address with its secrets, for a request to its server.
    pub fn with_secrets(&self) -> &str {
        &self.0
    }

    /// The parsed address with its secrets.
    ///
    /// # Errors
    /// When the text is not a valid URL.
    pub fn to_url(&self) -> Result<Url, url::ParseError> {
        Url::parse(&self.0)
    }

    /// The same address without its secrets.
    #[must_use]
    pub fn without_secrets(&self) -> Self {
        Self(shown(&self.0))
    }

    /// True if something is left out when the address is written.
    pub fn has_secrets(&self) -> bool {
        shown(&self.0) != self.0
    }

    /// True if the query was left out when the address was written.
    pub fn is_incomplete(&self) -> bool {
        let query = self.0.split_once('?').map(|(_, query)| query.split('#').next().unwrap_or_default());
        matches!(query, Some(HIDDEN | HIDDEN_ENCODED))
    }
}

impl From<String> for Address {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for Address {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<Url> for Address {
    fn from(url: Url) -> Self {
        Self(url.into())
    }
}

impl From<&Url> for Address {
    fn from(url: &Url) -> Self {
        Self(url.as_str().to_owned())
    }
}

/// The form in which it is written: without secrets.
impl From<Address> for String {
    fn from(address: Address) -> Self {
        shown(&address.0)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&shown(&self.0))
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&shown(&self.0), f)
    }
}

/// Text that may be or contain an address, such as a requirement that cannot be parsed, without the secrets in it.
pub fn text_without_secrets(text: &str) -> String {
    let is_name = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.[], ".contains(&byte));
    match text.split_once('@') {
        Some((name, address)) if !name.trim().is_empty() && is_name(name) => {
            let start = address.len() - address.trim_start().len();
            format!("{name}@{}{}", &address[..start], shown(address.trim()))
        }
        Some(_) | None => shown(text),
    }
}

fn shown(address: &str) -> String {
    if is_path(address) || !address.contains(['@', '?', '#']) {
        return address.to_owned();
    }
    match Url::parse(address) {
        // Parsing finds credentials even if there is a slash too many or too few.
        Ok(url) if url.has_authority() && url.username().is_empty() && url.password().is_none() => {
            without_hidden_parts(address)
        }
        Ok(mut url) if url.has_authority() => {
            // Only addresses that cannot have credentials refuse to lose them.
            let _ = url.set_username("");
            let _ = url.set_password(None);
            without_hidden_parts(url.as_str())
        }
        // An invalid address may hold its password anywhere before the last `@`, and the password may contain what
        // looks like a query or fragment.
        Ok(_) | Err(_) => without_hidden_parts(&without_user(&without_hidden_parts(&without_user(address)))),
    }
}

/// True for absolute paths, in which an `@` means nothing.
fn is_path(text: &str) -> bool {
    let bytes = text.as_bytes();
    let has_drive = bytes.first().is_some_and(u8::is_ascii_alphabetic)
        && matches!(bytes.get(1..3), Some(b":\\" | b":/"))
        && bytes.get(3) != Some(&b'/');
    text.starts_with('\\') || text.starts_with('/') || has_drive
}

/// The text with a mark in place of a query that may hold a secret, and without what its fragment holds beside hashes.
fn without_hidden_parts(text: &str) -> String {
    let (text, fragment) = text.split_once('#').unwrap_or((text, ""));
    let (path, query) = text.split_once('?').map_or((text, None), |(path, query)| (path, Some(query)));
    let is_plain = |part: &str, names: &[&str]| part.split_once('=').is_some_and(|(name, _)| names.contains(&name));
    let query = match query {
        Some(query) if query.is_empty() || query.split('&').all(|part| is_plain(part, &PLAIN_PARAMETERS)) => {
            format!("?{query}")
        }
        Some(_) => format!("?{HIDDEN}"),
        None => String::new(),
    };
    let fragment: Vec<&str> = fragment.split('&').filter(|part| is_plain(part, &PLAIN_FRAGMENTS)).collect();
    let hash = if fragment.is_empty() { "" } else { "#" };
    format!("{path}{query}{hash}{}", fragment.join("&"))
}

/// The text without the part between its scheme and its last `@`.
fn without_user(text: &str) -> String {
    let is_scheme = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) if is_scheme(scheme) => (format!("{scheme}://"), rest),
        Some(_) | None => (String::new(), text),
    };
    scheme + rest.rsplit('@').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_and_written_without_password_signature_and_fragment() {
        for (address, shown) in [
            ("https://index.example/simple/", "https://index.example/simple/"),
            ("https://user:secret@index.example/simple/", "https://index.example/simple/"),
            ("https://token@index.example:8443/a@b/", "https://index.example:8443/a@b/"),
            ("https://files.example/a.whl?X-Amz-Signature=secret&x=1", "https://files.example/a.whl?…"),
            ("https://files.example/a.whl?sig=secret", "https://files.example/a.whl?…"),
            ("https://files.example/a.whl?raw=true&token=secret", "https://files.example/a.whl?…"),
            ("https://files.example/a.whl?secret", "https://files.example/a.whl?…"),
            ("https://files.example/a.whl?ref=main&raw=true", "https://files.example/a.whl?ref=main&raw=true"),
            ("https:///user:secret@files.example/a.whl", "https://files.example/a.whl"),
            ("https:user:secret@files.example/a.whl", "https://files.example/a.whl"),
            ("https://user:secret@files.example:99999/a.whl", "https://files.example:99999/a.whl"),
            ("user:secret@files.example", "files.example"),
            ("https://files.example/a.whl#sha256=00", "https://files.example/a.whl#sha256=00"),
            ("https://files.example/a.whl#secret&egg=a", "https://files.example/a.whl#egg=a"),
            ("https://files.example/a.whl#secret", "https://files.example/a.whl"),
            ("https://user:se/cret@index.example/simple/", "https://index.example/simple/"),
            ("https://user:p@ss@index.example/", "https://index.example/"),
            ("https://user:p#ss@index.example/?x", "https://index.example/?…"),
            ("file:///wheels/a@b.whl", "file:///wheels/a@b.whl"),
            ("/srv/a:b@c/wheels", "/srv/a:b@c/wheels"),
            ("C:\\a@b\\wheels", "C:\\a@b\\wheels"),
            ("p://user:secret@files.example/", "p://files.example/"),
            ("no address", "no address"),
        ] {
            let address = Address::from(address);
            assert_eq!(address.to_string(), shown);
            assert_eq!(format!("{address:?}"), format!("{shown:?}"));
            assert_eq!(serde_json::to_value(&address).unwrap(), shown);
            assert_eq!(address.has_secrets(), address.with_secrets() != shown);
            assert_eq!(address.without_secrets().without_secrets().with_secrets(), shown);
        }
    }

    #[test]
    fn an_address_whose_query_was_left_out_is_incomplete() {
        let signed = Address::from("https://files.example/a.whl?X-Amz-Signature=secret#sha256=00");
        assert!(!signed.is_incomplete());
        let written: Address = serde_json::from_value(serde_json::to_value(&signed).unwrap()).unwrap();
        assert!(written.is_incomplete());
        assert!(Address::from(written.to_url().unwrap()).is_incomplete());
        assert!(!Address::from("https://user:secret@files.example/a.whl").without_secrets().is_incomplete());
    }

    #[test]
    fn a_requirement_that_cannot_be_parsed_is_shown_without_its_password() {
        for (text, shown) in [
            ("demo @ https://user:secret@h.example/demo x", "demo @ https://h.example/demo%20x"),
            ("demo[a]@https:user:secret@h.example/?t=1", "demo[a]@https://h.example/?…"),
            ("https://user:secret@h.example/demo.tar.gz", "https://h.example/demo.tar.gz"),
            ("demo@1.0", "demo@1.0"),
            ("demo >=1 <2", "demo >=1 <2"),
            ("demo @", "demo @"),
        ] {
            assert_eq!(text_without_secrets(text), shown);
        }
    }
}
