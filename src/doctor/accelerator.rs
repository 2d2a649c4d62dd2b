//! The accelerators of the machine, and the build of PyTorch for them.

use std::path::Path;

use super::facts::{AcceleratorSection, TorchBuild};
use super::findings::{Area, Finding};
use crate::accelerator::{
    AcceleratorFacts, AcceleratorReport, Assumptions, Covers, Decision, Effort, Probe, assumed_by_variables, decide,
    probe,
};
use crate::app::in_one_line;
use crate::host::Host;
use crate::platform::Platform;
use crate::pytorch::{Releases, TorchPlatform};

/// Asks all sources, and puts what options and variables assume in their place; an invalid variable is a problem, and assumes nothing.
pub(super) fn accelerator(
    host: &Host,
    python: Option<(&Path, &Platform)>,
    mut assumptions: Assumptions,
) -> (AcceleratorSection, Vec<Finding>) {
    let mut problems = Vec::new();
    let probed = Probe { effort: Effort::All, ..Probe::of_machine(host, python.map(|(path, _)| path)) };
    match assumed_by_variables(&|name| host.environment.var_or_empty(name)) {
        Ok(by_variables) => assumptions.extend(by_variables),
        Err(error) => {
            let fix = "correct the variable, or unset it".to_owned();
            problems.push(Finding { area: Area::Accelerator, problem: in_one_line(&error), fix });
        }
    }
    let facts = assumptions.apply(probe(host, &probed));
    let found = facts.problem();
    problems.extend(found.map(|(problem, fix)| Finding { area: Area::Accelerator, problem, fix }));
    let platform = python.and_then(|(_, platform)| TorchPlatform::of(platform));
    let pytorch = platform.and_then(|platform| torch_build(&facts, platform));
    (AcceleratorSection { report: AcceleratorReport::of(&facts), pytorch }, problems)
}

/// The newest release with a build for all GPUs; else with one for the strongest; else the newest one, for CPU.
fn torch_build(facts: &AcceleratorFacts, platform: TorchPlatform) -> Option<TorchBuild> {
    let decided: Vec<((u64, u64), Decision)> =
        Releases::known().on(platform).map(|builds| (builds.release, decide(facts, &builds.variants))).collect();
    let covering = |covers: Covers| decided.iter().find(|(_, decision)| decision.covers == covers);
    let best = covering(Covers::AllGpus).or_else(|| covering(Covers::Strongest)).or(decided.first());
    best.map(|((major, minor), decision)| TorchBuild {
        label: decision.label,
        release: format!("{major}.{minor}"),
        reason: decision.reason.clone(),
        warnings: decision.warnings.clone(),
        advice: decision.advice(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accelerator::{Gpu, Label, State, System};

    fn build(driver: &str, capabilities: &str) -> String {
        let mut facts = AcceleratorFacts::none(System::Linux);
        facts.state = State::Usable;
        facts.driver = driver.parse().ok();
        facts.gpus = capabilities.split(' ').map(|text| Gpu::assumed(text.parse().ok())).collect();
        let build = torch_build(&facts, TorchPlatform::LinuxX86_64).unwrap();
        format!("{} of {}: {}", build.label, build.release, build.reason)
    }

    #[test]
    fn label_and_release_are_chosen_together() {
        assert_eq!(build("580.126", "6.1"), "cu126 of 2.14: compute capability 6.1 on driver 580.126");
        assert_eq!(build("580.126", "8.9"), "cu132 of 2.15: compute capability 8.9 on driver 580.126");
        assert_eq!(build("570.133", "12.0"), "cu128 of 2.11: compute capability 12.0 on driver 570.133");
        let none = torch_build(&AcceleratorFacts::none(System::Linux), TorchPlatform::LinuxX86_64).unwrap();
        assert_eq!((none.label, none.reason.as_str()), (Label::Cpu, "no GPU was found"));
    }
}
