//! The level of an x86-64 processor. Wheels and builds of Python for a higher level do not start on a lower one.

use std::collections::BTreeSet;
use std::fmt;

/// A level of the x86-64 psABI (section 3.1.1, "Processor Architecture").
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum X86_64Level {
    V1,
    V2,
    V3,
    V4,
}

/// The instruction sets that each level adds, as Rust names them. LAHF and SAHF of level 2 are left out: Rust does not
/// detect them, and every processor with the others has them.
const ADDED: &[(X86_64Level, &[&str])] = &[
    (X86_64Level::V2, &["cmpxchg16b", "popcnt", "sse3", "sse4.1", "sse4.2", "ssse3"]),
    (X86_64Level::V3, &["avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "lzcnt", "movbe", "xsave"]),
    (X86_64Level::V4, &["avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"]),
];

impl X86_64Level {
    /// The highest level of a processor with these instruction sets.
    pub fn of(features: &BTreeSet<&str>) -> Self {
        let complete = ADDED.iter().take_while(|(_, added)| added.iter().all(|name| features.contains(name)));
        complete.last().map_or(Self::V1, |(level, _)| *level)
    }
}

impl fmt::Display for X86_64Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::V1 => "x86-64-v1",
            Self::V2 => "x86-64-v2",
            Self::V3 => "x86-64-v3",
            Self::V4 => "x86-64-v4",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn added(level: X86_64Level) -> BTreeSet<&'static str> {
        let until = ADDED.iter().filter(|(one, _)| *one <= level);
        until.flat_map(|(_, names)| names.iter().copied()).collect()
    }

    #[test]
    fn a_level_counts_only_if_it_and_all_below_it_are_complete() {
        for level in [X86_64Level::V1, X86_64Level::V2, X86_64Level::V3, X86_64Level::V4] {
            assert_eq!(X86_64Level::of(&added(level)), level);
        }
        let mut without_fma = added(X86_64Level::V4);
        without_fma.remove("fma");
        assert_eq!(X86_64Level::of(&without_fma), X86_64Level::V2);
    }
}
