//! The response of a server: a head, and a body that arrives while it is read.

use std::io::{self, Read};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use flate2::read::MultiGzDecoder;
use reqwest::header::HeaderMap;
use url::Url;

use super::cause::simplified;
use super::io::EventLoop;
use super::limits::{LONG, LongBodies, Pace, Place};
use super::{Encoding, Network, NetworkError};
use crate::host::Clock;
use crate::vocab::Address;

/// An answer with status 2xx or 304. Dropping it before the end of the body closes the connection.
#[derive(Debug)]
pub struct Response {
    head: Head,
    body: Body,
    long_bodies: LongBodies,
}

/// An answer whose body has arrived. While it exists, no other long one is in memory.
#[derive(Debug)]
pub struct Fetched {
    head: Head,
    pub body: Vec<u8>,
    _place: Option<Place>,
}

#[derive(Debug)]
struct Head {
    status: u16,
    url: Url,
    headers: HeaderMap,
}

#[derive(Debug)]
enum Body {
    Gzip(Box<MultiGzDecoder<BodyStream>>),
    Plain(Box<BodyStream>),
}

/// The bytes as they arrive from the connection.
#[derive(Debug)]
struct BodyStream {
    response: reqwest::Response,
    unread: Bytes,
    event_loop: Arc<EventLoop>,
    url: Address,
    clock: Clock,
    pace: Pace,
    received: u64,
    /// The bytes that may arrive, compressed.
    limit: u64,
}

impl Response {
    /// The status: 200, 206 for a range, 304 if nothing changed.
    pub fn status(&self) -> u16 {
        self.head.status
    }

    /// The address that answered, after redirects and without credentials: the base of relative links.
    pub fn url(&self) -> Address {
        Address::from(&self.head.url)
    }

    /// The value of a header, if it exists and is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.header(name)
    }

    /// The length of the body in bytes, if the server states it; unknown for a compressed body.
    pub fn length(&self) -> Option<u64> {
        match self.body {
            Body::Gzip(_) => None,
            Body::Plain(_) => self.header("content-length")?.trim().parse().ok(),
        }
    }

    /// The next bytes of the body, not copied if it is uncompressed; `None` at its end.
    pub fn chunk(&mut self) -> Result<Option<Bytes>, NetworkError> {
        match &mut self.body {
            Body::Plain(body) => body.chunk(),
            Body::Gzip(body) => {
                let mut plain = vec![0; 64 * 1024];
                let count =
                    body.read(&mut plain).map_err(|error| NetworkError::from_read(error, &(&self.head.url).into()))?;
                plain.truncate(count);
                Ok((count > 0).then(|| plain.into()))
            }
        }
    }

    /// Reads the rest of the body.
    ///
    /// # Errors
    /// [`NetworkError::BodyTooLong`] when there are more bytes than the limit.
    pub fn into_fetched(mut self, limit: u64) -> Result<Fetched, NetworkError> {
        let too_long = |url: &Url| NetworkError::BodyTooLong { url: url.into(), limit };
        if self.length().is_some_and(|length| length > limit) {
            return Err(too_long(&self.head.url));
        }
        let stream = self.stream();
        stream.limit = limit;
        // The decoder has read its header already, and whatever came with it.
        if stream.received > limit {
            return Err(too_long(&self.head.url));
        }
        let (mut body, mut place) = (Vec::new(), None);
        while let Some(chunk) = self.chunk()? {
            let length = body.len() + chunk.len();
            if length as u64 > limit {
                return Err(too_long(&self.head.url));
            }
            if length > LONG && place.is_none() {
                let event_loop = Arc::clone(&self.stream().event_loop);
                place = Some(self.long_bodies.enter(&event_loop)?);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Fetched { head: self.head, body, _place: place })
    }

    pub(super) fn new(
        response: reqwest::Response,
        asked: Encoding,
        network: &Network,
        event_loop: Arc<EventLoop>,
    ) -> Result<Self, NetworkError> {
        let head = Head {
            status: response.status().as_u16(),
            url: response.url().clone(),
            headers: response.headers().clone(),
        };
        let url = Address::from(&head.url);
        let encoding = head.header("content-encoding").unwrap_or("identity").trim().to_ascii_lowercase();
        let settings = network.settings();
        let pace = Pace::new(settings.least_bytes, settings.slow_after);
        let clock = network.clock();
        let (unread, received, limit) = (Bytes::new(), 0, u64::MAX);
        let stream = BodyStream { response, unread, event_loop, url, clock, pace, received, limit };
        let body = match (encoding.as_str(), asked) {
            ("" | "identity", _) => Body::Plain(Box::new(stream)),
            ("gzip" | "x-gzip", Encoding::Gzip) => Body::Gzip(Box::new(MultiGzDecoder::new(stream))),
            _ => return Err(NetworkError::Encoding { url: stream.url, encoding }),
        };
        Ok(Self { head, body, long_bodies: network.long_bodies() })
    }

    fn stream(&mut self) -> &mut BodyStream {
        match &mut self.body {
            Body::Gzip(body) => body.get_mut(),
            Body::Plain(body) => body,
        }
    }
}

/// Reads the body; [`NetworkError::from_read`] returns the original errors.
impl Read for Response {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match &mut self.body {
            Body::Gzip(body) => body.read(buffer),
            Body::Plain(body) => body.read(buffer),
        }
    }
}

impl Fetched {
    /// The status: 200, 206 for a range, 304 if nothing changed.
    pub fn status(&self) -> u16 {
        self.head.status
    }

    /// The address that answered, after redirects and without credentials: the base of relative links.
    pub fn url(&self) -> Address {
        Address::from(&self.head.url)
    }

    /// The value of a header, if it exists and is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.header(name)
    }
}

impl Head {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

impl BodyStream {
    fn chunk(&mut self) -> Result<Option<Bytes>, NetworkError> {
        if !self.unread.is_empty() {
            return Ok(Some(std::mem::take(&mut self.unread)));
        }
        let started = self.clock.instant();
        let chunk = self.event_loop.wait(self.response.chunk())?;
        let chunk =
            chunk.map_err(|error| NetworkError::Body { url: self.url.clone(), source: simplified(&error).into() })?;
        if let Some(chunk) = &chunk {
            self.check(started.elapsed(), chunk.len() as u64)?;
        }
        Ok(chunk)
    }

    /// Checks the amount and the speed of the bytes. Compressed, a body may have many members and no content: both are
    /// checked before it is decompressed.
    fn check(&mut self, waited: Duration, bytes: u64) -> Result<(), NetworkError> {
        self.received += bytes;
        if self.received > self.limit {
            return Err(NetworkError::BodyTooLong { url: self.url.clone(), limit: self.limit });
        }
        if !self.pace.holds_after(waited, bytes) {
            let Pace { least, within, .. } = self.pace;
            return Err(NetworkError::Slow { url: self.url.clone(), least, within });
        }
        Ok(())
    }
}

impl Read for BodyStream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.unread.is_empty() {
            match self.chunk().map_err(io::Error::other)? {
                Some(chunk) => self.unread = chunk,
                None => return Ok(0),
            }
        }
        let count = self.unread.len().min(buffer.len());
        buffer[..count].copy_from_slice(&self.unread.split_to(count));
        Ok(count)
    }
}
