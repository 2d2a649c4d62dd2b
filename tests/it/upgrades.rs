//! Upgrades of several apps at once.

use crate::support::{Fixture, Wheel, app, dependent_hello};

#[test]
fn several_upgrades_are_a_line_each_and_are_counted() {
    let Some(Fixture { index, machine }) = Fixture::installed() else { return };
    index.publish(&app("bye", "1.0")).publish(&app("stays", "1.0"));
    machine.kingbolt(["install", "bye", "stays", "--quiet"]).succeeds();
    index.publish(&app("bye", "2.0")).publish(&dependent_hello("1.1"));
    machine
        .kingbolt(["upgrade", "--all"])
        .stderr(
            "
            bye 2.0 (was 1.0): 1 package, [SIZE], Python [PYTHON VERSION], [TIME]
            hello 1.1 (was 1.0): 2 packages, [SIZE], Python [PYTHON VERSION], [TIME]
            stays 1.0 is up to date
            Upgraded 2 of 3 apps; 1 up to date
            ",
        )
        .succeeds();
}

#[test]
fn one_of_several_that_cannot_be_upgraded_does_not_keep_the_others_from_it() {
    let Some(Fixture { index, machine }) = Fixture::installed() else { return };
    index.publish(&app("bye", "1.0"));
    machine.kingbolt(["install", "bye", "--quiet"]).succeeds();
    index.publish(&Wheel::empty("bye", "2.0").console("bye", "bye:main").build()).publish(&dependent_hello("1.1"));
    machine
        .kingbolt(["upgrade", "--all", "--quiet"])
        .stderr(
            "
            error: failed to upgrade `bye`
              caused by: `bye` 2.0 does not work on this machine: the command bye fails: ModuleNotFoundError: No module named 'bye'
            hint: the installed version of `bye` was not changed; report this to its maintainers, or request another version with `kingbolt install`
            error: 1 of 2 apps failed
            ",
        )
        .exits(1);
    machine.command("hello", [""; 0]).stdout("hello from hello 1.1\n").succeeds();
    machine.command("bye", [""; 0]).stdout("hello from bye 1.0\n").succeeds();
}

#[test]
#[cfg(unix)]
fn all_apps_move_to_another_python_and_stay_with_it() {
    use crate::support::{Python, missing};
    let Some(Fixture { index, machine }) = Fixture::installed() else { return };
    let [_, older, ..] = Python::all() else {
        return missing("fewer than two Pythons from 3.8 on are installed").unwrap_or_default();
    };
    index.publish(&app("bye", "1.0"));
    machine.kingbolt(["install", "bye", "--quiet"]).succeeds();
    let machine = machine.naming(&older.version, "[OLDER VERSION]");
    let older = older.executable.to_str().expect("it is text");
    let moved = "
        bye 1.0 (was on Python [PYTHON VERSION]): 1 package, [SIZE], Python [OLDER VERSION], [TIME]
        hello 1.0 (was on Python [PYTHON VERSION]): 2 packages, [SIZE], Python [OLDER VERSION], [TIME]
        Upgraded 2 of 2 apps
        ";
    machine.kingbolt(["upgrade", "--all", "--python", older]).stderr(moved).succeeds();
    let unchanged = "bye 1.0 is up to date\nhello 1.0 is up to date\nUpgraded 0 of 2 apps; 2 up to date\n";
    machine.kingbolt(["upgrade", "--all"]).stderr(unchanged).succeeds();
    machine.command("bye", [""; 0]).stdout("hello from bye 1.0\n").succeeds();
    // The generation on the other Python is kept.
    machine.kingbolt(["rollback", "bye", "--quiet"]).succeeds();
    let list = "
        bye    1.0  Python [PYTHON VERSION]  bye
        hello  1.0  Python [OLDER VERSION]  hello
        ";
    machine.kingbolt(["list"]).stdout(list).succeeds();
    let no_python = "
        error: no Python on this machine matches `==3.99.*`; found:
          [PYTHON]: CPython [PYTHON VERSION]
        hint: pass another version or the path of an interpreter with `--python`
        ";
    let upgrade = machine.kingbolt(["upgrade", "bye", "--python", "3.99", "--quiet"]);
    upgrade.beside_other_pythons().stderr(no_python).exits(6);
}

#[test]
fn all_apps_are_uninstalled_and_one_that_fails_does_not_keep_the_others_from_it() {
    let Some(Fixture { index, machine }) = Fixture::installed() else { return };
    index.publish(&app("bye", "1.0"));
    machine.kingbolt(["install", "bye", "--quiet"]).succeeds();
    machine
        .kingbolt(["uninstall", "absent", "bye"])
        .stderr(
            "
            error: failed to uninstall `absent`
              caused by: `absent` is not installed
            hint: installed apps: bye, hello
            Uninstalled bye
            Uninstalled 1 of 2 apps
            error: 1 of 2 apps failed
            ",
        )
        .exits(1);
    machine.kingbolt(["uninstall", "--all"]).stderr("Uninstalled hello\n").succeeds();
    machine.kingbolt(["uninstall", "--all"]).stderr("No apps are installed\n").succeeds();
    machine
        .kingbolt(["uninstall", "--all", "hello"])
        .stderr(
            "
            error: the argument '--all' cannot be used with '[APP]...'

            Usage: kingbolt uninstall --all [APP]...

            For more information, try '--help'.
            ",
        )
        .exits(2);
}

#[test]
fn an_app_that_is_named_twice_is_changed_once() {
    let Some(Fixture { machine, .. }) = Fixture::installed() else { return };
    let unchanged = "hello 1.0 is already installed\nCommand in [HOME]/bin: hello\n";
    machine.kingbolt(["install", "hello", "hello"]).stderr(unchanged).succeeds();
    let up_to_date = "Resolved 2 packages in [TIME]\nhello 1.0 is up to date\n";
    machine.kingbolt(["upgrade", "hello", "Hello"]).stderr(up_to_date).succeeds();
    machine.kingbolt(["uninstall", "hello", "hello"]).stderr("Uninstalled hello\n").succeeds();
}

#[test]
fn an_app_that_a_specifier_keeps_from_newer_versions_is_told() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    index.publish(&app("hello", "2.0"));
    machine.kingbolt(["install", "hello<2", "--quiet"]).succeeds();
    let expected = "
        Resolved 1 package in [TIME]
        hello 1.0 is up to date: no newer version is admitted by `hello<2`
        ";
    machine.kingbolt(["upgrade", "hello"]).stderr(expected).succeeds();
}

#[test]
fn the_python_that_was_asked_for_is_listed() {
    let Some(Fixture { machine, .. }) = Fixture::hello() else { return };
    machine.kingbolt(["install", "hello", "--python", ">=3.8", "--quiet"]).succeeds();
    let listed = machine.kingbolt(["list", "-v"]).outcome().stdout;
    assert_eq!(listed.lines().nth(1), Some("    requested   hello on Python >=3.8"), "{listed}");
    assert_eq!(machine.kingbolt(["list", "--json"]).json()["apps"][0]["requested_python"], ">=3.8");
}
