//! `list --outdated`, and `list` of some apps and of commands.

use serde_json::json;

use crate::support::{Fixture, Index, Machine, Wheel, app, dependent_hello};

#[test]
fn newer_versions_are_listed_and_those_that_a_restriction_holds_back() {
    let Some(Fixture { index, machine }) = Fixture::installed() else { return };
    for name in ["bounded", "current", "constrained"] {
        index.publish(&app(name, "1.0"));
    }
    machine.write("constraints.txt", "constrained<1.9\n");
    machine.kingbolt(["install", "bounded<2", "current", "--quiet"]).succeeds();
    machine.kingbolt(["install", "constrained", "--constraint", "constraints.txt", "--quiet"]).succeeds();
    machine.kingbolt(["list", "--outdated"]).stderr("All apps are up to date\n").succeeds();
    index.publish(&dependent_hello("2.0")).publish(&Wheel::new("other", "2.2").build());
    for version in ["1.5", "2.0"] {
        index.publish(&app("bounded", version)).publish(&app("constrained", version));
    }
    let before = machine.files();
    machine
        .kingbolt(["list", "--outdated"])
        .stdout(
            "
            bounded      1.0 -> 1.5; 2.0 is held back: `bounded<2` does not admit it
            constrained  1.0 -> 1.5; 2.0 is held back: the constraint `constrained<1.9` does not admit it
            hello        1.0 -> 2.0
            ",
        )
        .succeeds();
    machine
        .kingbolt(["list", "--outdated", "hello", "-v"])
        .stdout("hello  1.0 -> 2.0\n  hello 1.0 -> 2.0\n  other 2.1 -> 2.2\n")
        .succeeds();
    let outdated = machine.kingbolt(["list", "--outdated", "--json"]).json();
    assert_eq!(
        outdated["apps"][0],
        json!({
            "app": "bounded",
            "version": "1.0",
            "upgrade": "1.5",
            "held_back": { "version": "2.0", "reason": "`bounded<2` does not admit it" },
            "changes": [{ "name": "bounded", "from": "1.0", "to": "1.5" }],
        })
    );
    assert_eq!(machine.files(), before);
}

#[test]
fn a_version_that_does_not_fit_is_told_with_the_reason() {
    let Some(Fixture { index, machine }) = Fixture::installed() else { return };
    index.publish(&Wheel::new("hello", "2.0").requires("other<1").console("hello", "hello:main").build());
    index.publish(&app("snake", "1.0"));
    index.publish(&Wheel::new("snake", "2.0").requires_python(">=4").console("snake", "snake:main").build());
    machine.kingbolt(["install", "snake", "--quiet"]).succeeds();
    machine
        .kingbolt(["list", "--outdated"])
        .stdout(
            "
            hello  1.0; 2.0 is held back: because hello 2.0 depends on other<1 and there is no other<1 (the newest is 2.1), hello 2.0 cannot be used
            snake  1.0; 2.0 is held back: `snake` 2.0 requires Python >=4, not [PYTHON VERSION]
            ",
        )
        .succeeds();
}

#[test]
fn prereleases_and_indexes_are_those_of_each_app() {
    let Some(Fixture { index, machine }) = Fixture::installed() else { return };
    let second = Index::complete();
    second.publish(&app("bye", "1.0"));
    machine.kingbolt(["install", "bye", "--index-url", &second.url(), "--quiet"]).succeeds();
    index.publish(&app("bye", "9.0")).publish(&dependent_hello("2.0b1"));
    second.publish(&app("bye", "1.1"));
    machine.kingbolt(["list", "--outdated"]).stdout("bye  1.0 -> 1.1\n").succeeds();
    machine.kingbolt(["install", "hello<2", "--pre", "--quiet"]).succeeds();
    machine
        .kingbolt(["list", "--outdated", "hello"])
        .stdout("hello  1.0; 2.0b1 is held back: `hello<2` does not admit it\n")
        .succeeds();
}

