//! A change of an environment of `sync` during which files appear, and one that was interrupted.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

#[cfg(unix)]
use crate::own_files::relock;
use crate::own_files::{environment, library, says, synced};
use crate::support::{Fixture, Machine, hello};

const STAGED: &str = ".kingbolt-1-1-new";
const PREVIOUS: &str = ".kingbolt-1-2-previous";

#[test]
#[cfg(unix)]
fn a_file_that_is_written_while_sync_downloads_stays_and_is_named() {
    let Some(fixture) = synced(&[hello("1.0")]) else { return };
    let machine = &fixture.machine;
    let notes = format!("{}/hello/notes.txt", library(machine));
    relock(&fixture, &[hello("2.0")]);
    let download = format!("cache/downloads/{}.lock", hello("2.0").sha256());
    let held = crate::waiting::hold(machine, &download, "");
    let expected = format!(
        "
        warning: waiting for another Kingbolt
        Downloaded 1 wheel ([SIZE]) in [TIME]
        Installed 1 package in [TIME]
        [HOME]/env: 1 package, [SIZE], Python [PYTHON VERSION], [TIME]
        Kept [HOME]/{notes}, which Kingbolt did not create
        "
    );
    machine.kingbolt(["sync", "pylock.toml", "--into", "env"]).stderr(&expected).exits_after_saying(
        0,
        "waiting for another",
        |_| {
            machine.write(&notes, "years of work");
            drop(held);
        },
    );
    assert_eq!(fs::read_to_string(machine.home().join(notes)).ok().as_deref(), Some("years of work"));
    says(machine, "env", "hello from hello 2.0");
}

#[test]
#[cfg(unix)]
fn a_file_that_comes_into_the_way_while_sync_downloads_is_not_replaced() {
    let Some(fixture) = synced(&[hello("1.0")]) else { return };
    let machine = &fixture.machine;
    let before = environment(machine, "env");
    let more = crate::support::Wheel::new("hello", "2.0").file("hello/more.py", "").console("hello", "hello:main");
    let more = more.build();
    relock(&fixture, std::slice::from_ref(&more));
    let path = format!("{}/hello/more.py", library(machine));
    let held = crate::waiting::hold(machine, &format!("cache/downloads/{}.lock", more.sha256()), "");
    let expected = format!(
        "
        warning: waiting for another Kingbolt
        Downloaded 1 wheel ([SIZE]) in [TIME]
        Installed 1 package in [TIME]
        error: `[HOME]/{path}` was not created by Kingbolt, and the new environment needs its path
        hint: move it away, or choose another directory
        "
    );
    machine.kingbolt(["sync", "pylock.toml", "--into", "env"]).stderr(&expected).exits_after_saying(
        8,
        "waiting for another",
        |_| {
            machine.write(&path, "years of work");
            drop(held);
        },
    );
    assert_eq!(fs::read_to_string(machine.home().join(&path)).ok().as_deref(), Some("years of work"));
    fs::remove_file(machine.home().join(&path)).expect("it was written");
    assert_eq!(environment(machine, "env"), before);
    says(machine, "env", "hello from hello 1.0");
}

#[test]
#[cfg(unix)]
fn a_change_is_undone_without_following_links_that_took_the_place_of_directories() {
    let Some(fixture) = synced(&[hello("1.0")]) else { return };
    let machine = &fixture.machine;
    for path in ["elsewhere/hello/thesis.tex", "elsewhere/empty/keep/.keep"] {
        machine.write(path, "years of work");
    }
    fs::remove_file(machine.home().join("elsewhere/empty/keep/.keep")).expect("it was written");
    std::os::unix::fs::symlink("../elsewhere", machine.home().join("env/share")).expect("a link can be made");
    fs::create_dir(machine.home().join("env").join(STAGED)).expect("the environment stands");
    pend(machine, &["share/hello/thesis.tex", "share/empty/keep/file"]);
    machine.kingbolt(["sync", "pylock.toml", "--into", "env", "--quiet"]).succeeds();
    assert_eq!(
        fs::read_to_string(machine.home().join("elsewhere/hello/thesis.tex")).ok().as_deref(),
        Some("years of work")
    );
    assert!(machine.home().join("elsewhere/empty/keep").is_dir());
    says(machine, "env", "hello from hello 1.0");
}

