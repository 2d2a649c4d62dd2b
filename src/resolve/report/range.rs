//! Formats sets of releases as version specifiers.

use std::ops::Bound;

use crate::resolve::release::{Release, Source, is_above_all};
use crate::resolve::releases::Releases;
use crate::vocab::{Version, after_locals};

type Segment<'a> = (&'a Bound<Release>, &'a Bound<Release>);

/// Formats a set as specifiers: `>=1.0,!=1.5,<2`. Empty for all releases.
pub(super) fn format_specifiers(set: &Releases) -> String {
    let is_real = |(low, _): &Segment<'_>| !matches!(low, Bound::Included(low) if is_above_all(low));
    let segments: Vec<Segment<'_>> = set.iter().filter(is_real).collect();
    let (Some((low, _)), Some((_, high))) = (segments.first(), segments.last()) else {
        return " in no version".to_owned();
    };
    if segments.len() == 1 {
        return segment(low, high);
    }
    let holes: Option<Vec<String>> = segments.windows(2).map(|pair| hole(pair[0].1, pair[1].0)).collect();
    match holes {
        Some(holes) => {
            let parts = [lower(low)].into_iter().chain(holes.into_iter().map(Some)).chain([upper(high)]);
            parts.flatten().collect::<Vec<_>>().join(",")
        }
        None => segments.iter().map(|(low, high)| segment(low, high)).collect::<Vec<_>>().join(" or "),
    }
}

fn segment(low: &Bound<Release>, high: &Bound<Release>) -> String {
    if let (Bound::Included(low), Bound::Included(high)) = (low, high)
        && low == high
    {
        return match &low.source {
            Source::Direct(url) => format!(" @ {url}"),
            Source::Index | Source::Last => format!("=={}", low.version),
        };
    }
    if let (Bound::Included(low), Bound::Included(high) | Bound::Excluded(high)) = (low, high)
        && let Some(text) = one_version(low, high).or_else(|| family(low, high))
    {
        return format!("=={text}");
    }
    [lower(low), upper(high)].into_iter().flatten().collect::<Vec<_>>().join(",")
}

/// The versions in a gap between two segments, if they are one version or one family.
fn hole(end: &Bound<Release>, start: &Bound<Release>) -> Option<String> {
    let (Bound::Excluded(low), Bound::Included(high)) = (end, start) else {
        return None;
    };
    one_version(low, high).or_else(|| family(low, high)).map(|text| format!("!={text}"))
}

/// `1.0`, for the versions that `==1.0` admits.
fn one_version(low: &Release, high: &Release) -> Option<String> {
    let one = low.version == high.version || after_locals(&low.version) == high.version;
    one.then(|| low.version.to_string())
}

/// `1.2.*`, for the versions that `==1.2.*` admits.
fn family(low: &Release, high: &Release) -> Option<String> {
    let (low, high) = (release_start(&low.version)?, release_start(&high.version)?);
    let (last, head) = low.release().split_last()?;
    let (next, other_head) = high.release().split_last()?;
    let follows = low.epoch() == high.epoch() && head == other_head && last + 1 == *next;
    follows.then(|| format!("{low}.*"))
}

/// The release whose first version this is: 1.3 for 1.3.dev0.
fn release_start(version: &Version) -> Option<Version> {
    let first = version.dev() == Some(0) && version.pre().is_none() && version.post().is_none();
    first.then(|| version.clone().with_dev(None))
}

/// The version whose later post-releases begin here: 1.0 for 1.0.post0.dev0, 1.0.post1 for 1.0.post2.dev0.
fn version_before(version: &Version) -> Option<Version> {
    let post = version.post().filter(|_| version.dev() == Some(0))?;
    Some(version.clone().with_dev(None).with_post(post.checked_sub(1)))
}

fn lower(bound: &Bound<Release>) -> Option<String> {
    let (version, is_excluded) = match bound {
        Bound::Excluded(release) => (&release.version, release.source == Source::Last),
        Bound::Included(release) => (&release.version, false),
        Bound::Unbounded => return None,
    };
    if version.max().is_some() {
        return Some(format!(">{}", version.clone().with_max(None)));
    }
    Some(match version_before(version) {
        Some(before) => format!(">{before}"),
        None if is_excluded => format!(">{version}"),
        None => format!(">={}", release_start(version).as_ref().unwrap_or(version)),
    })
}

fn upper(bound: &Bound<Release>) -> Option<String> {
    let (version, is_included) = match bound {
        Bound::Excluded(release) => (&release.version, release.source == Source::Last),
        Bound::Included(release) => (&release.version, true),
        Bound::Unbounded => return None,
    };
    if version.epoch() == u64::MAX {
        return None;
    }
    if version.max().is_some() {
        return Some(format!("<={}", version.clone().with_max(None)));
    }
    Some(match version_before(version) {
        Some(before) => format!("<={before}"),
        None if is_included => format!("<={version}"),
        None => format!("<{}", release_start(version).as_ref().unwrap_or(version)),
    })
}

#[cfg(test)]
mod tests {
    use pubgrub::VersionSet;

    use super::*;
    use crate::vocab::{admitted, parse_specifiers};

    fn set(text: &str) -> Releases {
        Releases::from_versions(&admitted(&parse_specifiers(text).unwrap()))
    }

    #[test]
    fn sets_read_like_the_specifiers_they_were_made_from() {
        for text in [
            "",
            "==1.0",
            "==1.0+local",
            "==1.2.*",
            "==1!2.*",
            "==1.0a1",
            "==1.0.post2",
            "!=1.5",
            "!=1.5.*",
            ">=1.0",
            ">=1.0a1",
            ">=1.0.dev3",
            ">1.0",
            ">1.0.post1",
            "<=1.0",
            "<=1.0.post1",
            "<2.0",
            "<2.0rc1",
            ">=1.0,<2.0",
            ">1.0,<=2.0",
            ">=1.21.1,!=2.0.0,<3",
            ">=1.0,!=1.5,!=1.6.*,<2",
        ] {
            assert_eq!(format_specifiers(&set(text)), text);
        }
        assert_eq!(format_specifiers(&set("~=1.4.2")), ">=1.4.2,<1.5");
        assert_eq!(format_specifiers(&set(">2,<1")), " in no version");
    }

    #[test]
    fn snapped_sets_end_where_versions_end() {
        let versions: Vec<_> = ["1.0", "2.0", "3.0"].iter().map(|text| text.parse().unwrap()).collect();
        let snapped = |text: &str| {
            let admitted = admitted(&parse_specifiers(text).unwrap());
            format_specifiers(&Releases::snapped(&admitted, &versions.iter().collect::<Vec<_>>()))
        };
        assert_eq!(snapped(">=1.5"), ">=2.0");
        assert_eq!(snapped("<=2"), ">=1.0,<3.0");
        assert_eq!(snapped(""), "");
    }

    #[test]
    fn complements_of_specifiers_are_formatted_too() {
        for (text, rest) in [
            (">=1.0", "<1.0"),
            ("<1.0", ">=1.0"),
            (">1.0", "<=1.0"),
            ("<=1.0", ">1.0"),
            ("==1.0", "!=1.0"),
            ("!=1.2.*", "==1.2.*"),
            (">=1.0,<2.0", "<1.0 or >=2.0"),
        ] {
            assert_eq!(format_specifiers(&VersionSet::complement(&set(text))), rest, "{text}");
        }
    }
}
