//! Just enough HTTP/1.1 for a server on loopback: one request at a time per connection, connections kept open.

use std::fmt::Write as _;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// Without origin and query.
    pub(crate) path: String,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
}

/// An answer.
#[derive(Clone, Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// How the connection goes on after an answer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Ending {
    /// Closed in the middle of the body, after so many bytes of it.
    ClosedAfter(usize),
    KeptOpen,
    /// The body comes in pieces of so many bytes.
    Dripping(usize),
    /// The body goes on until the client leaves, without an announced length.
    Never,
    /// Like [`Ending::ClosedAfter`], with a reset.
    ResetAfter(usize),
    /// Kept open, after so many bytes of the body were announced.
    Stating(usize),
}

impl Request {
    /// Waits for a request and looks at it without taking it from the connection, so that the answer may be a reset:
    /// systems send one when a connection is closed with something unread. Gives its length too; `None` at the end.
    pub(crate) fn peek(stream: &TcpStream) -> io::Result<Option<(Self, usize)>> {
        let mut buffer = vec![0; 65_536];
        let mut seen = 0;
        loop {
            let length = stream.peek(&mut buffer)?;
            if length == 0 {
                return Ok(None);
            }
            if let Some(end) = buffer[..length].windows(4).position(|window| window == b"\r\n\r\n") {
                return Ok(Some((Self::parse(&String::from_utf8_lossy(&buffer[..end])), end + 4)));
            }
            if length == seen {
                std::thread::sleep(Duration::from_millis(1));
            }
            seen = length;
        }
    }

    /// The value of a header, given in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(candidate, _)| candidate == name).map(|(_, value)| value.as_str())
    }

    fn parse(head: &str) -> Self {
        let mut lines = head.split("\r\n");
        let mut words = lines.next().unwrap_or_default().split(' ');
        let method = words.next().unwrap_or_default().to_owned();
        let target = words.next().unwrap_or_default();
        let headers = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()))
            .collect();
        Self { method, path: path_of(target).to_owned(), headers }
    }
}

impl Response {
    pub(crate) fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self { status, headers: vec![("Content-Type".to_owned(), content_type.to_owned())], body: body.into() }
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With headers instead of those of the same names.
    pub(crate) fn with_all(mut self, headers: &[(&str, String)]) -> Self {
        for (name, value) in headers {
            self.headers.retain(|(present, _)| present != name);
            self = self.with(name, value);
        }
        self
    }

    /// Sends the answer to a request of `length` bytes that still waits in the connection.
    pub(crate) fn send(
        &self,
        stream: &mut TcpStream,
        request: &Request,
        length: usize,
        ending: Ending,
    ) -> io::Result<()> {
        let unread = usize::from(matches!(ending, Ending::ResetAfter(_)));
        stream.read_exact(&mut vec![0; length - unread])?;
        let announced = if let Ending::Stating(bytes) = ending { bytes } else { self.body.len() };
        let length = match ending {
            Ending::Never => "Connection: close".to_owned(),
            _ => format!("Content-Length: {announced}"),
        };
        let mut head = format!("HTTP/1.1 {} Status\r\n{length}\r\n", self.status);
        for (name, value) in &self.headers {
            let _ = write!(head, "{name}: {value}\r\n");
        }
        stream.write_all((head + "\r\n").as_bytes())?;
        let body = if request.method == "HEAD" { &[] } else { self.body.as_slice() };
        match ending {
            Ending::ClosedAfter(bytes) | Ending::ResetAfter(bytes) => {
                stream.write_all(&body[..bytes.min(body.len())])?;
            }
            Ending::Dripping(bytes) => drip(stream, body, bytes)?,
            Ending::KeptOpen | Ending::Stating(_) => stream.write_all(body)?,
            Ending::Never => {
                stream.write_all(body)?;
                loop {
                    stream.write_all(&[0; 16_384])?;
                }
            }
        }
        stream.flush()
    }
}

fn drip(stream: &mut TcpStream, body: &[u8], piece: usize) -> io::Result<()> {
    for piece in body.chunks(piece) {
        stream.write_all(piece)?;
        stream.flush()?;
        std::thread::sleep(Duration::from_millis(2));
    }
    Ok(())
}

/// The path of a request target, which a client of a proxy writes with its origin.
fn path_of(target: &str) -> &str {
    let path = match target.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("/", |slash| &rest[slash..]),
        None => target,
    };
    path.split('?').next().unwrap_or(path)
}
