//! `kingbolt cache`.

use std::path::PathBuf;

use serde::Serialize;

use crate::app::{CacheSize, PlannedSweep, Scope, cache_size, plan_sweep, sweep_cache};
use crate::cli::args::{CacheCommand, SweepArguments};
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::invocation::Invocation;
use crate::cli::output::print_data;
use crate::cli::settings::Format;
use crate::cli::text::{bytes, counted};

use super::shown::{self, removals_text, shown_path};

#[derive(Serialize)]
struct Content {
    cache_dir: PathBuf,
    /// The size of the files that can be removed, or that were removed.
    #[serde(flatten)]
    size: Option<CacheSize>,
    /// Files and directories that Kingbolt did not create.
    #[serde(skip_serializing_if = "Option::is_none")]
    kept: Option<Vec<PathBuf>>,
    /// The directories and files that a dry run found.
    #[serde(skip_serializing_if = "Option::is_none")]
    removed: Option<Vec<PathBuf>>,
}

impl Content {
    fn of(invocation: &Invocation<'_>) -> Self {
        let cache_dir = invocation.settings.directories.cache_dir.clone();
        Self { cache_dir, size: None, kept: None, removed: None }
    }
}

/// Shows what can be removed, or removes it.
pub(crate) fn run(invocation: &Invocation<'_>, command: CacheCommand) -> Result<Exit, CliError> {
    let context = invocation.context();
    match command {
        CacheCommand::Clear(arguments) => sweep(invocation, "cache clear", Scope::All, arguments)?,
        CacheCommand::Prune(arguments) => sweep(invocation, "cache prune", Scope::Stale, arguments)?,
        CacheCommand::Dir => {
            let text = invocation.settings.directories.cache_dir.display();
            show(invocation, "cache dir", None, &format!("{text}\n"))?;
        }
        CacheCommand::Size => {
            let size = cache_size(&context)?;
            show(invocation, "cache size", Some(size), &format!("{}\n", removable(size)))?;
        }
    }
    Ok(Exit::Done)
}

fn show(invocation: &Invocation<'_>, name: &str, size: Option<CacheSize>, text: &str) -> Result<(), CliError> {
    match invocation.settings.format {
        Format::Json => invocation.document(name, Content { size, ..Content::of(invocation) }),
        Format::Text => print_data(text),
    }
}

fn sweep(invocation: &Invocation<'_>, name: &str, scope: Scope, arguments: SweepArguments) -> Result<(), CliError> {
    let context = invocation.context();
    if !arguments.dry_run {
        let swept = sweep_cache(&context, scope)?;
        invocation.say(&format!("Removed {}", removable(swept.size)));
        for path in &swept.kept {
            invocation.say(&shown::kept(invocation.host, path));
        }
        return invocation
            .document(name, Content { size: Some(swept.size), kept: Some(swept.kept), ..Content::of(invocation) });
    }
    let PlannedSweep { size, directories, files, kept } = plan_sweep(&context, scope)?;
    match invocation.settings.format {
        Format::Json => {
            let removed = Some(directories.into_iter().chain(files).collect());
            let found = Content { size: Some(size), removed, kept: Some(kept), ..Content::of(invocation) };
            invocation.document(name, found)
        }
        Format::Text => {
            let path = |path: &PathBuf| shown_path(invocation.host, path);
            let mut removed: Vec<String> = directories.iter().map(|directory| path(directory) + "/").collect();
            removed.extend(files.iter().map(path));
            removed.sort();
            let kept: Vec<String> = kept.iter().map(path).collect();
            print_data(&format!("{}\n{}", removable(size), removals_text(&removed, &kept)))
        }
    }
}

fn removable(size: CacheSize) -> String {
    let count = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    let pythons = match size.unused_pythons {
        0 => String::new(),
        number => format!(", {} ({})", counted(count(number), "unused Python"), bytes(size.python_bytes)),
    };
    let environments = match size.run_environments {
        0 => String::new(),
        number => format!(", {} of `run` ({})", counted(count(number), "environment"), bytes(size.run_bytes)),
    };
    format!(
        "{} ({}), {} ({}){pythons}{environments}",
        counted(count(size.cache_files), "cached file"),
        bytes(size.cache_bytes),
        counted(count(size.unused_wheels), "unused wheel"),
        bytes(size.unused_bytes)
    )
}
