//! The options in pip's configuration files, so that a machine set up for pip needs no second set-up.
//! Source: pip's user guide, "Configuration".

use std::error::Error;
use std::path::PathBuf;

use crate::host::Host;

use super::configuration::Key;
use super::setting::{LONGEST_SETTINGS, Setting, SettingsError};

/// The options of pip's `[global]` and `[install]` sections.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct PipConfiguration {
    pub index_url: Option<Setting>,
    pub extra_index_urls: Vec<Setting>,
    pub find_links: Vec<Setting>,
    pub no_index: Option<Setting>,
    pub no_binary: Option<Setting>,
    pub only_binary: Option<Setting>,
    pub constraints: Vec<Setting>,
    pub pre: Option<Setting>,
    pub require_hashes: Option<Setting>,
    pub keyring_provider: Option<Setting>,
    pub uploaded_prior_to: Option<Setting>,
}

/// An option of a file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Entry {
    pub section: String,
    /// In lowercase, with hyphens.
    pub key: String,
    pub value: String,
}

/// A line that is neither the name of a section nor an option of one.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("line {number} is not an option of a section")]
pub(super) struct InvalidLine {
    number: usize,
}

/// Editors on Windows write it.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Reads the files in pip's order, later ones over earlier ones.
///
/// # Errors
/// If a file exists and cannot be read or understood.
pub(super) fn read(host: &Host) -> Result<PipConfiguration, SettingsError> {
    let mut configuration = PipConfiguration::default();
    for path in paths(host) {
        let name = format!("`{}`", path.display());
        let read = host.files.read_if_present_at_most(&path, LONGEST_SETTINGS);
        if let Some(bytes) = read.map_err(|error| invalid(&name, error.source))? {
            configuration.merge(&name, &bytes)?;
        }
    }
    Ok(configuration)
}

fn paths(host: &Host) -> Vec<PathBuf> {
    let environment = &host.environment;
    let named = environment.var_os("PIP_CONFIG_FILE");
    if named.is_some_and(|named| named == "/dev/null" || named == "NUL") {
        return Vec::new();
    }
    let variable = |name: &str| environment.var_os(name).map(PathBuf::from);
    let home = environment.home_dir();
    let below_home = |parts: &str| home.as_ref().map(|home| home.join(parts));
    let directories = if cfg!(windows) {
        vec![
            variable("ProgramData").map(|data| data.join("pip").join("pip.ini")),
            below_home("pip/pip.ini"),
            variable("APPDATA").map(|data| data.join("pip").join("pip.ini")),
        ]
    } else {
        vec![
            Some(PathBuf::from("/etc/xdg/pip/pip.conf")),
            Some(PathBuf::from("/etc/pip.conf")),
            below_home(".pip/pip.conf"),
            variable("XDG_CONFIG_HOME")
                .map(|config| config.join("pip/pip.conf"))
                .or(below_home(".config/pip/pip.conf")),
            if cfg!(target_os = "macos") { below_home("Library/Application Support/pip/pip.conf") } else { None },
        ]
    };
    directories.into_iter().flatten().chain(named.map(PathBuf::from)).collect()
}

impl PipConfiguration {
    /// The settings for a key of ours.
    pub(super) fn settings(&self, key: &Key) -> Vec<Setting> {
        let one = |setting: &Option<Setting>| setting.iter().cloned().collect();
        match key.pip {
            Some("constraint") => self.constraints.clone(),
            Some("extra-index-url") => self.extra_index_urls.clone(),
            Some("find-links") => self.find_links.clone(),
            Some("index-url") => one(&self.index_url),
            Some("keyring-provider") => one(&self.keyring_provider),
            Some("no-index") => one(&self.no_index),
            Some("pre") => one(&self.pre),
            Some("require-hashes") => one(&self.require_hashes),
            Some("uploaded-prior-to") => one(&self.uploaded_prior_to),
            Some(_) | None => Vec::new(),
        }
    }

    /// Adds the options of a file, whose name is that of messages. Options without a value count for nothing.
    fn merge(&mut self, name: &str, bytes: &[u8]) -> Result<(), SettingsError> {
        let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
        let text = str::from_utf8(bytes).map_err(|error| invalid(name, error))?;
        for Entry { section, key, value } in entries(text).map_err(|error| invalid(name, error))? {
            if !matches!(section.as_str(), "global" | "install") || value.is_empty() {
                continue;
            }
            let setting = Setting { name: format!("`{key}` in {name}"), text: value };
            match key.as_str() {
                "index-url" => self.index_url = Some(setting),
                "extra-index-url" => self.extra_index_urls = setting.split(char::is_whitespace),
                "find-links" => self.find_links = setting.split(char::is_whitespace),
                "constraint" => self.constraints = setting.split(char::is_whitespace),
                "keyring-provider" => self.keyring_provider = Some(setting),
                "require-hashes" => self.require_hashes = Some(setting),
                "pre" => self.pre = Some(setting),
                "uploaded-prior-to" => self.uploaded_prior_to = Some(setting),
                "no-binary" => self.no_binary = Some(setting),
                "only-binary" => self.only_binary = Some(setting),
                "no-index" => self.no_index = Some(setting),
                _ => {}
            }
        }
        Ok(())
    }
}

