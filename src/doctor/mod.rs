//! The state of this machine as it matters to Kingbolt: facts, and the problems that follow from them, each with its fix.
//! Changes nothing. Only the files that collect facts access the machine; `findings` decides from values.

mod accelerator;
mod facts;
mod findings;
mod indexes;
mod inspect;
mod operating_system;
mod proxies;
mod pythons;
mod system;

pub use facts::{
    AcceleratorSection, AppFacts, Authorities, DirectoryFacts, DirectoryState, Facts, IndexFacts, IndexState,
    NetworkFacts, ProxyVariable, PythonFacts, PythonStatus, SearchPath, ShadowedCommand, System, TorchBuild,
};
pub use findings::{Area, Finding};
pub use inspect::{Detail, Inspection, inspect};
