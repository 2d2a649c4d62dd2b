//! The text of a `config.toml` -> settings. A key or value that means nothing is an error with its line.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::app::absolute_place;
use crate::cli::setting::{Setting, SettingsError};
use crate::python::PythonRequest;

use super::keys::{KEYS, Key, Kind};

/// The settings of one file.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct ConfigurationFile {
    /// By the name of the key; single values are lists of one.
    pub(super) values: BTreeMap<&'static str, Vec<Setting>>,
    pub(super) locked: BTreeSet<&'static str>,
}

/// The key of a system's file whose values are the keys that nobody may override.
const LOCKED: &str = "locked";

/// The person whose file it is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Scope {
    Person,
    System,
}

impl ConfigurationFile {
    /// Parses a file.
    ///
    /// # Errors
    /// When it is not TOML, or has a key or a value that means nothing.
    pub(super) fn parse(path: &Path, text: &str, scope: Scope) -> Result<Self, SettingsError> {
        let line_at = |offset: usize| text.get(..offset).unwrap_or_default().matches('\n').count() + 1;
        let invalid = |offset: usize, problem: String| SettingsError::Invalid {
            name: format!("`{}`", path.display()),
            source: Box::<dyn Error + Send + Sync>::from(format!("line {}: {problem}", line_at(offset))),
        };
        let document = DeTable::parse(text)
            .map_err(|error| invalid(error.span().map_or(0, |span| span.start), error.message().replace('\n', " ")))?;
        let mut file = Self::default();
        let mut locked = Vec::new();
        for (name, value) in document.get_ref() {
            let offset = name.span().start;
            if scope == Scope::System && name.get_ref() == LOCKED {
                let names = texts(value).ok_or_else(|| invalid(offset, expected(LOCKED, "a list of keys")))?;
                locked.extend(names.into_iter().map(|name| (offset, name)));
                continue;
            }
            let key = known(name.get_ref()).ok_or_else(|| invalid(offset, unknown(name.get_ref(), scope)))?;
            let directory = path.parent().unwrap_or(path);
            let values = values(key, value, directory)
                .ok_or_else(|| invalid(offset, expected(key.name, &key.kind.expectation())))?;
            let name = format!("`{}` in `{}`, line {}", key.name, path.display(), line_at(offset));
            let setting = |text| Setting { name: name.clone(), text };
            file.values.insert(key.name, values.into_iter().map(setting).collect());
        }
        for (offset, name) in locked {
            match known(&name).filter(|key| file.values.contains_key(key.name)) {
                Some(key) => _ = file.locked.insert(key.name),
                None => {
                    return Err(invalid(offset, format!("`locked` names `{name}`, which has no value in this file")));
                }
            }
        }
        Ok(file)
    }
}

impl Kind {
    /// The values, for messages.
    fn expectation(self) -> String {
        match self {
            Self::Choice(choices) => {
                let choices: Vec<String> = choices.iter().map(|choice| format!("\"{choice}\"")).collect();
                choices.join(" or ")
            }
            Self::Flag => "true or false".to_owned(),
            Self::Number => "a whole number from 1 to 255".to_owned(),
            Self::Path | Self::Place | Self::Text => "a string".to_owned(),
            Self::Python => "a Python version, command or path".to_owned(),
            Self::Paths | Self::Places | Self::Texts => "a list of strings".to_owned(),
        }
    }
}

fn known(name: &str) -> Option<&'static Key> {
    KEYS.iter().copied().find(|key| key.name == name)
}

fn unknown(name: &str, scope: Scope) -> String {
    match scope {
        Scope::Person if name == LOCKED => "only the file of the system can have `locked`".to_owned(),
        Scope::Person | Scope::System => format!("unknown key `{name}`"),
    }
}

fn expected(name: &str, values: &str) -> String {
    format!("`{name}` must be {values}")
}

/// The values of a key as texts; `None` if they are of another kind.
fn values(key: &Key, value: &Spanned<DeValue<'_>>, directory: &Path) -> Option<Vec<String>> {
    let one =
        |value: &Spanned<DeValue<'_>>| value.get_ref().as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    let path = |text: String| directory.join(text).display().to_string();
    let place = |text: String| absolute_place(&text, directory).with_secrets().to_owned();
    Some(match key.kind {
        Kind::Choice(choices) => vec![one(value).filter(|text| choices.contains(&text.as_str()))?],
        Kind::Flag => vec![value.get_ref().as_bool()?.to_string()],
        Kind::Number => {
            let number = value.get_ref().as_integer()?;
            let number = u8::from_str_radix(number.as_str(), number.radix()).ok().filter(|number| *number > 0)?;
            vec![number.to_string()]
        }
        Kind::Path => vec![path(one(value)?)],
        Kind::Paths => texts(value)?.into_iter().map(path).collect(),
        Kind::Python => match PythonRequest::parse(&one(value)?).ok()? {
            PythonRequest::Path(relative) => vec![path(relative.display().to_string())],
            PythonRequest::Any
            | PythonRequest::Build { .. }
            | PythonRequest::Command(_)
            | PythonRequest::Specifiers(_) => vec![one(value)?],
        },
        Kind::Place => vec![place(one(value)?)],
        Kind::Places => texts(value)?.into_iter().map(place).collect(),
        Kind::Text => vec![one(value)?],
        Kind::Texts => texts(value)?,
    })
}

fn texts(value: &Spanned<DeValue<'_>>) -> Option<Vec<String>> {
    value.get_ref().as_array()?.iter().map(|value| value.get_ref().as_str().map(str::to_owned)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str, scope: Scope) -> String {
        let error = ConfigurationFile::parse(Path::new("config.toml"), text, scope).expect_err("it is wrong");
        error.source().map(ToString::to_string).unwrap_or_default()
    }

    #[test]
    fn keys_and_values_that_mean_nothing_are_told_with_their_line() {
        for (text, told) in [
            ("jobs = 4\nindex = 'x'", "line 2: unknown key `index`"),
            ("\njobs = 0", "line 2: `jobs` must be a whole number from 1 to 255"),
            ("jobs = '4'", "line 1: `jobs` must be a whole number from 1 to 255"),
            ("offline = 1", "line 1: `offline` must be true or false"),
            ("link-mode = 'dir'", "line 1: `link-mode` must be \"copy\" or \"file\""),
            ("find-links = 'wheels'", "line 1: `find-links` must be a list of strings"),
            ("index-url = ''", "line 1: `index-url` must be a string"),
            ("python = '3.x'", "line 1: `python` must be a Python version, command or path"),
            ("locked = ['jobs']\n", "line 1: only the file of the system can have `locked`"),
        ] {
            assert_eq!(error(text, Scope::Person), told, "{text}");
        }
        let told = "line 2: `locked` names `jobs`, which has no value in this file";
        assert_eq!(error("offline = true\nlocked = ['jobs']", Scope::System), told);
        assert!(error("a = \n", Scope::System).starts_with("line 1: "));
    }
}
