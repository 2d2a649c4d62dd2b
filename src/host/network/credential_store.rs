//! The credentials that a request carries.

use url::{Origin, Url};

use super::credentials::Credentials;
use super::netrc::Netrc;

/// The credentials of this user, by server: a scheme, a host and a port.
#[derive(Clone, Debug, Default)]
pub(super) struct CredentialStore {
    /// The servers that the user named.
    named: Vec<(Origin, Option<Credentials>)>,
    netrc: Netrc,
}

/// A request among its redirects: its first address and its current one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hop<'a> {
    pub(super) first: &'a Url,
    pub(super) now: &'a Url,
}

impl CredentialStore {
    pub(super) fn new(named: Vec<(Origin, Option<Credentials>)>, netrc: Netrc) -> Self {
        Self { named, netrc }
    }

    /// The credentials that a request carries at this hop: those of its address, else those that the user named for the
    /// same server, else netrc's.
    ///
    /// Netrc knows hosts alone: without encryption, its entries are for servers that the user named so, and its
    /// `default` is for servers that the user named at all, not for those that a page or a redirect leads to.
    pub(super) fn find(&self, hop: Hop<'_>) -> Option<Credentials> {
        let origin = hop.now.origin();
        let same_origin = hop.first.origin() == origin;
        let in_address = Credentials::in_address(hop.now)
            .or_else(|| same_origin.then(|| Credentials::in_address(hop.first)).flatten());
        if in_address.as_ref().is_some_and(|credentials| credentials.password.is_some()) {
            return in_address;
        }
        let user = in_address.as_ref().map(|credentials| credentials.user.as_str());
        let matches = |credentials: &&Credentials| user.is_none_or(|user| user == credentials.user);
        let mut named = self.named.iter().filter(|(named, _)| *named == origin).peekable();
        let is_named = named.peek().is_some();
        let host = hop.now.host_str().unwrap_or_default();
        let found = named
            .filter_map(|(_, credentials)| credentials.as_ref())
            .find(matches)
            .or_else(|| self.netrc.machine(host).filter(|_| is_named || hop.now.scheme() == "https").filter(matches))
            .or_else(|| self.netrc.otherwise().filter(|_| is_named).filter(matches));
        found.cloned().or(in_address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(address: &str) -> Url {
        Url::parse(address).unwrap()
    }

    fn credentials(user: &str, password: impl Into<Option<&'static str>>) -> Credentials {
        Credentials { user: user.to_owned(), password: password.into().map(str::to_owned) }
    }

    fn store() -> CredentialStore {
        let netrc = "machine index.example login n password 1\nmachine files.example login f password 2\n\
                     machine plain.example login p password 4\n\
                     default login d password 3\n";
        let named =
            ["https://i:conf%2Fidential@index.example/simple/", "http://plain.example/", "https://bare.example/"];
        let named = named.map(url).map(|url| (url.origin(), Credentials::in_address(&url)));
        CredentialStore::new(named.to_vec(), Netrc::parse(netrc))
    }

    #[test]
    fn the_nearest_credentials_win() {
        let at = |address| {
            let url = url(address);
            store().find(Hop { first: &url, now: &url })
        };
        assert_eq!(at("https://u:p@index.example/a.whl"), Some(credentials("u", "p")));
        assert_eq!(at("https://index.example/a.whl"), Some(credentials("i", "conf/idential")));
        assert_eq!(at("https://index.example:444/a.whl"), Some(credentials("n", "1")));
        assert_eq!(at("https://files.example/a.whl"), Some(credentials("f", "2")));
        assert_eq!(at("https://f@files.example/"), Some(credentials("f", "2")));
        assert_eq!(at("https://token@files.example/"), Some(credentials("token", None)));
    }

    #[test]
    fn netrc_serves_no_server_that_only_a_page_names_in_the_clear_and_its_default_none() {
        let at = |address| {
            let url = url(address);
            store().find(Hop { first: &url, now: &url })
        };
        assert_eq!(at("http://plain.example/a.whl"), Some(credentials("p", "4")));
        assert_eq!(at("https://bare.example/a.whl"), Some(credentials("d", "3")));
        for address in [
            "http://index.example/a.whl",
            "http://files.example/a.whl",
            "http://plain.example:8080/a.whl",
            "http://bare.example/a.whl",
            "https://bare.example:444/a.whl",
            "https://elsewhere.example/",
        ] {
            assert_eq!(at(address), None, "{address}");
        }
    }

    #[test]
    fn a_redirect_keeps_credentials_on_its_server_only() {
        let first = url("https://u:p@index.example/a");
        let at = |address| store().find(Hop { first: &first, now: &url(address) });
        assert_eq!(at("https://index.example/b"), Some(credentials("u", "p")));
        assert_eq!(at("https://index.example:8443/b"), Some(credentials("n", "1")));
        assert_eq!(at("https://files.example/b"), Some(credentials("f", "2")));
        assert_eq!(at("https://elsewhere.example/b"), None);
    }

    #[test]
    fn credentials_are_not_shown_for_debugging() {
        let shown = format!("{:?}", store());
        assert!(!shown.contains("idential") && !shown.contains("password: "), "{shown}");
    }
}