fn invalid(name: &str, source: impl Into<Box<dyn Error + Send + Sync>>) -> SettingsError {
    SettingsError::Invalid { name: name.to_owned(), source: source.into() }
}

/// The options of a file. As in Python's `configparser`, a value continues in lines that are indented more than its
/// option.
pub(super) fn entries(text: &str) -> Result<Vec<Entry>, InvalidLine> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut section = None;
    // The indentation of the last option, as long as its value may continue.
    let mut indentation = None;
    for (number, line) in (1..).zip(text.lines()) {
        let content = line.trim();
        if content.is_empty() || content.starts_with(['#', ';']) {
            continue;
        }
        let indented = line.len() - line.trim_start().len();
        if let (Some(entry), true) = (entries.last_mut(), indentation.is_some_and(|option| indented > option)) {
            if !entry.value.is_empty() {
                entry.value.push(' ');
            }
            entry.value.push_str(content);
        } else if let Some((name, _)) = content.strip_prefix('[').and_then(|rest| rest.rsplit_once(']')) {
            (section, indentation) = (Some(name.to_owned()), None);
        } else if let (Some(section), Some((key, value))) = (&section, content.split_once(['=', ':'])) {
            let key = key.trim().to_ascii_lowercase().replace('_', "-");
            entries.push(Entry { section: section.clone(), key, value: value.trim().to_owned() });
            indentation = Some(indented);
        } else {
            return Err(InvalidLine { number });
        }
    }
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(bytes: &[u8]) -> Result<PipConfiguration, String> {
        let mut configuration = PipConfiguration::default();
        let merged = configuration.merge("`pip.conf`", bytes);
        merged.map(|()| configuration).map_err(|error| error.source().map(ToString::to_string).unwrap_or_default())
    }

    fn setting(key: &str, text: &str) -> Setting {
        Setting { name: format!("`{key}` in `pip.conf`"), text: text.to_owned() }
    }

    #[test]
    fn index_options_are_read_as_pip_reads_them() {
        let text = "; company set-up\n[global]\n  index-url = https://index.example/simple\n  extra-index-url =\n    https://a.example/simple\n# more\n\n    \
             https://b.example/simple\n  find-links =\n[list]\nindex-url = https://other.example\n[install]\nfind_links: /srv/wheels\n\
             no-index = yes\nrequire-hashes = no\nconstraint = /etc/constraints.txt\npre = on\nonly-binary = a,b\n\
             no-binary = :none:\n";
        let expected = PipConfiguration {
            index_url: Some(setting("index-url", "https://index.example/simple")),
            extra_index_urls: vec![
                setting("extra-index-url", "https://a.example/simple"),
                setting("extra-index-url", "https://b.example/simple"),
            ],
            find_links: vec![setting("find-links", "/srv/wheels")],
            no_index: Some(setting("no-index", "yes")),
            no_binary: Some(setting("no-binary", ":none:")),
            only_binary: Some(setting("only-binary", "a,b")),
            constraints: vec![setting("constraint", "/etc/constraints.txt")],
            pre: Some(setting("pre", "on")),
            require_hashes: Some(setting("require-hashes", "no")),
            keyring_provider: None,
            uploaded_prior_to: None,
        };
        assert_eq!(merged(text.as_bytes()), Ok(expected.clone()));
        assert_eq!(merged(&[BYTE_ORDER_MARK, text.as_bytes()].concat()), Ok(expected));
    }

    #[test]
    fn a_file_that_cannot_be_understood_is_an_error() {
        let error = |bytes: &[u8]| merged(bytes).unwrap_err();
        assert_eq!(error(b"# f\xfcr alle\n[global]\n"), "invalid utf-8 sequence of 1 bytes from index 3");
        assert_eq!(error(b"\xff\xfe[\0g\0"), "invalid utf-8 sequence of 1 bytes from index 0");
        for (text, number) in [("index-url = x", 1), ("[global]\nindex-url", 2), ("\n[global\n", 2)] {
            assert_eq!(error(text.as_bytes()), format!("line {number} is not an option of a section"));
        }
    }
}
