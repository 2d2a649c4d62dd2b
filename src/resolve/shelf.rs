//! All that a resolution knows of one package: what the index offers, and what requirements asked of it so far.

use std::cell::OnceCell;
use std::sync::Arc;

use version_ranges::Ranges;

use super::offer::{Offer, Offered, Verdict};
use super::packages::Facts;
use super::release::{Release, Releases, direct};
use super::wishes::Prereleases;
use crate::index::Page;
use crate::vocab::{Version, VersionSpecifiers, admitted, mentions_prerelease, pins_exactly};

/// One package.
#[derive(Debug)]
pub(super) struct Shelf {
    /// When the package was first met: 0 for the first.
    pub(super) order: usize,
    pub(super) stock: Stock,
    asked: Vec<Asked>,
    direct: Vec<Release>,
    /// Sets for which the answer was that there is no version.
    barren: Vec<Releases>,
}

/// What the index says of the package.
#[derive(Debug)]
pub(super) enum Stock {
    /// It was not asked yet.
    Unasked,
    Offered(Offer),
    Quarantined {
        reason: String,
    },
    Unknown,
}

/// What one requirement asked for.
#[derive(Debug)]
struct Asked {
    specifiers: VersionSpecifiers,
    versions: Ranges<Version>,
    mentions_prerelease: bool,
    pins_exactly: bool,
    /// Whether a final release that this machine can use satisfies the requirement.
    has_final: OnceCell<bool>,
}

/// What a requirement changed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Effect {
    /// Nothing that was answered before is wrong now.
    None,
    /// A version is a candidate now that was denied before.
    Revised,
}

impl Shelf {
    pub(super) fn new(order: usize) -> Self {
        Self { order, stock: Stock::Unasked, asked: Vec::new(), direct: Vec::new(), barren: Vec::new() }
    }

    /// Puts the index's answer on the shelf.
    pub(super) fn fill(&mut self, page: Option<Arc<Page>>) {
        self.stock = match page {
            None => Stock::Unknown,
            Some(page) => match &page.quarantined {
                Some(reason) => Stock::Quarantined { reason: reason.clone() },
                None => Stock::Offered(Offer::new(page)),
            },
        };
    }

    /// Takes note of a requirement. It may ask for pre-releases or a yanked version that nobody asked for before.
    pub(super) fn ask(&mut self, specifiers: &VersionSpecifiers, rules: &Rules<'_>) -> Effect {
        if self.was_asked(specifiers) {
            return Effect::None;
        }
        let asked = Asked {
            specifiers: specifiers.clone(),
            versions: admitted(specifiers),
            mentions_prerelease: mentions_prerelease(specifiers),
            pins_exactly: pins_exactly(specifiers),
            has_final: OnceCell::new(),
        };
        let denied = self.denied(&asked.versions, rules);
        self.asked.push(asked);
        let admitted = denied.iter().filter(|version| self.candidate(version, rules).is_some());
        self.effect(&admitted.map(Release::of_index).collect::<Vec<_>>())
    }

    /// Whether a requirement with the same specifiers was met before.
    pub(super) fn was_asked(&self, specifiers: &VersionSpecifiers) -> bool {
        self.asked.iter().any(|asked| asked.specifiers == *specifiers)
    }

    /// Takes note of a direct reference.
    pub(super) fn ask_direct(&mut self, release: &Release) -> Effect {
        if self.direct.contains(release) {
            return Effect::None;
        }
        self.direct.push(release.clone());
        self.effect(std::slice::from_ref(release))
    }

    /// The newest candidate in a set; remembers when there is none. A direct reference that somebody made is used
    /// where the index has nothing.
    pub(super) fn choose(&mut self, releases: &Releases, rules: &Rules<'_>) -> Option<Release> {
        if let Some(direct) = direct(releases) {
            return Some(direct.clone());
        }
        let versions = self.offer().map_or(&[][..], Offer::versions).iter();
        let index = versions.map(|offered| Release::of_index(&offered.version));
        let inside = |release: &Release| releases.contains(release);
        let newest = index.filter(inside).find(|release| self.candidate(&release.version, rules).is_some());
        let newest = newest.or_else(|| self.direct.iter().find(|release| inside(release)).cloned());
        if newest.is_none() {
            self.barren.push(releases.clone());
        }
        newest
    }

    /// The next candidates of the index below a version.
    pub(super) fn older(&self, version: &Version, count: usize, rules: &Rules<'_>) -> Vec<Version> {
        let versions = self.offer().map_or(&[][..], Offer::versions).iter().map(|offered| &offered.version);
        let older = versions.filter(|other| *other < version && self.candidate(other, rules).is_some());
        older.take(count).cloned().collect()
    }

    /// What the index offers.
    pub(super) fn offer(&self) -> Option<&Offer> {
        match &self.stock {
            Stock::Offered(offer) => Some(offer),
            Stock::Quarantined { .. } | Stock::Unasked | Stock::Unknown => None,
        }
    }

    /// The place of a version's wheel, if the version is a candidate for what was asked so far.
    pub(super) fn candidate(&self, version: &Version, rules: &Rules<'_>) -> Option<usize> {
        let offer = self.offer()?;
        let place = match offer.verdict(offer.offered(version)?, rules.facts) {
            Verdict::Refused(_) => return None,
            Verdict::Usable(place) => *place,
            Verdict::Yanked { file, .. } => {
                let pinned = self.asked.iter().any(|asked| asked.pins_exactly && asked.versions.contains(version));
                pinned.then_some(*file)?
            }
        };
        if !version.any_prerelease() || rules.prereleases == Prereleases::Allow {
            return Some(place);
        }
        let wanted = |asked: &&Asked| asked.mentions_prerelease || !asked.has_final(offer, rules);
        self.asked.iter().filter(|asked| asked.versions.contains(version)).find(wanted).map(|_| place)
    }

    /// Versions in a range that need a reason to be candidates, and have none so far.
    fn denied(&self, versions: &Ranges<Version>, rules: &Rules<'_>) -> Vec<Version> {
        let Some(offer) = self.offer().filter(|_| !self.barren.is_empty()) else {
            return Vec::new();
        };
        let special = |offered: &&Offered| {
            offered.version.any_prerelease() || offer.files(offered).any(|file| file.yanked.is_some())
        };
        let inside = offer.versions().iter().filter(special).filter(|offered| versions.contains(&offered.version));
        let versions = inside.map(|offered| &offered.version);
        versions.filter(|version| self.candidate(version, rules).is_none()).cloned().collect()
    }

    fn effect(&self, admitted: &[Release]) -> Effect {
        let denied = |release: &Release| self.barren.iter().any(|releases| releases.contains(release));
        if admitted.iter().any(denied) { Effect::Revised } else { Effect::None }
    }

    /// Forgets the answers that a search that starts again will not build upon.
    pub(super) fn start_again(&mut self) {
        self.barren.clear();
    }
}

impl Asked {
    fn has_final(&self, offer: &Offer, rules: &Rules<'_>) -> bool {
        *self.has_final.get_or_init(|| {
            let finals = offer.versions().iter().filter(|offered| !offered.version.any_prerelease());
            finals
                .filter(|offered| self.versions.contains(&offered.version))
                .any(|offered| matches!(offer.verdict(offered, rules.facts), Verdict::Usable(_)))
        })
    }
}

/// What makes a version a candidate, besides what was asked of its package.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules<'a> {
    pub(super) facts: &'a Facts,
    pub(super) prereleases: Prereleases,
}
