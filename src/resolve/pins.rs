//! The solution as pins, with warnings about it.

use std::collections::{BTreeMap, BTreeSet};

use pubgrub::SelectedDependencies;

use super::error::{ResolveError, because};
use super::packages::Packages;
use super::release::{Node, Release, Source};
use super::resolver::Resolver;
use crate::host::Event;
use crate::index::File;
use crate::vocab::{DirectReference, ExtraName, Location, Metadata, PackageName, Pin, Requirement, Role};

/// Makes one pin for each package of the solution, by name.
pub(super) fn pin_all<P: Packages>(
    resolver: &Resolver<'_, P>,
    solution: SelectedDependencies<Node, Release>,
) -> Result<Vec<Pin>, ResolveError<P::Error>> {
    let mut chosen = BTreeMap::new();
    let mut extras = BTreeMap::<PackageName, BTreeSet<ExtraName>>::new();
    for (node, release) in solution {
        match node {
            Node::Root => {}
            Node::Package(name) => {
                chosen.insert(name, release);
            }
            Node::Extra(name, extra) => {
                extras.entry(name).or_default().insert(extra);
            }
        }
    }
    let requested: BTreeSet<&PackageName> =
        resolver.request.requirements.iter().map(|requirement| &requirement.name).collect();
    let mut pins = Vec::with_capacity(chosen.len());
    for (name, release) in chosen {
        let extras = extras.remove(&name).unwrap_or_default().into_iter().collect();
        let role = if requested.contains(&name) { Role::Requested } else { Role::Dependency };
        pins.extend(pin(resolver, name, &Choice { release, extras, role })?);
    }
    Ok(pins)
}

/// A release of the solution.
struct Choice {
    release: Release,
    extras: Vec<ExtraName>,
    role: Role,
}

fn pin<P: Packages>(
    resolver: &Resolver<'_, P>,
    name: PackageName,
    choice: &Choice,
) -> Result<Option<Pin>, ResolveError<P::Error>> {
    let Some(file) = resolver.file(&name, &choice.release) else {
        return Ok(None);
    };
    let Ok(metadata) = resolver.metadata(&name, &file)? else {
        return Ok(None);
    };
    let requirements = resolver.request.requirements.iter().chain(&resolver.request.with);
    let of_package = requirements.filter(|requirement| requirement.name == name);
    let requested: BTreeSet<&ExtraName> = of_package.flat_map(|requirement| &requirement.extras).collect();
    warn(resolver, &name, choice, (&file, &metadata), &requested);
    let direct = match &choice.release.source {
        Source::Direct(url) => Some(DirectReference { url: url.without_secrets(), source: None }),
        Source::Index => {
            resolver.check_newer(&name, &choice.release.version)?;
            None
        }
        Source::Last => None,
    };
    let location = file.location();
    if let (None, Location::Url(url)) = (&file.digests, &location) {
        resolver.request.hashes.admit(&file.name, url)?;
    }
    let markers = &resolver.request.markers;
    let applies =
        |requirement: &&Requirement| requirement.applies(markers, &[]) || requirement.applies(markers, &choice.extras);
    // An override may have taken a requirement away.
    let counts = |requirement: &&Requirement| resolver.request.rules.replacing(requirement, markers).next().is_some();
    let dependencies =
        metadata.requires_dist.iter().filter(applies).filter(counts).map(|requirement| &requirement.name);
    let dependencies: BTreeSet<&PackageName> = dependencies.filter(|other| **other != name).collect();
    Ok(file.name.wheel().cloned().map(|wheel| Pin {
        version: choice.release.version.clone(),
        wheel,
        location,
        digests: file.digests.clone(),
        is_hash_stated: file.digests.is_some(),
        size: file.size,
        extras: choice.extras.clone(),
        dependencies: dependencies.into_iter().cloned().collect(),
        role: choice.role,
        direct,
        name,
    }))
}

/// Warns about a yanked release and missing extras. Users can do nothing about an extra that only another package
/// requests, unless a newer version has it.
fn warn<P: Packages>(
    resolver: &Resolver<'_, P>,
    name: &PackageName,
    choice: &Choice,
    (file, metadata): (&File, &Metadata),
    requested: &BTreeSet<&ExtraName>,
) {
    let (version, progress) = (&choice.release.version, resolver.progress);
    let is_lost = |extra: &ExtraName| resolver.state.borrow().extras.is_lost(name, extra, metadata);
    if let Some(reason) = &file.yanked {
        progress.event(Event::Warning { message: &format!("`{name}` {version} was yanked{}", because(reason)) });
    }
    for extra in choice.extras.iter().filter(|extra| !metadata.provides_extra.contains(extra)) {
        let message = &format!("`{name}` {version} has no extra `{extra}`");
        let is_warned = requested.contains(extra) || is_lost(extra);
        progress.event(if is_warned { Event::Warning { message } } else { Event::Detail { message } });
    }
}
