//! An application that takes more than a few blocks, on a machine with directories on other disks.

use crate::disk::Disk;
use crate::support::{BuiltWheel, Directory, Fixture, Index, Machine, Wheel, other};

/// `hello` 1.0 is served; nothing is installed. The directories are on the disk, the others below the home directory.
pub(crate) fn fixture_on(disk: &Disk, directories: &[Directory]) -> Option<Fixture> {
    let machine = Machine::new().naming(&disk.root().display().to_string(), "[DISK]");
    fixture(machine.with_directories_below(disk.root(), directories))
}

/// The same with everything below the home directory.
pub(crate) fn fixture_at_home() -> Option<Fixture> {
    fixture(Machine::new())
}

fn fixture(machine: Machine) -> Option<Fixture> {
    Fixture::on(machine.without_bytecode(), Index::complete(), &[hello("1.0"), other()])
}

/// Installs `hello` 1.0 and publishes 2.0.
pub(crate) fn prepare_upgrade(fixture: &Fixture) {
    fixture.succeeds(&["install", "hello", "--quiet"]);
    fixture.index.publish(&hello("2.0"));
}

/// The files that remain, without downloads, from which the next run continues, and without marks of wheels that are not
/// synced, since a failed upgrade may have synced them.
pub(crate) fn remains_beside_downloads(fixture: &Fixture) -> Vec<String> {
    let mut found = fixture.remains();
    let is_unfinished = |path: &str| path.contains("/.kingbolt-");
    found.retain(|path| (!path.starts_with("cache/") || is_unfinished(path)) && !path.ends_with("/unsynced"));
    found
}

/// A package with a command and a dependency.
pub(crate) fn hello(version: &str) -> BuiltWheel {
    let filling = "x".repeat(20_000);
    let wheel = Wheel::new("hello", version).requires("other>=2").console("hello", "hello:main");
    wheel.file("hello/data.txt", filling).file("hello/more/__init__.py", "").build()
}
