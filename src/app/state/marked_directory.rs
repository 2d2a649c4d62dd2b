//! The kinds of directories that carry a marker, and their names.

/// A kind of directory that carries a marker.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum MarkedDirectory {
    Cache,
    Home,
}

impl MarkedDirectory {
    /// The name of its marker.
    pub(in crate::app) fn marker(self) -> &'static str {
        match self {
            Self::Cache => "kingbolt-cache",
            Self::Home => "kingbolt-home",
        }
    }

    /// The variable that names another one.
    pub(in crate::app) fn variable(self) -> &'static str {
        match self {
            Self::Cache => "KINGBOLT_CACHE_DIR",
            Self::Home => "KINGBOLT_HOME",
        }
    }

    /// Its name in messages.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Cache => "cache",
            Self::Home => "home",
        }
    }
}
