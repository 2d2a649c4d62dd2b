//! Releases of Jetson Linux.

use std::fmt;

/// A release of Jetson Linux (L4T): 36.4.3 is major 36, minor 4, patch 3.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct JetsonRelease {
    pub major: u8,
    pub minor: u8,
    pub patch: u8,
}

impl JetsonRelease {
    /// True if the builds for CUDA on Linux for ARM64 run there: Jetson Linux 38 and newer, whose driver is that of servers.
    pub(super) fn runs_server_builds(self) -> bool {
        self.major >= 38
    }
}

impl fmt::Display for JetsonRelease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}
