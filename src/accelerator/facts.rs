//! The facts about the accelerators of a machine.

use serde::Serialize;

use crate::vocab::joined;

use super::{CudaVersion, DriverVersion, Gpu, JetsonRelease, Model, RocmVersion, State};

/// The accelerators of a machine, and the evidence for them.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AcceleratorFacts {
    pub system: System,
    pub state: State,
    pub gpus: Vec<Gpu>,
    /// NVIDIA's driver in the kernel; in WSL that of Windows.
    pub driver: Option<DriverVersion>,
    /// The newest CUDA that the driver's library reports.
    pub cuda: Option<CudaVersion>,
    /// The newest ROCm whose files were found.
    pub rocm: Option<RocmVersion>,
    pub evidence: Vec<Evidence>,
    /// Advice about the state, and remarks that decisions repeat.
    pub hints: Vec<String>,
}

/// The operating system, as far as drivers differ.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum System {
    /// `None` if its release is not known.
    Jetson(Option<JetsonRelease>),
    Linux,
    MacOs,
    Windows,
    /// Linux within Windows, with the driver of Windows.
    Wsl,
}

/// The words of one source, also as programs read them.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Evidence {
    /// A file, a program, a variable or an option.
    pub source: String,
    pub finding: String,
}

impl AcceleratorFacts {
    /// A machine without accelerators.
    pub fn none(system: System) -> Self {
        Self {
            system,
            state: State::None,
            gpus: Vec::new(),
            driver: None,
            cuda: None,
            rocm: None,
            evidence: Vec::new(),
            hints: Vec::new(),
        }
    }

    /// The GPUs of NVIDIA.
    pub fn nvidia(&self) -> impl Iterator<Item = &Gpu> {
        self.gpus.iter().filter(|gpu| gpu.capability().is_some())
    }

    /// The properties that decide, in words: `compute capability 6.1 on driver 580.126`.
    pub fn summary(&self) -> String {
        if self.state != State::Usable {
            return self.state.to_string();
        }
        let mut capabilities: Vec<_> = self.nvidia().filter_map(Gpu::capability).collect();
        if capabilities.is_empty() {
            return self.gpus.first().map_or_else(|| self.state.to_string(), ToString::to_string);
        }
        capabilities.sort_unstable();
        capabilities.dedup();
        let known: Vec<String> = capabilities.iter().flatten().map(ToString::to_string).collect();
        let capabilities = match (known.is_empty(), capabilities.contains(&None)) {
            (true, _) => "unknown compute capability".to_owned(),
            (false, true) => format!("compute capability {} and an unknown one", known.join(", ")),
            (false, false) => format!("compute capability {}", joined(&known)),
        };
        match (&self.driver, self.cuda) {
            (Some(driver), _) => format!("{capabilities} on driver {driver}"),
            (None, Some(cuda)) => format!("{capabilities} on a driver for CUDA {cuda}"),
            (None, None) => format!("{capabilities} on an unknown driver"),
        }
    }

    /// True if there is a GPU of Apple.
    pub(super) fn has_apple(&self) -> bool {
        self.gpus.iter().any(|gpu| gpu.model == Model::Apple)
    }
}

impl System {
    /// The system as people call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Jetson(_) => "Jetson Linux",
            Self::Linux => "Linux",
            Self::MacOs => "macOS",
            Self::Windows => "Windows",
            Self::Wsl => "WSL",
        }
    }
}
