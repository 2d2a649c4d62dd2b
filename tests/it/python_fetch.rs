//! Pythons that are fetched because none that is there suits.

use std::fs;

use crate::support::{Fixture, Index, Machine, PythonBuilds, Wheel, app, build_name, hello, lock};

/// A machine that can fetch Pythons 3.97.1 and 3.96.4.
fn fixture() -> Option<Fixture> {
    let Fixture { index, machine } = Fixture::hello()?;
    let machine = PythonBuilds::telling(&["3.97.1", "3.96.4"]).served_to(machine, &index);
    let machine = machine.naming(&build_name("3.97.1"), "[BUILD]").naming(crate::support::target(), "[TARGET]");
    Some(Fixture { index, machine })
}

/// The number of archives that a server was asked for.
fn fetched(index: &Index) -> usize {
    index.paths().iter().filter(|path| path.starts_with("/pythons/")).count()
}

/// The Python of an app.
#[track_caller]
fn python_of(machine: &Machine, name: &str) -> String {
    let document = machine.kingbolt(["list", "--json", name]).json();
    document["apps"][0]["python"].as_str().expect("it is installed").to_owned()
}

#[test]
fn a_python_that_is_missing_is_fetched_once_for_all_apps() {
    let Some(Fixture { index, machine }) = fixture() else { return };
    index.publish(&app("bye", "1.0"));
    machine
        .kingbolt(["install", "hello", "--python", "3.97"])
        .stderr(
            "
            Downloaded 1 Python ([SIZE]) in [TIME]
            Fetched Python 3.97.1
            Resolved 1 package in [TIME]
            Downloaded 1 wheel ([SIZE]) in [TIME]
            Installed 1 package in [TIME]
            hello 1.0: 1 package, [SIZE], Python 3.97.1, [TIME]
            Command in [HOME]/bin: hello
            ",
        )
        .succeeds();
    machine.kingbolt(["install", "bye", "--python", ">=3.97", "--quiet"]).succeeds();
    assert_eq!(fetched(&index), 1);
    machine.kingbolt(["list"]).stdout("bye    1.0  Python 3.97.1  bye\nhello  1.0  Python 3.97.1  hello\n").succeeds();
    let details = machine.kingbolt(["list", "-v", "hello"]).outcome().stdout;
    let told = details.lines().find(|line| line.starts_with("    Python "));
    assert_eq!(told, Some("    Python      [HOME]/kingbolt/pythons/[BUILD]/bin/python3.97 (managed)"));
    assert_eq!(machine.kingbolt(["list", "--json", "hello"]).json()["apps"][0]["python_source"], "managed");
}

#[test]
fn a_plan_says_which_python_would_be_fetched_and_fetches_none() {
    let Some(Fixture { index, machine }) = fixture() else { return };
    let plan = ["install", "hello", "--python", "3.97", "--dry-run"];
    machine
        .kingbolt(plan)
        .stdout(
            "
            hello on Python 3.97.1 (to be fetched)
              hello 1.0
            ",
        )
        .stderr("Resolved 1 package in [TIME]\n")
        .succeeds();
    machine
        .kingbolt(plan.iter().chain(&["-v"]))
        .stdout(
            "
            hello on Python 3.97.1 (to be fetched)
              hello 1.0
            Planned steps:
              1. fetch and verify Python [BUILD] from [INDEX]/pythons/20260101/cpython-3.97.1%2B20260101-[TARGET]-install_only_stripped.tar.gz
              2. fetch and verify 1 wheel
                   hello-1.0-py3-none-any.whl
              3. create the environment [HOME]/kingbolt/apps/hello/generations/1-[ID]
              4. install 1 package into it
              5. mark the environment as complete
              6. check that the command names of hello are free in [HOME]/bin
              7. make it current: [HOME]/kingbolt/apps/hello/current
              8. link the commands of hello in [HOME]/bin
              9. remove files that are no longer needed
              10. write the receipt [HOME]/kingbolt/apps/hello/receipt.toml
            ",
        )
        .stderr("Resolved 1 package in [TIME]\n")
        .succeeds();
    let document = machine.kingbolt(plan.iter().chain(&["--json", "--quiet"])).json();
    let python = &document["results"][0]["plan"]["fetched_python"];
    assert_eq!(python["build"], "[BUILD]");
    assert_eq!(fetched(&index), 0);
    assert_eq!(machine.files(), Vec::<String>::new());
}

