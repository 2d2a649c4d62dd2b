//! `--json`: exactly one document on stdout, whatever happens.

use crate::support::{Fixture, Machine};
#[cfg(unix)]
use crate::support::{Outcome, dependent_hello, lock, other};

#[test]
fn a_command_line_that_is_wrong_gets_a_document_too() {
    let machine = Machine::new();
    let commands = crate::documents::commands().join(", ");
    let no_command = format!("'kingbolt' requires a subcommand but one was not provided\n  [subcommands: {commands}]");
    for (arguments, message, usage) in [
        (&["--json", "nonsense"][..], "unrecognized subcommand 'nonsense'", "[OPTIONS] <COMMAND>"),
        (&["list", "--json", "--bogus"], "unexpected argument '--bogus' found", "list --json [APP]..."),
        (&["--json"], &no_command, "[OPTIONS] <COMMAND>"),
        (
            &["install", "--json"],
            "the following required arguments were not provided:\n  <SOURCE>...",
            "install --json <SOURCE>...",
        ),
    ] {
        let stdout = format!(
            r#"
            {{
              "schema": 1,
              "error": {{
                "exit_code": 2,
                "message": "{}",
                "causes": [],
                "hint": "run `kingbolt --help` for usage"
              }}
            }}
            "#,
            // Outcomes have slashes for the backslashes of Windows.
            message.replace('\n', if cfg!(windows) { "/n" } else { "\\n" })
        );
        let stderr = wrong_command_line(message, usage);
        machine.kingbolt(arguments).stdout(&stdout).stderr(&stderr).exits(2);
    }
    let stderr = wrong_command_line("unexpected argument '--bogus' found", "list [OPTIONS] [APP]...");
    machine.kingbolt(["list", "--bogus"]).stderr(&stderr).exits(2);
}

fn wrong_command_line(message: &str, usage: &str) -> String {
    format!("error: {message}\n\nUsage: kingbolt {usage}\n\nFor more information, try '--help'.\n")
}

#[test]
fn what_was_done_before_a_failure_is_in_the_document_of_the_failure() {
    let Some(Fixture { machine, .. }) = Fixture::hello() else { return };
    let document = |arguments: &[&str]| -> serde_json::Value {
        let outcome = machine.kingbolt(arguments).outcome();
        assert_ne!(outcome.code, Some(0));
        serde_json::from_str(&outcome.stdout).expect("one document")
    };
    let installed = document(&["--json", "install", "hello", "nope"]);
    assert_eq!((&installed["results"][0]["app"], &installed["error"]["exit_code"]), (&"hello".into(), &3.into()));
    let removed = document(&["--json", "uninstall", "hello", "nope"]);
    assert_eq!((&removed["apps"][0]["app"], &removed["error"]["exit_code"]), (&"hello".into(), &1.into()));
}

