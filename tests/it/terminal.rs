//! Text of other people is printed so that it controls no terminal and forges no line.

#[cfg(unix)]
use crate::support::Outcome;
use crate::support::{Fixture, Wheel};

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

#[test]
#[cfg(unix)]
fn every_phase_that_may_take_long_has_a_bar_that_fits_into_the_terminal() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    let drawn = |arguments: &[&str], columns: u16| {
        let lines = machine.kingbolt(arguments).drawn_in_terminal(columns);
        assert_eq!(lines.iter().find(|line| line.chars().count() > columns.into()), None, "{columns} columns");
        let phases =
            lines.iter().filter_map(|line| line.trim_start().split_once(' ').map(|(phase, _)| phase.to_owned()));
        let is_full = |line: &&String| line.contains("━━━━━━━━━━━━━━━━━━       0 B");
        assert_eq!(lines.iter().find(is_full), None, "a bar of no bytes is empty");
        let mut phases: Vec<String> = phases.filter(|phase| phase.ends_with("ing")).collect();
        phases.dedup();
        phases
    };
    for columns in [80, 200] {
        let install = drawn(&["install", "hello", "--force"], columns);
        assert!(install.iter().any(|phase| phase == "Installing"), "{install:?}");
        assert_eq!(drawn(&["verify", "hello"], columns), ["Verifying"]);
    }
    index.publish(&crate::support::hello("2.0"));
    let upgrade = drawn(&["upgrade", "hello"], 80);
    assert!(upgrade.iter().any(|phase| phase == "Checking"), "{upgrade:?}");
}

/// Sets the title, clears the screen, and turns text around; the second line looks like one of ours.
const HOSTILE: &str = "\u{1b}]0;title\u{7}\u{9b}2J\u{202e}\rover\nerror: forged";

/// True for control characters, and for those that turn text around.
fn is_hostile(character: char) -> bool {
    character.is_control() || character == '\u{202e}'
}

/// Outcomes have slashes for the backslashes of Windows.
fn redacted(text: &str) -> String {
    if cfg!(windows) { text.replace('\\', "/") } else { text.to_owned() }
}

#[test]
fn the_reason_of_a_yank_does_not_reach_the_terminal_as_it_is() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    index.publish_with(&Wheel::new("old", "1.0").console("old", "old:main").build(), |file| {
        file.yanked = Some(HOSTILE.to_owned());
    });
    machine
        .kingbolt(["install", "old==1.0"])
        .stderr(&redacted(
            r"
            warning: `old` 1.0 was yanked: \u{1b}]0;title\u{7}\u{9b}2J\u{202e}\rover
                error: forged
            Resolved 1 package in [TIME]
            Downloaded 1 wheel ([SIZE]) in [TIME]
            Installed 1 package in [TIME]
            old 1.0: 1 package, [SIZE], Python [PYTHON VERSION], [TIME]
            Command in [HOME]/bin: old
            ",
        ))
        .succeeds();
    let installed = machine.kingbolt(["--json", "--quiet", "install", "old==1.0", "--force"]).outcome();
    assert_eq!(installed.stdout.replace('\n', "").find(is_hostile), None, "{}", installed.stdout);
    let document = machine.kingbolt(["--json", "--quiet", "install", "old==1.0", "--force"]).json();
    // The backslashes of the JSON are redacted on Windows.
    let windows = "/u001b]0;title/u0007/u009b2J/u202e/rover/nerror: forged";
    let reason = if cfg!(windows) { windows } else { HOSTILE };
    assert_eq!(document["warnings"], serde_json::json!([format!("`old` 1.0 was yanked: {reason}")]));
}

#[test]
fn metadata_and_locks_that_make_no_sense_are_quoted_without_control_characters() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    index.publish(&Wheel::new("odd", "1.0").requires("x \u{1b}[2J\u{202e}\u{9b}").console("odd", "odd:main").build());
    machine.kingbolt(["install", "odd"]).stderr(&redacted(
            r"
            error: no versions satisfy all requirements:
                Because you asked for odd and odd 1.0 cannot be used (invalid metadata: `x \u{1b}[2J\u{202e}\u{9b}` is not a valid requirement: `\u{1b}[2J\u{202e}\u{9b}` is not a valid version specifier), the requirements cannot be satisfied.
            hint: change the version requirements, or install fewer packages together
            ")).exits(3);
    machine.write("pylock.toml", "lock-version = \"\\u001b[2J9\\nerror: forged\"\ncreated-by = \"x\"\npackages = []\n");
    machine
        .kingbolt(["sync", "pylock.toml", "--into", "environment"])
        .stderr(&redacted(
            r#"
            error: failed to read the lock `[HOME]/pylock.toml`
              caused by: the file is not a valid lock
              caused by: TOML parse error at line 1, column 16
                  |
                1 | lock-version = "\u001b[2J9\nerror: forged"
                  |                ^^^^^^^^^^^^^^^^^^^^^^^^^^^
                `\u{1b}[2J9
                error: forged` is not a valid version
            "#,
        ))
        .exits(1);
}

#[test]
fn what_a_package_says_when_it_fails_to_import_is_shown_without_control_characters() {
    let Some(Fixture { index, machine }) = Fixture::installed() else { return };
    let failing = "raise RuntimeError(\"\\x1b[2J\\u202e\\nerror: forged\")\n";
    let wheel = Wheel::empty("hello", "2.0").file("hello/__init__.py", failing).console("hello", "hello:main");
    index.publish(&wheel.build());
    machine.kingbolt(["upgrade", "hello"]).stderr(&redacted(
            r"
            Resolved 1 package in [TIME]
            Downloaded 1 wheel ([SIZE]) in [TIME]
            Installed 1 package in [TIME]
            error: `hello` 2.0 does not work on this machine: the command hello fails: RuntimeError: \u{1b}[2J\u{202e}
            hint: the installed version of `hello` was not changed; report this to its maintainers, or request another version with `kingbolt install`
            ")).exits(1);
}

#[test]
#[cfg(unix)]
fn a_line_break_in_a_file_name_does_not_forge_a_clean_verification() {
    let Some(Fixture { machine, .. }) = Fixture::hello() else { return };
    machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
    let name = "\u{1b}[2J\u{202e}\nhello 1.0: no problems";
    machine.write(&format!("kingbolt/apps/hello/current/{name}"), "");
    machine
        .kingbolt(["verify"])
        .stdout(
            r"
            hello 1.0: 1 problem
                unexpected  [HOME]/kingbolt/apps/hello/generations/1-[ID]/\u{1b}[2J\u{202e}\nhello 1.0: no problems
            ",
        )
        .stderr(
            "
            error: 1 of 1 app has changed or missing files
            hint: run `kingbolt verify --repair hello` to repair the damage
            ",
        )
        .exits(4);
    let verified = machine.kingbolt(["verify", "--json", "--quiet"]).outcome();
    assert_eq!(verified.stdout.replace('\n', "").find(is_hostile), None, "{}", verified.stdout);
    let document: serde_json::Value = serde_json::from_str(&verified.stdout).expect("one document");
    let path = format!("[HOME]/kingbolt/apps/hello/generations/1-[ID]/{name}");
    let problem = serde_json::json!([{ "kind": "foreign", "path": path, "problem": "file" }]);
    assert_eq!(document["apps"][0]["problems"], problem);
}
