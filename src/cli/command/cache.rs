//! `kingbolt cache`.

use std::path::PathBuf;

use serde::Serialize;

use crate::app::{CacheSize, Scope, cache_size, sweep_cache};
use crate::cli::args::CacheCommand;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::invocation::Invocation;
use crate::cli::output::print_data;
use crate::cli::settings::Format;
use crate::cli::text::{bytes, counted};

use super::shown;

#[derive(Serialize)]
struct Content {
    cache_dir: PathBuf,
    /// The size of the files that can be removed, or that were removed.
    #[serde(flatten)]
    size: Option<CacheSize>,
    /// Files and directories that Kingbolt did not create.
    #[serde(skip_serializing_if = "Option::is_none")]
    kept: Option<Vec<PathBuf>>,
}

/// Shows what can be removed, or removes it.
pub(crate) fn run(invocation: &Invocation<'_>, command: CacheCommand) -> Result<Exit, CliError> {
    let context = invocation.context();
    let swept = |scope| sweep_cache(&context, scope).map(|swept| (Some(swept.size), Some(swept.kept)));
    let (name, (size, kept)) = match command {
        CacheCommand::Clear => ("cache clear", swept(Scope::All)?),
        CacheCommand::Dir => ("cache dir", (None, None)),
        CacheCommand::Prune => ("cache prune", swept(Scope::Stale)?),
        CacheCommand::Size => ("cache size", (Some(cache_size(&context)?), None)),
    };
    let cache_dir = invocation.settings.directories.cache_dir.clone();
    match (invocation.settings.format, command) {
        (Format::Json, _) => invocation.document(name, Content { cache_dir, size, kept })?,
        (Format::Text, CacheCommand::Dir) => print_data(&format!("{}\n", cache_dir.display()))?,
        (Format::Text, CacheCommand::Size) => print_data(&format!("{}\n", removable(size.unwrap_or_default())))?,
        (Format::Text, CacheCommand::Clear | CacheCommand::Prune) => {
            invocation.say(&format!("Removed {}", removable(size.unwrap_or_default())));
            for path in kept.iter().flatten() {
                invocation.say(&shown::kept(invocation.host, path));
            }
        }
    }
    Ok(Exit::Done)
}

fn removable(size: CacheSize) -> String {
    let count = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    format!(
        "{} ({}), {} ({})",
        counted(count(size.cache_files), "cached file"),
        bytes(size.cache_bytes),
        counted(count(size.unused_wheels), "unused wheel"),
        bytes(size.unused_bytes)
    )
}
