//! The kernel, as it describes itself.

use super::Host;

/// A kernel.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Kernel {
    /// Such as `Linux` or `Darwin`.
    pub name: String,
    pub release: String,
    /// The architecture of the machine, as the kernel names it.
    pub machine: String,
}

impl Host {
    /// The kernel that this process runs on, as `uname` tells it; `None` on Windows.
    #[cfg(unix)]
    pub fn kernel(&self) -> Option<Kernel> {
        let found = rustix::system::uname();
        let text = |part: &std::ffi::CStr| part.to_string_lossy().into_owned();
        Some(Kernel { name: text(found.sysname()), release: text(found.release()), machine: text(found.machine()) })
    }

    /// The kernel that this process runs on, as `uname` tells it; `None` on Windows.
    #[cfg(not(unix))]
    pub fn kernel(&self) -> Option<Kernel> {
        None
    }
}
