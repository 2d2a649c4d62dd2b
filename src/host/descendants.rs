//! A program and the programs that it starts, which are stopped together.

use std::process::Child;

/// The programs to stop when a captured program is stopped before its end.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Stopped {
    /// The program alone.
    Itself,
    /// On Unix, the process group too that the program has made for itself, and on Windows all of its descendants.
    WithDescendants,
}

/// Those that belong to a running program.
#[cfg(unix)]
pub(super) struct Descendants {
    /// The process group that the program makes for itself has its number.
    group: rustix::process::Pid,
}

/// Those that belong to a running program.
#[cfg(windows)]
pub(super) struct Descendants {
    job: Option<win32job::Job>,
}

#[cfg(unix)]
impl Descendants {
    /// Those of a program that was just started.
    pub(super) fn of(program: &Child) -> Self {
        Self { group: rustix::process::Pid::from_child(program) }
    }

    /// Kills them. Nobody must have waited for the program, so that its number is still its own.
    pub(super) fn kill(self) {
        // Fails if the program has not made its group yet: then it has started nothing.
        let _ = rustix::process::kill_process_group(self.group, rustix::process::Signal::KILL);
    }
}

#[cfg(windows)]
impl Descendants {
    /// Those of a program that was just started. If the system refuses to list them, there are none.
    pub(super) fn of(program: &Child) -> Self {
        use std::os::windows::io::AsRawHandle;
        let job = win32job::Job::create().ok();
        let job = job.filter(|job| job.assign_process(program.as_raw_handle() as isize).is_ok());
        Self { job }
    }

    /// Kills them.
    pub(super) fn kill(self) {
        let mut limits = win32job::ExtendedLimitInfo::new();
        limits.limit_kill_on_job_close();
        if let Some(job) = self.job {
            // It is closed as it is dropped.
            let _ = job.set_extended_limit_info(&limits);
        }
    }
}
