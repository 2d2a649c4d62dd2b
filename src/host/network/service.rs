//! The network as this process uses it: read once from the environment, shared by all connections.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use url::{Origin, Url};

use super::credential_store::CredentialStore;
use super::credentials::Credentials;
use super::dns_cache::DnsCache;
use super::netrc::Netrc;
use super::proxy::Proxies;
use super::tls::Tls;
use super::windows_proxy::WindowsProxy;
use super::{NetworkError, NetworkSettings};
use crate::host::{Clock, Environment, Files, Host, Interrupt, Progress, Registry, Silent};

/// Makes connections. Cheap to clone. Nothing is read before the first request: neither certificates, which takes
/// milliseconds, nor proxies and netrc, whose errors matter only to commands that use the network.
#[derive(Clone)]
pub struct Network {
    /// Credentials of indexes.
    configured: Vec<(Origin, Credentials)>,
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
    registry: Registry,
    settings: NetworkSettings,
    tls: Mutex<Option<Tls>>,
}

impl Network {
    /// The network of this machine.
    pub fn new(host: &Host, settings: NetworkSettings) -> Self {
        let shared = Shared {
            clock: host.clock,
            environment: host.environment.clone(),
            files: host.files,
            dns_cache: DnsCache::default(),
            registry: host.registry,
            settings,
            tls: Mutex::new(None),
        };
        let (interrupt, progress) = (host.interrupt.clone(), Arc::new(Silent));
        Self { configured: Vec::new(), interrupt, progress, shared: Arc::new(shared) }
    }

    /// Uses the credentials in an index's address for everything on the same server. Text that is not an address, or
    /// one without credentials, adds nothing.
    #[must_use]
    pub fn with_credentials(mut self, index: &str) -> Self {
        if let Ok(url) = Url::parse(index) {
            self.configured.extend(Credentials::in_address(&url).map(|credentials| (url.origin(), credentials)));
        }
        self
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

    pub(super) fn dns_cache(&self) -> DnsCache {
        self.shared.dns_cache.clone()
    }

    pub(super) fn credential_store(&self) -> CredentialStore {
        CredentialStore::new(self.configured.clone(), self.netrc().unwrap_or_default())
    }

    pub(super) fn proxies(&self) -> Result<Proxies, NetworkError> {
        Proxies::of(&self.shared.environment, &WindowsProxy::of(self.shared.registry))
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
        let bytes = candidates.iter().find_map(|path| self.shared.files.read_if_present(path).ok().flatten())?;
        Some(Netrc::parse(&String::from_utf8_lossy(&bytes)))
    }
}

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Network").field("settings", &self.shared.settings).finish_non_exhaustive()
    }
}
