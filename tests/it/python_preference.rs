//! The Python that an app gets: those of the system, those that Kingbolt fetched, and those of other tools.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::support::{Fixture, Machine, fake_python};

const PERSON: &str = ".config/kingbolt/config.toml";
const SYSTEM: &str = "system/kingbolt/config.toml";

/// Writes a program that answers as an interpreter of another version does. No environment runs its interpreter while it is
/// made.
fn write_python(machine: &Machine, directory: &str, version: &str) {
    let executable = machine.write(&format!("{directory}/bin/python3"), fake_python(version));
    fs::set_permissions(&executable, fs::Permissions::from_mode(0o755)).expect("it is ours");
    let minor = version.rsplit_once('.').map_or(version, |(minor, _)| minor);
    let specific = machine.home().join(format!("{directory}/bin/python{minor}"));
    std::os::unix::fs::symlink("python3", specific).expect("it is ours");
}

/// The directory of the Python that Kingbolt fetched.
const MANAGED: &str = "kingbolt/pythons/3.97.1-20260101-x86_64-unknown-linux-gnu";

/// A machine with a Python of the system, one that Kingbolt fetched (3.97) and one of uv (3.98). `hello` is installed.
fn fixture() -> Option<Fixture> {
    let fixture = Fixture::hello()?;
    let machine = fixture.machine.with_variable_below_home("XDG_CONFIG_DIRS", "system");
    machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
    write_python(&machine, MANAGED, "3.97.1");
    // Without its record it would not be installed.
    machine.write(&format!("{MANAGED}.toml"), "");
    write_python(&machine, ".local/share/uv/python/cpython-3.98.2", "3.98.2");
    Some(Fixture { machine, ..fixture })
}

/// The minor version of the Python that `hello` gets; `system` for those of the system.
#[track_caller]
fn chosen(machine: &Machine, options: &[&str], variables: &[(&str, &str)]) -> String {
    let arguments = ["install", "hello", "--json", "--quiet", "--force", "--replace"];
    let run = machine.kingbolt(arguments.iter().chain(options));
    let document = variables.iter().fold(run, |run, (name, value)| run.with_variable(name, value)).json();
    let version = document["results"][0]["python"].as_str().expect("it is installed");
    let is_ours = version.starts_with("3.9") && version.len() == "3.97.1".len() && !version.starts_with("3.9.");
    if is_ours { version.to_owned() } else { "system".to_owned() }
}

#[test]
fn a_python_that_comes_and_goes_is_used_only_where_nothing_else_suits_and_list_says_so() {
    let Some(Fixture { index: _index, machine }) = fixture() else { return };
    assert_eq!(chosen(&machine, &[], &[]), "system");
    assert_eq!(chosen(&machine, &["--python", ">=3.97"], &[]), "3.97.1");
    machine.kingbolt(["list"]).stdout("hello  1.0  Python 3.97.1  hello\n").succeeds();
    assert_eq!(chosen(&machine, &["--python", "3.98"], &[]), "3.98.2");
    machine.kingbolt(["list"]).stdout("hello  1.0  Python 3.98.2 (uv)  hello\n").succeeds();
    let document = machine.kingbolt(["list", "--json"]).json();
    assert_eq!(document["apps"][0]["python_source"], "uv");
    let outcome = machine.kingbolt(["list", "-v"]).outcome();
    let told = outcome.stdout.lines().find(|line| line.starts_with("    Python "));
    let expected = "    Python      [HOME]/.local/share/uv/python/cpython-3.98.2/bin/python3.98 (of uv: the app breaks if it goes)";
    assert_eq!(told, Some(expected));
    let by_path = machine.home().join(".local/share/uv/python/cpython-3.98.2");
    assert_eq!(chosen(&machine, &["--python", &by_path.display().to_string()], &[]), "3.98.2");
}

#[test]
fn a_python_of_conda_is_recognised_wherever_it_is() {
    let Some(Fixture { index: _index, machine }) = fixture() else { return };
    write_python(&machine, "lab", "3.99.0");
    machine.write("lab/conda-meta/history", "");
    let prefix = machine.home().join("lab").display().to_string();
    let conda = [("CONDA_PREFIX", prefix.as_str())];
    assert_eq!(chosen(&machine, &[], &conda), "system");
    assert_eq!(chosen(&machine, &["--python", ">=3.97"], &conda), "3.97.1");
    assert_eq!(chosen(&machine, &["--python", ">=3.99"], &conda), "3.99.0");
    machine.kingbolt(["list"]).stdout("hello  1.0  Python 3.99.0 (conda)  hello\n").succeeds();
}

