//! The core metadata of a distribution: the fields of METADATA that an installer acts on.

use std::collections::BTreeSet;

use super::{ExtraName, PackageName, Requirement, Version, VersionSpecifiers, parse_requires_python, parse_version};

/// The METADATA of one release (core metadata specification 1.0 to 2.5).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Metadata {
    pub name: PackageName,
    pub version: Version,
    pub requires_python: Option<VersionSpecifiers>,
    pub requires_dist: Vec<Requirement>,
    pub provides_extra: Vec<ExtraName>,
}

/// Metadata that cannot be used.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("invalid metadata: {reason}")]
pub struct InvalidMetadata {
    reason: String,
}

impl Metadata {
    /// Parses the header block of a METADATA file; the description after it is not read.
    ///
    /// As in pip, a release with an invalid requirement cannot be used, because its dependencies are unknown; an
    /// invalid `Requires-Python` admits every Python; an extra with an invalid name is ignored. A missing
    /// `Metadata-Version` is accepted: old wheels lack it.
    ///
    /// # Errors
    /// If the name or version is missing, or a field that determines what is installed cannot be parsed.
    pub fn parse(text: &[u8]) -> Result<Self, InvalidMetadata> {
        let fields = fields(&String::from_utf8_lossy(text));
        let invalid = |error: &dyn std::fmt::Display| InvalidMetadata { reason: error.to_string() };
        let single = |name: &str| fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str());
        let all = |name: &'static str| fields.iter().filter(move |(field, _)| field == name).map(|(_, value)| value);
        let required = |name: &str| {
            single(name).ok_or_else(|| InvalidMetadata { reason: format!("the field `{name}` is missing") })
        };
        let major = single("metadata-version").and_then(|version| version.split('.').next()).unwrap_or("1");
        if !matches!(major, "1" | "2") {
            return Err(InvalidMetadata { reason: format!("metadata version {major} is not supported") });
        }
        Ok(Self {
            name: required("name")?.parse().map_err(|error| invalid(&error))?,
            version: parse_version(required("version")?).map_err(|error| invalid(&error))?,
            requires_python: single("requires-python").and_then(parse_requires_python),
            requires_dist: all("requires-dist")
                .map(|text| text.parse().map_err(|error| invalid(&error)))
                .collect::<Result<_, _>>()?,
            provides_extra: all("provides-extra").filter_map(|text| text.parse().ok()).collect(),
        })
    }

    /// The first field in which other metadata differs. The order of requirements and extras does not matter.
    pub fn difference(&self, other: &Self) -> Option<&'static str> {
        let requires = |one: &Self| one.requires_dist.iter().map(ToString::to_string).collect::<BTreeSet<_>>();
        let extras = |one: &Self| one.provides_extra.iter().cloned().collect::<BTreeSet<_>>();
        let fields = [
            ("Name", self.name == other.name),
            ("Version", self.version == other.version),
            ("Requires-Python", self.requires_python == other.requires_python),
            ("Requires-Dist", requires(self) == requires(other)),
            ("Provides-Extra", extras(self) == extras(other)),
        ];
        fields.into_iter().find(|(_, is_same)| !is_same).map(|(field, _)| field)
    }
}

/// The header fields, with names in lowercase and continuation lines joined to their field. As in Python's `email`, any
/// other line ends the header. A byte order mark at the beginning is ignored.
fn fields(text: &str) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in header_lines(text.strip_prefix('\u{feff}').unwrap_or(text)) {
        if line.is_empty() {
            break;
        }
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = fields.last_mut() {
                if !value.is_empty() {
                    value.push('\n');
                }
                value.push_str(line.trim());
            }
        } else {
            let Some((name, value)) = line.split_once(':').filter(|(name, _)| is_field_name(name)) else {
                break;
            };
            fields.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    fields
}

/// The lines of a header, which may end in CR LF, in LF, or in CR alone.
pub fn header_lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().flat_map(|line| line.split('\r'))
}

