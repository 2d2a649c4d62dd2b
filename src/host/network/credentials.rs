//! User names and passwords.

use std::fmt;

use percent_encoding::percent_decode_str;
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
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}
