//! `kingbolt export`.

use serde::Serialize;

use crate::app::{AppError, Exported, Manifest, export};
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::failures::{Failed, Failures};
use crate::cli::invocation::Invocation;
use crate::cli::output::print_data;
use crate::cli::settings::Format;

#[derive(Serialize)]
struct Content {
    manifest: Manifest,
}

/// The first lines of a manifest.
const HEADER: &str = "# Apps for `kingbolt install --file FILE`; with `--exact`, in these versions.\n";

/// Prints the installed apps as a manifest. One that cannot be read does not keep the others from it.
pub(crate) fn run(invocation: &Invocation<'_>) -> Result<Exit, CliError> {
    let Exported { manifest, failed } = export(&invocation.context())?;
    if invocation.settings.format == Format::Text {
        let text = manifest.to_text().map_err(|source| AppError::Unwritable { what: "manifest", source })?;
        print_data(&(HEADER.to_owned() + &text))?;
    }
    let mut failures = Failures::new(invocation, "export", manifest.apps.len() + failed.len());
    let mut shown = Vec::new();
    for (app, error) in failed {
        let error = failures.report(app.as_str(), error.into())?;
        shown.push(Failed { app: app.to_string(), error });
    }
    if let Some(error) = failures.summary() {
        let done = serde_json::json!({ "manifest": manifest, "failed": shown });
        return Err(CliError::Partly { source: Box::new(error), done });
    }
    invocation.document("export", Content { manifest })?;
    Ok(Exit::Done)
}
