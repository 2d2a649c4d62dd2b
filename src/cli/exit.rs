//! The table of exit codes. The README and `--help` show the same one; a test compares them.

/// How the process ends.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Exit {
    Done,
    Failed,
    Usage,
    NoResolution,
    Verification,
    Network,
    Unsuitable,
    Busy,
    Preflight,
    Interrupted,
}

/// The documented codes, in order, with what they mean.
pub(super) const CODES: &[(Exit, &str)] = &[
    (Exit::Done, "success"),
    (Exit::Failed, "failure"),
    (Exit::Usage, "invalid command line"),
    (Exit::NoResolution, "no matching versions"),
    (Exit::Verification, "verification failed: hash, size, RECORD or archive"),
    (Exit::Network, "network error"),
    (Exit::Unsuitable, "no suitable Python, platform or wheel"),
    (Exit::Busy, "busy: another Kingbolt process is changing the app, or the app is running"),
    (Exit::Preflight, "file system error: disk space, permissions or path"),
    (Exit::Interrupted, "interrupted with Ctrl-C"),
];

/// The table as `--help` shows it.
pub(super) fn table() -> String {
    let rows: Vec<String> = CODES.iter().map(|(exit, meaning)| format!("  {:<5}{meaning}", exit.code())).collect();
    format!("Exit codes:\n{}\n`kingbolt run` exits with the code of the command it runs.", rows.join("\n"))
}

impl Exit {
    /// The number that the shell sees.
    pub(super) fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::NoResolution => 3,
            Self::Verification => 4,
            Self::Network => 5,
            Self::Unsuitable => 6,
            Self::Busy => 7,
            Self::Preflight => 8,
            Self::Interrupted => 130,
        }
    }
}
