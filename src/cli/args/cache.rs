//! Arguments of `cache`.

use clap::{Args, Subcommand};

/// Commands of `cache`.
#[derive(Clone, Copy, Debug, Subcommand)]
pub(in crate::cli) enum CacheCommand {
    /// Remove the whole cache, the environments that `run` keeps, and wheels and Pythons that no app uses
    Clear(SweepArguments),
    /// Print the path of the cache directory
    Dir,
    /// Remove partial downloads, old files, the environments that `run` keeps, and wheels and Pythons that no app uses
    Prune(SweepArguments),
    /// Print the size of the cache, of the environments that `run` keeps, and of wheels and Pythons that no app uses
    Size,
}

/// Arguments of `cache clear` and `cache prune`.
#[derive(Args, Clone, Copy, Debug)]
pub(in crate::cli) struct SweepArguments {
    /// List the files that would be removed, without changing anything
    #[arg(long)]
    pub dry_run: bool,
}
