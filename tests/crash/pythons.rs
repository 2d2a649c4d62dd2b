//! Installations and removals of managed Pythons that are killed: a retry succeeds, and nothing is left behind.
#![cfg(target_os = "linux")]

use crate::support::{Fixture, Index, Machine, PythonArchive};

/// A machine without Python, and a mirror that serves that of this machine.
fn fixture() -> Option<(Fixture, &'static PythonArchive)> {
    let archive = PythonArchive::local()?;
    let index = Index::complete();
    let machine = PythonArchive::on(Machine::new().without_bytecode(), &index, &[archive]);
    Some((Fixture { index, machine }, archive))
}

#[track_caller]
fn is_killed(machine: &Machine, arguments: &[&str], checkpoint: &str) {
    let outcome = machine.kingbolt(arguments).with_variable("KINGBOLT_CHECKPOINT", checkpoint).outcome();
    assert_eq!(outcome.code, None, "{arguments:?} {checkpoint}: {outcome:?}");
}

#[test]
fn a_python_whose_installation_or_removal_was_killed_is_installed_and_removed_by_a_retry() {
    let Some((fixture, archive)) = fixture() else { return };
    let machine = &fixture.machine;
    let build = archive.build();
    for checkpoint in ["disk:40", "downloaded:1", "python unpacked:1", "python in place:1", "python recorded:1"] {
        is_killed(machine, &["python", "install"], checkpoint);
        machine.kingbolt(["python", "install", "--quiet"]).succeeds();
        let minor = archive.version.rsplit_once('.').expect("it has a patch number").0;
        let python = machine.home().join(format!("kingbolt/pythons/{build}/bin/python{minor}"));
        machine.program(&python, ["-I", "-c", "print(6 * 7)"]).stdout("42\n").succeeds();
        machine.kingbolt(["python", "uninstall", &build, "--quiet"]).succeeds();
    }
    for checkpoint in ["disk:2", "one half removed:1", "python removed:1"] {
        machine.kingbolt(["python", "install", "--quiet"]).succeeds();
        is_killed(machine, &["python", "uninstall", &build], checkpoint);
        machine.kingbolt(["cache", "prune", "--quiet"]).succeeds();
    }
    let mut left = machine.everything();
    left.retain(|path| path != "builds.toml" && !path.starts_with("cache/"));
    assert_eq!(left, [""; 0]);
}
