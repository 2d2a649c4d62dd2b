//! The newest versions of requested packages: no older one is taken in their place only because something has no wheel.

use pubgrub::SelectedDependencies;

use super::error::ResolveError;
use super::missing_wheel::{LackingPackages, NewestWithoutWheel};
use super::packages::Packages;
use super::release::{Node, Release, Source};
use super::resolver::Resolver;
use super::search::search;
use crate::host::Silent;
use crate::vocab::{Origin, PackageName, Version, admits};

/// Fails if a requested package has a newer version than that of a solution, which only lacks a wheel, or needs packages
/// that only lack wheels.
pub(super) fn check_requested<P: Packages>(
    resolver: &Resolver<'_, P>,
    solution: &SelectedDependencies<Node, Release>,
) -> Result<(), ResolveError<P::Error>> {
    match resolver.request.newest_without_wheel {
        NewestWithoutWheel::Refuse => {}
        NewestWithoutWheel::Report => return Ok(()),
    }
    for requirement in resolver.request.applicable() {
        let name = requirement.name.clone();
        let Some(chosen) = solution.get(&Node::Package(name.clone())).filter(|chosen| chosen.source == Source::Index)
        else {
            continue;
        };
        resolver.refuse_newer(&name, &chosen.version)?;
        let newest = resolver.newest_admitted(&name).filter(|newest| *newest > chosen.version);
        if let Some(version) = newest
            && let Some(lacking) = lacking(resolver, &name, &version)
        {
            let usable = Some(chosen.version.clone());
            return Err(ResolveError::DependencyWithoutWheel { name, version, lacking, usable });
        }
    }
    Ok(())
}

/// The error of a search without a solution. If the newest version of a requested package only needs packages without
/// wheels, that is what people can do something about, whatever older versions need.
pub(super) fn with_missing_wheels<P: Packages>(
    resolver: &Resolver<'_, P>,
    error: ResolveError<P::Error>,
) -> ResolveError<P::Error> {
    if !matches!(error, ResolveError::Conflict { .. } | ResolveError::Unsuitable { .. }) {
        return error;
    }
    match resolver.request.newest_without_wheel {
        NewestWithoutWheel::Refuse => {}
        NewestWithoutWheel::Report => return error,
    }
    for requirement in resolver.request.applicable() {
        let Origin::Index(specifiers) = &requirement.origin else { continue };
        let newest = resolver.newest_usable(&requirement.name, |version| admits(specifiers, version));
        if let Some(version) = newest
            && let Some(lacking) = lacking(resolver, &requirement.name, &version)
        {
            let name = requirement.name.clone();
            return ResolveError::DependencyWithoutWheel { name, version, lacking, usable: None };
        }
    }
    error
}

/// The packages without wheels, if nothing else rules out a version.
fn lacking<P: Packages>(resolver: &Resolver<'_, P>, name: &PackageName, version: &Version) -> Option<LackingPackages> {
    let mut request = resolver.request.clone();
    request.with.push(format!("{name}=={version}").parse().ok()?);
    match search(&Resolver::new(&request, resolver.packages, &Silent)) {
        Err(ResolveError::Unsuitable { lacking, .. }) if !lacking.is_empty() => Some(lacking),
        Ok(_) | Err(_) => None,
    }
}
