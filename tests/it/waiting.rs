//! Waits for other processes: each says whom it waits for, and ends when it is asked to.

use std::fs::{self, File};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use rustix::process::Signal;

use crate::support::{Fixture, Machine, Times, Trouble, hello, listing};

#[test]
fn a_command_that_waits_for_another_names_it() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    index.trouble_with(&hello("1.0"), Times::Always, Trouble::Hang);
    let (has_waited, lock) = (AtomicBool::new(false), machine.home().join("kingbolt/locks/hello"));
    let is_held = || fs::read_to_string(&lock).is_ok_and(|text| text.ends_with(" install\n"));
    thread::scope(|scope| {
        let first = machine.kingbolt(["install", "hello", "--quiet"]).stderr("error: interrupted\n");
        scope.spawn(|| first.interrupted_when(|| has_waited.load(Ordering::Relaxed)));
        while !is_held() {
            thread::yield_now();
        }
        // Ten seconds are the limit.
        let outcome = machine.kingbolt(["--no-progress", "uninstall", "hello"]).outcome();
        has_waited.store(true, Ordering::Relaxed);
        let expected = "\
            warning: waiting for another Kingbolt (process [PROCESS], `kingbolt install`)\n\
            error: `[HOME]/kingbolt/locks/hello` is locked by another process (process [PROCESS], `kingbolt install`)\n\
            hint: wait for the other process to finish, then try again\n";
        assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(7), expected));
    });
}

#[test]
fn every_wait_for_a_lock_is_told_and_ends_with_ctrl_c_and_with_sigterm() {
    let Some(Fixture { machine, .. }) = Fixture::hello() else { return };
    let sha256 = hello("1.0").sha256();
    let wheel = format!("kingbolt/store/.locks/{}", &sha256[..32]);
    let download = format!("cache/downloads/{sha256}.lock");
    let locks = ["kingbolt/locks/hello", "kingbolt/store/.lock", &wheel, "cache/downloads/.lock", &download];
    let first_lines = ["", "Resolved 1 package in [TIME]\n"];
    for (index, path) in locks.into_iter().enumerate() {
        for signal in [Signal::INT, Signal::TERM] {
            let _held = hold(&machine, path, &format!("kingbolt {} 1 cache\n", std::process::id()));
            let resolved = first_lines[usize::from(index > 0)];
            let waiting = "warning: waiting for another Kingbolt (process [PROCESS], `kingbolt cache`)";
            let expected = format!("{resolved}{waiting}\nerror: interrupted\n");
            let run = machine.kingbolt(["install", "hello"]).stderr(&expected);
            run.stopped_after_saying(signal, "waiting for another");
        }
    }
    machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
    // Who held a lock is said only while it is held.
    for path in listing(machine.home()).iter().filter(|path| path.contains("/.lock") || path.contains("/locks/")) {
        assert_eq!(fs::read_to_string(machine.home().join(path)).expect("it is ours"), "", "{path}");
    }
}

#[test]
fn a_wait_without_a_limit_ends_when_nobody_holds_the_lock_any_more() {
    let sha256 = hello("1.0").sha256();
    for path in [format!("kingbolt/store/.locks/{}", &sha256[..32]), format!("cache/downloads/{sha256}.lock")] {
        let Some(Fixture { machine, .. }) = Fixture::hello() else { return };
        // The first use of a directory as a cache marks it.
        machine
            .kingbolt(["install", "absent", "--quiet"])
            .stderr(
                "
                error: package `absent` was not found in any index
                hint: check the spelling, or add the package's index with `--index-url` or `--extra-index-url`
                ",
            )
            .exits(3);
        let held = hold(&machine, &path, &format!("kingbolt {} 1 cache\n", std::process::id()));
        let expected = "
            Resolved 1 package in [TIME]
            warning: waiting for another Kingbolt (process [PROCESS], `kingbolt cache`)
            Downloaded 1 wheel ([SIZE]) in [TIME]
            Installed 1 package in [TIME]
            hello 1.0: 1 package, [SIZE], Python [PYTHON VERSION], [TIME]
            Command in [HOME]/bin: hello
            ";
        let run = machine.kingbolt(["install", "hello"]).stderr(expected);
        run.exits_after_saying(0, "waiting for another", |_| drop(held));
    }
}

