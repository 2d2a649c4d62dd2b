//! Answers PubGrub's questions: which package next, which release of it, and its dependencies.

use std::cmp::Reverse;
use std::error::Error;

use pubgrub::{Dependencies, DependencyConstraints, DependencyProvider, PackageResolutionStatistics};

use super::error::ResolveError;
use super::packages::Packages;
use super::release::{Node, Release};
use super::releases::Releases;
use super::resolver::{Resolver, fetch_error};
use super::state::SearchStatus;
use super::unavailable::UnavailableReason;

/// The reason why PubGrub has to stop.
#[derive(Debug, thiserror::Error)]
pub(super) enum Interruption<E: Error + 'static> {
    #[error(transparent)]
    Failed(#[from] ResolveError<E>),
    #[error("the search starts again")]
    Restart,
}

/// The order of decisions, as in uv: the last class comes first.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum PriorityClass {
    Unspecified,
    /// The package was in several conflicts.
    Conflicting,
    /// One version is left.
    Singleton,
    DirectUrl,
    Root,
}

impl<P: Packages> DependencyProvider for Resolver<'_, P> {
    type P = Node;
    type V = Release;
    type VS = Releases;
    type M = UnavailableReason;
    type Err = Interruption<P::Error>;
    /// Class, earliest known package, the package before its extras.
    type Priority = (PriorityClass, Reverse<usize>, Reverse<bool>);

    /// Packages with the fewest choices come first, then those in several conflicts, then those known first, as in uv.
    /// PubGrub backtracks only as far as a conflict requires, so a package that was decided too early keeps its version
    /// while the others get older ones. The search therefore restarts when a package gets into several conflicts, and
    /// decides it first.
    fn prioritize(&self, node: &Node, set: &Releases, statistics: &PackageResolutionStatistics) -> Self::Priority {
        self.state.borrow_mut().decisions.take_back(node);
        let Some(name) = node.package() else {
            return (PriorityClass::Root, Reverse(0), Reverse(false));
        };
        let order = self.with_package(name, |package| package.order).unwrap_or_default();
        let class = if set.direct().is_some() {
            PriorityClass::DirectUrl
        } else if set.is_pinned() {
            PriorityClass::Singleton
        } else if self.state.borrow_mut().is_conflicting(name, statistics.conflict_count()) {
            PriorityClass::Conflicting
        } else {
            PriorityClass::Unspecified
        };
        (class, Reverse(order), Reverse(matches!(node, Node::Extra(..))))
    }

    fn choose_version(&self, node: &Node, set: &Releases) -> Result<Option<Release>, Self::Err> {
        if self.state.borrow().status() != SearchStatus::Valid {
            return Err(Interruption::Restart);
        }
        let chosen = self.choose(node, set)?;
        if let Some(release) = &chosen {
            self.state.borrow_mut().decisions.push(node, release);
        }
        Ok(chosen)
    }

    fn get_dependencies(
        &self,
        node: &Node,
        release: &Release,
    ) -> Result<Dependencies<Node, Releases, UnavailableReason>, Self::Err> {
        Ok(match self.dependencies(node, release)? {
            Ok(constraints) => Dependencies::Available(DependencyConstraints::from_iter(constraints)),
            Err(reason) => Dependencies::Unavailable(reason),
        })
    }

    fn should_cancel(&self) -> Result<(), Self::Err> {
        self.check_segments()?;
        match (self.packages.check(), self.request.requirements.first()) {
            (Err(source), Some(requirement)) => Err(fetch_error(&requirement.name, source).into()),
            _ => Ok(()),
        }
    }
}

impl<P: Packages> Resolver<'_, P> {
    fn choose(&self, node: &Node, set: &Releases) -> Result<Option<Release>, ResolveError<P::Error>> {
        let Some(name) = node.package() else {
            return Ok(set.as_singleton().cloned());
        };
        // The package was decided before its extras, in a set that is no larger.
        let decided = match node {
            Node::Extra(..) => {
                let state = self.state.borrow();
                let decided = state.decisions.get(&Node::Package(name.clone()));
                decided.filter(|release| set.contains(release)).cloned()
            }
            Node::Package(_) | Node::Root => None,
        };
        match decided.or_else(|| set.direct().cloned()) {
            Some(release) => Ok(Some(release)),
            None => self.newest(name, set),
        }
    }
}
