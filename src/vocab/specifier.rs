//! The versions that specifiers admit (PEP 440, as `packaging` implements it).
//!
//! `pep440_rs` parses specifiers, but its comparisons differ from those of `packaging` for some combinations of local
//! versions, epochs and releases of different length. Here every specifier is converted into a range of versions, and
//! both the comparison with a version and the resolver use that range.

use std::ops::Bound;

use pep440_rs::{Operator, VersionSpecifier};
use version_ranges::Ranges;

use super::{Version, VersionSpecifiers, parse_specifiers};

/// True if the specifiers admit a version. Pre-releases are not treated specially: that is left to the caller.
pub fn admits(specifiers: &VersionSpecifiers, version: &Version) -> bool {
    specifiers.iter().all(|specifier| range(specifier).contains(version))
}

/// True if a `Requires-Python` admits an interpreter. As in pip, only its release counts: 3.14.0rc1 is a 3.14.0.
pub fn admits_python(specifiers: &VersionSpecifiers, python: &Version) -> bool {
    let release: Vec<u64> = python.release().iter().copied().take(3).collect();
    admits(specifiers, &Version::new(release))
}

/// The versions that all of the specifiers admit. Neighbours are intersected in rounds: one after the other would take
/// a time that grows with the square of their number.
pub fn admitted(specifiers: &VersionSpecifiers) -> Ranges<Version> {
    let mut ranges: Vec<Ranges<Version>> = specifiers.iter().map(range).collect();
    while ranges.len() > 1 {
        let pairs = ranges.chunks(2);
        ranges =
            pairs.map(|pair| pair.iter().skip(1).fold(pair[0].clone(), |one, other| one.intersection(other))).collect();
    }
    ranges.pop().unwrap_or_else(Ranges::full)
}

/// True if a specifier names a pre-release in a way that allows pre-releases (PEP 440, "Handling of pre-releases").
pub fn mentions_prerelease(specifiers: &VersionSpecifiers) -> bool {
    let asks =
        |operator: &Operator| !matches!(operator, Operator::NotEqual | Operator::NotEqualStar | Operator::EqualStar);
    specifiers.iter().any(|specifier| asks(specifier.operator()) && specifier.version().any_prerelease())
}

/// True if one of the specifiers pins an exact version with `==` or `===`, which yanked files require (PEP 592).
pub fn pins_exactly(specifiers: &VersionSpecifiers) -> bool {
    specifiers.iter().any(|specifier| matches!(specifier.operator(), Operator::Equal | Operator::ExactEqual))
}

/// Parses a `Requires-Python`. Releases from before `packaging` was strict state `>=3.6.*`, meaning `>=3.6`. As in pip,
/// invalid text admits every Python.
pub fn parse_requires_python(text: &str) -> Option<VersionSpecifiers> {
    parse_specifiers(text).ok().or_else(|| {
        let ordered = |part: &str| part.trim_start().starts_with(['<', '>', '~']);
        let repaired: Vec<&str> = text
            .split(',')
            .map(str::trim)
            .map(|part| part.strip_suffix(".*").filter(|_| ordered(part)).unwrap_or(part))
            .collect();
        parse_specifiers(&repaired.join(",")).ok()
    })
}

fn range(specifier: &VersionSpecifier) -> Ranges<Version> {
    let version = specifier.version().clone();
    match specifier.operator() {
        // `===` compares text; a range cannot distinguish 1.0 from 1.0.0, but no index has both.
        Operator::ExactEqual => Ranges::singleton(version),
        Operator::Equal => equal(version),
        Operator::NotEqual => equal(version).complement(),
        Operator::EqualStar => family(&version),
        Operator::NotEqualStar => family(&version).complement(),
        Operator::TildeEqual => {
            let prefix = &version.release()[..version.release().len() - 1];
            let end = after_family(&version.clone().with_release(prefix));
            Ranges::from_range_bounds(version..end)
        }
        Operator::GreaterThanEqual => Ranges::higher_than(version),
        Operator::GreaterThan if version.is_dev() || version.is_post() => Ranges::higher_than(after_locals(&version)),
        // Post-releases of the named version and its local versions are not greater (PEP 440).
        Operator::GreaterThan => Ranges::strictly_higher_than(version.with_max(Some(0))),
        Operator::LessThanEqual => Ranges::strictly_lower_than(after_locals(&version)),
        Operator::LessThan if version.any_prerelease() => Ranges::strictly_lower_than(version),
        // Pre-releases of the named version are not less, unless it is a pre-release itself (PEP 440).
        Operator::LessThan => Ranges::strictly_lower_than(version.with_dev(Some(0))),
    }
}

/// `==V`: includes the local versions of V, unless V is a local version.
fn equal(version: Version) -> Ranges<Version> {
    if version.is_local() {
        return Ranges::singleton(version);
    }
    let end = after_locals(&version);
    Ranges::from_range_bounds((Bound::Included(version), Bound::Excluded(end)))
}

/// `==V.*`.
fn family(version: &Version) -> Ranges<Version> {
    Ranges::from_range_bounds(base(version).with_dev(Some(0))..after_family(version))
}

/// The least version above V and all its local versions.
pub fn after_locals(version: &Version) -> Version {
    let public = version.clone().without_local();
    match (public.dev(), public.post()) {
        (Some(dev), _) => public.with_dev(Some(dev.saturating_add(1))),
        (None, Some(post)) => public.with_post(Some(post.saturating_add(1))).with_dev(Some(0)),
        (None, None) => public.with_post(Some(0)).with_dev(Some(0)),
    }
}

