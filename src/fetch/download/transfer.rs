//! Downloads one wheel into a file: requested, resumed after an interruption, checked.

use crate::host::{Connection, Event, NetworkError, Progress, Request, Response};
use crate::vocab::{Address, Sha256};

use super::DownloadError;
use super::directory::TagFile;
use super::item::Item;
use super::partial::Partial;
use super::response_head::{BodyPart, ResponseHead};

/// The download of one wheel.
pub(super) struct Transfer<'a> {
    pub(super) item: Item<'a>,
    pub(super) url: &'a Address,
    pub(super) connection: &'a Connection,
    /// The file for the entity tag of the wheel, if no digest is stated.
    pub(super) tag_file: Option<&'a TagFile>,
    pub(super) progress: &'a dyn Progress,
    /// The attempts after one that made no progress.
    pub(super) retries: u32,
    /// The most bytes of the file, whatever its size is said to be.
    pub(super) longest: u64,
}

/// The known facts about the file on the server. They outlive one attempt.
#[derive(Debug, Default)]
pub(super) struct RemoteFile {
    /// The strong entity tag, which shows that two parts belong to the same file.
    etag: Option<String>,
    size: Option<u64>,
    /// The server sends wrong parts.
    ranges_are_wrong: bool,
}

/// Why an attempt failed.
enum AttemptError {
    /// The download can be resumed.
    Resumable(DownloadError),
    Final(DownloadError),
}

/// An attempt that receives fewer bytes than this makes no progress.
const STEP: u64 = 64 * 1024;
/// The first bytes of ZIP and gzip archives. Chunks may be that short.
const ARCHIVE_STARTS: [u8; 2] = [b'P', 0x1f];

impl RemoteFile {
    /// After an earlier process, at most the entity tag is known.
    pub(super) fn new(etag: Option<String>) -> Self {
        Self { etag, ..Self::default() }
    }
}

