//! Tests of the trust in servers' certificates.

use std::ffi::OsStr;
use std::path::Path;

use crate::host::network::test_server::{
    AUTHORITY_CERTIFICATE, Answer, CERTIFICATE, CERTIFICATE_BY_A_SERVER, CERTIFICATE_OF_ANOTHER_HOST, TestServer,
};
use crate::host::{Environment, Files, Host, Interrupt, Network, NetworkError, NetworkSettings, Request};

fn fetch(server: &TestServer, variables: &[(&str, &Path)]) -> Result<Vec<u8>, NetworkError> {
    let nowhere = [("HOME", Path::new("/nonexistent")), ("USERPROFILE", Path::new("/nonexistent"))];
    let variables = nowhere.iter().chain(variables).map(|(name, path)| (*name, path.as_os_str()));
    let host = Host::with(Environment::of(variables, Path::new("")), Interrupt::default());
    let connection = Network::new(&host, NetworkSettings::default()).connection();
    Ok(connection.fetch(&Request::new(server.url("/")), 100)?.body)
}

#[test]
fn a_server_is_trusted_that_a_named_file_or_directory_vouches_for() {
    let server = TestServer::start_encrypted(|_| Answer::ok("secret"));
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("authority.pem");
    Files.write_new(&file, CERTIFICATE.as_bytes(), 0o644).unwrap();
    Files.write_new(&directory.path().join("README"), b"no certificate", 0o644).unwrap();
    for (name, path) in [("SSL_CERT_FILE", file.as_path()), ("SSL_CERT_DIR", directory.path())] {
        assert_eq!(fetch(&server, &[(name, path)]).unwrap(), b"secret", "{name}");
    }
}

#[test]
fn a_server_that_nobody_vouches_for_is_refused_at_once() {
    let server = TestServer::start_encrypted(|_| Answer::ok("secret"));
    let error = fetch(&server, &[]).unwrap_err();
    assert_eq!(error.to_string(), format!("failed to verify the certificate of `{}`", server.url("/")));
    let cause = std::error::Error::source(&error).map(ToString::to_string);
    assert_eq!(cause.as_deref(), Some("it was issued by an authority that is not trusted on this machine"));
    let hint = "if your network uses its own certificate authority, set `SSL_CERT_FILE` to its PEM file; it may also be \
                the server's own certificate";
    assert_eq!(error.hint().as_deref(), Some(hint));
    assert_eq!((server.connections(), server.asked().len()), (1, 0));
}

#[test]
fn a_self_signed_certificate_is_trusted_if_it_is_named_and_for_its_own_server_only() {
    let directory = tempfile::tempdir().unwrap();
    let named = directory.path().join("named.pem");
    Files.write_new(&named, [AUTHORITY_CERTIFICATE, CERTIFICATE_OF_ANOTHER_HOST].concat().as_bytes(), 0o644).unwrap();
    let variables = [("SSL_CERT_FILE", named.as_path())];
    let server = TestServer::start_certified(AUTHORITY_CERTIFICATE, |_| Answer::ok("secret"));
    assert_eq!(fetch(&server, &variables).unwrap(), b"secret");
    let refused = |error: NetworkError| std::error::Error::source(&error).unwrap().to_string();
    let unnamed = refused(fetch(&server, &[]).unwrap_err());
    // Elsewhere the system decides, and looks for an authority first.
    let expected = if cfg!(any(windows, target_vendor = "apple")) {
        "it was issued by an authority that is not trusted on this machine"
    } else {
        "it is a certificate for an authority, not for a server"
    };
    assert_eq!(unnamed, expected);
    let other = TestServer::start_certified(CERTIFICATE_OF_ANOTHER_HOST, |_| Answer::ok("secret"));
    assert_eq!(refused(fetch(&other, &variables).unwrap_err()), "it was issued for another server name");
}

