//! What is wished for, and how far a wish goes.

use crate::index::IndexSettings;

use crate::app::change::bin_directory::Foreign;
use crate::app::state::retention::Keep;
use crate::app::{AppName, Request};

/// A wish to have an application.
#[derive(Clone, Debug)]
pub struct Wish {
    pub app: AppName,
    pub request: Request,
    /// The indexes to ask, with credentials.
    pub index: IndexSettings,
    pub renewal: Renewal,
    pub foreign: Foreign,
    /// What a new generation has to pass before it becomes current.
    pub check: Check,
    pub keep: Keep,
    pub mode: Mode,
}

/// What a new generation is tried with.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Check {
    /// Its metadata can be read, and its console entry points can be imported.
    EntryPoints,
    Nothing,
}

/// Whether an installation that already meets the request is made anew.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Renewal {
    Always,
    WhenChanged,
}

/// Whether the commands go into the bin directory.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::app) enum Exposure {
    BinDirectory,
    Hidden,
}

impl Exposure {
    /// What `run` installs stays out of sight.
    pub(in crate::app) fn of(app: &AppName) -> Self {
        if app.is_hidden() { Self::Hidden } else { Self::BinDirectory }
    }
}

/// Whether the plan is carried out.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Mode {
    DryRun,
    Perform,
}
