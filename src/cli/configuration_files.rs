//! The configuration files of one run, each read once: Kingbolt's own at the start, those of uv and pip when something
//! first asks for them.

use std::sync::OnceLock;

use crate::host::Host;

use super::configuration::Configuration;
use super::pip_configuration::{self, PipConfiguration};
use super::setting::SettingsError;
use super::uv_configuration::{self, UvConfiguration};

/// The configuration files of a machine.
pub(super) struct ConfigurationFiles<'a> {
    pub host: &'a Host,
    pub own: Configuration,
    uv: OnceLock<UvConfiguration>,
    pip: OnceLock<PipConfiguration>,
}

impl<'a> ConfigurationFiles<'a> {
    /// The files beside Kingbolt's own, which were read.
    pub(super) fn beside(host: &'a Host, own: Configuration) -> Self {
        Self { host, own, uv: OnceLock::new(), pip: OnceLock::new() }
    }

    /// The settings in the files of uv.
    ///
    /// # Errors
    /// If one of them cannot be read or understood.
    pub(super) fn uv(&self) -> Result<&UvConfiguration, SettingsError> {
        once(&self.uv, || uv_configuration::read(self.host))
    }

    /// The settings in the files of pip.
    ///
    /// # Errors
    /// If one of them cannot be read or understood.
    pub(super) fn pip(&self) -> Result<&PipConfiguration, SettingsError> {
        once(&self.pip, || pip_configuration::read(self.host))
    }
}

fn once<T>(cell: &OnceLock<T>, read: impl FnOnce() -> Result<T, SettingsError>) -> Result<&T, SettingsError> {
    if let Some(value) = cell.get() {
        return Ok(value);
    }
    let value = read()?;
    Ok(cell.get_or_init(|| value))
}
