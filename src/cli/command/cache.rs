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

#[derive(Serialize)]
struct Content {
    cache_dir: PathBuf,
    /// The size of the files that can be removed, or that were removed.
    #[serde(flatten)]
    size: Option<CacheSize>,
}

/// Shows what can be removed, or removes it.
pub(crate) fn run(invocation: &Invocation<'_>, command: CacheCommand) -> Result<Exit, CliError> {
    let context = invocation.context();
    let (name, size) = match command {
        CacheCommand::Clear => ("cache clear", Some(sweep_cache(&context, Scope::All)?)),
        CacheCommand::Dir => ("cache dir", None),
        CacheCommand::Prune => ("cache prune", Some(sweep_cache(&context, Scope::Stale)?)),
        CacheCommand::Size => ("cache size", Some(cache_size(&context)?)),
    };
    let cache_dir = invocation.settings.directories.cache_dir.clone();
    match (invocation.settings.format, command) {
        (Format::Json, _) => invocation.document(name, Content { cache_dir, size })?,
        (Format::Text, CacheCommand::Dir) => print_data(&format!("{}\n", cache_dir.display()))?,
        (Format::Text, CacheCommand::Size) => print_data(&format!("{}\n", shown(size.unwrap_or_default())))?,
        (Format::Text, CacheCommand::Clear | CacheCommand::Prune) => {
            invocation.say(&format!("Removed {}", shown(size.unwrap_or_default())));
        }
    }
    Ok(Exit::Done)
}

fn shown(size: CacheSize) -> String {
    let count = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    format!(
        "{} ({}), {} ({})",
        counted(count(size.cache_files), "cached file"),
        bytes(size.cache_bytes),
        counted(count(size.unused_wheels), "unused wheel"),
        bytes(size.unused_bytes)
    )
}
