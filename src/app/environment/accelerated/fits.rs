//! The releases of PyTorch that have a build for a machine.

use crate::accelerator::{AcceleratorFacts, Covers, Decision, Label, Remedy, decide};
use crate::pytorch::{ReleaseBuilds, Releases};
use crate::vocab::Version;

use super::selection::Selection;

/// The releases with a build for the accelerators of a machine, newest first.
pub(super) struct Fits<'a> {
    fits: Vec<Fit<'a>>,
    /// The reason why the newest release has none.
    newest: Decision,
}

/// A release, and the build of it for the machine.
pub(super) struct Fit<'a> {
    pub(super) decision: Decision,
    builds: &'a ReleaseBuilds,
}

impl<'a> Fits<'a> {
    pub(super) fn of(facts: &AcceleratorFacts, builds: &'a [ReleaseBuilds]) -> Self {
        let newest = decide(facts, builds.first().map_or(&[], |newest| &newest.variants));
        let fits = builds.iter().map(|builds| Fit { decision: decide(facts, &builds.variants), builds });
        Self { fits: fits.filter(|fit| fit.decision.uses_gpu()).collect(), newest }
    }

    /// The newest release with a build that covers all GPUs, or else the strongest.
    pub(super) fn best(&self) -> Option<&Fit<'a>> {
        self.covering_all().next().or(self.fits.first())
    }

    /// The builds to choose from: those that cover all GPUs, and then those that cover the strongest.
    pub(super) fn selections(&self) -> Vec<Selection> {
        let of = |fits: &mut dyn Iterator<Item = &Fit<'a>>| {
            let chosen: Vec<(Label, &ReleaseBuilds)> = fits.map(|fit| (fit.decision.label, fit.builds)).collect();
            Selection::of_releases(&chosen)
        };
        let mut selections: Vec<Selection> =
            [of(&mut self.covering_all()), of(&mut self.fits.iter())].into_iter().flatten().collect();
        selections.dedup();
        selections
    }

    /// The release that a version of `torch` belongs to.
    pub(super) fn of_version(&self, torch: &Version) -> Option<&Fit<'a>> {
        let release = Releases::known().release_of(torch)?;
        self.fits.iter().find(|fit| fit.builds.release == release)
    }

    /// The decision for CPU, if no release has a build for the machine.
    pub(super) fn without(&self, facts: &AcceleratorFacts, builds: &[ReleaseBuilds]) -> Decision {
        let mut decision = self.newest.clone();
        // All releases were considered.
        decision.remedies.retain(|remedy| !matches!(remedy, Remedy::OtherRelease(_)));
        let has_force = decision.remedies.iter().any(|remedy| matches!(remedy, Remedy::Force(_)));
        let preferred = builds.first().and_then(|newest| {
            newest.variants.iter().filter(|variant| variant.cuda.is_some()).min_by_key(|variant| variant.rank)
        });
        if let Some(variant) = preferred.filter(|_| !has_force && facts.nvidia().next().is_some()) {
            decision.remedies.push(Remedy::Force(variant.label));
        }
        decision
    }

    /// The decision for CPU, if no release with a build for the machine can be used, for a reason.
    pub(super) fn unusable(&self, reason: String) -> Decision {
        let mut decision = self.newest.clone();
        decision.label = Label::Cpu;
        decision.covers = Covers::NoGpu;
        decision.left_out = Vec::new();
        decision.reason = reason;
        decision.remedies = self.best().map(|fit| Remedy::Force(fit.decision.label)).into_iter().collect();
        decision
    }

    fn covering_all(&self) -> impl Iterator<Item = &Fit<'a>> {
        self.fits.iter().filter(|fit| fit.decision.covers == Covers::AllGpus)
    }
}
