//! Failures of a command that changes several apps: one does not keep the others from being changed.

use serde::Serialize;

use super::error::CliError;
use super::exit::Exit;
use super::invocation::Invocation;
use super::report::{FailureDetails, details, print_error};

/// The failures of one command so far.
pub(super) struct Failures<'a> {
    invocation: &'a Invocation<'a>,
    /// The verb for messages: "failed to `act` `app`".
    act: &'static str,
    /// The number of apps that were named.
    all: usize,
    exits: Vec<Exit>,
}

/// One failure, in a document that lists failures apart from results.
#[derive(Debug, Serialize)]
pub(super) struct Failed {
    pub app: String,
    pub error: FailureDetails,
}

impl Failed {
    /// The error of a command, with its results under a key, and failures under `failed`.
    pub(super) fn beside<T: Serialize>(error: CliError, key: &str, done: &[T], failed: &[Self]) -> CliError {
        if failed.is_empty() {
            return CliError::partly(error, key, done);
        }
        CliError::Partly { source: Box::new(error), done: serde_json::json!({ key: done, "failed": failed }) }
    }
}

impl<'a> Failures<'a> {
    /// No failures yet.
    pub(super) fn new(invocation: &'a Invocation<'a>, act: &'static str, all: usize) -> Self {
        Self { invocation, act, all, exits: Vec::new() }
    }

    /// Prints the failure of one app, and returns its parts for the document.
    ///
    /// # Errors
    /// The same error if it ends the command: there is only this app, somebody interrupted, or nothing can be printed.
    pub(super) fn report(&mut self, object: &str, error: CliError) -> Result<FailureDetails, CliError> {
        let is_end = matches!(error, CliError::Output { .. }) || self.invocation.host.interrupt.is_raised();
        if self.all == 1 || is_end {
            return Err(error);
        }
        self.count(error.exit());
        let error = CliError::Of { act: self.act, object: object.to_owned(), source: Box::new(error) };
        let details = details(&error, self.invocation.settings.users);
        print_error(self.invocation.style(), self.invocation.settings.verbosity, &details);
        Ok(details)
    }

    /// Counts an app whose failure was shown in another way.
    pub(super) fn count(&mut self, exit: Exit) {
        self.exits.push(exit);
    }

    /// The error of the whole command, if an app failed. Its exit code is the worst.
    pub(super) fn summary(&self) -> Option<CliError> {
        let exit = Exit::worst(&self.exits)?;
        Some(CliError::Some { failed: self.exits.len(), all: self.all, exit })
    }
}