/// The least version above all versions that start with V's release.
fn after_family(version: &Version) -> Version {
    let mut release = version.release().to_vec();
    if let Some(last) = release.last_mut() {
        *last = last.saturating_add(1);
    }
    base(version).with_release(release).with_dev(Some(0))
}

/// Epoch and release of a version, nothing else.
fn base(version: &Version) -> Version {
    Version::new(version.release().iter().copied()).with_epoch(version.epoch())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocab::parse_version;

    fn admits_text(specifiers: &str, version: &str) -> bool {
        admits(&parse_specifiers(specifiers).unwrap(), &parse_version(version).unwrap())
    }

    /// Results of `packaging` 26.3 with pre-releases allowed.
    #[test]
    fn specifiers_admit_what_packaging_admits() {
        for (specifiers, admitted, refused) in [
            ("==1.0", "1 1.0.0 1.0+local 1.0.0+local", "1.0.post0 1.0a1 1.0.1 1!1.0"),
            ("==1.0+local", "1.0+local 1.0.0+local", "1.0 1.0+local.1"),
            ("==1.0.dev1", "1.0.dev1 1.0.dev1+local", "1.0.dev2 1.0"),
            ("!=1.0", "1.0.post1 1.0a1 1.1", "1.0 1.0+local"),
            ("!=1.0+local", "1.0 1.0+local.1", "1.0+local"),
            ("==1.0.*", "1.0 1 1.0.dev0 1.0.5 1.0.post1 1.0+l", "1.1 0.9 1!1.0 1.1.dev0"),
            ("!=1.0.*", "1.1 0.9 1!1.0 1.1.dev0", "1 1.0.dev0 1.0.5 1.0.post1"),
            ("==1!1.*", "1!1.5", "1.5 1!2"),
            ("<=1.0", "1.0 1.0+local 1.0a1 0.9", "1.0.post0 1.0.post0.dev0"),
            ("<1.0", "0.9 0.9.post3", "1.0 1.0a1 1.0.dev0 1.0+local"),
            ("<1.0a2", "1.0a1 1.0.dev0 1.0a1.post1", "1.0a2 1.0"),
            ("<1.0.post1", "1.0 1.0.post0 1.0+local", "1.0.post1.dev0 1.0.post1"),
            (">1.0", "1.0.1 1.1.dev0 1!0.1", "1.0 1.0.post1 1.0+local 1.0a1"),
            (">1.0.post1", "1.0.post2 1.0.post2.dev0 1.1", "1.0.post1+local 1.0.post1 1.0"),
            (">1.0a1", "1.0a2 1.0", "1.0a1 1.0a1.post1 1.0a1+local"),
            (">1.0.dev1", "1.0.dev2 1.0a1 1.0", "1.0.dev1 1.0.dev1+local"),
            (">=1.0", "1.0 1.0+local 1.0.post1", "1.0rc1 0.9"),
            ("~=1.4.2", "1.4.2 1.4.9 1.4.2.post1", "1.4.1 1.5 1.5.dev0"),
            ("~=1!2.2", "1!2.9", "2.9 1!3.0"),
            ("~=2.2.post3", "2.2.post3 2.9", "2.2 3.0"),
            ("", "1.0 1.0a1", ""),
            (">=1,,<2,", "1.5", "2"),
        ] {
            for version in admitted.split_whitespace() {
                assert!(admits_text(specifiers, version), "{specifiers} does not admit {version}");
            }
            for version in refused.split_whitespace() {
                assert!(!admits_text(specifiers, version), "{specifiers} admits {version}");
            }
        }
    }

    #[test]
    fn tens_of_thousands_of_specifiers_take_no_long_time() {
        let specifiers: Vec<String> = (0..40_000).map(|number| format!("!={}", number * 7 % 40_000)).collect();
        let admitted = admitted(&parse_specifiers(&specifiers.join(",")).unwrap());
        assert!(!admitted.contains(&parse_version("39999").unwrap()));
        assert!(admitted.contains(&parse_version("40000").unwrap()));
    }

    #[test]
    fn only_the_release_of_an_interpreter_counts_for_requires_python() {
        let admits = |specifiers: &str, python: &str| {
            admits_python(&parse_specifiers(specifiers).unwrap(), &parse_version(python).unwrap())
        };
        assert!(admits(">=3.14", "3.14.0rc1"));
        assert!(!admits(">3.14", "3.14.0"));
        assert!(!admits("<3.14", "3.14.0a1"));
    }

    #[test]
    fn pre_releases_are_asked_for_by_mentioning_one() {
        let mentions = |text: &str| mentions_prerelease(&parse_specifiers(text).unwrap());
        for text in [">=1.0a1", "==1.0.dev1", "<2.0rc1", "~=1.0b2", ">=1,<2.0a1", "===1.0a1"] {
            assert!(mentions(text), "{text}");
        }
        for text in ["", ">=1.0", "!=1.0a1", "==1.0.*", "==1.0.post1"] {
            assert!(!mentions(text), "{text}");
        }
    }

    #[test]
    fn specifiers_that_packaging_refuses_are_refused() {
        for text in
            [">=1.*", "~=1.0.*", "===1.*", "~=1", "1.0", "=1.0", ">=1 <2", ">=1.0+l", "==1.0a1.*", "==1.0.*.*", ">=1;"]
        {
            assert!(parse_specifiers(text).is_err(), "{text}");
        }
    }
}
