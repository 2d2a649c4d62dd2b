//! The trusted certificate authorities: the system's, and those that `SSL_CERT_FILE` and `SSL_CERT_DIR` add.

use std::path::{Path, PathBuf};

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls_native_certs::{CertificateResult, load_certs_from_paths};

use super::error::UnusableRoots;
use crate::host::Environment;

/// The authorities that the variables name.
#[derive(Debug)]
pub(super) struct NamedRoots {
    pub(super) store: RootCertStore,
    pub(super) certificates: Vec<CertificateDer<'static>>,
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
        let mut named = Self { store: RootCertStore::empty(), certificates: Vec::new(), unusable: Vec::new() };
        if let Some(file) = environment.var_os("SSL_CERT_FILE").map(PathBuf::from) {
            named.add("SSL_CERT_FILE", &file, load_certs_from_paths(Some(&file), None));
        }
        let directories = environment.paths("SSL_CERT_DIR");
        for directory in directories {
            named.add("SSL_CERT_DIR", &directory, load_certs_from_paths(None, Some(&directory)));
        }
        named
    }

    fn add(&mut self, variable: &'static str, path: &Path, found: CertificateResult) {
        let (added, _) = self.store.add_parsable_certificates(found.certs.iter().cloned());
        self.certificates.extend(found.certs);
        if added == 0 {
            let reason = found.errors.first().map_or("it contains no certificate".to_owned(), ToString::to_string);
            self.unusable.push(UnusableRoots { variable, path: path.to_owned(), reason });
        }
    }
}

/// The system's authorities, or the compiled-in ones of Mozilla if the system has none.
#[cfg(not(any(windows, target_vendor = "apple")))]
pub(super) fn system() -> RootCertStore {
    let bundles = BUNDLES.iter().map(|bundle| load_certs_from_paths(Some(Path::new(bundle)), None));
    let directories = DIRECTORIES.iter().map(|directory| load_certs_from_paths(None, Some(Path::new(directory))));
    let found = bundles.chain(directories).map(|found| {
        let mut store = RootCertStore::empty();
        store.add_parsable_certificates(found.certs);
        store
    });
    first_that_is_not_empty(found)
}

/// The first store with an authority in it, else the compiled-in ones.
#[cfg(not(any(windows, target_vendor = "apple")))]
fn first_that_is_not_empty(mut stores: impl Iterator<Item = RootCertStore>) -> RootCertStore {
    let compiled_in = || RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    stores.find(|store| !store.is_empty()).unwrap_or_else(compiled_in)
}
