//! The catalog: those who ask, and the pool of threads that answers.

use std::path::Path;
use std::sync::Arc;
use std::thread;

use super::CatalogError;
use super::desk::{Desk, Job, Urgency};
use super::pages::Pages;
use crate::fetch::metadata::MetadataReader;
use crate::host::{Connection, Host, Interrupt, Network};
use crate::index::{File, IndexSettings, Page};
use crate::resolve::{Likely, MetadataError, Packages};
use crate::vocab::{Metadata, PackageName};

/// Answers what a package index is asked: which files are there of a project, and what a file's METADATA says.
#[derive(Debug)]
pub struct Catalog {
    interrupt: Interrupt,
    office: Arc<Office>,
}

/// What the threads share.
#[derive(Debug)]
struct Office {
    desk: Desk,
    metadata: MetadataReader,
    network: Network,
    pages: Pages,
}

impl Catalog {
    /// A catalog of the places that the settings name, cached below the cache directory. The network carries the
    /// credentials of the indexes. With a network that is turned off only the cache is used, however old its pages are.
    pub fn new(host: &Host, network: &Network, cache_dir: &Path, settings: &IndexSettings) -> Self {
        let office = Office {
            desk: Desk::default(),
            metadata: MetadataReader::new(host, network, cache_dir),
            network: network.clone(),
            pages: Pages::new(host, network, cache_dir, settings),
        };
        Self { interrupt: host.interrupt.clone(), office: Arc::new(office) }
    }

    /// What is offered of a project: files from find-links places, then those of the first index that knows it.
    /// `None` when nobody does.
    pub fn page(&self, project: &PackageName) -> Result<Option<Arc<Page>>, CatalogError> {
        loop {
            self.put(Job::Page(project.clone()), Urgency::Now);
            if let Some(answer) = self.office.desk.page(project) {
                return answer;
            }
        }
    }

    /// The METADATA of a wheel.
    pub fn metadata(&self, file: &File) -> Result<Arc<Metadata>, CatalogError> {
        loop {
            self.put(Job::Metadata(Box::new(file.clone())), Urgency::Now);
            if let Some(answer) = self.office.desk.metadata(&file.url) {
                return answer;
            }
        }
    }

    pub(super) fn put(&self, job: Job, urgency: Urgency) {
        if self.office.desk.put(job, urgency) {
            self.hire();
        }
    }

    fn hire(&self) {
        let office = Arc::clone(&self.office);
        let hired = thread::Builder::new().name("catalog".to_owned()).spawn(move || office.work());
        if hired.is_err() {
            // The system has no further thread: whoever asks works.
            self.office.desk.dismiss();
            self.office.work_now();
        }
    }
}

impl Drop for Catalog {
    /// Threads that wait for a server are not waited for: what they bring still goes to the cache.
    fn drop(&mut self) {
        self.office.desk.close();
    }
}

impl Packages for Catalog {
    type Error = CatalogError;

    fn page(&self, name: &PackageName) -> Result<Option<Arc<Page>>, CatalogError> {
        Self::page(self, name)
    }

    fn metadata(&self, file: &File) -> Result<Arc<Metadata>, MetadataError<CatalogError>> {
        Self::metadata(self, file).map_err(|error| match error {
            CatalogError::Unusable { source, .. } => MetadataError::Unusable(source.to_string()),
            error => MetadataError::Fetch(error),
        })
    }

    fn prefetch(&self, name: &PackageName, likely: Likely) {
        if self.office.desk.expect(name, likely) {
            self.hire();
        }
    }

    fn check(&self) -> Result<(), CatalogError> {
        Ok(self.interrupt.check()?)
    }
}

impl Office {
    fn work(&self) {
        let connection = self.network.connection();
        while let Some(job) = self.desk.take() {
            self.carry_out(&connection, job);
        }
    }

    /// Does what there is to do now.
    fn work_now(&self) {
        let connection = self.network.connection();
        while let Some(job) = self.desk.take_now() {
            self.carry_out(&connection, job);
        }
    }

    fn carry_out(&self, connection: &Connection, job: Job) {
        match job {
            Job::Metadata(file) => self.answer_metadata(connection, &file),
            Job::Page(project) => self.answer_page(connection, &project),
            Job::Pick(page, likely) => self.go_on(connection, &page, &likely),
        }
    }

    fn answer_page(&self, connection: &Connection, project: &PackageName) {
        let answer = self.pages.look_up(connection, project).map(|page| page.map(Arc::new));
        let page = answer.as_ref().ok().cloned().flatten();
        let likely = self.desk.answer_page(project, answer);
        if let (Some(page), Some(likely)) = (page, likely) {
            self.go_on(connection, &page, &likely);
        }
    }

    /// Fetches the metadata that will most likely be asked for, when nobody did yet.
    fn go_on(&self, connection: &Connection, page: &Page, likely: &Likely) {
        let Some(file) = likely.file(page) else { return };
        if self.desk.reserve_metadata(&file.url) {
            self.answer_metadata(connection, file);
        }
    }

    fn answer_metadata(&self, connection: &Connection, file: &File) {
        let answer = self.metadata.read(connection, file).map(Arc::new);
        self.desk.answer_metadata(&file.url, answer);
    }
}
