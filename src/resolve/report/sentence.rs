//! Facts and conclusions in words.

use pubgrub::{Derived, External, Map, ReportFormatter, Term};

use super::evidence::{Evidence, Stand, Subject, Supply};
use super::range::specifiers;
use super::tree::Fact;
use crate::resolve::needs::Unusable;
use crate::resolve::release::{Node, Release};
use crate::resolve::releases::Releases;
use crate::vocab::Version;

type Terms = Map<Node, Term<Releases>>;
type Conclusion = Derived<Node, Releases, Unusable>;

/// Says what is in the evidence.
#[derive(Debug)]
pub(super) struct Speaker<'a> {
    pub(super) evidence: &'a Evidence,
}

/// Some versions of a package, with the number that verbs need.
pub(super) struct Versions {
    name: String,
    text: String,
    is_plural: bool,
}

/// Versions that are listed one by one before the rest is counted.
const LISTED: usize = 3;

impl Speaker<'_> {
    /// A fact, as the part of a sentence.
    pub(super) fn fact(&self, fact: &Fact) -> String {
        match fact {
            External::NotRoot(..) => format!("{} asked", self.evidence.asked_by),
            External::FromDependencyOf(Node::Root, _, needed, set) => {
                format!("{} asked for {}", self.evidence.asked_by, self.wanted(needed, set))
            }
            External::FromDependencyOf(node, set, needed, needed_set) => {
                let versions = self.versions(node, set);
                format!(
                    "{} {} on {}",
                    versions.text,
                    versions.verb("depends", "depend"),
                    self.wanted(needed, needed_set)
                )
            }
            External::NoVersions(node, set) => self.absence(node, set),
            External::Custom(node, set, Unusable::OtherPython(requires)) => {
                format!("{} requires Python {requires}", self.versions(node, set).text)
            }
            External::Custom(node, set, reason) => {
                format!("{} cannot be used ({reason})", self.versions(node, set).text)
            }
        }
    }

    /// What follows, as the part of a sentence.
    pub(super) fn conclusion(&self, terms: &Terms) -> String {
        let mut terms: Vec<_> = terms.iter().filter(|(node, _)| **node != Node::Root).collect();
        terms.sort_by_key(|(node, _)| *node);
        let positive: Vec<Versions> = terms
            .iter()
            .filter_map(|(node, term)| match term {
                Term::Positive(set) => Some(self.versions(node, set)),
                Term::Negative(_) => None,
            })
            .collect();
        let negative: Vec<String> = terms
            .iter()
            .filter_map(|(node, term)| match term {
                Term::Positive(_) => None,
                Term::Negative(set) => Some(self.wanted(node, set)),
            })
            .collect();
        match (positive.as_slice(), negative.as_slice()) {
            ([], []) => format!("what {} asked for cannot be satisfied", self.evidence.asked_by),
            ([], needed) => format!("{} must be chosen", either(needed)),
            ([versions], []) if versions.is_plural => format!("no version of {} can be used", versions.name),
            ([versions], []) => format!("{} cannot be used", versions.text),
            ([versions], needed) => format!("{} {} {}", versions.text, versions.verb("needs", "need"), either(needed)),
            (several, []) => format!("{} do not go together", all(several)),
            (several, needed) => format!("{} do not go together without {}", all(several), either(needed)),
        }
    }

    /// Some versions of a package: by their number if it is one, "all versions" if it is all.
    pub(super) fn versions(&self, node: &Node, set: &Releases) -> Versions {
        let singular = |text| Versions { name: node.to_string(), text, is_plural: false };
        let plural = |text| Versions { name: node.to_string(), text, is_plural: true };
        if let Some(release) = set.direct() {
            return singular(format!("{node} {}", release.version));
        }
        let candidates: Vec<&Version> = self.evidence.subject(node).into_iter().flat_map(Subject::candidates).collect();
        let inside = |version: &&Version| set.contains(&Release::of_index(version));
        let count = candidates.iter().copied().filter(inside).count();
        let refused = self.evidence.subject(node).is_some_and(|subject| subject.versions.len() > candidates.len());
        match candidates.as_slice() {
            [] => singular(self.wanted(node, set)),
            [only] if count == 1 => singular(format!("{node} {only}")),
            versions if count == versions.len() && refused => plural(format!("all usable versions of {node}")),
            versions if count == versions.len() => plural(format!("all versions of {node}")),
            versions => match runs(versions, set).as_slice() {
                [] => singular(self.wanted(node, set)),
                [run] if count == 1 => singular(format!("{node} {}", run.trim_start_matches('='))),
                runs => singular(format!("{node}{}", runs.join(" or "))),
            },
        }
    }

    /// Why there is no version in a set.
    pub(super) fn absence(&self, node: &Node, set: &Releases) -> String {
        let name = match node {
            Node::Extra(name, _) => name.to_string(),
            Node::Package(_) | Node::Root => node.to_string(),
        };
        let Some(subject) = self.evidence.subject(node) else {
            return format!("there is no {name}{}", self.specifiers(node, set));
        };
        match &subject.supply {
            Supply::Offered | Supply::Unasked => {}
            Supply::Quarantined { .. } => return format!("{name} is in quarantine at the index"),
            Supply::Unknown => return format!("no index knows a package {name}"),
        }
        let refused = subject.refused(set);
        if !refused.is_empty() {
            return self.refusals(&name, &refused);
        }
        let newest = subject.candidates().last().map(|version| format!(" (the newest is {version})"));
        format!("there is no {name}{}{}", self.specifiers(node, set), newest.unwrap_or_default())
    }

    /// Why each of some versions is no candidate, newest first; those with the same reason are put together.
    pub(super) fn refusals(&self, name: &str, refused: &[(&Version, &Stand)]) -> String {
        let mut reasons: Vec<(&Stand, Vec<&Version>)> = Vec::new();
        for (version, stand) in refused {
            match reasons.iter_mut().find(|(other, _)| is_same_reason(other, stand)) {
                Some((_, versions)) => versions.push(version),
                None => reasons.push((stand, vec![version])),
            }
        }
        let parts: Vec<String> = reasons
            .iter()
            .map(|(stand, versions)| format!("{name} {} {}", listed(versions), self.reason(stand, versions.len())))
            .collect();
        enumerated(&parts, "and")
    }

    fn reason(&self, stand: &Stand, count: usize) -> String {
        let verb = |singular: &str, plural: &str| if count == 1 { singular.to_owned() } else { plural.to_owned() };
        match stand {
            Stand::Candidate => verb("does not fit", "do not fit"),
            Stand::NoWheel { .. } => format!("{} no wheel for {}", verb("has", "have"), self.evidence.machine),
            Stand::OnlySource => format!("{} only as source", verb("comes", "come")),
            Stand::OtherPython(requires) if count == 1 => format!("requires Python {requires}"),
            Stand::OtherPython(_) => "require another Python".to_owned(),
            Stand::Prerelease => format!("{} that nobody asked for", verb("is a pre-release", "are pre-releases")),
            Stand::Yanked { .. } => format!("{} yanked", verb("was", "were")),
        }
    }
}

