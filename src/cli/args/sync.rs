//! Arguments of `sync`.

use std::path::PathBuf;

use clap::Args;

use super::link_mode::LinkMode;
use super::python::PythonArguments;
use super::request::{BuildArguments, IndexArguments};

/// Arguments of `sync`.
#[derive(Args, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub(in crate::cli) struct SyncArguments {
    /// Lock file: a path, or an `http` or `https` URL, with its hash if you append `#sha256=HASH`
    pub lock: PathBuf,
    /// Directory of the environment
    #[arg(long, value_name = "DIR")]
    pub into: PathBuf,
    /// Python to use: a version (`3.12`), a specifier (`>=3.10`) or a path
    #[arg(long, value_name = "VERSION|PATH")]
    pub python: Option<String>,
    /// Extra of the lock to install
    #[arg(long = "extra", value_name = "EXTRA")]
    pub extras: Vec<String>,
    /// Dependency group of the lock to install, beside the default groups
    #[arg(long = "group", value_name = "GROUP")]
    pub groups: Vec<String>,
    /// Leave out the groups that the lock selects by default
    #[arg(long)]
    pub no_default_groups: bool,
    /// How to put files into the environment: share them with the store, and so with other apps, where possible (`file`),
    /// or copy them, so that nothing is shared (`copy`) [default: file]
    #[arg(long, value_enum, value_name = "MODE")]
    pub link_mode: Option<LinkMode>,
    /// Public key that the lock has to be signed with: the key itself, or a file with it. The signature is beside the lock, as
    /// `LOCK.minisig`
    #[arg(long, value_name = "KEY|FILE")]
    pub public_key: Option<String>,
    /// Accept a lock without a stated hash even over plain HTTP, where anyone can replace it
    #[arg(long)]
    pub allow_unhashed: bool,
    /// Rebuild the environment even if it matches the lock
    #[arg(long)]
    pub force: bool,
    /// Show the steps without changing anything
    #[arg(long)]
    pub dry_run: bool,
    #[command(flatten)]
    pub builds: BuildArguments,
    #[command(flatten)]
    pub index: IndexArguments,
    #[command(flatten)]
    pub pythons: PythonArguments,
}