#[test]
fn an_app_that_cannot_be_compared_does_not_keep_the_others_from_it() {
    let Some(Fixture { index, machine }) = Fixture::installed() else { return };
    let gone = Index::complete();
    gone.publish(&app("bye", "1.0"));
    machine.kingbolt(["install", "bye", "--index-url", &gone.url(), "--quiet"]).succeeds();
    let origin = gone.origin().clone();
    drop(gone);
    index.publish(&dependent_hello("2.0"));
    machine.kingbolt(["cache", "clear", "--quiet"]).succeeds();
    machine
        .kingbolt(["list", "--outdated"])
        .stdout("hello  1.0 -> 2.0\n")
        .stderr(&format!(
            "
        error: failed to compare `bye`
          caused by: failed to look up `bye` in the index `{origin}/simple/`
          caused by: failed to fetch `{origin}/simple/bye/`
          caused by: tcp connect error: [SYSTEM ERROR]
        hint: check the network connection; if you need a proxy, set `HTTPS_PROXY=http://host:port`
        error: 1 of 2 apps failed
        "
        ))
        .exits(5);
}

#[test]
fn some_apps_are_listed_and_one_that_is_not_installed_is_an_error() {
    let Some(Fixture { index, machine }) = Fixture::installed() else { return };
    index.publish(&app("bye", "1.0"));
    machine.kingbolt(["install", "bye", "--quiet"]).succeeds();
    machine.kingbolt(["list", "bye"]).stdout("bye  1.0  Python [PYTHON VERSION]  bye\n").succeeds();
    for arguments in [&["list", "bye", "nope"][..], &["list", "--outdated", "nope"]] {
        machine
            .kingbolt(arguments)
            .stderr("error: `nope` is not installed\nhint: installed apps: bye, hello\n")
            .exits(1);
    }
}

#[test]
fn each_command_is_listed_with_the_app_that_it_starts() {
    let Some(Fixture { index, machine }) = Fixture::installed() else { return };
    index.publish(&Wheel::new("rival", "1.0").console("hello", "rival:main").console("a-tool", "rival:main").build());
    machine.kingbolt(["list", "--commands"]).stdout("hello  hello\n").succeeds();
    machine.kingbolt(["install", "rival", "--force", "--quiet"]).succeeds();
    machine.kingbolt(["list", "--commands"]).stdout("a-tool  rival\nhello   rival\n").succeeds();
    machine.kingbolt(["list", "--commands", "hello"]).succeeds();
}

#[test]
fn nothing_is_outdated_where_nothing_is_installed() {
    let machine = Machine::new();
    machine.kingbolt(["list", "--outdated"]).stderr("No apps are installed\n").succeeds();
}

#[cfg(unix)]
#[test]
fn times_are_local_for_people_and_in_utc_for_programs() {
    let Some(Fixture { machine, .. }) = Fixture::installed() else { return };
    let is_record = |path: &String| path.contains("/records/1-");
    let record = machine.files().into_iter().find(is_record).expect("a generation has a record");
    let text = std::fs::read_to_string(machine.home().join(&record)).expect("it can be read");
    let (before, after) = text.split_once("created = \"").expect("it has a time");
    let (_, after) = after.split_once('"').expect("it is quoted");
    machine.write(&record, format!("{before}created = \"2026-11-27T19:05:11Z\"{after}"));
    // Outcomes show no times.
    let raw = |option: &str| {
        let file = machine.write("listed.txt", "");
        machine
            .kingbolt(["list", option])
            .with_variable("TZ", "<+0530>-5:30")
            .writing_to(&file.display().to_string())
            .succeeds();
        std::fs::read_to_string(file).expect("it was written")
    };
    assert_eq!(raw("-v").matches("2026-11-28 00:35:11 +05:30").count(), 2, "{}", raw("-v"));
    assert_eq!(raw("--json").matches("\"created\": \"2026-11-27T19:05:11Z\"").count(), 2, "{}", raw("--json"));
}