impl Versions {
    fn verb(&self, singular: &'static str, plural: &'static str) -> &'static str {
        if self.is_plural { plural } else { singular }
    }
}

impl ReportFormatter<Node, Releases, Unusable> for Speaker<'_> {
    type Output = String;

    fn format_external(&self, fact: &Fact) -> String {
        self.fact(fact)
    }

    fn format_terms(&self, terms: &Terms) -> String {
        self.conclusion(terms)
    }

    fn explain_both_external(&self, first: &Fact, second: &Fact, terms: &Terms) -> String {
        format!("Because {}, {}.", self.both(first, second), self.conclusion(terms))
    }

    fn explain_both_ref(
        &self,
        first: usize,
        one: &Conclusion,
        second: usize,
        other: &Conclusion,
        terms: &Terms,
    ) -> String {
        let (one, other) = (self.conclusion(&one.terms), self.conclusion(&other.terms));
        format!("Because {one} ({first}) and {other} ({second}), {}.", self.conclusion(terms))
    }

    fn explain_ref_and_external(&self, line: usize, known: &Conclusion, fact: &Fact, terms: &Terms) -> String {
        let known = self.conclusion(&known.terms);
        format!("Because {known} ({line}) and {}, {}.", self.fact(fact), self.conclusion(terms))
    }

    fn and_explain_external(&self, fact: &Fact, terms: &Terms) -> String {
        format!("And because {}, {}.", self.fact(fact), self.conclusion(terms))
    }

    fn and_explain_ref(&self, line: usize, known: &Conclusion, terms: &Terms) -> String {
        format!("And because {} ({line}), {}.", self.conclusion(&known.terms), self.conclusion(terms))
    }

    fn and_explain_prior_and_external(&self, first: &Fact, second: &Fact, terms: &Terms) -> String {
        format!("And because {}, {}.", self.both(first, second), self.conclusion(terms))
    }
}

