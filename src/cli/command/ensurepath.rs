//! `kingbolt ensurepath`.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::cli::args::EnsurepathArguments;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::invocation::Invocation;
use crate::cli::message::Message;
use crate::cli::output::print_data;
use crate::cli::path_advice::{PathAdvice, is_on_path, obstacle, path_line, profiles};
use crate::cli::profile_block::{Without, with_line, without_blocks};
use crate::cli::settings::Format;
use crate::cli::user_path;
use crate::host::{FileError, FileKind, Host, Replaced, SHARED};
use crate::platform::Os;

use super::shown::shown_path;

/// The most bytes of a start-up file of a shell that is changed.
const LONGEST_PROFILE: u64 = 16 << 20;

/// The most times that an edit begins.
const ATTEMPTS: u8 = 10;

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
    if let (Some(problem), false) = (obstacle(Os::current(), bin_dir), arguments.remove) {
        return Err(CliError::NotForPath { directory: bin_dir.to_owned(), problem });
    }
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
    let edit = |content: Option<&[u8]>| with_line(content, &line).map(Without::Content);
    if !edited(host, &file, arguments, edit).map_err(failed)? {
        let text = format!("{name} already puts {directory} on PATH; open a new terminal, or run this:\n    {line}");
        invocation.show(&Message::plain(&text));
        return Ok((Status::Present, Vec::new()));
    }
    if arguments.dry_run {
        planned(invocation, &format!("Would add this line to {name}:\n    {line}\n"))?;
    } else {
        let text = format!("Added {directory} to PATH in {name}; open a new terminal, or run this:\n    {line}");
        invocation.show(&Message::plain(&text));
    }
    Ok((Status::Added, vec![file]))
}

/// Removes the lines of Kingbolt from the start-up files of all shells: the person may use another shell now.
fn remove(invocation: &Invocation<'_>, arguments: EnsurepathArguments) -> Result<(Status, Vec<PathBuf>), CliError> {
    let host = invocation.host;
    let mut files = Vec::new();
    let mut failed = None;
    // Nothing but a file can have them.
    for file in profiles(host).into_iter().filter(|file| host.files.is_file(file)) {
        match edited(host, &file, arguments, |content| content.and_then(without_blocks)) {
            Ok(true) => {}
            Ok(false) => continue,
            Err(error) => {
                failed.get_or_insert(error);
                continue;
            }
        }
        let name = shown_path(host, &file);
        if arguments.dry_run {
            planned(invocation, &format!("Would remove the lines of Kingbolt from {name}\n"))?;
        } else {
            invocation.show(&Message::plain(&format!("Removed the lines of Kingbolt from {name}")));
        }
        files.push(file);
    }
    if let Some(error) = failed {
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

/// Edits a start-up file, or finds out that it would be edited. Returns false if there is nothing to edit. If another program
/// changes the file meanwhile, the edit begins again.
fn edited(
    host: &Host,
    file: &Path,
    arguments: EnsurepathArguments,
    edit: impl Fn(Option<&[u8]>) -> Option<Without>,
) -> Result<bool, FileError> {
    for _ in 0..ATTEMPTS {
        let content = host.files.read_if_present_at_most(file, LONGEST_PROFILE)?;
        let Some(after) = edit(content.as_deref()) else { return Ok(false) };
        if arguments.dry_run || write(host, file, content.as_deref(), &after)? == Replaced::Done {
            return Ok(true);
        }
    }
    let source = io::Error::other("another program keeps changing it");
    Err(FileError { act: "write", path: file.to_owned(), source })
}

/// Writes a start-up file, through a link if it is one: people keep theirs in a repository. A link that leads nowhere is not
/// replaced, and one to a file of which nothing is left stays.
fn write(host: &Host, file: &Path, before: Option<&[u8]>, after: &Without) -> Result<Replaced, FileError> {
    let files = host.files;
    let kind = files.kind(file)?;
    let (Some(before), Some(kind)) = (before, kind) else {
        let Without::Content(content) = after else { return Ok(Replaced::Done) };
        if kind.is_some() {
            files.canonical(file)?;
        }
        return create(host, file, content);
    };
    match after {
        Without::Content(content) => files.rewrite_unchanged(&files.canonical(file)?, before, content),
        Without::Nothing if kind == FileKind::Symlink => files.rewrite_unchanged(&files.canonical(file)?, before, b""),
        Without::Nothing if files.read_at_most(file, LONGEST_PROFILE)? != before => Ok(Replaced::Outdated),
        Without::Nothing => files.remove_file(file).map(|()| Replaced::Done),
    }
}

/// Writes a new file, unless another program does so meanwhile.
fn create(host: &Host, file: &Path, content: &[u8]) -> Result<Replaced, FileError> {
    host.files.create_dirs(file.parent().unwrap_or(file))?;
    match host.files.write_new(file, content, SHARED) {
        Err(error) if error.source.kind() == ErrorKind::AlreadyExists => Ok(Replaced::Outdated),
        written => written.map(|()| Replaced::Done),
    }
}
