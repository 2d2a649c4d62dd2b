//! The request of a person: what to install, from where, and with which options. Reads nothing from the machine.

pub(super) mod app_request;
pub(super) mod options;
pub(super) mod source;
