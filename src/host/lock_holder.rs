//! The process that holds a lock, as it says in the lock file. Unix only: on Windows a locked file cannot be read.

use std::fmt;
use std::fs::File;
use std::path::Path;

use super::Files;
use super::random_id::random_number;

/// A process, and the command that it carries out.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Holder {
    process: u32,
    /// Random: in a container every process can have the same number.
    id: u64,
    /// Such as `upgrade`; empty if it is not known.
    command: String,
}

/// The first word of the content of a held lock.
const FIRST_WORD: &str = "kingbolt";

/// More than any content has.
const LONGEST: usize = 256;

impl Holder {
    /// This process.
    pub(super) fn this_process(command: &str) -> Self {
        Self { process: std::process::id(), id: random_number(), command: command.to_owned() }
    }

    /// Writes into a lock file who holds it. It only serves messages, so that a failure, on a full disk for example, is
    /// ignored.
    #[cfg(unix)]
    pub(super) fn write(&self, mut file: &File) {
        use std::io::Write;
        let Self { process, id, command } = self;
        let line = format!("{FIRST_WORD} {process} {id} {command}\n");
        let _ = empty(file).and_then(|()| file.write_all(line.as_bytes()));
    }

    /// Removes the content from a lock file, unless another process that shares the lock has written it.
    #[cfg(unix)]
    pub(super) fn erase(&self, file: &File) {
        if Self::read(file).is_some_and(|holder| holder == *self) {
            let _ = empty(file);
        }
    }

    /// The holder of a lock; `None` if it cannot be known, or runs on another machine.
    #[cfg(unix)]
    pub(super) fn read_running(file: &File) -> Option<Self> {
        use rustix::io::Errno;
        use rustix::process::{Pid, test_kill_process};
        let holder = Self::read(file)?;
        let process = Pid::from_raw(i32::try_from(holder.process).ok()?)?;
        (test_kill_process(process) != Err(Errno::SRCH)).then_some(holder)
    }

    #[cfg(unix)]
    fn read(file: &File) -> Option<Self> {
        use std::os::unix::fs::FileExt;
        let mut bytes = [0; LONGEST];
        let length = file.read_at(&mut bytes, 0).ok()?;
        Self::parse(str::from_utf8(bytes.get(..length)?).ok()?)
    }

    #[cfg(windows)]
    #[expect(clippy::unused_self, reason = "Unix writes it")]
    pub(super) fn write(&self, _file: &File) {}

    #[cfg(windows)]
    #[expect(clippy::unused_self, reason = "Unix reads it")]
    pub(super) fn erase(&self, _file: &File) {}

    #[cfg(windows)]
    pub(super) fn read_running(_file: &File) -> Option<Self> {
        None
    }

    #[cfg(any(unix, test))]
    fn parse(text: &str) -> Option<Self> {
        let mut words = text.strip_suffix('\n')?.splitn(4, ' ');
        if words.next()? != FIRST_WORD {
            return None;
        }
        let (process, id) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
        let command = words.next()?;
        let is_command = command.bytes().all(|byte| byte.is_ascii_lowercase());
        is_command.then(|| Self { process, id, command: command.to_owned() })
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { process, command, .. } = self;
        match command.as_str() {
            "" => write!(formatter, "process {process}"),
            command => write!(formatter, "process {process}, `kingbolt {command}`"),
        }
    }
}

/// True for a lock file, held or not; links are not followed.
pub fn is_lock_file(files: Files, path: &Path) -> bool {
    let length = match files.metadata_if_present(path) {
        Ok(Some(metadata)) if metadata.is_file() => metadata.len(),
        Ok(_) | Err(_) => return false,
    };
    // On Windows one that is held cannot be read, and is always empty.
    length == 0 || length <= LONGEST as u64 && files.read(path).is_ok_and(|bytes| is_lock_content(&bytes))
}

fn is_lock_content(bytes: &[u8]) -> bool {
    // After a loss of power a file can have its length without its content.
    bytes.starts_with(FIRST_WORD.as_bytes()) || bytes.iter().all(|byte| *byte == 0)
}

#[cfg(unix)]
fn empty(file: &File) -> std::io::Result<()> {
    if file.metadata()?.len() == 0 { Ok(()) } else { file.set_len(0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_line_of_ours_names_a_holder() {
        let holder = Holder { process: 12, id: 7, command: "upgrade".to_owned() };
        assert_eq!(Holder::parse("kingbolt 12 7 upgrade\n"), Some(holder.clone()));
        assert_eq!(holder.to_string(), "process 12, `kingbolt upgrade`");
        let unnamed = Holder::parse("kingbolt 12 7 \n").unwrap();
        assert_eq!(unnamed.to_string(), "process 12");
        for text in ["", "\n", "kingbolt 12 7 upgrade", "kingbolt 12 7\n", "pip 12 7 upgrade\n", "kingbolt -1 7 list\n"]
        {
            assert_eq!(Holder::parse(text), None, "{text:?}");
        }
        assert_eq!(Holder::parse("kingbolt 12 7 up\u{1b}[2J\n"), None);
    }

    #[test]
    fn the_content_of_a_lock_is_known_even_if_half_of_it_was_lost() {
        for content in ["", "kingbolt 12 7 upgrade\n", "kingbolt 1\0\0\0\0\0", "\0\0\0"] {
            assert!(is_lock_content(content.as_bytes()), "{content:?}");
        }
        for content in ["letter", "king"] {
            assert!(!is_lock_content(content.as_bytes()), "{content:?}");
        }
    }
}
