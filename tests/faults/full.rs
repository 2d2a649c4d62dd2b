//! Disks that are full, at every size at which they can be: what was installed still works, nothing is left of the
//! attempt but what the next one goes on from, and that succeeds where there is space.

use std::collections::BTreeSet;

use crate::counted;
use crate::disk::{Disk, Kind, Limit};
use crate::is_deep;
use crate::stage::{EVERYTHING, Place, Stage};

/// How an error for want of space may end.
const HINTS: [&str; 2] = [
    "hint: free some space, or set KINGBOLT_HOME and KINGBOLT_CACHE_DIR to directories on another disk",
    "hint: free some space, or set KINGBOLT_CACHE_DIR to a directory on another disk",
];

/// What fails where less and less space is left: the last is the first that an upgrade does.
const STAGES: [&str; 4] = [
    "error: failed to assemble the environment",
    "error: failed to create the environment",
    "error: failed to save `hello-2.0-py3-none-any.whl`",
    "error: failed to unpack the wheel `hello-2.0-py3-none-any.whl`",
];

#[test]
fn an_upgrade_without_enough_space_leaves_the_old_version() {
    let stages = fails_until_there_is_space(Kind::Tmpfs, Limit::Blocks, &EVERYTHING);
    if let Some(stages) = stages {
        assert!(STAGES.iter().all(|stage| stages.contains(*stage)), "{stages:?}");
    }
    fails_until_there_is_space(Kind::Ext4, Limit::Blocks, &EVERYTHING);
}

#[test]
fn an_upgrade_beyond_a_quota_leaves_the_old_version() {
    fails_until_there_is_space(Kind::Btrfs, Limit::Blocks, &EVERYTHING);
}

#[test]
fn an_upgrade_without_enough_inodes_leaves_the_old_version() {
    fails_until_there_is_space(Kind::Tmpfs, Limit::Inodes, &EVERYTHING);
    if is_deep() {
        fails_until_there_is_space(Kind::Ext4, Limit::Inodes, &EVERYTHING);
    }
}

#[test]
fn an_upgrade_without_space_in_one_of_several_places_leaves_the_old_version() {
    fails_until_there_is_space(Kind::Tmpfs, Limit::Blocks, &[Place::Home]);
    fails_until_there_is_space(Kind::Tmpfs, Limit::Blocks, &[Place::Cache]);
    fails_until_there_is_space(Kind::Tmpfs, Limit::Inodes, &[Place::Bin]);
}

#[test]
fn an_installation_without_enough_space_leaves_nothing() {
    for limit in [Limit::Blocks, Limit::Inodes] {
        let Some((disk, stage)) = prepared(Kind::Tmpfs, &EVERYTHING) else { return };
        let (mut left, mut failures) = (1, 0);
        loop {
            disk.leave(limit, left);
            let outcome = stage.machine.kingbolt(["install", "hello", "--quiet"]).outcome();
            if outcome.code == Some(0) {
                break;
            }
            let case = format!("with {left} {limit:?} left");
            lacked_space((outcome.code, &outcome.stdout, &outcome.stderr), &case);
            disk.leave_all();
            assert_eq!(stage.standing_beside_downloads(), Vec::<String>::new(), "{case}");
            failures += 1;
            left += step(left);
        }
        assert!(failures > 5, "it failed {failures} times only");
        stage.hello().stdout("hello from hello 1.0\n").succeeds();
    }
}

#[test]
fn what_is_installed_on_a_full_disk_runs_is_verified_and_removed() {
    for limit in [Limit::Blocks, Limit::Inodes] {
        let Some((disk, stage)) = prepared(Kind::Tmpfs, &EVERYTHING) else { return };
        stage.prepare_upgrade();
        stage.succeeds(&["upgrade", "hello", "--quiet"]);
        disk.leave(limit, 0);
        stage.works("2.0");
        stage.succeeds(&["list"]);
        stage.succeeds(&["install", "hello", "--quiet"]);
        stage.succeeds(&["uninstall", "hello", "--quiet"]);
        assert_eq!(stage.standing_beside_downloads(), Vec::<String>::new());
    }
}

#[test]
fn a_rollback_on_a_full_disk_is_refused_before_anything_changes() {
    for (kind, limit) in [(Kind::Tmpfs, Limit::Blocks), (Kind::Tmpfs, Limit::Inodes), (Kind::Ext4, Limit::Blocks)] {
        let Some((disk, stage)) = prepared(kind, &EVERYTHING) else { return };
        stage.prepare_upgrade();
        stage.succeeds(&["upgrade", "hello", "--quiet"]);
        let before = stage.standing_beside_downloads();
        disk.leave(limit, 0);
        stage
            .machine
            .kingbolt(["rollback", "hello", "--quiet"])
            .stderr(&format!("error: failed to write to `[DISK]/bin`\n  caused by: [SYSTEM ERROR]\n{}\n", HINTS[0]))
            .exits(8);
        disk.leave_all();
        assert_eq!(stage.standing_beside_downloads(), before);
        stage.works("2.0");
        stage.succeeds(&["rollback", "hello", "--quiet"]);
        stage.works("1.0");
    }
}

/// Upgrades with more and more space, from none, until it succeeds. Returns the first lines of all errors; `None` where
/// there is no such file system.
#[track_caller]
fn fails_until_there_is_space(kind: Kind, limit: Limit, places: &[Place]) -> Option<BTreeSet<String>> {
    let (disk, stage) = prepared(kind, places)?;
    stage.prepare_upgrade();
    stage.keep();
    let before = stage.standing_beside_downloads();
    let (mut left, mut failures, mut stages) = (0, 0, BTreeSet::new());
    loop {
        disk.leave(limit, left);
        let outcome = stage.machine.kingbolt(["upgrade", "hello", "--quiet"]).outcome();
        if outcome.code == Some(0) {
            disk.leave_all();
            stage.works("2.0");
            counted(&format!("upgrades on a full {kind:?}, {limit:?} of {places:?}"), failures);
            assert!(failures > 0, "there was space enough from the start");
            return Some(stages);
        }
        let case = format!("with {left} {limit:?} left on {kind:?} for {places:?}");
        stages.insert(lacked_space((outcome.code, &outcome.stdout, &outcome.stderr), &case));
        stage.hello().stdout("hello from hello 1.0\n").succeeds();
        disk.leave_all();
        assert_eq!(stage.standing_beside_downloads(), before, "{case}");
        stage.works("1.0");
        stage.succeeds(&["upgrade", "hello", "--quiet"]);
        stage.works("2.0");
        stage.set_back();
        failures += 1;
        left += step(left);
    }
}

/// How much more space there is with the next try.
fn step(left: u64) -> u64 {
    if is_deep() || left < 3 { 1 } else { 5 }
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

fn prepared(kind: Kind, places: &[Place]) -> Option<(Disk, Stage)> {
    let disk = Disk::mount(kind)?;
    let stage = Stage::new(&disk, places)?;
    Some((disk, stage))
}
