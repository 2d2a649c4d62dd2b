//! One resolution from beginning to end.

use std::error::Error;
use std::thread;

use super::direct::Direct;
use super::error::ResolveError;
use super::newest::{check_requested, with_missing_wheels};
use super::packages::Packages;
use super::pins::{choose_files, pin_all};
use super::request::ResolveRequest;
use super::resolver::Resolver;
use super::search::search;
use crate::host::{Event, Progress};
use crate::vocab::{Origin, Pin};

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
    let solution = search(&resolver).map_err(|error| with_missing_wheels(&resolver, error))?;
    check_requested(&resolver, &solution)?;
    let choices = choose_files(&resolver, solution)?;
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
