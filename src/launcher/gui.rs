//! The launcher of GUI commands; see `kingbolt::launcher`.
#![windows_subsystem = "windows"]

fn main() -> std::process::ExitCode {
    kingbolt::launcher::run()
}
