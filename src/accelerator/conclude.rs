//! Puts the findings of all sources together: the state, the GPUs and the driver of a machine.

use super::findings::{Apple, Findings, KfdGpu, NvidiaFindings, PciGpu, Place, Reach, SmiAnswer};
use super::nvidia_gpus::nvidia_gpus;
use super::parse::{AMD, DRIVER_MISMATCH, INTEL, NVIDIA, SmiTrouble};
use super::state::{Problem, State};
use super::tables::{jetpack, supports_xpu};
use super::{AcceleratorFacts, CudaVersion, DriverVersion, Gpu, Model, System, XpuSupport};

/// The first macOS on which builds of PyTorch use MPS (its RELEASE.md).
const FIRST_MACOS: (u16, u16) = (14, 0);

/// The facts that follow from the findings. Files count only where no program said more: a container shows the files of its
/// host.
pub(super) fn conclude(findings: &Findings) -> AcceleratorFacts {
    let nvidia = nvidia_gpus(findings);
    let nvidia_state = nvidia_state(findings, &nvidia);
    let (others, others_state) = other_gpus(findings);
    let is_other_used = others_state == State::Usable && nvidia_state != State::Usable;
    let mut facts = AcceleratorFacts::none(findings.system);
    facts.hints = hints(findings, &nvidia_state, &others);
    facts.state = match (&nvidia_state, is_other_used) {
        (State::None, _) | (_, true) => others_state,
        (_, false) => nvidia_state.clone(),
    };
    // A GPU that cannot be used must not decide beside one that can.
    facts.gpus = if is_other_used { others } else { nvidia.into_iter().chain(others).collect() };
    facts.driver = driver(&findings.nvidia);
    facts.cuda = cuda(findings, facts.driver.as_ref());
    facts.rocm = findings.rocm.iter().max().copied();
    facts.evidence.clone_from(&findings.evidence);
    facts
}

/// The driver in the kernel; where no file tells it, as `nvidia-smi` does.
fn driver(nvidia: &NvidiaFindings) -> Option<DriverVersion> {
    let told = || match &nvidia.smi {
        SmiAnswer::Gpus(gpus) => gpus.iter().find_map(|gpu| gpu.driver.clone()),
        SmiAnswer::Failed { .. } | SmiAnswer::NotAsked => None,
    };
    nvidia.kernel.clone().or_else(told)
}

/// The CUDA of the driver's library; on a Jetson without one that says more, that of its release.
fn cuda(findings: &Findings, driver: Option<&DriverVersion>) -> Option<CudaVersion> {
    let reported = findings.nvidia.library.as_ref().and_then(|library| library.cuda);
    match findings.system {
        System::Jetson(Some(release)) if driver.is_none() => reported.or_else(|| Some(jetpack(release)?.1)),
        System::Jetson(_) | System::Linux | System::MacOs | System::Windows | System::Wsl => reported,
    }
}

fn nvidia_state(findings: &Findings, gpus: &[Gpu]) -> State {
    let nvidia = &findings.nvidia;
    if let Some(problem) = problem(nvidia) {
        return State::Broken(problem);
    }
    let answers = match &nvidia.smi {
        SmiAnswer::Gpus(_) => true,
        SmiAnswer::Failed { .. } | SmiAnswer::NotAsked => {
            nvidia.library.as_ref().is_some_and(|library| !library.devices.is_empty())
        }
    };
    if answers && nvidia.shows_driver() {
        return State::Usable;
    }
    match (nvidia.nodes.reach, &nvidia.smi) {
        (Reach::DeviceFiles | Reach::Tegra, _) | (Reach::Windows, SmiAnswer::NotAsked) if !gpus.is_empty() => {
            State::Usable
        }
        // Windows has no files: where its tool names no GPU, something is wrong.
        (Reach::Windows, SmiAnswer::Failed { said, .. }) => State::Broken(Problem::NoAnswer { said: said.clone() }),
        (Reach::DeviceFiles | Reach::Tegra | Reach::Windows, _) => State::DriverOnly,
        (Reach::None, _) if nvidia.kernel.is_some() => State::DriverOnly,
        (Reach::None, _) => match findings.pci_of(NVIDIA).next() {
            Some(_) => State::HardwareOnly(other_driver(findings.pci_of(NVIDIA))),
            None => State::None,
        },
    }
}

fn other_driver<'a>(mut gpus: impl Iterator<Item = &'a PciGpu>) -> Option<String> {
    gpus.find_map(|gpu| gpu.driver.clone())
}

