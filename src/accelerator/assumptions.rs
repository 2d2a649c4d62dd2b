//! Facts to assume instead of those of the machine, to prepare another one or to correct what was found.

use crate::vocab::joined;

use super::{
    AcceleratorFacts, ComputeCapability, CudaVersion, DriverVersion, Evidence, GfxTarget, Gpu, JetsonRelease, Model,
    RocmVersion, State, System,
};

/// Assumptions, each with the option or the variable that states it.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Assumptions {
    stated: Vec<(String, Assumption)>,
}

/// One assumption.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Assumption {
    /// The compute capabilities of all GPUs of NVIDIA.
    Compute(Vec<ComputeCapability>),
    /// The newest CUDA that the driver supports.
    Cuda(CudaVersion),
    /// NVIDIA's driver in the kernel.
    Driver(DriverVersion),
    /// The instruction sets of all GPUs of AMD.
    Gfx(Vec<GfxTarget>),
    Jetson(JetsonRelease),
    /// No GPU of NVIDIA, whatever there is.
    NoCuda,
    Rocm(RocmVersion),
}

impl Assumptions {
    /// Adds an assumption, with the name of what states it; the first one of its kind counts.
    pub fn add(&mut self, source: impl Into<String>, assumption: Assumption) {
        let is_same = |known: &Assumption| std::mem::discriminant(known) == std::mem::discriminant(&assumption);
        if !self.stated.iter().any(|(_, known)| is_same(known)) {
            self.stated.push((source.into(), assumption));
        }
    }

    /// Adds those of others: the first one of each kind counts.
    pub fn extend(&mut self, others: Self) {
        for (source, assumption) in others.stated {
            self.add(source, assumption);
        }
    }

    /// True if there are none.
    pub fn is_empty(&self) -> bool {
        self.stated.is_empty()
    }

    /// The facts with the assumptions in place of what was found. What is assumed counts as usable; the evidence names each
    /// assumption.
    #[must_use]
    pub fn apply(&self, facts: AcceleratorFacts) -> AcceleratorFacts {
        let mut assumed = facts;
        if self.is_about_driver() {
            // The library that was found is not that of the assumed driver.
            assumed.driver = None;
            assumed.cuda = None;
        }
        for (source, assumption) in &self.stated {
            assumption.put_into(&mut assumed);
            assumed.evidence.push(Evidence { source: source.clone(), finding: assumption.told() });
        }
        let is_about_nvidia = self.stated.iter().any(|(_, assumption)| assumption.is_about_nvidia());
        if is_about_nvidia && !self.excludes_cuda() {
            if assumed.nvidia().next().is_none() {
                assumed.gpus.insert(0, Gpu::assumed(None));
            }
            assumed.gpus.retain(|gpu| gpu.model != Model::Apple);
            assumed.state = State::Usable;
            assumed.hints.clear();
        }
        assumed
    }

    fn is_about_driver(&self) -> bool {
        self.stated.iter().any(|(_, assumption)| matches!(assumption, Assumption::Cuda(_) | Assumption::Driver(_)))
    }

    fn excludes_cuda(&self) -> bool {
        self.stated.iter().any(|(_, assumption)| *assumption == Assumption::NoCuda)
    }
}

impl Assumption {
    fn is_about_nvidia(&self) -> bool {
        match self {
            Self::Compute(_) | Self::Cuda(_) | Self::Driver(_) => true,
            Self::Gfx(_) | Self::Jetson(_) | Self::NoCuda | Self::Rocm(_) => false,
        }
    }

    fn put_into(&self, facts: &mut AcceleratorFacts) {
        match self {
            Self::Compute(capabilities) => {
                facts.gpus.retain(|gpu| gpu.capability().is_none());
                let gpus = capabilities.iter().map(|capability| Gpu::assumed(Some(*capability)));
                facts.gpus.splice(0..0, gpus);
            }
            Self::Cuda(version) => facts.cuda = Some(*version),
            Self::Driver(version) => facts.driver = Some(version.clone()),
            Self::Gfx(targets) => {
                facts.gpus.retain(|gpu| !matches!(gpu.model, Model::Amd(_)));
                facts.gpus.extend(
                    targets.iter().map(|target| Gpu { model: Model::Amd(Some(*target)), ..Gpu::assumed(None) }),
                );
                facts.state = State::Usable;
            }
            Self::Jetson(release) => facts.system = System::Jetson(Some(*release)),
            Self::NoCuda => {
                facts.gpus.retain(|gpu| gpu.capability().is_none());
                facts.driver = None;
                facts.cuda = None;
                if facts.gpus.is_empty() {
                    facts.state = State::None;
                }
            }
            Self::Rocm(version) => facts.rocm = Some(*version),
        }
    }

    fn told(&self) -> String {
        match self {
            Self::Compute(capabilities) => format!("assumes compute capability {}", listed(capabilities)),
            Self::Cuda(version) => format!("assumes a driver for CUDA {version}"),
            Self::Driver(version) => format!("assumes driver {version}"),
            Self::Gfx(targets) => format!("assumes AMD GPUs {}", listed(targets)),
            Self::Jetson(release) => format!("assumes Jetson Linux {release}"),
            Self::NoCuda => "assumes no GPU of NVIDIA".to_owned(),
            Self::Rocm(version) => format!("assumes ROCm {version}"),
        }
    }
}

fn listed<T: ToString>(values: &[T]) -> String {
    let values: Vec<String> = values.iter().map(ToString::to_string).collect();
    joined(&values)
}
