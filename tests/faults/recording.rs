//! What a run changes on the disk, call by call, as strace sees it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::Machine;

/// A change of the file system, or of what is known to be on the disk. Paths are absolute.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Change {
    /// Another name of a file.
    Link {
        from: PathBuf,
        to: PathBuf,
    },
    Mkdir {
        path: PathBuf,
    },
    Mode {
        path: PathBuf,
        mode: u32,
    },
    /// Opened for writing: made with a mode where it did not stand, emptied where that was asked for.
    Open {
        path: PathBuf,
        mode: u32,
        truncate: bool,
    },
    Remove {
        path: PathBuf,
    },
    Rename {
        from: PathBuf,
        to: PathBuf,
    },
    Symlink {
        target: PathBuf,
        path: PathBuf,
    },
    /// A file's content, or a directory's entries, are on the disk from here on.
    Sync {
        path: PathBuf,
    },
    /// Everything is on the disk from here on.
    SyncAll,
    /// Less content, or none.
    Truncate {
        path: PathBuf,
        length: usize,
    },
    /// More content at the end of a file.
    Write {
        path: PathBuf,
        data: Vec<u8>,
    },
}

/// The usual one; strace does not show what it took away.
const UMASK: u32 = 0o022;

const CALLS: &str = "chmod,copy_file_range,creat,fallocate,fchmod,fchmodat,?fchmodat2,fdatasync,fsync,ftruncate,ioctl,\
                     link,linkat,mkdir,mkdirat,open,openat,openat2,pwrite64,pwritev,pwritev2,rename,renameat,renameat2,\
                     rmdir,sendfile,symlink,symlinkat,sync,syncfs,truncate,unlink,unlinkat,write,writev";

/// Runs Kingbolt under strace, which has to succeed, and returns what it changed below a directory.
#[track_caller]
pub(crate) fn record(machine: &Machine, strace: &Path, root: &Path, arguments: &[&str]) -> Vec<Change> {
    let log = root.with_file_name("trace");
    let (output, trace) = (format!("--output={}", log.display()), format!("--trace={CALLS}"));
    let kingbolt = env!("CARGO_BIN_EXE_kingbolt");
    let options = ["-f", "-y", "-xx", "--quiet=all", "--string-limit=100000000", &output, &trace, kingbolt];
    let outcome = machine.program(strace, options.iter().chain(arguments)).outcome();
    assert_eq!(outcome.code, Some(0), "{arguments:?} {outcome:?}");
    let text = fs::read_to_string(&log).expect("strace wrote it");
    whole_calls(&text).iter().filter_map(|line| change(line, root)).collect()
}

/// The calls in the order in which they returned, each on one line, without the number of its thread.
fn whole_calls(log: &str) -> Vec<String> {
    let mut unfinished = BTreeMap::new();
    let mut calls = Vec::new();
    for line in log.lines() {
        let Some((thread, call)) = line.split_once(' ') else { continue };
        let call = call.trim_start();
        if let Some(start) = call.strip_suffix(" <unfinished ...>") {
            unfinished.insert(thread.to_owned(), start.to_owned());
        } else if let Some((_, rest)) = call.strip_prefix("<... ").and_then(|call| call.split_once(" resumed>")) {
            calls.push(unfinished.remove(thread).unwrap_or_default() + rest);
        } else {
            calls.push(call.to_owned());
        }
    }
    calls
}

