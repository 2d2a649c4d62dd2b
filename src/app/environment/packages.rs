//! Pages and metadata for the resolution of one interpreter: those of the catalog, and of what is built here.

use std::sync::Arc;

use crate::app::error::PackageError;
use crate::fetch::Catalog;
use crate::index::{File, FileName, Page};
use crate::python::Interpreter;
use crate::pytorch::packaging;
use crate::resolve::{MetadataError, Packages, PrefetchHint};
use crate::vocab::{Metadata, PackageName};

use super::accelerated::{BuildPages, Selection};
use super::builds::Builds;
use super::source_distributions::SourceDistributions;

/// The packages that a resolution can choose for an interpreter.
pub(super) struct BuildingPackages<'a> {
    pub(super) catalog: &'a Catalog,
    pub(super) builds: &'a Builds<'a>,
    pub(super) sdists: &'a SourceDistributions<'a>,
    pub(super) interpreter: &'a Interpreter,
    /// The builds of PyTorch's packages to choose from.
    pub(super) accelerated: Option<(&'a BuildPages<'a>, &'a Selection)>,
}

impl Packages for BuildingPackages<'_> {
    type Error = PackageError;

    fn page(&self, name: &PackageName) -> Result<Option<Arc<Page>>, PackageError> {
        let configured = || self.catalog.page(name);
        Ok(match (self.accelerated, packaging(name)) {
            (Some((pages, selection)), Some(packaging)) => pages.page(selection, (name, packaging), configured)?,
            (Some(_), None) | (None, _) => configured()?,
        })
    }

    fn metadata(&self, file: &File) -> Result<Arc<Metadata>, MetadataError<PackageError>> {
        match &file.name {
            FileName::Sdist(_) => self.sdists.metadata(file, self.interpreter),
            FileName::Wheel(_) => match self.builds.metadata(file) {
                Some(metadata) => Ok(metadata),
                None => Packages::metadata(self.catalog, file).map_err(|error| error.map(PackageError::Catalog)),
            },
        }
    }

    fn build(&self, sdist: &File) -> Result<File, PackageError> {
        self.sdists.wheel(sdist, self.interpreter).map_err(|error| PackageError::Source(Box::new(error)))
    }

    fn prefetch(&self, name: &PackageName, hint: PrefetchHint) {
        // The file that the hint picks may be one that the selection leaves out.
        if self.accelerated.is_none() || packaging(name).is_none() {
            self.catalog.prefetch(name, hint);
        }
    }

    fn check(&self) -> Result<(), PackageError> {
        Ok(self.catalog.check()?)
    }
}
