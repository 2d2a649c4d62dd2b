//! Chooses label and versions together: of several resolutions, the first that suits the accelerators of the machine.

use std::sync::Arc;

use crate::accelerator::{AcceleratorFacts, Decision, Label};
use crate::app::error::AppError;
use crate::app::request::{AcceleratorSettings, GpuPolicy, RequestedAccelerator};
use crate::app::state::ChosenBuild;
use crate::host::{Event, Progress};
use crate::pytorch::{Packaging, ReleaseBuilds, Releases, TorchPlatform, extra_for, is_for_accelerator, packaging};
use crate::resolve::ResolveError;
use crate::vocab::{ExtraName, Metadata, Origin, Pin, Requirement, Version};

use super::announcement::{Announcement, Standing};
use super::attempt::{AttemptProgress, Attempted, Resolve, Variation};
use super::fits::Fits;
use super::selection::Selection;

/// The values and functions that a choice is made with.
pub(in crate::app::environment) struct Choice<'a> {
    /// The requirement of the app.
    pub requirement: &'a Requirement,
    /// `None` if PyTorch publishes nothing for the platform.
    pub platform: Option<TorchPlatform>,
    pub settings: &'a AcceleratorSettings,
    pub facts: &'a dyn Fn() -> AcceleratorFacts,
    pub metadata: &'a dyn Fn(&Pin) -> Option<Arc<Metadata>>,
    pub resolve: &'a Resolve<'a>,
    pub progress: &'a dyn Progress,
}

/// A resolution that may be taken.
struct Candidate<'a> {
    attempt: Variation,
    attempted: Attempted,
    said: AttemptProgress<'a>,
    /// The extra that was added.
    extra: Option<ExtraName>,
}

