//! Programs in the environment of an app.

#[cfg(unix)]
use std::fs;

use crate::support::{Fixture, Machine};

#[test]
fn a_program_of_the_environment_runs_with_the_packages_of_the_app() {
    let Some(Fixture { machine, .. }) = Fixture::installed() else { return };
    let machine = machine.with_variable("PYTHONPATH", "/nowhere");
    let program = "import hello, os, sys; hello.main(); print(sys.argv[1:], os.environ.get('PYTHONPATH'))";
    machine
        .kingbolt(["exec", "hello", "python", "-c", program, "--help", "-v"])
        .stdout("hello from hello 1.0 --help -v\n['--help', '-v'] None\n")
        .succeeds();
    machine.kingbolt(["exec", "hello", "--", "hello"]).stdout("hello from hello 1.0\n").succeeds();
    machine.kingbolt(["exec", "hello", "python", "-c", "raise SystemExit(42)"]).exits(42);
}

#[test]
fn the_environment_comes_first_on_path_for_everything_that_the_program_starts() {
    let Some(Fixture { machine, .. }) = Fixture::installed() else { return };
    let program = "import os, shutil, sys\n\
        root = os.environ['VIRTUAL_ENV']\n\
        print(os.path.samefile(root, sys.prefix), os.path.dirname(shutil.which('hello')).startswith(root))";
    machine.kingbolt(["exec", "hello", "python", "-c", program]).stdout("True True\n").succeeds();
}

#[test]
#[cfg(unix)]
fn a_program_that_the_environment_lacks_comes_from_path_or_from_its_own_path() {
    use std::os::unix::fs::PermissionsExt;
    let Some(Fixture { machine, .. }) = Fixture::installed() else { return };
    let machine = machine.with_program("tool", |path| {
        fs::write(path, "#!/bin/sh\nexec python -c 'import hello; hello.main()'\n").expect("it can be written");
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("it is ours");
    });
    machine.kingbolt(["exec", "hello", "tool"]).stdout("hello from hello 1.0\n").succeeds();
    machine.kingbolt(["exec", "hello", "/bin/echo", "a  b"]).stdout("a  b\n").succeeds();
    machine
        .kingbolt(["exec", "hello", "nothing"])
        .stderr("error: there is no program `nothing` in the environment of `hello`, nor on PATH\n")
        .exits(1);
}

#[test]
fn pip_may_look_into_the_environment_of_an_app_and_not_change_it() {
    let Some(Fixture { machine, .. }) = Fixture::installed() else { return };
    for line in
        [&["pip", "install", "other"][..], &["python", "-m", "pip", "uninstall", "hello"], &["uv", "pip", "sync"]]
    {
        machine
            .kingbolt([&["exec", "hello"], line].concat())
            .stderr(
                "
                error: the environment of `hello` is changed by Kingbolt alone, which records its files
                hint: add packages with `kingbolt inject hello PACKAGE`, and remove them with `kingbolt uninject hello PACKAGE`
                ",
            )
            .exits(2);
    }
}

#[test]
fn command_lines_that_only_look_like_those_of_pip_run() {
    let Some(Fixture { machine, .. }) = Fixture::installed() else { return };
    let program = "import sys; print(sys.argv[1:])";
    let shown = ["exec", "hello", "python", "-c", program, "-m", "pip", "install"];
    machine.kingbolt(shown).stdout("['-m', 'pip', 'install']\n").succeeds();
    let missing = "error: there is no program `pipx` in the environment of `hello`, nor on PATH\n";
    machine.kingbolt(["exec", "hello", "pipx", "install", "other"]).stderr(missing).exits(1);
    machine
        .kingbolt(["exec", "hello", "python", "-mpip", "install", "other"])
        .stderr(
            "
            error: the environment of `hello` is changed by Kingbolt alone, which records its files
            hint: add packages with `kingbolt inject hello PACKAGE`, and remove them with `kingbolt uninject hello PACKAGE`
            ",
        )
        .exits(2);
}

#[test]
fn a_program_without_a_name_is_a_wrong_command_line() {
    let Some(Fixture { machine, .. }) = Fixture::installed() else { return };
    machine
        .kingbolt(["exec", "hello", ""])
        .stderr(
            "
            error: the name of the program is empty
            hint: name a program, such as `kingbolt exec APP python`
            ",
        )
        .exits(2);
}

#[test]
#[cfg(unix)]
fn a_program_that_cannot_be_started_is_named_in_the_hint() {
    let Some(Fixture { machine, .. }) = Fixture::installed() else { return };
    machine.write("notes.txt", "no program\n");
    for path in ["./notes.txt", "./nothing"] {
        machine
            .kingbolt(["exec", "hello", path])
            .stderr(&format!(
                "
                error: failed to start the command
                  caused by: failed to run `{path}`
                  caused by: [SYSTEM ERROR]
                hint: check that `{path}` exists and can be executed
                "
            ))
            .exits(1);
    }
}

#[test]
fn nothing_runs_in_the_environment_of_an_app_that_is_not_installed() {
    Machine::new()
        .kingbolt(["exec", "hello", "python"])
        .stderr("error: `hello` is not installed\nhint: no apps are installed\n")
        .exits(1);
}
