//! What a resolution is decided from, and what decides nothing.

use crate::support::{Fixture, Index, Wheel, app};

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
