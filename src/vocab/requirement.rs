//! Requirements, as users type them and METADATA lists them (PEP 508, "dependency specifiers").

use std::fmt;
use std::str::FromStr;

use pep440_rs::VersionSpecifier;
use serde::{Deserialize, Serialize};

use super::{
    Address, ExtraName, Marker, MarkerEnvironment, PackageName, Version, VersionSpecifiers, parse_specifiers,
    string_conversions, text_without_secrets,
};

/// A requirement: a package, its requested extras, its origin, and the marker that limits it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Requirement {
    pub name: PackageName,
    pub extras: Vec<ExtraName>,
    pub origin: Origin,
    pub marker: Option<Marker>,
}

/// The source of a requirement's files.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Origin {
    /// An index, in any version that the specifiers admit.
    Index(VersionSpecifiers),
    /// One file, named directly (PEP 440, "direct references").
    Url(Address),
}

/// Text that is not a requirement.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{text}` is not a valid requirement: {reason}")]
pub struct InvalidRequirement {
    text: String,
    reason: String,
}

impl Requirement {
    /// The requirement of exactly one version of a package from an index.
    pub fn exactly(name: PackageName, version: Version) -> Self {
        let specifiers = VersionSpecifiers::from(VersionSpecifier::equals_version(version));
        Self { name, extras: Vec::new(), origin: Origin::Index(specifiers), marker: None }
    }

    /// The requirement for a version or a newer one. Such specifiers cannot name a local version (PEP 440).
    pub fn at_least(name: PackageName, version: Version) -> Self {
        let specifier = VersionSpecifier::greater_than_equal_version(version.without_local());
        Self { name, extras: Vec::new(), origin: Origin::Index(VersionSpecifiers::from(specifier)), marker: None }
    }

    /// The same with further extras.
    #[must_use]
    pub fn with_extras(mut self, extras: impl IntoIterator<Item = ExtraName>) -> Self {
        self.extras.extend(extras);
        self.extras.sort();
        self.extras.dedup();
        self
    }

    /// True if the requirement applies to an interpreter, with the requested extras of the package that has it.
    pub fn applies(&self, environment: &MarkerEnvironment, extras: &[ExtraName]) -> bool {
        self.marker.as_ref().is_none_or(|marker| marker.evaluate(environment, extras))
    }
}

impl FromStr for Requirement {
    type Err = InvalidRequirement;

    fn from_str(text: &str) -> Result<Self, InvalidRequirement> {
        parse(text).map_err(|reason| {
            let shown = text_without_secrets(text);
            // The reason quotes parts of the text.
            let reason = if shown == text { reason } else { "a URL has the form `name @ URL`".to_owned() };
            InvalidRequirement { text: shown, reason }
        })
    }
}

fn parse(text: &str) -> Result<Requirement, String> {
    let text = text.trim();
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))).unwrap_or(text.len());
    let name = text[..end].parse::<PackageName>().map_err(|_| "it does not start with a package name".to_owned())?;
    let (extras, rest) = split_extras(text[end..].trim_start())?;
    let rest = rest.trim_start();
    if let Some(reference) = rest.strip_prefix('@') {
        return parse_direct(name, extras, reference.trim());
    }
    let (specifiers, marker) = match rest.split_once(';') {
        Some((specifiers, marker)) => (specifiers, Some(parse_marker(marker)?)),
        None => (rest, None),
    };
    let specifiers = specifiers.trim();
    let bare = match specifiers.strip_prefix('(') {
        Some(inside) => inside.strip_suffix(')').ok_or_else(|| "a parenthesis is not closed".to_owned())?,
        None => specifiers,
    };
    if is_missing_a_specifier(bare) {
        return Err("a comma does not follow a version specifier".to_owned());
    }
    let specifiers = parse_specifiers(bare).map_err(|error| error.to_string())?;
    Ok(Requirement { name, extras, origin: Origin::Index(specifiers), marker })
}

/// True if a part of a comma-separated list is empty. As in `packaging`, the last may be.
fn is_missing_a_specifier(list: &str) -> bool {
    let mut parts = list.split(',').rev();
    parts.next();
    parts.any(|part| part.trim().is_empty())
}

