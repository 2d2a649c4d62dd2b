//! A server that speaks TLS and sends everybody elsewhere.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// Serves until the process ends.
pub(crate) struct EncryptedRedirect {
    address: SocketAddr,
}

impl EncryptedRedirect {
    pub(crate) fn to(location: &str) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("loopback has a free port");
        let address = listener.local_addr().expect("a bound socket has an address");
        let config = Arc::new(config());
        let answer = format!("HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n");
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                // A client that goes away ends its connection.
                let _ = serve(stream, &config, &answer);
            }
        });
        Self { address }
    }

    pub(crate) fn origin(&self) -> String {
        format!("https://{}", self.address)
    }

    /// What a client has to trust: a certificate for loopback, signed by itself.
    pub(crate) fn certificate() -> PathBuf {
        keys().join("loopback.crt")
    }
}

fn keys() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/host/network/test_server")
}

fn config() -> ServerConfig {
    let certificate = CertificateDer::from_pem_file(EncryptedRedirect::certificate()).expect("it is a certificate");
    let key = PrivateKeyDer::from_pem_file(keys().join("loopback.key")).expect("it is a key");
    ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("the provider knows them")
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .expect("the key is that of the certificate")
}

fn serve(stream: TcpStream, config: &Arc<ServerConfig>, answer: &str) -> io::Result<()> {
    let connection = ServerConnection::new(Arc::clone(config)).map_err(io::Error::other)?;
    let mut reader = BufReader::new(StreamOwned::new(connection, stream));
    let mut line = String::new();
    while reader.read_line(&mut line)? > 0 {
        if line == "\r\n" {
            reader.get_mut().write_all(answer.as_bytes())?;
        }
        line.clear();
    }
    Ok(())
}
