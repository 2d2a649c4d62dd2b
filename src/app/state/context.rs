//! The context that use cases work in.

use std::num::NonZeroUsize;

use crate::host::network::Network;
use crate::host::{Host, Progress};
use crate::resolve::LockedRules;

use crate::app::request::PythonSettings;

use super::directories::Directories;
use crate::app::request::AcceleratorSettings;

/// The machine, the directories of Kingbolt, and the receiver of progress.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    pub host: &'a Host,
    pub directories: &'a Directories,
    pub pythons: &'a PythonSettings,
    pub progress: &'a dyn Progress,
}

/// A context with a network.
#[derive(Clone, Copy)]
pub struct OnlineContext<'a> {
    pub local: Context<'a>,
    pub network: &'a Network,
    /// The settings for requests that name an accelerator.
    pub accelerator: &'a AcceleratorSettings,
    /// The number of downloads and unpackings at once.
    pub jobs: NonZeroUsize,
    /// The rules for versions that hold whatever a request asks for.
    pub locked: &'a LockedRules,
}
