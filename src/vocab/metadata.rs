//! The core metadata of a distribution: the fields of METADATA that an installer acts on.

use super::{ExtraName, PackageName, Requirement, Version, VersionSpecifiers, parse_specifiers, parse_version};

/// What METADATA says about one release (core metadata specification 1.0 to 2.5).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Metadata {
    pub name: PackageName,
    pub version: Version,
    pub requires_python: Option<VersionSpecifiers>,
    pub requires_dist: Vec<Requirement>,
    pub provides_extra: Vec<ExtraName>,
}

/// Metadata that cannot be acted on.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("invalid metadata: {reason}")]
pub struct InvalidMetadata {
    reason: String,
}

impl Metadata {
    /// Parses the header block of a METADATA file; the description after the first empty line is not read.
    ///
    /// # Errors
    /// When a required field is missing, or a field that decides what is installed cannot be parsed.
    pub fn parse(text: &[u8]) -> Result<Self, InvalidMetadata> {
        let fields = fields(&String::from_utf8_lossy(text));
        let invalid = |error: &dyn std::fmt::Display| InvalidMetadata { reason: error.to_string() };
        let single = |name: &str| fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str());
        let all = |name: &'static str| fields.iter().filter(move |(field, _)| field == name).map(|(_, value)| value);
        let required = |name: &str| {
            single(name).ok_or_else(|| InvalidMetadata { reason: format!("the field `{name}` is missing") })
        };
        let major = required("metadata-version")?.split('.').next().unwrap_or_default();
        if !matches!(major, "1" | "2") {
            return Err(InvalidMetadata { reason: format!("metadata version {major} is not supported") });
        }
        Ok(Self {
            name: required("name")?.parse().map_err(|error| invalid(&error))?,
            version: parse_version(required("version")?).map_err(|error| invalid(&error))?,
            requires_python: match single("requires-python") {
                Some(text) => Some(parse_specifiers(text).map_err(|error| invalid(&error))?),
                None => None,
            },
            requires_dist: all("requires-dist")
                .map(|text| text.parse().map_err(|error| invalid(&error)))
                .collect::<Result<_, _>>()?,
            provides_extra: all("provides-extra").filter_map(|text| text.parse().ok()).collect(),
        })
    }
}

/// The header fields, names in lowercase, continuation lines joined to their field.
fn fields(text: &str) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        if line.is_empty() {
            break;
        }
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = fields.last_mut() {
                value.push('\n');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            fields.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    fields
}
