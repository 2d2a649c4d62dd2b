//! Arguments of `exec`.

use std::ffi::OsString;

use clap::Args;

/// Arguments of `exec`.
#[derive(Args, Debug)]
#[command(override_usage = "kingbolt exec [OPTIONS] APP [--] PROGRAM [ARGUMENTS]...")]
pub(in crate::cli) struct ExecArguments {
    /// App in whose environment the program runs
    #[arg(value_name = "APP")]
    pub app: String,
    /// Program, from the environment or else from PATH, followed by its arguments
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true, value_name = "PROGRAM")]
    pub line: Vec<OsString>,
}
