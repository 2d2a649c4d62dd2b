//! Progress of long work. Shown only by `cli`; all other modules report to it.

use std::fmt;

/// An event that a user may want to see. Sizes are in bytes.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// Source code is being built.
    BuildStarted { source: &'a str },
    /// It was built.
    BuildFinished { wheel: &'a str },
    /// A Python was fetched for an app.
    PythonFetched { version: &'a str },
    /// Packages are being chosen.
    ResolveStarted,
    /// A package was looked up; `known` packages are known to be needed so far.
    PackageLookedUp { name: &'a str, known: usize },
    /// All packages are chosen.
    ResolveFinished { packages: usize },
    /// Wheels are about to be downloaded; `bytes` counts all but the `unsized_files`, whose size nobody states.
    DownloadsStarted { files: usize, bytes: u64, unsized_files: usize },
    /// A download began; `size` is the one that the index or the lock states.
    DownloadStarted { file: &'a str, size: Option<u64> },
    /// The server states the size of a file whose size was unknown. May occur more than once.
    DownloadSized { file: &'a str, size: u64 },
    /// An earlier run left `bytes` of a download.
    DownloadResumed { file: &'a str, bytes: u64 },
    /// More bytes of a download arrived.
    DownloadAdvanced { file: &'a str, bytes: u64 },
    /// A download was interrupted and is tried again; `resumed` bytes are kept.
    DownloadRetried { file: &'a str, resumed: u64 },
    /// A download is complete and verified.
    DownloadFinished { file: &'a str },
    /// A wheel was unpacked into the store.
    WheelUnpacked { file: &'a str },
    /// All wheels are in the store.
    DownloadsFinished { noun: &'a str },
    /// Wheels are about to be put into an environment.
    InstallStarted { packages: usize },
    /// One wheel was put into the environment.
    PackageInstalled { name: &'a str },
    /// The environment is complete.
    InstallFinished,
    /// Files of an app are about to be compared with what was installed.
    VerifyStarted { subject: &'a str, files: usize },
    /// One of them was compared.
    FileVerified,
    /// All of them were.
    VerifyFinished,
    /// The commands of a new generation are about to be imported.
    CheckStarted { app: &'a str },
    /// They were.
    CheckFinished,
    /// A step of a change is about to be carried out; the first has the number 1.
    StepStarted { number: usize, step: fmt::Arguments<'a> },
    /// A problem that does not stop the work, for example two wheels with the same file.
    Warning { message: &'a str },
    /// A decision that a person should know of.
    Notice { message: &'a str },
    /// A detail, shown with `--verbose`.
    Detail { message: &'a str },
}

/// Receives events, from any thread.
pub trait Progress: Send + Sync {
    /// Shows the event, or not.
    fn event(&self, event: Event<'_>);
}

/// Shows nothing.
#[derive(Clone, Copy, Debug)]
pub struct Silent;

impl Progress for Silent {
    fn event(&self, _event: Event<'_>) {}
}