impl Transfer<'_> {
    /// Completes the file. The bytes that an earlier process left are taken for its beginning.
    pub(super) fn complete(&self, partial: &mut Partial<'_>, remote: &mut RemoteFile) -> Result<Sha256, DownloadError> {
        let mut resumed = partial.length() > 0;
        if resumed && let (Some(_), Ok(sha256)) = (self.item.digests, partial.check()) {
            return Ok(sha256);
        }
        loop {
            self.receive(partial, remote)?;
            let mismatch = match partial.check() {
                Ok(sha256) => return Ok(sha256),
                Err(mismatch) => mismatch,
            };
            partial.clear().map_err(|error| self.item.file_error(error))?;
            if !resumed {
                return Err(self.item.wrong_digest(mismatch));
            }
            // The beginning may belong to another file: all of it is fetched again, once.
            resumed = false;
            self.report_retry(0);
        }
    }

    /// Receives bytes until the file is complete.
    fn receive(&self, partial: &mut Partial<'_>, remote: &mut RemoteFile) -> Result<(), DownloadError> {
        let (mut furthest, mut attempt) = (partial.length(), 0);
        loop {
            let error = match self.attempt(partial, remote) {
                Ok(()) => return Ok(()),
                Err(AttemptError::Final(error)) => return Err(error),
                Err(AttemptError::Resumable(error)) => error,
            };
            if partial.length() >= furthest + STEP {
                (furthest, attempt) = (partial.length(), 0);
            }
            if attempt >= self.retries {
                return Err(error);
            }
            self.report_retry(partial.length());
            self.connection.pause(attempt).map_err(|error| self.item.network_error(error))?;
            attempt += 1;
        }
    }

    /// Makes one request.
    fn attempt(&self, partial: &mut Partial<'_>, remote: &mut RemoteFile) -> Result<(), AttemptError> {
        let size = self.item.size.or(remote.size);
        if size.unwrap_or(self.longest) < partial.length() || remote.ranges_are_wrong {
            self.clear(partial)?;
        }
        if size == Some(partial.length()) && partial.length() > 0 {
            return Ok(());
        }
        let first = partial.length();
        let mut response = match self.connection.get(&request(self.url, first, remote)) {
            Ok(response) => response,
            Err(NetworkError::Status { status: 416, .. }) if first > 0 => {
                remote.ranges_are_wrong = true;
                return Err(AttemptError::Resumable(self.item.wrong_range(first, None)));
            }
            Err(error) => return Err(AttemptError::Final(self.item.network_error(error))),
        };
        let (status, length) = (response.status(), response.length());
        let content_range = response.header("content-range");
        match (ResponseHead { first, size, status, content_range, length }).classify() {
            BodyPart::Continuation { size: stated } => remote.size = size.or(stated),
            BodyPart::OtherRange => {
                remote.ranges_are_wrong = true;
                return Err(AttemptError::Resumable(self.item.wrong_range(first, content_range)));
            }
            BodyPart::OtherSize { .. } if is_page(&response) => return Err(AttemptError::Final(self.item.page())),
            BodyPart::OtherSize { size: got } => return Err(self.other_size(partial, remote, got)),
            BodyPart::Whole { size: stated } => {
                self.restart(partial, remote, strong_etag(&response))?;
                remote.size = size.or(stated);
            }
        }
        if remote.size.is_some_and(|size| size > self.longest) {
            self.clear(partial)?;
            return Err(AttemptError::Final(self.item.oversized(self.longest)));
        }
        if let (None, Some(size)) = (self.item.size, remote.size) {
            self.progress.event(Event::DownloadSized { file: self.item.file, size });
        }
        self.read(partial, &mut response, remote.size)
    }

    /// Reads a body to its end.
    fn read(&self, partial: &mut Partial<'_>, response: &mut Response, size: Option<u64>) -> Result<(), AttemptError> {
        loop {
            let chunk = match response.chunk() {
                Ok(chunk) => chunk,
                Err(error @ NetworkError::Body { .. }) => {
                    return Err(AttemptError::Resumable(self.item.network_error(error)));
                }
                Err(error) => return Err(AttemptError::Final(self.item.network_error(error))),
            };
            let Some(chunk) = chunk else {
                break;
            };
            if partial.length() == 0
                && is_page(response)
                && !chunk.first().is_some_and(|first| ARCHIVE_STARTS.contains(first))
            {
                return Err(AttemptError::Final(self.item.page()));
            }
            let most = size.unwrap_or(self.longest);
            if partial.length() + chunk.len() as u64 > most {
                self.clear(partial)?;
                let error = size.map_or_else(|| self.item.oversized(most), |size| self.item.long(size));
                return Err(AttemptError::Final(error));
            }
            partial.append(&chunk).map_err(|error| AttemptError::Final(self.item.file_error(error)))?;
            self.progress.event(Event::DownloadAdvanced { file: self.item.file, bytes: chunk.len() as u64 });
        }
        match size {
            Some(size) if partial.length() < size => {
                Err(AttemptError::Resumable(self.item.short(size, partial.length())))
            }
            _ => Ok(()),
        }
    }

    /// The size is not the stated one or, if none is stated, not the one in an earlier response.
    fn other_size(&self, partial: &mut Partial<'_>, remote: &mut RemoteFile, got: u64) -> AttemptError {
        if let Err(error) = self.clear(partial) {
            return error;
        }
        match (self.item.size, remote.size.take()) {
            (Some(stated), _) => AttemptError::Final(self.item.wrong_size(stated, got)),
            // The file was replaced between two attempts.
            (None, earlier) => AttemptError::Resumable(self.item.wrong_size(earlier.unwrap_or(0), got)),
        }
    }

    /// Starts again: the body begins with the first byte of the file.
    fn restart(
        &self,
        partial: &mut Partial<'_>,
        remote: &mut RemoteFile,
        etag: Option<String>,
    ) -> Result<(), AttemptError> {
        if partial.length() > 0 {
            self.report_retry(0);
            self.clear(partial)?;
        }
        remote.etag = etag;
        if let Some(tag_file) = self.tag_file {
            tag_file.write(remote.etag.as_deref()).map_err(|error| AttemptError::Final(self.item.file_error(error)))?;
        }
        Ok(())
    }

    fn clear(&self, partial: &mut Partial<'_>) -> Result<(), AttemptError> {
        partial.clear().map_err(|error| AttemptError::Final(self.item.file_error(error)))
    }

    fn report_retry(&self, resumed: u64) {
        self.progress.event(Event::DownloadRetried { file: self.item.file, resumed });
    }
}

/// True if the server calls the response a web page. Some servers call every file that.
fn is_page(response: &Response) -> bool {
    response.header("content-type").is_some_and(|kind| kind.trim_start().to_ascii_lowercase().starts_with("text/html"))
}

/// Requests all bytes from a position on, of the same file as before.
fn request(url: &Address, from: u64, remote: &RemoteFile) -> Request {
    let request = Request::new(url.clone());
    if from == 0 {
        return request;
    }
    let request = request.header("range", format!("bytes={from}-"));
    match &remote.etag {
        Some(etag) => request.header("if-range", etag),
        None => request,
    }
}

fn strong_etag(response: &Response) -> Option<String> {
    response.header("etag").filter(|etag| etag.starts_with('"')).map(str::to_owned)
}
