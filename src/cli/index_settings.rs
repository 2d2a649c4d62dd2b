//! Options, variables and configuration files -> the indexes to search. A setting that exists and cannot be understood
//! is an error that names it: without it, another index than the intended one would be searched.

use std::path::Path;

use crate::host::Host;
use crate::index::{FindLinks, ForbiddenIsAbsent, IndexSettings, IndexUrl, PageReuse, StatedHashes};

use super::args::IndexArguments;
use super::configuration::{
    Configuration, EXTRA_INDEX_URL, FIND_LINKS, INDEX_ABSENT_STATUS, INDEX_URL, Key, NO_INDEX, REQUIRE_HASHES,
};
use super::configuration_files::ConfigurationFiles;
use super::keyring_settings::keyring_use;
use super::pip_configuration::PipConfiguration;
use super::setting::{Setting, SettingsError, first_variable, is_true, variable};
use super::uv_configuration::UvConfiguration;

/// The settings of this machine, as far as options do not replace them.
struct Reader<'a> {
    host: &'a Host,
    configuration: &'a Configuration,
    uv: &'a UvConfiguration,
    pip: &'a PipConfiguration,
}

/// The indexes to search, from options, environment and configuration files.
///
/// # Errors
/// If one of them cannot be read or is not a URL or path.
pub(super) fn index_settings(
    files: &ConfigurationFiles<'_>,
    arguments: &IndexArguments,
) -> Result<IndexSettings, SettingsError> {
    let ConfigurationFiles { host, own: configuration, .. } = files;
    let reader = Reader { host, configuration, uv: files.uv()?, pip: files.pip()? };
    let locked = |key: &Key| reader.configuration.locked(key);
    let directory = host.environment.current_dir();
    let typed_index = |text: &String| IndexUrl::parse(text, directory);
    let typed_links = |text: &String| FindLinks::parse(text, directory);
    // `no-index` of pip and uv concerns what they name; what is named for Kingbolt alone is searched all the same.
    let no_index = reader.no_index()?;
    let others = no_index.is_none();
    let index_url = match (locked(&INDEX_URL), &arguments.index_url) {
        (Some(locked), _) => locked.first().map(|setting| reader.index(setting)).transpose()?,
        (None, Some(text)) => Some(typed_index(text)?),
        (None, None) => reader.index_url(others)?,
    };
    let extra_index_urls = match (locked(&EXTRA_INDEX_URL), arguments.extra_index_urls.as_slice()) {
        (Some(locked), _) => reader.indexes(locked)?,
        (None, []) => reader.extra_index_urls(others)?,
        (None, typed) => typed.iter().map(typed_index).collect::<Result<_, _>>()?,
    };
    let find_links = match (locked(&FIND_LINKS), arguments.find_links.as_slice()) {
        (Some(locked), _) => reader.places(locked)?,
        (None, []) => reader.find_links()?,
        (None, typed) => typed.iter().map(typed_links).collect::<Result<_, _>>()?,
    };
    let forbidden_is_absent = reader.forbidden_is_absent()?;
    let no_index = no_index.map(|setting| setting.name);
    Ok(IndexSettings {
        index_url,
        extra_index_urls,
        find_links,
        forbidden_is_absent,
        no_index,
        page_reuse: PageReuse::default(),
        hashes: reader.hashes()?,
        keyring: keyring_use(files)?,
    })
}

