//! The apps of a person in one file: `export`, and `install --file`.

use std::fs;

use crate::support::{Fixture, Machine, Wheel, app};

/// A machine with `base` and `more` installed, of which newer versions exist by now.
fn fixture() -> Option<Fixture> {
    let fixture = Fixture::hello()?;
    let publish = |version: &str| {
        let base = Wheel::new("base", version).extra("loud", "shout").console("base", "base:main");
        fixture.index.publish(&base.build());
        fixture.index.publish(&Wheel::new("shout", version).build());
    };
    publish("1.0");
    fixture.machine.kingbolt(["install", "base[loud]", "--python", ">=3.8", "--quiet"]).succeeds();
    fixture.machine.kingbolt(["install", "hello", "--name", "greeting", "--with", "shout<3", "--quiet"]).succeeds();
    publish("2.0");
    Some(fixture)
}

const EXPORTED: &str = r#"
    # Apps for `kingbolt install --file FILE`; with `--exact`, in these versions.
    schema = 1

    [apps.base]
    requirement = "base[loud]"
    python = ">=3.8"
    link_mode = "file"

    [apps.greeting]
    requirement = "hello"
    with = ["shout<3"]
    link_mode = "file"

    [versions.base]
    base = "1.0"
    shout = "1.0"

    [versions.greeting]
    hello = "1.0"
    shout = "1.0"
    "#;

/// Writes the exported apps into a file and removes them.
fn exported(machine: &Machine) {
    let manifest = machine.kingbolt(["export"]).outcome();
    machine.kingbolt(["export"]).stdout(EXPORTED).succeeds();
    machine.write("apps.toml", manifest.stdout);
    machine.kingbolt(["uninstall", "--all", "--quiet"]).succeeds();
}

#[test]
fn exported_apps_are_installed_in_their_newest_versions_and_installing_again_does_nothing() {
    let Some(Fixture { machine, .. }) = fixture() else { return };
    exported(&machine);
    machine
        .kingbolt(["install", "--file", "apps.toml"])
        .stderr(
            "
            base 2.0: 2 packages, [SIZE], Python [PYTHON VERSION], [TIME]
            Command in [HOME]/bin: base
            greeting 1.0: 2 packages, [SIZE], Python [PYTHON VERSION], [TIME]
            Command in [HOME]/bin: hello
            Installed 2 of 2 apps
            ",
        )
        .succeeds();
    machine
        .kingbolt(["install", "--file", "apps.toml"])
        .stderr(
            "
            base 2.0 is already installed
            Command in [HOME]/bin: base
            greeting 1.0 is already installed
            Command in [HOME]/bin: hello
            Installed 0 of 2 apps; 2 already installed
            ",
        )
        .succeeds();
    machine
        .kingbolt(["install", "--file", "apps.toml", "--exact", "--dry-run"])
        .stdout(
            "
            base on Python [PYTHON VERSION] ([PYTHON])
              base 1.0
              shout 1.0
            greeting on Python [PYTHON VERSION] ([PYTHON])
              hello 1.0
              shout 1.0
            ",
        )
        .succeeds();
}

#[test]
fn exported_apps_are_installed_in_their_exact_versions_and_upgrades_are_free_of_them() {
    let Some(Fixture { machine, .. }) = fixture() else { return };
    exported(&machine);
    machine.kingbolt(["install", "--file", "apps.toml", "--exact", "--quiet"]).succeeds();
    machine.kingbolt(["export"]).stdout(EXPORTED).succeeds();
    machine
        .kingbolt(["install", "--file", "apps.toml", "--exact"])
        .stderr(
            "
            base 1.0 is already installed
            Command in [HOME]/bin: base
            greeting 1.0 is already installed
            Command in [HOME]/bin: hello
            Installed 0 of 2 apps; 2 already installed
            ",
        )
        .succeeds();
    machine
        .kingbolt(["upgrade", "--all"])
        .stderr(
            "
            base 2.0 (was 1.0): 2 packages, [SIZE], Python [PYTHON VERSION], [TIME]
            greeting 1.0: 2 packages, [SIZE], Python [PYTHON VERSION], [TIME]
            Upgraded 2 of 2 apps
            ",
        )
        .succeeds();
}

