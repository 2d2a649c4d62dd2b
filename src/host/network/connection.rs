//! The connection of one thread: requests with redirects and retries.

use std::cell::OnceCell;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{ACCEPT_ENCODING, HeaderName, HeaderValue};
use reqwest::{Client, Proxy};
use url::Url;

use super::cause::{find_cause, simplified};
use super::certificate_problem::CertificateProblem;
use super::credential_store::{CredentialStore, Hop};
use super::io::EventLoop;
use super::proxy::Proxies;
use super::retry::{Backoff, Failure, Retry, own_delay};
use super::tls::Tls;
use super::{Encoding, Fetched, Network, NetworkError, Request, Response, address};
use crate::host::Event;
use crate::vocab::Address;

/// Sends requests, one at a time, over connections that it keeps open. Each thread has its own.
#[derive(Debug)]
pub struct Connection {
    network: Network,
    session: OnceCell<Session>,
}

/// The state that is created by the first request.
#[derive(Debug)]
struct Session {
    event_loop: Arc<EventLoop>,
    credentials: CredentialStore,
    proxies: Arc<Proxies>,
    plain: OnceCell<Client>,
    encrypted: OnceCell<(Client, Tls)>,
}

const USER_AGENT: &str = concat!("kingbolt/", env!("CARGO_PKG_VERSION"));
const MOST_REDIRECTS: usize = 10;
/// An unneeded body of up to this many bytes is read to its end, so that the connection can be used again.
const SMALL_BODY: usize = 64 * 1024;
/// A wait from this length on is reported.
const LONG_WAIT: Duration = Duration::from_secs(3);

impl Network {
    /// A connection for one thread. It connects with its first request.
    pub fn connection(&self) -> Connection {
        Connection { network: self.clone(), session: OnceCell::new() }
    }
}

impl Connection {
    /// Sends a request and returns when the head of the response has arrived.
    ///
    /// # Errors
    /// After the retries that the settings allow; [`NetworkError::Status`] when the server answers neither 2xx nor, to a
    /// conditional request, 304.
    pub fn get(&self, request: &Request) -> Result<Response, NetworkError> {
        self.send_with_retries(request, Ok)
    }

    /// Sends a request and reads the whole body, again from the start if it is interrupted.
    ///
    /// # Errors
    /// As [`Self::get`], and when the body is longer than the limit.
    pub fn fetch(&self, request: &Request, limit: u64) -> Result<Fetched, NetworkError> {
        self.send_with_retries(request, |response| response.into_fetched(limit))
    }

    /// Waits before an interrupted download is requested again; longer with each attempt.
    ///
    /// # Errors
    /// When the process is asked to stop.
    pub fn pause(&self, attempt: u32) -> Result<(), NetworkError> {
        Ok(self.session()?.event_loop.sleep(own_delay(self.network.settings(), attempt))?)
    }

    fn send_with_retries<T>(
        &self,
        request: &Request,
        finish: impl Fn(Response) -> Result<T, NetworkError>,
    ) -> Result<T, NetworkError> {
        let url = address::parse(&request.url)?;
        if self.network.is_offline() {
            return Err(NetworkError::Offline { url: request.url.clone() });
        }
        let session = self.session()?;
        let mut backoff = Backoff::new(self.network.settings(), request.most_retries);
        loop {
            let finished = self.follow(session, &url, request).and_then(|response| {
                finish(response).map_err(|error| match error {
                    NetworkError::Body { .. } => Failure { error, retry: Retry::Soon },
                    _ => error.into(),
                })
            });
            match finished {
                Ok(finished) => return Ok(finished),
                Err(failure) => {
                    let trouble = failure.error.to_string();
                    let delay = backoff.next_delay(failure)?;
                    if delay >= LONG_WAIT {
                        let message = &format!("{trouble}; retrying in {} seconds", delay.as_secs());
                        self.network.progress().event(Event::Warning { message });
                    }
                    session.event_loop.sleep(delay)?;
                }
            }
        }
    }

    /// Makes one attempt and follows its redirects.
    fn follow(&self, session: &Session, first: &Url, request: &Request) -> Result<Response, Failure> {
        let stray = |reason| NetworkError::Redirect { url: first.into(), reason };
        let mut visited = vec![first.clone()];
        let mut now = first.clone();
        loop {
            let hop = Hop { first, now: &now };
            let response = self.send(session, hop, request)?;
            let status = response.status().as_u16();
            if matches!(status, 200..=299) || (status == 304 && request.is_conditional()) {
                return Ok(Response::new(response, request.encoding, &self.network, Arc::clone(&session.event_loop))?);
            }
            let location = response.headers().get("location").and_then(|value| value.to_str().ok()).map(str::to_owned);
            if !matches!(status, 301 | 302 | 303 | 307 | 308) {
                return Err(self.failure_of_response(session, &now, response));
            }
            session.discard_body(response);
            let next = address::redirected(&now, &location.ok_or_else(|| stray("a redirect has no target"))?)?;
            if visited.contains(&next) {
                return Err(stray("its redirects form a loop").into());
            }
            if visited.len() > MOST_REDIRECTS {
                return Err(stray("there are too many redirects").into());
            }
            visited.push(next.clone());
            now = next;
        }
    }

