//! The only door out of the process: environment, files, processes, network, clock, locks, interruption.
//! Decides nothing. Everything that touches the machine takes a [`Host`] as its first argument.

mod clock;
mod environment;
mod files;
mod interrupt;
mod lock;
mod processes;
mod progress;
mod random_file;
mod registry;

pub use clock::{Clock, Timestamp};
pub use environment::Environment;
pub use files::{FileError, FileKind, Files, STAGED_PREFIX, Staged};
pub use interrupt::{Interrupt, Interrupted};
pub use lock::{FileLock, LockError, Sharing};
pub use processes::{Command, Output, ProcessError, Processes};
pub use progress::{Event, Progress, Silent};
pub use random_file::RandomFile;
pub use registry::{Hive, Registry};

/// The process's world, passed explicitly.
#[derive(Debug)]
pub struct Host {
    pub clock: Clock,
    pub environment: Environment,
    pub files: Files,
    pub interrupt: Interrupt,
    pub processes: Processes,
    pub registry: Registry,
}

impl Host {
    /// The real world, as it is when the process starts.
    pub fn real() -> Self {
        let interrupt = Interrupt::listening();
        Self {
            clock: Clock,
            environment: Environment::of_process(),
            files: Files,
            processes: Processes::new(interrupt.clone()),
            registry: Registry,
            interrupt,
        }
    }
}
