//! One setting: its text and its name in messages.

use std::error::Error;

use crate::host::Environment;
use crate::index::InvalidIndexUrl;

/// The text of a setting, and its name in messages.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Setting {
    pub name: String,
    pub text: String,
}

/// Settings that cannot be determined.
#[derive(Debug, thiserror::Error)]
pub(super) enum SettingsError {
    /// A setting that exists and cannot be understood.
    #[error("failed to use {name}")]
    Invalid { name: String, source: Box<dyn Error + Send + Sync> },
    /// An option for a key of the system's configuration file that nobody may override.
    #[error("`{option}` cannot be used: {by} is locked")]
    Locked { option: String, by: String },
    #[error("failed to find the home directory")]
    NoHome,
    /// An index as typed.
    #[error(transparent)]
    Typed(#[from] InvalidIndexUrl),
}

impl Setting {
    /// The parts of the text, each under the same name.
    pub(super) fn split(&self, is_separator: impl Fn(char) -> bool) -> Vec<Self> {
        let texts = self.text.split(is_separator).map(str::trim).filter(|text| !text.is_empty());
        texts.map(|text| Self { name: self.name.clone(), text: text.to_owned() }).collect()
    }

    /// The error for a text that is not what the setting needs.
    pub(super) fn invalid<E: Into<Box<dyn Error + Send + Sync>>>(&self) -> impl FnOnce(E) -> SettingsError {
        let name = self.name.clone();
        |source| SettingsError::Invalid { name, source: source.into() }
    }
}

impl SettingsError {
    /// Advice for the error.
    pub(super) fn hint(&self) -> Option<String> {
        match self {
            Self::Invalid { .. } => Some("correct or remove the setting; settings are never ignored".to_owned()),
            Self::Locked { .. } => Some("leave the option out, or ask the administrator of this machine".to_owned()),
            Self::NoHome => Some(
                "set HOME, or set KINGBOLT_HOME, KINGBOLT_BIN_DIR and KINGBOLT_CACHE_DIR to absolute paths".to_owned(),
            ),
            Self::Typed(_) => None,
        }
    }
}

/// The most bytes of a file of settings: pip's configuration, constraints, overrides.
pub(super) const LONGEST_SETTINGS: u64 = 1024 * 1024;

/// A variable, if it is set.
pub(super) fn variable(environment: &Environment, name: &str) -> Result<Option<Setting>, SettingsError> {
    let Some(value) = environment.var_os(name) else { return Ok(None) };
    let name = format!("`{name}`");
    match value.to_str() {
        Some(text) => Ok(Some(Setting { name, text: text.to_owned() })),
        None => Err(SettingsError::Invalid { name, source: "it is not valid Unicode".into() }),
    }
}

/// The first of several variables that is set.
pub(super) fn first_variable(environment: &Environment, names: &[&str]) -> Result<Option<Setting>, SettingsError> {
    names.iter().find_map(|name| variable(environment, name).transpose()).transpose()
}

/// A truth value as pip and uv write it.
pub(super) fn is_true(setting: &Setting) -> Result<bool, SettingsError> {
    match setting.text.trim().to_ascii_lowercase().as_str() {
        "1" | "on" | "t" | "true" | "y" | "yes" => Ok(true),
        "0" | "f" | "false" | "n" | "no" | "off" => Ok(false),
        _ => Err(setting.invalid()("it is neither true nor false")),
    }
}
