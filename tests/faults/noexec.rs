//! File systems that are mounted with `noexec`, as hardened machines have them.

use crate::disk::{Disk, Kind};
use crate::large::{fixture_on, prepare_upgrade, remains_beside_downloads};
use crate::support::{Directory, Fixture, hello, lock};

const HOME_REFUSED: &str = "
    error: the home `[DISK]/kingbolt` is on a file system that is mounted with `noexec`
    hint: set KINGBOLT_HOME to a directory from which programs can be started
    ";

/// An installation there would say that it went well, and no command would start.
#[test]
fn a_home_from_which_nothing_can_be_started_is_refused_before_anything_is_fetched() {
    let Some((disk, fixture)) = prepared(&[Directory::Home]) else { return };
    disk.remount("noexec");
    for arguments in [&["install", "hello"][..], &["install", "hello", "--dry-run"], &["run", "hello"]] {
        fixture.machine.kingbolt(arguments).stderr(HOME_REFUSED).exits(8);
        assert_eq!(remains_beside_downloads(&fixture), Vec::<String>::new());
    }
    assert_eq!(fixture.index.paths(), Vec::<String>::new());
}

#[test]
fn an_app_whose_home_was_mounted_without_execution_is_listed_verified_and_removed_but_not_changed() {
    let Some((disk, fixture)) = prepared(&[Directory::Home]) else { return };
    prepare_upgrade(&fixture);
    let before = remains_beside_downloads(&fixture);
    disk.remount("noexec");
    for arguments in [&["upgrade", "hello"][..], &["install", "hello==2.0"]] {
        fixture.machine.kingbolt(arguments).stderr(HOME_REFUSED).exits(8);
    }
    assert_eq!(remains_beside_downloads(&fixture), before);
    fixture.succeeds(&["list"]);
    fixture.succeeds(&["verify"]);
    fixture.succeeds(&["uninstall", "hello", "--quiet"]);
    assert_eq!(remains_beside_downloads(&fixture), Vec::<String>::new());
}

#[test]
fn an_environment_from_which_nothing_could_be_started_is_refused() {
    let Some((disk, fixture)) = prepared(&[]) else { return };
    disk.remount("noexec");
    fixture.machine.write("pylock.toml", lock(&fixture.index, &[hello("1.0")]));
    let into = disk.root().join("environment").display().to_string();
    for more in [&[][..], &["--dry-run"]] {
        let arguments = ["sync", "pylock.toml", "--into", &into];
        fixture
            .machine
            .kingbolt(arguments.iter().chain(more))
            .stderr(
                "
                error: `[DISK]/environment` is on a file system that is mounted with `noexec`
                hint: choose a directory from which programs can be started
                ",
            )
            .exits(8);
        assert!(!disk.root().join("environment").exists());
    }
}

/// Commands are links, and what is fetched is not started.
#[test]
fn a_cache_and_a_bin_directory_need_not_be_executable() {
    let Some((disk, fixture)) = prepared(&[Directory::Bin, Directory::Cache]) else { return };
    disk.remount("noexec");
    fixture.succeeds(&["install", "hello", "--quiet"]);
    fixture.assert_works("1.0");
}

fn prepared(places: &[Directory]) -> Option<(Disk, Fixture)> {
    let disk = Disk::mount(Kind::Tmpfs)?;
    let fixture = fixture_on(&disk, places)?;
    Some((disk, fixture))
}
