//! Options, variables and pip's configuration -> the indexes to search. A setting that exists and cannot be understood
//! is an error that names it: without it, another index than the intended one would be searched.

use std::path::Path;

use crate::host::Host;
use crate::index::{FindLinks, ForbiddenIsAbsent, IndexSettings, IndexUrl, PageReuse};

use super::args::IndexArguments;
use super::pip_configuration::{self, PipConfiguration};
use super::settings::{Setting, SettingsError, first_variable, is_true, variable};

/// The settings of this machine, as far as options do not replace them.
struct Reader<'a> {
    host: &'a Host,
    pip: PipConfiguration,
}

/// The indexes to search, from options, environment and pip's configuration.
///
/// # Errors
/// If one of them cannot be read or is not a URL or path.
pub(super) fn index_settings(host: &Host, arguments: &IndexArguments) -> Result<IndexSettings, SettingsError> {
    let reader = Reader { host, pip: pip_configuration::read(host)? };
    let directory = host.environment.current_dir();
    let typed_index = |text: &String| IndexUrl::parse(text, directory);
    let typed_links = |text: &String| FindLinks::parse(text, directory);
    // `no-index` of pip and uv concerns what they name; what is named for Kingbolt alone is searched all the same.
    let no_index = reader.no_index()?;
    let others = no_index.is_none();
    let index_url = match &arguments.index_url {
        Some(text) => Some(typed_index(text)?),
        None => reader.index_url(others)?,
    };
    let extra_index_urls = match arguments.extra_index_urls.as_slice() {
        [] => reader.extra_index_urls(others)?,
        typed => typed.iter().map(typed_index).collect::<Result<_, _>>()?,
    };
    let find_links = match arguments.find_links.as_slice() {
        [] => reader.find_links()?,
        typed => typed.iter().map(typed_links).collect::<Result<_, _>>()?,
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
    })
}

impl Reader<'_> {
    /// The setting that turns indexes off, if one does.
    fn no_index(&self) -> Result<Option<Setting>, SettingsError> {
        let setting = match self.first(&["UV_NO_INDEX", "PIP_NO_INDEX"])? {
            Some(setting) => Some(setting),
            None => self.pip.no_index.clone(),
        };
        match setting {
            Some(setting) if is_true(&setting)? => Ok(Some(setting)),
            Some(_) | None => Ok(None),
        }
    }

    fn index_url(&self, others: bool) -> Result<Option<IndexUrl>, SettingsError> {
        if let Some(setting) = self.variable("KINGBOLT_INDEX_URL")? {
            return self.index(&setting).map(Some);
        }
        if !others {
            return Ok(None);
        }
        if let Some(setting) = self.variable("UV_DEFAULT_INDEX")? {
            return self.named_index(&setting).map(Some);
        }
        let setting = self.first(&["UV_INDEX_URL", "PIP_INDEX_URL"])?.or_else(|| self.pip.index_url.clone());
        setting.map_or_else(|| Ok(IndexUrl::pypi()), |setting| self.index(&setting)).map(Some)
    }

    fn extra_index_urls(&self, others: bool) -> Result<Vec<IndexUrl>, SettingsError> {
        let all = |settings: Vec<Setting>| settings.iter().map(|setting| self.index(setting)).collect();
        if let Some(ours) = self.words("KINGBOLT_EXTRA_INDEX_URL")? {
            return all(ours);
        }
        if !others {
            return Ok(Vec::new());
        }
        // uv searches those of both variables.
        let (named, plain) = (self.words("UV_INDEX")?, self.words("UV_EXTRA_INDEX_URL")?);
        if named.is_some() || plain.is_some() {
            let named = named.unwrap_or_default();
            let mut found: Vec<IndexUrl> = named.iter().map(|text| self.named_index(text)).collect::<Result<_, _>>()?;
            found.append(&mut all(plain.unwrap_or_default())?);
            return Ok(found);
        }
        all(self.words("PIP_EXTRA_INDEX_URL")?.unwrap_or_else(|| self.pip.extra_index_urls.clone()))
    }

    fn find_links(&self) -> Result<Vec<FindLinks>, SettingsError> {
        let settings = match (self.words("KINGBOLT_FIND_LINKS")?, self.variable("UV_FIND_LINKS")?) {
            (Some(ours), _) => ours,
            (None, Some(places)) => places.split(|character| character == ','),
            (None, None) => self.words("PIP_FIND_LINKS")?.unwrap_or_else(|| self.pip.find_links.clone()),
        };
        let parse = |setting: &Setting| FindLinks::parse(&setting.text, self.directory()).map_err(setting.invalid());
        let mut places: Vec<FindLinks> = settings.iter().map(parse).collect::<Result<_, _>>()?;
        // pip ignores a missing directory in its configuration, too.
        let is_missing = |path: &Path| self.host.files.kind(path).is_ok_and(|kind| kind.is_none());
        places.retain(|place| !matches!(place, FindLinks::Path(path) if is_missing(path)));
        Ok(places)
    }

    fn forbidden_is_absent(&self) -> Result<ForbiddenIsAbsent, SettingsError> {
        let Some(setting) = self.variable("KINGBOLT_INDEX_ABSENT_STATUS")? else {
            return Ok(ForbiddenIsAbsent::default());
        };
        ForbiddenIsAbsent::parse(&setting.text, self.directory()).map_err(setting.invalid())
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
