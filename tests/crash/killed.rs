//! Killed at every change of the disk, one after the other.

use std::collections::BTreeMap;
use std::fs;

use crate::apps;
use crate::operations::{
    GIVE_BACK, INSTALL, INSTALL_ANOTHER, INSTALL_FIRST, OWN_FILES, Operation, PRUNE, REPAIR, REPAIR_ALL, ROLL_BACK,
    ROLL_BACK_TO, RUN, SYNC, TAKE_OVER, UNINSTALL, UNINSTALL_LAST, UPGRADE,
};
use crate::support::Fixture;

/// The place that is passed before every single change of the disk.
const DISK: &str = "disk";

/// How many of those places the short form tries for an operation.
const TRIED_ON_DISK: usize = 12;

#[test]
fn an_installation_that_was_killed_anywhere_can_be_retried() {
    kill_everywhere(&INSTALL);
    kill_everywhere(&INSTALL_FIRST);
}

#[test]
fn a_change_of_version_that_was_killed_anywhere_leaves_the_old_or_the_new() {
    kill_everywhere(&INSTALL_ANOTHER);
}

#[test]
fn an_upgrade_that_was_killed_anywhere_leaves_the_old_or_the_new() {
    kill_everywhere(&UPGRADE);
}

#[test]
fn a_rollback_that_was_killed_anywhere_leaves_the_old_or_the_new() {
    kill_everywhere(&ROLL_BACK);
    kill_everywhere(&ROLL_BACK_TO);
}

#[test]
fn a_removal_that_was_killed_anywhere_can_be_retried() {
    kill_everywhere(&UNINSTALL);
    kill_everywhere(&UNINSTALL_LAST);
}

#[test]
fn a_take_over_that_was_killed_anywhere_leaves_the_command_to_one_of_the_apps() {
    kill_everywhere(&TAKE_OVER);
    kill_everywhere(&GIVE_BACK);
}

#[test]
fn a_repair_that_was_killed_anywhere_can_be_retried() {
    kill_everywhere(&REPAIR);
    kill_everywhere(&REPAIR_ALL);
}

#[test]
fn a_run_that_was_killed_while_it_installed_can_be_retried() {
    kill_everywhere(&RUN);
}

#[test]
fn a_sync_that_was_killed_anywhere_can_be_retried() {
    kill_everywhere(&SYNC);
}

#[test]
fn a_prune_that_was_killed_anywhere_can_be_retried() {
    kill_everywhere(&PRUNE);
}

#[test]
fn an_installation_that_was_cut_off_is_not_installed() {
    let Some(fixture) = apps::fixture() else { return };
    let cut_off = fixture.machine.kingbolt(["install", "hello"]);
    let outcome = cut_off.with_variable("KINGBOLT_CHECKPOINT", "environment assembled:1").outcome();
    assert_eq!(outcome.code, None, "{outcome:?}");
    fixture.machine.kingbolt(["list"]).stderr("No apps are installed\n").succeeds();
    fixture.machine.kingbolt(["verify"]).succeeds();
    fixture.machine.kingbolt(["verify", "--repair"]).succeeds();
    fixture.machine.kingbolt(["upgrade", "--all"]).succeeds();
    let error = "error: `hello` is not installed\nhint: no apps are installed\n";
    fixture.machine.kingbolt(["verify", "hello"]).stderr(error).exits(1);
    fixture.machine.kingbolt(["uninstall", "hello", "--quiet"]).succeeds();
    assert_eq!(fixture.machine.files(), Vec::<String>::new());
}

/// Kills an operation at every place that it passes when nobody disturbs it.
fn kill_everywhere(operation: &Operation) {
    let Some(fixture) = apps::fixture() else { return };
    (operation.prepare)(&fixture);
    fixture.keep();
    let log = fixture.machine.home().with_file_name("passed");
    let undisturbed = fixture.machine.kingbolt(operation.command);
    let outcome = undisturbed.with_variable("KINGBOLT_CHECKPOINT_LOG", &log.to_string_lossy()).outcome();
    assert_eq!(outcome.code, Some(0), "{}: {outcome:?}", operation.name);
    let whole = fixture.remains();
    let passed = fs::read_to_string(&log).expect("places were passed");
    let places = chosen(&passed);
    let mut killed = 0;
    for place in &places {
        fixture.set_back();
        if kill_at(&fixture, operation, place, &whole) {
            killed += 1;
        }
    }
    assert!(killed * 10 >= places.len() * 9, "{}: only {killed} of {} died", operation.name, places.len());
    println!("{}: killed at {killed} of {} places", operation.name, passed.lines().count());
}

