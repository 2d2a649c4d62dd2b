//! The network: HTTP requests with the proxies, certificates and credentials that this machine is set up with; with
//! redirects, retries and time limits. Never knows what the bytes mean, and never shows or stores a password.

mod address;
mod authorities;
mod cause;
mod certificate_problem;
mod connection;
mod credential_store;
mod credentials;
mod dns_cache;
mod error;
mod io;
mod keyring_command;
mod limits;
mod netrc;
#[cfg(any(test, fuzzing))]
pub mod properties;
mod proxy;
mod request;
mod response;
mod retry;
mod roots;
mod service;
mod settings;
mod tls;
mod verifier;
mod windows_proxy;

#[cfg(test)]
pub(crate) mod test_server;
#[cfg(test)]
mod trust_tests;

pub use authorities::{AuthoritySource, NamedAuthorities, TrustedAuthorities};
pub use certificate_problem::CertificateProblem;
pub use connection::Connection;
pub use error::{Cause, NetworkError, UnusableRoots};
pub use request::{Encoding, Request};
pub use response::{Fetched, Response};
pub use service::Network;
pub use settings::NetworkSettings;
