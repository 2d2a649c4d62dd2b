//! The indexes, the use of the keyring, and the choice of Pythons, in uv's configuration files, so that a machine set up for uv needs no second set-up.
//! Source: uv's reference, "Configuration files".

use std::path::Path;

use serde::Deserialize;

use crate::host::Host;

use super::configuration::{Key, person_directory, system_directories};
use super::setting::{LONGEST_SETTINGS, Setting, SettingsError, first_variable, is_true, variable};

/// The settings of the files, those of the person before those of the system.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct UvConfiguration {
    /// As uv's variables write it, `name=url` or `url`.
    pub default_index: Option<Setting>,
    pub indexes: Vec<Setting>,
    pub find_links: Vec<Setting>,
    pub no_index: Option<Setting>,
    pub keyring_provider: Option<Setting>,
    pub python_preference: Option<Setting>,
    pub python_downloads: Option<Setting>,
}

/// The keys that matter here; others are uv's own.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Document {
    index_url: Option<String>,
    #[serde(default)]
    extra_index_url: Vec<String>,
    #[serde(default)]
    index: Vec<Index>,
    #[serde(default)]
    find_links: Vec<String>,
    no_index: Option<bool>,
    keyring_provider: Option<String>,
    python_preference: Option<String>,
    python_downloads: Option<String>,
}

#[derive(Deserialize)]
struct Index {
    name: Option<String>,
    url: String,
    #[serde(default)]
    default: bool,
    /// For packages that a project names: there are none here.
    #[serde(default)]
    explicit: bool,
}

/// Reads the files: that of the person, and the first of the system.
///
/// # Errors
/// If a file exists and cannot be read or understood.
pub(super) fn read(host: &Host) -> Result<UvConfiguration, SettingsError> {
    let mut configuration = UvConfiguration::default();
    if first_variable(&host.environment, &["UV_NO_CONFIG"])?.map(|setting| is_true(&setting)).transpose()? == Some(true)
    {
        return Ok(configuration);
    }
    let named = variable(&host.environment, "UV_CONFIG_FILE")?;
    if let Some(named) = named {
        let path = host.environment.current_dir().join(named.text);
        configuration.merge(host, &path)?;
        return Ok(configuration);
    }
    if let Some(directory) = person_directory(host) {
        configuration.merge(host, &directory.join("uv").join("uv.toml"))?;
    }
    for directory in system_directories(host) {
        if configuration.merge(host, &directory.join("uv").join("uv.toml"))? == Found::Yes {
            break;
        }
    }
    Ok(configuration)
}

/// The presence of a file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Found {
    No,
    Yes,
}

impl UvConfiguration {
    /// The settings for a key of ours.
    pub(super) fn settings(&self, key: &Key) -> Vec<Setting> {
        match key.uv {
            Some("index-url") => self.default_index.iter().cloned().collect(),
            Some("extra-index-url") => self.indexes.clone(),
            Some("find-links") => self.find_links.clone(),
            Some("keyring-provider") => self.keyring_provider.iter().cloned().collect(),
            Some("python-downloads") => self.python_downloads.iter().cloned().collect(),
            Some("python-preference") => self.python_preference.iter().cloned().collect(),
            Some("no-index") => self.no_index.iter().cloned().collect(),
            Some(_) | None => Vec::new(),
        }
    }

    /// Adds a file behind those that count more.
    fn merge(&mut self, host: &Host, path: &Path) -> Result<Found, SettingsError> {
        let name = format!("`{}`", path.display());
        let invalid = |source| SettingsError::Invalid { name: name.clone(), source };
        let read = host.files.read_if_present_at_most(path, LONGEST_SETTINGS);
        let Some(bytes) = read.map_err(|error| invalid(error.source.into()))? else { return Ok(Found::No) };
        let text = String::from_utf8(bytes).map_err(|error| invalid(error.into()))?;
        let document: Document = toml::from_str(&text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            invalid(format!("line {line}: {}", error.message().replace('\n', " ")).into())
        })?;
        let setting = |key: &str, text: String| Setting { name: format!("`{key}` in {name}"), text };
        let (default, others): (Vec<_>, Vec<_>) =
            document.index.into_iter().filter(|index| !index.explicit).partition(|index| index.default);
        let named = |index: Index| {
            let text = index.name.map_or(index.url.clone(), |name| format!("{name}={}", index.url));
            setting("index", text)
        };
        let default = default.into_iter().next().map(named);
        let default = default.or_else(|| document.index_url.map(|url| setting("index-url", url)));
        self.default_index = self.default_index.take().or(default);
        self.indexes.extend(others.into_iter().map(named));
        self.indexes.extend(document.extra_index_url.into_iter().map(|url| setting("extra-index-url", url)));
        let directory = path.parent().unwrap_or(path);
        self.find_links.extend(document.find_links.into_iter().map(|place| {
            let place = crate::app::absolute_place(&place, directory);
            setting("find-links", place.with_secrets().to_owned())
        }));
        let no_index = document.no_index.map(|flag| setting("no-index", flag.to_string()));
        self.no_index = self.no_index.take().or(no_index);
        let provider = document.keyring_provider.map(|text| setting("keyring-provider", text));
        self.keyring_provider = self.keyring_provider.take().or(provider);
        let preference = document.python_preference.map(|text| setting("python-preference", text));
        self.python_preference = self.python_preference.take().or(preference);
        let downloads = document.python_downloads.map(|text| setting("python-downloads", text));
        self.python_downloads = self.python_downloads.take().or(downloads);
        Ok(Found::Yes)
    }
}
