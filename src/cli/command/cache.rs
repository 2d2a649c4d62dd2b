//! `kingbolt cache`.

use std::path::PathBuf;
use std::sync::Arc;

use serde::Serialize;

use crate::app::{CacheSize, Context, Scope, cache_size, sweep_cache};
use crate::cli::args::CacheCommand;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::progress::Reporter;
use crate::cli::report;
use crate::cli::settings::{Format, Settings, Talk};
use crate::cli::text::{bytes, counted, print_data, say};
use crate::host::Host;
use crate::index::IndexSettings;

use super::wish;

#[derive(Serialize)]
struct Document {
    schema: u32,
    command: &'static str,
    cache_dir: PathBuf,
    /// What is there, or what was removed.
    #[serde(flatten)]
    size: Option<CacheSize>,
}

/// Shows what may be removed, or removes it.
pub(crate) fn run(host: &Host, settings: &Settings, command: CacheCommand) -> Result<Exit, CliError> {
    let (name, size) = match command {
        CacheCommand::Clear => ("cache clear", Some(swept(host, settings, Scope::All)?)),
        CacheCommand::Dir => ("cache dir", None),
        CacheCommand::Prune => ("cache prune", Some(swept(host, settings, Scope::Stale)?)),
        CacheCommand::Size => ("cache size", Some(cache_size(host, &settings.places)?)),
    };
    let cache_dir = settings.places.cache_dir.clone();
    match (settings.format, command) {
        (Format::Json, _) => {
            report::document(&Document { schema: crate::cli::JSON_SCHEMA, command: name, cache_dir, size })?;
        }
        (Format::Text, CacheCommand::Dir) => print_data(&format!("{}\n", cache_dir.display()))?,
        (Format::Text, CacheCommand::Size) => print_data(&format!("{}\n", told(size.unwrap_or_default())))?,
        (Format::Text, CacheCommand::Clear | CacheCommand::Prune) => {
            if settings.talk != Talk::Quiet {
                say(&format!("Removed {}", told(size.unwrap_or_default())));
            }
        }
    }
    Ok(Exit::Done)
}

fn swept(host: &Host, settings: &Settings, scope: Scope) -> Result<CacheSize, CliError> {
    let reporter = Arc::new(Reporter::new(host.clock, settings));
    let network = wish::network(host, settings, &IndexSettings::default(), &reporter);
    let context =
        Context { host, places: &settings.places, network: &network, progress: &*reporter, jobs: settings.jobs };
    Ok(sweep_cache(&context, scope)?)
}

fn told(size: CacheSize) -> String {
    let count = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    format!(
        "{} ({}), {} ({})",
        counted(count(size.cache_files), "cached file"),
        bytes(size.cache_bytes),
        counted(count(size.unused_wheels), "unused wheel"),
        bytes(size.unused_bytes)
    )
}
