//! The messages about a chosen build.

use std::collections::BTreeMap;

use crate::accelerator::{AcceleratorFacts, Decision, Label, State};
use crate::app::state::ChosenBuild;
use crate::host::{Event, Progress};
use crate::pytorch::{Packaging, Releases, cuda_major, packaging};
use crate::vocab::{ExtraName, Pin, Requirement};

/// A chosen build, and the reason for it.
pub(super) struct Announcement<'a> {
    pub(super) label: Label,
    pub(super) reason: String,
    pub(super) standing: Standing,
    /// The decision for this machine; `None` if the person named the label.
    pub(super) decision: Option<(&'a Decision, &'a AcceleratorFacts)>,
}

/// The standing of the chosen versions.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Standing {
    /// A build for CPUs, since none for a GPU can be used.
    Cpu,
    /// The person named the label.
    Named,
    /// They are the newest.
    Newest,
    /// There are newer ones without a build for the GPU.
    NewestForGpu,
}

impl Announcement<'_> {
    /// Says which build was taken and why. `None` if no package has builds for accelerators.
    pub(super) fn tell(
        &self,
        progress: &dyn Progress,
        requirement: &Requirement,
        pins: &[Pin],
        extra: Option<ExtraName>,
    ) -> Option<ChosenBuild> {
        self.tell_majors(progress, pins);
        let Some(subject) = self.subject(requirement, pins, extra.as_ref()) else {
            let message = format!("no package of `{}` has builds for accelerators", requirement.name);
            match self.standing {
                Standing::Named => {
                    let message = format!("{message}: `--accelerator {}` has no effect", self.label);
                    progress.event(Event::Warning { message: &message });
                }
                Standing::Cpu | Standing::Newest | Standing::NewestForGpu => {
                    progress.event(Event::Detail { message: &message });
                }
            }
            return None;
        };
        let line = format!("{subject}: {}", self.reason);
        match self.decision {
            // There is a GPU that will not be used.
            Some((decision, facts)) if self.standing == Standing::Cpu && facts.state != State::None => {
                let advice = decision.advice().map(|advice| format!("; {advice}")).unwrap_or_default();
                progress.event(Event::Warning { message: &format!("{line}{advice}") });
            }
            Some(_) | None => progress.event(Event::Notice { message: &line }),
        }
        if let Some((decision, facts)) = self.decision {
            for message in &decision.warnings {
                progress.event(Event::Warning { message });
            }
            if let Some(variables) = decision.visible_devices(&facts.gpus) {
                let message = format!("set `{variables}`, so that programs use only GPUs that the build supports");
                progress.event(Event::Notice { message: &message });
            }
        }
        for pin in pins.iter().filter(|pin| packaging(&pin.name) == Some(Packaging::Torch)) {
            if Releases::known().is_newer(&pin.version) {
                let message = format!(
                    "torch {} is newer than the table of builds, and counts as its newest release",
                    pin.version
                );
                progress.event(Event::Detail { message: &message });
            }
        }
        Some(ChosenBuild { label: self.label, reason: self.reason.clone(), extra })
    }

    /// The package whose build was chosen: `torch 2.14.0+cu126`, `torch 2.15.0 (cu132)`, or an app with an extra.
    fn subject(&self, requirement: &Requirement, pins: &[Pin], extra: Option<&ExtraName>) -> Option<String> {
        let find = |packaging_of| pins.iter().find(|pin| packaging(&pin.name) == Some(packaging_of));
        let build = find(Packaging::Torch).or_else(|| find(Packaging::Companion)).map(|pin| {
            if pin.version.is_local() {
                format!("{} {}", pin.name, pin.version)
            } else {
                format!("{} {} ({})", pin.name, pin.version, self.label)
            }
        });
        let with_extra = extra.map(|extra| {
            let version = pins.iter().find(|pin| pin.name == requirement.name).map(|pin| format!(" {}", pin.version));
            format!("{}[{extra}]{}", requirement.name, version.unwrap_or_default())
        });
        let subjects: Vec<String> = build.into_iter().chain(with_extra).collect();
        (!subjects.is_empty()).then(|| subjects.join(", "))
    }

    /// Warns about packages for another major version of CUDA than the build has.
    fn tell_majors(&self, progress: &dyn Progress, pins: &[Pin]) {
        let mut by_major: BTreeMap<u8, Vec<String>> = BTreeMap::new();
        for pin in pins {
            let own = match (self.label, packaging(&pin.name)) {
                (Label::Cuda(cuda), Some(Packaging::Torch | Packaging::Companion)) if !pin.version.is_local() => {
                    Some(cuda.major)
                }
                (Label::Cpu | Label::Cuda(_) | Label::Mps | Label::Rocm(_) | Label::Xpu, _) => {
                    cuda_major(&pin.name, &pin.version)
                }
            };
            if let Some(major) = own {
                by_major.entry(major).or_default().push(format!("`{}` {}", pin.name, pin.version));
            }
        }
        let expected = match self.label {
            Label::Cuda(cuda) => Some(cuda.major),
            Label::Cpu | Label::Mps | Label::Rocm(_) | Label::Xpu => by_major.keys().next_back().copied(),
        };
        let Some(expected) = expected.filter(|_| by_major.len() > 1) else { return };
        for (major, packages) in by_major.into_iter().filter(|(major, _)| *major != expected) {
            let message = format!(
                "packages for CUDA {major} beside those for CUDA {expected}, which may not work in one environment: {}",
                packages.join(", ")
            );
            progress.event(Event::Warning { message: &message });
        }
    }
}
