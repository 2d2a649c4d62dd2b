//! The kingbolt command.

use std::process::ExitCode;

use kingbolt::host::Host;

fn main() -> ExitCode {
    kingbolt::cli::run(Host::real(), std::env::args_os())
}
