//! The TLS configuration: TLS 1.2 and 1.3 with ring, and the trust in servers.

use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};

use super::NetworkError;
use super::error::UnusableRoots;
use super::roots::NamedRoots;
use super::verifier::Verifier;
use crate::host::Environment;

/// The TLS configuration of this process. Cheap to clone; clones share their sessions.
#[derive(Clone, Debug)]
pub(super) struct Tls {
    pub(super) config: ClientConfig,
    pub(super) unusable_roots: Vec<UnusableRoots>,
}

impl Tls {
    /// Reads the certificates; some milliseconds.
    pub(super) fn of(environment: &Environment) -> Result<Self, NetworkError> {
        let named = NamedRoots::of(environment);
        let mut config = build_config(named.authorities, named.certificates)?;
        // One request at a time uses a connection, so HTTP/2 would add flow control and nothing else.
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self { config, unusable_roots: named.unusable })
    }

    /// Trusts nobody and reads nothing; for connections without TLS.
    pub(super) fn unused() -> Result<ClientConfig, NetworkError> {
        Ok(builder(provider())?.with_root_certificates(RootCertStore::empty()).with_no_client_auth())
    }
}

fn build_config(
    named: RootCertStore,
    certificates: Vec<CertificateDer<'static>>,
) -> Result<ClientConfig, NetworkError> {
    let provider = provider();
    let verifier = verifier(named, certificates, &provider)?;
    Ok(builder(provider)?.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth())
}

/// Trusts the system's authorities and the named certificates.
#[cfg(not(any(windows, target_vendor = "apple")))]
fn verifier(
    mut roots: RootCertStore,
    named: Vec<CertificateDer<'static>>,
    provider: &Arc<CryptoProvider>,
) -> Result<Verifier, NetworkError> {
    roots.extend(super::roots::system().authorities.roots);
    let own = own(&named, roots.clone(), provider)?;
    Ok(Verifier { named, own, authorities: authorities(roots, provider)?, fallback: None })
}

/// Trusts the named certificates, and otherwise lets the system decide.
#[cfg(any(windows, target_vendor = "apple"))]
fn verifier(
    roots: RootCertStore,
    named: Vec<CertificateDer<'static>>,
    provider: &Arc<CryptoProvider>,
) -> Result<Verifier, NetworkError> {
    let system = rustls_platform_verifier::Verifier::new(Arc::clone(provider)).map_err(setup_error)?;
    let system: Arc<dyn ServerCertVerifier> = Arc::new(system);
    let own = own(&named, roots.clone(), provider)?;
    let fallback = (!named.is_empty()).then(|| Arc::clone(&system));
    let authorities: Arc<dyn ServerCertVerifier> =
        if roots.is_empty() { system } else { authorities(roots, provider)? };
    Ok(Verifier { named, own, authorities, fallback })
}

/// Knows all named certificates beside some authorities, if there are any.
fn own(
    named: &[CertificateDer<'static>],
    mut roots: RootCertStore,
    provider: &Arc<CryptoProvider>,
) -> Result<Option<Arc<dyn ServerCertVerifier>>, NetworkError> {
    if named.is_empty() {
        return Ok(None);
    }
    roots.add_parsable_certificates(named.iter().cloned());
    Ok(Some(authorities(roots, provider)?))
}

fn authorities(
    roots: RootCertStore,
    provider: &Arc<CryptoProvider>,
) -> Result<Arc<WebPkiServerVerifier>, NetworkError> {
    let builder = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider));
    builder.build().map_err(|error| NetworkError::Machinery { source: error.into() })
}

fn builder(
    provider: Arc<CryptoProvider>,
) -> Result<rustls::ConfigBuilder<ClientConfig, rustls::WantsVerifier>, NetworkError> {
    ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().map_err(setup_error)
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

fn setup_error(source: rustls::Error) -> NetworkError {
    NetworkError::Machinery { source: source.into() }
}