#[test]
fn an_app_of_a_file_that_fails_does_not_keep_the_others_from_being_installed() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    index.publish(&app("bye", "1.0"));
    machine.kingbolt(["install", "hello", "--with", "bye", "--quiet"]).succeeds();
    machine.write(
        "files/apps.toml",
        "schema = 1\n[apps.absent]\nrequirement = 'absent'\n[apps.bye]\nrequirement = 'bye==1.0'\n[apps.hello]\nrequirement = 'hello'\n",
    );
    machine
        .kingbolt(["install", "--file", "files/apps.toml"])
        .stderr(
            "
            error: failed to install `absent`
              caused by: package `absent` was not found in any index
            hint: check the spelling, or add the package's index with `--index-url` or `--extra-index-url`
            bye 1.0: 1 package, [SIZE], Python [PYTHON VERSION], [TIME]
            Command in [HOME]/bin: bye
            hello 1.0: 1 package, [SIZE], Python [PYTHON VERSION], [TIME]
              bye 1.0 (removed)
            Command in [HOME]/bin: hello
            Installed 2 of 3 apps
            error: 1 of 3 apps failed
            ",
        )
        .exits(3);
}

#[test]
fn paths_in_a_file_start_from_its_directory() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    machine.write("set/wheels/bye-1.0-py3-none-any.whl", app("bye", "1.0").bytes);
    let sources = "[apps.bye.sources]\nfind_links = ['wheels']\n";
    machine.write("set/apps.toml", format!("schema = 1\n[apps.bye]\nrequirement = 'bye'\n{sources}"));
    index.forget_requests();
    machine.kingbolt(["install", "--file", "set/apps.toml", "--quiet"]).succeeds();
    machine.command("bye", [""; 0]).stdout("hello from bye 1.0\n").succeeds();
}

#[test]
fn an_app_that_cannot_be_exported_does_not_keep_the_others_from_it() {
    let Some(Fixture { machine, .. }) = fixture() else { return };
    let records = machine.home().join("kingbolt/apps/base/records");
    for record in fs::read_dir(&records).expect("it has records") {
        fs::write(record.expect("an entry").path(), "schema = 99\n").expect("it can be written");
    }
    machine
        .kingbolt(["export"])
        .stdout(
            r#"
            # Apps for `kingbolt install --file FILE`; with `--exact`, in these versions.
            schema = 1

            [apps.greeting]
            requirement = "hello"
            with = ["shout<3"]
            link_mode = "file"

            [versions.greeting]
            hello = "1.0"
            shout = "1.0"
            "#,
        )
        .stderr(
            "
            error: failed to export `base`
              caused by: `[HOME]/kingbolt/apps/base/records/1-[ID].toml` was written by a newer version of Kingbolt (schema 99)
            hint: update Kingbolt
            error: 1 of 2 apps failed
            ",
        )
        .exits(1);
}

