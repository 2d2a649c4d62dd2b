//! What a resolution is decided from, and what decides nothing.

use crate::support::{BuiltWheel, Fixture, Index, Machine, Wheel, app, dependent, other};

/// True if an app has a package, named as `name-version`.
fn has_package(machine: &Machine, package: &str) -> bool {
    let directory = format!("/{package}.dist-info/");
    machine.files().iter().any(|path| path.starts_with("kingbolt/apps/") && path.contains(&directory))
}

#[test]
fn what_a_version_that_was_given_up_asked_for_is_not_installed() {
    let wheels = [
        Wheel::new("hello", "1.0").requires("other>=1").console("hello", "hello:main").build(),
        Wheel::new("hello", "2.0").requires("other>=0.5a1").requires("base>=2").console("hello", "hello:main").build(),
        Wheel::new("other", "1.0").build(),
        Wheel::new("other", "2.0a1").build(),
        app("base", "1.0"),
        app("base", "2.0"),
    ];
    let Some(Fixture { machine, .. }) = Fixture::serving(Index::complete(), &wheels) else { return };
    machine.kingbolt(["install", "hello", "--with", "base<2", "--quiet"]).succeeds();
    assert!(has_package(&machine, "other-1.0") && !has_package(&machine, "other-2.0a1"), "{:?}", machine.files());
}

#[test]
#[cfg(unix)]
fn an_older_python_is_used_if_there_is_no_resolution_for_the_newest() {
    use crate::support::{Python, missing};
    let Some(Fixture { machine, index }) = Fixture::hello() else { return };
    let [newest, older, ..] = Python::all() else {
        return missing("fewer than two Pythons from 3.8 on are installed").unwrap_or_default();
    };
    let library = Wheel::new("library", "1.0").requires_python(&format!("=={}.*", older.minor_version()));
    let picky = Wheel::new("picky", "1.0").requires("library").console("picky", "picky:main");
    index.publish(&library.build()).publish(&picky.build());
    let link =
        |path: &std::path::Path| std::os::unix::fs::symlink(&older.executable, path).expect("it does not exist yet");
    let machine = machine
        .with_program(&format!("python{}", older.minor_version()), link)
        .naming(&older.version, "[OLDER VERSION]")
        .naming(&format!("=={}.*", older.minor_version()), "==[OLDER MINOR].*");
    machine
        .kingbolt(["install", "picky"])
        .stderr(
            "
            Resolved 2 packages in [TIME]
            warning: Python [OLDER VERSION] is used: no versions fit Python [PYTHON VERSION]
            Downloaded 2 wheels ([SIZE]) in [TIME]
            Installed 2 packages in [TIME]
            picky 1.0: 2 packages, [SIZE], Python [OLDER VERSION], [TIME]
            Command in [HOME]/bin: picky
            ",
        )
        .succeeds();
    machine
        .kingbolt(["upgrade", "picky"])
        .stderr("Resolved 2 packages in [TIME]\npicky 1.0 is up to date\n")
        .succeeds();
    // Nothing else is tried if a Python was asked for.
    let asked = ["install", "picky", "--name", "second", "--python", newest.executable.to_str().expect("it is text")];
    let unsatisfiable = "
        error: no versions support CPython [PYTHON MINOR] on [PLATFORM]:
            Because picky 1.0 depends on library and library 1.0 requires Python ==[OLDER MINOR].*, picky 1.0 cannot be used.
            And because you asked for picky, the requirements cannot be satisfied.
        hint: try another Python with `--python`, or other versions
        ";
    machine.kingbolt(asked).stderr(unsatisfiable).exits(6);
}

#[test]
fn a_damaged_newest_version_ends_an_installation_and_is_passed_over_only_if_excluded() {
    let Some(Fixture { index, machine }) = Fixture::serving(Index::plain(), &[app("hello", "1.0")]) else { return };
    let newest = app("hello", "2.0");
    let extended = BuiltWheel { bytes: [&newest.bytes[..], b"x"].concat(), ..newest };
    index.publish(&extended);
    machine
        .kingbolt(["install", "hello", "--quiet"])
        .stderr(
            "
            error: failed to use the metadata of `hello-2.0-py3-none-any.whl`
              caused by: the wheel is damaged: the archive is invalid: bytes follow its end record
            hint: get another copy of the file, or exclude its version with `!=`, and report it to its maintainers
            ",
        )
        .exits(4);
    machine.kingbolt(["install", "hello!=2.0", "--quiet"]).succeeds();
}

#[test]
fn a_damaged_wheel_file_is_a_failed_verification() {
    let Some(Fixture { machine, .. }) = Fixture::hello() else { return };
    let wheel = app("local", "1.0");
    machine.write("local-1.0-py3-none-any.whl", &wheel.bytes[..wheel.bytes.len() - 1]);
    machine
        .kingbolt(["install", "./local-1.0-py3-none-any.whl", "--quiet"])
        .stderr(
            "
            error: failed to use the metadata of `local-1.0-py3-none-any.whl`
              caused by: the wheel is damaged: the archive is invalid: it does not end with an end record
            hint: get another copy of the file, or exclude its version with `!=`, and report it to its maintainers
            ",
        )
        .exits(4);
}

/// A wheel beside which an index serves METADATA of another.
fn misstated(wheel: &BuiltWheel, stated: &BuiltWheel) -> BuiltWheel {
    BuiltWheel { metadata: stated.metadata.clone(), ..wheel.clone() }
}

