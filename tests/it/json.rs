//! `--json`: exactly one document on stdout, whatever happens.

use crate::support::{Fixture, Machine};

#[test]
fn a_command_line_that_is_wrong_gets_a_document_too() {
    let machine = Machine::new();
    for arguments in [&["--json", "nonsense"][..], &["list", "--json", "--bogus"], &["--json"], &["install", "--json"]]
    {
        let outcome = machine.kingbolt(arguments).outcome();
        let document: serde_json::Value = serde_json::from_str(&outcome.stdout).expect("one document");
        assert_eq!((outcome.code, &document["error"]["exit_code"]), (Some(2), &serde_json::json!(2)), "{arguments:?}");
    }
    assert_eq!(machine.kingbolt(["list", "--bogus"]).outcome().stdout, "");
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
    index.publish(&slow).trouble_with(&slow, Times::Always, Trouble::Hang);
    let is_downloading = || index.paths().contains(&format!("/files/{}", slow.file_name));
    let outcome = machine.kingbolt(["--json", "install", "hello", "slow"]).outcome_interrupted_when(is_downloading);
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
    assert_eq!(machine.kingbolt(["install", "--name", ".hidden", "hello"]).outcome().code, Some(2));
}