#[test]
fn a_server_whose_certificate_was_named_vouches_for_nobody_else() {
    let directory = tempfile::tempdir().unwrap();
    let named = directory.path().join("named.pem");
    Files.write_new(&named, CERTIFICATE.as_bytes(), 0o644).unwrap();
    let variables = [("SSL_CERT_FILE", named.as_path())];
    let server = TestServer::start_encrypted(|_| Answer::ok("secret"));
    assert_eq!(fetch(&server, &variables).unwrap(), b"secret");
    let forged = TestServer::start_certified(CERTIFICATE_BY_A_SERVER, |_| Answer::ok("forged"));
    let refused = std::error::Error::source(&fetch(&forged, &variables).unwrap_err()).map(ToString::to_string);
    // The verifier of Windows does not say why.
    let expected = if cfg!(windows) {
        "it is invalid"
    } else {
        "it was issued by an authority that is not trusted on this machine"
    };
    assert_eq!(refused.as_deref(), Some(expected));
}

#[test]
#[cfg(target_os = "linux")]
fn a_named_pipe_in_the_place_of_certificates_is_not_waited_for() {
    let server = TestServer::start_encrypted(|_| Answer::ok("secret"));
    let directory = tempfile::tempdir().unwrap();
    let pipe = directory.path().join("pipe.pem");
    rustix::fs::mkfifoat(rustix::fs::CWD, &pipe, rustix::fs::Mode::RUSR).unwrap();
    let hint = fetch(&server, &[("SSL_CERT_FILE", &pipe)]).unwrap_err().hint();
    let expected =
        format!("`SSL_CERT_FILE` is set to `{}`, which is ignored: it is not a regular file", pipe.display());
    assert_eq!(hint, Some(expected));
}

#[test]
fn a_file_of_certificates_has_16_mebibytes_at_most() {
    let server = TestServer::start_encrypted(|_| Answer::ok("secret"));
    let directory = tempfile::tempdir().unwrap();
    let longest = directory.path().join("longest.pem");
    let text = format!("{CERTIFICATE}{}", "#".repeat((16 << 20) - CERTIFICATE.len()));
    Files.write_new(&longest, text.as_bytes(), 0o644).unwrap();
    assert_eq!(fetch(&server, &[("SSL_CERT_FILE", &longest)]).unwrap(), b"secret");
    let longer = directory.path().join("longer.pem");
    Files.write_new(&longer, (text + "#").as_bytes(), 0o644).unwrap();
    let hint = fetch(&server, &[("SSL_CERT_FILE", &longer)]).unwrap_err().hint();
    let reason = "it is longer than 16777216 bytes";
    let expected = format!("`SSL_CERT_FILE` is set to `{}`, which is ignored: {reason}", longer.display());
    assert_eq!(hint, Some(expected));
}

#[test]
fn certificates_that_cannot_be_used_are_named_when_they_are_missed() {
    let server = TestServer::start_encrypted(|_| Answer::ok("secret"));
    let directory = tempfile::tempdir().unwrap();
    let empty = directory.path().join("empty.pem");
    Files.write_new(&empty, b"", 0o644).unwrap();
    let hint = fetch(&server, &[("SSL_CERT_FILE", &empty)]).unwrap_err().hint();
    let expected =
        format!("`SSL_CERT_FILE` is set to `{}`, which is ignored: it contains no certificate", empty.display());
    assert_eq!(hint, Some(expected));
    let absent = directory.path().join("absent");
    let hint = fetch(&server, &[("SSL_CERT_DIR", &absent)]).unwrap_err().hint().unwrap();
    let expected = format!("`SSL_CERT_DIR` is set to `{}`, which is ignored: ", absent.display());
    assert!(hint.starts_with(&expected), "{hint}");
}

#[test]
fn several_directories_may_be_named() {
    let server = TestServer::start_encrypted(|_| Answer::ok("secret"));
    let directories = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let file = directories[1].path().join("authority.pem");
    Files.write_new(&file, CERTIFICATE.as_bytes(), 0o644).unwrap();
    let separator = OsStr::new(if cfg!(windows) { ";" } else { ":" });
    let mut list = directories[0].path().as_os_str().to_owned();
    list.push(separator);
    list.push(directories[1].path());
    assert_eq!(fetch(&server, &[("SSL_CERT_DIR", Path::new(&list))]).unwrap(), b"secret");
}