#[test]
#[cfg(unix)]
fn what_was_done_before_an_interruption_is_in_the_document_of_the_interruption() {
    use crate::support::{Times, Trouble, app};
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    let slow = app("slow", "1.0");
    index.publish(&app("late", "1.0"));
    index.publish(&slow).trouble_with(&slow, Times::Always, Trouble::Hang);
    let is_downloading = || index.paths().contains(&format!("/files/{}", slow.file_name));
    let outcome =
        machine.kingbolt(["--json", "install", "hello", "slow", "late"]).outcome_interrupted_when(is_downloading);
    let document: serde_json::Value = serde_json::from_str(&outcome.stdout).expect("one document");
    assert_eq!((outcome.code, &document["error"]["message"]), (Some(130), &"interrupted".into()));
    assert_eq!(document["results"].as_array().map(Vec::len), Some(1));
    assert_eq!((&document["results"][0]["app"], &document["error"]["exit_code"]), (&"hello".into(), &130.into()));
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_device_for_the_output_is_a_failure() {
    let machine = Machine::new();
    let told = "
        error: failed to write to stdout
          caused by: [SYSTEM ERROR]
        hint: free some space, or redirect the output elsewhere
        ";
    for arguments in [&["list", "--json"][..], &["--help"], &["--version"]] {
        machine.kingbolt(arguments).writing_to("/dev/full").stderr(told).exits(1);
    }
}

#[test]
fn a_name_that_only_run_gives_is_refused() {
    let machine = Machine::new();
    machine
        .kingbolt(["install", "--name", ".hidden", "hello"])
        .stderr(
            "
            error: `.hidden` is not a valid app name
            hint: app names consist of letters, digits, `-`, `_` and `.`, and start and end with a letter or digit
            ",
        )
        .exits(2);
}

/// Each document whole; `json.txt` has them.
#[test]
#[cfg(unix)]
fn every_command_answers_in_json() {
    let Some(Fixture { index, machine }) = Fixture::dependent_hello() else { return };
    let wheels = [dependent_hello("1.0"), other()];
    let machine = wheels.iter().fold(machine, |machine, wheel| machine.naming(&wheel.sha256(), "[DIGEST]"));
    machine.write("pylock.toml", lock(&index, &wheels));
    let commands: [&[&str]; 13] = [
        &["install", "hello", "--dry-run"],
        &["install", "hello"],
        &["install", "hello"],
        &["list"],
        &["verify"],
        &["upgrade", "hello"],
        &["rollback", "hello"],
        &["sync", "pylock.toml", "--into", "environment"],
        &["cache", "dir"],
        &["cache", "prune"],
        &["uninstall", "hello"],
        &["list"],
        &["install", "helo"],
    ];
    let document = |arguments: &[&str]| {
        let outcome = machine.kingbolt(["--json", "--quiet"].iter().chain(arguments)).outcome();
        assert_eq!(outcome.stderr.lines().filter(|line| !line.is_empty()).count(), errors(&outcome), "{outcome:?}");
        format!("$ {}\n{}", arguments.join(" "), without_measures(&outcome.stdout))
    };
    let found: String = commands.into_iter().map(document).collect();
    assert!(found == include_str!("json.txt"), "{found}");
}

/// The lines of errors: an error and its hint.
#[cfg(unix)]
fn errors(outcome: &Outcome) -> usize {
    if outcome.code == Some(0) { 0 } else { 2 }
}

/// A document without the values that differ from run to run, or with the size of a wheel.
#[cfg(unix)]
fn without_measures(document: &str) -> String {
    const MEASURES: [&str; 6] = ["bytes", "created", "generation", "id", "seconds", "size"];
    let without = |line: &str| {
        let (key, value) = line.split_once("\": ").unwrap_or((line, ""));
        let is_measure = MEASURES.iter().any(|name| key.trim_start() == format!("\"{name}"));
        let comma = if value.ends_with(',') { "," } else { "" };
        if is_measure { format!("{key}\": [VALUE]{comma}\n") } else { format!("{line}\n") }
    };
    document.lines().map(without).collect()
}

#[test]
#[cfg(windows)]
fn every_command_answers_in_json() {
    let Some(Fixture { machine, .. }) = Fixture::dependent_hello() else { return };
    let installed = machine.kingbolt(["install", "hello", "--json", "--quiet"]).json();
    assert_eq!(installed["results"][0]["status"], "installed");
    assert_eq!(installed["results"][0]["commands"][0], "hello");
    assert_eq!(machine.kingbolt(["list", "--json"]).json()["apps"][0]["app"], "hello");
    assert_eq!(machine.kingbolt(["uninstall", "hello", "--json", "--quiet"]).json()["apps"][0]["app"], "hello");
    let failure = machine.kingbolt(["install", "helo", "--json", "--quiet"]).json();
    assert_eq!(failure["error"]["exit_code"], 3);
    assert_eq!(failure["error"]["message"], "package `helo` was not found in any index");
}