#[test]
fn a_package_or_a_dependency_that_needs_a_later_python_gets_it() {
    let Some(Fixture { index, machine }) = fixture() else { return };
    let new = |name: &str| Wheel::new(name, "1.0").console(name, &format!("{name}:main"));
    index.publish(&new("new").requires_python(">=3.96").build());
    index.publish(&new("strict").requires_python("<3.97,>=3.96").build());
    index.publish(&new("user").requires("new").build());
    for (name, python) in [("user", "3.97.1"), ("new", "3.97.1"), ("strict", "3.96.4")] {
        machine.kingbolt(["install", name, "--quiet"]).succeeds();
        assert_eq!(python_of(&machine, name), python, "{name}");
    }
    // One that is happy with what is there gets no other.
    machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
    assert!(!python_of(&machine, "hello").starts_with("3.9"));
    assert_eq!(fetched(&index), 2);
}

#[test]
fn where_nothing_may_be_fetched_the_command_that_helps_is_named() {
    let Some(Fixture { index, machine }) = fixture() else { return };
    index.publish(&Wheel::new("new", "1.0").requires_python(">=3.97").console("new", "new:main").build());
    let can = "Kingbolt can fetch Python 3.97.1: run `kingbolt python install 3.97.1`";
    for (options, variables, hint) in [
        (&["--no-python-downloads"][..], &[][..], format!("{can} with KINGBOLT_PYTHON_DOWNLOADS=manual")),
        (&[], &[("KINGBOLT_PYTHON_DOWNLOADS", "never")], format!("{can} with KINGBOLT_PYTHON_DOWNLOADS=manual")),
        (&[], &[("UV_PYTHON_DOWNLOADS", "false")], format!("{can} with KINGBOLT_PYTHON_DOWNLOADS=manual")),
        (&[], &[("UV_PYTHON_DOWNLOADS", "manual")], can.to_owned()),
        (&["--offline"], &[], format!("{can} with a network")),
    ] {
        let found = format!(
            "
            error: no Python on this machine matches `==3.97.*`; found:
              [PYTHON]: CPython [PYTHON VERSION]
            hint: {hint}
            "
        );
        let run = machine.kingbolt(["install", "hello", "--python", "3.97"].iter().chain(options));
        let run = variables.iter().fold(run, |run, (name, value)| run.with_variable(name, value));
        run.beside_other_pythons().stderr(&found).exits(6);
    }
    machine
        .kingbolt(["install", "new", "--no-python-downloads"])
        .stderr(&format!(
            "
            error: `new` 1.0 requires Python >=3.97, not [PYTHON VERSION]
            hint: {can} with KINGBOLT_PYTHON_DOWNLOADS=manual
            "
        ))
        .exits(6);
    // A preference for those of the system rules out the others.
    let outcome = machine.kingbolt(["install", "new", "--python-preference", "only-system"]).outcome();
    assert_eq!((outcome.code, outcome.stderr.contains("can fetch")), (Some(6), false));
    assert_eq!(fetched(&index), 0);
    assert_eq!(machine.files(), Vec::<String>::new());
}

#[test]
fn a_python_that_nobody_builds_is_told_with_those_that_can_be_fetched() {
    let Some(Fixture { index, machine }) = fixture() else { return };
    machine
        .kingbolt(["install", "hello", "--python", "3.95"])
        .beside_other_pythons()
        .stderr(
            "
            error: no Python on this machine matches `==3.95.*`; found:
              [PYTHON]: CPython [PYTHON VERSION]
            hint: pass another version or the path of an interpreter with `--python`; Kingbolt can fetch Python 3.96.4, 3.97.1
            ",
        )
        .exits(6);
    assert_eq!(fetched(&index), 0);
}

#[test]
fn a_mirror_that_is_a_directory_serves_offline_too() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
    let machine = PythonBuilds::telling(&["3.97.1"]).in_directory_for(machine);
    machine.kingbolt(["upgrade", "hello", "--python", "3.97", "--no-smoke", "--offline", "--quiet"]).succeeds();
    assert_eq!(python_of(&machine, "hello"), "3.97.1");
    drop(index);
}

