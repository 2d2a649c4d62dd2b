//! A file that can be downloaded: a wheel, or the archive of a Python.

use crate::vocab::{Digests, Location, Pin};

/// A file that can be downloaded, with the facts that are stated about it.
pub trait Artifact: Sync {
    /// The word for such files in messages, in the singular.
    const NOUN: &'static str;

    /// The name of the file.
    fn file(&self) -> &str;

    fn location(&self) -> &Location;

    /// The stated digests.
    fn digests(&self) -> Option<&Digests>;

    /// The stated size in bytes.
    fn size(&self) -> Option<u64>;
}

impl Artifact for Pin {
    const NOUN: &'static str = "wheel";

    fn file(&self) -> &str {
        self.wheel.as_str()
    }

    fn location(&self) -> &Location {
        &self.location
    }

    fn digests(&self) -> Option<&Digests> {
        self.digests.as_ref()
    }

    fn size(&self) -> Option<u64> {
        self.size
    }
}
