//! Rules on the time at which files were uploaded: a malicious release is mostly found within days.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;

use serde::{Deserialize, Serialize};

use super::error::ResolveError;
use crate::index::{File, FileName, Page};
use crate::vocab::{Address, Location, PackageName, Timestamp, UploadLimit, WheelName};

/// The limits of a request.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct UploadRules {
    /// That of all packages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<UploadLimit>,
    /// Those of single packages, which count in place of that of all.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub packages: BTreeMap<PackageName, UploadLimit>,
    /// Indexes whose files have none.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub exempt_indexes: BTreeSet<Address>,
}

/// The limits as they are at one moment.
#[derive(Clone, Debug)]
pub struct UploadFilter {
    pub rules: UploadRules,
    pub now: Timestamp,
    pub undated: UndatedFiles,
    /// Files that have no limit: those that are installed, so that nothing is downgraded.
    pub exempt_wheels: Vec<WheelName>,
}

/// The treatment of files whose index does not state when they were uploaded.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum UndatedFiles {
    /// They count as old.
    Admit,
    /// The resolution fails.
    #[default]
    Refuse,
}

impl UploadRules {
    /// True if nobody asked for any.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// The options that ask for them.
    pub fn options(&self) -> Vec<String> {
        let limit = self.limit.iter().map(|limit| format!("--exclude-newer '{limit}'"));
        let packages = self.packages.iter().map(|(name, limit)| format!("--exclude-newer-package '{name}={limit}'"));
        let indexes = self.exempt_indexes.iter().map(|index| format!("--exclude-newer-index '{index}=false'"));
        limit.chain(packages).chain(indexes).collect()
    }
}

impl UploadFilter {
    /// The limits at a moment, which all files have.
    pub fn new(rules: UploadRules, now: Timestamp) -> Self {
        Self { rules, now, undated: UndatedFiles::default(), exempt_wheels: Vec::new() }
    }

    /// The files of a page that are too new, as indices.
    ///
    /// # Errors
    /// [`ResolveError::NoUploadTimes`] if that cannot be told and matters.
    pub(super) fn too_new<E: Error + 'static>(
        &self,
        name: &PackageName,
        page: &Page,
    ) -> Result<BTreeSet<usize>, ResolveError<E>> {
        let Some(cutoff) = self.cutoff(name, page) else { return Ok(BTreeSet::new()) };
        let mut too_new = BTreeSet::new();
        for (position, file) in page.files.iter().enumerate().filter(|(_, file)| !self.is_exempt(file)) {
            match (file.uploaded, self.undated) {
                (Some(uploaded), _) if uploaded < cutoff => {}
                (Some(_), _) => {
                    too_new.insert(position);
                }
                (None, UndatedFiles::Admit) => {}
                (None, UndatedFiles::Refuse) => {
                    return Err(ResolveError::NoUploadTimes { name: name.clone(), index: page.index.clone() });
                }
            }
        }
        Ok(too_new)
    }

    /// True if a file of a page is not too new, as far as that is known.
    pub fn admits(&self, name: &PackageName, page: &Page, file: &File) -> bool {
        let cutoff = self.cutoff(name, page);
        self.is_exempt(file) || file.uploaded.is_none_or(|time| cutoff.is_none_or(|cutoff| time < cutoff))
    }

    fn cutoff(&self, name: &PackageName, page: &Page) -> Option<Timestamp> {
        if page.index.as_ref().is_some_and(|index| self.rules.exempt_indexes.contains(index)) {
            return None;
        }
        self.rules.packages.get(name).or(self.rules.limit.as_ref())?.cutoff(self.now)
    }

    /// True for installed files, and for files of this machine: the person put them there.
    fn is_exempt(&self, file: &File) -> bool {
        // A source distribution stands for the wheel that was built from it.
        let is_installed = |wheel: &WheelName| match &file.name {
            FileName::Sdist(_) => wheel.name() == file.name.name() && wheel.version() == file.name.version(),
            FileName::Wheel(name) => wheel == name,
        };
        matches!(file.location(), Location::Path(_)) || self.exempt_wheels.iter().any(is_installed)
    }
}
