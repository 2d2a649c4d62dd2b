//! The one value through which the program accesses the machine.

use std::sync::OnceLock;

use super::{BaseDirectories, Boot, Clock, Environment, Files, Interrupt, Locks, Processes, Registry, Terminal};

/// Access to the machine, passed explicitly.
#[derive(Debug)]
pub struct Host {
    /// The base directories of the user; `None` without a home directory, and in tests with another environment.
    pub base_directories: Option<BaseDirectories>,
    pub clock: Clock,
    pub environment: Environment,
    pub files: Files,
    pub interrupt: Interrupt,
    pub locks: Locks,
    pub processes: Processes,
    pub registry: Registry,
    pub terminal: Terminal,
    boot: OnceLock<Boot>,
}

impl Host {
    /// This machine, as it is when the process starts.
    pub fn real() -> Self {
        let environment = Environment::of_process();
        let base_directories = BaseDirectories::of_process(&environment);
        Self { base_directories, ..Self::with(environment, Interrupt::listening()) }
    }

    /// The current boot of the machine.
    pub fn boot(&self) -> &Boot {
        self.boot.get_or_init(|| Boot::of_machine(self.files, &self.processes, self.registry))
    }

    /// This machine with another environment, asked to stop by another flag.
    pub fn with(environment: Environment, interrupt: Interrupt) -> Self {
        let processes = Processes::new(interrupt.clone());
        Self {
            base_directories: None,
            clock: Clock,
            environment,
            files: Files,
            interrupt,
            locks: Locks::new(""),
            processes,
            registry: Registry,
            terminal: Terminal,
            boot: OnceLock::new(),
        }
    }
}
