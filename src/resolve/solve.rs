//! One resolution from beginning to end.

use std::error::Error;
use std::thread;

use pubgrub::{PubGrubError, SelectedDependencies};

use super::direct::Direct;
use super::error::ResolveError;
use super::packages::Packages;
use super::pins::pin_all;
use super::provider::Interruption;
use super::release::{Node, Release};
use super::report::{ReportContext, explain};
use super::request::ResolveRequest;
use super::resolver::Resolver;
use crate::host::{Event, Progress};
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
    let solution = search(&resolver)?;
    let pins = pin_all(&resolver, solution)?;
    progress.event(Event::ResolveFinished { packages: pins.len() });
    Ok(pins)
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
