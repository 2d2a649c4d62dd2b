//! Chooses the build of a package for the accelerators of a machine. Never touches the machine.

use crate::vocab::joined;

use super::coverage::{DriverFit, GpuFit, driver_fit, gpu_fit, reported_cuda};
use super::decision::{Covers, Decision, LeftOut, Remedy, left_out_warning};
use super::state::State;
use super::tables::{DriverFamily, floor, last_branch, toolkits};
use super::variant::Variant;
use super::{AcceleratorFacts, ComputeCapability, CudaVersion, DriverVersion, Gpu, Label, System, label};

/// Chooses the build for a machine among those of one release. Only builds for CUDA, MPS and CPU are chosen: one that covers
/// all GPUs, else one that covers the strongest; among equals the one whose source has the lower rank, then the highest CUDA
/// that the driver reports, then the highest that it runs by the compatibility of minor versions; else CPU, with the reason.
pub fn decide(facts: &AcceleratorFacts, variants: &[Variant]) -> Decision {
    match &facts.state {
        State::Broken(problem) => cpu(variants, facts.state.to_string(), problem.remedy().into_iter().collect()),
        State::DriverOnly => cpu(variants, facts.state.to_string(), vec![Remedy::GiveGpuToContainer]),
        State::HardwareOnly(_) => cpu(variants, facts.state.to_string(), vec![Remedy::InstallDriver]),
        State::None => cpu(variants, facts.state.to_string(), Vec::new()),
        State::Usable => decide_usable(facts, variants),
    }
}

/// The decision if a person has named the label: the first build of that label in the order of ranks, with warnings about all
/// that would keep it from running. `None` if no build of that label is offered.
pub fn decide_for(facts: &AcceleratorFacts, variants: &[Variant], label: Label) -> Option<Decision> {
    let named = variants.iter().enumerate().filter(|(_, variant)| variant.label == label);
    let (position, variant) = named.min_by_key(|(_, variant)| variant.rank)?;
    let mut decision = chosen(variants, position, Covers::NoGpu, "it was named".to_owned());
    let Some(cuda) = variant.cuda else { return Some(decision) };
    if facts.state != State::Usable {
        decision.warnings.push(format!("the build {label} was named, but {}", facts.state));
        return Some(decision);
    }
    let assessed = Assessed::of(facts, position, variant, cuda);
    if assessed.driver == DriverFit::TooOld {
        decision.warnings.push(format!("the build {label} was named, but {}", too_old(facts, &[(label, cuda)])));
    }
    decision.covers = assessed.covers();
    decision.left_out = assessed.left_out(variant);
    if !decision.left_out.is_empty() {
        decision.warnings.push(left_out_warning(label, &decision.left_out));
    }
    Some(decision)
}

/// A build for CUDA beside the machine.
struct Assessed<'a> {
    position: usize,
    cuda: CudaVersion,
    driver: DriverFit,
    gpus: Vec<(&'a Gpu, GpuFit)>,
}

impl<'a> Assessed<'a> {
    fn of(facts: &'a AcceleratorFacts, position: usize, variant: &Variant, cuda: CudaVersion) -> Self {
        let driver = driver_fit(facts, cuda);
        let fit = |gpu: &'a Gpu| gpu.capability().map(|capability| (gpu, gpu_fit(variant, capability, driver)));
        Self { position, cuda, driver, gpus: facts.gpus.iter().filter_map(fit).collect() }
    }

    fn is_possible(&self) -> bool {
        self.driver != DriverFit::TooOld && self.covers() != Covers::NoGpu
    }

    /// Strongest first, and one of unknown capability counts as the strongest: it may be newer than the tables.
    fn covers(&self) -> Covers {
        let strength = |gpu: &Gpu| gpu.capability().flatten().unwrap_or(ComputeCapability::new(u8::MAX, 0));
        let strongest = self.gpus.iter().max_by_key(|(gpu, fit)| (strength(gpu), fit.runs()));
        match strongest {
            Some((_, fit)) if !fit.runs() => Covers::NoGpu,
            None => Covers::NoGpu,
            Some(_) if self.gpus.iter().all(|(_, fit)| fit.runs()) => Covers::AllGpus,
            Some(_) => Covers::Strongest,
        }
    }

