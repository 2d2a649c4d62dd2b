//! Sizes for people.

use std::fmt;

/// A number of bytes, shown in decimal units, as download pages show it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ByteCount(pub u64);

impl fmt::Display for ByteCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const UNITS: &[(u64, &str)] = &[(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")];
        let Self(count) = *self;
        match UNITS.iter().find(|(unit, _)| count >= *unit) {
            Some((unit, name)) => write!(f, "{}.{} {name}", count / unit, count % unit * 10 / unit),
            None => write!(f, "{count} B"),
        }
    }
}
