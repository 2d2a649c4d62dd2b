//! The only access to the system: environment, files, processes, network, clock, locks, interruption.
//! Decides nothing. Everything that touches the machine takes a [`Host`] as its first argument.

mod access;
mod base_directories;
mod boot;
mod checkpoint;
mod clock;
mod environment;
mod file_error;
mod file_retry;
mod files;
mod hash;
mod in_use;
mod interrupt;
mod lock;
pub mod network;
mod private_directory;
mod private_file;
mod processes;
mod programs;
mod progress;
mod random_file;
mod registry;
mod removal;
mod staged;
mod staged_name;
mod workers;

pub use access::Host;
pub use base_directories::BaseDirectories;
pub use boot::Boot;
pub use checkpoint::checkpoint;
pub use clock::{Clock, Timestamp};
pub use environment::Environment;
pub use file_error::FileError;
pub use files::{Durability, FileId, FileKind, Files, TRIAL, is_executable};
pub use hash::read_blocks;
pub use interrupt::{Interrupt, Interrupted};
pub use lock::{FileLock, LockError, Sharing};
pub use network::{Connection, Network, NetworkError, NetworkSettings, Request, Response, redacted};
pub use private_file::{VerifiedFile, is_private};
pub use processes::{Command, Output, ProcessError, Processes};
pub use progress::{Event, Progress, Silent};
pub use random_file::RandomFile;
pub use registry::{Hive, Registry};
pub use staged::Staged;
pub use staged_name::{STAGED_PREFIX, is_staged, staged_for};
pub use workers::in_parallel;
