//! The receipts of uv's tools, `uv-receipt.toml`: <https://docs.astral.sh/uv>

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Deserialize;
use url::Url;

use crate::vocab::Requirement;

use super::record::{ForeignPython, ForeignRecord, InvalidRecord};

#[derive(Deserialize)]
struct Receipt {
    tool: Tool,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Tool {
    requirements: Vec<Entry>,
    #[serde(default)]
    constraints: Vec<Entry>,
    #[serde(default)]
    overrides: Vec<Entry>,
    python: Option<String>,
    #[serde(default)]
    entrypoints: Vec<EntryPoint>,
    #[serde(default)]
    options: BTreeMap<String, toml::Value>,
}

/// A requirement: a string in receipts of uv before 0.2.
#[derive(Deserialize)]
#[serde(untagged)]
enum Entry {
    Text(String),
    Parts(Parts),
}

#[derive(Deserialize)]
struct Parts {
    name: String,
    #[serde(default)]
    extras: Vec<String>,
    specifier: Option<String>,
    marker: Option<String>,
    url: Option<String>,
    git: Option<String>,
    path: Option<String>,
    directory: Option<String>,
    editable: Option<String>,
}

#[derive(Deserialize)]
struct EntryPoint {
    name: String,
    from: Option<String>,
}

#[derive(Deserialize)]
struct Index {
    url: String,
    #[serde(default)]
    default: bool,
    #[serde(default)]
    explicit: bool,
}

/// Parses the receipt of the tool with a name.
///
/// # Errors
/// When it is not a receipt of uv, or its app cannot be described.
pub(in crate::app) fn parse(text: &str, name: &str) -> Result<ForeignRecord, InvalidRecord> {
    let Receipt { tool } = toml::from_str(text).map_err(InvalidRecord::Toml)?;
    let mut record = ForeignRecord::default();
    for entry in &tool.requirements {
        let requirement = entry.text();
        let parsed: Requirement = requirement.parse()?;
        if record.source.is_empty() && parsed.name.as_str() == name {
            record.source = requirement;
            if matches!(entry, Entry::Parts(Parts { editable: Some(_), .. })) {
                record.options.push("--editable".to_owned());
            }
        } else {
            record.add("--with", requirement);
        }
    }
    if record.source.is_empty() {
        return Err(InvalidRecord::NoRequirement { name: name.to_owned() });
    }
    let others: BTreeSet<&str> =
        tool.entrypoints.iter().filter_map(|entry| entry.from.as_deref()).filter(|from| *from != name).collect();
    for from in others {
        record.add("--with-executables-from", from);
    }
    record.commands = tool.entrypoints.iter().map(|entry| entry.name.clone()).collect();
    let requirements = |entries: &[Entry]| entries.iter().map(|entry| entry.text().parse()).collect::<Result<_, _>>();
    record.constraints = requirements(&tool.constraints)?;
    record.overrides = requirements(&tool.overrides)?;
    record.python = tool.python.map(ForeignPython::Asked);
    for (option, value) in tool.options {
        record.add_option(&option, value);
    }
    Ok(record)
}

impl ForeignRecord {
    /// Adds an option of `[tool.options]`, whose names are those of `uv.toml`.
    fn add_option(&mut self, option: &str, value: toml::Value) {
        let leave_out = |record: &mut Self| record.leave_out(&format!("`{option}`"));
        match (option, value) {
            ("exclude-newer", toml::Value::String(limit)) => self.add("--exclude-newer", limit),
            ("exclude-newer-package", toml::Value::Table(limits)) => {
                for (name, limit) in limits {
                    let limit = limit.as_str().map_or_else(|| limit.to_string(), str::to_owned);
                    self.add("--exclude-newer-package", format!("{name}={limit}"));
                }
            }
            ("index-url", toml::Value::String(url)) => self.add("--index-url", url),
            ("extra-index-url" | "find-links", value) => match value.try_into::<Vec<String>>() {
                Ok(places) => places.into_iter().for_each(|place| self.add(&format!("--{option}"), place)),
                Err(_) => leave_out(self),
            },
            ("index", value) => match value.try_into::<Vec<Index>>() {
                Ok(indexes) => indexes.into_iter().for_each(|index| self.add_index(index)),
                Err(_) => leave_out(self),
            },
            ("prerelease", toml::Value::String(mode)) if mode == "allow" => self.options.push("--pre".to_owned()),
            ("config-settings", toml::Value::Table(settings)) => {
                for (key, value) in settings {
                    let values = match value {
                        toml::Value::Array(values) => values,
                        value => vec![value],
                    };
                    for value in values {
                        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                        self.add("--config-setting", format!("{key}={value}"));
                    }
                }
            }
            ("link-mode", toml::Value::String(mode)) if mode == "copy" => self.add("--link-mode", "copy"),
            // The default, or what Kingbolt does anyway: it shares files and builds nothing that nobody named.
            ("link-mode" | "no-build" | "no-build-package" | "compile-bytecode" | "index-strategy", _) => {}
            ("prerelease", toml::Value::String(mode)) if mode == "if-necessary-or-explicit" => {}
            ("resolution", toml::Value::String(mode)) if mode == "highest" => {}
            _ => leave_out(self),
        }
    }

