//! `WHEEL`: the format's version, and the library directory for the tree (PyPA binary distribution format).

use std::collections::BTreeSet;

use crate::vocab::Tag;

use super::headers::Headers;

/// The library directory for a wheel's tree: that for pure Python or that for platform-specific files.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Root {
    Platlib,
    Purelib,
}

/// The content of WHEEL.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct WheelFile {
    pub(super) root: Root,
    /// The format is newer than the one known here, but compatible.
    pub(super) newer: Option<String>,
    /// The tags of all `Tag` lines; `None` if a line is not a tag. Only reported: a wheel is selected by its file name,
    /// and published wheels exist whose lines are empty or were not changed with the name.
    pub(super) tags: Option<BTreeSet<Tag>>,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum InvalidWheelFile {
    Reason(&'static str),
    Version(String),
}

impl WheelFile {
    pub(super) fn parse(text: &str) -> Result<Self, InvalidWheelFile> {
        let headers = Headers::parse(text);
        let repeated = |_| InvalidWheelFile::Reason("a field has two values");
        let version = headers.one("Wheel-Version").map_err(repeated)?;
        let version = version.ok_or(InvalidWheelFile::Reason("the field `Wheel-Version` is missing"))?;
        let newer = match numbers(version) {
            // Only a higher major version may be another format.
            Some((0, _) | (1, 0)) => None,
            Some((1, _)) => Some(version.to_owned()),
            Some(_) => return Err(InvalidWheelFile::Version(version.to_owned())),
            None => return Err(InvalidWheelFile::Reason("`Wheel-Version` is not two numbers")),
        };
        // As in pip, a missing field means `false`, and case does not matter.
        let root = match headers.one("Root-Is-Purelib").map_err(repeated)?.unwrap_or("false").to_lowercase().as_str() {
            "true" => Root::Purelib,
            "false" => Root::Platlib,
            _ => return Err(InvalidWheelFile::Reason("`Root-Is-Purelib` is neither `true` nor `false`")),
        };
        let tags: Result<Vec<_>, _> = headers.all("Tag").map(Tag::parse_set).collect();
        Ok(Self { root, newer, tags: tags.ok().map(|sets| sets.into_iter().flatten().collect()) })
    }
}

fn numbers(version: &str) -> Option<(u32, u32)> {
    let (major, minor) = version.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ordinary_file_is_read() {
        let text = "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py2-none-any\nTag: py3-none-any\n";
        let tags = ["py2-none-any", "py3-none-any"].iter().map(|tag| tag.parse().unwrap()).collect();
        assert_eq!(WheelFile::parse(text), Ok(WheelFile { root: Root::Purelib, newer: None, tags: Some(tags) }));
    }

    #[test]
    fn formats_that_are_not_known_are_refused_and_compatible_ones_told() {
        assert_eq!(WheelFile::parse("Wheel-Version: 2.0\n"), Err(InvalidWheelFile::Version("2.0".to_owned())));
        assert_eq!(WheelFile::parse("Wheel-Version: 0.1\n").map(|file| file.newer), Ok(None));
        let newer = WheelFile::parse("Wheel-Version: 1.9\nRoot-Is-Purelib: False\n").unwrap();
        assert_eq!((newer.newer.as_deref(), newer.root), (Some("1.9"), Root::Platlib));
    }

    #[test]
    fn invalid_files_are_refused_with_the_reason() {
        for (text, reason) in [
            ("", "the field `Wheel-Version` is missing"),
            ("Wheel-Version: x\n", "`Wheel-Version` is not two numbers"),
            ("Wheel-Version: 1.0\nWheel-Version: 2.0\n", "a field has two values"),
            ("Wheel-Version: 1.0\nRoot-Is-Purelib: yes\n", "`Root-Is-Purelib` is neither `true` nor `false`"),
        ] {
            assert_eq!(WheelFile::parse(text), Err(InvalidWheelFile::Reason(reason)), "{text}");
        }
    }

    #[test]
    fn tag_lines_that_are_no_tags_do_not_matter() {
        let text = "Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: \nTag: -manylinux_2_17_x86_64\n";
        assert_eq!(WheelFile::parse(text).unwrap().tags, None);
    }
}
