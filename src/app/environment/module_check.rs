//! Modules that commands start and no wheel has, told from the files of the wheels: nothing is run.

use std::collections::{BTreeMap, BTreeSet};

use crate::store::StoredWheel;
use crate::vocab::PackageName;
use crate::wheel::{Destination, Scheme};

/// The places of modules in an environment.
#[derive(Default)]
struct Modules {
    /// Dotted names of files and of packages.
    names: BTreeSet<String>,
}

/// The modules that no wheel of an environment has, each with the commands that start it.
pub(super) fn missing_modules(
    wheels: &[StoredWheel],
    has_commands: impl Fn(&PackageName) -> bool,
) -> BTreeMap<String, Vec<String>> {
    let modules = Modules::of(wheels);
    let mut missing: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for wheel in wheels.iter().filter(|wheel| has_commands(wheel.name().name()) && !extends_path(wheel)) {
        for point in &wheel.manifest().entry_points {
            if !modules.names.contains(&point.module) {
                missing.entry(point.module.clone()).or_default().push(point.name.clone());
            }
        }
    }
    missing
}

/// True if a wheel leads to modules elsewhere, as an editable one does.
fn extends_path(wheel: &StoredWheel) -> bool {
    let mut files = directories(wheel).filter(|(directory, _)| directory.is_empty()).flat_map(|(_, files)| files);
    files.any(|name| name.rsplit_once('.').is_some_and(|(_, extension)| extension == "pth"))
}

/// The directories of a wheel below that of modules, with the names of their files.
fn directories(wheel: &StoredWheel) -> impl Iterator<Item = (&str, impl Iterator<Item = &str>)> {
    wheel.manifest().tree.directories.iter().filter_map(|directory| {
        let destination = Destination::of(&directory.path).ok()?;
        let has_modules = match destination.scheme {
            Scheme::Platlib | Scheme::Purelib | Scheme::Root => true,
            Scheme::Data | Scheme::Headers | Scheme::Scripts => false,
        };
        let files = directory.files.iter().map(|file| file.name.as_str());
        has_modules.then_some((destination.directory, files))
    })
}

impl Modules {
    fn of(wheels: &[StoredWheel]) -> Self {
        let mut modules = Self::default();
        for (directory, files) in wheels.iter().flat_map(directories) {
            let package = directory.replace('/', ".");
            for file in files {
                // `a.py`, `a.cpython-313-x86_64-linux-gnu.so`, `a.pyd`.
                let Some((stem, _)) = file.split_once('.') else { continue };
                modules.names.insert(match (stem, package.as_str()) {
                    ("__init__", _) => package.clone(),
                    (_, "") => stem.to_owned(),
                    _ => format!("{package}.{stem}"),
                });
            }
        }
        modules
    }
}
