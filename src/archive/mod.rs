//! Readers of untrusted archives: strict, bounded, over any source of bytes. They write nothing to disk.

pub mod tar;
pub mod zip;