    fn send(&self, session: &Session, hop: Hop<'_>, request: &Request) -> Result<reqwest::Response, Failure> {
        let mut url = hop.now.clone();
        // Neither fails for an address with a host; the credentials travel as a header.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        url.set_fragment(None);
        let mut builder = self.client(session, &url)?.get(url);
        let encoding = match request.encoding {
            Encoding::Gzip => "gzip",
            Encoding::Identity => "identity",
        };
        builder = builder.header(ACCEPT_ENCODING, encoding);
        for (name, value) in &request.headers {
            builder = builder.header(HeaderName::from_static(name), value);
        }
        if let Some(credentials) = session.credentials.find(hop) {
            self.network.warn_of_unencrypted_credentials(hop.now);
            builder = builder.basic_auth(credentials.user, credentials.password);
        }
        let sent = session.event_loop.wait(async { builder.send().await }).map_err(NetworkError::from)?;
        sent.map_err(|error| self.failure_of_request(session, hop.now, &error))
    }

    /// The failure that an error response means.
    fn failure_of_response(&self, session: &Session, url: &Url, response: reqwest::Response) -> Failure {
        let status = response.status().as_u16();
        let retry_after = response.headers().get("retry-after").and_then(|value| value.to_str().ok());
        let retry = Retry::of_status(status, retry_after, self.network.clock().system_time());
        session.discard_body(response);
        let url_shown = Address::from(url);
        let error = match session.proxies.for_url(url) {
            Some(proxy) if status == 407 => NetworkError::ProxyPassword { url: url_shown, proxy: proxy.into() },
            _ => NetworkError::Status { url: url_shown, status },
        };
        Failure { error, retry }
    }

    /// The failure when no response arrived.
    fn failure_of_request(&self, session: &Session, url: &Url, error: &reqwest::Error) -> Failure {
        let shown = Address::from(url);
        let settings = self.network.settings();
        if let Some(source) = find_cause(error, CertificateProblem::of) {
            let unusable_roots = session.encrypted.get().map(|(_, tls)| tls.unusable_roots.clone()).unwrap_or_default();
            return NetworkError::Certificate { url: shown, unusable_roots, source }.into();
        }
        let reason = simplified(error);
        match session.proxies.for_url(url) {
            Some(proxy) if reason.contains("proxy authorization required") => {
                return NetworkError::ProxyPassword { url: shown, proxy: proxy.into() }.into();
            }
            _ => {}
        }
        let error = if error.is_timeout() {
            let after = if error.is_connect() { settings.connect_timeout } else { settings.read_timeout };
            NetworkError::Timeout { url: shown, after }
        } else {
            let proxy = session.proxies.for_url(url).map(Address::from);
            NetworkError::Connection { url: shown, proxy, source: reason.into() }
        };
        Failure { error, retry: Retry::Soon }
    }

    fn session(&self) -> Result<&Session, NetworkError> {
        if let Some(session) = self.session.get() {
            return Ok(session);
        }
        let (credentials, proxies) = (self.network.credential_store(), Arc::new(self.network.proxies()?));
        let event_loop = Arc::new(EventLoop::new(self.network.interrupt().clone())?);
        let (plain, encrypted) = (OnceCell::new(), OnceCell::new());
        Ok(self.session.get_or_init(|| Session { event_loop, credentials, proxies, plain, encrypted }))
    }

    /// The client for an address: certificates are read only when an address needs them.
    fn client<'a>(&self, session: &'a Session, url: &Url) -> Result<&'a Client, NetworkError> {
        let proxy_encrypted = session.proxies.for_url(url).is_some_and(|proxy| proxy.scheme() == "https");
        if url.scheme() != "https" && !proxy_encrypted {
            if let Some(client) = session.plain.get() {
                return Ok(client);
            }
            let client = self.build(session, Tls::unused()?)?;
            return Ok(session.plain.get_or_init(|| client));
        }
        if let Some((client, _)) = session.encrypted.get() {
            return Ok(client);
        }
        let tls = self.network.tls()?;
        let client = self.build(session, tls.config.clone())?;
        Ok(&session.encrypted.get_or_init(|| (client, tls)).0)
    }

    fn build(&self, session: &Session, tls: rustls::ClientConfig) -> Result<Client, NetworkError> {
        let settings = self.network.settings();
        let proxies = Arc::clone(&session.proxies);
        Client::builder()
            .user_agent(HeaderValue::from_static(USER_AGENT))
            .dns_resolver(self.network.dns_cache())
            .tls_backend_preconfigured(tls)
            .proxy(Proxy::custom(move |url| proxies.for_url(url).cloned()))
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .retry(reqwest::retry::never())
            .connect_timeout(settings.connect_timeout)
            .read_timeout(settings.read_timeout)
            .build()
            .map_err(|error| NetworkError::Machinery { source: simplified(&error).into() })
    }
}

impl Session {
    /// Reads the rest of a small body so that the connection can be used again.
    fn discard_body(&self, mut response: reqwest::Response) {
        let rest = async {
            let mut length = 0;
            while let Ok(Some(chunk)) = response.chunk().await {
                length += chunk.len();
                if length > SMALL_BODY {
                    break;
                }
            }
        };
        // An interruption is noticed by the next wait.
        let _ = self.event_loop.wait(async { tokio::time::timeout(Duration::from_secs(1), rest).await });
    }
}

#[cfg(test)]
mod tests;
