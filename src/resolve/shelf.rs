//! All that a resolution knows of one package: what the index offers, and what requirements asked of it so far.

use std::cell::OnceCell;
use std::sync::Arc;

use version_ranges::Ranges;

use super::offer::{Offer, Verdict};
use super::packages::Facts;
use super::release::Release;
use super::releases::Releases;
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
    /// Somebody refers to a wheel of it directly.
    is_direct: bool,
    /// Sets of this search are snapped to the versions of the index.
    is_snapped: bool,
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
    set: Releases,
    snapped: OnceCell<Releases>,
    mentions_prerelease: bool,
    pins_exactly: bool,
    /// Whether a final release that this machine can use satisfies the requirement.
    has_final: OnceCell<bool>,
}

impl Shelf {
    pub(super) fn new(order: usize) -> Self {
        Self { order, stock: Stock::Unasked, asked: Vec::new(), is_direct: false, is_snapped: false }
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

    /// Takes note of a requirement, which may ask for pre-releases or a yanked version. Gives back what it admits, and
    /// whether it is new.
    pub(super) fn ask(&mut self, specifiers: &VersionSpecifiers) -> (Releases, bool) {
        let known = self.asked.iter().position(|asked| asked.specifiers == *specifiers);
        let place = known.unwrap_or_else(|| {
            self.asked.push(Asked::new(specifiers));
            self.asked.len() - 1
        });
        let asked = &self.asked[place];
        let snapped = self.offer().filter(|_| self.is_snapped).map(|offer| asked.snapped(offer));
        (snapped.unwrap_or(&asked.set).clone(), known.is_none())
    }

    /// Takes note of a direct reference. Tells whether the search has gone wrong already: where sets are snapped,
    /// versions stand for the direct references between them too.
    pub(super) fn ask_direct(&mut self) -> bool {
        self.is_direct = true;
        self.is_snapped
    }

    /// Prepares for a new search.
    pub(super) fn start_again(&mut self) {
        self.is_snapped = self.offer().is_some() && !self.is_direct;
    }

    /// What sets of this search mean, where those that were asked for stand for others.
    pub(super) fn meanings(&self) -> Vec<(Releases, Releases)> {
        let meaning = |asked: &Asked| Some((asked.snapped.get()?.clone(), asked.set.clone()));
        self.asked.iter().filter(|_| self.is_snapped).filter_map(meaning).collect()
    }

    /// The newest candidate in a set. Versions and segments are walked side by side: a set may have many.
    pub(super) fn choose(&self, releases: &Releases, rules: &Rules<'_>) -> Option<Release> {
        let versions = self.offer()?.versions();
        let all = versions.iter().rev().map(|offered| Release::of_index(&offered.version));
        let inside: Vec<bool> = releases.contains_many(all).collect();
        let mut places = (0..versions.len()).filter(|place| inside[versions.len() - 1 - place]);
        let place = places.find(|place| self.candidate(&versions[*place].version, rules).is_some())?;
        let newer = place.checked_sub(1).map(|newer| &versions[newer].version);
        let release = Release::of_index(&versions[place].version);
        Some(if self.is_snapped { release.until(newer) } else { release })
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
}

impl Asked {
    fn new(specifiers: &VersionSpecifiers) -> Self {
        let versions = admitted(specifiers);
        Self {
            specifiers: specifiers.clone(),
            set: Releases::of(&versions),
            versions,
            snapped: OnceCell::new(),
            mentions_prerelease: mentions_prerelease(specifiers),
            pins_exactly: pins_exactly(specifiers),
            has_final: OnceCell::new(),
        }
    }

    fn snapped(&self, offer: &Offer) -> &Releases {
        self.snapped.get_or_init(|| {
            let versions: Vec<&Version> = offer.versions().iter().rev().map(|offered| &offered.version).collect();
            Releases::snapped(&self.versions, &versions)
        })
    }

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
