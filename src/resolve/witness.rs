//! Turns what a search knows into the evidence that explanations are made of.

use super::offer::{Offer, Offered, Refusal, Verdict};
use super::packages::Packages;
use super::provider::Provider;
use super::report::{Evidence, Stand, Subject, Supply};
use super::shelf::{Rules, Shelf, Stock};
use crate::vocab::WheelName;

/// Interpreters or platforms of wheels that are named; the rest is counted.
const NAMED: usize = 6;

impl<P: Packages> Provider<'_, P> {
    /// What the search learnt.
    pub(super) fn evidence(&self) -> Evidence {
        Evidence {
            asked_by: self.wishes.asked_by.clone(),
            machine: self.wishes.machine(),
            python: self.wishes.python.clone(),
            asked: self.wishes.applying().cloned().collect(),
            subjects: self.shelves(|name, shelf| (name.clone(), subject(shelf, &self.rules()))),
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
    Subject { supply, versions: versions.unwrap_or_default() }
}

fn stand(shelf: &Shelf, offer: &Offer, offered: &Offered, rules: &Rules<'_>) -> Stand {
    if shelf.candidate(&offered.version, rules).is_some() {
        return Stand::Candidate;
    }
    match offer.verdict(offered, rules.facts) {
        Verdict::Refused(Refusal::NoWheel) => Stand::NoWheel { offered: wheels(offer, offered) },
        Verdict::Refused(Refusal::OnlySource) => Stand::OnlySource,
        Verdict::Refused(Refusal::OtherPython(requires)) => Stand::OtherPython(requires.clone()),
        Verdict::Usable(_) => Stand::Prerelease,
        Verdict::Yanked { reason, .. } => Stand::Yanked { reason: reason.clone() },
    }
}

/// For what there are wheels: `cp310 and cp311 on macosx_11_0_arm64 and win_amd64`.
fn wheels(offer: &Offer, offered: &Offered) -> String {
    let tags = || offer.files(offered).filter_map(|file| file.name.wheel()).flat_map(WheelName::tags);
    let interpreters = named(tags().map(|tag| tag.interpreter.as_str()));
    let platforms = named(tags().map(|tag| tag.platform.as_str()));
    format!("{interpreters} on {platforms}")
}

fn named<'t>(texts: impl Iterator<Item = &'t str>) -> String {
    let mut names: Vec<&str> = Vec::new();
    for text in texts {
        if !names.contains(&text) {
            names.push(text);
        }
    }
    let more = names.len().saturating_sub(NAMED);
    let mut names: Vec<String> = names.into_iter().take(NAMED).map(str::to_owned).collect();
    if more > 0 {
        names.push(format!("{more} more"));
    }
    match names.split_last() {
        Some((last, head)) if !head.is_empty() => format!("{} and {last}", head.join(", ")),
        _ => names.concat(),
    }
}