impl Choice<'_> {
    /// Resolves for the accelerator that a request names, and says which build was taken.
    ///
    /// # Errors
    /// If no attempt succeeds, or a GPU is required and the build would be one for CPUs.
    pub(in crate::app::environment) fn make(
        &self,
        accelerator: RequestedAccelerator,
    ) -> Result<(Attempted, Option<ChosenBuild>), AppError> {
        self.progress.event(Event::ResolveStarted);
        let builds: Vec<ReleaseBuilds> =
            self.platform.map(|platform| Releases::known().on(platform).collect()).unwrap_or_default();
        match accelerator {
            RequestedAccelerator::Auto => match self.settings.named {
                Some((variable, label)) => self.named(label, &format!("`{variable}`"), &builds),
                None => self.automatic(&builds),
            },
            RequestedAccelerator::Label(label) => self.named(label, &format!("`--accelerator {label}`"), &builds),
        }
    }

    /// Only builds of the label that an option or a variable names.
    fn named(
        &self,
        label: Label,
        named_by: &str,
        builds: &[ReleaseBuilds],
    ) -> Result<(Attempted, Option<ChosenBuild>), AppError> {
        let reason = format!("requested with {named_by}");
        if label == Label::Cpu {
            self.refuse_cpu(&reason)?;
        }
        let attempt = Variation { selection: Some(Selection::of_label(label, builds)), ..Variation::default() };
        let candidate = self.consistent(attempt).map_err(|error| no_build(label, builds, error))?;
        let candidate = self.with_extra(candidate, label)?;
        Ok(self.take(candidate, &Announcement { label, reason, standing: Standing::Named, decision: None }))
    }

    fn automatic(&self, builds: &[ReleaseBuilds]) -> Result<(Attempted, Option<ChosenBuild>), AppError> {
        let facts = (self.facts)();
        let fits = Fits::of(&facts, builds);
        let Some(best) = fits.best() else {
            return self.on_cpu(builds, &fits.without(&facts, builds), &facts);
        };
        if best.decision.label == Label::Mps {
            // Every release has one build, older ones than the table too.
            let attempt =
                Variation { selection: Some(Selection::of_label(Label::Mps, builds)), ..Variation::default() };
            let candidate = self.consistent(attempt)?;
            return self.taken_for(candidate, &best.decision, &facts, Standing::Newest);
        }
        let selections = fits.selections();
        // The newest of everything, with builds for the GPU where there are any.
        let newest = selections.first().cloned().map(Selection::or_configured);
        let newest = self.consistent(Variation { selection: newest, ..Variation::default() })?;
        let fit_of = |candidate: &Candidate<'_>| match torch_version(&candidate.attempted) {
            Some(torch) => fits.of_version(torch),
            None => Some(best),
        };
        let suits = |selection: &Selection| {
            torch_version(&newest.attempted).is_none_or(|torch| selection.has_build_of_torch(torch))
        };
        if selections.first().is_some_and(suits) {
            let decision = &fit_of(&newest).unwrap_or(best).decision;
            return self.taken_for(newest, decision, &facts, Standing::Newest);
        }
        let constraints = not_older(self.requirement, &newest.attempted);
        for selection in selections {
            let attempt =
                Variation { selection: Some(selection), constraints: constraints.clone(), extras: Vec::new() };
            match self.consistent(attempt) {
                Ok(candidate) => {
                    let decision = &fit_of(&candidate).unwrap_or(best).decision;
                    return self.taken_for(candidate, decision, &facts, Standing::NewestForGpu);
                }
                Err(error) if is_about_versions(&error) => {
                    self.progress.event(Event::Detail { message: &format!("{error}") });
                }
                Err(error) => return Err(error),
            }
        }
        let app = &self.requirement.name;
        let version = newest.attempted.version_of(app).map(|version| format!(" {version}")).unwrap_or_default();
        let reason = format!("`{app}`{version} admits no release of torch with a build for {}", facts.summary());
        self.on_cpu(builds, &fits.unusable(reason), &facts)
    }

    /// Builds for CPUs, for the reason of a decision.
    fn on_cpu(
        &self,
        builds: &[ReleaseBuilds],
        decision: &Decision,
        facts: &AcceleratorFacts,
    ) -> Result<(Attempted, Option<ChosenBuild>), AppError> {
        self.refuse_cpu(&decision.reason)?;
        let attempt = Variation { selection: Some(Selection::of_label(Label::Cpu, builds)), ..Variation::default() };
        let candidate = self.consistent(attempt)?;
        self.taken_for(candidate, decision, facts, Standing::Cpu)
    }

    /// Carries out an attempt. Packages beside `torch` get the build that it has.
    fn consistent(&self, mut attempt: Variation) -> Result<Candidate<'_>, AppError> {
        let mut candidate = self.carry_out(attempt.clone())?;
        let torch = torch_version(&candidate.attempted);
        let wanted = torch.zip(attempt.selection.as_ref()).and_then(|(torch, selection)| selection.of_torch(torch));
        if let (Some(wanted), Some(selection)) = (wanted, &attempt.selection)
            && wanted != selection.companions
            && has_companions(&candidate.attempted)
        {
            attempt.selection = Some(selection.with_companions(wanted));
            candidate = self.carry_out(attempt)?;
        }
        Ok(candidate)
    }

    fn carry_out(&self, attempt: Variation) -> Result<Candidate<'_>, AppError> {
        let said = AttemptProgress::new(self.progress);
        let attempted = (self.resolve)(&attempt, &said)?;
        Ok(Candidate { attempt, attempted, said, extra: None })
    }

    /// The same with the extra of the app for a label, unless the person named one for accelerators.
    fn with_extra<'a>(&'a self, candidate: Candidate<'a>, label: Label) -> Result<Candidate<'a>, AppError> {
        if self.requirement.extras.iter().any(is_for_accelerator) {
            return Ok(candidate);
        }
        let own = candidate.attempted.pins.iter().find(|pin| pin.name == self.requirement.name);
        let metadata = own.and_then(|pin| (self.metadata)(pin));
        let Some(extra) = metadata.and_then(|metadata| extra_for(label, &metadata.provides_extra)) else {
            return Ok(candidate);
        };
        let attempt = Variation { extras: vec![extra.clone()], ..candidate.attempt };
        Ok(Candidate { extra: Some(extra), ..self.consistent(attempt)? })
    }

    fn taken_for(
        &self,
        candidate: Candidate<'_>,
        decision: &Decision,
        facts: &AcceleratorFacts,
        standing: Standing,
    ) -> Result<(Attempted, Option<ChosenBuild>), AppError> {
        let candidate = self.with_extra(candidate, decision.label)?;
        let reason = match standing {
            Standing::Cpu => format!("CPU build, since {}", decision.reason),
            Standing::Named => decision.reason.clone(),
            Standing::Newest => format!("build for {}", facts.summary()),
            Standing::NewestForGpu => format!("newest release for {}", facts.summary()),
        };
        let announcement = Announcement { label: decision.label, reason, standing, decision: Some((decision, facts)) };
        Ok(self.take(candidate, &announcement))
    }

    fn take(&self, candidate: Candidate<'_>, announcement: &Announcement<'_>) -> (Attempted, Option<ChosenBuild>) {
        let Candidate { attempted, said, extra, .. } = candidate;
        said.tell();
        let chosen = announcement.tell(self.progress, self.requirement, &attempted.pins, extra);
        (attempted, chosen)
    }

    fn refuse_cpu(&self, reason: &str) -> Result<(), AppError> {
        match self.settings.gpu_policy {
            GpuPolicy::Prefer => Ok(()),
            GpuPolicy::Require => Err(AppError::NoGpu { reason: reason.to_owned() }),
        }
    }
}

