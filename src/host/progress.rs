//! What long work tells the person who waits. Drawn only by `cli`; everywhere else it is called.

/// Something happened that a person may want to see. Sizes are in bytes.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// Packages are being chosen.
    ResolveStarted,
    /// A package was looked up; `known` packages are known to be needed so far.
    PackageLookedUp { name: &'a str, known: usize },
    /// All packages are chosen.
    ResolveFinished { packages: usize },
    /// Wheels are about to be downloaded; `bytes` counts those whose size is known.
    DownloadsStarted { files: usize, bytes: u64 },
    /// A download began; `size` is what the index or the lock says.
    DownloadStarted { file: &'a str, size: Option<u64> },
    /// The server says how large a file is whose size nobody stated before. May be said again.
    DownloadSized { file: &'a str, size: u64 },
    /// More bytes of a download arrived.
    DownloadAdvanced { file: &'a str, bytes: u64 },
    /// A download broke and is tried again; its bytes so far are kept when `resumed`.
    DownloadRetried { file: &'a str, resumed: u64 },
    /// A download is complete and verified.
    DownloadFinished { file: &'a str },
    /// All wheels are in the store.
    DownloadsFinished,
    /// Wheels are about to be put into an environment.
    InstallStarted { packages: usize },
    /// One wheel was put into the environment.
    PackageInstalled { name: &'a str },
    /// The environment is complete.
    InstallFinished,
    /// Something that needs no answer but should be known, for example two wheels with the same file.
    Warning { message: &'a str },
    /// A detail for those who asked for details.
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
