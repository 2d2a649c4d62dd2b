//! Formats incompatibilities and conclusions as sentences.

use pubgrub::{Map, ReportFormatter, Term};

use super::context::{PackageContext, ReportContext, VersionStatus};
use super::range::format_specifiers;
use super::tree::{Derived, External};
use crate::resolve::package_state::IndexEntry;
use crate::resolve::release::{Node, Release};
use crate::resolve::releases::Releases;
use crate::resolve::unavailable::UnavailableReason;
use crate::vocab::Version;

type Terms = Map<Node, Term<Releases>>;

/// Formats the findings in a context.
#[derive(Debug)]
pub(super) struct SentenceFormatter<'a> {
    pub(super) context: &'a ReportContext<'a>,
}

/// Some versions of a package, with the grammatical number for verbs.
struct Versions {
    name: String,
    text: String,
    is_plural: bool,
}

/// Versions that are listed; the rest is counted.
const LISTED: usize = 3;

impl SentenceFormatter<'_> {
    /// An external incompatibility as a clause.
    pub(super) fn external(&self, external: &External) -> String {
        match external {
            External::NotRoot(..) => format!("{} asked", self.context.asked_by),
            External::FromDependencyOf(Node::Root, _, needed, set) => {
                format!("{} asked for {}", self.context.asked_by, self.requirement(needed, set))
            }
            External::FromDependencyOf(node, set, needed, needed_set) => {
                let versions = self.versions(node, set);
                format!(
                    "{} {} on {}",
                    versions.text,
                    versions.verb("depends", "depend"),
                    self.requirement(needed, needed_set)
                )
            }
            External::NoVersions(node, set) => self.describe_absence(node, set),
            External::Custom(node, set, UnavailableReason::OtherPython(requires)) => {
                format!("{} requires Python {requires}", self.versions(node, set).text)
            }
            External::Custom(node, set, reason) => {
                format!("{} cannot be used ({reason})", self.versions(node, set).text)
            }
        }
    }

    /// The requirements of the person, as one clause.
    pub(super) fn request(&self, external: &[&External]) -> String {
        let mut asked: Vec<String> = Vec::new();
        for external in external {
            if let External::FromDependencyOf(_, _, needed, set) = external {
                asked.push(self.requirement(needed, set));
            }
        }
        asked.sort_unstable();
        asked.dedup();
        format!("{} asked for {}", self.context.asked_by, enumerate(&asked, "and"))
    }

    /// A conclusion as a clause.
    pub(super) fn conclusion(&self, terms: &Terms) -> String {
        let mut terms: Vec<_> = terms.iter().filter(|(node, _)| **node != Node::Root).collect();
        terms.sort_by_key(|(node, _)| *node);
        let (mut positive, mut negative) = (Vec::new(), Vec::new());
        for (node, term) in terms {
            match term {
                Term::Negative(set) => negative.push(self.requirement(node, set)),
                Term::Positive(set) => positive.push(self.versions(node, set)),
            }
        }
        match (positive.as_slice(), negative.as_slice()) {
            ([], []) => "the requirements cannot be satisfied".to_owned(),
            ([], needed) => format!("{} must be installed", either(needed)),
            ([versions], []) if versions.is_plural => format!("no version of {} can be used", versions.name),
            ([versions], []) => format!("{} cannot be used", versions.text),
            ([versions], needed) => format!("{} {} {}", versions.text, versions.verb("needs", "need"), either(needed)),
            (several, []) => format!("{} are incompatible", all(several)),
            (several, needed) => format!("{} together need {}", all(several), either(needed)),
        }
    }

    /// Some versions of a package: a single version by its number, all of them as "all versions".
    fn versions(&self, node: &Node, set: &Releases) -> Versions {
        let singular = |text| Versions { name: node.to_string(), text, is_plural: false };
        let plural = |text| Versions { name: node.to_string(), text, is_plural: true };
        if let Some(release) = set.direct() {
            return singular(format!("{node} {}", release.version));
        }
        let usable: Vec<&Version> = self.context.package(node).into_iter().flat_map(PackageContext::usable).collect();
        let inside = |version: &&Version| set.contains(&Release::from_index(version));
        let count = usable.iter().copied().filter(inside).count();
        let has_unusable = self.context.package(node).is_some_and(|package| package.versions.len() > usable.len());
        match usable.as_slice() {
            [] => singular(self.requirement(node, set)),
            [only] if count == 1 => singular(format!("{node} {only}")),
            versions if count == versions.len() && has_unusable => plural(format!("all usable versions of {node}")),
            versions if count == versions.len() => plural(format!("all versions of {node}")),
            versions => match runs(versions, set).as_slice() {
                [] => singular(self.requirement(node, set)),
                [run] if count == 1 => singular(format!("{node} {}", run.trim_start_matches('='))),
                runs => singular(format!("{node}{}", runs.join(" or "))),
            },
        }
    }

    /// The reason why there is no usable version in a set.
    pub(super) fn describe_absence(&self, node: &Node, set: &Releases) -> String {
        let name = match node {
            Node::Extra(name, _) => name.to_string(),
            Node::Package(_) | Node::Root => node.to_string(),
        };
        let Some(package) = self.context.package(node) else {
            return format!("there is no {name}{}", self.specifiers(node, set));
        };
        match package.entry {
            IndexEntry::Found(_) | IndexEntry::NotRequested => {}
            IndexEntry::Quarantined { .. } => return format!("{name} is quarantined by the index"),
            IndexEntry::NotFound => return format!("{name} was not found in any index"),
        }
        let unusable = package.unusable(set);
        if !unusable.is_empty() {
            return self.describe_unusable(&name, &unusable);
        }
        let newest = package.usable().last().map(|version| format!(" (the newest is {version})"));
        format!("there is no {name}{}{}", self.specifiers(node, set), newest.unwrap_or_default())
    }

    /// The reasons why versions are not usable, newest first; versions with the same reason are grouped.
    pub(super) fn describe_unusable(&self, name: &str, unusable: &[(&Version, &VersionStatus)]) -> String {
        let mut reasons: Vec<(&VersionStatus, Vec<&Version>)> = Vec::new();
        for (version, status) in unusable {
            match reasons.iter_mut().find(|(other, _)| other.is_same_kind(status)) {
                Some((_, versions)) => versions.push(version),
                None => reasons.push((status, vec![version])),
            }
        }
        let parts: Vec<String> = reasons
            .iter()
            .map(|(status, versions)| format!("{name} {} {}", list(versions), self.reason(status, versions.len())))
            .collect();
        enumerate(&parts, "and")
    }

    fn reason(&self, status: &VersionStatus, count: usize) -> String {
        let verb = |singular: &str, plural: &str| if count == 1 { singular.to_owned() } else { plural.to_owned() };
        match status {
            VersionStatus::NoWheel { .. } => format!("{} no wheel for {}", verb("has", "have"), self.context.machine),
            VersionStatus::OnlySource { .. } => format!("{} only a source distribution", verb("has", "have")),
            VersionStatus::OtherPython(requires) if count == 1 => format!("requires Python {requires}"),
            VersionStatus::OtherPython(_) => "require a different Python".to_owned(),
            VersionStatus::Prerelease => verb("is a pre-release", "are pre-releases"),
            VersionStatus::TooNew(uploaded) if count == 1 => format!("was uploaded too recently, at {uploaded}"),
            VersionStatus::TooNew(_) => "were uploaded too recently".to_owned(),
            VersionStatus::Usable => verb("is incompatible", "are incompatible"),
            VersionStatus::Yanked { .. } => format!("{} yanked", verb("was", "were")),
        }
    }
}