#[test]
fn an_environment_that_cannot_be_put_back_as_a_whole_is_built_again() {
    let Some(fixture) = synced(&[hello("1.0")]) else { return };
    let machine = &fixture.machine;
    let before = environment(machine, "env");
    let module = format!("{}/hello/__init__.py", library(machine));
    let (module, aside) = (machine.home().join(&module), machine.home().join("env").join(PREVIOUS));
    let moved = aside.join(library(machine).trim_start_matches("env/")).join("hello/__init__.py");
    fs::create_dir_all(moved.parent().expect("it is below")).expect("the environment stands");
    fs::rename(&module, moved).expect("it is installed");
    // A new file is in its place already; the directory of the others was removed.
    fs::write(&module, "def main(): print('hello from nobody')").expect("its directory stands");
    pend(machine, &[]);
    machine.kingbolt(["sync", "pylock.toml", "--into", "env", "--quiet"]).succeeds();
    says(machine, "env", "hello from hello 1.0");
    assert_eq!(environment(machine, "env"), before);
}

#[test]
fn a_change_that_was_interrupted_is_known_as_long_as_its_directory_may_come_back() {
    let Some(Fixture { machine, .. }) = synced(&[hello("1.0")]) else { return };
    pend(&machine, &[]);
    let record = record(&machine);
    let disk = machine.home().join("disk");
    // As if a file system were mounted there: its mount point is empty while it is not.
    let text = fs::read_to_string(&record).expect("it is there");
    let mut known: Value = serde_json::from_str(&text).expect("it is JSON");
    for (path, is_known) in [(disk.join("env"), true), (disk.clone(), true), (machine.home().join("gone"), false)] {
        fs::create_dir_all(&disk).expect("home can be filled");
        known["path"] = path.to_str().expect("it is text").into();
        fs::write(&record, known.to_string()).expect("it is ours");
        machine.kingbolt(["cache", "clear", "--quiet"]).succeeds();
        assert_eq!(record.exists(), is_known, "{path:?}");
    }
}

#[test]
fn a_record_of_an_environment_has_16_mebibytes_at_most() {
    let Some(fixture) = synced(&[hello("1.0")]) else { return };
    let machine = &fixture.machine;
    let path = machine.home().join("env/kingbolt.toml");
    let record = fs::read_to_string(&path).expect("it is there");
    let longest = format!("{record}#{}", "-".repeat((16 << 20) - record.len() - 1));
    fs::write(&path, &longest).expect("it is ours");
    machine
        .kingbolt(["sync", "pylock.toml", "--into", "env"])
        .stderr("[HOME]/env already matches the lock\n")
        .succeeds();
    fs::write(&path, longest + "-").expect("it is ours");
    let rebuilt = "
        Installed 1 package in [TIME]
        [HOME]/env: 1 package, [SIZE], Python [PYTHON VERSION], [TIME]
        ";
    machine.kingbolt(["sync", "pylock.toml", "--into", "env"]).stderr(rebuilt).succeeds();
}

/// Makes the home know of a change that was interrupted.
fn pend(machine: &Machine, paths: &[&str]) {
    let record = record(machine);
    let text = fs::read_to_string(&record).expect("it is there");
    let mut known: Value = serde_json::from_str(&text).expect("it is JSON");
    known["change"] = json!({"environment": "0".repeat(32), "staged": STAGED, "previous": PREVIOUS, "paths": paths});
    fs::write(&record, known.to_string()).expect("it is ours");
}

/// The file of the home about the only environment.
fn record(machine: &Machine) -> PathBuf {
    let found = machine.files().into_iter().find(|path| path.contains("/environments/"));
    machine.home().join(found.expect("an environment is known"))
}
