//! Environment markers: PEP 508, with the set variables `extras` and `dependency_groups` of PEP 751.

mod evaluate;
mod expression;
mod parse;

pub use expression::{Marker, MarkerEnvironment, Operand, Operator, Variable};
pub use parse::InvalidMarker;
