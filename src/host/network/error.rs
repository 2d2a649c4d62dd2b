//! Errors of the network. No message holds a password: an [`Address`] is shown without its secrets.

use std::error::Error;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use super::certificate_problem::CertificateProblem;
use crate::host::Interrupted;
use crate::vocab::Address;

/// A request that failed, after its retries where retrying makes sense.
#[derive(Debug, thiserror::Error)]
pub enum NetworkError {
    /// Text that is not an address.
    #[error("failed to parse the URL `{url}`")]
    Address { url: Address, source: Cause },
    /// The body was interrupted or never continued.
    #[error("failed to read the response from `{url}`")]
    Body { url: Address, source: Cause },
    /// The body is longer than the caller takes.
    #[error("refused the response from `{url}`: it is longer than {limit} bytes")]
    BodyTooLong { url: Address, limit: u64 },
    /// The server's certificate is not trusted.
    #[error("failed to verify the certificate of `{url}`")]
    Certificate { url: Address, unusable_roots: Vec<UnusableRoots>, source: CertificateProblem },
    /// The connection failed, or broke before an answer came.
    #[error("failed to fetch `{url}`")]
    Connection { url: Address, proxy: Option<Address>, source: Cause },
    /// The response has a content encoding that was not requested.
    #[error("refused the response from `{url}`: it is encoded as `{encoding}`")]
    Encoding { url: Address, encoding: String },
    /// An address whose query was not kept, since it may hold a signature.
    #[error("failed to fetch `{url}`: its query was not stored, because it may contain a password")]
    Incomplete { url: Address },
    /// A redirect from https to http.
    #[error("refused the redirect from `{from}` to `{to}`: it is not encrypted")]
    InsecureRedirect { from: Address, to: Address },
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
    /// The HTTP client cannot be set up.
    #[error("failed to set up network connections")]
    Machinery { source: Cause },
    /// Network use is turned off.
    #[error("refused to fetch `{url}`: the network is disabled")]
    Offline { url: Address },
    /// The proxy wants a password, or another one.
    #[error("failed to fetch `{url}`: the proxy `{proxy}` requires a password")]
    ProxyPassword { url: Address, proxy: Address },
    /// A proxy variable that is not an address.
    #[error("failed to parse the proxy URL `{url}` in `{variable}`: {reason}")]
    ProxyAddress { variable: &'static str, url: Address, reason: &'static str },
    /// Redirects without end, or without an address.
    #[error("failed to fetch `{url}`: {reason}")]
    Redirect { url: Address, reason: &'static str },
    /// An address whose scheme is not http or https.
    #[error("failed to fetch `{url}`: its scheme is not http or https")]
    Scheme { url: Address },
    /// The body arrives so slowly that it may never end.
    #[error(
        "failed to read the response from `{url}`: fewer than {least} bytes arrived in {} seconds", within.as_secs()
    )]
    Slow { url: Address, least: u64, within: Duration },
    /// The server answers with an error.
    #[error("failed to fetch `{url}`: the server returned {}", status_text(*status))]
    Status { url: Address, status: u16 },
    /// No data arrived for too long.
    #[error("failed to fetch `{url}`: no response for {} seconds", after.as_secs())]
    Timeout { url: Address, after: Duration },
}

/// The cause of an error below HTTP.
pub type Cause = Box<dyn Error + Send + Sync>;

/// Certificates that a variable names and that cannot be used.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct UnusableRoots {
    pub variable: &'static str,
    pub path: PathBuf,
    pub reason: String,
}

impl NetworkError {
    /// Advice for the user.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Certificate { unusable_roots, source, .. } => certificate_hint(unusable_roots, *source),
            Self::Connection { proxy: Some(proxy), .. } => {
                Some(format!("check the network connection and the proxy `{proxy}`"))
            }
            Self::Connection { proxy: None, .. } | Self::Slow { .. } | Self::Timeout { .. } => {
                Some("check the network connection; if you need a proxy, set `HTTPS_PROXY=http://host:port`".to_owned())
            }
            Self::Incomplete { .. } => {
                Some("run `kingbolt install` again; pass the complete URL if you installed from one".to_owned())
            }
            Self::Offline { .. } => Some("run the command without `--offline`".to_owned()),
            Self::ProxyPassword { .. } => {
                Some("set `HTTPS_PROXY=http://user:password@host:port` (and `HTTP_PROXY` for http URLs)".to_owned())
            }
            Self::ProxyAddress { variable, .. } => {
                Some(format!("set `{variable}` to a URL such as `http://host:port`, or unset it"))
            }
            Self::Status { status: 401 | 403, url } => Some(credentials_hint(url)),
            Self::Status { status: 429 | 500..=599, .. } | Self::Body { .. } => {
                Some("the server has a problem; try again later".to_owned())
            }
            Self::Address { .. }
            | Self::BodyTooLong { .. }
            | Self::Encoding { .. }
            | Self::InsecureRedirect { .. }
            | Self::Interrupted(_)
            | Self::Machinery { .. }
            | Self::Redirect { .. }
            | Self::Scheme { .. }
            | Self::Status { .. } => None,
        }
    }

    /// True if the server has no such file.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Status { status: 404 | 410, .. })
    }

    /// The original error of a response that was read through [`std::io::Read`].
    pub fn from_read(error: io::Error, url: &Address) -> Self {
        match error.downcast::<Self>() {
            Ok(error) => error,
            Err(source) => Self::Body { url: url.clone(), source: source.into() },
        }
    }
}

fn certificate_hint(unusable_roots: &[UnusableRoots], problem: CertificateProblem) -> Option<String> {
    match unusable_roots.first() {
        Some(UnusableRoots { variable, path, reason }) => {
            Some(format!("`{variable}` is set to `{}`, which is ignored: {reason}", path.display()))
        }
        None => problem.hint().map(str::to_owned),
    }
}

/// The file as people name it.
const NETRC: &str = if cfg!(windows) { r"%USERPROFILE%\_netrc" } else { "~/.netrc" };

/// Credentials are never stored, so an upgrade may lack those that an installation had.
fn credentials_hint(url: &Address) -> String {
    let host = url.to_url().ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_else(|| "HOST".to_owned());
    format!(
        "Kingbolt stores no credentials: add `machine {host} login USER password PASSWORD` to `{NETRC}` (or to the file \
         that `NETRC` names), or name the URL again with them (`https://USER:PASSWORD@HOST/…`)"
    )
}

fn status_text(status: u16) -> String {
    let reason = reqwest::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
    match reason {
        Some(reason) => format!("{status} {reason}"),
        None => status.to_string(),
    }
}