impl Reader<'_> {
    /// The setting that turns indexes off, if one does.
    fn no_index(&self) -> Result<Option<Setting>, SettingsError> {
        let setting = self.configuration.value(self.host, &NO_INDEX)?;
        let setting = setting.or_else(|| self.uv.no_index.clone()).or_else(|| self.pip.no_index.clone());
        match setting {
            Some(setting) if is_true(&setting)? => Ok(Some(setting)),
            Some(_) | None => Ok(None),
        }
    }

    /// The rule on hashes that holds for every request.
    fn hashes(&self) -> Result<StatedHashes, SettingsError> {
        let setting = self.configuration.value(self.host, &REQUIRE_HASHES)?;
        match setting.or_else(|| self.pip.require_hashes.clone()) {
            Some(setting) if is_true(&setting)? => Ok(StatedHashes::Required),
            Some(_) | None => Ok(StatedHashes::AsRequested),
        }
    }

    fn index_url(&self, others: bool) -> Result<Option<IndexUrl>, SettingsError> {
        if let Some(setting) = self.variable("KINGBOLT_INDEX_URL")? {
            return self.index(&setting).map(Some);
        }
        let ours = self.configuration.one(&INDEX_URL);
        if !others {
            return ours.map(|setting| self.index(&setting)).transpose();
        }
        if let Some(setting) = self.variable("UV_DEFAULT_INDEX")? {
            return self.named_index(&setting).map(Some);
        }
        if let Some(setting) = self.first(&["UV_INDEX_URL", "PIP_INDEX_URL"])?.or(ours) {
            return self.index(&setting).map(Some);
        }
        if let Some(setting) = &self.uv.default_index {
            return self.named_index(setting).map(Some);
        }
        self.pip.index_url.as_ref().map_or_else(|| Ok(IndexUrl::pypi()), |setting| self.index(setting)).map(Some)
    }

    fn extra_index_urls(&self, others: bool) -> Result<Vec<IndexUrl>, SettingsError> {
        if let Some(ours) = self.words("KINGBOLT_EXTRA_INDEX_URL")? {
            return self.indexes(&ours);
        }
        let ours = self.configuration.stated(&EXTRA_INDEX_URL);
        if !others {
            return self.indexes(ours.unwrap_or_default());
        }
        // uv searches those of both variables.
        let (named, plain) = (self.words("UV_INDEX")?, self.words("UV_EXTRA_INDEX_URL")?);
        if named.is_some() || plain.is_some() {
            let named = named.unwrap_or_default();
            let mut found: Vec<IndexUrl> = named.iter().map(|text| self.named_index(text)).collect::<Result<_, _>>()?;
            found.append(&mut self.indexes(&plain.unwrap_or_default())?);
            return Ok(found);
        }
        match (self.words("PIP_EXTRA_INDEX_URL")?, ours) {
            (Some(pip), _) => self.indexes(&pip),
            (None, Some(ours)) => self.indexes(ours),
            (None, None) if !self.uv.indexes.is_empty() => {
                self.uv.indexes.iter().map(|setting| self.named_index(setting)).collect()
            }
            (None, None) => self.indexes(&self.pip.extra_index_urls),
        }
    }

    fn find_links(&self) -> Result<Vec<FindLinks>, SettingsError> {
        let settings = match (self.words("KINGBOLT_FIND_LINKS")?, self.variable("UV_FIND_LINKS")?) {
            (Some(ours), _) => ours,
            (None, Some(places)) => places.split(|character| character == ','),
            (None, None) => match (self.words("PIP_FIND_LINKS")?, self.configuration.stated(&FIND_LINKS)) {
                (Some(pip), _) => pip,
                (None, Some(ours)) => ours.to_vec(),
                (None, None) if !self.uv.find_links.is_empty() => self.uv.find_links.clone(),
                (None, None) => self.pip.find_links.clone(),
            },
        };
        self.places(&settings)
    }

    fn places(&self, settings: &[Setting]) -> Result<Vec<FindLinks>, SettingsError> {
        let parse = |setting: &Setting| FindLinks::parse(&setting.text, self.directory()).map_err(setting.invalid());
        let mut places: Vec<FindLinks> = settings.iter().map(parse).collect::<Result<_, _>>()?;
        // pip ignores a missing directory in its configuration, too.
        let is_missing = |path: &Path| self.host.files.kind(path).is_ok_and(|kind| kind.is_none());
        places.retain(|place| !matches!(place, FindLinks::Path(path) if is_missing(path)));
        Ok(places)
    }

    fn forbidden_is_absent(&self) -> Result<ForbiddenIsAbsent, SettingsError> {
        let stated = self.configuration.locked(&INDEX_ABSENT_STATUS);
        let setting = match (stated, self.variable("KINGBOLT_INDEX_ABSENT_STATUS")?) {
            (None, Some(variable)) => variable,
            (stated, _) => {
                let stated = stated.or_else(|| self.configuration.stated(&INDEX_ABSENT_STATUS)).unwrap_or_default();
                let Some(first) = stated.first() else { return Ok(ForbiddenIsAbsent::default()) };
                let texts: Vec<&str> = stated.iter().map(|setting| setting.text.as_str()).collect();
                Setting { name: first.name.clone(), text: texts.join(" ") }
            }
        };
        ForbiddenIsAbsent::parse(&setting.text, self.directory()).map_err(setting.invalid())
    }

    fn indexes(&self, settings: &[Setting]) -> Result<Vec<IndexUrl>, SettingsError> {
        settings.iter().map(|setting| self.index(setting)).collect()
    }

    fn index(&self, setting: &Setting) -> Result<IndexUrl, SettingsError> {
        IndexUrl::parse(&setting.text, self.directory()).map_err(setting.invalid())
    }

    /// An index as uv writes it, `name=url` or `url`, with the credentials in the variables of its name.
    fn named_index(&self, setting: &Setting) -> Result<IndexUrl, SettingsError> {
        let Some((name, url)) = setting.text.split_once('=').filter(|(name, _)| is_index_name(name)) else {
            return self.index(setting);
        };
        let index = self.index(&Setting { name: setting.name.clone(), text: url.to_owned() })?;
        let name: String =
            name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect();
        let user = self.variable(&format!("UV_INDEX_{name}_USERNAME"))?;
        let password = self.variable(&format!("UV_INDEX_{name}_PASSWORD"))?;
        if user.is_none() && password.is_none() {
            return Ok(index);
        }
        let user = user.map(|user| user.text).unwrap_or_default();
        Ok(index.with_credentials(&user, password.as_ref().map(|password| password.text.as_str())))
    }

    fn first(&self, names: &[&str]) -> Result<Option<Setting>, SettingsError> {
        first_variable(&self.host.environment, names)
    }

    /// The words of a variable, if it is set.
    fn words(&self, name: &str) -> Result<Option<Vec<Setting>>, SettingsError> {
        Ok(self.variable(name)?.map(|setting| setting.split(char::is_whitespace)))
    }

    fn variable(&self, name: &str) -> Result<Option<Setting>, SettingsError> {
        variable(&self.host.environment, name)
    }

    fn directory(&self) -> &Path {
        self.host.environment.current_dir()
    }
}

/// True if the text is the name of an index in uv's settings.
fn is_index_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
}