fn torch_version(attempted: &Attempted) -> Option<&Version> {
    let mut pins = attempted.pins.iter();
    pins.find(|pin| packaging(&pin.name) == Some(Packaging::Torch)).map(|pin| &pin.version)
}

fn has_companions(attempted: &Attempted) -> bool {
    attempted.pins.iter().any(|pin| packaging(&pin.name) == Some(Packaging::Companion))
}

/// The constraint that keeps an accelerator from making the app older: what is asked for is the app, not PyTorch.
fn not_older(requirement: &Requirement, newest: &Attempted) -> Vec<Requirement> {
    if packaging(&requirement.name).is_some() {
        return Vec::new();
    }
    // A version of an address is the only one.
    let version = newest.version_of(&requirement.name).filter(|_| matches!(requirement.origin, Origin::Index(_)));
    version.map(|version| Requirement::at_least(requirement.name.clone(), version.clone())).into_iter().collect()
}

/// True if an attempt failed for its versions, so that another one may succeed.
fn is_about_versions(error: &AppError) -> bool {
    let AppError::Resolve(error) = error else { return false };
    match **error {
        ResolveError::Conflict { .. }
        | ResolveError::DependencyWithoutWheel { .. }
        | ResolveError::Impossible { .. }
        | ResolveError::NewestWithoutWheel { .. }
        | ResolveError::NoMatchingVersion { .. }
        | ResolveError::NoWheel { .. }
        | ResolveError::OnlySource { .. }
        | ResolveError::OnlyYanked { .. }
        | ResolveError::OtherPython { .. }
        | ResolveError::TooManyTries { .. }
        | ResolveError::TooMuchWork { .. }
        | ResolveError::TooNew { .. }
        | ResolveError::UnknownPackage { .. }
        | ResolveError::Unsuitable { .. } => true,
        ResolveError::Damaged(_)
        | ResolveError::DirectReference { .. }
        | ResolveError::Fetch { .. }
        | ResolveError::ForeignAddress { .. }
        | ResolveError::MissingDigest { .. }
        | ResolveError::NoUploadTimes { .. }
        | ResolveError::Quarantined { .. }
        | ResolveError::UnhashedOverHttp { .. } => false,
    }
}

/// The error for a named label, if the request has no solution: with the releases that have such a build.
fn no_build(label: Label, builds: &[ReleaseBuilds], error: AppError) -> AppError {
    if !is_about_versions(&error) {
        return error;
    }
    AppError::NoBuild { label, known: known_builds(label, builds), source: Box::new(error) }
}

/// The releases that have builds of a label, and the labels of the newest release.
fn known_builds(label: Label, builds: &[ReleaseBuilds]) -> String {
    let has = |builds: &&ReleaseBuilds| builds.variants.iter().any(|variant| variant.label == label);
    let name = |builds: &ReleaseBuilds| format!("{}.{}", builds.release.0, builds.release.1);
    let with_label: Vec<&ReleaseBuilds> = builds.iter().filter(has).collect();
    let releases = match with_label.as_slice() {
        [] => None,
        [only] => Some(name(only)),
        [newest, .., oldest] => Some(format!("{} to {}", name(oldest), name(newest))),
    };
    let of_label = releases.map(|releases| format!("`{label}` is built for torch {releases}"));
    let newest = builds.first().map(|newest| {
        let labels: Vec<String> = newest.variants.iter().map(|variant| format!("`{}`", variant.label)).collect();
        format!("torch {} is built for {}", name(newest), labels.join(", "))
    });
    of_label.into_iter().chain(newest).collect::<Vec<_>>().join("; ")
}
