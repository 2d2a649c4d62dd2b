//! Manual pages and completions of apps.

use std::fs;

use crate::support::{BuiltWheel, Fixture, Index, Wheel};

const PAGE: &str = "share/man/man1/hello.1";

/// An app with a manual page, completions of its command, and completions of another command.
fn documented(version: &str, page: &str) -> BuiltWheel {
    let wheel = Wheel::new("hello", version).console("hello", "hello:main").requires("other");
    wheel
        .data("data", page, format!("manual of {version}\n"))
        .data("data", "share/bash-completion/completions/hello", "complete hello\n")
        .data("data", "share/bash-completion/completions/git", "rm -rf\n")
        .data("data", "share/zsh/site-functions/_hello", "#compdef hello\n")
        .data("data", "share/fish/vendor_completions.d/hello.fish", "complete -c hello\n")
        .data("data", "share/hello/notes.txt", "notes\n")
        .build()
}

fn fixture() -> Option<Fixture> {
    let other = Wheel::new("other", "1.0").data("data", "share/man/man1/other.1", "of a dependency\n").build();
    Fixture::serving(Index::complete(), &[documented("1.0", PAGE), other])
}

/// The files that are linked.
fn linked(fixture: &Fixture) -> Vec<String> {
    fixture.machine.files().into_iter().filter(|path| path.starts_with("share/")).collect()
}

#[test]
fn manual_pages_and_completions_of_an_app_are_linked_and_go_with_it() {
    let Some(fixture) = fixture() else { return };
    let Fixture { index, machine } = &fixture;
    machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
    let completions = [
        "share/bash-completion/completions/hello",
        "share/fish/vendor_completions.d/hello.fish",
        "share/zsh/site-functions/_hello",
    ];
    let first = [completions[0], completions[1], PAGE, completions[2]];
    assert_eq!(linked(&fixture), first);
    assert_eq!(machine.kingbolt(["list", "--json"]).json()["apps"][0]["shared"], serde_json::json!(first));
    let page = machine.home().join(PAGE);
    assert_eq!(fs::read_to_string(&page).expect("it is linked"), "manual of 1.0\n");

    index.publish(&documented("2.0", "share/man/man8/hello-admin.8"));
    machine.kingbolt(["upgrade", "hello", "--quiet"]).succeeds();
    let second = [completions[0], completions[1], "share/man/man8/hello-admin.8", completions[2]];
    assert_eq!(linked(&fixture), second);
    machine.kingbolt(["rollback", "hello", "--quiet"]).succeeds();
    assert_eq!(linked(&fixture), first);

    fs::remove_file(&page).expect("it is there");
    machine
        .kingbolt(["verify"])
        .stdout(
            "
            hello 1.0: 1 problem
                missing link  [HOME]/share/man/man1/hello.1
            ",
        )
        .stderr(
            "
            error: 1 of 1 app has changed or missing files
            hint: run `kingbolt verify --repair hello` to repair the damage
            ",
        )
        .exits(4);
    let repaired = "hello 1.0: 1 problem, repaired\n    missing link  [HOME]/share/man/man1/hello.1\n";
    machine.kingbolt(["verify", "--repair", "hello"]).stdout(repaired).succeeds();
    assert_eq!(linked(&fixture), first);
    let planned = machine.kingbolt(["uninstall", "hello", "--dry-run"]).outcome().stdout;
    assert!(planned.contains(&format!("  [HOME]/{PAGE}\n")), "{planned}");
    machine.kingbolt(["uninstall", "hello", "--quiet"]).succeeds();
    assert_eq!(machine.files(), Vec::<String>::new());
}

#[test]
fn a_manual_page_of_somebody_else_stays() {
    let Some(fixture) = fixture() else { return };
    let machine = &fixture.machine;
    machine.write(PAGE, "theirs\n");
    machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
    machine.verifies(&["hello 1.0"]);
    machine.kingbolt(["uninstall", "hello", "--quiet"]).succeeds();
    assert_eq!(linked(&fixture), [PAGE]);
    assert_eq!(fs::read_to_string(machine.home().join(PAGE)).expect("it stays"), "theirs\n");
}

#[test]
fn nothing_is_linked_for_commands_with_a_suffix_and_beside_other_directories() {
    let Some(fixture) = fixture() else { return };
    let machine = &fixture.machine;
    machine.kingbolt(["install", "hello", "--suffix", "_1", "--quiet"]).succeeds();
    assert_eq!(linked(&fixture), Vec::<String>::new());
    let commands = machine.home().join("commands").display().to_string();
    machine.kingbolt(["install", "hello", "--quiet"]).with_variable("KINGBOLT_BIN_DIR", &commands).succeeds();
    assert_eq!(linked(&fixture), Vec::<String>::new());
}
