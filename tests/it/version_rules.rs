//! Rules for choosing versions: pre-releases, constraints and overrides.

use crate::support::{Fixture, Index, Machine, Wheel, app, dependent_hello};

/// The number of files in the environment of `hello`.
const FILES: u8 = if cfg!(windows) { 15 } else { 13 };

/// `hello` 1.0 needs `other`, of which there are 2.1, 3.0 and 4.0rc1; there is `hello` 2.0b1.
fn fixture() -> Option<Machine> {
    let fixture = Fixture::dependent_hello()?;
    for version in ["3.0", "4.0rc1"] {
        fixture.index.publish(&Wheel::new("other", version).build());
    }
    fixture.index.publish(&dependent_hello("2.0b1"));
    Some(fixture.machine)
}

/// Installs `hello` with options, and gives the packages of the app.
#[track_caller]
fn installed(machine: &Machine, options: &[&str]) -> Vec<String> {
    let document = machine.kingbolt([&["install", "hello", "--json", "--quiet"], options].concat()).json();
    let packages = document["results"][0]["packages"].as_array().expect("a list of packages");
    packages.iter().map(|package| format!("{} {}", package["name"], package["version"]).replace('"', "")).collect()
}

#[test]
fn pre_releases_are_installed_if_asked_for_and_by_upgrades_too() {
    let Some(machine) = fixture() else { return };
    assert_eq!(installed(&machine, &[]), ["hello 1.0", "other 3.0"]);
    assert_eq!(installed(&machine, &["--pre-package", "other"]), ["hello 1.0", "other 4.0rc1"]);
    assert_eq!(installed(&machine, &["--pre"]), ["hello 2.0b1", "other 4.0rc1"]);
    machine
        .kingbolt(["upgrade", "hello"])
        .stderr("Resolved 2 packages in [TIME]\nhello 2.0b1 is up to date\n")
        .succeeds();
    machine
        .kingbolt(["list", "-v"])
        .stdout(&format!(
            "
            hello  2.0b1  Python [PYTHON VERSION]  hello
                requested   hello
                versions    pre-releases too
                installed   [DATE]
                contents    2 packages, {FILES} files, [SIZE]
                Python      [PYTHON]
                environment [HOME]/kingbolt/apps/hello/generations/3-[ID]
                generation  2  1.0    [DATE]  [SIZE]  Python [PYTHON VERSION]
                current     3  2.0b1  [DATE]  [SIZE]  Python [PYTHON VERSION]
            "
        ))
        .succeeds();
    machine
        .kingbolt(["install", "hello", "--pre", "--pre-package", "other"])
        .stderr(
            "
            error: the argument '--pre' cannot be used with '--pre-package <NAME>'

            Usage: kingbolt install --pre <SOURCE>...

            For more information, try '--help'.
            ",
        )
        .exits(2);
}

#[test]
fn a_constraint_restricts_a_dependency_and_stays_with_the_app() {
    let Some(machine) = fixture() else { return };
    machine.write("constraints.txt", "# too new\nother<3\nunused==9\n");
    assert_eq!(installed(&machine, &["--constraint", "constraints.txt"]), ["hello 1.0", "other 2.1"]);
    std::fs::remove_file(machine.home().join("constraints.txt")).expect("it was just written");
    machine
        .kingbolt(["upgrade", "hello"])
        .stderr("Resolved 2 packages in [TIME]\nhello 1.0 is up to date\n")
        .succeeds();
    machine
        .kingbolt(["list", "-v"])
        .stdout(&format!(
            "
            hello  1.0  Python [PYTHON VERSION]  hello
                requested   hello
                versions    constraints other<3, unused==9
                installed   [DATE]
                contents    2 packages, {FILES} files, [SIZE]
                Python      [PYTHON]
                environment [HOME]/kingbolt/apps/hello/generations/1-[ID]
                current     1  1.0  [DATE]  [SIZE]  Python [PYTHON VERSION]
            "
        ))
        .succeeds();
}

#[test]
fn an_override_replaces_what_packages_require() {
    let wheels = [app("hello", "1.0"), Wheel::new("other", "1.0").build(), Wheel::new("other", "2.0").build()];
    let Some(Fixture { index, machine }) = Fixture::serving(Index::complete(), &wheels) else { return };
    index.publish(&Wheel::new("hello", "1.1").requires("other<2").console("hello", "hello:main").build());
    assert_eq!(installed(&machine, &[]), ["hello 1.1", "other 1.0"]);
    machine.write("overrides.txt", "other>=2\n");
    assert_eq!(installed(&machine, &["--override", "overrides.txt"]), ["hello 1.1", "other 2.0"]);
}

#[test]
fn a_conflict_names_the_constraints_on_its_packages() {
    let Some(machine) = fixture() else { return };
    machine.write("constraints.txt", "other<2\nunused==9\n");
    machine
        .kingbolt(["install", "hello", "--constraint", "constraints.txt"])
        .stderr(
            "
            error: no versions satisfy all requirements:
                Because hello 1.0 depends on other>=2 and hello 1.0 depends on other<2, hello 1.0 cannot be used.
                And because you asked for hello, the requirements cannot be satisfied.
                Constraints: other<2.
            hint: change the version requirements, or install fewer packages together
            ",
        )
        .exits(3);
}

#[test]
fn settings_of_pip_and_uv_about_versions_are_honoured_or_end_the_run_by_name() {
    let Some(machine) = fixture() else { return };
    let constraints = machine.write("constraints.txt", "other<3\n").display().to_string();
    let variables = [
        ("UV_CONSTRAINT", constraints.as_str(), ["hello 1.0", "other 2.1"]),
        ("PIP_CONSTRAINT", constraints.as_str(), ["hello 1.0", "other 2.1"]),
        ("PIP_PRE", "1", ["hello 2.0b1", "other 4.0rc1"]),
        ("UV_PRERELEASE", "allow", ["hello 2.0b1", "other 4.0rc1"]),
        ("UV_PRERELEASE", "if-necessary-or-explicit", ["hello 1.0", "other 3.0"]),
    ];
    let mut machine = machine;
    for (name, value, expected) in variables {
        machine = machine.with_variable(name, value);
        assert_eq!(installed(&machine, &["--replace"]), expected, "{name}={value}");
        machine = machine.with_variable(name, "");
    }
    let machine = machine.with_variable("UV_PRERELEASE", "disallow");
    machine
        .kingbolt(["install", "hello"])
        .stderr(
            "
            error: failed to use `UV_PRERELEASE`
              caused by: Kingbolt knows `allow` and `if-necessary-or-explicit`
            hint: correct or remove the setting; settings are never ignored
            ",
        )
        .exits(2);
}

#[test]
fn a_file_that_is_none_of_constraints_is_named_with_its_line() {
    let Some(machine) = fixture() else { return };
    machine.write("constraints.txt", "other<3\n--index-url http://index.example/\n");
    machine
        .kingbolt(["install", "hello", "--constraint", "constraints.txt"])
        .stderr(
            "
            error: failed to use `--constraint constraints.txt`
              caused by: line 2 sets an option; only requirements are read
            hint: correct or remove the setting; settings are never ignored
            ",
        )
        .exits(2);
    machine
        .kingbolt(["install", "hello", "--override", "absent.txt"])
        .stderr(
            "
            error: failed to use `--override absent.txt`
              caused by: [SYSTEM ERROR]
            hint: correct or remove the setting; settings are never ignored
            ",
        )
        .exits(2);
}
