//! Downloads many files at once, with a bounded number of threads.

use std::cmp::Reverse;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread::{self, Builder};

use crate::host::{Connection, Event, Host, Interrupt, Network, Progress, VerifiedFile, checkpoint};
use crate::vocab::Address;

use super::artifact::Artifact;
use super::directory::{Claim, DOWNLOADS, Directory, TagFile};
use super::item::Item;
use super::local::Source;
use super::partial::Partial;
use super::transfer::{RemoteFile, Transfer};
use super::{DownloadError, DownloadsError, local};
use crate::fetch::cache::is_private;

/// Where files go once they are verified.
pub trait Destination: Sync {
    type Artifact: Artifact;
    type Error: Send;

    /// True if the file is there already; checked after waiting for another process, which may have delivered it.
    fn has(&self, artifact: &Self::Artifact) -> bool;

    /// True for a file that may show that the others are not needed: they are downloaded once it was taken.
    fn goes_first(&self, _artifact: &Self::Artifact) -> bool {
        false
    }

    /// Takes a verified file, on the thread that downloaded it.
    fn take(&self, artifact: &Self::Artifact, file: VerifiedFile) -> Result<(), Self::Error>;
}

/// The context and the limits of downloads.
#[derive(Clone, Copy)]
pub struct Downloads<'a> {
    pub host: &'a Host,
    pub network: &'a Network,
    /// The cache directory; downloads go to `downloads` below it.
    pub cache: &'a Path,
    /// A directory that only this user can write, for private copies of files that others can change.
    pub private: &'a Path,
    /// Threads, each with its own connection.
    pub jobs: NonZeroUsize,
    pub progress: &'a dyn Progress,
    /// The most bytes of one file, whatever anybody states.
    pub longest: u64,
}

/// The most bytes of one wheel: the largest published ones have less than a quarter.
pub const LONGEST_WHEEL: u64 = 16 << 30;

/// The default number of parallel downloads.
pub const DEFAULT_JOBS: NonZeroUsize = NonZeroUsize::new(8).unwrap();

/// One run, shared by its threads.
struct Run<'a, D: Destination> {
    downloads: Downloads<'a>,
    network: Network,
    directory: Directory,
    destination: &'a D,
    queue: Vec<&'a D::Artifact>,
    next: AtomicUsize,
    stop: Interrupt,
    failure: Mutex<Option<DownloadsError<D::Error>>>,
}

impl Downloads<'_> {
    /// Downloads every file and passes each to the destination. Local files are copied.
    ///
    /// # Errors
    /// Returns the first failure, which stops all other downloads. Their received bytes are kept, and the next run resumes
    /// them.
    pub fn run<D: Destination>(
        &self,
        artifacts: &[D::Artifact],
        destination: &D,
    ) -> Result<(), DownloadsError<D::Error>> {
        let bytes = artifacts.iter().filter_map(Artifact::size).sum();
        let unsized_files = artifacts.iter().filter(|artifact| artifact.size().is_none()).count();
        self.progress.event(Event::DownloadsStarted { files: artifacts.len(), bytes, unsized_files });
        if let Some(first) = artifacts.first() {
            self.run_threads(first, artifacts, destination)?;
        }
        self.progress.event(Event::DownloadsFinished { noun: D::Artifact::NOUN });
        Ok(())
    }

    fn run_threads<D: Destination>(
        &self,
        first: &D::Artifact,
        artifacts: &[D::Artifact],
        destination: &D,
    ) -> Result<(), DownloadsError<D::Error>> {
        let stop = self.host.interrupt.branch();
        let directory = Directory::enter(self.host, self.cache, &stop, self.progress)
            .map_err(|error| Item::of(first).lock_error(error))?;
        let (ahead, queue) =
            largest_first(artifacts).into_iter().partition(|artifact| destination.goes_first(artifact));
        let mut run = Run {
            downloads: *self,
            network: self.network.clone().stopped_by(&stop),
            directory,
            destination,
            queue: ahead,
            next: AtomicUsize::new(0),
            stop,
            failure: Mutex::new(None),
        };
        run.work();
        if !run.has_failed() {
            (run.queue, run.next) = (queue, AtomicUsize::new(0));
            thread::scope(|scope| {
                for number in 1..self.jobs.get().min(run.queue.len()) {
                    // With fewer threads than requested it only takes longer.
                    let _ = Builder::new().name(format!("download {number}")).spawn_scoped(scope, || run.work());
                }
                run.work();
            });
        }
        let failure = run.failure.into_inner().unwrap_or_else(PoisonError::into_inner);
        let left = run.directory.leave().map_err(|error| Item::of(first).file_error(error));
        match failure {
            Some(failure) => Err(failure),
            None => Ok(left?),
        }
    }
}

