//! How files are put into an environment.

use clap::ValueEnum;

/// How files are put into an environment.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(in crate::cli) enum LinkMode {
    Copy,
    File,
}
