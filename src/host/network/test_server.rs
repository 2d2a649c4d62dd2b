//! A server on loopback that answers as a test specifies, including wrongly.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// Serves until the process ends; each connection carries one request.
#[derive(Debug)]
pub(crate) struct TestServer {
    address: SocketAddr,
    scheme: &'static str,
    connections: Arc<AtomicUsize>,
    asked: Arc<Mutex<Vec<Asked>>>,
}

/// The certificate of an encrypted server: for 127.0.0.1, valid until 2126, self-signed.
pub(crate) const CERTIFICATE: &str = include_str!("test_server/loopback.crt");
/// The same, marked as one of an authority, as `openssl req -x509` makes it.
pub(crate) const AUTHORITY_CERTIFICATE: &str = include_str!("test_server/authority.crt");
/// The same for another host.
pub(crate) const CERTIFICATE_OF_ANOTHER_HOST: &str = include_str!("test_server/elsewhere.crt");

/// A certificate for 127.0.0.1 that the holder of [`CERTIFICATE`] signed, which is no authority.
pub(crate) const CERTIFICATE_BY_A_SERVER: &str = include_str!("test_server/issued_by_server.crt");

/// A received request.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// `GET /path HTTP/1.1`
    pub(crate) line: String,
    headers: Vec<(String, String)>,
    /// The number of earlier requests.
    pub(crate) before: usize,
}

/// A response, byte for byte.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    status: u16,
    headers: String,
    body: Vec<u8>,
    framing: Framing,
    /// Keeps the connection open after the last byte.
    hangs: bool,
}

/// How the response marks the end of its body.
#[derive(Clone, Copy, Debug)]
enum Framing {
    Chunked,
    Length(usize),
}

impl TestServer {
    pub(crate) fn start(answer: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Self {
        Self::listen("http", move |stream, log| serve(stream, log, &answer))
    }

    /// Speaks TLS.
    pub(crate) fn start_encrypted(answer: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Self {
        Self::start_certified(CERTIFICATE, answer)
    }

    /// The same with a certificate of one's own.
    pub(crate) fn start_certified(
        certificate: &str,
        answer: impl Fn(&Asked) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let certificate = CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap();
        let key = PrivateKeyDer::from_pem_slice(include_bytes!("test_server/loopback.key")).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .unwrap();
        let config = Arc::new(config);
        Self::listen("https", move |stream, log| {
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            serve(StreamOwned::new(connection, stream), log, &answer)
        })
    }

    fn listen(
        scheme: &'static str,
        serve: impl Fn(TcpStream, &Mutex<Vec<Asked>>) -> std::io::Result<()> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let (asked, connections) = (Arc::default(), Arc::new(AtomicUsize::new(0)));
        let (log, count) = (Arc::clone(&asked), Arc::clone(&connections));
        let serve = Arc::new(serve);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                count.fetch_add(1, Ordering::Relaxed);
                let (log, serve) = (Arc::clone(&log), Arc::clone(&serve));
                std::thread::spawn(move || {
                    // Many tests have a client that disconnects.
                    let _ = serve(stream.unwrap(), &log);
                });
            }
        });
        Self { address, scheme, connections, asked }
    }

    /// The address of a path, with `userinfo@` before the host where wanted.
    pub(crate) fn url_for(&self, userinfo: &str, path: &str) -> String {
        format!("{}://{userinfo}{}{path}", self.scheme, self.address)
    }

    pub(crate) fn url(&self, path: &str) -> String {
        self.url_for("", path)
    }

    /// How many connections were opened.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }

    /// All requests so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

impl Asked {
    pub(crate) fn path(&self) -> &str {
        self.line.split(' ').nth(1).unwrap_or_default()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
    }
}

impl Answer {
    pub(crate) fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        let body = body.into();
        Self { status, headers: String::new(), framing: Framing::Length(body.len()), body, hangs: false }
    }

    pub(crate) fn ok(body: impl Into<Vec<u8>>) -> Self {
        Self::new(200, body)
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.extend([name, ": ", value, "\r\n"]);
        self
    }

    /// States another length than the body has.
    pub(crate) fn stating(mut self, length: usize) -> Self {
        self.framing = Framing::Length(length);
        self
    }

    /// States no length.
    pub(crate) fn chunked(mut self) -> Self {
        self.framing = Framing::Chunked;
        self
    }

    /// Sends nothing after the body, and does not close the connection.
    pub(crate) fn hanging(mut self) -> Self {
        self.hangs = true;
        self
    }
}

fn serve(stream: impl Read + Write, log: &Mutex<Vec<Asked>>, answer: impl Fn(&Asked) -> Answer) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut next_line = || -> std::io::Result<String> {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        Ok(line.trim_end().to_owned())
    };
    let line = next_line()?;
    let mut headers = Vec::new();
    while let Some((name, value)) = next_line()?.split_once(':') {
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let asked = {
        let mut log = log.lock().unwrap();
        let asked = Asked { line, headers, before: log.len() };
        log.push(asked.clone());
        asked
    };
    let Answer { status, headers, mut body, framing, hangs } = answer(&asked);
    let framing = match framing {
        Framing::Length(length) => format!("content-length: {length}"),
        Framing::Chunked => {
            let chunk = format!("{:x}\r\n", body.len());
            body = [chunk.as_bytes(), &body, b"\r\n0\r\n\r\n"].concat();
            "transfer-encoding: chunked".to_owned()
        }
    };
    let head = format!("HTTP/1.1 {status} X\r\n{framing}\r\nconnection: close\r\n{headers}\r\n");
    let mut stream = reader.into_inner();
    stream.write_all(head.as_bytes())?;
    stream.write_all(&body)?;
    if hangs {
        // Returns when the client hangs up.
        stream.read_to_end(&mut Vec::new())?;
    }
    Ok(())
}
