//! An error, shown: what failed, why, and what to do.

use std::error::Error;

use serde::Serialize;

use super::error::CliError;
use super::escape::escaped_json;
use super::exit::Exit;
use super::message::Message;
use super::output::{print_verbatim, say};
use super::settings::{Format, Users, Verbosity};
use super::text::Style;

/// The document that `--json` prints when a command succeeds.
#[derive(Debug, Serialize)]
pub(super) struct Document<'a, T> {
    pub schema: u32,
    pub command: &'a str,
    #[serde(flatten)]
    pub content: T,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warnings: Option<Vec<String>>,
}

/// The document that `--json` prints when a command fails.
#[derive(Debug, Serialize)]
struct Failure {
    schema: u32,
    error: FailureDetails,
    /// The results before the failure.
    #[serde(flatten)]
    done: Option<serde_json::Value>,
}

/// The parts of a failure.
#[derive(Debug, Serialize)]
pub(super) struct FailureDetails {
    exit_code: u8,
    message: String,
    causes: Vec<String>,
    /// All of a conflict, of which the message has the part that matters most.
    #[serde(skip_serializing_if = "Option::is_none")]
    derivation: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

/// Shows an error on stderr, and as a document on stdout where one was asked for.
pub(super) fn failure(style: Style, verbosity: Verbosity, format: Format, users: Users, error: &CliError) {
    let details = details(error, users);
    print_error(style, verbosity, &details);
    if format == Format::Json {
        let done = match error {
            CliError::Partly { done, .. } => Some(done.clone()),
            _ => None,
        };
        // stderr and the exit code report the failure already.
        let _ = document(&Failure { schema: super::JSON_SCHEMA, error: details, done });
    }
}

/// The parts of an error.
pub(super) fn details(error: &CliError, users: Users) -> FailureDetails {
    FailureDetails {
        exit_code: error.exit().code(),
        message: error.to_string(),
        causes: causes(error),
        derivation: error.derivation().map(str::to_owned),
        hint: error.hint(users),
    }
}

/// Prints a failure on stderr.
pub(super) fn print_error(style: Style, verbosity: Verbosity, details: &FailureDetails) {
    say(&style.error(&details.message));
    for cause in &details.causes {
        say(&Message::plain(&format!("  caused by: {}", cause.replace('\n', "\n    "))));
    }
    if let (Some(derivation), Verbosity::Verbose) = (&details.derivation, verbosity) {
        say(&Message::plain(&format!("  derivation:\n    {}", derivation.replace('\n', "\n    "))));
    }
    if let Some(hint) = &details.hint {
        say(&style.hint(hint));
    }
}

/// The document for a command line that could not be parsed.
pub(super) fn usage_document(text: &str) {
    let message = text.split("\n\n").next().unwrap_or(text);
    let message = message.strip_prefix("error: ").unwrap_or(message).trim().to_owned();
    let hint = Some("run `kingbolt --help` for usage".to_owned());
    let error = FailureDetails { exit_code: Exit::Usage.code(), message, causes: Vec::new(), derivation: None, hint };
    let _ = document(&Failure { schema: super::JSON_SCHEMA, error, done: None });
}

/// Prints a JSON document on stdout.
pub(super) fn document(value: &impl Serialize) -> Result<(), CliError> {
    // Every document is made of strings, numbers, lists and maps with string keys: it always has a JSON form.
    match serde_json::to_string_pretty(value) {
        Ok(text) => print_verbatim(&format!("{}\n", escaped_json(&text))),
        Err(_) => Ok(()),
    }
}

/// The causes, outermost first; a cause that only repeats the message before is left out.
fn causes(error: &dyn Error) -> Vec<String> {
    let mut causes: Vec<String> = Vec::new();
    let mut said = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        // Some parsers end their messages with a line break.
        let text = cause.to_string().trim_end().to_owned();
        if !text.is_empty() && text != said {
            causes.push(text.clone());
            said = text;
        }
        next = cause.source();
    }
    causes
}
