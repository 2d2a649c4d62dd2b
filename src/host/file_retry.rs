//! Retries of changes to files. Windows refuses to rename, replace or remove what another program has open, and
//! every directory above it. A virus scanner or an indexer has open what was just written, but only for a moment.
#![expect(clippy::disallowed_methods, reason = "waiting for the file system is part of the access to files")]

use std::io;
use std::time::Duration;

/// The pauses before each further attempt in milliseconds; two and a half seconds in all.
const PAUSES: [u64; 8] = [10, 20, 40, 80, 160, 320, 640, 1280];

/// Repeats an act that another program may obstruct for a moment.
pub(super) fn retry_while_in_use<T>(act: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    retry(&PAUSES.map(Duration::from_millis), is_in_use, act)
}

/// True if a file cannot be changed because a program has it open. Windows often reports denied access instead,
/// which may have other reasons too.
pub(super) fn is_in_use(error: &io::Error) -> bool {
    cfg!(windows) && error.raw_os_error().is_some_and(means_in_use)
}

/// Windows' codes for access denied, a sharing violation, a violated lock, a directory that is not empty because what
/// was removed from it is still open, and a file that is mapped.
fn means_in_use(code: i32) -> bool {
    matches!(code, 5 | 32 | 33 | 145 | 1224)
}

fn retry<T>(
    pauses: &[Duration],
    is_passing: impl Fn(&io::Error) -> bool,
    mut act: impl FnMut() -> io::Result<T>,
) -> io::Result<T> {
    for pause in pauses {
        match act() {
            Err(error) if is_passing(&error) => std::thread::sleep(*pause),
            done => return done,
        }
    }
    act()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tries an act that fails a number of times; returns its result and the number of attempts.
    fn tried(failures: u32, code: i32) -> (Option<i32>, u32) {
        let mut tries = 0;
        let passing = |error: &io::Error| error.raw_os_error().is_some_and(means_in_use);
        let done = retry(&[Duration::ZERO; 3], passing, || {
            tries += 1;
            if tries <= failures { Err(io::Error::from_raw_os_error(code)) } else { Ok(()) }
        });
        (done.err().and_then(|error| error.raw_os_error()), tries)
    }

    #[test]
    fn what_a_scanner_has_open_is_tried_again() {
        assert_eq!(tried(2, 32), (None, 3));
        assert_eq!(tried(9, 5), (Some(5), 4));
    }

    #[test]
    fn other_failures_are_final() {
        assert_eq!(tried(1, 2), (Some(2), 1));
    }
}
