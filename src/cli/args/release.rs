//! Arguments of `release`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// Commands of `release`.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum ReleaseCommand {
    /// Make a pair of keys for signing releases
    Keygen(KeygenArguments),
    /// Sign the lock of a release; the signature is written beside it, as `LOCK.minisig`
    Sign(SignArguments),
}

/// Arguments of `release keygen`.
#[derive(Args, Debug)]
pub(in crate::cli) struct KeygenArguments {
    /// Path of the keys, without `.key` and `.pub` [default: kingbolt, or kingbolt-recovery with `--recovery`]
    #[arg(long, value_name = "STEM")]
    pub out: Option<PathBuf>,
    /// Do not protect the secret key with a password
    #[arg(long)]
    pub no_password: bool,
    /// Make the recovery key, which stays offline; Kingbolt cannot replace a working key with it yet
    #[arg(long)]
    pub recovery: bool,
}

/// Arguments of `release sign`.
#[derive(Args, Debug)]
pub(in crate::cli) struct SignArguments {
    /// Lock to sign, with the name, the version and the sequence of its release
    pub lock: PathBuf,
    /// File with the secret key, or `-` for standard input [default: the key in KINGBOLT_SIGN_KEY]
    #[arg(long, value_name = "FILE")]
    pub secret_key: Option<PathBuf>,
}
