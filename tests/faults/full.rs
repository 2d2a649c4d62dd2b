//! Disks that are full, at every size at which they can be: what was installed still works, nothing is left of the
//! attempt but what the next one goes on from, and that succeeds where there is space.

use std::collections::BTreeSet;
use std::fs;

use crate::counted;
use crate::disk::{Disk, Kind, Limit};
use crate::is_deep;
use crate::large::{self, fixture_on, prepare_upgrade, remains_beside_downloads};
use crate::support::{Directory, Feature, Fixture, Index, Machine, Times, Trouble, hello, listing, lock, other};

/// How an error for want of space may end.
const HINTS: [&str; 2] = [
    "hint: free some space, or set KINGBOLT_HOME and KINGBOLT_CACHE_DIR to directories on another disk",
    "hint: free some space, or set KINGBOLT_CACHE_DIR to a directory on another disk",
];

/// What fails where less and less space is left: the last is the first that an upgrade does.
const FIRST_LINES: [&str; 4] = [
    "error: failed to assemble the environment",
    "error: failed to create the environment",
    "error: failed to save `hello-2.0-py3-none-any.whl`",
    "error: failed to unpack the wheel `hello-2.0-py3-none-any.whl`",
];

#[test]
fn an_upgrade_without_enough_space_leaves_the_old_version() {
    let found = fails_until_there_is_space(Kind::Tmpfs, Limit::Blocks, &Directory::ALL);
    if let Some(found) = found {
        assert!(FIRST_LINES.iter().all(|line| found.contains(*line)), "{found:?}");
    }
    fails_until_there_is_space(Kind::Ext4, Limit::Blocks, &Directory::ALL);
}

#[test]
fn an_upgrade_beyond_a_quota_leaves_the_old_version() {
    fails_until_there_is_space(Kind::Btrfs, Limit::Blocks, &Directory::ALL);
}

#[test]
fn an_upgrade_without_enough_inodes_leaves_the_old_version() {
    fails_until_there_is_space(Kind::Tmpfs, Limit::Inodes, &Directory::ALL);
    if is_deep() {
        fails_until_there_is_space(Kind::Ext4, Limit::Inodes, &Directory::ALL);
    }
}

#[test]
fn an_upgrade_without_space_in_one_of_several_places_leaves_the_old_version() {
    fails_until_there_is_space(Kind::Tmpfs, Limit::Blocks, &[Directory::Home]);
    fails_until_there_is_space(Kind::Tmpfs, Limit::Blocks, &[Directory::Cache]);
    fails_until_there_is_space(Kind::Tmpfs, Limit::Inodes, &[Directory::Bin]);
}

#[test]
fn an_installation_without_enough_space_leaves_nothing() {
    for limit in [Limit::Blocks, Limit::Inodes] {
        let Some((disk, fixture)) = prepared(Kind::Tmpfs, &Directory::ALL) else { return };
        let (mut left, mut failures) = (1, 0);
        loop {
            disk.leave(limit, left);
            let outcome = fixture.machine.kingbolt(["install", "hello", "--quiet"]).outcome();
            if outcome.code == Some(0) {
                break;
            }
            let case = format!("with {left} {limit:?} left");
            lacked_space((outcome.code, &outcome.stdout, &outcome.stderr), &case);
            disk.leave_all();
            assert_eq!(remains_beside_downloads(&fixture), Vec::<String>::new(), "{case}");
            failures += 1;
            left += step(left);
        }
        assert!(failures > 5, "it failed {failures} times only");
        fixture.machine.command("hello", [""; 0]).stdout("hello from hello 1.0\n").succeeds();
    }
}

#[test]
fn a_sync_without_enough_space_leaves_the_old_environment() {
    for limit in [Limit::Blocks, Limit::Inodes] {
        let Some((disk, fixture)) = prepared(Kind::Tmpfs, &Directory::ALL) else { return };
        let machine = &fixture.machine;
        let into = disk.root().join("env");
        let program = into.join("bin/hello");
        let sync = ["sync", "pylock.toml", "--into", &into.display().to_string(), "--quiet"].map(str::to_owned);
        machine.write("pylock.toml", lock(&fixture.index, &[large::hello("1.0"), other()]));
        machine.kingbolt(&sync).succeeds();
        fs::write(into.join("thesis.txt"), "years of work").expect("there is space");
        fixture.index.publish(&large::hello("2.0"));
        machine.write("pylock.toml", lock(&fixture.index, &[large::hello("2.0"), other()]));
        let before = (listing(&into), remains_beside_downloads(&fixture));
        let (mut left, mut failures) = (0, 0);
        loop {
            disk.leave(limit, left);
            let outcome = machine.kingbolt(&sync).outcome();
            if outcome.code == Some(0) {
                break;
            }
            let case = format!("with {left} {limit:?} left");
            lacked_space((outcome.code, &outcome.stdout, &outcome.stderr), &case);
            machine.program(&program, [""; 0]).stdout("hello from hello 1.0\n").succeeds();
            disk.leave_all();
            assert_eq!((listing(&into), remains_beside_downloads(&fixture)), before, "{case}");
            failures += 1;
            left += step(left);
        }
        disk.leave_all();
        counted(&format!("environments of `sync` on a full disk, {limit:?}"), failures);
        assert!(failures > 5, "it failed {failures} times only");
        machine.program(&program, [""; 0]).stdout("hello from hello 2.0\n").succeeds();
        assert_eq!(fs::read_to_string(into.join("thesis.txt")).expect("it is there"), "years of work");
    }
}

