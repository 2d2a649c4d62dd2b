//! The source of pages and metadata, as resolution needs it.

use std::cmp::Ordering;
use std::error::Error;
use std::sync::Arc;

use version_ranges::Ranges;

use crate::index::{File, Page};
use crate::platform::Tags;
use crate::vocab::{Metadata, PackageName, Version, WheelName, admits_python};

/// A source of pages and metadata. Both calls may block, and are repeated for the same thing: cache the answers.
pub trait Packages: Sync {
    /// A failure to fetch something at all.
    type Error: Error + Send + 'static;

    /// The page of a package, or `None` if no index has the package.
    fn page(&self, name: &PackageName) -> Result<Option<Arc<Page>>, Self::Error>;

    /// The metadata of a file from an index, or of the wheel of a direct reference, which may have no digests.
    fn metadata(&self, file: &File) -> Result<Arc<Metadata>, MetadataError<Self::Error>>;

    /// Builds the wheel of a source distribution, whose metadata was read before. The address of the wheel can be that of
    /// no file: it only has to differ from all others.
    fn build(&self, sdist: &File) -> Result<File, Self::Error>;

    /// Announces that the page of a package will soon be needed, then the metadata of the file that `hint` picks from
    /// it. Implementations may fetch both in the background, and never report that this failed.
    fn prefetch(&self, name: &PackageName, hint: PrefetchHint);

    /// Called between steps. An error ends the resolution.
    fn check(&self) -> Result<(), Self::Error> {
        Ok(())
    }
}

/// The reason why the metadata of a file is not available.
#[derive(Debug)]
pub enum MetadataError<E> {
    /// The file is damaged: the resolution ends.
    Damaged(E),
    /// It could not be fetched: the resolution ends.
    Fetch(E),
    /// It was fetched and is invalid: the version cannot be used, but another may. The text completes
    /// "foo 1.0 cannot be used: ".
    Unusable(String),
}

impl<E> MetadataError<E> {
    /// The same reason with another error.
    pub fn map<F>(self, map: impl FnOnce(E) -> F) -> MetadataError<F> {
        match self {
            Self::Damaged(error) => MetadataError::Damaged(map(error)),
            Self::Fetch(error) => MetadataError::Fetch(map(error)),
            Self::Unusable(reason) => MetadataError::Unusable(reason),
        }
    }
}

/// Picks the file of a page whose metadata resolution is most likely to need.
#[derive(Clone, Debug)]
pub struct PrefetchHint {
    pub(super) target: Arc<TargetPython>,
    pub(super) admitted: Ranges<Version>,
    pub(super) prereleases: bool,
}

/// The interpreter to resolve for, as far as it decides whether a file can be used.
#[derive(Debug)]
pub(super) struct TargetPython {
    pub(super) tags: Tags,
    pub(super) version: Version,
}

impl PrefetchHint {
    /// The best wheel of the newest version that seems to be usable.
    pub fn file<'p>(&self, page: &'p Page) -> Option<&'p File> {
        let mut best: Option<(&WheelName, usize, &File)> = None;
        for file in &page.files {
            let Some(wheel) = file.name.wheel().filter(|wheel| self.is_eligible(wheel, file)) else {
                continue;
            };
            let age = best.map_or(Ordering::Greater, |(other, ..)| wheel.version().cmp(other.version()));
            if age == Ordering::Less || !self.admitted.contains(wheel.version()) {
                continue;
            }
            let Some(rank) = self.target.rank(wheel, file) else {
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

    fn is_eligible(&self, wheel: &WheelName, file: &File) -> bool {
        file.yanked.is_none() && (self.prereleases || !wheel.version().any_prerelease())
    }
}

impl TargetPython {
    /// The rank of a wheel on this machine, 0 being best; `None` if it cannot be used here.
    pub(super) fn rank(&self, wheel: &WheelName, file: &File) -> Option<usize> {
        if self.admits(file) { self.tags.rank(wheel) } else { None }
    }

    /// True unless a file requires another Python.
    pub(super) fn admits(&self, file: &File) -> bool {
        file.requires_python.as_ref().is_none_or(|python| admits_python(python, &self.version))
    }
}
