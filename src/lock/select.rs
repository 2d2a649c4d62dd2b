//! Selects the wheels of a lock for one machine (PEP 751, "Installation").

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::artifact::{Wheel, direct_url};
use super::error::LockFileError;
use super::file::{Entry, Lock, Source};
use super::selection::{DefaultGroups, Selection};
use crate::platform::Tags;
use crate::vocab::{
    DirectReference, GroupName, MarkerEnvironment, PackageName, Pin, Role, Tag, Version, WheelName, admits_python,
};

impl Lock {
    /// The wheels for one machine, by package name.
    ///
    /// A lock does not record which packages were requested: those that no other package depends on get
    /// `Role::Requested`. Locks of pip and uv have no dependencies, so there all packages do.
    pub fn select(
        &self,
        markers: &MarkerEnvironment,
        python: &Version,
        tags: &Tags,
        selection: &Selection,
    ) -> Result<Vec<Pin>, LockFileError> {
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
            if active.insert(&entry.name, entry).is_some() {
                return Err(LockFileError::Ambiguous { name: entry.name.clone(), machine });
            }
        }
        let dependencies =
            active.values().flat_map(|entry| entry.dependencies.iter().filter(|name| **name != entry.name));
        let dependencies: BTreeSet<&PackageName> = dependencies.collect();
        let role = |entry: &Entry| if dependencies.contains(&entry.name) { Role::Dependency } else { Role::Requested };
        active.values().map(|entry| pin(entry, role(entry), &active, tags, &machine)).collect()
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

fn pin(
    entry: &Entry,
    role: Role,
    active: &BTreeMap<&PackageName, &Entry>,
    tags: &Tags,
    machine: &str,
) -> Result<Pin, LockFileError> {
    let wheel = best_wheel(entry, tags, machine)?;
    let digests = wheel.digests.clone();
    let digests = digests.ok_or_else(|| LockFileError::MissingDigest { file: wheel.name.as_str().to_owned() })?;
    let is_direct = matches!(entry.source, Source::Archive(_));
    let direct = if is_direct { direct_url(&wheel.location) } else { None };
    let mut dependencies: Vec<PackageName> =
        entry.dependencies.iter().filter(|name| active.contains_key(name)).cloned().collect();
    dependencies.sort();
    dependencies.dedup();
    Ok(Pin {
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
    })
}

/// The wheel with the best tag, then the highest build number.
fn best_wheel<'e>(entry: &'e Entry, tags: &Tags, machine: &str) -> Result<&'e Wheel, LockFileError> {
    let wheels = match &entry.source {
        Source::Archive(wheel) => std::slice::from_ref(wheel),
        Source::Build(kind) => return Err(LockFileError::SourceOnly { package: entry.to_string(), kind }),
        Source::Wheels(wheels) => wheels,
    };
    let ranked = wheels.iter().filter_map(|wheel| Some((tags.rank(&wheel.name)?, wheel)));
    let best = ranked.min_by_key(|(rank, wheel)| (*rank, Reverse(wheel.name.build().cloned())));
    let offered = || wheels.iter().map(|wheel| &wheel.name).flat_map(WheelName::tags);
    best.map(|(_, wheel)| wheel).ok_or_else(|| LockFileError::NoWheel {
        package: entry.to_string(),
        machine: machine.to_owned(),
        offered: Tag::summary(offered()),
        platforms: tags.platforms_of(offered()),
    })
}