#[test]
fn every_command_that_chooses_a_python_fetches_one() {
    let Some(Fixture { index, machine }) = fixture() else { return };
    let new = Wheel::new("new", "1.0").requires_python(">=3.97").console("new", "new:main").build();
    index.publish(&new);
    machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
    // Injected packages may need another Python.
    machine.kingbolt(["inject", "hello", "new", "--quiet"]).succeeds();
    assert_eq!(python_of(&machine, "hello"), "3.97.1");
    // Its Python goes with it.
    machine.kingbolt(["uninstall", "hello", "--quiet"]).succeeds();
    assert!(!machine.home().join("kingbolt/pythons").exists());
    // The Python of `run` ends with success, whatever it was asked for.
    assert_eq!(machine.kingbolt(["run", "--quiet", "new"]).outcome().code, Some(0));
    fs::remove_dir_all(machine.home().join("kingbolt/pythons")).expect("it is Kingbolt's");
    machine.write("plain.py", "# /// script\n# requires-python = \">=3.97\"\n# ///\n");
    assert_eq!(machine.kingbolt(["run", "--quiet", "./plain.py"]).outcome().code, Some(0));
    fs::remove_dir_all(machine.home().join("kingbolt/pythons")).expect("it is Kingbolt's");
    let text = lock(&index, &[new]).replacen("lock-version", "requires-python = \">=3.97\"\nlock-version", 1);
    machine.write("pylock.toml", text);
    machine
        .kingbolt(["sync", "pylock.toml", "--into", "env", "--dry-run"])
        .stderr("")
        .stdout(
            "
        [HOME]/env on Python 3.97.1 (to be fetched)
          new 1.0
        ",
        )
        .succeeds();
    machine.kingbolt(["sync", "pylock.toml", "--into", "env", "--quiet"]).succeeds();
    assert_eq!(fetched(&index), 4);
}

#[test]
fn a_managed_python_that_was_removed_is_fetched_again_by_a_repair() {
    let Some(Fixture { index, machine }) = fixture() else { return };
    machine.kingbolt(["install", "hello", "--python", "3.97", "--quiet"]).succeeds();
    fs::remove_dir_all(machine.home().join("kingbolt/pythons")).expect("it is Kingbolt's");
    assert_eq!(machine.kingbolt(["verify"]).outcome().code, Some(4));
    assert_eq!(machine.kingbolt(["verify", "--repair", "--quiet"]).outcome().code, Some(0));
    assert_eq!((python_of(&machine, "hello"), fetched(&index)), ("3.97.1".to_owned(), 2));
    machine.verifies(&["hello 1.0"]);
}

#[test]
fn an_upgrade_moves_an_app_to_the_newest_patch_release_of_its_managed_python_and_a_rollback_goes_back() {
    let Some(Fixture { index, machine }) = fixture() else { return };
    machine.kingbolt(["install", "hello", "--quiet", "--python", "3.97"]).succeeds();
    index.publish(&hello("1.0"));
    let machine = PythonBuilds::telling(&["3.97.10", "3.97.1", "3.98.0"]).served_to(machine, &index);
    let plan = "hello on Python 3.97.10 (to be fetched)\n";
    machine
        .kingbolt(["upgrade", "hello", "--dry-run"])
        .stdout(plan)
        .stderr("Resolved 1 package in [TIME]\n")
        .succeeds();
    machine
        .kingbolt(["upgrade", "hello", "--no-smoke"])
        .stderr(
            "
            Downloaded 1 Python ([SIZE]) in [TIME]
            Fetched Python 3.97.10
            Resolved 1 package in [TIME]
            Installed 1 package in [TIME]
            hello 1.0 (was on Python 3.97.1): 1 package, [SIZE], Python 3.97.10, [TIME]
            ",
        )
        .succeeds();
    machine
        .kingbolt(["upgrade", "hello", "--no-smoke"])
        .stderr("Resolved 1 package in [TIME]\nhello 1.0 is up to date\n")
        .succeeds();
    machine.kingbolt(["rollback", "hello", "--quiet"]).succeeds();
    assert_eq!(python_of(&machine, "hello"), "3.97.1");
    // Where it cannot be fetched, or nothing may be, the app keeps its Python.
    let machine = PythonBuilds::telling(&["3.97.12"]).in_directory_for(machine);
    fs::remove_dir_all(machine.home().with_file_name("mirror")).expect("it was just made");
    machine
        .kingbolt(["upgrade", "hello", "--no-smoke"])
        .stderr(
            "
            warning: Python 3.97.12 cannot be fetched: failed to save `cpython-3.97.12+20260101-[TARGET]-install_only_stripped.tar.gz`: failed to open `[ROOT]/mirror/20260101/cpython-3.97.12+20260101-[TARGET]-install_only_stripped.tar.gz`: [SYSTEM ERROR]
            Resolved 1 package in [TIME]
            hello 1.0 is up to date
            ",
        )
        .succeeds();
    let machine = PythonBuilds::telling(&["3.97.11"]).served_to(machine, &index);
    let upgrade = ["upgrade", "hello", "--no-smoke", "--no-python-downloads"];
    machine.kingbolt(upgrade).stderr("Resolved 1 package in [TIME]\nhello 1.0 is up to date\n").succeeds();
}
