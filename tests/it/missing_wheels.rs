//! Newest versions without a wheel for this machine.

use crate::support::{Fixture, Index, Project, Wheel, app, dependent_hello, other};

/// A wheel that no machine can use.
fn foreign(name: &str, version: &str) -> crate::support::BuiltWheel {
    Wheel::new(name, version).tag("cp39-cp39-win32").console(name, &format!("{name}:main")).build()
}

#[test]
fn an_old_version_is_not_installed_because_the_newest_is_published_as_source_only() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    index.publish_source(&Project::new("hello", "6.2"));
    let before = machine.files_beside_store();
    let refused = "
        error: `hello` 6.2 is published as source only
        hint: pass `--allow-build hello` to build from source, or request `hello<=1.0`, the newest with a wheel
        ";
    for arguments in [&["install", "hello", "--quiet"][..], &["run", "--quiet", "hello"]] {
        machine.kingbolt(arguments).stderr(refused).exits(6);
        assert_eq!(machine.files_beside_store(), before);
    }
    machine.kingbolt(["install", "hello<=1.0", "--quiet"]).succeeds();
    machine.kingbolt(["upgrade", "hello", "--quiet"]).succeeds();
    machine.kingbolt(["install", "hello", "--quiet"]).stderr(refused).exits(6);
}

#[test]
fn an_upgrade_tells_of_a_newer_version_that_is_published_as_source_only() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
    index.publish_source(&Project::new("hello", "6.2"));
    let document = machine.kingbolt(["upgrade", "hello", "--json", "--quiet"]).outcome();
    assert_eq!(document.code, Some(6));
    let document: serde_json::Value = serde_json::from_str(&document.stdout).expect("one document");
    assert_eq!(document["error"]["message"], "`hello` 6.2 is published as source only");
    machine.command("hello", [""; 0]).stdout("hello from hello 1.0\n").succeeds();
}

#[test]
fn an_old_version_is_not_installed_because_the_newest_has_wheels_for_other_machines_only() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    index.publish(&foreign("hello", "2.0"));
    machine
        .kingbolt(["install", "hello", "--quiet"])
        .stderr(
            "
            error: `hello` 2.0 has no wheel for CPython [PYTHON MINOR] on [PLATFORM], only for cp39 on win32
            hint: request `hello<=1.0`, the newest with a wheel
            ",
        )
        .exits(6);
}

#[test]
fn an_older_version_of_a_dependency_is_told_on_stderr_and_in_json() {
    let Some(Fixture { index, machine }) = Fixture::dependent_hello() else { return };
    index.publish_source(&Project::new("other", "3.0"));
    machine
        .kingbolt(["install", "hello"])
        .stderr(
            "
            warning: `other` 2.1 is used: 3.0 is published as source only
            Resolved 2 packages in [TIME]
            Downloaded 2 wheels ([SIZE]) in [TIME]
            Installed 2 packages in [TIME]
            hello 1.0: 2 packages, [SIZE], Python [PYTHON VERSION], [TIME]
            Command in [HOME]/bin: hello
            ",
        )
        .succeeds();
    let document = machine.kingbolt(["install", "hello", "--force", "--json", "--quiet"]).json();
    assert_eq!(document["warnings"], serde_json::json!(["`other` 2.1 is used: 3.0 is published as source only"]));
}

#[test]
fn a_package_that_is_added_is_one_that_was_asked_for() {
    let wheels = [app("hello", "1.0"), other()];
    let Some(Fixture { index, machine }) = Fixture::serving(Index::complete(), &wheels) else { return };
    index.publish_source(&Project::new("other", "3.0"));
    machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
    let refused = "
        error: `other` 3.0 is published as source only
        hint: pass `--allow-build other` to build from source, or request `other<=2.1`, the newest with a wheel
        ";
    machine.kingbolt(["inject", "hello", "other", "--quiet"]).stderr(refused).exits(6);
    machine.kingbolt(["install", "hello", "--with", "other", "--quiet"]).stderr(refused).exits(6);
    machine.kingbolt(["inject", "hello", "other<=2.1", "--quiet"]).succeeds();
}

#[test]
fn an_old_version_is_not_installed_because_it_lacks_the_extra_that_cannot_be_installed() {
    let newest = Wheel::new("hello", "3.2").extra("dev", "lacking").console("hello", "hello:main").build();
    let Some(Fixture { index, machine }) =
        Fixture::serving(Index::complete(), &[dependent_hello("1.0"), newest, other()])
    else {
        return;
    };
    index.publish_source(&Project::new("lacking", "1.0"));
    machine
        .kingbolt(["install", "hello[dev]", "--quiet"])
        .stderr(
            "
            error: no versions support CPython [PYTHON MINOR] on [PLATFORM]:
                Because hello[dev] 3.2 depends on lacking and lacking 1.0 has only a source distribution, hello[dev] 3.2 cannot be used.
                And because you asked for hello[dev] and hello[dev] 1.0 cannot be used (it has no extra `dev`), the requirements cannot be satisfied.
            hint: pass `--allow-build lacking` to build from source, or try another Python with `--python`, or other versions
            ",
        )
        .exits(6);
    assert!(machine.files().iter().all(|path| !path.contains("hello-1.0")));
    machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
}
