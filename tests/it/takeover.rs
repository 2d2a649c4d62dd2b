//! Commands that `install --force` takes over from another app: both apps go on working, and the other one gets its
//! command back.

use crate::support::{BuiltWheel, Fixture, Index, Wheel};

/// An app with the command `shared` and one of its own name.
fn sharing(name: &str, version: &str) -> BuiltWheel {
    let target = format!("{name}:main");
    Wheel::new(name, version).console("shared", &target).console(name, &target).build()
}

/// `one` is installed, and `two` has taken `shared` over.
fn taken_over() -> Option<Fixture> {
    let fixture = Fixture::serving(Index::complete(), &[sharing("one", "1.0"), sharing("two", "1.0")])?;
    fixture.succeeds(&["install", "one"]);
    fixture.succeeds(&["install", "two", "--force"]);
    assert_starts(&fixture, "two 1.0");
    Some(fixture)
}

#[track_caller]
fn assert_starts(fixture: &Fixture, app: &str) {
    assert_eq!(fixture.says("shared"), Some(format!("hello from {app}")));
}

#[test]
fn an_app_that_lost_a_command_is_listed_verified_upgraded_and_rolled_back_without_it() {
    let Some(fixture) = taken_over() else { return };
    let machine = &fixture.machine;
    let listed = "
        one  1.0  Python [PYTHON VERSION]  one, shared (taken over by two)
        two  1.0  Python [PYTHON VERSION]  shared, two
        ";
    machine.kingbolt(["list"]).stdout(listed).succeeds();
    let lost = &machine.kingbolt(["list", "--json"]).json()["apps"][0]["lost"];
    assert_eq!(*lost, serde_json::json!([{ "command": "shared", "app": "two" }]));
    fixture.succeeds(&["verify"]);
    fixture.index.publish(&sharing("one", "2.0")).publish(&sharing("two", "2.0"));
    fixture.succeeds(&["upgrade", "--all"]);
    assert_eq!(fixture.says("one").as_deref(), Some("hello from one 2.0"));
    assert_starts(&fixture, "two 2.0");
    for version in ["1.0", "2.0"] {
        fixture.succeeds(&["rollback", "one"]);
        assert_eq!(fixture.says("one"), Some(format!("hello from one {version}")));
        fixture.succeeds(&["verify", "--repair"]);
        assert_starts(&fixture, "two 2.0");
    }
    machine
        .kingbolt(["install", "one"])
        .stderr(
            "
            one 2.0 is already installed
            warning: `shared` starts `two`, which took it over; install with `--force` to take it back
            Command in [HOME]/bin: one
            ",
        )
        .succeeds();
    assert_starts(&fixture, "two 2.0");
    fixture.succeeds(&["install", "one", "--force"]);
    assert_starts(&fixture, "one 2.0");
    fixture.succeeds(&["verify"]);
    fixture.succeeds(&["uninstall", "one"]);
    assert_starts(&fixture, "two 2.0");
    fixture.succeeds(&["uninstall", "two"]);
    assert_eq!(machine.files(), Vec::<String>::new());
}

#[test]
fn a_command_goes_back_when_the_app_that_took_it_over_is_uninstalled() {
    let Some(fixture) = taken_over() else { return };
    fixture.index.publish(&sharing("three", "1.0"));
    fixture.succeeds(&["install", "three", "--force"]);
    assert_starts(&fixture, "three 1.0");
    for (gone, next) in [("three", "two 1.0"), ("two", "one 1.0")] {
        fixture.succeeds(&["uninstall", gone]);
        assert_starts(&fixture, next);
        fixture.succeeds(&["verify"]);
    }
    assert_eq!(fixture.machine.kingbolt(["list", "--json"]).json()["apps"][0]["lost"], serde_json::Value::Null);
}

#[test]
fn a_command_goes_back_when_an_upgrade_of_the_app_that_took_it_over_no_longer_has_it() {
    let Some(fixture) = taken_over() else { return };
    fixture.index.publish(&Wheel::new("two", "2.0").console("two", "two:main").build());
    fixture.succeeds(&["upgrade", "two"]);
    assert_starts(&fixture, "one 1.0");
    // Going back does not take it over again, since that was never asked for with this state of things.
    fixture.succeeds(&["rollback", "two"]);
    assert_starts(&fixture, "one 1.0");
    assert_eq!(fixture.says("two").as_deref(), Some("hello from two 1.0"));
    fixture.succeeds(&["verify"]);
}

#[test]
fn an_upgrade_that_brings_a_command_of_another_app_is_refused() {
    let wheels = [sharing("one", "1.0"), Wheel::new("two", "1.0").console("two", "two:main").build()];
    let Some(fixture) = Fixture::serving(Index::complete(), &wheels) else { return };
    fixture.succeeds(&["install", "one", "two"]);
    fixture.index.publish(&sharing("two", "2.0"));
    fixture
        .machine
        .kingbolt(["upgrade", "two", "--quiet"])
        .stderr(
            "
            error: the command `shared` belongs to the installed app `one`
            hint: run `kingbolt uninstall one` first, or install with `--force` to replace the command
            ",
        )
        .exits(8);
    assert_eq!(fixture.says("two").as_deref(), Some("hello from two 1.0"));
    assert_starts(&fixture, "one 1.0");
}
