//! The caller's Python variables: `PYTHONPATH` and `PYTHONHOME` do not reach an app, all others do.

use std::path::Path;

use crate::support::{Fixture, Index, Machine, Wheel, lock};

/// Shows the variables and starts `worker` of its own environment with some of its own.
const SHOWN: &str = "
import os, subprocess, sys

def show(name):
    print(name, *(os.environ.get(variable) for variable in ('PYTHONPATH', 'PYTHONHOME', 'PYTHONUNBUFFERED')))

def main():
    import helper
    print('helper of', helper.WHO)
    show('app')

def worker():
    show('worker')

def starts_worker():
    directory = os.path.dirname(sys.executable)
    environment = {**os.environ, 'PYTHONPATH': 'for workers'}
    os.environ['PATH'] = directory + os.pathsep + os.environ.get('PATH', '')
    sys.exit(subprocess.run([os.path.join(directory, 'worker')], env=environment).returncode)
";

fn fixture() -> Option<Fixture> {
    fixture_on(Machine::new())
}

fn fixture_on(machine: Machine) -> Option<Fixture> {
    let hello = Wheel::empty("hello", "1.0")
        .file("hello/__init__.py", SHOWN)
        .requires("helper")
        .console("hello", "hello:main")
        .console("worker", "hello:worker")
        .console("boss", "hello:starts_worker");
    let hello = if cfg!(unix) {
        hello.data("scripts", "native", "#!/bin/sh\necho \"native $PYTHONPATH $PYTHONHOME\"\n").data(
            "scripts",
            "documented",
            "#!python\n# a comment\n\"\"\"Usage: documented\"\"\"\nimport hello\nprint(__doc__)\nhello.show('documented')\n",
        )
    } else {
        hello
    };
    let helper = Wheel::empty("helper", "1.0").file("helper.py", "WHO = 'the app'\n");
    let fixture = Fixture::on(machine, Index::complete(), &[hello.build(), helper.build()])?;
    fixture.machine.write("other/helper.py", "WHO = 'the caller'\n");
    fixture.machine.write("other/re/__init__.py", "raise RuntimeError('not the one of Python')\n");
    Some(fixture)
}

/// The directory of the caller's modules.
fn other(machine: &Machine) -> String {
    machine.home().join("other").to_string_lossy().into_owned()
}

#[test]
fn variables_about_the_callers_python_do_not_reach_an_app() {
    let names: &[&str] = if cfg!(unix) { &["home", "a 'b'' $HOME \"ü\" dir"] } else { &["home"] };
    for name in names {
        let Some(Fixture { index: _index, machine }) = fixture_on(Machine::with_home_named(name)) else { return };
        let other = other(&machine);
        machine.kingbolt(["install", "hello", "--quiet"]).with_variable("PYTHONPATH", &other).succeeds();
        let expected = "helper of the app\napp None None 1\n";
        for home in ["", "/nonexistent"] {
            let with = |run: crate::support::Run<'_>| {
                let run = run.with_variable("PYTHONPATH", &other).with_variable("PYTHONUNBUFFERED", "1");
                if home.is_empty() { run } else { run.with_variable("PYTHONHOME", home) }.stdout(expected).succeeds();
            };
            with(machine.command("hello", [""; 0]));
            with(machine.kingbolt(["run", "hello"]));
            with(machine.kingbolt(["run", "--quiet", "--with", "helper", "--command", "hello", "hello"]));
        }
        machine.verifies(&["hello 1.0"]);
    }
}

#[test]
fn what_an_app_sets_for_its_own_workers_reaches_them() {
    let Some(Fixture { index: _index, machine }) = fixture() else { return };
    machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
    let boss = machine.command("boss", [""; 0]).with_variable("PYTHONPATH", &other(&machine));
    boss.stdout("worker for workers None None\n").succeeds();
    machine.command("worker", [""; 0]).with_variable("PYTHONPATH", "x").stdout("worker None None None\n").succeeds();
}

#[test]
#[cfg(unix)]
fn scripts_of_a_wheel_keep_their_docstring_and_those_that_are_not_python_are_left_alone() {
    let Some(Fixture { index: _index, machine }) = fixture() else { return };
    machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
    let started =
        |name| machine.command(name, [""; 0]).with_variable("PYTHONPATH", "x").with_variable("PYTHONHOME", "y");
    started("documented").stdout("Usage: documented\ndocumented None None None\n").succeeds();
    started("native").stdout("native x y\n").succeeds();
}

#[test]
fn an_app_whose_caller_wants_it_gets_the_variables_and_keeps_getting_them() {
    let Some(Fixture { index, machine }) = fixture() else { return };
    let other = other(&machine);
    machine.kingbolt(["install", "hello", "--keep-pythonpath", "--quiet"]).succeeds();
    let shows = |helper: &str, shown: &str| {
        let expected = format!("helper of {helper}\napp {shown} None None\n");
        for run in [machine.command("hello", [""; 0]), machine.kingbolt(["run", "hello"])] {
            run.with_variable("PYTHONPATH", &other).stdout(&expected).succeeds();
        }
    };
    std::fs::remove_dir_all(Path::new(&other).join("re")).expect("it was made");
    shows("the caller", "[HOME]/other");
    let listed = |arguments: &[&str]| {
        let outcome = machine.kingbolt(arguments).outcome();
        outcome.stdout.lines().filter(|line| line.contains("PYTHONPATH")).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(listed(&["list", "-v"]), ["    variables   keeps PYTHONPATH and PYTHONHOME"]);
    let next = Wheel::empty("hello", "2.0").file("hello/__init__.py", SHOWN).requires("helper");
    index.publish(&next.console("hello", "hello:main").build());
    machine.kingbolt(["upgrade", "hello", "--quiet"]).succeeds();
    shows("the caller", "[HOME]/other");
    assert_eq!(machine.kingbolt(["list", "--json"]).json()["apps"][0]["keep_pythonpath"], true);
    // Asked for without, it is another request.
    machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
    shows("the app", "None");
    assert_eq!(listed(&["list", "-v"]), [""; 0]);
    assert_eq!(machine.kingbolt(["list", "--json"]).json()["apps"][0]["keep_pythonpath"], serde_json::Value::Null);
}

#[test]
fn an_environment_of_a_lock_is_an_ordinary_one() {
    let Some(Fixture { index, machine }) = fixture() else { return };
    let wheel = Wheel::empty("hello", "3.0").file("hello/__init__.py", SHOWN).console("worker", "hello:worker").build();
    index.publish(&wheel);
    machine.write("pylock.toml", lock(&index, &[wheel]));
    machine.kingbolt(["sync", "pylock.toml", "--into", "env", "--quiet"]).succeeds();
    let scripts = machine.home().join(if cfg!(windows) { "env/Scripts" } else { "env/bin" });
    let worker = scripts.join(format!("worker{}", std::env::consts::EXE_SUFFIX));
    machine.program(&worker, [""; 0]).with_variable("PYTHONPATH", "x").stdout("worker x None None\n").succeeds();
}
