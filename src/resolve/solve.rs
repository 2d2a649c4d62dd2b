//! One resolution from beginning to end.

use std::error::Error;
use std::thread;

use pubgrub::{PubGrubError, SelectedDependencies};

use super::direct::Direct;
use super::error::ResolveError;
use super::missing_wheel::NewestWithoutWheel;
use super::packages::Packages;
use super::pins::{Choice, choose_files, pin_all};
use super::provider::Interruption;
use super::release::{Node, Release};
use super::report::{ReportContext, explain};
use super::request::ResolveRequest;
use super::resolver::Resolver;
use crate::host::{Event, Progress, Silent};
use crate::vocab::{Origin, Pin, Version};

/// Bytes of stack: derivation trees of long searches are deep, and are walked and dropped recursively.
const STACK_SIZE: usize = 64 << 20;

/// Chooses a version and a wheel for every package that the request requires.
///
/// # Errors
/// When nothing satisfies the request on this machine, or something could not be fetched; see [`ResolveError`].
pub fn resolve<P: Packages>(
    request: &ResolveRequest,
    packages: &P,
    progress: &dyn Progress,
) -> Result<Vec<Pin>, ResolveError<P::Error>> {
    thread::scope(|scope| {
        let solver = || solve(request, packages, progress);
        match thread::Builder::new().name("resolve".to_owned()).stack_size(STACK_SIZE).spawn_scoped(scope, solver) {
            Ok(thread) => thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            // Without a second thread, use the current one.
            Err(_) => solve(request, packages, progress),
        }
    })
}

fn solve<P: Packages>(
    request: &ResolveRequest,
    packages: &P,
    progress: &dyn Progress,
) -> Result<Vec<Pin>, ResolveError<P::Error>> {
    progress.event(Event::ResolveStarted);
    check_direct_references(request)?;
    let resolver = Resolver::new(request, packages, progress);
    let choices = choose_files(&resolver, search(&resolver)?)?;
    check_newest(&resolver, &choices)?;
    progress.event(Event::ResolveFinished { packages: choices.len() });
    pin_all(&resolver, choices)
}

/// Direct references of the request must be installable. A package that depends on another kind is only skipped.
fn check_direct_references<E: Error + 'static>(request: &ResolveRequest) -> Result<(), ResolveError<E>> {
    for requirement in request.applicable() {
        let Origin::Url(url) = &requirement.origin else {
            continue;
        };
        Direct::parse(&requirement.name, url)
            .and_then(|direct| direct.check(&request.tags, &request.markers.description()))
            .map_err(|source| ResolveError::DirectReference { requirement: Box::new(requirement.clone()), source })?;
    }
    Ok(())
}

/// Fails if a newer version of a requested package was given up only because packages that it needs have no wheel.
fn check_newest<P: Packages>(resolver: &Resolver<'_, P>, choices: &[Choice]) -> Result<(), ResolveError<P::Error>> {
    match resolver.request.newest_without_wheel {
        NewestWithoutWheel::Refuse => {}
        NewestWithoutWheel::Report => return Ok(()),
    }
    for requirement in resolver.request.applicable() {
        let chosen = choices.iter().find(|choice| choice.name == requirement.name);
        let Some(usable) = chosen.map(|choice| choice.release.version.clone()) else { continue };
        let Some(version) = resolver.newest_admitted(&requirement.name).filter(|newest| *newest > usable) else {
            continue;
        };
        let Ok(exact) = format!("{}=={version}", requirement.name).parse() else { continue };
        let mut request = resolver.request.clone();
        request.with.push(exact);
        let newest = Resolver::new(&request, resolver.packages, &Silent);
        if let Err(ResolveError::Unsuitable { lacking, .. }) = search(&newest)
            && !lacking.is_empty()
        {
            let name = requirement.name.clone();
            return Err(ResolveError::DependencyWithoutWheel { name, version, lacking, usable });
        }
    }
    Ok(())
}

/// Searches until a search reaches a valid conclusion.
pub(super) fn search<P: Packages>(
    resolver: &Resolver<'_, P>,
) -> Result<SelectedDependencies<Node, Release>, ResolveError<P::Error>> {
    loop {
        let root = Release::from_index(&Version::new([0]));
        match pubgrub::resolve(resolver, Node::Root, root) {
            Ok(solution) if resolver.is_valid() && resolver.admits_decisions() => return Ok(solution),
            Err(PubGrubError::NoSolution(tree)) if resolver.is_valid() => {
                return Err(explain(&ReportContext::new(resolver, &resolver.state.borrow()), &tree));
            }
            Ok(_) | Err(PubGrubError::NoSolution(_)) => {}
            Err(
                PubGrubError::ErrorChoosingVersion { source, .. }
                | PubGrubError::ErrorInShouldCancel(source)
                | PubGrubError::ErrorRetrievingDependencies { source, .. },
            ) => match source {
                Interruption::Failed(error) => return Err(error),
                Interruption::Restart => {}
            },
        }
        resolver.restart();
    }
}
