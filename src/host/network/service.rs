//! The network as this process uses it: read once from the environment, shared by all connections.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use url::{Host as UrlHost, Url};

use super::authorities::TrustedAuthorities;
use super::credential_store::CredentialStore;
use super::credentials::Credentials;
use super::dns_cache::DnsCache;
use super::keyring_command::KeyringCommand;
use super::limits::LongBodies;
use super::netrc::Netrc;
use super::proxy::Proxies;
use super::tls::Tls;
use super::windows_proxy::WindowsProxy;
use super::{NetworkError, NetworkSettings, roots};
use crate::host::{Clock, Environment, Event, Files, Host, Interrupt, Progress, Registry, Silent};
use crate::vocab::Address;

/// The most bytes of a netrc file.
const LONGEST_NETRC: u64 = 1024 * 1024;

/// Makes connections. Cheap to clone. Nothing is read before the first request: neither certificates, which takes
/// milliseconds, nor proxies and netrc, whose errors matter only to commands that use the network.
#[derive(Clone)]
pub struct Network {
    interrupt: Interrupt,
    progress: Arc<dyn Progress>,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    clock: Clock,
    environment: Environment,
    files: Files,
    dns_cache: DnsCache,
    long_bodies: LongBodies,
    /// The servers that the user named, with the credentials in their addresses.
    named: Mutex<Vec<Url>>,
    keyring: Option<KeyringCommand>,
    /// The passwords that the keyring gave, or did not have: it is asked once for each address.
    passwords: Mutex<BTreeMap<Url, Option<String>>>,
    registry: Registry,
    settings: NetworkSettings,
    tls: Mutex<Option<Tls>>,
    /// The servers to which credentials were sent without encryption.
    warned_of: Mutex<BTreeSet<String>>,
}

impl Network {
    /// The network of this machine.
    pub fn new(host: &Host, settings: NetworkSettings) -> Self {
        let shared = Shared {
            clock: host.clock,
            environment: host.environment.clone(),
            files: host.files,
            dns_cache: DnsCache::default(),
            long_bodies: LongBodies::default(),
            named: Mutex::default(),
            keyring: KeyringCommand::of(host, settings.keyring),
            passwords: Mutex::default(),
            registry: host.registry,
            settings,
            tls: Mutex::new(None),
            warned_of: Mutex::default(),
        };
        let (interrupt, progress) = (host.interrupt.clone(), Arc::new(Silent));
        Self { interrupt, progress, shared: Arc::new(shared) }
    }

    /// Adds the address of an index, or another one that the user named and no page: credentials in it serve everything
    /// on the same server, as do those in netrc. It counts for connections that have not sent a request yet. Text that
    /// is not an address adds nothing.
    pub fn add_named(&self, address: &Address) {
        if let Ok(url) = address.to_url() {
            self.shared.named.lock().unwrap_or_else(PoisonError::into_inner).push(url);
        }
    }

    /// Lets this flag stop its connections, in place of the process's own.
    #[must_use]
    pub fn stopped_by(mut self, interrupt: &Interrupt) -> Self {
        self.interrupt = interrupt.clone();
        self
    }

    /// Reports long waits of its connections.
    #[must_use]
    pub fn reporting_to(mut self, progress: Arc<dyn Progress>) -> Self {
        self.progress = progress;
        self
    }

    /// True if network use is turned off.
    pub fn is_offline(&self) -> bool {
        self.shared.settings.offline
    }

    /// The limits and delays of its connections.
    pub fn settings(&self) -> &NetworkSettings {
        &self.shared.settings
    }

    pub(super) fn clock(&self) -> Clock {
        self.shared.clock
    }

    pub(super) fn interrupt(&self) -> &Interrupt {
        &self.interrupt
    }

    pub(super) fn progress(&self) -> &dyn Progress {
        &*self.progress
    }

    pub(super) fn long_bodies(&self) -> LongBodies {
        self.shared.long_bodies.clone()
    }

    pub(super) fn dns_cache(&self) -> DnsCache {
        self.shared.dns_cache.clone()
    }

    pub(super) fn credential_store(&self) -> CredentialStore {
        let addresses = self.shared.named.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let named = addresses.iter().map(|url| (url.origin(), Credentials::in_address(url))).collect();
        let mut store = CredentialStore::new(named, self.netrc().unwrap_or_default());
        if let Some(keyring) = &self.shared.keyring {
            store.complete(&addresses, |url, user| self.password(keyring, url, user));
        }
        store
    }

    /// A password of the keyring. Where the command fails, the server refuses the request, which says so.
    fn password(&self, keyring: &KeyringCommand, url: &Url, user: &str) -> Option<String> {
        let mut passwords = self.shared.passwords.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = passwords.get(url) {
            return known.clone();
        }
        let password = keyring.password(url, user).unwrap_or_else(|error| {
            let message = &format!("{error}; no password for `{}`", Address::from(url).without_secrets());
            self.progress.event(Event::Warning { message });
            None
        });
        passwords.insert(url.clone(), password.clone());
        password
    }

    /// Warns once for each server that is sent credentials without encryption, this machine excepted.
    pub(super) fn warn_of_unencrypted_credentials(&self, url: &Url) {
        let is_here = match url.host() {
            Some(UrlHost::Domain(name)) => name == "localhost",
            Some(UrlHost::Ipv4(address)) => address.is_loopback(),
            Some(UrlHost::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        let origin = url.origin().ascii_serialization();
        let mut warned_of = self.shared.warned_of.lock().unwrap_or_else(PoisonError::into_inner);
        if url.scheme() == "http" && !is_here && warned_of.insert(origin.clone()) {
            let message = &format!("the credentials for `{origin}` are sent without encryption");
            self.progress.event(Event::Warning { message });
        }
    }

    pub(super) fn proxies(&self) -> Result<Proxies, NetworkError> {
        Proxies::of(&self.shared.environment, &WindowsProxy::of(self.shared.registry))
    }

    /// The proxy of requests to an address; `None` if they go to their server directly.
    ///
    /// # Errors
    /// [`NetworkError::ProxyAddress`] for a variable that is not a URL.
    pub fn proxy_of(&self, url: &Url) -> Result<Option<Address>, NetworkError> {
        Ok(self.proxies()?.for_url(url).map(Address::from))
    }

    /// The certificate authorities that servers are checked with.
    pub fn authorities(&self) -> TrustedAuthorities {
        roots::trusted(&self.shared.environment)
    }

    /// The one TLS configuration of this process.
    pub(super) fn tls(&self) -> Result<Tls, NetworkError> {
        let mut tls = self.shared.tls.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tls) = &*tls {
            return Ok(tls.clone());
        }
        Ok(tls.insert(Tls::of(&self.shared.environment)?).clone())
    }

    /// The file that `NETRC` names, else `.netrc` or `_netrc` in the home directory. An unreadable one is ignored.
    fn netrc(&self) -> Option<Netrc> {
        let environment = &self.shared.environment;
        let candidates = match (environment.var_os("NETRC"), environment.home_dir()) {
            (Some(named), _) => vec![named.into()],
            (None, Some(home)) => vec![home.join(".netrc"), home.join("_netrc")],
            (None, None) => Vec::new(),
        };
        let bytes = candidates
            .iter()
            .find_map(|path| self.shared.files.read_if_present_at_most(path, LONGEST_NETRC).ok().flatten())?;
        Some(Netrc::parse(&String::from_utf8_lossy(&bytes)))
    }
}

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Network").field("settings", &self.shared.settings).finish_non_exhaustive()
    }
}
