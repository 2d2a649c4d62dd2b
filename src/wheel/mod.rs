//! A wheel archive -> a RECORD-checked tree; entry points and scripts. Does not depend on stores and environments.
//!
//! The main function is [`unpack`]: it reads the archive through `archive`, checks the `.dist-info` directory, WHEEL,
//! METADATA, RECORD and entry points, and writes a tree whose files have the hashes that RECORD states.

mod contents;
mod csv;
mod data;
mod disk_names;
mod dist_info;
mod entry_point;
mod entry_points;
mod error;
mod headers;
#[cfg(any(test, fuzzing))]
pub mod properties;
mod record;
mod record_hash;
#[cfg(test)]
pub(crate) mod samples;
mod script;
#[cfg(test)]
mod tests;
mod tree;
mod unpack;
mod wheel_file;

pub use csv::{installed_rows, write_row};
pub use data::{Destination, NoDestination, Scheme};
pub use disk_names::DiskNames;
#[cfg(any(test, fuzzing))]
pub use dist_info::metadata;
pub use dist_info::names_wheel;
pub use entry_point::{EntryPoint, EntryPointGroup, is_interpreter_name};
pub use entry_points::command_names;
pub use error::WheelError;
pub use record_hash::{InvalidRecordHash, RecordHash};
pub use script::{Starter, command_script, rewritten_script};
pub use tree::{FileMode, Tree, TreeDirectory, TreeFile};
pub use unpack::{UnpackOptions, Unpacked, WrongRecord, unpack};
pub use wheel_file::Root;
