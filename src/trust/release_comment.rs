//! The trusted comment of the signature of a release: `kingbolt-release:1 name:NAME version:VERSION sequence:NUMBER`.

use crate::vocab::{Release, parse_version};

/// The form of the comment, with the number of its version.
const START: &str = "kingbolt-release:1 name:";

/// The comment for a release.
pub(super) fn release_comment(release: &Release) -> String {
    let Release { name, version, sequence } = release;
    format!("{START}{name} version:{version} sequence:{sequence}")
}

/// Parses a comment; `None` for any other text than [`release_comment`] writes.
pub(super) fn parse_release_comment(comment: &str) -> Option<Release> {
    let (name, rest) = comment.strip_prefix(START)?.split_once(" version:")?;
    let (version, sequence) = rest.split_once(" sequence:")?;
    let release =
        Release { name: name.parse().ok()?, version: parse_version(version).ok()?, sequence: sequence.parse().ok()? };
    (release_comment(&release) == comment).then_some(release)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_says_name_version_and_sequence_in_one_form_only() {
        let text = "kingbolt-release:1 name:hello-world version:1.0rc1 sequence:3";
        let release = parse_release_comment(text).unwrap();
        assert_eq!(release.to_string(), "hello-world 1.0rc1 (sequence 3)");
        assert_eq!(release_comment(&release), text);
        for other in [
            "",
            "timestamp:1700000000\tfile:pylock.toml\thashed",
            "kingbolt-release:2 name:hello-world version:1.0rc1 sequence:3",
            "kingbolt-release:1 name:Hello_World version:1.0rc1 sequence:3",
            "kingbolt-release:1 name:hello-world version:1.0-rc1 sequence:3",
            "kingbolt-release:1 name:hello-world version:1.0rc1 sequence:03",
            "kingbolt-release:1 name:hello-world version:1.0rc1 sequence:+3",
            "kingbolt-release:1 name:hello-world version:1.0rc1 sequence:18446744073709551616",
            "kingbolt-release:1 name:hello-world version:1.0rc1 sequence:3 ",
            "kingbolt-release:1 name:hello-world version:1.0rc1",
            "kingbolt-release:1 version:1.0rc1 name:hello-world sequence:3",
        ] {
            assert_eq!(parse_release_comment(other), None, "{other}");
        }
    }
}
