//! File systems that can do less than others, and directories on several of them.

use std::fs;
use std::os::unix::fs::MetadataExt;

use crate::disk::{Disk, Kind};
use crate::large::{fixture_on, hello, prepare_upgrade, remains_beside_downloads};
use crate::support::{Directory, Fixture, listing, unindented};

#[test]
fn an_application_lives_its_whole_life_on_any_file_system_with_links() {
    for kind in [Kind::Btrfs, Kind::Ext4, Kind::Sftp, Kind::Tmpfs, Kind::Xfs] {
        let Some((_disk, fixture)) = prepared(kind, &Directory::ALL) else { continue };
        lives(&fixture);
    }
}

#[test]
fn an_application_lives_its_whole_life_across_file_systems() {
    for (kind, places) in [
        (Kind::Tmpfs, [Directory::Home].as_slice()),
        (Kind::Tmpfs, &[Directory::Cache]),
        (Kind::Ext4, &[Directory::Bin, Directory::Cache]),
        (Kind::Sftp, &[Directory::Home]),
    ] {
        let Some((_disk, fixture)) = prepared(kind, places) else { continue };
        lives(&fixture);
    }
}

#[test]
fn a_home_on_a_disk_without_symbolic_links_is_refused() {
    links_are_missed(
        Directory::Home,
        "
        error: failed to create the environment
          caused by: failed to create the environment `[DISK]/kingbolt/apps/hello/generations/1-[ID]`
          caused by: failed to link `[DISK]/kingbolt/apps/hello/generations/1-[ID]/lib64`
          caused by: the file system does not support symbolic links
        ",
    );
}

#[test]
fn a_bin_directory_on_a_disk_without_symbolic_links_is_refused() {
    links_are_missed(
        Directory::Bin,
        "
        error: failed to link `[DISK]/bin/hello`
          caused by: the file system does not support symbolic links
        ",
    );
}

#[test]
fn a_cache_without_links_and_modes_serves_like_any_other() {
    let Some((_disk, fixture)) = prepared(Kind::Exfat, &[Directory::Cache]) else { return };
    lives(&fixture);
}

#[test]
fn what_is_installed_on_a_read_only_disk_runs_and_cannot_be_changed() {
    let Some((disk, fixture)) = prepared(Kind::Ext4, &Directory::ALL) else { return };
    prepare_upgrade(&fixture);
    fixture.succeeds(&["upgrade", "hello", "--quiet"]);
    fixture.index.publish(&hello("3.0"));
    let before = remains_beside_downloads(&fixture);
    disk.remount("ro");
    fixture.assert_works("2.0");
    fixture.succeeds(&["list"]);
    fixture.machine.kingbolt(["run", "--quiet", "hello"]).stdout("hello from hello 2.0\n").succeeds();
    for (command, app) in [("upgrade", "hello"), ("rollback", "hello"), ("uninstall", "hello"), ("install", "other")] {
        let hint =
            "make it writable, or set KINGBOLT_HOME, KINGBOLT_BIN_DIR and KINGBOLT_CACHE_DIR to other directories";
        fixture
            .machine
            .kingbolt([command, app])
            .stderr(&format!(
                "
                error: failed to lock `[DISK]/kingbolt/locks/{app}`
                  caused by: [SYSTEM ERROR]
                hint: {hint}
                "
            ))
            .exits(8);
    }
    assert_eq!(remains_beside_downloads(&fixture), before);
    fixture.assert_works("2.0");
    disk.remount("rw");
    fixture.succeeds(&["upgrade", "hello", "--quiet"]);
    fixture.assert_works("3.0");
}

/// More names of one file than the file system allows.
#[test]
fn a_stored_file_that_can_have_no_more_names_is_copied() {
    let Some((disk, fixture)) = prepared(Kind::Ext4, &Directory::ALL) else { return };
    prepare_upgrade(&fixture);
    let store = fixture.machine.directory(Directory::Home).join("store");
    let entries = fs::read_dir(store).expect("it is there");
    let files = entries.map(|entry| entry.expect("it is there").path().join("tree/other/__init__.py"));
    let file = files.into_iter().find(|path| path.is_file()).expect("the store has the module");
    let names = disk.root().join("names");
    fs::create_dir(&names).expect("there is space");
    // See EXT4_LINK_MAX.
    let made = (0..70_000).take_while(|number| fs::hard_link(&file, names.join(number.to_string())).is_ok()).count();
    assert_eq!(made, 65_000 - 2);
    fixture.succeeds(&["upgrade", "hello", "--quiet"]);
    fixture.assert_works("2.0");
    let generations = fixture.machine.directory(Directory::Home).join("apps/hello/generations");
    let module =
        listing(&generations).into_iter().find(|path| path.starts_with("2-") && path.ends_with("other/__init__.py"));
    let module = generations.join(module.expect("it was installed"));
    assert_eq!(fs::metadata(module).expect("it stands there").nlink(), 1);
}

/// Asserts that an installation says that a disk has no links, in these words and a hint, and leaves nothing.
#[track_caller]
fn links_are_missed(place: Directory, error: &str) {
    const HINT: &str = "hint: set KINGBOLT_HOME, KINGBOLT_BIN_DIR and KINGBOLT_CACHE_DIR to directories on a file \
                        system with symbolic links\n";
    let Some((_disk, fixture)) = prepared(Kind::Exfat, &[place]) else { return };
    let expected = unindented(error) + HINT;
    fixture.machine.kingbolt(["install", "hello", "--quiet"]).stderr(&expected).exits(8);
    assert_eq!(remains_beside_downloads(&fixture), Vec::<String>::new());
}

#[track_caller]
fn lives(fixture: &Fixture) {
    prepare_upgrade(fixture);
    fixture.assert_works("1.0");
    fixture.succeeds(&["upgrade", "hello", "--quiet"]);
    fixture.assert_works("2.0");
    fixture.succeeds(&["rollback", "hello", "--quiet"]);
    fixture.assert_works("1.0");
    fixture.succeeds(&["uninstall", "hello", "--quiet"]);
    assert_eq!(remains_beside_downloads(fixture), Vec::<String>::new());
    fixture.succeeds(&["cache", "clear", "--quiet"]);
}

fn prepared(kind: Kind, places: &[Directory]) -> Option<(Disk, Fixture)> {
    let disk = Disk::mount(kind)?;
    let fixture = fixture_on(&disk, places)?;
    Some((disk, fixture))
}
