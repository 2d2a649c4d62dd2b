//! The addresses of requests, and where a redirect leads.

use url::Url;

use super::NetworkError;
use crate::vocab::Address;

/// Parses the address of a request.
pub(super) fn parse(address: &Address) -> Result<Url, NetworkError> {
    let url =
        address.to_url().map_err(|source| NetworkError::Address { url: address.clone(), source: source.into() })?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(NetworkError::Scheme { url: address.clone() });
    }
    if address.is_incomplete() {
        return Err(NetworkError::Incomplete { url: address.clone() });
    }
    Ok(url)
}

/// The address that a redirect of `from` names.
pub(super) fn redirected(from: &Url, location: &str) -> Result<Url, NetworkError> {
    let to =
        from.join(location).map_err(|source| NetworkError::Address { url: location.into(), source: source.into() })?;
    match (from.scheme(), to.scheme()) {
        ("https", "http") => Err(NetworkError::InsecureRedirect { from: from.into(), to: (&to).into() }),
        (_, "http" | "https") => Ok(to),
        _ => Err(NetworkError::Scheme { url: to.into() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let origin = |address| Url::parse(address).unwrap().origin();
        assert_eq!(origin("https://Index.example/a"), origin("https://index.example:443/b"));
        assert_ne!(origin("https://index.example/"), origin("http://index.example/"));
        assert_ne!(origin("https://index.example/"), origin("https://index.example:444/"));
    }
}