/// Contradictions of the driver with itself.
fn problem(nvidia: &NvidiaFindings) -> Option<Problem> {
    let library = nvidia.libraries.first();
    let mismatch = || Problem::Mismatch { kernel: nvidia.kernel.clone(), user: library.cloned() };
    if let SmiAnswer::Failed { trouble: Some(trouble), .. } = &nvidia.smi {
        match trouble {
            SmiTrouble::Blocked => return Some(Problem::Blocked),
            SmiTrouble::Mismatch => return Some(mismatch()),
            SmiTrouble::NoDevice | SmiTrouble::UnknownColumn => {}
        }
    }
    if nvidia.library.as_ref().and_then(|library| library.failure) == Some(DRIVER_MISMATCH) {
        return Some(mismatch());
    }
    let kernel = nvidia.kernel.as_ref()?;
    // Several copies may be installed: one of the right version is enough.
    let is_mismatched = library.is_some() && !nvidia.libraries.contains(kernel);
    (is_mismatched && !matches!(nvidia.smi, SmiAnswer::Gpus(_))).then(mismatch)
}

/// GPUs of other vendors, and the state of a machine that has only those.
fn other_gpus(findings: &Findings) -> (Vec<Gpu>, State) {
    let gpu = |name: String, model, bus| Gpu { name, model, uuid: None, bus };
    if let Apple::Silicon(Some(version)) = findings.apple
        && version >= FIRST_MACOS
    {
        return (vec![gpu("Apple GPU".to_owned(), Model::Apple, None)], State::Usable);
    }
    let mut kfd: Vec<&KfdGpu> = findings.kfd.iter().collect();
    // GPUs within processors come last: they hide the cards beside them.
    kfd.sort_by_key(|gpu| gpu.place);
    let mut gpus: Vec<Gpu> = kfd
        .into_iter()
        .map(|found| {
            let name = match found.place {
                Place::Card => "AMD GPU",
                Place::Processor => "AMD GPU within the processor",
            };
            gpu(name.to_owned(), Model::Amd(Some(found.target)), None)
        })
        .collect();
    let has_kfd = !gpus.is_empty();
    let on_bus = |found: &PciGpu| Some(found.bus.clone());
    if !has_kfd {
        let amd = findings.pci_of(AMD);
        gpus.extend(
            amd.map(|found| gpu(format!("AMD GPU {:04x}", found.device.device), Model::Amd(None), on_bus(found))),
        );
    }
    let has_amd = !gpus.is_empty();
    let intel = findings.pci_of(INTEL).map(|found| {
        let is_listed = supports_xpu(found.device.device);
        let is_bound = matches!(found.driver.as_deref(), Some("i915" | "xe"));
        let support = if is_listed && is_bound { XpuSupport::Listed } else { XpuSupport::Unlisted };
        gpu(format!("Intel GPU {:04x}", found.device.device), Model::Intel(support), on_bus(found))
    });
    gpus.extend(intel);
    let has_xpu = gpus.iter().any(|gpu| gpu.model == Model::Intel(XpuSupport::Listed));
    let state = match (has_kfd || has_xpu, has_amd) {
        (true, _) => State::Usable,
        (false, true) => State::HardwareOnly(None),
        (false, false) => State::None,
    };
    (gpus, state)
}

fn hints(findings: &Findings, nvidia: &State, others: &[Gpu]) -> Vec<String> {
    let mut hints = Vec::new();
    if let Apple::Silicon(Some((major, minor))) = findings.apple
        && (major, minor) < FIRST_MACOS
    {
        hints.push(format!("macOS {major}.{minor} is too old for MPS, which needs 14"));
    }
    if let (State::DriverOnly | State::None, Some(toolkit)) = (nvidia, &findings.container.toolkit) {
        let mut numbers = toolkit.split('.');
        if let (Some(major), Some(minor)) = (numbers.next(), numbers.next()) {
            let image = format!("the image has the toolkit of CUDA {major}.{minor}");
            hints.push(format!("{image}; for a machine with a GPU, name the build: `--accelerator cu{major}{minor}`"));
        }
    }
    if others.iter().any(|gpu| gpu.model == Model::Amd(None)) {
        hints.push("there is a GPU of AMD, but its driver for computing (amdkfd) does not have it".to_owned());
    }
    if others.iter().any(|gpu| gpu.model == Model::Intel(XpuSupport::Unlisted)) {
        hints.push("there is a GPU of Intel that is not among those for which builds for XPU are made".to_owned());
    }
    match &findings.nvidia.smi {
        SmiAnswer::Failed { said, .. } if *nvidia == State::Usable => {
            hints.push(format!("`nvidia-smi` names no GPU ({said}); the files of the driver do"));
        }
        SmiAnswer::Failed { .. } | SmiAnswer::Gpus(_) | SmiAnswer::NotAsked => {}
    }
    hints
}
