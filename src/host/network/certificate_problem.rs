//! The reason why a server's certificate was refused, in words.

use rustls::{CertificateError, Error};

use super::verifier::is_of_authority;

/// A reason, for the chain of causes of an error.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum CertificateProblem {
    #[error("the server has no certificate")]
    Absent,
    #[error("it is a certificate for an authority, not for a server")]
    Authority,
    #[error("it has expired")]
    Expired,
    #[error("it is not valid yet")]
    NotYetValid,
    #[error("it was issued for another server name")]
    OtherName,
    #[error("it was revoked")]
    Revoked,
    #[error("it was issued by an authority that is not trusted on this machine")]
    UnknownIssuer,
    #[error("it is invalid")]
    Invalid,
}

impl CertificateProblem {
    /// The problem behind an error of TLS, if there is one with the certificate.
    pub(super) fn of(error: &Error) -> Option<Self> {
        let certificate_error = match error {
            Error::NoCertificatesPresented => return Some(Self::Absent),
            error if is_of_authority(error) => return Some(Self::Authority),
            Error::InvalidCertificate(certificate_error) => certificate_error,
            _ => return None,
        };
        Some(match certificate_error {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => Self::Expired,
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => Self::NotYetValid,
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => Self::OtherName,
            CertificateError::Revoked => Self::Revoked,
            CertificateError::UnknownIssuer => Self::UnknownIssuer,
            _ => Self::Invalid,
        })
    }

    /// Advice, unless only the server's owner can do something.
    pub(super) fn hint(self) -> Option<&'static str> {
        match self {
            Self::Authority | Self::UnknownIssuer => Some(
                "if your network uses its own certificate authority, set `SSL_CERT_FILE` to its PEM file; it may also be \
                 the server's own certificate",
            ),
            Self::Expired | Self::NotYetValid => Some("check the clock of this machine, or tell the server's owner"),
            Self::OtherName => Some("check the host name in the URL"),
            Self::Absent | Self::Invalid | Self::Revoked => None,
        }
    }
}
