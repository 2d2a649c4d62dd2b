//! The one value through which the program reaches the machine.

use std::sync::OnceLock;

use super::{Boot, Clock, Environment, Files, Interrupt, Processes, Registry};

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

    /// The current boot of the machine.
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
