//! The plan that `--dry-run` prints is what is then done, step by step.

use crate::support::{Fixture, Index, dependent_hello, lock, other};

/// The beginning of each step's text, by its name in JSON.
const STEPS: &[(&str, &str)] = &[
    ("check", "check that the commands of "),
    ("check-commands", "check that the command names of "),
    ("complete", "mark the environment as complete"),
    ("create-environment", "create the environment "),
    ("fetch", "fetch and verify "),
    ("flip", "make it current: "),
    ("install", "install "),
    ("place-commands", "link the commands of "),
    ("put-in-place", "move the new environment into "),
    ("remove-old", "remove files that are no longer needed"),
    ("remove-previous", "remove the previous environment"),
    ("sync-files", "sync the new files to disk"),
    ("write-receipt", "write the receipt "),
];

/// Runs a command dry, as text and as JSON, and then for real: its steps are the same each time.
#[track_caller]
fn assert_plan_is_done(fixture: &Fixture, arguments: &[&str]) -> Vec<String> {
    let run = |more: &[&str]| fixture.machine.kingbolt([arguments, more].concat());
    let planned = run(&["--dry-run", "-v"]).outcome();
    let json = run(&["--dry-run", "--json", "--quiet"]).json();
    let done = run(&["-v"]).outcome();
    assert_eq!(done.code, Some(0), "{}", done.shown());
    let done = steps(&done.stderr);
    assert_eq!(steps(&planned.stdout), done);
    let result = json.get("results").map_or(&json, |results| &results[0]);
    let planned = result["plan"]["steps"].as_array().expect("a list").iter().map(|step| step["step"].as_str());
    let planned: Vec<&str> = planned.map(|name| name.expect("a text")).collect();
    let texts = done.iter().filter_map(|line| line.split_once(". ")).map(|(_, text)| text);
    let names = texts.map(|text| STEPS.iter().find(|(_, begin)| text.starts_with(begin)).expect("a known step").0);
    assert_eq!(planned, names.collect::<Vec<_>>());
    planned.into_iter().map(str::to_owned).collect()
}

/// The numbered lines of an output, and those that belong to them.
fn steps(output: &str) -> Vec<String> {
    let is_step = |line: &&str| {
        let number = line.strip_prefix("  ").and_then(|line| line.chars().next());
        number.is_some_and(|first| first.is_ascii_digit()) || line.starts_with("       ")
    };
    output.lines().filter(is_step).map(str::to_owned).collect()
}

#[test]
fn an_installation_does_exactly_the_steps_that_a_dry_run_prints() {
    let Some(fixture) = Fixture::dependent_hello() else { return };
    let steps = assert_plan_is_done(&fixture, &["install", "hello"]);
    let activation = ["check-commands", "flip", "place-commands", "remove-old", "write-receipt"];
    assert_eq!(steps, [&["fetch", "create-environment", "install", "complete"], activation.as_slice()].concat());
    // The wheels are in the store by now, and something that works is replaced.
    let steps = assert_plan_is_done(&fixture, &["install", "hello", "--force"]);
    let build = ["create-environment", "install", "sync-files", "complete"];
    assert_eq!(steps, [build.as_slice(), activation.as_slice()].concat());
}

#[test]
#[cfg(unix)]
fn steps_write_the_home_directory_as_other_output_does() {
    let Some(Fixture { machine, .. }) = Fixture::dependent_hello() else { return };
    // Both forms of the home directory have the same name in tests; this one has the short form alone.
    let home = machine.home().join("kingbolt");
    std::fs::create_dir(&home).expect("its place is free");
    let home = home.to_str().expect("it is text");
    let planned = machine.kingbolt(["install", "hello", "--dry-run", "-v"]).with_variable("HOME", home).outcome();
    let done = machine.kingbolt(["install", "hello", "-v"]).with_variable("HOME", home).outcome();
    assert_eq!(steps(&planned.stdout), steps(&done.stderr));
    let flip: Vec<_> = steps(&done.stderr).into_iter().filter(|step| step.contains("make it current")).collect();
    assert_eq!(flip, ["  6. make it current: [HOME]/apps/hello/current"]);
}

