//! User names and passwords.

use std::fmt;

use url::Url;

/// A user name with its password. Never shown.
#[derive(Clone, Eq, PartialEq)]
pub(super) struct Credentials {
    pub(super) user: String,
    pub(super) password: Option<String>,
}

impl Credentials {
    /// The credentials in an address.
    pub(super) fn in_address(url: &Url) -> Option<Self> {
        let user = percent_decoded(url.username());
        let password = url.password().map(percent_decoded);
        (!user.is_empty() || password.is_some()).then_some(Self { user, password })
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(…)")
    }
}

fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut index = 0;
    while let Some(&byte) = bytes.get(index) {
        let escaped = text.get(index + 1..index + 3).filter(|_| byte == b'%');
        if let Some(value) = escaped.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            decoded.push(value);
            index += 3;
        } else {
            decoded.push(byte);
            index += 1;
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}