impl Versions {
    fn verb(&self, singular: &'static str, plural: &'static str) -> &'static str {
        if self.is_plural { plural } else { singular }
    }
}

impl ReportFormatter<Node, Releases, UnavailableReason> for SentenceFormatter<'_> {
    type Output = String;

    fn format_external(&self, external: &External) -> String {
        self.external(external)
    }

    fn format_terms(&self, terms: &Terms) -> String {
        self.conclusion(terms)
    }

    fn explain_both_external(&self, first: &External, second: &External, terms: &Terms) -> String {
        format!("Because {}, {}.", self.both(first, second), self.conclusion(terms))
    }

    fn explain_both_ref(&self, first: usize, one: &Derived, second: usize, other: &Derived, terms: &Terms) -> String {
        let (one, other) = (self.conclusion(&one.terms), self.conclusion(&other.terms));
        format!("Because {one} ({first}) and {other} ({second}), {}.", self.conclusion(terms))
    }

    fn explain_ref_and_external(&self, line: usize, known: &Derived, external: &External, terms: &Terms) -> String {
        let known = self.conclusion(&known.terms);
        format!("Because {known} ({line}) and {}, {}.", self.external(external), self.conclusion(terms))
    }

    fn and_explain_external(&self, external: &External, terms: &Terms) -> String {
        format!("And because {}, {}.", self.external(external), self.conclusion(terms))
    }

    fn and_explain_ref(&self, line: usize, known: &Derived, terms: &Terms) -> String {
        format!("And because {} ({line}), {}.", self.conclusion(&known.terms), self.conclusion(terms))
    }

    fn and_explain_prior_and_external(&self, first: &External, second: &External, terms: &Terms) -> String {
        format!("And because {}, {}.", self.both(first, second), self.conclusion(terms))
    }
}

