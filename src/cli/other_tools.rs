//! Tips for commands and options that other tools have under another name. A test holds the tips against the command line.

use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue};

/// Commands of pipx, uv and conda. Source: `pipx --help`, `uv tool --help`, `conda --help`.
const COMMANDS: &[(&str, &str)] = &[
    ("environment", "`kingbolt config` shows directories and settings"),
    ("install-all", "use `kingbolt install --file FILE`, with a file of `kingbolt export`"),
    ("interpreter", "`kingbolt install --python VERSION` selects a Python, and fetches it if it is missing"),
    ("reinstall", "use `kingbolt install --force`"),
    ("reinstall-all", "use `kingbolt upgrade --all --python VERSION` to move all apps to another Python"),
    ("remove", "use `kingbolt uninstall`"),
    ("runpip", "use `kingbolt exec APP python -m pip`"),
    ("tool", "leave out `tool`, as in `kingbolt install httpie`"),
    ("uninstall-all", "use `kingbolt uninstall --all`"),
    ("update", "use `kingbolt upgrade`"),
    ("upgrade-all", "use `kingbolt upgrade --all`"),
    ("upgrade-shared", "apps share no pip, so that there is nothing to upgrade"),
];

/// Options of pipx and uv.
const OPTIONS: &[(&str, &str)] = &[
    ("--default-index", "use `--index-url`"),
    ("--fetch-missing-python", "leave it out: a Python that is missing is fetched"),
    ("--include-apps", "use `kingbolt install APP --with-executables-from PACKAGE`"),
    ("--include-injected", "use `kingbolt list --verbose`"),
    ("--index", "use `--extra-index-url`"),
    ("--pip-args", "Kingbolt has options of pip itself, such as `--pre`, `--index-url` and `--constraint`"),
    ("--reinstall", "use `--force`"),
    ("--short", "`kingbolt list` prints one line for each app"),
    ("--spec", "use `--from`"),
];

/// Puts a tip into the error of a command line that another tool would have understood.
pub(super) fn add_tip(error: &mut clap::Error) {
    let tip = [(ContextKind::InvalidSubcommand, COMMANDS), (ContextKind::InvalidArg, OPTIONS)].into_iter().find_map(
        |(kind, table)| match error.get(kind) {
            Some(ContextValue::String(typed)) => {
                table.iter().find(|(name, _)| name == typed).map(|(_, tip)| (*tip).to_owned())
            }
            Some(_) | None => None,
        },
    );
    if let Some(tip) = tip {
        error.remove(ContextKind::SuggestedSubcommand);
        error.remove(ContextKind::SuggestedArg);
        // It is that of another option whose name is similar.
        error.remove(ContextKind::Usage);
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![StyledStr::from(tip)]));
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::cli::args::Arguments;

    /// The command after `kingbolt` in a tip, if the tip names one.
    fn command_in(tip: &str) -> Option<&str> {
        tip.split("`kingbolt ").nth(1)?.split([' ', '`']).next()
    }

    #[test]
    fn tips_name_commands_and_options_that_exist_and_no_name_is_our_own() {
        let arguments = Arguments::command();
        let commands: Vec<&str> = arguments.get_subcommands().map(clap::Command::get_name).collect();
        let longs: Vec<String> = arguments
            .get_subcommands()
            .flat_map(clap::Command::get_arguments)
            .chain(arguments.get_arguments())
            .filter_map(|argument| Some(format!("--{}", argument.get_long()?)))
            .collect();
        for (name, tip) in COMMANDS.iter().chain(OPTIONS) {
            assert!(!commands.contains(name) && !longs.iter().any(|long| long == name), "{name} exists");
            assert!(command_in(tip).is_none_or(|command| commands.contains(&command)), "{tip}");
            let named = tip.split(['`', ' ']).filter(|word| word.starts_with("--"));
            named.for_each(|option| assert!(longs.iter().any(|long| long == option), "{tip}"));
        }
    }
}
