//! From a request or a lock to pins, and from pins to a built environment.

pub(super) mod builder;
pub(super) mod import_check;
pub(super) mod interpreter_choice;
pub(super) mod resolution;
pub(super) mod supply;
