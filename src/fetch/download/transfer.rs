//! One wheel from a server into a file: asked for, continued after a cut, checked.

use crate::host::{Connection, Event, NetworkError, Progress, Request, Response};
use crate::vocab::Sha256;

use super::DownloadError;
use super::answer::{Answer, Verdict};
use super::directory::TagFile;
use super::item::Item;
use super::partial::Partial;

/// A download by one thread.
pub(super) struct Transfer<'a> {
    pub(super) item: Item<'a>,
    pub(super) url: &'a str,
    pub(super) connection: &'a Connection,
    /// Where to note which file it is that arrives, when no digest tells.
    pub(super) tag_file: Option<&'a TagFile>,
    pub(super) progress: &'a dyn Progress,
    /// Further attempts after one that brought nothing.
    pub(super) retries: u32,
}

/// What is known of the file on the server; it outlives one attempt.
#[derive(Debug, Default)]
pub(super) struct Remote {
    /// The strong entity tag: says whether two parts are of the same file.
    etag: Option<String>,
    size: Option<u64>,
    /// Parts of it come wrong.
    ranges_are_wrong: bool,
}

/// How an attempt ended early.
enum Trouble {
    /// What is there can be continued.
    Broken(DownloadError),
    Final(DownloadError),
}

/// An attempt that brings less than this is one without success.
const STEP: u64 = 64 * 1024;
/// The first byte of every ZIP archive: chunks may be that short.
const ARCHIVE_START: &[u8] = b"P";

impl Remote {
    /// Of what an earlier process left, at most the entity tag is known.
    pub(super) fn of(etag: Option<String>) -> Self {
        Self { etag, ..Self::default() }
    }
}

impl Transfer<'_> {
    /// Completes the file; what is there already is the beginning of it, or so an earlier process believed.
    pub(super) fn complete(&self, partial: &mut Partial<'_>, remote: &mut Remote) -> Result<Sha256, DownloadError> {
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
            // The beginning may have been another file's; once, all of it is fetched anew.
            resumed = false;
            self.tell_retry(0);
        }
    }

    /// Receives bytes until all are there.
    fn receive(&self, partial: &mut Partial<'_>, remote: &mut Remote) -> Result<(), DownloadError> {
        let (mut furthest, mut attempt) = (partial.length(), 0);
        loop {
            let error = match self.attempt(partial, remote) {
                Ok(()) => return Ok(()),
                Err(Trouble::Final(error)) => return Err(error),
                Err(Trouble::Broken(error)) => error,
            };
            if partial.length() >= furthest + STEP {
                (furthest, attempt) = (partial.length(), 0);
            }
            if attempt >= self.retries {
                return Err(error);
            }
            self.tell_retry(partial.length());
            self.connection.pause(attempt).map_err(|error| self.item.network_error(error))?;
            attempt += 1;
        }
    }

    /// One request.
    fn attempt(&self, partial: &mut Partial<'_>, remote: &mut Remote) -> Result<(), Trouble> {
        let size = self.item.size.or(remote.size);
        if size.is_some_and(|size| size < partial.length()) || remote.ranges_are_wrong {
            self.clear(partial)?;
        }
        if size == Some(partial.length()) && partial.length() > 0 {
            return Ok(());
        }
        let asked = partial.length();
        let mut response = match self.connection.get(&request(self.url, asked, remote)) {
            Ok(response) => response,
            Err(NetworkError::Status { status: 416, .. }) if asked > 0 => {
                remote.ranges_are_wrong = true;
                return Err(Trouble::Broken(self.item.wrong_range(asked, None)));
            }
            Err(error) => return Err(Trouble::Final(self.item.network_error(error))),
        };
        let (status, range, length) = (response.status(), response.header("content-range"), response.length());
        match (Answer { asked, size, status, range, length }).judge() {
            Verdict::Continues { size: told } => remote.size = size.or(told),
            Verdict::OtherPart => {
                remote.ranges_are_wrong = true;
                return Err(Trouble::Broken(self.item.wrong_range(asked, range)));
            }
            Verdict::OtherSize { .. } if is_page(&response) => return Err(Trouble::Final(self.item.page())),
            Verdict::OtherSize { size: got } => return Err(self.other_size(partial, remote, got)),
            Verdict::Whole { size: told } => {
                self.restart(partial, remote, strong_etag(&response))?;
                remote.size = size.or(told);
            }
        }
        if let (None, Some(size)) = (self.item.size, remote.size) {
            self.progress.event(Event::DownloadSized { file: self.item.file, size });
        }
        self.read(partial, &mut response, remote.size)
    }

    /// Reads a body to its end.
    fn read(&self, partial: &mut Partial<'_>, response: &mut Response, size: Option<u64>) -> Result<(), Trouble> {
        loop {
            let chunk = match response.chunk() {
                Ok(chunk) => chunk,
                Err(error @ NetworkError::Body { .. }) => return Err(Trouble::Broken(self.item.network_error(error))),
                Err(error) => return Err(Trouble::Final(self.item.network_error(error))),
            };
            let Some(chunk) = chunk else {
                break;
            };
            if partial.length() == 0 && is_page(response) && !chunk.starts_with(ARCHIVE_START) {
                return Err(Trouble::Final(self.item.page()));
            }
            if let Some(size) = size.filter(|size| partial.length() + chunk.len() as u64 > *size) {
                self.clear(partial)?;
                return Err(Trouble::Final(self.item.long(size)));
            }
            partial.append(&chunk).map_err(|error| Trouble::Final(self.item.file_error(error)))?;
            self.progress.event(Event::DownloadAdvanced { file: self.item.file, bytes: chunk.len() as u64 });
        }
        match size {
            Some(size) if partial.length() < size => Err(Trouble::Broken(self.item.short(size, partial.length()))),
            _ => Ok(()),
        }
    }

    /// The size is not the one stated; or, where none is, not the one that an earlier answer gave.
    fn other_size(&self, partial: &mut Partial<'_>, remote: &mut Remote, got: u64) -> Trouble {
        if let Err(trouble) = self.clear(partial) {
            return trouble;
        }
        match (self.item.size, remote.size.take()) {
            (Some(stated), _) => Trouble::Final(self.item.wrong_size(stated, got)),
            // The file was replaced between two attempts.
            (None, earlier) => Trouble::Broken(self.item.wrong_size(earlier.unwrap_or(0), got)),
        }
    }

    /// The body begins with the first byte of the file.
    fn restart(&self, partial: &mut Partial<'_>, remote: &mut Remote, etag: Option<String>) -> Result<(), Trouble> {
        if partial.length() > 0 {
            self.tell_retry(0);
            self.clear(partial)?;
        }
        remote.etag = etag;
        if let Some(tag_file) = self.tag_file {
            tag_file.write(remote.etag.as_deref()).map_err(|error| Trouble::Final(self.item.file_error(error)))?;
        }
        Ok(())
    }

    fn clear(&self, partial: &mut Partial<'_>) -> Result<(), Trouble> {
        partial.clear().map_err(|error| Trouble::Final(self.item.file_error(error)))
    }

    fn tell_retry(&self, resumed: u64) {
        self.progress.event(Event::DownloadRetried { file: self.item.file, resumed });
    }
}

/// Whether the server calls it a web page. Some call every file that.
fn is_page(response: &Response) -> bool {
    response.header("content-type").is_some_and(|kind| kind.trim_start().to_ascii_lowercase().starts_with("text/html"))
}

/// Asks for everything from a position on, of the same file as before.
fn request(url: &str, from: u64, remote: &Remote) -> Request {
    let request = Request::new(url);
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
