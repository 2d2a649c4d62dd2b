//! The pages of PyTorch's packages: the files of the configured indexes, and those of the indexes of labels, as far as a selection
//! admits them. No other package is ever asked for at the index of a label.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::accelerator::Label;
use crate::app::environment::builds::Builds;
use crate::app::state::cache;
use crate::fetch::{Catalog, CatalogError};
use crate::index::{File, IndexSettings, Page};
use crate::pytorch::{IndexBase, Packaging};
use crate::vocab::PackageName;

use super::selection::{BuildSource, Selection};

/// Reads the pages of the indexes of labels, each once.
pub(in crate::app::environment) struct BuildPages<'a> {
    builds: &'a Builds<'a>,
    base: IndexBase,
    catalogs: Mutex<BTreeMap<Label, Arc<Catalog>>>,
}

impl<'a> BuildPages<'a> {
    pub(in crate::app::environment) fn new(builds: &'a Builds<'a>, base: IndexBase) -> Self {
        Self { builds, base, catalogs: Mutex::default() }
    }

    /// The files of a package that a selection admits. `configured` reads its page at the configured indexes.
    pub(in crate::app::environment) fn page(
        &self,
        selection: &Selection,
        (name, packaging): (&PackageName, Packaging),
        configured: impl FnOnce() -> Result<Option<Arc<Page>>, CatalogError>,
    ) -> Result<Option<Arc<Page>>, CatalogError> {
        match (packaging, selection.companions) {
            (Packaging::Companion | Packaging::IndexOnly, BuildSource::Configured) => configured(),
            (Packaging::Companion, BuildSource::Label(label)) => {
                let (configured, labelled) = (configured()?, self.of_label(label, name)?);
                let pages = [configured.clone(), labelled];
                let merged = self.merged(name, pages, |file| selection.companions.has(file.name.version()));
                // Not every package has every build; that of the configured indexes is better than none.
                Ok(merged.filter(|page| !page.files.is_empty()).or(configured))
            }
            (Packaging::IndexOnly, BuildSource::Label(label)) => self.of_label(label, name),
            (Packaging::Torch, _) => {
                let mut pages = vec![configured()?];
                for label in selection.labels_of_torch() {
                    pages.push(self.of_label(label, name)?);
                }
                let is_admitted = |file: &File| {
                    let version = file.name.version();
                    selection.of_torch(version).is_some_and(|source| source.has(version))
                };
                Ok(self.merged(name, pages, is_admitted))
            }
        }
    }

    /// The page of a package at the index of a label.
    fn of_label(&self, label: Label, name: &PackageName) -> Result<Option<Arc<Page>>, CatalogError> {
        let catalog = {
            let mut catalogs = self.catalogs.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(catalogs.entry(label).or_insert_with(|| Arc::new(self.catalog(label))))
        };
        catalog.page(name)
    }

    fn catalog(&self, label: Label) -> Catalog {
        let Builds { context, index, .. } = self.builds;
        let settings = IndexSettings {
            index_url: Some(self.base.index(&label)),
            extra_index_urls: Vec::new(),
            find_links: Vec::new(),
            ..(*index).clone()
        };
        let local = &context.local;
        Catalog::new(local.host, context.network, cache::marked(local.host, local.directories), &settings)
    }

    /// The admitted files of several pages, of which the first is that of the configured indexes. `None` if there is no page.
    fn merged(
        &self,
        name: &PackageName,
        pages: impl IntoIterator<Item = Option<Arc<Page>>>,
        is_admitted: impl Fn(&File) -> bool,
    ) -> Option<Arc<Page>> {
        let mut merged: Option<Page> = None;
        for page in pages.into_iter().flatten() {
            let Some(before) = &mut merged else {
                let files = page.files.iter().filter(|file| is_admitted(file)).cloned().collect();
                merged = Some(Page { files, quarantined: page.quarantined.clone(), index: page.index.clone() });
                continue;
            };
            let mut added = page.files.iter().filter(|file| is_admitted(file)).peekable();
            if added.peek().is_none() {
                continue;
            }
            // Rules on the time of uploads count for one index of a page: that of the files that come last, whose index states no times.
            let uploads = &self.builds.uploads;
            let old_enough: Vec<File> =
                before.files.iter().filter(|file| uploads.admits(name, before, file)).cloned().collect();
            before.files = old_enough;
            before.files.extend(added.cloned());
            before.index.clone_from(&page.index);
        }
        merged.map(Arc::new)
    }
}