#[test]
fn an_option_a_variable_and_a_file_say_which_pythons_come_first() {
    let Some(Fixture { index: _index, machine }) = fixture() else { return };
    let managed = ("KINGBOLT_PYTHON_PREFERENCE", "managed");
    for (expected, options, variables) in [
        ("3.97.1", &["--python-preference", "managed"][..], &[][..]),
        ("3.97.1", &["--python-preference", "only-managed"], &[]),
        ("system", &["--python-preference", "only-system"], &[]),
        ("3.98.2", &["--python-preference", "only-system", "--python", ">=3.97"], &[]),
        ("3.97.1", &[], &[managed]),
        ("system", &["--python-preference", "system"], &[managed]),
        ("3.97.1", &[], &[("UV_PYTHON_PREFERENCE", "only-managed")]),
        ("system", &[], &[("UV_PYTHON_PREFERENCE", "only-managed"), ("KINGBOLT_PYTHON_PREFERENCE", "system")]),
        ("3.97.1", &[], &[("UV_MANAGED_PYTHON", "1"), ("UV_PYTHON_PREFERENCE", "system")]),
        ("system", &[], &[("UV_MANAGED_PYTHON", "0")]),
        ("system", &[], &[("UV_NO_MANAGED_PYTHON", "true"), ("UV_PYTHON_PREFERENCE", "managed")]),
    ] {
        assert_eq!(chosen(&machine, options, variables), expected, "{options:?} {variables:?}");
    }
    machine.write(".config/uv/uv.toml", "python-preference = \"managed\"\n");
    assert_eq!(chosen(&machine, &[], &[]), "3.97.1");
    machine.write(PERSON, "python-preference = \"system\"\n");
    assert_eq!(chosen(&machine, &[], &[]), "system");
    machine.write(SYSTEM, "python-preference = \"only-managed\"\nlocked = [\"python-preference\"]\n");
    assert_eq!(chosen(&machine, &[], &[("KINGBOLT_PYTHON_PREFERENCE", "system")]), "3.97.1");
    machine
        .kingbolt(["install", "hello", "--python-preference", "system"])
        .stderr(
            "
            error: `--python-preference` cannot be used: `python-preference` in `[HOME]/system/kingbolt/config.toml`, line 1 is locked
            hint: leave the option out, or ask the administrator of this machine
            ",
        )
        .exits(2);
}

#[test]
fn a_python_that_the_preference_excludes_is_named() {
    let Some(Fixture { index: _index, machine }) = fixture() else { return };
    let machine = machine.naming(&format!("[HOME]/{MANAGED}/bin/python3.97"), "[PYTHON]");
    machine
        .kingbolt(["install", "hello", "--python", "3.97", "--python-preference", "only-system"])
        .beside_other_pythons()
        .stderr(
            "
            error: no Python on this machine that `only-system` admits matches `==3.97.*`; not admitted:
              [PYTHON]: CPython 3.97.1
            hint: pass `--python-preference system`, or the path of a Python with `--python`
            ",
        )
        .exits(6);
}

#[test]
fn settings_for_pythons_that_mean_nothing_end_the_run_by_name() {
    let Some(Fixture { index: _index, machine }) = fixture() else { return };
    for (variables, name, cause) in [
        (
            &[("UV_PYTHON_PREFERENCE", "mine")][..],
            "UV_PYTHON_PREFERENCE",
            "it is none of only-system, system, managed, only-managed",
        ),
        (
            &[("UV_MANAGED_PYTHON", "1"), ("UV_NO_MANAGED_PYTHON", "1")],
            "UV_NO_MANAGED_PYTHON",
            "`UV_MANAGED_PYTHON` says the opposite",
        ),
        (&[("UV_MANAGED_PYTHON", "perhaps")], "UV_MANAGED_PYTHON", "it is neither true nor false"),
        (&[("KINGBOLT_PYTHON_DOWNLOADS", "no")], "KINGBOLT_PYTHON_DOWNLOADS", "it is none of automatic, manual, never"),
        (&[("UV_PYTHON", "3.x")], "UV_PYTHON", "`3.x` is not a Python version, command or path"),
    ] {
        let expected = format!(
            "
            error: failed to use `{name}`
              caused by: {cause}
            hint: correct or remove the setting; settings are never ignored
            "
        );
        let run = machine.kingbolt(["install", "hello"]).stderr(&expected);
        variables.iter().fold(run, |run, (name, value)| run.with_variable(name, value)).exits(2);
        // A command that chooses no Python does not mind.
        let run = machine.kingbolt(["list", "--quiet"]);
        assert_eq!(
            variables.iter().fold(run, |run, (name, value)| run.with_variable(name, value)).outcome().code,
            Some(0)
        );
    }
}

#[test]
fn a_default_python_is_for_requests_that_name_none_and_a_locked_one_for_all() {
    let Some(Fixture { index: _index, machine }) = fixture() else { return };
    for variable in ["KINGBOLT_PYTHON", "UV_PYTHON", "PIPX_DEFAULT_PYTHON"] {
        assert_eq!(chosen(&machine, &[], &[(variable, "3.98")]), "3.98.2");
    }
    machine.write(PERSON, "python = \"../../.local/share/uv/python/cpython-3.98.2\"\n");
    assert_eq!(chosen(&machine, &[], &[]), "3.98.2");
    machine.write(PERSON, "python = \"3.98\"\n");
    assert_eq!(chosen(&machine, &[], &[]), "3.98.2");
    // It is no part of the request: an upgrade follows it.
    assert!(machine.kingbolt(["list", "--json"]).json()["apps"][0].get("requested_python").is_none());
    assert_eq!(chosen(&machine, &[], &[("KINGBOLT_PYTHON", "3.97")]), "3.97.1");
    assert_eq!(chosen(&machine, &["--python", "3.97"], &[]), "3.97.1");
    machine.write(SYSTEM, "python = \">=3.98\"\nlocked = [\"python\"]\n");
    assert_eq!(chosen(&machine, &[], &[("KINGBOLT_PYTHON", "3.97")]), "3.98.2");
    for command in [&["install", "hello"][..], &["upgrade", "hello"], &["sync", "pylock.toml", "--into", "env"]] {
        machine
            .kingbolt(command.iter().chain(&["--python", "3.97"]))
            .stderr(
                "
                error: `--python` cannot be used: `python` in `[HOME]/system/kingbolt/config.toml`, line 1 is locked
                hint: leave the option out, or ask the administrator of this machine
                ",
            )
            .exits(2);
    }
}