impl SentenceFormatter<'_> {
    /// A package with specifiers: `foo[x]>=1.0`.
    fn requirement(&self, node: &Node, set: &Releases) -> String {
        format!("{node}{}", self.specifiers(node, set))
    }

    fn specifiers(&self, node: &Node, set: &Releases) -> String {
        format_specifiers(self.context.unsnapped(node, set))
    }

    /// Two incompatibilities: first the request, last a missing package.
    fn both(&self, first: &External, second: &External) -> String {
        let rank = |external: &External| match external {
            External::FromDependencyOf(Node::Root, ..) | External::NotRoot(..) => 0,
            External::FromDependencyOf(..) => 1,
            External::Custom(..) | External::NoVersions(..) => 2,
        };
        let (first, second) = if rank(second) < rank(first) { (second, first) } else { (first, second) };
        match (first, second) {
            (External::FromDependencyOf(Node::Root, ..), External::FromDependencyOf(Node::Root, _, needed, set)) => {
                format!("{} and {}", self.external(first), self.requirement(needed, set))
            }
            _ => format!("{} and {}", self.external(first), self.external(second)),
        }
    }
}

/// Runs of neighbouring versions in a set, as specifiers.
fn runs(versions: &[&Version], set: &Releases) -> Vec<String> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (position, version) in versions.iter().enumerate() {
        if !set.contains(&Release::from_index(version)) {
            continue;
        }
        match runs.last_mut() {
            Some((_, end)) if *end + 1 == position => *end = position,
            _ => runs.push((position, position)),
        }
    }
    let text = |&(start, end): &(usize, usize)| match (start, end) {
        _ if start == end => format!("=={}", versions[start]),
        (0, _) => format!("<={}", versions[end]),
        _ if end + 1 == versions.len() => format!(">={}", versions[start]),
        _ => format!(">={},<={}", versions[start], versions[end]),
    };
    runs.iter().map(text).collect()
}

/// The first few versions, and the number of the others.
fn list(versions: &[&Version]) -> String {
    let mut texts: Vec<String> = versions.iter().take(LISTED).map(ToString::to_string).collect();
    if versions.len() > LISTED {
        texts.push(format!("{} older", versions.len() - LISTED));
    }
    enumerate(&texts, "and")
}

fn all(versions: &[Versions]) -> String {
    enumerate(&versions.iter().map(|versions| versions.text.clone()).collect::<Vec<_>>(), "and")
}

fn either(requirements: &[String]) -> String {
    enumerate(requirements, "or")
}

/// `a`, `a and b`, `a, b and c`.
fn enumerate(texts: &[String], conjunction: &str) -> String {
    match texts {
        [] => String::new(),
        [only] => only.clone(),
        [head @ .., last] => format!("{} {conjunction} {last}", head.join(", ")),
    }
}
