//! One command that a wheel offers: an object to call, under a name.

/// A console or GUI entry point (PyPA entry points specification).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct EntryPoint {
    pub group: EntryPointGroup,
    /// The command's name: a plain file name.
    pub name: String,
    /// The dotted name of the module to import.
    pub module: String,
    /// The dotted name of the object in it to call.
    pub attribute: String,
}

/// Whether a command talks to a terminal or opens windows of its own. The difference matters on Windows only.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum EntryPointGroup {
    Console,
    Gui,
}
