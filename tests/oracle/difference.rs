//! Differences between Kingbolt and another tool: those that were found, and those that are meant.

use std::collections::BTreeSet;
use std::fmt;

/// One input on which two tools do not agree.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Difference {
    /// What was compared, such as `version`.
    pub(crate) kind: String,
    pub(crate) input: String,
    pub(crate) kingbolt: String,
    pub(crate) other: String,
}

/// A difference that is meant.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Meant {
    pub(crate) kind: &'static str,
    pub(crate) inputs: &'static [&'static str],
    /// Why it is as it is, in the words of `docs/oracles.md`.
    pub(crate) reason: &'static str,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, input, kingbolt, other } = self;
        write!(f, "{kind} {input:?}\n    kingbolt: {kingbolt}\n    other:    {other}\n")
    }
}

/// Every difference is meant, and every meant one is there.
#[track_caller]
pub(crate) fn assert_meant(found: &[Difference], meant: &[Meant]) {
    assert_only_meant(found, meant);
    let occurred: BTreeSet<(&str, &str)> = found.iter().map(Difference::key).collect();
    let listed = listed(meant);
    let gone: Vec<_> = listed.difference(&occurred).collect();
    assert_eq!(gone, Vec::<&(&str, &str)>::new(), "these are no longer different");
}

/// Every difference is meant.
#[track_caller]
pub(crate) fn assert_only_meant(found: &[Difference], meant: &[Meant]) {
    let listed = listed(meant);
    let surprises: Vec<String> =
        found.iter().filter(|difference| !listed.contains(&difference.key())).map(ToString::to_string).collect();
    assert!(surprises.is_empty(), "{} differences that nobody meant:\n{}", surprises.len(), surprises.concat());
}

fn listed(meant: &[Meant]) -> BTreeSet<(&'static str, &'static str)> {
    meant.iter().flat_map(|meant| meant.inputs.iter().map(|input| (meant.kind, *input))).collect()
}

impl Difference {
    fn key(&self) -> (&str, &str) {
        (&self.kind, &self.input)
    }
}
