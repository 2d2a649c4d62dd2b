//! Arguments of `verify`.

use clap::Args;

use super::python::PythonArguments;

/// Arguments of `verify`.
#[derive(Args, Debug)]
pub(in crate::cli) struct VerifyArguments {
    /// Apps to verify [default: all]
    #[arg(value_name = "APP")]
    pub apps: Vec<String>,
    /// Rebuild damaged files from the store, the cache or their source, and remove cached bytecode
    #[arg(long)]
    pub repair: bool,
    /// Verify older generations too
    #[arg(long)]
    pub all_generations: bool,
    #[command(flatten)]
    pub pythons: PythonArguments,
}
