//! The description of a wheel in the store, known without reading its files.

use crate::vocab::{Sha256, WheelName};
use crate::wheel::{EntryPoint, Root, Tree};

/// Everything about an unpacked wheel that is needed to put it into an environment. Text form: [`Manifest::parse`] and
/// [`Manifest::text`].
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Manifest {
    /// The archive's file name.
    pub archive: WheelName,
    /// The archive's digest.
    pub sha256: Sha256,
    /// The archive's size in bytes.
    pub size: u64,
    /// The project's name as its METADATA spells it.
    pub project: String,
    /// The name of the `.dist-info` directory.
    pub dist_info: String,
    pub root: Root,
    pub entry_points: Vec<EntryPoint>,
    pub tree: Tree,
}
