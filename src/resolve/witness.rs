//! Turns what a search knows into the evidence that explanations are made of.

use super::offer::{Offer, Offered, Refusal, Verdict};
use super::packages::Packages;
use super::provider::Provider;
use super::report::{Evidence, Stand, Subject, Supply};
use super::shelf::{Rules, Shelf, Stock};
use crate::vocab::{Tag, WheelName};

impl<P: Packages> Provider<'_, P> {
    /// What the search learnt.
    pub(super) fn evidence(&self) -> Evidence {
        let known = self.known.borrow();
        let subjects = known.shelves.iter();
        Evidence {
            asked_by: self.wishes.asked_by.clone(),
            machine: self.wishes.markers.description(),
            python: self.wishes.python.clone(),
            asked: self.wishes.applying().cloned().collect(),
            subjects: subjects.map(|(name, shelf)| (name.clone(), subject(shelf, &self.rules()))).collect(),
        }
    }
}

fn subject(shelf: &Shelf, rules: &Rules<'_>) -> Subject {
    let supply = match &shelf.stock {
        Stock::Offered(_) => Supply::Offered,
        Stock::Quarantined { reason } => Supply::Quarantined { reason: reason.clone() },
        Stock::Unasked => Supply::Unasked,
        Stock::Unknown => Supply::Unknown,
    };
    let stand = |offer: &Offer, offered: &Offered| (offered.version.clone(), stand(shelf, offer, offered, rules));
    let versions =
        shelf.offer().map(|offer| offer.versions().iter().rev().map(|offered| stand(offer, offered)).collect());
    Subject { supply, versions: versions.unwrap_or_default(), meanings: shelf.meanings() }
}

fn stand(shelf: &Shelf, offer: &Offer, offered: &Offered, rules: &Rules<'_>) -> Stand {
    if shelf.candidate(&offered.version, rules).is_some() {
        return Stand::Candidate;
    }
    match offer.verdict(offered, rules.facts) {
        Verdict::Refused(Refusal::NoWheel) => {
            let wheels = offer.files(offered).filter_map(|file| file.name.wheel());
            Stand::NoWheel { offered: Tag::summary(wheels.flat_map(WheelName::tags)) }
        }
        Verdict::Refused(Refusal::OnlySource) => Stand::OnlySource,
        Verdict::Refused(Refusal::OtherPython(requires)) => Stand::OtherPython(requires.clone()),
        Verdict::Usable(_) => Stand::Prerelease,
        Verdict::Yanked { reason, .. } => Stand::Yanked { reason: reason.clone() },
    }
}
