//! `kingbolt ensurepath`.

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::cli::args::EnsurepathArguments;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::invocation::Invocation;
use crate::cli::message::Message;
use crate::cli::output::print_data;
use crate::cli::path_advice::{PathAdvice, is_on_path, path_line, profiles};
use crate::cli::profile_block::{Without, with_line, without_blocks};
use crate::cli::settings::Format;
use crate::cli::user_path;
use crate::host::{FileError, FileKind, Host};
use crate::platform::Os;

use super::shown::shown_path;

/// The most bytes of a start-up file of a shell that is changed.
const LONGEST_PROFILE: u64 = 16 << 20;

#[derive(Serialize)]
struct Content {
    status: Status,
    bin_dir: PathBuf,
    /// The files that were changed, or would be; none on Windows.
    files: Vec<PathBuf>,
    dry_run: bool,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    /// It was not there, and is now.
    Added,
    /// It is not there, and was not.
    Absent,
    /// It was there already.
    Present,
    Removed,
}

/// Puts the directory of commands on PATH for new terminals, or undoes it.
pub(crate) fn run(invocation: &Invocation<'_>, arguments: EnsurepathArguments) -> Result<Exit, CliError> {
    let bin_dir = invocation.settings.directories.bin_dir.as_path();
    let (status, files) = match (Os::current(), arguments.remove) {
        (Os::Windows, true) => (windows(invocation, bin_dir, arguments, user_path::without)?, Vec::new()),
        (Os::Windows, false) if is_on_path(invocation.host, Os::Windows, bin_dir) => present(invocation, bin_dir),
        (Os::Windows, false) => (windows(invocation, bin_dir, arguments, user_path::with)?, Vec::new()),
        (Os::Linux | Os::MacOs, true) => remove(invocation, arguments)?,
        (os @ (Os::Linux | Os::MacOs), false) => add(invocation, os, bin_dir, arguments)?,
    };
    let content = Content { status, bin_dir: bin_dir.to_owned(), files, dry_run: arguments.dry_run };
    invocation.document("ensurepath", content)?;
    Ok(Exit::Done)
}

fn present(invocation: &Invocation<'_>, bin_dir: &Path) -> (Status, Vec<PathBuf>) {
    let shown = shown_path(invocation.host, bin_dir);
    invocation.show(&Message::plain(&format!("{shown} is already on PATH")));
    (Status::Present, Vec::new())
}

fn add(
    invocation: &Invocation<'_>,
    os: Os,
    bin_dir: &Path,
    arguments: EnsurepathArguments,
) -> Result<(Status, Vec<PathBuf>), CliError> {
    let host = invocation.host;
    if is_on_path(host, os, bin_dir) {
        return Ok(present(invocation, bin_dir));
    }
    let PathAdvice { file, line } = path_line(host, os, bin_dir);
    let Some(file) = file else { return Ok((Status::Absent, Vec::new())) };
    let (directory, name) = (shown_path(host, bin_dir), shown_path(host, &file));
    let failed = |source| CliError::Profile { line: line.clone(), source };
    let content = host.files.read_if_present_at_most(&file, LONGEST_PROFILE).map_err(failed)?;
    let Some(changed) = with_line(content.as_deref(), &line) else {
        let text = format!("{name} already puts {directory} on PATH; open a new terminal, or run this:\n    {line}");
        invocation.show(&Message::plain(&text));
        return Ok((Status::Present, Vec::new()));
    };
    if arguments.dry_run {
        planned(invocation, &format!("Would add this line to {name}:\n    {line}\n"))?;
    } else {
        write(host, &file, &changed).map_err(failed)?;
        let text = format!("Added {directory} to PATH in {name}; open a new terminal, or run this:\n    {line}");
        invocation.show(&Message::plain(&text));
    }
    Ok((Status::Added, vec![file]))
}

/// Removes the lines of Kingbolt from the start-up files of all shells: the person may use another shell now.
fn remove(invocation: &Invocation<'_>, arguments: EnsurepathArguments) -> Result<(Status, Vec<PathBuf>), CliError> {
    let host = invocation.host;
    let mut files = Vec::new();
    let mut unread = None;
    // Nothing but a file can have them.
    for file in profiles(host).into_iter().filter(|file| host.files.is_file(file)) {
        let content = match host.files.read_if_present_at_most(&file, LONGEST_PROFILE) {
            Ok(content) => content,
            Err(error) => {
                unread.get_or_insert(error);
                continue;
            }
        };
        let Some(left) = content.as_deref().and_then(without_blocks) else { continue };
        let name = shown_path(host, &file);
        if arguments.dry_run {
            planned(invocation, &format!("Would remove the lines of Kingbolt from {name}\n"))?;
        } else {
            match left {
                Without::Content(content) => write(host, &file, &content),
                // A link to the file is the person's.
                Without::Nothing if host.files.kind(&file).is_ok_and(|kind| kind == Some(FileKind::Symlink)) => {
                    write(host, &file, b"")
                }
                Without::Nothing => host.files.remove_file(&file),
            }
            .map_err(|source| CliError::App(source.into()))?;
            invocation.show(&Message::plain(&format!("Removed the lines of Kingbolt from {name}")));
        }
        files.push(file);
    }
    if let Some(error) = unread {
        return Err(CliError::App(error.into()));
    }
    if files.is_empty() {
        invocation.show(&Message::plain("No start-up file of a shell has lines of Kingbolt"));
        return Ok((Status::Absent, files));
    }
    Ok((Status::Removed, files))
}

fn windows(
    invocation: &Invocation<'_>,
    bin_dir: &Path,
    arguments: EnsurepathArguments,
    change: impl Fn(&str, &Path) -> Option<String>,
) -> Result<Status, CliError> {
    let host = invocation.host;
    let path = host.registry.user_path().map_err(|source| CliError::UserPath { source })?;
    let directory = shown_path(host, bin_dir);
    let Some(changed) = change(&path, bin_dir) else {
        let (state, status) = if arguments.remove {
            ("is not in the Path of your user", Status::Absent)
        } else {
            ("is already in the Path of your user; open a new terminal", Status::Present)
        };
        let text = format!("{directory} {state}");
        invocation.show(&Message::plain(&text));
        return Ok(status);
    };
    let (begin, past, status) =
        if arguments.remove { ("remove", "Removed", Status::Removed) } else { ("add", "Added", Status::Added) };
    let (word, end) =
        if arguments.remove { ("from", "") } else { ("to", "; sign out and in again if new terminals lack it") };
    if arguments.dry_run {
        planned(invocation, &format!("Would {begin} {directory} {word} the Path of your user\n"))?;
    } else {
        host.registry.set_user_path(&changed).map_err(|source| CliError::UserPath { source })?;
        let text = format!("{past} {directory} {word} the Path of your user{end}");
        invocation.show(&Message::plain(&text));
    }
    Ok(status)
}

/// Prints what `--dry-run` found, unless a document says it.
fn planned(invocation: &Invocation<'_>, text: &str) -> Result<(), CliError> {
    match invocation.settings.format {
        Format::Json => Ok(()),
        Format::Text => print_data(text),
    }
}

/// Writes a start-up file, through a link if it is one: people keep theirs in a repository. A link that leads nowhere is not
/// replaced.
fn write(host: &Host, file: &Path, content: &[u8]) -> Result<(), FileError> {
    match host.files.kind(file)? {
        None => host.files.write_atomic(file, content),
        Some(_) => host.files.rewrite_atomic(&host.files.canonical(file)?, content),
    }
}
