//! The certificate authorities that servers are checked with, for people who look for the reason of a failure.

use std::path::PathBuf;

use super::error::UnusableRoots;

/// The certificate authorities that servers are checked with.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TrustedAuthorities {
    pub source: AuthoritySource,
    /// Those that `SSL_CERT_FILE` and `SSL_CERT_DIR` add.
    pub named: Vec<NamedAuthorities>,
    /// Variables that name nothing that can be used.
    pub unusable: Vec<UnusableRoots>,
}

/// The origin of the authorities that no variable names.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum AuthoritySource {
    /// Those of Mozilla, because the system has none.
    CompiledIn { count: usize },
    /// A file or directory of the system.
    File { path: PathBuf, count: usize },
    /// The system decides.
    System,
}

/// The certificates in a file or directory that a variable names.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NamedAuthorities {
    pub variable: &'static str,
    pub path: PathBuf,
    pub count: usize,
}
