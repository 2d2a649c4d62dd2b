//! The versions that an index offers of one package, and which of them this machine can use.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::allowed_builds::SdistUse;
use super::missing_wheel::SourceArchive;
use super::packages::TargetPython;
use crate::index::{File, FileName, Page, SdistName};
use crate::vocab::{Timestamp, Version, VersionSpecifiers, admits_python};

/// The versions of a page, newest first.
#[derive(Debug)]
pub(super) struct Candidates {
    page: Arc<Page>,
    /// The files that were uploaded too recently, as indices.
    too_new: BTreeSet<usize>,
    sdist_use: SdistUse,
    versions: Vec<Candidate>,
}

/// One version with its files, as indices into the files of the page.
#[derive(Debug)]
pub(super) struct Candidate {
    pub(super) version: Version,
    files: Vec<usize>,
    compatibility: OnceCell<Compatibility>,
}

/// The compatibility of a version with this machine.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Compatibility {
    /// The best file, as an index into the files of the page.
    Compatible(usize),
    Incompatible(Incompatibility),
    /// The file is compatible, but was withdrawn (PEP 592).
    Yanked {
        file: usize,
        reason: String,
    },
}

/// The reason why a version cannot be used on this machine.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Incompatibility {
    /// There are wheels, for other machines and interpreters.
    NoWheel,
    /// There are only source distributions.
    OnlySource,
    OtherPython(VersionSpecifiers),
    /// The wheels were uploaded too recently, the first of them at this time.
    TooNew(Timestamp),
}

impl Candidates {
    pub(super) fn new(page: Arc<Page>, too_new: BTreeSet<usize>, sdist_use: SdistUse) -> Self {
        let mut versions = BTreeMap::<&Version, Vec<usize>>::new();
        for (position, file) in page.files.iter().enumerate() {
            versions.entry(file.name.version()).or_default().push(position);
        }
        let candidate = |(version, files): (&Version, Vec<usize>)| Candidate {
            version: version.clone(),
            files,
            compatibility: OnceCell::new(),
        };
        let versions = versions.into_iter().rev().map(candidate).collect();
        Self { page, too_new, sdist_use, versions }
    }

    /// The versions, newest first.
    pub(super) fn versions(&self) -> &[Candidate] {
        &self.versions
    }

    pub(super) fn file(&self, position: usize) -> &File {
        &self.page.files[position]
    }

    pub(super) fn find(&self, version: &Version) -> Option<&Candidate> {
        let position = self.versions.binary_search_by(|candidate| version.cmp(&candidate.version)).ok()?;
        self.versions.get(position)
    }

    pub(super) fn compatibility<'o>(&self, candidate: &'o Candidate, target: &TargetPython) -> &'o Compatibility {
        candidate.compatibility.get_or_init(|| self.evaluate(candidate, target))
    }

    pub(super) fn files(&self, candidate: &Candidate) -> impl Iterator<Item = &File> {
        candidate.files.iter().map(|&position| self.file(position))
    }

    /// The files of a version that are neither yanked nor too new.
    pub(super) fn offered(&self, candidate: &Candidate) -> impl Iterator<Item = &File> {
        let old_enough = candidate.files.iter().filter(|position| !self.too_new.contains(position));
        old_enough.map(|&position| self.file(position)).filter(|file| file.yanked.is_none())
    }

    /// The source distribution of a version that can be built for an interpreter, as an index into the files of the page.
    /// A yanked one comes last.
    pub(super) fn sdist(&self, candidate: &Candidate, target: &TargetPython) -> Option<usize> {
        let is_usable = |position: &usize| {
            let file = self.file(*position);
            file.name.sdist().is_some_and(SdistName::can_be_unpacked) && target.admits(file)
        };
        let old_enough = candidate.files.iter().copied().filter(|position| !self.too_new.contains(position));
        let usable = old_enough.filter(is_usable);
        usable.min_by_key(|position| self.file(*position).yanked.is_some())
    }

    /// The presence of a source distribution that could be built.
    pub(super) fn source_archive(&self, candidate: &Candidate, target: &TargetPython) -> SourceArchive {
        let file = self.sdist(candidate, target).map(|position| self.file(position));
        match file.filter(|file| file.yanked.is_none()) {
            Some(_) => SourceArchive::Present,
            None => SourceArchive::Absent,
        }
    }

    /// The best wheel is the one with the best tag, then the highest build number, then the first with a digest.
    /// Yanked wheels come last.
    fn evaluate(&self, candidate: &Candidate, target: &TargetPython) -> Compatibility {
        let wheel = |position: usize| {
            let file = self.file(position);
            let wheel = file.name.wheel()?;
            Some((position, file, wheel, target.rank(wheel, file)?))
        };
        let old_enough = candidate.files.iter().filter(|position| !self.too_new.contains(position));
        let compatible = old_enough.filter_map(|&position| wheel(position));
        let best = compatible.min_by(|(_, file, wheel, rank), (_, other, other_wheel, other_rank)| {
            let yanked = file.yanked.is_some().cmp(&other.yanked.is_some());
            let build = || other_wheel.build().cmp(&wheel.build());
            let digest = || file.digests.is_none().cmp(&other.digests.is_none());
            yanked.then(rank.cmp(other_rank)).then_with(build).then_with(digest)
        });
        let sdist = || match self.sdist_use {
            SdistUse::Build => self.sdist(candidate, target),
            SdistUse::Refuse => None,
        };
        match best.map(|(position, ..)| position).or_else(sdist) {
            Some(position) => match &self.file(position).yanked {
                Some(reason) => Compatibility::Yanked { file: position, reason: reason.clone() },
                None => Compatibility::Compatible(position),
            },
            None => Compatibility::Incompatible(self.incompatibility(candidate, target)),
        }
    }

    /// A wheel that only needs another Python takes precedence: with that Python, the version can be installed.
    fn incompatibility(&self, candidate: &Candidate, target: &TargetPython) -> Incompatibility {
        let too_new = candidate.files.iter().filter(|position| self.too_new.contains(position));
        let too_new = too_new.map(|&position| self.file(position));
        let usable = too_new.filter(|file| match &file.name {
            FileName::Sdist(sdist) => {
                self.sdist_use == SdistUse::Build && sdist.can_be_unpacked() && target.admits(file)
            }
            FileName::Wheel(wheel) => target.rank(wheel, file).is_some(),
        });
        if let Some(first) = usable.filter_map(|file| file.uploaded).min() {
            return Incompatibility::TooNew(first);
        }
        let is_wheel = |file: &&File| matches!(file.name, FileName::Wheel(_));
        let other_python = |file: &File| {
            let requires = file.requires_python.as_ref()?;
            (!admits_python(requires, &target.version)).then(|| requires.clone())
        };
        let wheels: Vec<&File> = self.files(candidate).filter(is_wheel).collect();
        let tagged =
            wheels.iter().filter(|file| file.name.wheel().is_some_and(|wheel| target.tags.rank(wheel).is_some()));
        if let Some(requires) = tagged.copied().find_map(other_python) {
            return Incompatibility::OtherPython(requires);
        }
        let files = if wheels.is_empty() { self.files(candidate).collect() } else { wheels.clone() };
        match files.into_iter().map(other_python).collect::<Option<Vec<_>>>().and_then(|all| all.into_iter().next()) {
            Some(requires) => Incompatibility::OtherPython(requires),
            None if wheels.is_empty() => Incompatibility::OnlySource,
            None => Incompatibility::NoWheel,
        }
    }
}
