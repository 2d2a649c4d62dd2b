//! `--exclude-newer`: versions that were uploaded recently are left out.

use crate::support::{Fixture, Index, Machine, dependent_hello, hello, other};

/// `hello` 1.0, 2.0 and 3.0, which are 30, 10 and 1 days old, and `other`, which is old.
fn fixture() -> Option<Fixture> {
    let fixture = Fixture::serving(Index::complete(), &[])?;
    fixture.index.publish_aged(&other(), 100);
    for (version, days) in [("1.0", 30), ("2.0", 10), ("3.0", 1)] {
        fixture.index.publish_aged(&dependent_hello(version), days);
    }
    Some(fixture)
}

/// The version of `hello` that a command leaves installed.
#[track_caller]
fn version_after(machine: &Machine, arguments: &[&str]) -> String {
    machine.kingbolt([arguments, &["--quiet"]].concat()).succeeds();
    let listed = machine.kingbolt(["list", "--json"]).json();
    listed["apps"][0]["version"].as_str().expect("hello is installed").to_owned()
}

#[test]
fn a_cooldown_stays_with_the_app_slides_and_never_downgrades() {
    let Some(Fixture { machine, .. }) = fixture() else { return };
    assert_eq!(version_after(&machine, &["install", "hello", "--exclude-newer", "2 weeks"]), "1.0");
    assert_eq!(version_after(&machine, &["upgrade", "hello"]), "1.0");
    assert_eq!(version_after(&machine, &["upgrade", "hello", "--exclude-newer", "P7D"]), "2.0");
    assert_eq!(version_after(&machine, &["upgrade", "hello"]), "2.0");
    machine
        .kingbolt(["install", "hello>1"])
        .stderr(
            "
            Resolved 2 packages in [TIME]
            Installed 2 packages in [TIME]
            hello 2.0: 2 packages, [SIZE], Python [PYTHON VERSION], [TIME]
            Kept: --exclude-newer '7 days'; --replace starts afresh
            Command in [HOME]/bin: hello
            ",
        )
        .succeeds();
    assert_eq!(version_after(&machine, &["install", "hello", "--exclude-newer", "false"]), "3.0");
    assert_eq!(version_after(&machine, &["upgrade", "hello", "--exclude-newer", "7d"]), "3.0");
    assert_eq!(version_after(&machine, &["inject", "hello", "other", "--exclude-newer", "2020-01-01"]), "3.0");
}

#[test]
fn a_package_or_an_index_may_be_exempt() {
    let Some(Fixture { index, machine }) = fixture() else { return };
    let only_hello = ["install", "hello", "--exclude-newer", "7d", "--exclude-newer-package", "Hello=false"];
    assert_eq!(version_after(&machine, &only_hello), "3.0");
    let url = format!("{}=false", index.url().trim_end_matches('/'));
    let all = ["install", "hello", "--replace", "--exclude-newer", "7d", "--exclude-newer-index", &url];
    assert_eq!(version_after(&machine, &all), "3.0");
}

#[test]
fn exceptions_may_stand_in_the_configuration_and_a_locked_limit_admits_only_locked_ones() {
    let Some(Fixture { index: _index, machine }) = fixture() else { return };
    let variable = if cfg!(windows) { "ProgramData" } else { "XDG_CONFIG_DIRS" };
    let machine = machine.with_variable_below_home(variable, "system");
    let directory = if cfg!(windows) { "roaming" } else { ".config" };
    let (person, system) = (format!("{directory}/kingbolt/config.toml"), "system/kingbolt/config.toml");
    let install = ["install", "hello", "--replace", "--force"];
    machine.write(&person, "exclude-newer = \"7d\"\n");
    assert_eq!(version_after(&machine, &install), "2.0");
    machine.write(&person, "exclude-newer = \"7d\"\nexclude-newer-package = [\"hello=false\"]\n");
    assert_eq!(version_after(&machine, &install), "3.0");
    assert_eq!(version_after(&machine, &[&install[..], &["--exclude-newer-package", "hello=14d"]].concat()), "1.0");
    machine.write(system, "exclude-newer = \"7d\"\nlocked = [\"exclude-newer\"]\n");
    assert_eq!(version_after(&machine, &install), "2.0");
    machine.write(&person, "exclude-newer-package = [\"hello\"]\n");
    machine.write(system, "");
    machine
        .kingbolt(["install", "hello"])
        .stderr(&format!(
            "
            error: failed to use `exclude-newer-package` in `[HOME]/{person}`, line 1
              caused by: it is not `NAME=LIMIT`
            hint: correct or remove the setting; settings are never ignored
            "
        ))
        .exits(2);
}

