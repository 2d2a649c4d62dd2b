//! Commands that change several apps: one that fails does not keep the others from being changed.

use std::env::consts::EXE_SUFFIX;
use std::fs;

use crate::support::{Directory, Fixture, app};

#[test]
fn one_of_several_sources_that_fails_does_not_keep_the_others_from_being_installed() {
    let Some(Fixture { index, machine }) = Fixture::installed() else { return };
    index.publish(&app("bye", "1.0"));
    machine
        .kingbolt(["install", "nope", "hello", "bye"])
        .stderr(
            "
            error: failed to install `nope`
              caused by: package `nope` was not found in any index
            hint: check the spelling, or add the package's index with `--index-url` or `--extra-index-url`
            hello 1.0 is already installed
            Command in [HOME]/bin: hello
            bye 1.0: 1 package, [SIZE], Python [PYTHON VERSION], [TIME]
            Command in [HOME]/bin: bye
            Installed 1 of 3 apps; 1 already installed
            error: 1 of 3 apps failed
            ",
        )
        .exits(3);
    machine.command("bye", [""; 0]).stdout("hello from bye 1.0\n").succeeds();
}

#[test]
fn several_sources_that_fail_end_with_the_worst_of_their_codes() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    index.publish_with(&app("bye", "1.0"), |file| file.sha256 = Some("0".repeat(64)));
    let outcome = machine.kingbolt(["install", "nope", "bye", "hello", "--json", "--quiet"]).outcome();
    assert_eq!(outcome.code, Some(4), "{outcome:?}");
    let document: serde_json::Value = serde_json::from_str(&outcome.stdout).expect("one document");
    let results = document["results"].as_array().expect("a list");
    let shown: Vec<_> =
        results.iter().map(|result| (&result["status"], &result["app"], &result["error"]["exit_code"])).collect();
    let none = serde_json::Value::Null;
    assert_eq!(
        shown,
        [
            (&"failed".into(), &"nope".into(), &3.into()),
            (&"failed".into(), &"bye".into(), &4.into()),
            (&"installed".into(), &"hello".into(), &none),
        ]
    );
    assert_eq!((&results[1]["source"], &document["error"]["exit_code"]), (&"bye".into(), &4.into()));
    machine.command("hello", [""; 0]).stdout("hello from hello 1.0\n").succeeds();
}

#[test]
fn a_plan_for_several_sources_goes_on_after_one_that_fails() {
    let Some(Fixture { machine, .. }) = Fixture::hello() else { return };
    machine
        .kingbolt(["install", "nope", "hello", "--dry-run"])
        .planning_hello("1.0")
        .stderr(
            "
            error: failed to install `nope`
              caused by: package `nope` was not found in any index
            hint: check the spelling, or add the package's index with `--index-url` or `--extra-index-url`
            error: 1 of 2 apps failed
            ",
        )
        .exits(3);
}

#[test]
fn a_source_that_is_none_keeps_everything_as_it_is() {
    let Some(Fixture { machine, .. }) = Fixture::hello() else { return };
    machine
        .kingbolt(["install", "hello", "bye==="])
        .stderr(
            "
            error: `bye===` is not an installable source
              caused by: `bye===` is not a valid requirement: `===` is not a valid version specifier
            hint: pass a package (`httpie`), a requirement (`black[d]>=24`), the path or URL of a wheel or a source archive, a directory (`./project`), or a repository (`git+https://…`)
            ",
        )
        .exits(2);
    assert_eq!(machine.everything(), Vec::<String>::new());
}

#[test]
fn apps_that_fail_to_be_removed_are_in_the_document() {
    let Some(Fixture { machine, .. }) = Fixture::installed() else { return };
    let document = machine.kingbolt(["uninstall", "absent", "hello", "--json", "--quiet"]).json();
    assert_eq!((&document["failed"][0]["app"], &document["apps"][0]["app"]), (&"absent".into(), &"hello".into()));
    assert_eq!(document["failed"][0]["error"]["exit_code"], 1);
}

#[test]
fn of_several_apps_a_damaged_one_counts_more_than_an_absent_one() {
    let Some(Fixture { machine, .. }) = Fixture::installed() else { return };
    let command = machine.directory(Directory::Bin).join(format!("hello{EXE_SUFFIX}"));
    fs::remove_file(command).expect("it is there");
    machine
        .kingbolt(["verify", "absent", "hello"])
        .stdout(&format!("hello 1.0: 1 problem\n    missing command  [HOME]/bin/hello{EXE_SUFFIX}\n"))
        .stderr(
            "
            error: failed to verify `absent`
              caused by: `absent` is not installed
            hint: installed apps: hello
            error: 2 of 2 apps failed
            ",
        )
        .exits(4);
}

#[test]
fn a_command_that_was_removed_is_told_as_missing_and_the_hint_names_its_app() {
    let Some(Fixture { index, machine }) = Fixture::installed() else { return };
    index.publish(&app("bye", "1.0"));
    machine.kingbolt(["install", "bye", "--quiet"]).succeeds();
    let file = format!("hello{EXE_SUFFIX}");
    fs::remove_file(machine.directory(Directory::Bin).join(&file)).expect("it is there");
    machine
        .kingbolt(["verify"])
        .stdout(&format!(
            "
            bye 1.0: {} files in 1 package, no problems
            hello 1.0: 1 problem
                missing command  [HOME]/bin/{file}
            ",
            if cfg!(windows) { 10 } else { 8 }
        ))
        .stderr(
            "
            error: 1 of 2 apps has changed or missing files
            hint: run `kingbolt verify --repair hello` to repair the damage
            ",
        )
        .exits(4);
}
