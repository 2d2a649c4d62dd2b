//! The choice of builds for an accelerator: which builds of PyTorch's packages a resolution may use, and which of several
//! resolutions is taken.
//!
//! PyTorch drops builds with its releases, so that the newest release may have none for a GPU, and an older one has. That older one is
//! taken, but never at the price of an older version of the app.

mod announcement;
mod attempt;
mod build_pages;
mod choice;
mod facts;
mod fits;
mod selection;

pub(super) use attempt::{Attempted, Variation};
pub(super) use build_pages::BuildPages;
pub(super) use choice::Choice;
pub(super) use facts::facts;
pub(super) use selection::Selection;
