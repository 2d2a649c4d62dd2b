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

    /// Adds the passwords of users whom addresses name without one, and whom netrc does not know.
    pub(super) fn complete(&mut self, addresses: &[Url], password: impl Fn(&Url, &str) -> Option<String>) {
        for url in addresses {
            let Some(Credentials { user, password: None }) = Credentials::in_address(url) else { continue };
            let in_netrc = self.netrc.machine(url.host_str().unwrap_or_default());
            if in_netrc.is_some_and(|credentials| credentials.user == user) {
                continue;
            }
            if let Some(password) = password(url, &user) {
                self.named.push((url.origin(), Some(Credentials { user, password: Some(password) })));
            }
        }
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
        let named: Vec<&Credentials> =
            named.filter_map(|(_, credentials)| credentials.as_ref()).filter(matches).collect();
        let found = named
            .iter()
            .copied()
            .find(|credentials| credentials.password.is_some())
            .or_else(|| self.netrc.machine(host).filter(|_| is_named || hop.now.scheme() == "https").filter(matches))
            .or_else(|| self.netrc.otherwise().filter(|_| is_named).filter(matches))
            .or_else(|| named.first().copied());
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
    fn a_user_in_an_address_gets_the_password_of_netrc_or_else_that_of_the_keyring() {
        let users = ["https://f@files.example/simple/", "https://k@keyring.example/simple/"].map(url);
        let named = users.clone().map(|url| (url.origin(), Credentials::in_address(&url)));
        let netrc = Netrc::parse("machine files.example login f password 2\n");
        let mut store = CredentialStore::new(named.to_vec(), netrc);
        let keyring = |url: &Url, user: &str| Some(format!("{user} at {}", url.host_str()?));
        let at = |store: &CredentialStore, address| {
            let url = url(address);
            let found = store.find(Hop { first: &url, now: &url })?;
            Some((found.user, found.password))
        };
        assert_eq!(at(&store, "https://keyring.example/a.whl"), Some(("k".to_owned(), None)));
        store.complete(&users, keyring);
        let with = |user: &str, password: &str| Some((user.to_owned(), Some(password.to_owned())));
        assert_eq!(at(&store, "https://f@files.example/a.whl"), with("f", "2"));
        assert_eq!(at(&store, "https://keyring.example/a.whl"), with("k", "k at keyring.example"));
        assert_eq!(at(&store, "https://keyring.example:444/a.whl"), None);
        assert_eq!(at(&store, "http://keyring.example/a.whl"), None);
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