#[test]
fn a_download_goes_on_when_the_process_that_had_it_is_killed() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    index.trouble_with(&hello("1.0"), Times::First(1), Trouble::Hang);
    let wheel = format!("/files/{}", hello("1.0").file_name);
    let is_downloading = || index.paths().contains(&wheel);
    let has_waited = AtomicBool::new(false);
    thread::scope(|scope| {
        let first = machine.kingbolt(["install", "hello", "--quiet"]);
        scope.spawn(|| first.outcome_killed_when(|| has_waited.load(Ordering::Relaxed)));
        while !is_downloading() {
            thread::yield_now();
        }
        let expected = "
            Resolved 1 package in [TIME]
            warning: waiting for another Kingbolt (process [PROCESS], `kingbolt install`)
            Downloaded 1 wheel ([SIZE]) in [TIME]
            Installed 1 package in [TIME]
            second 1.0: 1 package, [SIZE], Python [PYTHON VERSION], [TIME]
            Command in [HOME]/bin: hello
            ";
        let second = machine.kingbolt(["install", "hello", "--name", "second"]).stderr(expected);
        second.exits_after_saying(0, "waiting for another", |_| has_waited.store(true, Ordering::Relaxed));
    });
}

#[test]
fn the_wait_of_run_for_a_generation_is_told_and_ends_with_a_signal_or_with_its_holder() {
    let Some(Fixture { machine, .. }) = Fixture::hello() else { return };
    machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
    let listed = machine.kingbolt(["list", "--json"]).json();
    let generation = listed["apps"][0]["generation"].as_str().expect("a text").to_owned();
    let take = || {
        let holder = format!("kingbolt {} 1 uninstall\n", std::process::id());
        hold(&machine, &format!("kingbolt/locks/hello+{generation}"), &holder)
    };
    let waiting = "warning: waiting for another Kingbolt (process [PROCESS], `kingbolt uninstall`)\n";
    for signal in [Signal::INT, Signal::TERM] {
        let _held = take();
        let run = machine.kingbolt(["run", "hello"]).stderr(&format!("{waiting}error: interrupted\n"));
        run.stopped_after_saying(signal, "waiting for another");
    }
    let held = take();
    let run = machine.kingbolt(["run", "hello"]).stdout("hello from hello 1.0\n").stderr(waiting);
    run.exits_after_saying(0, "waiting for another", |_| drop(held));
}

#[test]
fn a_holder_that_no_longer_runs_or_cannot_be_understood_is_not_named() {
    let Some(Fixture { machine, .. }) = Fixture::hello() else { return };
    for content in ["", "kingbolt 2147483647 1 cache\n", "kingbolt 1 1 \u{1b}[2J\n", "letter"] {
        let _held = hold(&machine, "kingbolt/store/.lock", content);
        let expected = "
            Resolved 1 package in [TIME]
            warning: waiting for another Kingbolt
            error: interrupted
            ";
        machine.kingbolt(["install", "hello"]).stderr(expected).interrupted_after_saying("waiting for another");
    }
}

#[test]
fn the_wait_for_a_store_or_a_cache_that_is_being_cleared_ends_after_half_a_minute() {
    let expected = |lock: &str, first: &str| {
        format!(
            "\
            Resolved 1 package in [TIME]\n\
            warning: waiting for another Kingbolt\n\
            error: failed to lock {first}\n  caused by: `[HOME]/{lock}` is locked by another process\n\
            hint: wait for the other process to finish, then try again\n"
        )
    };
    thread::scope(|scope| {
        for (path, what) in [
            ("kingbolt/store/.lock", "the store"),
            ("cache/downloads/.lock", "the download of `hello-1.0-py3-none-any.whl`"),
        ] {
            scope.spawn(move || {
                let Some(Fixture { machine, .. }) = Fixture::hello() else { return };
                let _held = hold(&machine, path, "");
                machine.kingbolt(["install", "hello"]).stderr(&expected(path, what)).exits(7);
            });
        }
    });
}

/// Holds a lock whose file says something of its holder.
pub(crate) fn hold(machine: &Machine, path: &str, content: &str) -> File {
    let path = machine.home().join(path);
    fs::create_dir_all(path.parent().unwrap_or(Path::new("."))).expect("it is ours");
    fs::write(&path, content).expect("it is ours");
    let held = File::open(&path).expect("it was just written");
    held.lock().expect("nobody else has it");
    held
}
