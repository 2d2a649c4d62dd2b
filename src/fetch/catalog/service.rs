//! The catalog: a queue of requests and the pool of workers that carries them out.

use std::path::Path;
use std::sync::Arc;
use std::thread;

use url::Url;

use super::CatalogError;
use super::pages::Pages;
use super::request_queue::{Job, RequestQueue, Urgency};
use crate::fetch::UnusableMetadata;
use crate::fetch::metadata::MetadataReader;
use crate::host::{Connection, Host, Interrupt, Network};
use crate::index::{File, IndexSettings, Page};
use crate::resolve::{MetadataError, Packages, PrefetchHint};
use crate::vocab::{Location, Metadata, PackageName};

/// The files that the configured indexes and find-links locations offer, and the METADATA of these files.
#[derive(Debug)]
pub struct Catalog {
    interrupt: Interrupt,
    shared: Arc<Shared>,
}

/// The state that all threads share.
#[derive(Debug)]
struct Shared {
    metadata: MetadataReader,
    network: Network,
    pages: Pages,
    queue: RequestQueue,
}

impl Catalog {
    /// A catalog of the places that the settings name, cached below the cache directory; without one, nothing is cached.
    /// The network carries the credentials of the indexes. With a network that is turned off only the cache is used,
    /// however old its pages are.
    pub fn new(host: &Host, network: &Network, cache_dir: Option<&Path>, settings: &IndexSettings) -> Self {
        let shared = Shared {
            metadata: MetadataReader::new(host, network, cache_dir),
            network: network.clone(),
            pages: Pages::new(host, network, cache_dir, settings),
            queue: RequestQueue::default(),
        };
        Self { interrupt: host.interrupt.clone(), shared: Arc::new(shared) }
    }

    /// The files of a project: those at find-links locations, then those of the first index that has the project.
    /// `None` if there are none.
    pub fn page(&self, project: &PackageName) -> Result<Option<Arc<Page>>, CatalogError> {
        loop {
            self.push(Job::Page(project.clone()), Urgency::Now);
            if let Some(result) = self.shared.queue.page(project) {
                return result;
            }
        }
    }

    /// The METADATA of a wheel.
    pub fn metadata(&self, file: &File) -> Result<Arc<Metadata>, CatalogError> {
        loop {
            self.push(Job::Metadata(Box::new(file.clone())), Urgency::Now);
            if let Some(result) = self.shared.queue.metadata(&file.url) {
                return result;
            }
        }
    }

    /// The METADATA of the wheel at a place, if it was read.
    pub fn known_metadata(&self, location: &Location) -> Option<Arc<Metadata>> {
        let url = match location {
            Location::Path(path) => Url::from_file_path(path).ok()?.into(),
            Location::Url(url) => url.clone(),
        };
        self.shared.queue.metadata(&url)?.ok()
    }

    /// The size of the wheel at an address, if METADATA was read from parts of it.
    pub fn known_size(&self, location: &Location) -> Option<u64> {
        match location {
            Location::Path(_) => None,
            Location::Url(url) => self.shared.metadata.size(url),
        }
    }

    pub(super) fn push(&self, job: Job, urgency: Urgency) {
        if self.shared.queue.push(job, urgency) {
            self.spawn_worker();
        }
    }

    fn spawn_worker(&self) {
        let shared = Arc::clone(&self.shared);
        let spawned = thread::Builder::new().name("catalog".to_owned()).spawn(move || shared.work());
        if spawned.is_err() {
            // The system has no thread left: the calling thread does the work.
            self.shared.queue.remove_worker();
            self.shared.work_now();
        }
    }
}

impl Drop for Catalog {
    /// Does not wait for workers that wait for a server: their results still reach the cache.
    fn drop(&mut self) {
        self.shared.queue.close();
    }
}

impl Packages for Catalog {
    type Error = CatalogError;

    fn page(&self, name: &PackageName) -> Result<Option<Arc<Page>>, CatalogError> {
        Self::page(self, name)
    }

    fn metadata(&self, file: &File) -> Result<Arc<Metadata>, MetadataError<CatalogError>> {
        Self::metadata(self, file).map_err(|error| match error {
            CatalogError::Unusable { ref source, .. } if source.is_damage() => MetadataError::Damaged(error),
            CatalogError::Unusable { source, .. } => MetadataError::Unusable(source.to_string()),
            error => MetadataError::Fetch(error),
        })
    }

    /// A catalog builds nothing.
    fn build(&self, sdist: &File) -> Result<File, CatalogError> {
        let file = sdist.name.as_str().to_owned();
        Err(CatalogError::Unusable { file, source: UnusableMetadata::Sdist })
    }

    fn prefetch(&self, name: &PackageName, likely: PrefetchHint) {
        if self.shared.queue.prefetch(name, likely) {
            self.spawn_worker();
        }
    }

    fn check(&self) -> Result<(), CatalogError> {
        Ok(self.interrupt.check()?)
    }
}

impl Shared {
    fn work(&self) {
        let connection = self.network.connection();
        while let Some(job) = self.queue.next() {
            self.run(&connection, job);
        }
    }

    /// Carries out the jobs that are queued now.
    fn work_now(&self) {
        let connection = self.network.connection();
        while let Some(job) = self.queue.try_next() {
            self.run(&connection, job);
        }
    }

    fn run(&self, connection: &Connection, job: Job) {
        match job {
            Job::Metadata(file) => self.read_metadata(connection, &file),
            Job::Page(project) => self.look_up_page(connection, &project),
            Job::Pick(page, likely) => self.prefetch_metadata(connection, &page, &likely),
        }
    }

    fn look_up_page(&self, connection: &Connection, project: &PackageName) {
        let result = self.pages.look_up(connection, project).map(|page| page.map(Arc::new));
        let page = result.as_ref().ok().cloned().flatten();
        let likely = self.queue.finish_page(project, result);
        if let (Some(page), Some(likely)) = (page, likely) {
            self.prefetch_metadata(connection, &page, &likely);
        }
    }

    /// Reads the metadata that will most likely be requested, unless it was requested before.
    fn prefetch_metadata(&self, connection: &Connection, page: &Page, likely: &PrefetchHint) {
        let Some(file) = likely.file(page) else { return };
        if self.queue.reserve_metadata(&file.url) {
            self.read_metadata(connection, file);
        }
    }

    fn read_metadata(&self, connection: &Connection, file: &File) {
        let result = self.metadata.read(connection, file).map(Arc::new);
        self.queue.finish_metadata(&file.url, result);
    }
}
