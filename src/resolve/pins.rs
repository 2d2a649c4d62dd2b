//! The solution as pins, with warnings about it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use pubgrub::SelectedDependencies;

use super::error::{ResolveError, because};
use super::packages::Packages;
use super::release::{Node, Release, Source};
use super::resolver::{Resolver, fetch_error};
use crate::host::Event;
use crate::index::{File, FileName};
use crate::vocab::{DirectReference, ExtraName, Location, Metadata, PackageName, Pin, Requirement, Role};

/// A file of the solution, with the metadata that it was chosen for.
pub(super) struct Choice {
    pub(super) name: PackageName,
    pub(super) release: Release,
    file: File,
    metadata: Arc<Metadata>,
    extras: Vec<ExtraName>,
    role: Role,
}

/// Chooses one file for each package of the solution, by name, and warns about what people may not expect.
pub(super) fn choose_files<P: Packages>(
    resolver: &Resolver<'_, P>,
    solution: SelectedDependencies<Node, Release>,
) -> Result<Vec<Choice>, ResolveError<P::Error>> {
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
    let mut choices = Vec::with_capacity(chosen.len());
    for (name, release) in chosen {
        let Some(file) = resolver.file(&name, &release) else { continue };
        let Ok(metadata) = resolver.metadata(&name, &file)? else { continue };
        let extras = extras.remove(&name).unwrap_or_default().into_iter().collect();
        let role = if requested.contains(&name) { Role::Requested } else { Role::Dependency };
        let choice = Choice { name, release, file, metadata, extras, role };
        warn(resolver, &choice);
        if let (None, Location::Url(url)) = (&choice.file.digests, choice.file.location()) {
            resolver.request.hashes.admit(&choice.file.name, &url)?;
        }
        if choice.release.source == Source::Index {
            resolver.report_newer(&choice.name, &choice.release.version);
        }
        choices.push(choice);
    }
    Ok(choices)
}

/// Makes the pins of chosen files. Source distributions are built.
pub(super) fn pin_all<P: Packages>(
    resolver: &Resolver<'_, P>,
    choices: Vec<Choice>,
) -> Result<Vec<Pin>, ResolveError<P::Error>> {
    let pins = choices.into_iter().map(|choice| pin(resolver, choice));
    Ok(pins.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
}

fn pin<P: Packages>(resolver: &Resolver<'_, P>, choice: Choice) -> Result<Option<Pin>, ResolveError<P::Error>> {
    let Choice { name, release, file, metadata, extras, role } = choice;
    let file = match &file.name {
        FileName::Sdist(_) => resolver.packages.build(&file).map_err(|source| fetch_error(&name, source))?,
        FileName::Wheel(_) => file,
    };
    let direct = match &release.source {
        Source::Direct(url) => Some(DirectReference { url: url.without_secrets(), source: None }),
        Source::Index | Source::Last => None,
    };
    let markers = &resolver.request.markers;
    let applies =
        |requirement: &&Requirement| requirement.applies(markers, &[]) || requirement.applies(markers, &extras);
    // An override may have taken a requirement away.
    let counts = |requirement: &&Requirement| resolver.request.rules.replacing(requirement, markers).next().is_some();
    let dependencies =
        metadata.requires_dist.iter().filter(applies).filter(counts).map(|requirement| &requirement.name);
    let dependencies: BTreeSet<&PackageName> = dependencies.filter(|other| **other != name).collect();
    Ok(file.name.wheel().cloned().map(|wheel| Pin {
        version: release.version.clone(),
        wheel,
        location: file.location(),
        is_hash_stated: file.digests.is_some(),
        digests: file.digests,
        size: file.size,
        extras: extras.clone(),
        dependencies: dependencies.into_iter().cloned().collect(),
        role,
        direct,
        built_from: None,
        name,
    }))
}

/// Warns about a yanked release and missing extras. Users can do nothing about an extra that only another package
/// requests, unless a newer version has it.
fn warn<P: Packages>(resolver: &Resolver<'_, P>, choice: &Choice) {
    let Choice { name, release, file, metadata, extras, .. } = choice;
    let (version, progress) = (&release.version, resolver.progress);
    if let Some(reason) = &file.yanked {
        progress.event(Event::Warning { message: &format!("`{name}` {version} was yanked{}", because(reason)) });
    }
    let requirements = resolver.request.requirements.iter().chain(&resolver.request.with);
    let of_package = requirements.filter(|requirement| requirement.name == *name);
    let requested: BTreeSet<&ExtraName> = of_package.flat_map(|requirement| &requirement.extras).collect();
    let is_lost = |extra: &ExtraName| resolver.state.borrow().extras.is_lost(name, extra, metadata);
    for extra in extras.iter().filter(|extra| !metadata.provides_extra.contains(extra)) {
        let message = &format!("`{name}` {version} has no extra `{extra}`");
        let is_warned = requested.contains(extra) || is_lost(extra);
        progress.event(if is_warned { Event::Warning { message } } else { Event::Detail { message } });
    }
}
