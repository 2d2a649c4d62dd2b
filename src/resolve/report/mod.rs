//! Why there is no solution, in sentences that name packages, versions and who asked. Pure: what the search learnt
//! comes in as [`Evidence`], and a derivation tree of PubGrub.

mod evidence;
mod explain;
mod merge;
mod range;
mod sentence;
mod single;
mod summary;
mod tree;

pub(super) use evidence::{Evidence, Stand, Subject, Supply};
pub(super) use explain::explained;
