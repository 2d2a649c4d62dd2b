//! Pages and metadata for the resolution of one interpreter: those of the catalog, and of what is built here.

use std::sync::Arc;

use crate::app::error::PackageError;
use crate::fetch::Catalog;
use crate::index::{File, FileName, Page};
use crate::python::Interpreter;
use crate::resolve::{MetadataError, Packages, PrefetchHint};
use crate::vocab::{Metadata, PackageName};

use super::builds::Builds;
use super::source_distributions::SourceDistributions;

/// The packages that a resolution can choose for an interpreter.
pub(super) struct BuildingPackages<'a> {
    pub(super) catalog: &'a Catalog,
    pub(super) builds: &'a Builds<'a>,
    pub(super) sdists: &'a SourceDistributions<'a>,
    pub(super) interpreter: &'a Interpreter,
}

impl Packages for BuildingPackages<'_> {
    type Error = PackageError;

    fn page(&self, name: &PackageName) -> Result<Option<Arc<Page>>, PackageError> {
        Ok(self.catalog.page(name)?)
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
        self.catalog.prefetch(name, hint);
    }

    fn check(&self) -> Result<(), PackageError> {
        Ok(self.catalog.check()?)
    }
}