/// What a call changed below a directory; `None` where it failed, or changed nothing there.
fn change(line: &str, root: &Path) -> Option<Change> {
    let (call, result) = line.rsplit_once(" = ")?;
    if result.starts_with('-') || result.starts_with('?') {
        return None;
    }
    let (name, arguments) = call.split_once('(')?;
    let arguments: Vec<&str> = arguments.trim_end().trim_end_matches(')').split(", ").collect();
    let at = |index: usize| arguments.get(index).copied().unwrap_or_default();
    let found = match name {
        "copy_file_range" => {
            let data = fs::read(described(at(0))).expect("what is copied still stands");
            Change::Write { path: described(at(2)), data }
        }
        "sendfile" => {
            let data = fs::read(described(at(1))).expect("what is copied still stands");
            Change::Write { path: described(at(0)), data }
        }
        "chmod" => Change::Mode { path: text(at(0)), mode: octal(at(1)) },
        "fchmod" => Change::Mode { path: described(at(0)), mode: octal(at(1)) },
        "fchmodat" | "fchmodat2" => Change::Mode { path: beside(at(0), at(1)), mode: octal(at(2)) },
        "fdatasync" | "fsync" => Change::Sync { path: described(at(0)) },
        "ftruncate" => {
            let length = at(1).parse().expect("a length is a number");
            Change::Truncate { path: described(at(0)), length }
        }
        "link" => Change::Link { from: text(at(0)), to: text(at(1)) },
        "linkat" => Change::Link { from: beside(at(0), at(1)), to: beside(at(2), at(3)) },
        "mkdir" => Change::Mkdir { path: text(at(0)) },
        "mkdirat" => Change::Mkdir { path: beside(at(0), at(1)) },
        "open" => opened(&text(at(0)), at(1), at(2))?,
        "openat" => opened(&beside(at(0), at(1)), at(2), at(3))?,
        "rename" => Change::Rename { from: text(at(0)), to: text(at(1)) },
        "renameat" | "renameat2" => Change::Rename { from: beside(at(0), at(1)), to: beside(at(2), at(3)) },
        "rmdir" | "unlink" => Change::Remove { path: text(at(0)) },
        "symlink" => Change::Symlink { target: text(at(0)), path: text(at(1)) },
        "symlinkat" => Change::Symlink { target: text(at(0)), path: beside(at(1), at(2)) },
        "sync" | "syncfs" => return Some(Change::SyncAll),
        "unlinkat" => Change::Remove { path: beside(at(0), at(1)) },
        "write" => Change::Write { path: described(at(0)), data: written(at(1), result) },
        // Of terminals, and of files that are not written to.
        "ioctl" if !at(1).contains("FICLONE") => return None,
        _ => {
            assert!(!described(at(0)).starts_with(root), "the recording has a call that nobody understands: {line}");
            return None;
        }
    };
    found.path().starts_with(root).then_some(found)
}

impl Change {
    /// The path that is changed, or comes to stand; empty where it is all of them.
    pub(crate) fn path(&self) -> &Path {
        match self {
            Self::Link { to, .. } | Self::Rename { to, .. } => to,
            Self::Mkdir { path }
            | Self::Mode { path, .. }
            | Self::Open { path, .. }
            | Self::Remove { path }
            | Self::Symlink { path, .. }
            | Self::Sync { path }
            | Self::Truncate { path, .. }
            | Self::Write { path, .. } => path,
            Self::SyncAll => Path::new(""),
        }
    }
}

/// A file that is opened so that it may change.
fn opened(path: &Path, flags: &str, mode: &str) -> Option<Change> {
    let truncate = flags.contains("O_TRUNC");
    if !flags.contains("O_CREAT") && !truncate {
        return None;
    }
    let mode = if flags.contains("O_CREAT") { octal(mode) & !UMASK } else { 0o600 };
    Some(Change::Open { path: path.to_owned(), mode, truncate })
}

fn written(data: &str, result: &str) -> Vec<u8> {
    let mut data = bytes(data);
    data.truncate(result.trim().parse().expect("a write returns a number"));
    data
}

/// A quoted path.
fn text(quoted: &str) -> PathBuf {
    String::from_utf8(bytes(quoted)).expect("our paths are UTF-8").into()
}

/// A path below an open directory.
fn beside(directory: &str, quoted: &str) -> PathBuf {
    described(directory).join(text(quoted))
}

/// The path of an open file: `3<\x2f\x74>`.
fn described(descriptor: &str) -> PathBuf {
    descriptor.split_once('<').map(|(_, path)| text(path)).unwrap_or_default()
}

/// The bytes of `"\x2f\x74"`, with whatever stands around them.
fn bytes(hexadecimal: &str) -> Vec<u8> {
    let digits = hexadecimal.split("\\x").skip(1);
    digits.filter_map(|digits| u8::from_str_radix(digits.get(..2)?, 16).ok()).collect()
}

fn octal(mode: &str) -> u32 {
    u32::from_str_radix(mode, 8).expect("a mode is an octal number")
}

#[test]
fn calls_of_several_threads_are_put_together() {
    let log = "7 rename(\"\\x2f\\x61\",  <unfinished ...>\n8  mkdir(\"\\x2f\\x62\", 0777) = 0\n7 <... rename resumed>\"\\x2f\\x63\") = 0\n";
    let changes: Vec<Change> = whole_calls(log).iter().filter_map(|line| change(line, Path::new("/"))).collect();
    let path = |text: &str| PathBuf::from(text);
    assert_eq!(changes, [Change::Mkdir { path: path("/b") }, Change::Rename { from: path("/a"), to: path("/c") }]);
}
