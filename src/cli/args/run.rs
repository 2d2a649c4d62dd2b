//! Arguments of `run`.

use std::borrow::Cow;
use std::ffi::OsString;

use clap::Args;

use super::request::RequestArguments;

/// Arguments of `run`.
#[derive(Args, Debug)]
#[command(override_usage = "kingbolt run [OPTIONS] SOURCE [ARGUMENTS]...\n       \
                            kingbolt run [OPTIONS] --from SOURCE COMMAND [ARGUMENTS]...")]
pub(in crate::cli) struct RunArguments {
    /// App, command, package or script (`./script.py`) to run, followed by its arguments; a package need not be installed
    // One list: only then does clap pass on options after the source that have the names of ours.
    #[arg(required = true, trailing_var_arg = true, value_name = "SOURCE")]
    line: Vec<OsString>,
    /// Command to run, if its name differs from the package
    #[arg(long, value_name = "COMMAND")]
    command: Option<String>,
    /// Package to run the command of: COMMAND then takes the place of SOURCE
    #[arg(long, value_name = "SOURCE", conflicts_with = "command")]
    from: Option<String>,
    /// Look for a newer version now; by default, that happens once a day
    #[arg(long)]
    pub refresh: bool,
    #[command(flatten)]
    pub request: RequestArguments,
}

impl RunArguments {
    /// The same as typed, for a script.
    pub(in crate::cli) fn typed_source(&self) -> Option<&OsString> {
        self.line.first().filter(|_| self.from.is_none())
    }

    /// The app, command or package to run.
    pub(in crate::cli) fn source(&self) -> Cow<'_, str> {
        match &self.from {
            Some(source) => source.into(),
            None => self.first(),
        }
    }

    /// The command of it, if its name was typed.
    pub(in crate::cli) fn command(&self) -> Option<Cow<'_, str>> {
        match (&self.from, &self.command) {
            (Some(_), _) => Some(self.first()),
            (None, command) => command.as_ref().map(Cow::from),
        }
    }

    fn first(&self) -> Cow<'_, str> {
        self.line.first().map(|source| source.to_string_lossy()).unwrap_or_default()
    }

    /// Arguments for it.
    pub(in crate::cli) fn arguments(&self) -> &[OsString] {
        self.line.get(1..).unwrap_or_default()
    }
}