#[test]
fn pinned_apps_are_exported_and_installed_with_their_version_and_their_pin() {
    let Some(Fixture { machine, .. }) = fixture() else { return };
    machine.kingbolt(["pin", "base", "--quiet"]).succeeds();
    let manifest = machine.kingbolt(["export"]).outcome().stdout;
    assert_eq!(manifest.lines().nth(2), Some("pinned = [\"base\"]"), "{manifest}");
    machine.write("apps.toml", manifest);
    machine.kingbolt(["uninstall", "--all", "--quiet"]).succeeds();
    machine
        .kingbolt(["install", "--file", "apps.toml"])
        .stderr(
            "
            base 1.0: 2 packages, [SIZE], Python [PYTHON VERSION], [TIME]
            Command in [HOME]/bin: base
            Pinned base 1.0: `upgrade` leaves it as it is
            greeting 1.0: 2 packages, [SIZE], Python [PYTHON VERSION], [TIME]
            Command in [HOME]/bin: hello
            Installed 2 of 2 apps
            ",
        )
        .succeeds();
    machine
        .kingbolt(["install", "--file", "apps.toml"])
        .stderr(
            "
            base 1.0 is already installed
            Command in [HOME]/bin: base
            base 1.0 is already pinned
            greeting 1.0 is already installed
            Command in [HOME]/bin: hello
            Installed 0 of 2 apps; 2 already installed
            ",
        )
        .succeeds();
}

#[test]
fn exported_apps_are_a_document_too() {
    let machine = Machine::new();
    let empty = "
        # Apps for `kingbolt install --file FILE`; with `--exact`, in these versions.
        schema = 1
        ";
    machine.kingbolt(["export"]).stdout(empty).succeeds();
    let Some(Fixture { machine, .. }) = fixture() else { return };
    let document = machine.kingbolt(["export", "--json"]).json();
    let manifest = &document["manifest"];
    assert_eq!(manifest["apps"]["base"]["requirement"], "base[loud]");
    assert_eq!(manifest["versions"]["base"], serde_json::json!({ "base": "1.0", "shout": "1.0" }));
}

#[test]
fn secrets_are_not_exported() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    let url = index.url().replace("://", "://ada:s3cret@");
    machine.kingbolt(["install", "hello", "--index-url", &url, "--quiet"]).succeeds();
    machine
        .kingbolt(["export"])
        .stdout(
            r#"
            # Apps for `kingbolt install --file FILE`; with `--exact`, in these versions.
            schema = 1

            [apps.hello]
            requirement = "hello"
            link_mode = "file"

            [apps.hello.sources]
            index_url = "[INDEX]/simple/"

            [versions.hello]
            hello = "1.0"
            "#,
        )
        .succeeds();
}

#[test]
fn a_file_that_is_no_manifest_is_told_and_nothing_is_installed() {
    let Some(Fixture { machine, .. }) = Fixture::hello() else { return };
    let hello = "schema = 1\n[apps.hello]\nrequirement = 'hello'\n";
    for (text, cause) in [
        ("schema = 1\n[apps.hello\n", "line 2: unclosed table, expected `]`"),
        ("schema = 9\n", "it was written by a newer version of Kingbolt (schema 9)"),
        (&format!("{hello}pyton = '3.12'\n"), "unknown keys: `apps.hello.pyton`"),
    ] {
        machine.write("apps.toml", text);
        let expected = format!(
            "
            error: failed to use `[HOME]/apps.toml`
              caused by: {cause}
            hint: `kingbolt export` shows the form of such a file
            "
        );
        machine.kingbolt(["install", "--file", "apps.toml"]).stderr(&expected).exits(2);
    }
    machine
        .kingbolt(["install", "--file", "absent.toml"])
        .stderr("error: `[HOME]/absent.toml` does not exist\nhint: check the path\n")
        .exits(8);
    for option in [["--with", "x"], ["--index-url", "x"], ["--constraint", "x"]] {
        let stderr = "
            error: `--file` cannot be used with options that change the apps of the file
            hint: write them into the file
            ";
        machine.write("apps.toml", hello);
        machine.kingbolt(["install", "--file", "apps.toml"].iter().chain(&option)).stderr(stderr).exits(2);
    }
    machine
        .kingbolt(["install", "--file", "apps.toml", "hello"])
        .stderr(
            "
            error: the argument '--file <FILE>' cannot be used with '[SOURCE]...'

            Usage: kingbolt install --file <FILE> [SOURCE]...

            For more information, try '--help'.
            ",
        )
        .exits(2);
    assert!(!machine.home().join("bin").exists());
}