#[test]
fn metadata_that_is_not_the_wheels_installs_nothing() {
    let wheels = [misstated(&app("hello", "1.0"), &dependent("hello", "1.0")), other()];
    let Some(Fixture { machine, .. }) = Fixture::serving(Index::complete(), &wheels) else { return };
    let told = "
        Resolved 2 packages in [TIME]
        Downloaded 2 wheels ([SIZE]) in [TIME]
        warning: the Requires-Dist of `hello-1.0-py3-none-any.whl` is not what its server stated; resolving again
        Resolved 1 package in [TIME]
        Downloaded 1 wheel ([SIZE]) in [TIME]
        Installed 1 package in [TIME]
        hello 1.0: 1 package, [SIZE], Python [PYTHON VERSION], [TIME]
        Command in [HOME]/bin: hello
        ";
    machine.kingbolt(["install", "hello"]).stderr(told).succeeds();
    assert!(has_package(&machine, "hello-1.0") && !has_package(&machine, "other-2.1"), "{:?}", machine.files());
    machine.kingbolt(["install", "hello", "--force", "--quiet"]).succeeds();
}

#[test]
fn a_second_contradiction_is_a_failed_verification_and_locks_nobody_out() {
    let library = Wheel::new("library", "1.0").requires("other>=2").build();
    let hello = Wheel::new("hello", "1.0").requires("library").console("hello", "hello:main").build();
    let wheels =
        [misstated(&hello, &app("hello", "1.0")), misstated(&library, &Wheel::new("library", "1.0").build()), other()];
    let Some(Fixture { machine, .. }) = Fixture::serving(Index::complete(), &wheels) else { return };
    machine
        .kingbolt(["install", "hello", "--quiet"])
        .stderr(
            "
            error: the Requires-Dist of `library-1.0-py3-none-any.whl` is not what its server stated
            hint: the index or its mirror is damaged or was manipulated; try another one
            ",
        )
        .exits(4);
    assert!(!machine.files().iter().any(|path| path.starts_with("kingbolt/apps")), "{:?}", machine.files());
    machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
    assert!(has_package(&machine, "library-1.0") && has_package(&machine, "other-2.1"), "{:?}", machine.files());
}

#[test]
fn a_package_of_an_index_names_no_address() {
    let Some(Fixture { index, machine }) = Fixture::serving(Index::complete(), &[other()]) else { return };
    let stranger = Index::complete();
    stranger.publish(&Wheel::new("other", "9.0").build());
    let address = format!("{}/files/other-9.0-py3-none-any.whl", stranger.origin());
    let middle = Wheel::new("middle", "1.0").requires(&format!("other @ {address}")).build();
    let hello = Wheel::new("hello", "1.0").requires("middle").console("hello", "hello:main").build();
    index.publish(&hello).publish(&middle);
    let refused = format!(
        "
        error: `middle` 1.0 requires `other @ {address}`, but only you can name an address
        hint: if you trust this address, pass `--with 'other @ {address}'`
        "
    );
    machine.kingbolt(["install", "hello", "--with", "other", "--quiet"]).stderr(&refused).exits(3);
    assert_eq!(stranger.paths(), Vec::<String>::new());
    let with = format!("other @ {address}#sha256={}", Wheel::new("other", "9.0").build().sha256());
    machine.kingbolt(["install", "hello", "--with", &with, "--quiet"]).succeeds();
}

#[test]
fn a_conflict_of_many_versions_names_the_newest_and_is_derived_with_verbose() {
    let wheels = [
        Wheel::new("house", "1.0").requires("paint>=1").build(),
        Wheel::new("house", "2.0").requires("paint>=2").console("house", "house:main").build(),
        Wheel::new("paint", "0.5").build(),
        Wheel::new("paint", "2.0").build(),
    ];
    let Some(Fixture { machine, .. }) = Fixture::serving(Index::complete(), &wheels) else { return };
    let message = [
        "no versions satisfy all requirements:",
        "- house 2.0 depends on paint>=2 (another version is similar)",
        "- you asked for house and paint<1",
    ];
    let derivation = [
        "Because house 1.0 depends on paint>=1 and house 2.0 depends on paint>=2, all versions of house need paint>=1.",
        "And because you asked for house and paint<1, the requirements cannot be satisfied.",
    ];
    let hint = "change the version requirements, or install fewer packages together; \
                `--verbose` shows how the conflict comes about";
    let message_shown = format!("error: {}\n", message.join("\n    "));
    let short = format!("{message_shown}hint: {hint}\n");
    let install = ["install", "house", "--with", "paint<1"];
    machine.kingbolt(install).stderr(&short).exits(3);
    machine
        .kingbolt(["install", "house", "--with", "paint<1", "--verbose"])
        .stderr(&format!("{message_shown}  derivation:\n    {}\nhint: {hint}\n", derivation.join("\n    ")))
        .exits(3);
    // Outputs are compared with the separators of paths that Unix has.
    let line_break = if cfg!(windows) { "/n" } else { "\\n" };
    let (message, derivation) = (message.join(line_break), derivation.join(line_break));
    let document = format!(
        r#"{{
  "schema": 1,
  "error": {{
    "exit_code": 3,
    "message": "{message}",
    "causes": [],
    "derivation": "{derivation}",
    "hint": "{hint}"
  }}
}}
"#
    );
    let documented = machine.kingbolt(["install", "house", "--with", "paint<1", "--json"]);
    documented.stdout(&document).stderr(&short).exits(3);
}
