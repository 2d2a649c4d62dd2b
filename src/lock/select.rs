//! Selects the wheels of a lock for one machine (PEP 751, "Installation").

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::artifact::{Wheel, direct_url};
use super::error::{LockFileError, Remedy};
use super::file::{Entry, Lock, Source};
use super::selected::{LockedBuild, Selected};
use super::selection::{DefaultGroups, Selection};
use super::source_code::{Code, CodeKind, SourceCode};
use crate::platform::Tags;
use crate::vocab::{
    DirectReference, GroupName, MarkerEnvironment, PackageName, Pin, Role, Tag, Version, WheelName, admits_python,
};

impl Lock {
    /// The packages for one machine, by name.
    ///
    /// A lock does not record which packages were requested: those that no other package depends on get
    /// `Role::Requested`. Locks of pip and uv have no dependencies, so there all packages do.
    pub fn select(
        &self,
        markers: &MarkerEnvironment,
        python: &Version,
        tags: &Tags,
        selection: &Selection,
    ) -> Result<Vec<Selected>, LockFileError> {
        self.check(markers, python, selection)?;
        let (extras, groups) = (&selection.extras, &self.groups_of(selection));
        let machine = markers.description();
        let mut active = BTreeMap::<&PackageName, &Entry>::new();
        for entry in &self.packages {
            if entry.marker.as_ref().is_some_and(|marker| !marker.evaluate_locked(markers, extras, groups)) {
                continue;
            }
            if let Some(requires) = entry.requires_python.clone().filter(|requires| !admits_python(requires, python)) {
                let python = python.to_string();
                return Err(LockFileError::PackageOtherPython { package: entry.to_string(), requires, python });
            }
            if let Some(earlier) = active.insert(&entry.name, entry) {
                let (one, other) = (earlier.with_marker(), entry.with_marker());
                return Err(LockFileError::Ambiguous { machine, one, other });
            }
        }
        let dependencies =
            active.values().flat_map(|entry| entry.dependencies.iter().filter(|name| **name != entry.name));
        let dependencies: BTreeSet<&PackageName> = dependencies.collect();
        let role = |entry: &Entry| if dependencies.contains(&entry.name) { Role::Dependency } else { Role::Requested };
        active.values().map(|entry| selected(entry, role(entry), &active, tags, &machine)).collect()
    }

    /// The groups that are named, and those that the lock selects by default. It may have default groups that nobody can
    /// name.
    fn groups_of(&self, selection: &Selection) -> Vec<GroupName> {
        let defaults = match selection.default_groups {
            DefaultGroups::Exclude => &[],
            DefaultGroups::Include => self.default_groups.as_slice(),
        };
        selection.groups.iter().chain(defaults).cloned().collect()
    }

    fn check(&self, markers: &MarkerEnvironment, python: &Version, selection: &Selection) -> Result<(), LockFileError> {
        if let Some(extra) = selection.extras.iter().find(|extra| !self.extras.contains(extra)) {
            return Err(LockFileError::UnknownExtra { extra: extra.clone(), known: self.extras.clone() });
        }
        if let Some(group) = selection.groups.iter().find(|group| !self.groups.contains(group)) {
            return Err(LockFileError::UnknownGroup { group: group.clone(), known: self.groups.clone() });
        }
        if let Some(requires) = self.requires_python.clone().filter(|requires| !admits_python(requires, python)) {
            return Err(LockFileError::OtherPython { requires, python: python.to_string() });
        }
        let admits =
            self.environments.is_empty() || self.environments.iter().any(|marker| marker.evaluate(markers, &[]));
        if admits { Ok(()) } else { Err(LockFileError::Environment { machine: markers.description() }) }
    }
}

fn selected(
    entry: &Entry,
    role: Role,
    active: &BTreeMap<&PackageName, &Entry>,
    tags: &Tags,
    machine: &str,
) -> Result<Selected, LockFileError> {
    let mut dependencies: Vec<PackageName> =
        entry.dependencies.iter().filter(|name| active.contains_key(name)).cloned().collect();
    dependencies.sort();
    dependencies.dedup();
    let is_direct = matches!(entry.source, Source::Archive(_));
    let wheel = match &entry.source {
        Source::Archive(wheel) => best_wheel(entry, std::slice::from_ref(wheel), tags, machine)?,
        Source::Code(code) => return build(entry, code, None, role, dependencies),
        Source::Release { wheels, sdist } => match (best_wheel(entry, wheels, tags, machine), sdist) {
            (Ok(wheel), _) => wheel,
            (Err(error), Some(code)) => {
                let unusable = (!wheels.is_empty()).then_some(error);
                return build(entry, code, unusable, role, dependencies);
            }
            (Err(error), None) => return Err(error),
        },
    };
    let digests = wheel.digests.clone();
    let digests = digests.ok_or_else(|| LockFileError::MissingDigest { file: wheel.name.as_str().to_owned() })?;
    let direct = if is_direct { direct_url(&wheel.location) } else { None };
    Ok(Selected::Wheel(Box::new(Pin {
        name: entry.name.clone(),
        version: wheel.name.version().clone(),
        wheel: wheel.name.clone(),
        location: wheel.location.clone(),
        digests: Some(digests),
        is_hash_stated: true,
        size: wheel.size,
        extras: Vec::new(),
        dependencies,
        role,
        direct: direct.map(|url| DirectReference { url: url.without_secrets(), source: None }),
        built_from: None,
    })))
}

/// A package without a usable wheel. `unusable` tells why, if it has wheels for other machines.
fn build(
    entry: &Entry,
    code: &Code,
    unusable: Option<LockFileError>,
    role: Role,
    dependencies: Vec<PackageName>,
) -> Result<Selected, LockFileError> {
    let refusal = |remedy| LockFileError::SourceOnly {
        name: entry.name.clone(),
        package: entry.to_string(),
        kind: code.description(),
        remedy,
    };
    let code = match code {
        Code::Buildable(code) => code.clone(),
        Code::Refused { remedy, .. } => return Err(unusable.unwrap_or_else(|| refusal(*remedy))),
    };
    let refusal = match unusable {
        Some(LockFileError::NoWheel { package, machine, offered, platforms, .. }) => {
            let buildable = Some(Box::new(entry.name.clone()));
            LockFileError::NoWheel { package, machine, offered, platforms, buildable }
        }
        Some(error) => error,
        None => refusal(Remedy::Build),
    };
    if let SourceCode { kind: CodeKind::Archive { digests: None, file, .. }, .. } = &code {
        return Err(LockFileError::MissingDigest { file: file.clone() });
    }
    Ok(Selected::Build(Box::new(LockedBuild {
        name: entry.name.clone(),
        version: entry.version.clone(),
        code,
        dependencies,
        role,
        refusal,
    })))
}

/// The wheel with the best tag, then the highest build number.
fn best_wheel<'e>(entry: &Entry, wheels: &'e [Wheel], tags: &Tags, machine: &str) -> Result<&'e Wheel, LockFileError> {
    let ranked = wheels.iter().filter_map(|wheel| Some((tags.rank(&wheel.name)?, wheel)));
    let best = ranked.min_by_key(|(rank, wheel)| (*rank, Reverse(wheel.name.build().cloned())));
    let offered = || wheels.iter().map(|wheel| &wheel.name).flat_map(WheelName::tags);
    best.map(|(_, wheel)| wheel).ok_or_else(|| LockFileError::NoWheel {
        package: entry.to_string(),
        machine: machine.to_owned(),
        offered: Tag::summary(offered()),
        platforms: tags.platforms_of(offered()),
        buildable: None,
    })
}
