//! Space that is missing for certain is told before anything is downloaded; and `doctor` on unusual file systems.

use std::path::Path;

use crate::disk::{Disk, Kind, Limit};
use crate::large::{fixture_on, hello, remains_beside_downloads};
use crate::support::{BuiltWheel, Directory, Fixture, Index, Machine, Outcome, Wheel, lock};

/// `hello` 3.0 with a stated size that no disk here has room for.
fn publish_huge(index: &Index) -> BuiltWheel {
    let wheel = hello("3.0");
    index.publish_with(&wheel, |file| file.size = Some(3_000_000_000));
    wheel
}

#[test]
fn an_installation_that_certainly_lacks_space_downloads_nothing() {
    for (places, directories) in [
        (&Directory::ALL[..], "`[DISK]/kingbolt` and `[DISK]/cache`"),
        (&[Directory::Cache], "`[DISK]/cache`"),
        (&[Directory::Home], "`[DISK]/kingbolt`"),
    ] {
        let Some((_disk, fixture)) = prepared(places) else { return };
        publish_huge(&fixture.index);
        for more in [&[][..], &["--dry-run"]] {
            fixture.index.forget_requests();
            let outcome = fixture.machine.kingbolt(["install", "hello", "--quiet"].iter().chain(more)).outcome();
            let (problem, rest) =
                outcome.stderr.split_once(": ").unwrap_or_else(|| panic!("{more:?} {}", outcome.shown()));
            assert_eq!((problem, outcome.code), ("error", Some(8)), "{}", outcome.shown());
            let expected = format!(
                "not enough space in {directories}: [SIZE] needed, [SIZE] free\n\
                 hint: free some space, or set KINGBOLT_HOME and KINGBOLT_CACHE_DIR to directories on another disk\n"
            );
            assert_eq!(rest, expected);
            let wheel = |path: &String| Path::new(path).extension().is_some_and(|extension| extension == "whl");
            assert!(!fixture.index.paths().iter().any(wheel), "{:?}", fixture.index.paths());
        }
        assert_eq!(remains_beside_downloads(&fixture), Vec::<String>::new());
    }
}

#[test]
fn an_environment_on_a_disk_without_space_for_copies_is_refused() {
    let Some((disk, fixture)) = prepared(&[]) else { return };
    let wheel = publish_huge(&fixture.index);
    let lock = lock(&fixture.index, &[wheel]).replace("hashes = {", "size = 3000000000, hashes = {");
    fixture.machine.write("pylock.toml", lock);
    let into = disk.root().join("environment").display().to_string();
    let outcome = fixture.machine.kingbolt(["sync", "pylock.toml", "--into", &into, "--quiet"]).outcome();
    assert_eq!(outcome.code, Some(8), "{}", outcome.shown());
    let problem = "not enough space in `[DISK]/environment`: [SIZE] needed, [SIZE] free\n";
    assert!(outcome.stderr.contains(problem), "{}", outcome.shown());
}

#[test]
fn an_installation_that_certainly_lacks_inodes_downloads_nothing() {
    let Some((disk, fixture)) = prepared(&Directory::ALL) else { return };
    let names: Vec<String> = (0..20).map(|number| format!("part{number}")).collect();
    for name in &names {
        fixture.index.publish(&Wheel::new(name, "1.0").file(&format!("{name}.py"), "").build());
    }
    let whole = names
        .iter()
        .fold(Wheel::new("whole", "1.0").console("whole", "part0:main"), |wheel, name| wheel.requires(name));
    fixture.index.publish(&whole.build());
    disk.leave(Limit::Inodes, 100);
    fixture
        .machine
        .kingbolt(["install", "whole", "--dry-run", "--quiet"])
        .stderr(
            "
            error: not enough inodes in `[DISK]/kingbolt` and `[DISK]/cache`: 148 needed, 100 free
            hint: free some space, or set KINGBOLT_HOME and KINGBOLT_CACHE_DIR to directories on another disk
            ",
        )
        .exits(8);
    disk.leave_all();
    fixture.succeeds(&["install", "whole", "--quiet"]);
}

/// The problems on the page of `doctor`, each in one line.
fn problems(outcome: &Outcome) -> String {
    let at = outcome.stdout.rfind("\n\n").expect("the page has sections");
    let text = outcome.stdout[at + 2..].replace("\n     ", " ").replace(" Fix: ", "\n     Fix: ");
    crate::support::redacted(&text, &[])
}

#[track_caller]
fn doctor_finds(machine: &Machine, expected: &str) {
    let outcome = machine.kingbolt(["doctor", "--offline"]).outcome();
    let expected = crate::support::unindented(expected);
    assert_eq!((problems(&outcome), outcome.code), (expected, Some(1)), "{}", outcome.shown());
}

#[test]
fn doctor_tells_a_home_on_a_full_disk() {
    let Some((disk, fixture)) = prepared(&[Directory::Home]) else { return };
    fixture.succeeds(&["install", "hello", "--quiet"]);
    disk.leave(Limit::Blocks, 0);
    doctor_finds(
        &fixture.machine,
        "
        1 problem found
          1. failed to write to `[DISK]/kingbolt`: [SYSTEM ERROR]
             Fix: free some space, or set KINGBOLT_HOME and KINGBOLT_CACHE_DIR to directories on another disk
        ",
    );
    disk.leave(Limit::Blocks, 100);
    doctor_finds(
        &fixture.machine,
        "
        1 problem found
          1. not enough space in `[DISK]/kingbolt`: [SIZE] needed, [SIZE] free
             Fix: free some space, or set KINGBOLT_HOME and KINGBOLT_CACHE_DIR to directories on another disk
        ",
    );
}

#[test]
fn doctor_tells_a_home_from_which_nothing_can_be_started_and_one_that_cannot_be_written() {
    let Some((disk, fixture)) = prepared(&[Directory::Home]) else { return };
    let outcome = fixture.machine.kingbolt(["doctor", "--offline", "--json"]).json();
    assert_eq!(outcome["directories"][0]["file_system"], "tmpfs");
    disk.remount("noexec");
    let outcome = fixture.machine.kingbolt(["doctor", "--offline"]).outcome();
    let noexec = "the home `[DISK]/kingbolt` is on a file system that is mounted with `noexec`\n     \
                  Fix: set KINGBOLT_HOME to a directory from which programs can be started\n";
    assert!(problems(&outcome).contains(noexec), "{}", outcome.shown());
    disk.remount("ro");
    let outcome = fixture.machine.kingbolt(["doctor", "--offline"]).outcome();
    let read_only = "failed to write to `[DISK]/kingbolt`: [SYSTEM ERROR]\n     \
                     Fix: make it writable, or set KINGBOLT_HOME, KINGBOLT_BIN_DIR and KINGBOLT_CACHE_DIR to other \
                     directories\n";
    assert!(problems(&outcome).contains(read_only), "{}", outcome.shown());
}

fn prepared(places: &[Directory]) -> Option<(Disk, Fixture)> {
    let disk = Disk::mount(Kind::Tmpfs)?;
    let fixture = fixture_on(&disk, places)?;
    Some((disk, fixture))
}
