//! Arguments of `ensurepath`.

use clap::Args;

/// Arguments of `ensurepath`.
#[derive(Args, Clone, Copy, Debug)]
pub(in crate::cli) struct EnsurepathArguments {
    /// Show what would change, and change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Remove what `ensurepath` added
    #[arg(long)]
    pub remove: bool,
}
