//! What the tests stand on: wheels built in code, an index on loopback that misbehaves on demand, a machine of its own
//! for every test, and runs of the real executable whose whole output is compared.

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod accelerated;
#[path = "../../src/archive/zip/samples.rs"]
#[allow(dead_code, clippy::unwrap_used, reason = "shared with the unit tests, which make every kind of wrong archive")]
mod archive;
#[cfg(target_os = "linux")]
mod chroot;
mod encoding;
mod encrypted;
mod fixture;
mod http;
mod index;
mod machine;
mod packages;
mod page;
mod parts;
mod project;
mod python;
#[cfg(target_os = "linux")]
mod python_archive;
#[cfg(unix)]
mod python_build;
mod redact;
mod repository;
mod run;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod torch_indexes;
mod trouble;
#[cfg(unix)]
pub(crate) mod users;
mod wheel;

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
pub(crate) use accelerated::{ADA, Accelerated, KNOWN_ACCELERATORS, PASCAL, cellpose, install_for, torch};
pub(crate) use archive::Packed;
#[cfg(target_os = "linux")]
pub(crate) use chroot::Chroot;
pub(crate) use encoding::{record_hash, sha256_hex};
pub(crate) use encrypted::EncryptedRedirect;
pub(crate) use fixture::Fixture;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
pub(crate) use http::Request;
pub(crate) use index::{Feature, Index};
pub(crate) use machine::{Directory, Machine, listing};
pub(crate) use packages::{HELLO_IS_TAKEN, app, dependent, dependent_hello, hello, lock, other};
pub(crate) use parts::{missing, skip};
pub(crate) use project::Project;
pub(crate) use python::Python;
#[cfg(target_os = "linux")]
pub(crate) use python_archive::PythonArchive;
#[cfg(unix)]
pub(crate) use python_build::{PythonBuilds, build_name, fake_python, target};
pub(crate) use redact::{redacted, unindented};
pub(crate) use repository::{Text, backticked, files, repository_text, rust_files, table_after};
pub(crate) use run::Outcome;
pub(crate) use run::Run;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
pub(crate) use torch_indexes::StatedHash;
pub(crate) use trouble::{Times, Trouble};
pub(crate) use wheel::{BuiltWheel, Wheel};
