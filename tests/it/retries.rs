//! A change that fails costs nothing twice: nothing is downloaded in vain, and a retry uses what was downloaded.

use crate::support::{
    BuiltWheel, Feature, Fixture, HELLO_IS_TAKEN, Index, Times, Trouble, Wheel, hello, other, sha256_hex,
};

/// An app with a command that `hello` has, too, and a dependency.
fn rival(version: &str) -> BuiltWheel {
    Wheel::new("rival", version).console("hello", "rival:main").requires("other").build()
}

/// The number of requests for a whole wheel.
fn downloads(index: &Index, wheel: &BuiltWheel) -> usize {
    let path = format!("/files/{}", wheel.file_name);
    index.requests().iter().filter(|request| request.path == path && request.header("range").is_none()).count()
}

#[test]
fn a_clash_of_commands_is_found_before_the_dependencies_are_downloaded() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    let (rival, other) = (rival("1.0"), other());
    index.publish(&rival).publish(&other);
    machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
    for attempt in 1..=2 {
        machine.kingbolt(["install", "rival", "--quiet"]).stderr(HELLO_IS_TAKEN).exits(8);
        assert_eq!((downloads(&index, &rival), downloads(&index, &other)), (1, 0), "attempt {attempt}");
    }
    machine.kingbolt(["install", "rival", "--force", "--quiet"]).succeeds();
    assert_eq!((downloads(&index, &rival), downloads(&index, &other)), (1, 1));
    machine.command("hello", [""; 0]).stdout("hello from rival 1.0\n").succeeds();
}

#[test]
fn a_clash_that_an_upgrade_brings_is_found_before_the_dependencies_are_downloaded() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    let (rival, other) = (rival("2.0"), other());
    index.publish(&Wheel::new("rival", "1.0").console("rival", "rival:main").build());
    machine.kingbolt(["install", "hello", "rival", "--quiet"]).succeeds();
    index.publish(&rival).publish(&other);
    machine.kingbolt(["upgrade", "rival", "--quiet"]).stderr(HELLO_IS_TAKEN).exits(8);
    assert_eq!((downloads(&index, &rival), downloads(&index, &other)), (1, 0));
    machine.command("rival", [""; 0]).stdout("hello from rival 1.0\n").succeeds();
}

#[test]
fn a_package_without_commands_is_found_before_its_dependencies_are_downloaded() {
    let (library, other) = (Wheel::new("library", "1.0").requires("hello").build(), hello("1.0"));
    let named = "`library` is a library without commands; add it to an app: `kingbolt install APP --with library`; for commands of its dependencies, run, for example, `kingbolt install library --with-executables-from hello`";
    // Without parts of files, nothing tells the commands of wheels that are not downloaded.
    let unnamed = "`library` is a library without commands; add it to an app: `kingbolt install APP --with library`";
    let without_parts = Index::offering(&[Feature::Digests, Feature::Sidecars]);
    for (index, hint) in [(Index::complete(), named), (without_parts, unnamed)] {
        let Some(Fixture { index, machine }) = Fixture::serving(index, &[library.clone(), other.clone()]) else {
            return;
        };
        let expected = format!("error: `library` has no commands\nhint: {hint}\n");
        machine.kingbolt(["install", "library", "--quiet"]).stderr(&expected).exits(1);
        assert_eq!((downloads(&index, &library), downloads(&index, &other)), (1, 0));
        assert!(machine.files().iter().all(|path| !path.contains("/apps/")), "{:?}", machine.files());
    }
}

#[test]
fn a_package_without_commands_whose_wheels_are_all_stored_is_not_said_to_be_installed() {
    let wheels = [hello("1.0"), Wheel::new("library", "1.0").build()];
    let Some(Fixture { machine, .. }) = Fixture::serving(Index::complete(), &wheels) else { return };
    machine.kingbolt(["install", "hello", "--with", "library", "--quiet"]).succeeds();
    machine
        .kingbolt(["install", "library"])
        .stderr(
            "
            Resolved 1 package in [TIME]
            error: `library` has no commands
            hint: `library` is a library without commands; add it to an app: `kingbolt install APP --with library`
            ",
        )
        .exits(1);
}

#[test]
fn a_wheel_that_is_downloaded_before_another_one_fails_is_not_downloaded_again() {
    let (app, other) = (Wheel::new("app", "1.0").console("app", "app:main").requires("other").build(), other());
    let Some(Fixture { index, machine }) = Fixture::serving(Index::complete(), &[app.clone(), other.clone()]) else {
        return;
    };
    // The first request for it ends in a verification that fails.
    index.trouble_with(&other, Times::First(1), Trouble::Corrupted);
    let corrupted = format!("
        error: refused `other-2.1-py3-none-any.whl`: `[INDEX]/files/other-2.1-py3-none-any.whl` has sha256:{}, not the expected sha256:{}
        hint: the file was changed on the server or in transit; do not install it until its publisher explains why
        ", sha256_hex(&Trouble::corrupted(other.bytes.clone())), other.sha256());
    machine.kingbolt(["install", "app", "--quiet"]).stderr(&corrupted).exits(4);
    machine.kingbolt(["install", "app", "--quiet"]).succeeds();
    assert_eq!((downloads(&index, &app), downloads(&index, &other)), (1, 2));
    machine.kingbolt(["uninstall", "app", "--quiet"]).succeeds();
    assert!(machine.files().iter().all(|path| !path.contains("/store/")), "{:?}", machine.files());
}

#[test]
fn wheels_of_a_failed_installation_are_removed_by_a_sweep() {
    let (rival, other) = (rival("1.0"), other());
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    index.publish(&rival).publish(&other);
    machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
    let before = machine.files();
    machine.kingbolt(["install", "rival", "--quiet"]).stderr(HELLO_IS_TAKEN).exits(8);
    assert_ne!(machine.files(), before);
    machine.kingbolt(["cache", "prune", "--quiet"]).succeeds();
    assert_eq!(machine.files(), before);
}

#[test]
fn a_version_that_does_not_work_leaves_nothing_in_the_store() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
    let before = machine.files();
    index.publish(&Wheel::empty("hello", "2.0").console("hello", "hello:main").build());
    machine
        .kingbolt(["upgrade", "hello", "--quiet"])
        .stderr(
            "
            error: `hello` 2.0 does not work on this machine: the command hello fails: ModuleNotFoundError: No module named 'hello'
            hint: the installed version of `hello` was not changed; report this to its maintainers, or request another version with `kingbolt install`
            ",
        )
        .exits(1);
    assert_eq!(machine.files(), before);
}
