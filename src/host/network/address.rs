//! Addresses: what may be shown of one, what it means to be the same server, and where a redirect leads.

use url::Url;

use super::NetworkError;

/// Where credentials are valid: scheme, host and port.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Realm {
    scheme: String,
    host: String,
    port: Option<u16>,
}

/// An address as it may be shown: without credentials, fragment, and the content of the query, which in signed
/// addresses is a password too.
pub fn redacted(address: &str) -> String {
    let plain = match Url::parse(address) {
        // Parsing finds credentials wherever slashes are one too many or missing.
        Ok(url) if url.has_authority() && url.username().is_empty() && url.password().is_none() => address.to_owned(),
        Ok(mut url) if url.has_authority() => {
            // Only addresses that cannot have credentials refuse to lose them.
            let _ = url.set_username("");
            let _ = url.set_password(None);
            url.to_string()
        }
        // An address that does not parse may carry its password anywhere before the last `@`, and what looks like its
        // query or fragment may be a part of that.
        Ok(_) | Err(_) => return without_query(&without_user(&without_query(&without_user(address)))),
    };
    without_query(&plain)
}

/// The text without its fragment, and with a mark in place of its query.
fn without_query(text: &str) -> String {
    let text = text.split('#').next().unwrap_or_default();
    match text.split_once('?') {
        Some((path, _)) => format!("{path}?…"),
        None => text.to_owned(),
    }
}

/// The text without what stands between its scheme and its last `@`.
fn without_user(text: &str) -> String {
    let is_scheme = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) if is_scheme(scheme) => (format!("{scheme}://"), rest),
        Some(_) | None => (String::new(), text),
    };
    scheme + rest.rsplit('@').next().unwrap_or_default()
}

/// Parses the address of a request.
pub(super) fn parse(address: &str) -> Result<Url, NetworkError> {
    let url = Url::parse(address)
        .map_err(|source| NetworkError::Address { url: redacted(address), source: source.into() })?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(NetworkError::Scheme { url: redacted(address) });
    }
    Ok(url)
}

/// The address that a redirect of `from` names.
pub(super) fn redirected(from: &Url, location: &str) -> Result<Url, NetworkError> {
    let to = from
        .join(location)
        .map_err(|source| NetworkError::Address { url: redacted(location), source: source.into() })?;
    match (from.scheme(), to.scheme()) {
        ("https", "http") => {
            Err(NetworkError::InsecureRedirect { from: redacted(from.as_str()), to: redacted(to.as_str()) })
        }
        (_, "http" | "https") => Ok(to),
        _ => Err(NetworkError::Scheme { url: redacted(to.as_str()) }),
    }
}

impl Realm {
    pub(super) fn of(url: &Url) -> Self {
        Self {
            scheme: url.scheme().to_owned(),
            host: url.host_str().unwrap_or_default().to_owned(),
            port: url.port_or_known_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shown_address_has_no_password_no_signature_and_no_fragment() {
        for (address, shown) in [
            ("https://index.example/simple/", "https://index.example/simple/"),
            ("https://user:secret@index.example/simple/", "https://index.example/simple/"),
            ("https://token@index.example:8443/a@b/", "https://index.example:8443/a@b/"),
            ("https://files.example/a.whl?X-Amz-Signature=secret&x=1", "https://files.example/a.whl?…"),
            ("https:///user:secret@files.example/a.whl", "https://files.example/a.whl"),
            ("https:user:secret@files.example/a.whl", "https://files.example/a.whl"),
            ("https://user:secret@files.example:99999/a.whl", "https://files.example:99999/a.whl"),
            ("user:secret@files.example", "files.example"),
            ("https://files.example/a.whl#sha256=00", "https://files.example/a.whl"),
            ("https://user:se/cret@index.example/simple/", "https://index.example/simple/"),
            ("https://user:p@ss@index.example/", "https://index.example/"),
            ("no address", "no address"),
        ] {
            assert_eq!(redacted(address), shown);
        }
    }

    #[test]
    fn a_redirect_may_be_relative_but_not_leave_https() {
        let from = Url::parse("https://index.example/simple/a/").unwrap();
        assert_eq!(redirected(&from, "../b/").unwrap().as_str(), "https://index.example/simple/b/");
        assert_eq!(redirected(&from, "//files.example/x").unwrap().as_str(), "https://files.example/x");
        assert!(matches!(redirected(&from, "http://index.example/"), Err(NetworkError::InsecureRedirect { .. })));
        assert!(matches!(redirected(&from, "file:///etc/passwd"), Err(NetworkError::Scheme { .. })));
    }

    #[test]
    fn the_default_port_is_the_same_server_and_another_scheme_is_not() {
        let realm = |address| Realm::of(&Url::parse(address).unwrap());
        assert_eq!(realm("https://Index.example/a"), realm("https://index.example:443/b"));
        assert_ne!(realm("https://index.example/"), realm("http://index.example/"));
        assert_ne!(realm("https://index.example/"), realm("https://index.example:444/"));
    }
}