    fn left_out(&self, variant: &Variant) -> Vec<LeftOut> {
        let why = |fit: GpuFit| match fit {
            GpuFit::Assumed | GpuFit::Covered => None,
            GpuFit::NoKernels => Some(format!("{} has no kernels for it", variant.label)),
            GpuFit::PtxTooNew => {
                Some(format!("{} has PTX for it that the driver is too old to compile", variant.label))
            }
        };
        let left = |(gpu, fit): &(&Gpu, GpuFit)| Some(LeftOut { gpu: (*gpu).clone(), why: why(*fit)? });
        self.gpus.iter().filter_map(left).collect()
    }

    /// Higher is better.
    fn rank(&self, facts: &AcceleratorFacts, variants: &[Variant]) -> impl Ord + use<> {
        let covered = self.gpus.iter().filter(|(_, fit)| fit.runs()).count();
        // A GPU that is newer than the tables most likely needs the newest build.
        let is_newer = self.gpus.iter().any(|(_, fit)| *fit == GpuFit::Assumed);
        let newest = is_newer.then_some(self.cuda);
        let preference = std::cmp::Reverse(variants[self.position].rank);
        let native = self.driver == DriverFit::Native;
        // Of a driver that does not tell its version, as little as possible is demanded.
        let demand = if self.driver == DriverFit::Unknown && reported_cuda(facts).is_none() {
            (u8::MAX - self.cuda.major, u8::MAX - self.cuda.minor)
        } else {
            (self.cuda.major, self.cuda.minor)
        };
        (self.covers() == Covers::AllGpus, covered, newest, preference, native, demand)
    }
}

fn decide_usable(facts: &AcceleratorFacts, variants: &[Variant]) -> Decision {
    if facts.has_apple() {
        return match variants.iter().position(|variant| variant.label == Label::Mps) {
            Some(position) => chosen(variants, position, Covers::AllGpus, facts.summary()),
            None => cpu(variants, "no build for MPS is offered".to_owned(), Vec::new()),
        };
    }
    if facts.nvidia().next().is_none() {
        let gpus: Vec<String> = facts.gpus.iter().map(ToString::to_string).collect();
        let reason = format!("a build for {} is chosen only by its name", joined(&gpus));
        return cpu(variants, reason, others(variants).map(Remedy::Force).collect());
    }
    if let System::Jetson(release) = facts.system
        && !release.is_some_and(super::JetsonRelease::runs_server_builds)
    {
        let named = release.map_or(String::new(), |release| format!(" {release}"));
        let reason = format!("builds for CUDA on Linux do not run on Jetson Linux{named}");
        return cpu(variants, reason, vec![Remedy::NameJetsonIndex]);
    }
    let assessed: Vec<Assessed<'_>> = variants
        .iter()
        .enumerate()
        .filter_map(|(position, variant)| variant.cuda.map(|cuda| Assessed::of(facts, position, variant, cuda)))
        .collect();
    let possible = assessed.iter().filter(|assessed| assessed.is_possible());
    match possible.max_by_key(|assessed| assessed.rank(facts, variants)) {
        Some(best) => {
            let variant = &variants[best.position];
            let left_out = best.left_out(variant);
            let mut decision = chosen(variants, best.position, best.covers(), facts.summary());
            decision.warnings = warnings(facts, best, variant.label, &left_out);
            decision.left_out = left_out;
            decision
        }
        None => without_build(facts, variants, &assessed),
    }
}

fn warnings(facts: &AcceleratorFacts, best: &Assessed<'_>, label: Label, left_out: &[LeftOut]) -> Vec<String> {
    let mut warnings = Vec::new();
    if !left_out.is_empty() {
        warnings.push(left_out_warning(label, left_out));
    }
    if best.gpus.iter().any(|(_, fit)| *fit == GpuFit::Assumed) {
        let sentence = "the compute capability of a GPU is unknown; it counts as newer than the tables";
        warnings.push(format!("{sentence}; state it with `--assume-compute` if it is not"));
    }
    if best.driver == DriverFit::Unknown && facts.driver.is_none() {
        warnings.push(format!("the version of the driver is unknown; {label} demands the least of it"));
    }
    warnings
}