#[test]
fn an_upgrade_does_exactly_the_steps_that_a_dry_run_prints() {
    let Some(fixture) = Fixture::installed() else { return };
    fixture.index.publish(&dependent_hello("1.1"));
    let steps = assert_plan_is_done(&fixture, &["upgrade", "hello"]);
    let build = ["fetch", "create-environment", "install", "sync-files", "complete", "check"];
    let activation = ["check-commands", "flip", "place-commands", "remove-old", "write-receipt"];
    assert_eq!(steps, [build.as_slice(), activation.as_slice()].concat());
}

#[test]
fn a_return_to_a_generation_that_is_still_there_builds_nothing() {
    let Some(fixture) = Fixture::installed() else { return };
    fixture.index.publish(&dependent_hello("1.1"));
    fixture.machine.kingbolt(["install", "hello<1.1", "--quiet"]).succeeds();
    let steps = assert_plan_is_done(&fixture, &["install", "hello"]);
    assert_eq!(steps.last().map(String::as_str), Some("write-receipt"));
    let steps = assert_plan_is_done(&fixture, &["install", "hello<1.1"]);
    assert_eq!(steps, ["check-commands", "flip", "place-commands", "remove-old", "write-receipt"]);
}

#[test]
fn a_sync_does_exactly_the_steps_that_a_dry_run_prints() {
    let Some(fixture) = Fixture::dependent_hello() else { return };
    let wheels = [dependent_hello("1.0"), other()];
    fixture.machine.write("pylock.toml", lock(&fixture.index, &wheels));
    let steps = assert_plan_is_done(&fixture, &["sync", "pylock.toml", "--into", "env"]);
    assert_eq!(steps, ["fetch", "create-environment", "install", "put-in-place", "complete"]);
    let steps = assert_plan_is_done(&fixture, &["sync", "pylock.toml", "--into", "env", "--force"]);
    assert_eq!(steps, ["create-environment", "install", "put-in-place", "complete", "remove-previous"]);
}

#[test]
fn a_dry_run_creates_nothing() {
    // Without parts of files, the metadata comes from whole wheels.
    for index in [Index::complete(), Index::plain()] {
        let wheels = [dependent_hello("1.0"), other()];
        let Some(Fixture { index, machine }) = Fixture::serving(index, &wheels) else { return };
        machine.write("pylock.toml", lock(&index, &wheels));
        let planned = |name: &str| format!("{name} on Python [PYTHON VERSION] ([PYTHON])\n  hello 1.0\n  other 2.1\n");
        for (arguments, told) in [
            (["install", "hello"].as_slice(), planned("hello")),
            (&["sync", "pylock.toml", "--into", "env"], planned("[HOME]/env")),
        ] {
            machine.kingbolt([arguments, &["--dry-run", "--quiet"]].concat()).stdout(&told).succeeds();
            assert_eq!(machine.everything(), ["pylock.toml"], "{arguments:?}");
            assert_eq!(machine.files(), ["pylock.toml"], "the directory for temporary files is empty");
        }
        machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
        machine.kingbolt(["cache", "clear", "--quiet"]).succeeds();
        let before = machine.everything();
        for (arguments, told) in
            [(["install", "hello", "--force"].as_slice(), planned("hello")), (&["upgrade", "hello"], String::new())]
        {
            machine.kingbolt([arguments, &["--dry-run", "--quiet"]].concat()).stdout(&told).succeeds();
            assert_eq!(machine.everything(), before, "{arguments:?}");
        }
    }
}

#[test]
fn a_dry_run_of_sync_refuses_a_directory_that_the_run_would_refuse() {
    let Some(fixture) = Fixture::dependent_hello() else { return };
    fixture.machine.write("pylock.toml", lock(&fixture.index, &[dependent_hello("1.0"), other()]));
    fixture.machine.write("project/thesis.tex", "precious");
    for more in [&["--dry-run"][..], &[]] {
        fixture
            .machine
            .kingbolt([&["sync", "pylock.toml", "--into", "project"], more].concat())
            .stderr(
                "
                error: `[HOME]/project` is not empty and was not created by Kingbolt
                hint: choose another directory, or empty this one
                ",
            )
            .exits(8);
    }
}