#[test]
fn an_index_without_times_of_uploads_is_refused() {
    for index in [Index::plain(), Index::complete()] {
        let Some(Fixture { machine, .. }) = Fixture::serving(index, &[hello("1.0")]) else { return };
        machine
            .kingbolt(["install", "hello", "--exclude-newer", "7d"])
            .stderr(
                "
                error: the index `[INDEX]/simple/` does not state when the files of `hello` were uploaded
                hint: to take any version, pass `--exclude-newer-package hello=false`, or `--exclude-newer-index \
                 [INDEX]/simple/=false`
                ",
            )
            .exits(3);
        assert_eq!(
            version_after(
                &machine,
                &[
                    "install",
                    "hello",
                    "--exclude-newer",
                    "7d",
                    "--exclude-newer-package",
                    "hello=0d",
                    "--exclude-newer-package",
                    "hello=false"
                ]
            ),
            "1.0"
        );
    }
}

#[test]
fn a_package_of_which_everything_is_too_new_is_named() {
    let Some(Fixture { machine, .. }) = fixture() else { return };
    machine
        .kingbolt(["install", "hello", "--exclude-newer", "2020-06-01"])
        .stderr(
            "
            error: every version of `hello` that matches `hello` is too new: 3.0 was uploaded at [DATE]
            hint: to take it now, pass `--exclude-newer-package hello=false`
            ",
        )
        .exits(3);
}

#[test]
fn settings_of_uv_pip_and_pipx_about_uploads_are_honoured_or_end_the_run_by_name() {
    let Some(Fixture { machine, .. }) = fixture() else { return };
    let mut machine = machine;
    for (name, value, expected) in [
        ("UV_EXCLUDE_NEWER", "2 weeks", "1.0"),
        ("PIP_UPLOADED_PRIOR_TO", "P7D", "2.0"),
        ("PIPX_COOLDOWN", "14", "1.0"),
        ("PIPX_COOLDOWN", "0", "3.0"),
    ] {
        machine = machine.with_variable(name, value);
        assert_eq!(version_after(&machine, &["install", "hello", "--replace"]), expected, "{name}={value}");
        machine = machine.with_variable(name, "");
    }
    assert_eq!(version_after(&machine, &["install", "hello", "--replace", "--exclude-newer", "2 weeks"]), "1.0");
    assert_eq!(version_after(&machine, &["install", "hello>=1", "--replace"]), "3.0");
    assert_eq!(version_after(&machine, &["install", "hello==1.0", "--replace"]), "1.0");
    assert_eq!(version_after(&machine, &["install", "hello<2", "--replace"]), "1.0");
    machine = machine.with_variable("PIPX_COOLDOWN", "soon");
    machine
        .kingbolt(["upgrade", "hello"])
        .stderr(
            "
            error: failed to use `PIPX_COOLDOWN`
              caused by: it is not a number of days
            hint: correct or remove the setting; settings are never ignored
            ",
        )
        .exits(2);
    machine = machine.with_variable("PIPX_COOLDOWN", "");
    machine
        .kingbolt(["install", "hello", "--exclude-newer", "1 month"])
        .stderr(
            "
            error: failed to use `--exclude-newer 1 month`
              caused by: months and years have no fixed length; use days
            hint: correct or remove the setting; settings are never ignored
            ",
        )
        .exits(2);
}

#[test]
fn a_setting_limits_an_upgrade_and_does_not_become_part_of_the_app() {
    let Some(Fixture { index, machine }) = fixture() else { return };
    assert_eq!(version_after(&machine, &["install", "hello"]), "3.0");
    index.publish_aged(&dependent_hello("4.0"), 2);
    let machine = machine.with_variable("UV_EXCLUDE_NEWER", "7d");
    assert_eq!(version_after(&machine, &["upgrade", "hello"]), "3.0");
    machine
        .kingbolt(["list", "--outdated"])
        .stdout(
            "
            hello  3.0; 4.0 is held back: every version of `hello` that matches `hello==4.0` is too new: 4.0 was uploaded at [DATE]
            ",
        )
        .succeeds();
    assert_eq!(version_after(&machine.with_variable("UV_EXCLUDE_NEWER", ""), &["upgrade", "hello"]), "4.0");
}
