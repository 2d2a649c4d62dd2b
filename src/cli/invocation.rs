//! One run of the program: made once, and handed to every command.

use std::sync::Arc;

use serde::Serialize;

use crate::app::{AcceleratorSettings, Context, OnlineContext, PythonSettings};
use crate::host::network::{Network, NetworkSettings};
use crate::host::{Event, Host, Progress};
use crate::index::{FindLinks, IndexSettings};

use super::configuration_files::ConfigurationFiles;
use super::error::CliError;
use super::message::Message;
use super::output::say;
use super::progress::Reporter;
use super::report::{Document, document};
use super::settings::{Connectivity, Format, Settings, Verbosity};
use super::text::Style;

/// The machine, the settings, and the reporter of progress and warnings.
pub(super) struct Invocation<'a> {
    pub host: &'a Host,
    pub files: ConfigurationFiles<'a>,
    pub settings: Settings,
    pub pythons: PythonSettings,
    /// The settings for requests that name an accelerator.
    pub accelerator: AcceleratorSettings,
    pub reporter: Arc<Reporter>,
}

impl<'a> Invocation<'a> {
    /// An invocation with nothing to report yet.
    pub(super) fn new(
        files: ConfigurationFiles<'a>,
        settings: Settings,
        pythons: PythonSettings,
        accelerator: AcceleratorSettings,
    ) -> Self {
        let host = files.host;
        let reporter = Arc::new(Reporter::new(host, &settings));
        Self { host, files, settings, pythons, accelerator, reporter }
    }

    /// The context of use cases that need no network.
    pub(super) fn context(&self) -> Context<'_> {
        Context {
            host: self.host,
            directories: &self.settings.directories,
            pythons: &self.pythons,
            progress: &*self.reporter,
        }
    }

    /// The network, which knows the indexes and their credentials. It reports long waits.
    pub(super) fn network(&self, index: &IndexSettings) -> Network {
        self.network_with(index, &NetworkSettings::default())
    }

    /// The same with other time limits and retries.
    pub(super) fn network_with(&self, index: &IndexSettings, settings: &NetworkSettings) -> Network {
        let offline = self.settings.connectivity == Connectivity::Offline;
        let network = Network::new(self.host, NetworkSettings { offline, keyring: index.keyring, ..settings.clone() });
        if let (Some(setting), None) = (&index.no_index, index.indexes().next()) {
            let message = &format!("no index is searched: {setting} turns them off");
            self.reporter.event(Event::Warning { message });
        }
        index.indexes().for_each(|index| network.add_named(&index.url().into()));
        for place in &index.find_links {
            if let FindLinks::Url(url) = place {
                network.add_named(&url.into());
            }
        }
        if let Some(mirror) = &self.accelerator.mirror {
            network.add_named(&mirror.address());
        }
        network.reporting_to(Arc::<Reporter>::clone(&self.reporter))
    }

    /// The network for files that no index has.
    pub(super) fn network_without_indexes(&self) -> Network {
        self.network(&IndexSettings::without_indexes())
    }

    /// The context of use cases that need the network.
    pub(super) fn online<'b>(&'b self, network: &'b Network) -> OnlineContext<'b> {
        OnlineContext {
            local: self.context(),
            network,
            accelerator: &self.accelerator,
            jobs: self.settings.jobs,
            locked: &self.settings.locked_rules,
        }
    }

    /// The style of messages.
    pub(super) fn style(&self) -> Style {
        Style::new(self.settings.palette)
    }

    /// Prints a message on stderr, unless `--quiet` was given.
    pub(super) fn say(&self, line: &str) {
        self.show(&Message::plain(line));
    }

    /// Prints a message that may be painted on stderr, unless `--quiet` was given.
    pub(super) fn show(&self, message: &Message) {
        if self.settings.verbosity != Verbosity::Quiet {
            say(message);
        }
    }

    /// Prints the document of a command on stdout, if `--json` was given.
    pub(super) fn document(&self, command: &str, content: impl Serialize) -> Result<(), CliError> {
        self.print(&Document { schema: super::JSON_SCHEMA, command, content, warnings: None })
    }

    /// Prints the document of a command on stdout, with the warnings so far, if `--json` was given.
    pub(super) fn document_with_warnings(&self, command: &str, content: impl Serialize) -> Result<(), CliError> {
        let warnings = Some(self.reporter.warnings());
        self.print(&Document { schema: super::JSON_SCHEMA, command, content, warnings })
    }

    fn print(&self, content: &Document<'_, impl Serialize>) -> Result<(), CliError> {
        match self.settings.format {
            Format::Json => document(content),
            Format::Text => Ok(()),
        }
    }
}
