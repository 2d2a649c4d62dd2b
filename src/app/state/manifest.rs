//! Manifests: the apps of a person in one file, which `export` writes and `install --file` reads. Reads and writes text
//! only.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::app::request::Request;
use crate::vocab::{PackageName, Version};

use super::generation::GenerationRecord;
use super::name::AppName;

/// The newest form of a manifest that this version reads, and the one it writes.
const SCHEMA: u32 = 1;

/// The apps of a person.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Manifest {
    schema: u32,
    /// The apps that `upgrade` leaves as they are.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub pinned: BTreeSet<AppName>,
    /// The requests, as receipts keep them: without secrets.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub apps: BTreeMap<AppName, Request>,
    /// The versions that were installed, for `install --exact`. Packages with an address of their own have none here: the
    /// address decides.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub versions: BTreeMap<AppName, BTreeMap<PackageName, Version>>,
}

/// Text that is not a manifest.
#[derive(Debug, thiserror::Error)]
pub enum InvalidManifest {
    #[error("it was written by a newer version of Kingbolt (schema {0})")]
    Newer(u32),
    #[error("line {line}: {problem}")]
    Syntax { line: usize, problem: String },
    #[error("unknown keys: {}", listed(.0))]
    UnknownKeys(BTreeSet<String>),
    #[error("the name of `[apps.{0}]` does not end with its suffix")]
    OtherSuffix(AppName),
    #[error("`pinned` names `{0}`, an app that `[apps]` does not have")]
    PinOfNoApp(AppName),
    #[error("`[versions.{0}]` is about an app that `[apps]` does not have")]
    VersionsOfNoApp(AppName),
}

impl Manifest {
    /// The manifest of apps with these records, some of which are pinned.
    pub(in crate::app) fn of<'a>(
        records: impl IntoIterator<Item = &'a GenerationRecord>,
        pinned: BTreeSet<AppName>,
    ) -> Self {
        let mut manifest = Self { schema: SCHEMA, pinned, apps: BTreeMap::new(), versions: BTreeMap::new() };
        for record in records {
            let of_index = record.wheels.iter().filter(|wheel| wheel.direct.is_none());
            let versions = of_index.map(|wheel| (wheel.name.clone(), wheel.version.clone())).collect();
            manifest.apps.insert(record.app.clone(), record.request.clone());
            manifest.versions.insert(record.app.clone(), versions);
        }
        manifest
    }

    /// Parses a manifest.
    ///
    /// # Errors
    /// When it is not one, or has keys that mean nothing: a mistyped key would be an option that is missing.
    pub fn parse(text: &str) -> Result<Self, InvalidManifest> {
        let syntax = |error: toml::de::Error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            InvalidManifest::Syntax { line, problem: error.message().replace('\n', " ") }
        };
        let mut unknown = BTreeSet::new();
        let document = toml::Deserializer::parse(text).map_err(syntax)?;
        let manifest: Self =
            serde_ignored::deserialize(document, |key| _ = unknown.insert(key.to_string())).map_err(syntax)?;
        if manifest.schema > SCHEMA {
            return Err(InvalidManifest::Newer(manifest.schema));
        }
        if !unknown.is_empty() {
            return Err(InvalidManifest::UnknownKeys(unknown));
        }
        let is_other = |(app, request): &(&AppName, &Request)| {
            request.suffix.as_ref().is_some_and(|suffix| !suffix.ends(app.as_str()))
        };
        if let Some((app, _)) = manifest.apps.iter().find(is_other) {
            return Err(InvalidManifest::OtherSuffix(app.clone()));
        }
        if let Some(app) = manifest.pinned.iter().find(|app| !manifest.apps.contains_key(app)) {
            return Err(InvalidManifest::PinOfNoApp(app.clone()));
        }
        match manifest.versions.keys().find(|app| !manifest.apps.contains_key(app)) {
            Some(app) => Err(InvalidManifest::VersionsOfNoApp(app.clone())),
            None => Ok(manifest),
        }
    }

    /// The text of the manifest.
    ///
    /// # Errors
    /// When a value has no form in TOML.
    pub fn to_text(&self) -> Result<String, toml::ser::Error> {
        toml::to_string(self)
    }
}

fn listed(keys: &BTreeSet<String>) -> String {
    keys.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        Manifest::parse(text).expect_err("it is wrong").to_string()
    }

    #[test]
    fn a_requirement_is_enough_for_an_app() {
        let manifest = Manifest::parse("schema = 1\n[apps.httpie]\nrequirement = 'httpie>=3'\n").expect("it is right");
        let request = &manifest.apps[&"httpie".parse::<AppName>().expect("a name")];
        assert_eq!(request.requirement.to_string(), "httpie>=3");
    }

    #[test]
    fn text_that_is_no_manifest_is_told_with_its_line_or_key() {
        let httpie = "schema = 1\n[apps.httpie]\nrequirement = 'httpie'\n";
        for (text, told) in [
            ("schema = 1\n[apps", "line 2: unclosed table, expected `]`"),
            ("[apps]", "line 1: missing field `schema`"),
            ("schema = 2", "it was written by a newer version of Kingbolt (schema 2)"),
            ("schema = 1\n[apps.'-']\nrequirement = 'x'", "line 2: `-` is not a valid name"),
            ("schema = 1\n[apps.httpie]\nwith = []\n", "line 2: missing field `requirement`"),
            (&format!("{httpie}pyton = '3.12'\n"), "unknown keys: `apps.httpie.pyton`"),
            (&format!("{httpie}suffix = '_12'\n"), "the name of `[apps.httpie]` does not end with its suffix"),
            ("schema = 1\npinned = ['black']\n", "`pinned` names `black`, an app that `[apps]` does not have"),
            (&format!("{httpie}[versions.black]\n"), "`[versions.black]` is about an app that `[apps]` does not have"),
        ] {
            assert_eq!(error(text), told, "{text}");
        }
    }
}
