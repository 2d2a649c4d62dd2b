//! Interpreters found on the machine, and the one to use. Only `search_locations`, `probe`, `cache` and `discover`
//! access the machine.

mod cache;
mod choose;
mod discover;
mod error;
mod interpreter;
pub mod managed;
mod preference;
mod probe;
#[cfg(any(test, fuzzing))]
pub mod properties;
mod report;
mod request;
mod scheme;
mod search_locations;
mod source;
#[cfg(test)]
mod tests;

pub use cache::is_cached_interpreter;
pub use choose::choose;
pub use discover::{Discovery, Search, discover, python_source};
pub use error::{PythonError, SkipReason, Skipped};
pub use interpreter::{Identity, Interpreter};
pub use preference::PythonPreference;
pub use request::{InvalidPythonRequest, PythonRequest};
pub use scheme::Scheme;
pub use source::{Owner, PythonSource};
