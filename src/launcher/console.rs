//! The launcher of console commands; see `kingbolt::launcher`.

fn main() -> std::process::ExitCode {
    kingbolt::launcher::run()
}
