//! File systems without locks, and those that only say that they have them; slow ones. Played by strace, which changes
//! what the system answers.

use std::path::PathBuf;

use crate::large::{fixture_at_home, remains_beside_downloads};
use crate::support::{Fixture, Run};
use crate::trace::strace;

/// Calls that look at names and change them.
const NAMES: &str = "access,chmod,fchmodat,faccessat2,link,linkat,lstat,mkdir,mkdirat,newfstatat,open,openat,readlink,\
                     readlinkat,rename,renameat,renameat2,rmdir,stat,statx,symlink,symlinkat,unlink,unlinkat";

#[test]
fn a_home_on_a_file_system_without_locks_is_refused() {
    for error in ["ENOLCK", "ENOSYS", "EOPNOTSUPP"] {
        locks_are_missed(&format!("error={error}"), "does not support locks");
    }
}

/// Two at once would destroy each other's work.
#[test]
fn a_home_on_a_file_system_that_ignores_locks_is_refused() {
    locks_are_missed("retval=0", "ignores locks");
}

#[test]
fn a_slow_file_system_is_waited_for() {
    const SLOW: &str = "delay_enter=2000";
    let Some(altered) = Altered::prepared() else { return };
    altered.kingbolt(NAMES, SLOW, &["install", "hello", "--quiet"]).succeeds();
    altered.fixture.assert_works("1.0");
    altered.kingbolt(NAMES, SLOW, &["uninstall", "hello", "--quiet"]).succeeds();
    assert_eq!(remains_beside_downloads(&altered.fixture), Vec::<String>::new());
}

/// Asserts that an installation says what is wrong with the locks of a file system, and leaves nothing.
#[track_caller]
fn locks_are_missed(answer: &str, problem: &str) {
    let Some(altered) = Altered::prepared() else { return };
    altered
        .kingbolt("flock", answer, &["install", "hello"])
        .stderr(&format!(
            "
            error: failed to lock `[HOME]/kingbolt/locks/hello`
              caused by: the file system {problem}
            hint: set KINGBOLT_LOCK_DIR to a directory on a file system with file locks
            "
        ))
        .exits(8);
    assert_eq!(remains_beside_downloads(&altered.fixture), Vec::<String>::new());
}

/// A machine whose system can be made to answer some calls in another way.
struct Altered {
    fixture: Fixture,
    strace: PathBuf,
}

impl Altered {
    fn prepared() -> Option<Self> {
        let strace = strace()?;
        Some(Self { fixture: fixture_at_home()?, strace })
    }

    /// Prepares a run of Kingbolt in which some calls get another answer.
    fn kingbolt(&self, calls: &str, answer: &str, arguments: &[&str]) -> Run<'_> {
        let (trace, inject) = (format!("trace={calls}"), format!("inject={calls}:{answer}"));
        let kingbolt = env!("CARGO_BIN_EXE_kingbolt");
        let words = ["--follow-forks", "--quiet=all", "--output=/dev/null", "-e", &trace, "-e", &inject, kingbolt];
        self.fixture.machine.program(&self.strace, words.iter().chain(arguments))
    }
}
