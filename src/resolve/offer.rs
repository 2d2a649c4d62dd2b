//! What an index offers of one package, as far as this machine can use it.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::packages::Facts;
use crate::index::{File, FileName, Page};
use crate::vocab::{Version, VersionSpecifiers, admits_python};

/// The versions of a page, newest first.
#[derive(Debug)]
pub(super) struct Offer {
    page: Arc<Page>,
    versions: Vec<Offered>,
}

/// One version with its files, by their places on the page.
#[derive(Debug)]
pub(super) struct Offered {
    pub(super) version: Version,
    files: Vec<usize>,
    verdict: OnceCell<Verdict>,
}

/// What this machine can do with a version.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Verdict {
    Refused(Refusal),
    Usable(usize),
    /// The file could be used, but was withdrawn (PEP 592).
    Yanked {
        file: usize,
        reason: String,
    },
}

/// Why a version is no candidate, whoever asks for it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Refusal {
    /// There are wheels, for other machines and interpreters.
    NoWheel,
    /// There are only source distributions.
    OnlySource,
    OtherPython(VersionSpecifiers),
}

impl Offer {
    pub(super) fn new(page: Arc<Page>) -> Self {
        let mut versions = BTreeMap::<&Version, Vec<usize>>::new();
        for (place, file) in page.files.iter().enumerate() {
            versions.entry(file.name.version()).or_default().push(place);
        }
        let offered = |(version, files): (&Version, Vec<usize>)| Offered {
            version: version.clone(),
            files,
            verdict: OnceCell::new(),
        };
        let versions = versions.into_iter().rev().map(offered).collect();
        Self { page, versions }
    }

    /// The versions, newest first.
    pub(super) fn versions(&self) -> &[Offered] {
        &self.versions
    }

    /// The file at a place of the page.
    pub(super) fn file(&self, place: usize) -> &File {
        &self.page.files[place]
    }

    /// A version by its number.
    pub(super) fn offered(&self, version: &Version) -> Option<&Offered> {
        let place = self.versions.binary_search_by(|offered| version.cmp(&offered.version)).ok()?;
        self.versions.get(place)
    }

    /// What this machine can do with a version.
    pub(super) fn verdict<'o>(&self, offered: &'o Offered, facts: &Facts) -> &'o Verdict {
        offered.verdict.get_or_init(|| self.judge(offered, facts))
    }

    /// The files of a version.
    pub(super) fn files(&self, offered: &Offered) -> impl Iterator<Item = &File> {
        offered.files.iter().map(|&place| self.file(place))
    }

    /// The best wheel is that with the best tag, then that with the highest build number, then the first with a
    /// digest. A yanked one comes after all others.
    fn judge(&self, offered: &Offered, facts: &Facts) -> Verdict {
        let wheel = |place: usize| {
            let file = self.file(place);
            let wheel = file.name.wheel()?;
            Some((place, file, wheel, facts.rank(wheel, file)?))
        };
        let usable = offered.files.iter().filter_map(|&place| wheel(place));
        let best = usable.min_by(|(_, file, wheel, rank), (_, other, other_wheel, other_rank)| {
            let yanked = file.yanked.is_some().cmp(&other.yanked.is_some());
            let build = || other_wheel.build().cmp(&wheel.build());
            let digest = || file.digests.is_none().cmp(&other.digests.is_none());
            yanked.then(rank.cmp(other_rank)).then_with(build).then_with(digest)
        });
        match best {
            Some((place, file, ..)) => match &file.yanked {
                Some(reason) => Verdict::Yanked { file: place, reason: reason.clone() },
                None => Verdict::Usable(place),
            },
            None => Verdict::Refused(self.refusal(offered, facts)),
        }
    }

    /// A wheel that only another Python can use counts most: there, the version could be installed.
    fn refusal(&self, offered: &Offered, facts: &Facts) -> Refusal {
        let is_wheel = |file: &&File| matches!(file.name, FileName::Wheel(_));
        let refused = |file: &File| {
            let requires = file.requires_python.as_ref()?;
            (!admits_python(requires, &facts.python)).then(|| requires.clone())
        };
        let wheels: Vec<&File> = self.files(offered).filter(is_wheel).collect();
        let fitting =
            wheels.iter().filter(|file| file.name.wheel().is_some_and(|wheel| facts.tags.rank(wheel).is_some()));
        if let Some(requires) = fitting.copied().find_map(refused) {
            return Refusal::OtherPython(requires);
        }
        let everything = if wheels.is_empty() { self.files(offered).collect() } else { wheels.clone() };
        match everything.into_iter().map(refused).collect::<Option<Vec<_>>>().and_then(|all| all.into_iter().next()) {
            Some(requires) => Refusal::OtherPython(requires),
            None if wheels.is_empty() => Refusal::OnlySource,
            None => Refusal::NoWheel,
        }
    }
}
