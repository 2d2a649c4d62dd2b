//! Options of every command that chooses a Python.

use clap::builder::PossibleValuesParser;
use clap::{Args, builder::TypedValueParser};

use crate::python::PythonPreference;

/// Options of every command that chooses a Python.
#[derive(Args, Clone, Copy, Debug, Default)]
#[command(next_help_heading = "Python options")]
pub(in crate::cli) struct PythonArguments {
    /// Pythons to use: those of the system or those that Kingbolt fetched (managed), first or only; environments and the
    /// Pythons of other tools come last [default: system] [env: KINGBOLT_PYTHON_PREFERENCE, UV_PYTHON_PREFERENCE]
    #[arg(long, value_name = "PREFERENCE", value_parser = preferences())]
    pub python_preference: Option<PythonPreference>,
    /// Do not download Pythons [env: KINGBOLT_PYTHON_DOWNLOADS=never, UV_PYTHON_DOWNLOADS=never]
    #[arg(long)]
    pub no_python_downloads: bool,
}

fn preferences() -> impl TypedValueParser<Value = PythonPreference> {
    let names = PythonPreference::ALL.iter().map(|preference| preference.name());
    PossibleValuesParser::new(names).map(|name| PythonPreference::parse(&name).unwrap_or_default())
}
