//! The search for a solution, begun again as often as it has to be.

use pubgrub::{PubGrubError, SelectedDependencies};

use super::error::ResolveError;
use super::packages::Packages;
use super::provider::Interruption;
use super::release::{Node, Release};
use super::report::{ReportContext, explain};
use super::resolver::Resolver;
use crate::vocab::Version;

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
