//! All that a resolution knows of one package: what the index offers, and what requirements asked of it so far.

use std::cell::OnceCell;
use std::sync::Arc;

use version_ranges::Ranges;

use super::offer::{Offer, Verdict};
use super::packages::Facts;
use super::release::{Release, Releases};
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

impl Shelf {
    pub(super) fn new(order: usize) -> Self {
        Self { order, stock: Stock::Unasked, asked: Vec::new() }
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

    /// Takes note of a requirement, which may ask for pre-releases or a yanked version. Tells whether it is new.
    pub(super) fn ask(&mut self, specifiers: &VersionSpecifiers) -> bool {
        if self.asked.iter().any(|asked| asked.specifiers == *specifiers) {
            return false;
        }
        self.asked.push(Asked {
            specifiers: specifiers.clone(),
            versions: admitted(specifiers),
            mentions_prerelease: mentions_prerelease(specifiers),
            pins_exactly: pins_exactly(specifiers),
            has_final: OnceCell::new(),
        });
        true
    }

    /// The newest candidate in a set. A long search cuts a set into thousands of segments: versions and segments are
    /// walked side by side.
    pub(super) fn choose(&self, releases: &Releases, rules: &Rules<'_>) -> Option<Release> {
        let versions = self.offer()?.versions();
        let all = versions.iter().rev().map(|offered| Release::of_index(&offered.version));
        let inside: Vec<bool> = releases.contains_many(all).collect();
        let inside = versions.iter().zip(inside.into_iter().rev()).filter(|(_, is_inside)| *is_inside);
        let mut versions = inside.map(|(offered, _)| &offered.version);
        versions.find(|version| self.candidate(version, rules).is_some()).map(Release::of_index)
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