/// CPU, although there is a GPU: with the reasons of all builds.
fn without_build(facts: &AcceleratorFacts, variants: &[Variant], assessed: &[Assessed<'_>]) -> Decision {
    let label = |assessed: &Assessed<'_>| variants[assessed.position].label;
    let outdated: Vec<(Label, CudaVersion)> = assessed
        .iter()
        .filter(|assessed| assessed.driver == DriverFit::TooOld)
        .map(|assessed| (label(assessed), assessed.cuda))
        .collect();
    let without_kernels: Vec<String> = assessed
        .iter()
        .filter(|assessed| assessed.driver != DriverFit::TooOld)
        .map(|assessed| label(assessed).to_string())
        .collect();
    let capability = strongest(facts);
    let mut reasons = Vec::new();
    if !outdated.is_empty() {
        reasons.push(too_old(facts, &outdated));
    }
    if !without_kernels.is_empty() {
        let verb = if without_kernels.len() == 1 { "has" } else { "have" };
        let gpu = capability.map_or("this GPU".to_owned(), |capability| format!("compute capability {capability}"));
        reasons.push(format!("{} {verb} no kernels for {gpu}", joined(&without_kernels)));
    }
    if reasons.is_empty() {
        reasons.push("no build for CUDA is offered".to_owned());
    }
    cpu(variants, reasons.join(", and "), remedies(facts, assessed, capability))
}

fn remedies(facts: &AcceleratorFacts, assessed: &[Assessed<'_>], capability: Option<ComputeCapability>) -> Vec<Remedy> {
    let family = DriverFamily::of(facts.system);
    let mut remedies = Vec::new();
    let last = capability.and_then(last_branch);
    let would_run = assessed.iter().filter(|assessed| {
        assessed.driver == DriverFit::TooOld && assessed.gpus.iter().all(|(_, fit)| *fit != GpuFit::NoKernels)
    });
    let floors = would_run.filter_map(|assessed| floor(family, assessed.cuda));
    let reachable = floors.filter(|floor| last.is_none_or(|last| floor[0] <= last)).min();
    remedies.extend(reachable.map(|floor| Remedy::UpdateDriver(DriverVersion::of(floor))));
    let offered: Vec<CudaVersion> = assessed.iter().map(|assessed| assessed.cuda).collect();
    let runs = |cuda: &CudaVersion| {
        let (first, last) = capability.and_then(toolkits)?;
        let is_made = *cuda >= first && last.is_none_or(|last| *cuda <= last);
        let is_run = matches!(driver_fit(facts, *cuda), DriverFit::Minor | DriverFit::Native);
        (is_made && is_run && !offered.contains(cuda)).then_some(Label::Cuda(*cuda))
    };
    let others: Vec<Label> = label::CUDA.iter().filter_map(runs).collect();
    if !others.is_empty() {
        remedies.push(Remedy::OtherRelease(others));
    }
    remedies
}

fn strongest(facts: &AcceleratorFacts) -> Option<ComputeCapability> {
    facts.nvidia().filter_map(Gpu::capability).flatten().max()
}

/// Which builds need a newer driver: `cu130 and cu132 need driver 580 or newer, and this is 570.133`.
fn too_old(facts: &AcceleratorFacts, builds: &[(Label, CudaVersion)]) -> String {
    let names: Vec<String> = builds.iter().map(|(label, _)| label.to_string()).collect();
    let verb = if names.len() == 1 { "needs" } else { "need" };
    let floors = builds.iter().filter_map(|(_, cuda)| floor(DriverFamily::of(facts.system), *cuda));
    let needed = floors
        .min()
        .map_or("a newer driver".to_owned(), |floor| format!("driver {} or newer", DriverVersion::of(floor)));
    let present = match (&facts.driver, facts.cuda) {
        (Some(driver), _) => format!(", and this is {driver}"),
        (None, Some(cuda)) => format!(", and this one runs CUDA {cuda}"),
        (None, None) => String::new(),
    };
    format!("{} {verb} {needed}{present}", joined(&names))
}

/// The labels of builds that are chosen only by their names.
fn others(variants: &[Variant]) -> impl Iterator<Item = Label> {
    variants.iter().map(|variant| variant.label).filter(|label| match label {
        Label::Rocm(_) | Label::Xpu => true,
        Label::Cpu | Label::Cuda(_) | Label::Mps => false,
    })
}

fn chosen(variants: &[Variant], position: usize, covers: Covers, reason: String) -> Decision {
    Decision { covers, ..Decision::new(variants[position].label, Some(position), reason) }
}

fn cpu(variants: &[Variant], reason: String, remedies: Vec<Remedy>) -> Decision {
    let offered = variants.iter().enumerate().filter(|(_, variant)| variant.label == Label::Cpu);
    let variant = offered.min_by_key(|(_, variant)| variant.rank).map(|(position, _)| position);
    Decision { remedies, ..Decision::new(Label::Cpu, variant, reason) }
}