impl Speaker<'_> {
    /// A package with what is wanted of it: `foo[x]>=1.0`.
    fn wanted(&self, node: &Node, set: &Releases) -> String {
        format!("{node}{}", self.specifiers(node, set))
    }

    fn specifiers(&self, node: &Node, set: &Releases) -> String {
        specifiers(self.evidence.meaning(node, set))
    }

    /// Two facts: who asked first, what is missing last.
    fn both(&self, first: &Fact, second: &Fact) -> String {
        let place = |fact: &Fact| match fact {
            External::FromDependencyOf(Node::Root, ..) | External::NotRoot(..) => 0,
            External::FromDependencyOf(..) => 1,
            External::Custom(..) | External::NoVersions(..) => 2,
        };
        let (first, second) = if place(second) < place(first) { (second, first) } else { (first, second) };
        match (first, second) {
            (External::FromDependencyOf(Node::Root, ..), External::FromDependencyOf(Node::Root, _, needed, set)) => {
                format!("{} and {}", self.fact(first), self.wanted(needed, set))
            }
            _ => format!("{} and {}", self.fact(first), self.fact(second)),
        }
    }
}

/// Runs of neighbouring candidates that a set takes in, as specifiers.
fn runs(candidates: &[&Version], set: &Releases) -> Vec<String> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (place, version) in candidates.iter().enumerate() {
        if !set.contains(&Release::of_index(version)) {
            continue;
        }
        match runs.last_mut() {
            Some((_, end)) if *end + 1 == place => *end = place,
            _ => runs.push((place, place)),
        }
    }
    let text = |&(start, end): &(usize, usize)| match (start, end) {
        _ if start == end => format!("=={}", candidates[start]),
        (0, _) => format!("<={}", candidates[end]),
        _ if end + 1 == candidates.len() => format!(">={}", candidates[start]),
        _ => format!(">={},<={}", candidates[start], candidates[end]),
    };
    runs.iter().map(text).collect()
}

fn is_same_reason(one: &Stand, other: &Stand) -> bool {
    std::mem::discriminant(one) == std::mem::discriminant(other)
}

/// The first few versions, and how many more there are.
fn listed(versions: &[&Version]) -> String {
    let mut texts: Vec<String> = versions.iter().take(LISTED).map(ToString::to_string).collect();
    if versions.len() > LISTED {
        texts.push(format!("{} older", versions.len() - LISTED));
    }
    enumerated(&texts, "and")
}

fn all(versions: &[Versions]) -> String {
    enumerated(&versions.iter().map(|versions| versions.text.clone()).collect::<Vec<_>>(), "and")
}

fn either(wanted: &[String]) -> String {
    enumerated(wanted, "or")
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn enumerated(texts: &[String], joint: &str) -> String {
    match texts {
        [] => String::new(),
        [only] => only.clone(),
        [head @ .., last] => format!("{} {joint} {last}", head.join(", ")),
    }
}