    fn add_index(&mut self, index: Index) {
        match index {
            Index { explicit: true, url, .. } => {
                let url = crate::vocab::text_without_secrets(&url);
                self.leave_out(&format!("the index `{url}` for named packages"));
            }
            Index { default: true, url, .. } => self.add("--index-url", url),
            Index { url, .. } => self.add("--extra-index-url", url),
        }
    }
}

impl Entry {
    /// The requirement as people type it.
    fn text(&self) -> String {
        let Self::Parts(parts) = self else {
            let Self::Text(text) = self else { return String::new() };
            return text.clone();
        };
        let Parts { name, extras, specifier, marker, url, git, path, directory, editable } = parts;
        let extras = if extras.is_empty() { String::new() } else { format!("[{}]", extras.join(",")) };
        let local = path.as_ref().or(directory.as_ref()).or(editable.as_ref()).map(|path| file_url(path));
        let address = url.clone().or_else(|| git.as_deref().map(git_address)).or(local);
        let origin = match address {
            Some(address) => format!(" @ {address}"),
            None => specifier.clone().filter(|specifier| specifier != "*").unwrap_or_default(),
        };
        let marker = marker.as_ref().map(|marker| format!(" ; {marker}")).unwrap_or_default();
        format!("{name}{extras}{origin}{marker}")
    }
}

fn file_url(path: &str) -> String {
    Url::from_file_path(Path::new(path)).map_or_else(|()| path.to_owned(), String::from)
}

/// `https://…?rev=v1&subdirectory=x#commit` as `git+https://…@v1#subdirectory=x`.
fn git_address(text: &str) -> String {
    let Ok(mut url) = Url::parse(text) else { return format!("git+{text}") };
    let of = |names: &[&str]| {
        url.query_pairs().find(|(name, _)| names.contains(&name.as_ref())).map(|(_, value)| value.into_owned())
    };
    let (revision, subdirectory) = (of(&["rev", "tag", "branch"]), of(&["subdirectory"]));
    url.set_query(None);
    url.set_fragment(None);
    let revision = revision.map(|revision| format!("@{revision}")).unwrap_or_default();
    let subdirectory = subdirectory.map(|directory| format!("#subdirectory={directory}")).unwrap_or_default();
    format!("git+{url}{revision}{subdirectory}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As uv 0.13 writes it.
    const BLACK: &str = r#"
        [tool]
        requirements = [
            { name = "black", extras = ["d"], specifier = ">=24,<25" },
            { name = "rich", specifier = "<15" },
            { name = "pygments" },
        ]
        constraints = [{ name = "click", specifier = "<9" }]
        overrides = [{ name = "idna", specifier = ">=3" }]
        python = "3.12"
        entrypoints = [
            { name = "black", install-path = "/home/ada/.local/bin/black", from = "black" },
            { name = "pygmentize", install-path = "/home/ada/.local/bin/pygmentize", from = "pygments" },
        ]

        [tool.options]
        index = [
            { url = "https://main.example/simple", explicit = false, default = true, format = "simple", authenticate = "auto" },
            { name = "corp", url = "https://corp.example/simple", explicit = false, default = false },
        ]
        find-links = ["file:///srv/wheels"]
        prerelease = "allow"
        link-mode = "copy"
        no-build = true
        exclude-newer = "2026-10-02T00:00:00Z"
        exclude-newer-package = { idna = false }
        resolution = "lowest"
        config-settings = { a = "b" }
        "#;

    #[test]
    fn a_receipt_of_uv_becomes_options_of_install() {
        let record = parse(BLACK, "black").expect("it is a receipt");
        let options = "--with rich<15 --with pygments --with-executables-from pygments --config-setting a=b --exclude-newer \
                       2026-10-02T00:00:00Z --exclude-newer-package idna=false --find-links \
                       file:///srv/wheels --index-url https://main.example/simple --extra-index-url \
                       https://corp.example/simple --link-mode copy --pre";
        assert_eq!((record.source.as_str(), record.options.join(" ").as_str()), ("black[d]>=24,<25", options));
        assert_eq!(record.commands, ["black", "pygmentize"]);
        let texts = |requirements: &[Requirement]| requirements.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(
            (texts(&record.constraints), texts(&record.overrides)),
            (vec!["click<9".into()], vec!["idna>=3".into()])
        );
        assert_eq!(record.differences, ["`resolution` has no counterpart and is left out"]);
        assert_eq!(record.python, Some(ForeignPython::Asked("3.12".to_owned())));
    }

    #[test]
    #[cfg(unix)]
    fn addresses_are_written_as_people_type_them() {
        for (entry, text) in [
            (r#"{ name = "demo", directory = "/srv/demo" }"#, "demo @ file:///srv/demo"),
            (r#"{ name = "demo", path = "/srv/a b.whl" }"#, "demo @ file:///srv/a%20b.whl"),
            (
                r#"{ name = "demo", git = "https://index.example/demo?rev=v1" }"#,
                "demo @ git+https://index.example/demo@v1",
            ),
            (
                r#"{ name = "demo", extras = ["x"], git = "https://index.example/demo.git?subdirectory=a&branch=main#0123" }"#,
                "demo[x] @ git+https://index.example/demo.git@main#subdirectory=a",
            ),
            (
                r#"{ name = "demo", url = "https://index.example/demo-1.0.tar.gz" }"#,
                "demo @ https://index.example/demo-1.0.tar.gz",
            ),
            (r#""demo>=2""#, "demo>=2"),
        ] {
            let record = parse(&format!("[tool]\nrequirements = [{entry}]\n"), "demo").expect("it is a receipt");
            assert_eq!(record.source, text);
        }
        let editable = "[tool]\nrequirements = [{ name = \"demo\", editable = \"/srv/demo\" }]\n";
        assert_eq!(parse(editable, "demo").expect("it is a receipt").options, ["--editable"]);
    }
}
