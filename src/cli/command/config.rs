//! `kingbolt config`.

use serde::Serialize;

use crate::cli::configuration::{BIN_DIR, CACHE_DIR, Effective, GLOBAL_BIN_DIR, GLOBAL_HOME, HOME, effective};
use crate::cli::error::CliError;
use crate::cli::escape::escaped_line;
use crate::cli::exit::Exit;
use crate::cli::invocation::Invocation;
use crate::cli::output::print_data;
use crate::cli::setting::SettingsError;
use crate::cli::settings::{Format, directories, directories_for_all_users};

#[derive(Serialize)]
struct Content {
    settings: Vec<Effective>,
}

/// Shows the value of each setting, and where it comes from.
pub(crate) fn run(invocation: &Invocation<'_>) -> Result<Exit, CliError> {
    let settings = settings(invocation)?;
    match invocation.settings.format {
        Format::Json => invocation.document("config", Content { settings })?,
        Format::Text => print_data(&settings.iter().map(line).collect::<String>())?,
    }
    Ok(Exit::Done)
}

/// The value of each setting where no option is typed.
///
/// # Errors
/// If a variable or a file cannot be read or understood.
pub(super) fn settings(invocation: &Invocation<'_>) -> Result<Vec<Effective>, SettingsError> {
    let (files, configuration) = (&invocation.files, &invocation.files.own);
    let mut settings = effective(invocation.host, configuration, files.uv()?, files.pip()?)?;
    let own = directories(invocation.host, configuration)?;
    let of_all = directories_for_all_users(invocation.host, configuration)?;
    let paths = [
        (&HOME, &own.home),
        (&BIN_DIR, &own.bin_dir),
        (&CACHE_DIR, &own.cache_dir),
        (&GLOBAL_HOME, &of_all.home),
        (&GLOBAL_BIN_DIR, &of_all.bin_dir),
    ];
    // Their defaults depend on the machine.
    for (key, path) in paths {
        for setting in settings.iter_mut().filter(|setting| setting.key == key.name) {
            setting.values = vec![path.display().to_string()];
        }
    }
    Ok(settings)
}

fn line(setting: &Effective) -> String {
    let Effective { key, values, source, locked } = setting;
    let value = if values.is_empty() { "none".to_owned() } else { escaped_line(&values.join(" ")) };
    let source = source.as_ref().map_or_else(|| "default".to_owned(), |source| escaped_line(source));
    let locked = if *locked { ", locked" } else { "" };
    format!("{key}: {value}\n    {source}{locked}\n")
}
