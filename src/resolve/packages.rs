//! What resolution asks of the world: pages and metadata.

use std::cmp::Ordering;
use std::error::Error;
use std::sync::Arc;

use version_ranges::Ranges;

use crate::index::{File, Page};
use crate::platform::Tags;
use crate::vocab::{Metadata, PackageName, Version, WheelName, admits_python};

/// Where pages and metadata come from. Both calls may block, and are asked again for the same thing: keep the answers.
pub trait Packages: Sync {
    /// Why something could not be fetched at all.
    type Error: Error + Send + 'static;

    /// The page of a package, or `None` where no index knows the package.
    fn page(&self, name: &PackageName) -> Result<Option<Arc<Page>>, Self::Error>;

    /// The metadata of a wheel, of an index or of a direct reference (a file without digests, then).
    fn metadata(&self, file: &File) -> Result<Arc<Metadata>, MetadataError<Self::Error>>;

    /// A package will soon be asked for: its page, then the metadata of the file that `likely` picks from it.
    /// Implementations that can work ahead do so in the background, and never report a failure of it.
    fn prefetch(&self, name: &PackageName, likely: Likely);

    /// Whether to go on; asked between steps. The error ends the resolution.
    fn check(&self) -> Result<(), Self::Error> {
        Ok(())
    }
}

/// Why there is no metadata of a wheel.
#[derive(Debug)]
pub enum MetadataError<E> {
    /// It could not be fetched: the resolution ends.
    Fetch(E),
    /// It was fetched and is no good: the version cannot be used, another may do. The text completes
    /// "foo 1.0 cannot be used: ".
    Unusable(String),
}

/// Picks the file of a page that resolution will most likely ask the metadata of.
#[derive(Clone, Debug)]
pub struct Likely {
    pub(super) facts: Arc<Facts>,
    pub(super) admitted: Ranges<Version>,
    pub(super) prereleases: bool,
}

/// What decides whether a file can be used on this machine.
#[derive(Debug)]
pub(super) struct Facts {
    pub(super) tags: Tags,
    pub(super) python: Version,
}

impl Likely {
    /// The best wheel of the newest version that seems to fit.
    pub fn file<'p>(&self, page: &'p Page) -> Option<&'p File> {
        let mut best: Option<(&WheelName, usize, &File)> = None;
        for file in &page.files {
            let Some(wheel) = file.name.wheel().filter(|wheel| self.is_wanted(wheel, file)) else {
                continue;
            };
            let age = best.map_or(Ordering::Greater, |(other, ..)| wheel.version().cmp(other.version()));
            if age == Ordering::Less || !self.admitted.contains(wheel.version()) {
                continue;
            }
            let Some(rank) = self.facts.rank(wheel, file) else {
                continue;
            };
            let better = |(other, other_rank, _): (&WheelName, usize, &File)| {
                age == Ordering::Greater || (other_rank, wheel.build()) > (rank, other.build())
            };
            if best.is_none_or(better) {
                best = Some((wheel, rank, file));
            }
        }
        best.map(|(.., file)| file)
    }

    fn is_wanted(&self, wheel: &WheelName, file: &File) -> bool {
        file.yanked.is_none() && (self.prereleases || !wheel.version().any_prerelease())
    }
}

impl Facts {
    /// How well a wheel suits the machine, 0 being best; `None` when it cannot be used here.
    pub(super) fn rank(&self, wheel: &WheelName, file: &File) -> Option<usize> {
        let admitted = file.requires_python.as_ref().is_none_or(|python| admits_python(python, &self.python));
        if admitted { self.tags.rank(wheel) } else { None }
    }
}
