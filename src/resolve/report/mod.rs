//! Explains why there is no solution, in sentences that name packages, versions and the requester. Pure: the input is a
//! [`ReportContext`] and a derivation tree of PubGrub.

mod context;
mod explain;
mod merge;
mod range;
mod sentence;
mod single;
mod summary;
mod tree;

pub(super) use context::ReportContext;
pub(super) use explain::explain;
