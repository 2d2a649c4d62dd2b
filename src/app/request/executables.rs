//! The packages whose commands an app has beside those of its own package.

use serde::{Deserialize, Serialize};

use crate::vocab::PackageName;

/// The packages whose commands an app has beside those of its own package.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default)]
pub struct Executables {
    /// True if they are all packages of the environment.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub include_deps: bool,
    /// Packages of the environment. Each of them must have commands.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub from: Vec<PackageName>,
}

impl Executables {
    /// True if only the commands of the app's own package are wanted.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// True if the commands of a package are wanted.
    pub fn include(&self, package: &PackageName) -> bool {
        self.include_deps || self.from.contains(package)
    }

    /// Adds what an earlier request asked for. Returns what was added, as options.
    pub fn keep(&mut self, earlier: &Self) -> Vec<String> {
        let mut kept = Vec::new();
        if earlier.include_deps && !self.include_deps {
            kept.push("--include-deps".to_owned());
            self.include_deps = true;
        }
        for package in &earlier.from {
            if !self.from.contains(package) {
                kept.push(format!("--with-executables-from {package}"));
                self.from.push(package.clone());
            }
        }
        kept
    }
}
