//! Versions that only lack a wheel for this machine: an older one is never taken in their place without a word.

use super::candidates::{Candidate, Candidates, Compatibility, Incompatibility};
use super::error::ResolveError;
use super::missing_wheel::{MissingWheel, SourceArchive};
use super::package_state::SelectionRules;
use super::packages::Packages;
use super::resolver::Resolver;
use crate::host::Event;
use crate::vocab::{PackageName, Tag, Version, WheelName};

/// The newest version that an older one was chosen in place of.
struct PassedOver {
    version: Version,
    missing: MissingWheel,
    source_archive: SourceArchive,
}

impl<P: Packages> Resolver<'_, P> {
    /// Refuses a chosen version of a requested package if a newer one lacks a wheel.
    ///
    /// # Errors
    /// [`ResolveError::NewestWithoutWheel`].
    pub(super) fn refuse_newer(&self, name: &PackageName, chosen: &Version) -> Result<(), ResolveError<P::Error>> {
        let Some(PassedOver { version, missing, source_archive }) = self.passed_over(name, chosen) else {
            return Ok(());
        };
        let (name, usable) = (name.clone(), chosen.clone());
        Err(ResolveError::NewestWithoutWheel { name, version, missing, usable, source_archive })
    }

    /// Reports that a newer version than the chosen one lacks a wheel.
    pub(super) fn report_newer(&self, name: &PackageName, chosen: &Version) {
        if let Some(PassedOver { version, missing, .. }) = self.passed_over(name, chosen) {
            let message = format!("`{name}` {chosen} is used: {version} {missing}");
            self.progress.event(Event::Warning { message: &message });
        }
    }

    /// The newest version with a usable file that a request admits.
    pub(super) fn newest_usable(&self, name: &PackageName, admits: impl Fn(&Version) -> bool) -> Option<Version> {
        let state = self.state.borrow();
        let package = state.packages.get(name)?;
        let is_usable = |version: &&Version| admits(version) && package.usable_file(version, &self.rules()).is_some();
        let versions = package.candidates()?.versions().iter().map(|candidate| &candidate.version);
        versions.into_iter().find(is_usable).cloned()
    }

    /// The newest version with a usable file that all requirements on a package admit.
    pub(super) fn newest_admitted(&self, name: &PackageName) -> Option<Version> {
        let state = self.state.borrow();
        let package = state.packages.get(name)?;
        let rules = self.rules_of_decisions(&state);
        let is_usable =
            |version: &&Version| package.is_admitted(version, &rules) && package.usable_file(version, &rules).is_some();
        let versions = package.candidates()?.versions().iter().map(|candidate| &candidate.version);
        versions.into_iter().find(is_usable).cloned()
    }

    fn passed_over(&self, name: &PackageName, chosen: &Version) -> Option<PassedOver> {
        let state = self.state.borrow();
        let package = state.packages.get(name)?;
        let (candidates, rules) = (package.candidates()?, self.rules_of_decisions(&state));
        let newer = candidates.versions().iter().take_while(|candidate| candidate.version > *chosen);
        let mut missing = newer.filter(|candidate| package.is_admitted(&candidate.version, &rules)).filter_map(|one| {
            let missing = self.missing_wheel(candidates, one, &rules)?;
            let source_archive = candidates.source_archive(one, rules.target);
            Some(PassedOver { version: one.version.clone(), missing, source_archive })
        });
        missing.next()
    }

    fn missing_wheel(
        &self,
        candidates: &Candidates,
        candidate: &Candidate,
        rules: &SelectionRules<'_>,
    ) -> Option<MissingWheel> {
        let Compatibility::Incompatible(reason) = candidates.compatibility(candidate, rules.target) else {
            return None;
        };
        let mut files = candidates.offered(candidate).peekable();
        files.peek()?;
        match reason {
            Incompatibility::NoWheel => {
                let wheels = files.filter_map(|file| file.name.wheel());
                let offered = Tag::summary(wheels.flat_map(WheelName::tags));
                Some(MissingWheel::OtherMachines { machine: self.machine.clone(), offered })
            }
            Incompatibility::OnlySource => Some(MissingWheel::SourceOnly),
            Incompatibility::OtherPython(_) | Incompatibility::TooNew(_) => None,
        }
    }
}