#[test]
fn a_full_disk_keeps_no_part_of_a_wheel_of_unknown_size() {
    let Some(disk) = Disk::mount(Kind::Tmpfs) else { return };
    let machine = Machine::new().with_directories_below(disk.root(), &[Directory::Cache]);
    let index = Index::offering(&[Feature::Digests, Feature::Sidecars]);
    let Some(Fixture { index, machine }) = Fixture::on(machine, index, &[hello("1.0")]) else { return };
    index.trouble_with(&hello("1.0"), Times::Always, Trouble::Endless);
    disk.leave(Limit::Blocks, 256);
    let outcome = machine.kingbolt(["install", "hello", "--quiet"]).outcome();
    let first = lacked_space((outcome.code, &outcome.stdout, &outcome.stderr), "a wheel without an end");
    assert_eq!(first, "error: failed to save `hello-1.0-py3-none-any.whl`");
    disk.leave_all();
    let left = listing(&machine.directory(Directory::Cache).join("downloads"));
    assert_eq!(left, [".lock"]);
}

#[test]
fn what_is_installed_on_a_full_disk_runs_is_verified_and_removed() {
    for limit in [Limit::Blocks, Limit::Inodes] {
        let Some((disk, fixture)) = prepared(Kind::Tmpfs, &Directory::ALL) else { return };
        prepare_upgrade(&fixture);
        fixture.succeeds(&["upgrade", "hello", "--quiet"]);
        disk.leave(limit, 0);
        fixture.assert_works("2.0");
        fixture.succeeds(&["list"]);
        fixture.succeeds(&["install", "hello", "--quiet"]);
        fixture.succeeds(&["uninstall", "hello", "--quiet"]);
        assert_eq!(remains_beside_downloads(&fixture), Vec::<String>::new());
    }
}

#[test]
fn a_rollback_on_a_full_disk_is_refused_before_anything_changes() {
    for (kind, limit) in [(Kind::Tmpfs, Limit::Blocks), (Kind::Tmpfs, Limit::Inodes), (Kind::Ext4, Limit::Blocks)] {
        let Some((disk, fixture)) = prepared(kind, &Directory::ALL) else { return };
        prepare_upgrade(&fixture);
        fixture.succeeds(&["upgrade", "hello", "--quiet"]);
        let before = remains_beside_downloads(&fixture);
        disk.leave(limit, 0);
        fixture
            .machine
            .kingbolt(["rollback", "hello", "--quiet"])
            .stderr(&format!("error: failed to write to `[DISK]/bin`\n  caused by: [SYSTEM ERROR]\n{}\n", HINTS[0]))
            .exits(8);
        disk.leave_all();
        assert_eq!(remains_beside_downloads(&fixture), before);
        fixture.assert_works("2.0");
        fixture.succeeds(&["rollback", "hello", "--quiet"]);
        fixture.assert_works("1.0");
    }
}

/// Upgrades with more and more space, from none, until it succeeds. Returns the first lines of all errors; `None` where
/// there is no such file system.
#[track_caller]
fn fails_until_there_is_space(kind: Kind, limit: Limit, places: &[Directory]) -> Option<BTreeSet<String>> {
    let (disk, fixture) = prepared(kind, places)?;
    prepare_upgrade(&fixture);
    fixture.keep();
    let before = remains_beside_downloads(&fixture);
    let (mut left, mut failures, mut first_lines) = (0, 0, BTreeSet::new());
    loop {
        disk.leave(limit, left);
        let outcome = fixture.machine.kingbolt(["upgrade", "hello", "--quiet"]).outcome();
        if outcome.code == Some(0) {
            disk.leave_all();
            fixture.assert_works("2.0");
            counted(&format!("upgrades on a full {kind:?}, {limit:?} of {places:?}"), failures);
            assert!(failures > 0, "there was space enough from the start");
            return Some(first_lines);
        }
        let case = format!("with {left} {limit:?} left on {kind:?} for {places:?}");
        first_lines.insert(lacked_space((outcome.code, &outcome.stdout, &outcome.stderr), &case));
        fixture.machine.command("hello", [""; 0]).stdout("hello from hello 1.0\n").succeeds();
        disk.leave_all();
        assert_eq!(remains_beside_downloads(&fixture), before, "{case}");
        fixture.assert_works("1.0");
        fixture.succeeds(&["upgrade", "hello", "--quiet"]);
        fixture.assert_works("2.0");
        fixture.set_back();
        failures += 1;
        left += step(left);
    }
}

/// How much more space there is with the next try.
fn step(left: u64) -> u64 {
    if is_deep() || left < 3 { 1 } else { 3 }
}

/// Asserts that a run, of which there is the code and both outputs, ended with one error that says what the space was
/// missing for. Returns its first line.
#[track_caller]
fn lacked_space(outcome: (Option<i32>, &str, &str), case: &str) -> String {
    let lines: Vec<&str> = outcome.2.lines().collect();
    let [first, causes @ .., last, hint] = lines.as_slice() else { panic!("{case}: {outcome:?}") };
    let is_one_error = first.starts_with("error: failed to ")
        && causes.iter().all(|cause| cause.starts_with("  caused by: "))
        && *last == "  caused by: [SYSTEM ERROR]"
        && HINTS.contains(hint);
    assert!(is_one_error && (outcome.0, outcome.1) == (Some(8), ""), "{case}: {outcome:?}");
    (*first).to_owned()
}

fn prepared(kind: Kind, places: &[Directory]) -> Option<(Disk, Fixture)> {
    let disk = Disk::mount(kind)?;
    let fixture = fixture_on(&disk, places)?;
    Some((disk, fixture))
}
