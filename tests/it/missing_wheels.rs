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
            error: `hello` 3.2 needs `lacking`, which is published as source only
            hint: pass `--allow-build lacking` to build from source
            ",
        )
        .exits(6);
    assert!(machine.files().iter().all(|path| !path.contains("hello-1.0")));
    machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
}

#[test]
#[cfg(unix)]
fn another_python_is_used_if_it_leads_to_the_newest_version_and_not_to_an_older_one() {
    use crate::support::{Python, missing};
    let Some(Fixture { machine, index }) = Fixture::hello() else { return };
    let [newest, older, ..] = Python::all() else {
        return missing("fewer than two Pythons from 3.8 on are installed").unwrap_or_default();
    };
    let tag = |python: &Python| format!("cp{}-none-any", python.minor_version().replace('.', ""));
    index.publish(&Wheel::new("library", "1.0").tag(&tag(older)).build());
    let hello = |version: &str| Wheel::new("hello", version).requires("library").console("hello", "hello:main");
    index.publish(&hello("2.0").build());
    let link =
        |path: &std::path::Path| std::os::unix::fs::symlink(&older.executable, path).expect("it does not exist yet");
    let machine = machine
        .with_program(&format!("python{}", older.minor_version()), link)
        .naming(&older.version, "[OLDER VERSION]");
    machine
        .kingbolt(["install", "hello"])
        .stderr(
            "
            Resolved 2 packages in [TIME]
            warning: Python [OLDER VERSION] is used: no versions fit Python [PYTHON VERSION]
            Downloaded 2 wheels ([SIZE]) in [TIME]
            Installed 2 packages in [TIME]
            hello 2.0: 2 packages, [SIZE], Python [OLDER VERSION], [TIME]
            Command in [HOME]/bin: hello
            ",
        )
        .succeeds();
    index.publish(&hello("3.0").requires_python(&format!(">={}", newest.minor_version())).build());
    // Nothing is resolved first that is not installed then.
    let outcome = machine.kingbolt(["upgrade", "hello"]).outcome();
    assert_eq!(outcome.code, Some(6), "{outcome:?}");
    assert!(outcome.stderr.starts_with("error: `hello` 3.0 needs `library`, which has no wheel for"), "{outcome:?}");
}
