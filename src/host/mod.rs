//! The only door out of the process: environment, files, processes, network, clock, locks, interruption.
//! Decides nothing. Everything that touches the machine takes a [`Host`] as its first argument.

mod boot;
mod checkpoint;
mod clock;
mod environment;
mod files;
mod in_use;
mod interrupt;
mod lock;
pub mod network;
mod patience;
mod processes;
mod progress;
mod random_file;
mod registry;
mod removal;
mod staged;
mod workers;

pub use boot::Boot;
pub use checkpoint::checkpoint;
pub use clock::{Clock, Timestamp};
pub use environment::Environment;
pub use files::{Durability, FileError, FileId, FileKind, Files, TRIAL, is_executable};
pub use interrupt::{Interrupt, Interrupted};
pub use lock::{FileLock, LockError, Sharing};
pub use network::{Connection, Network, NetworkError, NetworkSettings, Request, Response, redacted};
pub use processes::{Command, Output, ProcessError, Processes};
pub use progress::{Event, Progress, Silent};
pub use random_file::RandomFile;
pub use registry::{Hive, Registry};
pub use staged::{STAGED_PREFIX, Staged, is_staged, staged_for};
pub use workers::in_parallel;

use std::sync::OnceLock;

/// The process's world, passed explicitly.
#[derive(Debug)]
pub struct Host {
    pub clock: Clock,
    pub environment: Environment,
    pub files: Files,
    pub interrupt: Interrupt,
    pub processes: Processes,
    pub registry: Registry,
    boot: OnceLock<Boot>,
}

impl Host {
    /// The real world, as it is when the process starts.
    pub fn real() -> Self {
        Self::with(Environment::of_process(), Interrupt::listening())
    }

    /// Which run of the machine this is.
    pub fn boot(&self) -> &Boot {
        self.boot.get_or_init(|| Boot::of_machine(self.files, &self.processes, self.registry))
    }

    /// This machine with another environment, asked to stop by another flag.
    pub fn with(environment: Environment, interrupt: Interrupt) -> Self {
        let processes = Processes::new(interrupt.clone());
        Self {
            clock: Clock,
            environment,
            files: Files,
            interrupt,
            processes,
            registry: Registry,
            boot: OnceLock::new(),
        }
    }
}
