//! `pin` and `unpin`.

use crate::support::{Fixture, app, dependent_hello};

#[test]
fn a_pinned_app_stays_as_it_is_until_it_is_unpinned() {
    let Some(Fixture { index, machine }) = Fixture::installed() else { return };
    index.publish(&app("bye", "1.0"));
    machine.kingbolt(["install", "bye", "--quiet"]).succeeds();
    machine.kingbolt(["pin", "hello"]).stderr("Pinned hello 1.0: `upgrade` leaves it as it is\n").succeeds();
    machine.kingbolt(["pin", "hello"]).stderr("hello 1.0 is already pinned\n").succeeds();
    index.publish(&dependent_hello("2.0")).publish(&app("bye", "2.0"));
    let pinned = "hello 1.0 is pinned; run `kingbolt unpin hello` before you upgrade it\n";
    machine.kingbolt(["upgrade", "hello"]).stderr(pinned).succeeds();
    machine.kingbolt(["upgrade", "hello", "--dry-run"]).stderr(pinned).succeeds();
    assert_eq!(machine.kingbolt(["upgrade", "hello", "--json"]).json()["results"][0]["status"], "pinned");
    machine
        .kingbolt(["upgrade", "--all"])
        .stderr(
            "
            bye 2.0 (was 1.0): 1 package, [SIZE], Python [PYTHON VERSION], [TIME]
            hello 1.0 is pinned; run `kingbolt unpin hello` before you upgrade it
            Upgraded 1 of 2 apps; 1 pinned
            ",
        )
        .succeeds();
    machine
        .kingbolt(["list"])
        .stdout(
            "
            bye    2.0           Python [PYTHON VERSION]  bye
            hello  1.0 (pinned)  Python [PYTHON VERSION]  hello
            ",
        )
        .succeeds();
    assert_eq!(machine.kingbolt(["list", "hello", "--json"]).json()["apps"][0]["pinned"], true);
    machine.kingbolt(["list", "--outdated"]).stdout("hello  1.0; 2.0 is held back: the app is pinned\n").succeeds();
    machine.kingbolt(["unpin", "hello"]).stderr("Unpinned hello 1.0\n").succeeds();
    machine.kingbolt(["unpin", "hello"]).stderr("hello 1.0 is not pinned\n").succeeds();
    machine.kingbolt(["upgrade", "hello", "--quiet"]).succeeds();
    machine.command("hello", [""; 0]).stdout("hello from hello 2.0\n").succeeds();
}

#[test]
fn a_pin_stays_over_changes_that_a_person_names_and_goes_with_the_app() {
    let Some(Fixture { index, machine }) = Fixture::installed() else { return };
    index.publish(&dependent_hello("2.0"));
    machine.kingbolt(["pin", "hello", "--quiet"]).succeeds();
    machine.kingbolt(["install", "hello>=2", "--quiet"]).succeeds();
    let listed = |version: &str| {
        let expected = format!("hello  {version} (pinned)  Python [PYTHON VERSION]  hello\n");
        machine.kingbolt(["list"]).stdout(&expected).succeeds();
    };
    listed("2.0");
    machine.kingbolt(["rollback", "hello", "--quiet"]).succeeds();
    listed("1.0");
    machine.kingbolt(["uninstall", "hello", "--quiet"]).succeeds();
    assert_eq!(machine.files(), Vec::<String>::new());
    machine.kingbolt(["install", "hello<2", "--quiet"]).succeeds();
    machine.kingbolt(["list"]).stdout("hello  1.0  Python [PYTHON VERSION]  hello\n").succeeds();
}

#[test]
fn an_app_that_is_not_installed_cannot_be_pinned() {
    let Some(Fixture { machine, .. }) = Fixture::installed() else { return };
    machine
        .kingbolt(["pin", "nope", "hello"])
        .stderr(
            "
            error: failed to pin `nope`
              caused by: `nope` is not installed
            hint: installed apps: hello
            Pinned hello 1.0: `upgrade` leaves it as it is
            error: 1 of 2 apps failed
            ",
        )
        .exits(1);
    machine
        .kingbolt(["unpin", "nope"])
        .stderr("error: `nope` is not installed\nhint: installed apps: hello\n")
        .exits(1);
    assert_eq!(machine.kingbolt(["pin", "hello", "--json"]).json()["apps"][0]["status"], "unchanged");
}
