//! The trusted certificate authorities: the system's, and those that `SSL_CERT_FILE` and `SSL_CERT_DIR` add.

use std::path::{Path, PathBuf};

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls_native_certs::load_certs_from_paths;

use super::authorities::{AuthoritySource, NamedAuthorities, TrustedAuthorities};
use super::error::UnusableRoots;
use crate::host::{Environment, Files};

/// The most bytes of a file of certificates: those of distributions have a few hundred kilobytes.
const LONGEST_BUNDLE: u64 = 16 << 20;

/// The authorities that the variables name.
#[derive(Debug)]
pub(super) struct NamedRoots {
    /// All but those that state that they are none.
    pub(super) authorities: RootCertStore,
    pub(super) certificates: Vec<CertificateDer<'static>>,
    /// The files and directories that have usable ones.
    pub(super) places: Vec<NamedAuthorities>,
    /// Ignored, since the system's authorities may suffice; reported if a server is not trusted.
    pub(super) unusable: Vec<UnusableRoots>,
}

/// The files in which Linux distributions and the BSDs keep all authorities, as Go's `crypto/x509` lists them.
#[cfg(not(any(windows, target_vendor = "apple")))]
const BUNDLES: &[&str] = &[
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/tls/cacert.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/cert.pem",
    "/usr/local/share/certs/ca-root-nss.crt",
    "/etc/openssl/certs/ca-certificates.crt",
    "/etc/certs/ca-certificates.crt",
    // NixOS and Guix
    "/etc/ssl/certs/ca-bundle.crt",
    "/run/current-system/profile/etc/ssl/certs/ca-certificates.crt",
    // Termux
    "/data/data/com.termux/files/usr/etc/tls/cert.pem",
];

/// The directories in which they keep one file for each, read if there is no such bundle.
#[cfg(not(any(windows, target_vendor = "apple")))]
const DIRECTORIES: &[&str] = &["/etc/ssl/certs", "/etc/pki/tls/certs", "/system/etc/security/cacerts"];

impl NamedRoots {
    pub(super) fn of(environment: &Environment) -> Self {
        let (certificates, places, unusable) = (Vec::new(), Vec::new(), Vec::new());
        let mut named = Self { authorities: RootCertStore::empty(), certificates, places, unusable };
        if let Some(file) = environment.var_os("SSL_CERT_FILE").map(PathBuf::from) {
            let (found, reason) = match Files.read_at_most(&file, LONGEST_BUNDLE) {
                // Other text is passed over, and so is what cannot be decoded.
                Ok(bytes) => (CertificateDer::pem_slice_iter(&bytes).filter_map(Result::ok).collect(), None),
                Err(error) => (Vec::new(), Some(error.source.to_string())),
            };
            named.add("SSL_CERT_FILE", &file, found, reason);
        }
        let directories = environment.paths("SSL_CERT_DIR");
        for directory in directories {
            let found = load_certs_from_paths(None, Some(&directory));
            named.add("SSL_CERT_DIR", &directory, found.certs, found.errors.first().map(ToString::to_string));
        }
        named
    }

    fn add(
        &mut self,
        variable: &'static str,
        path: &Path,
        found: Vec<CertificateDer<'static>>,
        reason: Option<String>,
    ) {
        let usable: Vec<_> =
            found.into_iter().filter(|certificate| RootCertStore::empty().add(certificate.clone()).is_ok()).collect();
        if usable.is_empty() {
            let reason = reason.unwrap_or_else(|| "it contains no certificate".to_owned());
            self.unusable.push(UnusableRoots { variable, path: path.to_owned(), reason });
        } else {
            self.places.push(NamedAuthorities { variable, path: path.to_owned(), count: usable.len() });
        }
        let authorities = usable.iter().filter(|certificate| !states_no_authority(certificate));
        self.authorities.add_parsable_certificates(authorities.cloned());
        self.certificates.extend(usable);
    }
}

/// The authorities that servers are checked with, for people.
pub(super) fn trusted(environment: &Environment) -> TrustedAuthorities {
    let NamedRoots { places, unusable, .. } = NamedRoots::of(environment);
    TrustedAuthorities { source: source(), named: places, unusable }
}

#[cfg(not(any(windows, target_vendor = "apple")))]
fn source() -> AuthoritySource {
    let SystemRoots { authorities, path } = system();
    let count = authorities.len();
    match path {
        Some(path) => AuthoritySource::File { path: path.to_owned(), count },
        None => AuthoritySource::CompiledIn { count },
    }
}

#[cfg(any(windows, target_vendor = "apple"))]
fn source() -> AuthoritySource {
    AuthoritySource::System
}

/// True for a certificate with basic constraints (RFC 5280, 4.2.1.9) that state `CA:FALSE`. Old authorities have none at all.
/// webpki does not look at those of certificates that are trusted by name.
fn states_no_authority(certificate: &CertificateDer<'_>) -> bool {
    const OBJECT_IDENTIFIER: &[u8] = &[0x06, 0x03, 0x55, 0x1d, 0x13];
    const CRITICAL: &[u8] = &[0x01, 0x01, 0xff];
    const EMPTY: &[u8] = &[0x04, 0x02, 0x30, 0x00];
    const FALSE: &[u8] = &[0x04, 0x05, 0x30, 0x03, 0x01, 0x01, 0x00];
    let constraints = certificate.windows(OBJECT_IDENTIFIER.len()).position(|bytes| bytes == OBJECT_IDENTIFIER);
    let Some(value) = constraints.map(|at| &certificate[at + OBJECT_IDENTIFIER.len()..]) else { return false };
    let value = value.strip_prefix(CRITICAL).unwrap_or(value);
    value.starts_with(EMPTY) || value.starts_with(FALSE)
}

/// The system's authorities.
#[cfg(not(any(windows, target_vendor = "apple")))]
#[derive(Debug)]
pub(super) struct SystemRoots {
    pub(super) authorities: RootCertStore,
    /// The file or directory that has them; `None` for the compiled-in ones.
    pub(super) path: Option<&'static Path>,
}

/// The system's authorities, or the compiled-in ones of Mozilla if the system has none.
#[cfg(not(any(windows, target_vendor = "apple")))]
pub(super) fn system() -> SystemRoots {
    let bundles = BUNDLES.iter().map(Path::new).map(|path| (path, load_certs_from_paths(Some(path), None)));
    let directories = DIRECTORIES.iter().map(Path::new).map(|path| (path, load_certs_from_paths(None, Some(path))));
    let mut found = bundles.chain(directories).map(|(path, found)| {
        let mut authorities = RootCertStore::empty();
        authorities.add_parsable_certificates(found.certs);
        SystemRoots { authorities, path: Some(path) }
    });
    let compiled_in =
        || SystemRoots { authorities: RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() }, path: None };
    found.find(|system| !system.authorities.is_empty()).unwrap_or_else(compiled_in)
}
