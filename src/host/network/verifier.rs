//! Trust on systems that verify certificates themselves: named authorities first, then the system.

use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};

use super::named_certificates::NamedCertificates;

/// Trusts a server that the named certificates vouch for, or that the system trusts.
#[derive(Debug)]
pub(super) struct Verifier {
    named: Option<NamedCertificates>,
    system: rustls_platform_verifier::Verifier,
}

impl Verifier {
    pub(super) fn new(
        named: RootCertStore,
        certificates: Vec<CertificateDer<'static>>,
        provider: &Arc<CryptoProvider>,
    ) -> Result<Self, Error> {
        let named = if named.is_empty() {
            None
        } else {
            let builder = WebPkiServerVerifier::builder_with_provider(Arc::new(named), Arc::clone(provider));
            let authorities = builder.build().map_err(|error| Error::General(error.to_string()))?;
            Some(NamedCertificates { named: certificates, authorities })
        };
        Ok(Self { named, system: rustls_platform_verifier::Verifier::new(Arc::clone(provider))? })
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let refused = match &self.named {
            Some(named) => match named.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now) {
                Ok(verified) => return Ok(verified),
                Err(error) => Some(error),
            },
            None => None,
        };
        let by_system = self.system.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        // The system knows none of the named certificates, so that it cannot tell what else is wrong with one.
        let is_telling = |error: &Error| *error != Error::InvalidCertificate(CertificateError::UnknownIssuer);
        by_system.map_err(|error| refused.filter(is_telling).unwrap_or(error))
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.system.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.system.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.system.supported_verify_schemes()
    }
}
