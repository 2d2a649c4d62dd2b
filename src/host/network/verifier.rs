//! Trust in servers: in those that an authority vouches for, and in those whose own certificate the user named.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_name;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error, SignatureScheme};

/// Trusts servers that an authority vouches for, and servers whose own certificate the user named.
///
/// `openssl req -x509`, as most instructions have it, marks a server's self-signed certificate as one of an authority.
/// webpki refuses it as the certificate of a server; OpenSSL, and so curl and pip, accept it.
#[derive(Debug)]
pub(super) struct Verifier {
    pub(super) named: Vec<CertificateDer<'static>>,
    /// Knows all named certificates, and decides about servers that have one of them.
    pub(super) own: Option<Arc<dyn ServerCertVerifier>>,
    /// Knows the named certificates of authorities, unless there are none. A server whose own certificate the user named
    /// vouches for nobody else.
    pub(super) authorities: Arc<dyn ServerCertVerifier>,
    /// Decides about servers that these refuse. It knows none of the named certificates.
    pub(super) fallback: Option<Arc<dyn ServerCertVerifier>>,
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
        let by = |verifier: &dyn ServerCertVerifier| {
            verifier.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
        };
        let own = self.own.as_ref().filter(|_| self.named.contains(end_entity));
        let verified = by(own.unwrap_or(&self.authorities).as_ref()).or_else(|error| {
            // webpki looks at this after the dates, and before the name.
            if !is_of_authority(&error) || own.is_none() {
                return Err(error);
            }
            verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
            Ok(ServerCertVerified::assertion())
        });
        match (verified, &self.fallback) {
            (Err(refused), Some(fallback)) => by(fallback.as_ref()).map_err(|error| {
                // The fallback cannot tell what else is wrong with a named certificate.
                let is_telling = refused != Error::InvalidCertificate(CertificateError::UnknownIssuer);
                if is_telling { refused } else { error }
            }),
            (verified, _) => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.authorities.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.authorities.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.authorities.supported_verify_schemes()
    }
}

/// True if a server was refused because its certificate is marked as one of an authority.
pub(super) fn is_of_authority(error: &Error) -> bool {
    let Error::InvalidCertificate(CertificateError::Other(other)) = error else { return false };
    other.0.downcast_ref::<webpki::Error>() == Some(&webpki::Error::CaUsedAsEndEntity)
}
