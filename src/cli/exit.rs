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
    (Exit::Verification, "verification failed: hash, size, signature, RECORD or archive"),
    (Exit::Network, "network error"),
    (Exit::Unsuitable, "no suitable Python, platform or wheel"),
    (Exit::Busy, "busy: another Kingbolt process is changing the app, or the app is running"),
    (Exit::Preflight, "file system error: disk space, permissions or path"),
    (Exit::Interrupted, "interrupted with Ctrl-C"),
];

/// The table as `--help` shows it.
pub(super) fn table() -> String {
    let rows: Vec<String> = CODES.iter().map(|(exit, meaning)| format!("  {:<5}{meaning}", exit.code())).collect();
    format!(
        "Exit codes:\n{}\n`kingbolt run` and `kingbolt exec` exit with the code of the program they run.",
        rows.join("\n")
    )
}

/// From bad to good: codes that ask for attention come before those of failures that a retry may overcome.
const BY_SEVERITY: [Exit; 10] = [
    Exit::Interrupted,
    Exit::Verification,
    Exit::Preflight,
    Exit::Failed,
    Exit::Usage,
    Exit::NoResolution,
    Exit::Unsuitable,
    Exit::Network,
    Exit::Busy,
    Exit::Done,
];

impl Exit {
    /// The code of a command that changed several apps: the worst of theirs.
    pub(super) fn worst(exits: &[Self]) -> Option<Self> {
        BY_SEVERITY.into_iter().find(|exit| exits.contains(exit))
    }

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_code_is_the_one_that_a_retry_does_not_help_with() {
        assert_eq!(Exit::worst(&[]), None);
        assert_eq!(Exit::worst(&[Exit::Busy, Exit::Verification, Exit::Network]), Some(Exit::Verification));
        assert_eq!(Exit::worst(&[Exit::Busy, Exit::Network]), Some(Exit::Network));
        for (exit, _) in CODES {
            assert_eq!(Exit::worst(&[*exit]), Some(*exit));
        }
    }
}
