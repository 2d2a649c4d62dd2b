//! What a server can do wrong.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::http::{Ending, Response};

/// A misbehaviour, asked for per path.
#[derive(Clone, Debug)]
pub(crate) enum Trouble {
    /// Another answer: status, headers, body.
    Answer(u16, Vec<(&'static str, String)>, Vec<u8>),
    /// One byte in the middle is another.
    Corrupted,
    /// The body comes in small pieces.
    Drip(usize),
    /// The body is compressed on the way, although nobody asked.
    Gzip,
    /// The right answer with other headers.
    Headers(Vec<(&'static str, String)>),
    /// A whole file that never ends and states no length; parts of it are answered rightly.
    Endless,
    /// No answer, for as long as the server lives.
    Hang,
    /// More bytes follow those of the file; the stated length covers them.
    Longer(Vec<u8>),
    /// The connection is reset after so many bytes of the body.
    Reset(usize),
    /// Another length than the body has is announced.
    Stating(usize),
    /// The body ends after so many bytes although more were announced.
    Truncated(usize),
}

/// How often a trouble comes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Times {
    Always,
    First(usize),
}

impl Trouble {
    /// A page for people where a file was expected.
    pub(crate) fn error_page() -> Self {
        let page = "<!DOCTYPE html><html><title>Sorry</title><body>Please log in to the network.</body></html>";
        Self::Answer(200, vec![("Content-Type", "text/html".to_owned())], page.into())
    }

    /// A bare status.
    pub(crate) fn status(status: u16) -> Self {
        Self::Answer(status, Vec::new(), b"no".to_vec())
    }

    /// What [`Trouble::Corrupted`] makes of a body.
    pub(crate) fn corrupted(mut body: Vec<u8>) -> Vec<u8> {
        let middle = body.len() / 2;
        body[middle] ^= 0x20;
        body
    }

    /// The right answer with another header.
    pub(crate) fn header(name: &'static str, value: &str) -> Self {
        Self::Headers(vec![(name, value.to_owned())])
    }

    /// Another address to go to.
    pub(crate) fn redirect(address: &str) -> Self {
        Self::Answer(302, vec![("Location", address.to_owned())], Vec::new())
    }

    /// What becomes of the right answer; `None` when nothing at all is sent.
    pub(crate) fn befall(&self, mut response: Response) -> Option<(Response, Ending)> {
        let mut ending = Ending::KeptOpen;
        match self {
            Self::Answer(status, headers, body) => {
                response = Response::new(*status, "text/plain", body.clone()).with_all(headers);
            }
            Self::Corrupted => response.body = Self::corrupted(response.body),
            Self::Drip(piece) => ending = Ending::Dripping(*piece),
            Self::Gzip => {
                let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
                encoder.write_all(&response.body).expect("memory can be written");
                response.body = encoder.finish().expect("memory can be written");
                response = response.with("Content-Encoding", "gzip");
            }
            Self::Endless if response.status == 200 => ending = Ending::Never,
            Self::Endless => {}
            Self::Hang => return None,
            Self::Headers(headers) => response = response.with_all(headers),
            Self::Longer(more) => response.body.extend(more),
            Self::Reset(bytes) => ending = Ending::ResetAfter(*bytes),
            Self::Stating(bytes) => ending = Ending::Stating(*bytes),
            Self::Truncated(bytes) => ending = Ending::ClosedAfter(*bytes),
        }
        Some((response, ending))
    }
}