/// Parses a direct reference. The URL ends at the first space, since it may contain semicolons itself (PEP 508).
fn parse_direct(name: PackageName, extras: Vec<ExtraName>, reference: &str) -> Result<Requirement, String> {
    let (url, rest) = reference.split_at(reference.find(char::is_whitespace).unwrap_or(reference.len()));
    if url.is_empty() {
        return Err("no URL follows the `@`".to_owned());
    }
    let marker = match rest.trim_start().strip_prefix(';') {
        Some(marker) => Some(parse_marker(marker)?),
        None if rest.trim().is_empty() => None,
        None => return Err(format!("unexpected text after the URL: `{}`", rest.trim())),
    };
    Ok(Requirement { name, extras, origin: Origin::Url(url.into()), marker })
}

fn parse_marker(text: &str) -> Result<Marker, String> {
    text.trim().parse::<Marker>().map_err(|error| error.to_string())
}

fn split_extras(text: &str) -> Result<(Vec<ExtraName>, &str), String> {
    let Some(inside) = text.strip_prefix('[') else {
        return Ok((Vec::new(), text));
    };
    let (list, rest) = inside.split_once(']').ok_or_else(|| "a bracket is not closed".to_owned())?;
    let mut extras = Vec::new();
    if !list.trim().is_empty() {
        for extra in list.split(',') {
            extras.push(extra.trim().parse::<ExtraName>().map_err(|error| error.to_string())?);
        }
    }
    extras.sort();
    extras.dedup();
    Ok((extras, rest))
}

string_conversions!(Requirement);

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.name)?;
        if !self.extras.is_empty() {
            let extras: Vec<&str> = self.extras.iter().map(ExtraName::as_str).collect();
            write!(f, "[{}]", extras.join(","))?;
        }
        match &self.origin {
            Origin::Index(specifiers) => {
                let specifiers: Vec<String> = specifiers.iter().map(ToString::to_string).collect();
                write!(f, "{}", specifiers.join(","))?;
            }
            Origin::Url(url) => write!(f, " @ {url}")?,
        }
        match &self.marker {
            Some(marker) => write!(f, " ; {marker}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Option<String> {
        text.parse::<Requirement>().ok().map(|requirement| requirement.to_string())
    }

    #[test]
    fn requirements_are_read_as_packaging_reads_them() {
        for (text, expected) in [
            ("Foo.Bar", "foo-bar"),
            (" foo >=1, <2 ", "foo>=1,<2"),
            ("foo(>=1,<2)", "foo>=1,<2"),
            ("foo ( >= 1 ) ; os_name=='posix'", "foo>=1 ; os_name == \"posix\""),
            ("foo()", "foo"),
            ("foo>=1,", "foo>=1"),
            ("foo[]", "foo"),
            ("foo [ B_c , a ] >=1", "foo[a,b-c]>=1"),
            ("foo==1.0.*;extra=='X_y'", "foo==1.0.* ; extra == \"x-y\""),
            ("foo@https://e.example/a;b.whl", "foo @ https://e.example/a;b.whl"),
            (
                "foo[a] @ file:///x/y.whl#sha256=ab ; os_name=='x'",
                "foo[a] @ file:///x/y.whl#sha256=ab ; os_name == \"x\"",
            ),
        ] {
            assert_eq!(shown(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn obsolete_and_broken_requirements_are_refused() {
        for text in [
            "",
            "-foo",
            "foo-",
            "foo bar",
            "foo 1.0",
            "foo=1.0",
            "foo@1.0 x",
            "foo >=1 <2",
            "foo (>=7.2.0<8.0.0)",
            "foo>=1.*",
            "foo~=1",
            "foo,>=1",
            "foo>=1,,<2",
            "foo>=1.0+local",
            "foo (>=1",
            "foo >=1)",
            "foo[a,]",
            "foo[a b]",
            "foo[a",
            "foo;",
            "foo @",
            "foo @ https://e.example/a.whl os_name=='x'",
            "foo>=1 # comment",
        ] {
            assert_eq!(shown(text), None, "{text}");
        }
    }
}