/// Kills the operation at a place, looks at what is left, and tries again. Tells whether it died: with several threads
/// it may pass a place less often than before.
fn kill_at(fixture: &Fixture, operation: &Operation, place: &str, whole: &[String]) -> bool {
    let at = format!("{} killed at {place}", operation.name);
    let run = fixture.machine.kingbolt(operation.command).with_variable("KINGBOLT_CHECKPOINT", place);
    let outcome = run.outcome();
    let died = outcome.code.is_none();
    assert!(died || outcome.code == Some(0), "{at}: {outcome:?}");
    assert_stands(fixture, operation, &at);
    // The person does not wait for the retry.
    let added = fixture.machine.home().join("env/added.txt");
    let is_sync = operation.name == SYNC.name;
    if is_sync {
        fs::write(&added, "mine").expect("the environment stands");
    }
    let retried = fixture.machine.kingbolt(operation.command).outcome();
    if is_sync {
        fs::remove_file(&added).unwrap_or_else(|error| panic!("{at}: {error}"));
    }
    // A removal that died after its last step was done.
    let app = operation.command.last().unwrap_or(&"");
    let was_done =
        operation.command[0] == "uninstall" && retried.stderr.starts_with(&format!("error: `{app}` is not installed"));
    assert!(retried.code == Some(0) || was_done, "{at}, retried: {retried:?}");
    if !operation.command.contains(&"rollback") || retried.stderr.contains(" to 1.0 (generation") {
        let says = fixture.says("hello");
        assert_eq!(says.as_deref(), operation.after, "{at}, retried");
    }
    let forced = operation.command.contains(&"--force");
    // Forced once more, it builds another generation beside the first, which is synced then.
    let is_compared = |path: &&String| !forced || !path.ends_with("/unsynced");
    let [standing, whole] =
        [fixture.remains(), whole.to_vec()].map(|paths| paths.iter().filter(is_compared).cloned().collect::<Vec<_>>());
    assert_same(&standing, &whole, &at);
    let verified = fixture.machine.kingbolt(["verify"]).outcome();
    assert!(verified.code == Some(0), "{at}, retried: {verified:?}");
    died
}

/// The old version works or the new one; where one of the two is nothing, it may be nothing. Others are not drawn in.
fn assert_stands(fixture: &Fixture, operation: &Operation, at: &str) {
    let says = fixture.says("hello");
    let is_old_or_new = [operation.before, operation.after].contains(&says.as_deref());
    assert!(is_old_or_new, "{at}: {says:?}");
    for path in OWN_FILES.iter().filter(|_| operation.name == SYNC.name) {
        assert!(fixture.machine.home().join(path).is_file(), "{at}: {path}");
    }
    if fixture.machine.home().join("bin/bye").is_symlink() {
        assert_eq!(fixture.says("bye").as_deref(), Some("hello from bye 1.0"), "{at}");
    }
}

/// Compares what stands with what stands after an operation that nobody disturbed.
fn assert_same(standing: &[String], whole: &[String], at: &str) {
    let more: Vec<_> = standing.iter().filter(|path| !whole.contains(path)).collect();
    let less: Vec<_> = whole.iter().filter(|path| !standing.contains(path)).collect();
    assert!(more.is_empty() && less.is_empty(), "{at}, retried: left over {more:?}, missing {less:?}");
}

/// The places to die at: in the long form all of them, else the first and the last of each name, and some of those
/// that are passed before every change.
fn chosen(passed: &str) -> Vec<String> {
    let mut by_name: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for place in passed.lines() {
        by_name.entry(place.split(':').next().unwrap_or_default()).or_default().push(place);
    }
    let deep = std::env::var_os("KINGBOLT_TEST_DEEP").is_some();
    let mut chosen = Vec::new();
    for (name, places) in by_name {
        let (stride, last) = match name {
            _ if deep => (1, None),
            DISK => (places.len().div_ceil(TRIED_ON_DISK), None),
            _ => (places.len(), places.last().filter(|_| places.len() > 1)),
        };
        chosen.extend(places.iter().step_by(stride).chain(last).map(|place| (*place).to_owned()));
    }
    chosen
}
