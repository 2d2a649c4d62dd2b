//! The launcher of commands with windows of their own; see `kingbolt::launcher`.
#![windows_subsystem = "windows"]

fn main() -> std::process::ExitCode {
    kingbolt::launcher::run()
}
