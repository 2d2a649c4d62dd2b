//! Links the commands of a generation in the bin directory.

use std::collections::BTreeSet;

use crate::app::error::AppError;
use crate::app::request::Overwrite;
use crate::app::state::{AppName, Context, Generation, InstalledCommand};
use crate::host::Event;

use super::bin_directory::BinDirectory;
use super::other_holders::LostCommand;
use super::shared_links::SharedLinks;
use super::well_known_commands::surprise;

/// Brings the launchers, and the links to manual pages and completions, in line with a generation. A hidden app has none.
pub(in crate::app) fn link_commands(
    context: &Context<'_>,
    app: &AppName,
    generation: &Generation,
    known: &BTreeSet<String>,
    overwrite: &Overwrite,
) -> Result<(), AppError> {
    if app.is_hidden() {
        return Ok(());
    }
    let (host, commands) = (context.host, &generation.record.commands);
    let bin_directory = BinDirectory::of(context, app).for_request_of(generation);
    warn_of_surprises(context, &bin_directory, commands)?;
    let admitted = bin_directory.admitted(host, commands, known, overwrite)?;
    host.files.create_dirs(&context.directories.bin_dir)?;
    bin_directory.place(host, &admitted)?;
    bin_directory.remove_others(host, commands)?;
    SharedLinks::of(context, app).bring_in_line(&generation.record.shared)
}

/// The commands of a generation that another installed app took over.
///
/// # Errors
/// When the directory of commands cannot be read.
pub fn lost_commands(context: &Context<'_>, generation: &Generation) -> Result<Vec<LostCommand>, AppError> {
    BinDirectory::of(context, &generation.record.app).lost(context.host, &generation.record.commands)
}

/// Names the commands that are about to be added and that people expect to be other programs.
fn warn_of_surprises(
    context: &Context<'_>,
    bin_directory: &BinDirectory<'_>,
    commands: &[InstalledCommand],
) -> Result<(), AppError> {
    for command in commands {
        if let Some(reason) = surprise(&command.name)
            && bin_directory.is_free(context.host, &command.name)?
        {
            let message = format!("the command `{}` has the name of a program that {reason}", command.name);
            context.progress.event(Event::Warning { message: &message });
        }
    }
    Ok(())
}

/// Fails early if the bin directory cannot be written.
pub(in crate::app) fn check_writable(context: &Context<'_>, app: &AppName) -> Result<(), AppError> {
    if !app.is_hidden() {
        context.host.files.check_writable(&context.directories.bin_dir)?;
    }
    Ok(())
}
