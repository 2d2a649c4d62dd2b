//! What a resolution is decided from, and what decides nothing.

use crate::support::{BuiltWheel, Fixture, Index, Wheel, app};

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
    let listed = machine.kingbolt(["list", "-v"]).outcome().stdout;
    assert!(listed.contains("other 1.0") && !listed.contains("2.0a1"), "{listed}");
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
            error: failed to use the metadata of `hello-2.0-py3-none-any.whl`: the wheel is damaged: the archive is \
            invalid: it does not end with an end record
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
    machine.kingbolt(["install", "./local-1.0-py3-none-any.whl", "--quiet"]).exits_whatever_it_says(4);
}