impl<D: Destination> Run<'_, D> {
    /// Downloads one file after another until none is left or one fails.
    fn work(&self) {
        let connection = self.network.connection();
        while let Some(artifact) = self.queue.get(self.next.fetch_add(1, Ordering::Relaxed)) {
            let delivered = self.stop.check().map_err(|error| DownloadError::from(error).into());
            if let Err(error) = delivered.and_then(|()| self.deliver(artifact, &connection)) {
                self.fail(error);
                return;
            }
        }
    }

    /// Stores the first failure and stops the other threads; the failures that this causes are dropped.
    fn fail(&self, error: DownloadsError<D::Error>) {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
        self.stop.raise();
    }

    fn has_failed(&self) -> bool {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    fn deliver(&self, artifact: &D::Artifact, connection: &Connection) -> Result<(), DownloadsError<D::Error>> {
        let item = Item::of(artifact);
        let source = local::source(item)?;
        self.report(Event::DownloadStarted { file: item.file, size: item.size });
        match source {
            Source::Local(path) => {
                let Downloads { host, progress, private, .. } = self.downloads;
                let file = local::verified(host, item, &path, private, &self.stop, progress)?;
                self.report(Event::DownloadFinished { file: item.file });
                self.take(artifact, file)
            }
            Source::Remote(url) => self.deliver_remote(artifact, url, connection),
        }
    }

    fn deliver_remote(
        &self,
        artifact: &D::Artifact,
        url: &Address,
        connection: &Connection,
    ) -> Result<(), DownloadsError<D::Error>> {
        let item = Item::of(artifact);
        let claim =
            self.directory.claim(item, &self.stop, self.downloads.progress).map_err(|error| item.lock_error(error))?;
        if self.destination.has(artifact) {
            self.report(Event::DownloadFinished { file: item.file });
            return Ok(());
        }
        let file = self.receive(item, url, &claim, connection)?;
        checkpoint("downloaded");
        self.report(Event::DownloadFinished { file: item.file });
        let taken = self.take(artifact, file);
        // A verified file serves the next attempt; one without a digest may itself be the reason of the failure.
        if taken.is_ok() || item.digests.is_none() {
            claim.clear(self.downloads.host.files).map_err(|error| item.file_error(error))?;
        }
        taken
    }

    fn take(&self, artifact: &D::Artifact, file: VerifiedFile) -> Result<(), DownloadsError<D::Error>> {
        self.destination.take(artifact, file).map_err(DownloadsError::Destination)?;
        self.report(Event::WheelUnpacked { file: artifact.file() });
        Ok(())
    }

    /// Completes the claimed file.
    fn receive(
        &self,
        item: Item<'_>,
        url: &Address,
        claim: &Claim,
        connection: &Connection,
    ) -> Result<VerifiedFile, DownloadError> {
        let Downloads { host, progress, private, longest, .. } = self.downloads;
        let mut partial = Partial::open(host.files, &claim.partial, item.digests, &self.stop)
            .map_err(|error| item.read_error(error))?;
        // Without a digest, nothing shows that another user did not write what is there, or does not write to it now.
        let is_shared = !is_private(host.files, self.downloads.cache, DOWNLOADS);
        if item.digests.is_none() && (is_shared || !partial.is_private().map_err(|error| item.file_error(error))?) {
            partial = Partial::unnamed(host.files, private, &claim.partial, item.digests)
                .map_err(|error| item.file_error(error))?;
        }
        let tag_file = (item.digests.is_none() && !is_shared).then_some(&claim.tag_file);
        let etag = tag_file.map(TagFile::read).transpose().map_err(|error| item.file_error(error))?.flatten();
        if item.digests.is_none() && etag.is_none() {
            partial.clear().map_err(|error| item.file_error(error))?;
        }
        if partial.length() > 0 {
            self.report(Event::DownloadResumed { file: item.file, bytes: partial.length() });
        }
        let retries = self.network.settings().retries;
        let transfer = Transfer { item, url, connection, tag_file, progress, retries, longest };
        let received = transfer.complete(&mut partial, &mut RemoteFile::new(etag));
        if let Err(error) = received {
            // A file of unknown size that filled the disk may have no end: it would keep the disk full.
            if item.size.is_none() && error.is_full_disk() {
                partial.clear().map_err(|error| item.file_error(error))?;
            }
            if partial.length() == 0 {
                drop(partial);
                claim.clear(host.files).map_err(|error| item.file_error(error))?;
            }
            return Err(error);
        }
        item.verified(partial.into_private(host.files, private, &self.stop))
    }

    fn report(&self, event: Event<'_>) {
        self.downloads.progress.event(event);
    }
}

/// The largest files first, because the last one to start decides when all are done; those of unknown size come last, in
/// their order.
fn largest_first<A: Artifact>(artifacts: &[A]) -> Vec<&A> {
    let mut queue: Vec<&A> = artifacts.iter().collect();
    queue.sort_by_key(|artifact| Reverse(artifact.size()));
    queue
}

#[cfg(test)]
mod tests;
