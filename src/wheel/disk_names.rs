//! Kinds of file names, by the disk that stores them.

/// The file names that a disk can distinguish and store.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum DiskNames {
    CaseInsensitive,
    CaseSensitive,
    /// Case is ignored; names of devices and names with reserved characters are impossible.
    Windows,
}

impl DiskNames {
    /// The usual names of this system's disks.
    pub fn of_this_system() -> Self {
        if cfg!(windows) {
            Self::Windows
        } else if cfg!(target_vendor = "apple") {
            Self::CaseInsensitive
        } else {
            Self::CaseSensitive
        }
    }
}