fn is_field_name(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fields_that_matter_are_read() {
        let text = "Metadata-Version: 2.4\r\nName: Foo.Bar\r\nVersion: 1.0\r\nSummary: a\r\n  folded: line\r\n\
            Requires-Python: >=3.8\r\nRequires-Dist: bar>=1 \r\nREQUIRES-DIST: baz; extra == 'x'\r\n\
            Provides-Extra: X\r\nProvides-Extra: -\r\n\r\nRequires-Dist: description\r\n";
        assert_eq!(
            Metadata::parse(text.as_bytes()),
            Ok(Metadata {
                name: "foo-bar".parse().unwrap(),
                version: "1.0".parse().unwrap(),
                requires_python: Some(">=3.8".parse().unwrap()),
                requires_dist: vec!["bar>=1".parse().unwrap(), "baz ; extra == 'x'".parse().unwrap()],
                provides_extra: vec!["x".parse().unwrap()],
            })
        );
    }

    #[test]
    fn every_field_that_decides_is_compared() {
        let parsed = |text: &str| Metadata::parse(format!("Name: foo\nVersion: 1\n{text}").as_bytes()).unwrap();
        let one = parsed("Requires-Python: >=3.8\nRequires-Dist: bar\nRequires-Dist: baz>=1\nProvides-Extra: x\n");
        let difference = |text: &str| one.difference(&parsed(text));
        let (python, needs, extra) =
            ("Requires-Python: >=3.8\n", "Requires-Dist: baz>=1\nRequires-Dist: bar\n", "Provides-Extra: x\n");
        assert_eq!(difference(&format!("{needs}{extra}Summary: other\n{python}")), None);
        assert_eq!(difference(&format!("{needs}{extra}")), Some("Requires-Python"));
        assert_eq!(difference(&format!("{python}{extra}Requires-Dist: bar\n")), Some("Requires-Dist"));
        assert_eq!(difference(&format!("{python}{needs}{extra}Provides-Extra: y\n")), Some("Provides-Extra"));
        assert_eq!(one.difference(&Metadata { name: "bar".parse().unwrap(), ..one.clone() }), Some("Name"));
        assert_eq!(one.difference(&Metadata { version: "2".parse().unwrap(), ..one.clone() }), Some("Version"));
    }

    #[test]
    fn a_python_requirement_that_cannot_be_read_admits_every_python() {
        let requires = |text: &str| {
            let text = format!("Name: foo\nVersion: 1\nRequires-Python: {text}\n");
            Metadata::parse(text.as_bytes()).unwrap().requires_python.map(|python| python.to_string())
        };
        assert_eq!(requires(">=3.6.*, <4").as_deref(), Some(">=3.6, <4"));
        assert_eq!(requires("~=3"), None);
        assert_eq!(requires("three"), None);
    }

    #[test]
    fn metadata_that_does_not_say_what_is_needed_is_refused() {
        let reason = |text: &str| Metadata::parse(text.as_bytes()).unwrap_err().to_string();
        assert_eq!(
            reason("Name: foo\nVersion: 1\nRequires-Dist: bar (>=7.2.0<8.0.0)\n"),
            "invalid metadata: `bar (>=7.2.0<8.0.0)` is not a valid requirement: `>=7.2.0<8.0.0` is not a valid version \
             specifier"
        );
        assert_eq!(reason("Name: foo\nnonsense\nVersion: 1\n"), "invalid metadata: the field `version` is missing");
        assert_eq!(reason("Name: foo\nVersion: one\n"), "invalid metadata: `one` is not a valid version");
        assert_eq!(reason("Metadata-Version: 3.0\n"), "invalid metadata: metadata version 3 is not supported");
    }

    #[test]
    fn every_version_of_metadata_is_read() {
        let fields = "Name: foo\nVersion: 1.0\nRequires: old\nProvides: older\nObsoletes: oldest\n\
            Requires-External: libc\nDynamic: License\nLicense-Expression: MIT\nLicense-File: LICENSE\n\
            Import-Name: foo\nImport-Namespace: bar\nRequires-Dist: bar (>=1.0)\n";
        let requires = |version: &str| {
            let metadata = Metadata::parse(format!("{version}{fields}").as_bytes());
            metadata.map(|metadata| metadata.requires_dist.iter().map(ToString::to_string).collect::<Vec<_>>())
        };
        for version in ["1.0", "1.1", "1.2", "2.0", "2.1", "2.2", "2.3", "2.4", "2.5", "2.99"] {
            assert_eq!(
                requires(&format!("Metadata-Version: {version}\n")),
                Ok(vec!["bar>=1.0".to_owned()]),
                "{version}"
            );
        }
        assert_eq!(requires(""), Ok(vec!["bar>=1.0".to_owned()]));
        for version in ["0.9", "3.0", "two"] {
            assert!(requires(&format!("Metadata-Version: {version}\n")).is_err(), "{version}");
        }
    }

    #[test]
    fn bytes_that_are_no_utf_8_spoil_their_own_field_only() {
        let name = |text: &[u8]| Metadata::parse(text).map(|metadata| metadata.name.to_string());
        let reason = |text: &[u8]| name(text).unwrap_err().to_string();
        assert_eq!(name(b"Author: Jos\xe9\nName: foo\nVersion: 1\n\n\xff\xfe"), Ok("foo".to_owned()));
        assert_eq!(name(b"\xef\xbb\xbfMetadata-Version: 2.1\nName: foo\nVersion: 1\n"), Ok("foo".to_owned()));
        assert_eq!(reason(b"Name: f\xe9\nVersion: 1\n"), "invalid metadata: `f\u{fffd}` is not a valid name");
        assert_eq!(reason(b"N\0a\0m\0e\0:\0f\0\n\0"), "invalid metadata: the field `name` is missing");
    }

    #[test]
    fn lines_may_end_in_a_carriage_return_alone() {
        let text = "Name: foo\rVersion: 1\rRequires-Dist: bar\r\rRequires-Dist: baz\r";
        assert_eq!(Metadata::parse(text.as_bytes()).unwrap().requires_dist, ["bar".parse().unwrap()]);
    }

    #[test]
    fn a_value_may_stand_on_the_next_line() {
        let text = "Name:\n foo\nVersion: 1\nProvides-Extra:\r fast\n";
        let metadata = Metadata::parse(text.as_bytes()).unwrap();
        assert_eq!((metadata.name.as_str(), metadata.provides_extra), ("foo", vec!["fast".parse().unwrap()]));
    }

    #[test]
    fn a_name_with_a_blank_is_none_of_a_field_and_ends_the_header() {
        let text = "Name: foo\nVersion: 1\nRequires-Dist : bar\nRequires-Dist: baz\n";
        assert_eq!(Metadata::parse(text.as_bytes()).unwrap().requires_dist, []);
    }

    /// As in `packaging` since version 22.
    #[test]
    fn obsolete_specifiers_are_read_only_where_they_have_a_meaning() {
        let requires = |text: &str| {
            let text = format!("Name: foo\nVersion: 1\nRequires-Dist: {text}\n");
            Metadata::parse(text.as_bytes()).ok().map(|metadata| metadata.requires_dist[0].to_string())
        };
        for (text, expected) in [("bar (>=1.0)", "bar>=1.0"), ("bar (==1.*,<2)", "bar==1.*,<2"), ("bar ()", "bar")] {
            assert_eq!(requires(text).as_deref(), Some(expected), "{text}");
        }
        for text in
            ["bar (>=1.*)", "bar (>1.0.*)", "bar (1.0)", "bar (=>1)", "bar (>=1 <2)", "bar (===one)", "bar (>=1-dev-x)"]
        {
            assert_eq!(requires(text), None, "{text}");
        }
    }
}
