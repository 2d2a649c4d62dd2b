//! Addresses as they may be shown.

use url::Url;

/// An address as it may be shown: without credentials, fragment, and the content of the query, which in signed
/// addresses is a password too.
pub fn redacted(address: &str) -> String {
    let plain = match Url::parse(address) {
        // Parsing finds credentials even if there is a slash too many or too few.
        Ok(url) if url.has_authority() && url.username().is_empty() && url.password().is_none() => address.to_owned(),
        Ok(mut url) if url.has_authority() => {
            // Only addresses that cannot have credentials refuse to lose them.
            let _ = url.set_username("");
            let _ = url.set_password(None);
            url.to_string()
        }
        // An invalid address may hold its password anywhere before the last `@`, and the password may contain what
        // looks like a query or fragment.
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
}
