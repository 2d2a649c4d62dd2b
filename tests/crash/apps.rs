//! The two applications whose operations are disturbed.

use std::fs;

use crate::act::ENVIRONMENT;
use crate::support::{BuiltWheel, Fixture, Index, Machine, dependent, dependent_hello, lock, other};

/// `hello` 1.0 and `bye` 1.0 are served, which share a dependency; nothing is installed.
pub(crate) fn fixture() -> Option<Fixture> {
    let wheels = [dependent_hello("1.0"), bye("1.0"), other()];
    Fixture::on(Machine::new().without_bytecode(), Index::complete(), &wheels)
}

/// The application beside `hello`.
pub(crate) fn bye(version: &str) -> BuiltWheel {
    dependent("bye", version)
}

/// Writes `pylock.one.toml` and `pylock.two.toml`, which lock `hello` 1.0 and 2.0.
pub(crate) fn write_locks(fixture: &Fixture) {
    for (name, version) in [("pylock.one.toml", "1.0"), ("pylock.two.toml", "2.0")] {
        fixture.machine.write(name, lock(&fixture.index, &[dependent_hello(version), other()]));
    }
}

/// The files in home, bin directory, environments and downloads that belong to nothing complete, when the cache and the
/// store were pruned.
pub(crate) fn left_over(fixture: &Fixture) -> Vec<String> {
    let everything = fixture.machine.everything();
    let read = |path: &String| fs::read_to_string(fixture.machine.home().join(path)).unwrap_or_default();
    let is_complete = |path: &&String| path.starts_with("kingbolt/apps/") && path.contains("/records/");
    let complete: Vec<&String> = everything.iter().filter(is_complete).collect();
    let needed: String = complete.iter().map(|path| read(path)).collect();
    let belongs = |path: &String| {
        let parts: Vec<&str> = path.split('/').collect();
        let has = |directory: String| complete.iter().any(|path| path.starts_with(&directory));
        match parts.as_slice() {
            parts if parts.iter().any(|part| part.starts_with(".kingbolt-")) => false,
            // It is not ours alone.
            ["bin", ""] => true,
            ["bin", command] => fixture.says(command).is_some(),
            ["cache", directory, ..] => *directory != "downloads",
            ["kingbolt", "apps", app, "generations", name, ..] => {
                complete.contains(&&format!("kingbolt/apps/{app}/records/{name}.toml"))
            }
            ["kingbolt", "apps", app, "records", record] => {
                let generation = format!("kingbolt/apps/{app}/generations/{}/", record.trim_end_matches(".toml"));
                everything.iter().any(|path| path.starts_with(&generation))
            }
            ["kingbolt", "apps", app, "current" | "receipt.toml"] => has(format!("kingbolt/apps/{app}/")),
            // The name of an app, or that of one of its generations.
            ["kingbolt", "locks", name] => {
                has(format!("kingbolt/apps/{}/", name.split('+').next().unwrap_or_default()))
            }
            ["kingbolt", "environments", _] => fixture.machine.home().join(ENVIRONMENT).is_dir(),
            ["kingbolt", "kingbolt-home"] => {
                let is_known = |path: &String| path.starts_with("kingbolt/environments/");
                !complete.is_empty() || everything.iter().any(is_known)
            }
            ["kingbolt", "store", ".lock"] => !complete.is_empty(),
            ["kingbolt", "store", ".locks", wheel] | ["kingbolt", "store", wheel, ..] => needed.contains(wheel),
            ["bin" | "env" | "pylock.one.toml" | "pylock.two.toml", ..] => true,
            _ => false,
        }
    };
    everything.iter().filter(|path| !belongs(path)).cloned().collect()
}
