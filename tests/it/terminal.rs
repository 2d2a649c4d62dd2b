//! Text of other people is printed so that it controls no terminal and forges no line.

use crate::support::{Fixture, Outcome, Wheel};

/// The words of all output, in the order of a terminal if only one of the streams has some.
#[cfg(unix)]
fn words(outcome: &Outcome) -> Vec<String> {
    let output = format!("{}{}", outcome.stdout, outcome.stderr);
    output.split_whitespace().map(str::to_owned).collect()
}

#[test]
#[cfg(unix)]
fn no_line_is_wider_than_the_terminal_and_no_word_breaks() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    let names = (10..40).map(|number| format!("hello-{number}"));
    let many = names.fold(Wheel::new("many", "1.0"), |wheel, name| wheel.console(&name, "many:main"));
    index.publish(&many.build());
    let unlike = Wheel::new("unlike", "1.0").requires("hello>=2").requires("many<1").console("unlike", "unlike:main");
    index.publish(&unlike.build());
    machine.kingbolt(["install", "many", "--quiet"]).succeeds();
    let commands: [&[&str]; 6] = [
        &["install", "many"],
        &["install", "unlike"],
        &["install", "absent", "--dry-run"],
        &["list"],
        &["list", "-v"],
        &["upgrade", "--all"],
    ];
    for command in commands {
        let outcome = machine.kingbolt(command).outcome();
        for columns in [40, 80, 200] {
            let (code, shown) = machine.kingbolt(command).in_terminal(columns);
            assert_eq!((code, shown), (outcome.code, words(&outcome)), "{command:?} in {columns} columns");
        }
    }
}

/// Sets the title, clears the screen, and turns text around; the second line looks like one of ours.
const HOSTILE: &str = "\u{1b}]0;title\u{7}\u{9b}2J\u{202e}\rover\nerror: forged";

/// Outcomes have slashes for the backslashes of Windows.
fn redacted(text: &str) -> String {
    if cfg!(windows) { text.replace('\\', "/") } else { text.to_owned() }
}

#[track_caller]
fn assert_harmless(outcome: &Outcome) {
    let shown = format!("{}{}", outcome.stdout, outcome.stderr);
    let is_hostile = |character: char| character.is_control() && character != '\n' || character == '\u{202e}';
    assert!(!shown.contains(is_hostile), "{shown:?}");
    assert!(shown.lines().all(|line| line != "error: forged"), "{shown}");
}

#[test]
fn the_reason_of_a_yank_does_not_reach_the_terminal_as_it_is() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    index.publish_with(&Wheel::new("old", "1.0").console("old", "old:main").build(), |file| {
        file.yanked = Some(HOSTILE.to_owned());
    });
    let outcome = machine.kingbolt(["install", "old==1.0"]).outcome();
    assert_eq!(outcome.code, Some(0), "{}", outcome.shown());
    let escaped = redacted(r"\u{1b}]0;title\u{7}\u{9b}2J\u{202e}\rover");
    assert!(outcome.stderr.contains(&escaped), "{}", outcome.stderr);
    assert_harmless(&outcome);
    let installed = machine.kingbolt(["--json", "install", "old==1.0", "--force"]).outcome();
    assert!(!installed.stdout.contains(['\u{9b}', '\u{202e}']), "{}", installed.stdout);
    assert!(installed.stdout.contains(&redacted(r"\u009b2J\u202e")), "{}", installed.stdout);
    let document: serde_json::Value = serde_json::from_str(&installed.stdout).expect("one document");
    assert!(document["warnings"].to_string().contains("title"), "{document}");
}

#[test]
fn metadata_and_locks_that_make_no_sense_are_quoted_without_control_characters() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    index.publish(&Wheel::new("odd", "1.0").requires("x \u{1b}[2J\u{202e}\u{9b}").console("odd", "odd:main").build());
    let outcome = machine.kingbolt(["install", "odd", "-v"]).outcome();
    assert_eq!(outcome.code, Some(3), "{}", outcome.shown());
    assert_harmless(&outcome);
    machine.write("pylock.toml", "lock-version = \"\\u001b[2J9\\nerror: forged\"\ncreated-by = \"x\"\npackages = []\n");
    let outcome = machine.kingbolt(["sync", "pylock.toml", "--into", "environment"]).outcome();
    assert_ne!(outcome.code, Some(0));
    assert_harmless(&outcome);
}

#[test]
fn what_a_package_says_when_it_fails_to_import_is_shown_without_control_characters() {
    let Some(Fixture { index, machine }) = Fixture::installed() else { return };
    let failing = "raise RuntimeError(\"\\x1b[2J\\u202e\\nerror: forged\")\n";
    let wheel = Wheel::empty("hello", "2.0").file("hello/__init__.py", failing).console("hello", "hello:main");
    index.publish(&wheel.build());
    let outcome = machine.kingbolt(["upgrade", "hello"]).outcome();
    assert_eq!(outcome.code, Some(1), "{}", outcome.shown());
    assert_harmless(&outcome);
}

#[test]
#[cfg(unix)]
fn a_line_break_in_a_file_name_does_not_forge_a_clean_verification() {
    let Some(Fixture { machine, .. }) = Fixture::hello() else { return };
    machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
    let name = "\u{1b}[2J\u{202e}\nhello 1.0: no problems";
    machine.write(&format!("kingbolt/apps/hello/current/{name}"), "");
    let outcome = machine.kingbolt(["verify"]).outcome();
    assert_eq!(outcome.code, Some(4), "{}", outcome.shown());
    let lines: Vec<&str> = outcome.stdout.lines().collect();
    assert_eq!((lines.len(), lines[0]), (2, "hello 1.0: 1 problem"), "{}", outcome.stdout);
    assert!(lines[1].ends_with(r"/\u{1b}[2J\u{202e}\nhello 1.0: no problems"), "{}", outcome.stdout);
    assert_harmless(&outcome);
    let verified = machine.kingbolt(["verify", "--json", "--quiet"]).outcome();
    assert!(!verified.stdout.contains('\u{202e}'), "{}", verified.stdout);
    let document: serde_json::Value = serde_json::from_str(&verified.stdout).expect("one document");
    let path = document["apps"][0]["problems"][0]["path"].as_str().expect("a path").to_owned();
    assert!(path.ends_with(name), "{path:?}");
}
