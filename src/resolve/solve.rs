//! One resolution from beginning to end.

use std::error::Error;
use std::thread;

use pubgrub::{PubGrubError, SelectedDependencies};

use super::direct::Direct;
use super::error::ResolveError;
use super::packages::Packages;
use super::pins;
use super::provider::{Provider, Stop};
use super::release::{Node, Release};
use super::report;
use super::wishes::Wishes;
use crate::host::{Event, Progress};
use crate::vocab::{Origin, Pin, Version};

/// Bytes of stack: derivation trees of long searches are deep, and are walked and dropped recursively.
const STACK: usize = 64 << 20;

/// Chooses a version and a wheel for every package that the wishes need.
///
/// # Errors
/// When nothing satisfies the wishes on this machine, or something could not be fetched; see [`ResolveError`].
pub fn resolve<P: Packages>(
    wishes: &Wishes,
    packages: &P,
    progress: &dyn Progress,
) -> Result<Vec<Pin>, ResolveError<P::Error>> {
    thread::scope(|scope| {
        let solver = || solve(wishes, packages, progress);
        match thread::Builder::new().name("resolve".to_owned()).stack_size(STACK).spawn_scoped(scope, solver) {
            Ok(thread) => thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            // Without a second thread, the one at hand has to do.
            Err(_) => solve(wishes, packages, progress),
        }
    })
}

fn solve<P: Packages>(
    wishes: &Wishes,
    packages: &P,
    progress: &dyn Progress,
) -> Result<Vec<Pin>, ResolveError<P::Error>> {
    progress.event(Event::ResolveStarted);
    check_direct_references(wishes)?;
    let provider = Provider::new(wishes, packages, progress);
    let solution = search(&provider)?;
    let pins = pins::pins(&provider, solution, progress)?;
    progress.event(Event::ResolveFinished { packages: pins.len() });
    Ok(pins)
}

/// What was asked for directly must be installable; a package that needs something that is not is only passed over.
fn check_direct_references<E: Error + 'static>(wishes: &Wishes) -> Result<(), ResolveError<E>> {
    for requirement in wishes.applying() {
        let Origin::Url(url) = &requirement.origin else {
            continue;
        };
        Direct::parse(&requirement.name, url)
            .and_then(|direct| direct.check(&wishes.tags, &wishes.markers.description()))
            .map_err(|source| ResolveError::DirectReference { requirement: Box::new(requirement.clone()), source })?;
    }
    Ok(())
}

/// Searches until a search says something that counts.
pub(super) fn search<P: Packages>(
    provider: &Provider<'_, P>,
) -> Result<SelectedDependencies<Node, Release>, ResolveError<P::Error>> {
    loop {
        let root = Release::of_index(&Version::new([0]));
        match pubgrub::resolve(provider, Node::Root, root) {
            Ok(solution) if provider.is_right() => return Ok(solution),
            Err(PubGrubError::NoSolution(tree)) if provider.is_right() => {
                return Err(report::explained(&provider.evidence(), &tree));
            }
            Ok(_) | Err(PubGrubError::NoSolution(_)) => {}
            Err(
                PubGrubError::ErrorChoosingVersion { source, .. }
                | PubGrubError::ErrorInShouldCancel(source)
                | PubGrubError::ErrorRetrievingDependencies { source, .. },
            ) => match source {
                Stop::Again => {}
                Stop::Failed(error) => return Err(error),
            },
        }
        provider.start_again();
    }
}
