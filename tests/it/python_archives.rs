//! Archives of Pythons that are damaged, hostile or others than the table of builds names, and mirrors that serve them.

use tar::EntryType;

use super::managed_pythons::{assert_nothing_is_left, fixture, is_partial, root};
use super::support::{Fixture, Index, Machine, PythonArchive, Times, Trouble, sha256_hex};

#[test]
fn a_mirror_may_be_a_directory() {
    let Some((Fixture { index, machine }, archive)) = fixture() else { return };
    machine.write(&format!("mirror/20260101/{}", archive.file_name()), &archive.bytes);
    let url = format!("file://{}", machine.home().join("mirror").display());
    for mirror in ["mirror", &url] {
        machine
            .kingbolt(["python", "install", "--quiet", "--offline"])
            .with_variable("KINGBOLT_PYTHON_MIRROR", mirror)
            .succeeds();
        machine.kingbolt(["python", "uninstall", &archive.build(), "--quiet"]).succeeds();
    }
    assert_eq!(index.paths(), [""; 0]);
}

#[test]
fn a_mirror_serves_the_bytes_that_the_table_names_or_none() {
    let Some((Fixture { index, machine }, archive)) = fixture() else { return };
    let mirror = Index::complete();
    let machine = machine.naming(&mirror.origin(), "[MIRROR]");
    // An older build under the name of the new one.
    let older = PythonArchive::of(&archive.version, &[(EntryType::Regular, "python/bin/python3", "old", 0o755)]);
    mirror.put(&archive.path(), older.bytes.clone());
    let file = format!("cpython-[VERSION]+20260101-{}", archive.build().split_once("20260101-").expect("it has").1);
    let expected = format!(
        "
        error: refused `{file}-install_only_stripped.tar.gz`: `[MIRROR]{}` has sha256:{}, not the expected sha256:{}
        hint: the file was changed on the server or in transit; do not install it until its publisher explains why
        ",
        archive.path().replace(&archive.version, "[VERSION]"),
        sha256_hex(&older.bytes),
        sha256_hex(&archive.bytes),
    );
    machine
        .kingbolt(["python", "install"])
        .with_variable("KINGBOLT_PYTHON_MIRROR", &mirror.origin())
        .stderr(&expected)
        .exits(4);
    assert_nothing_is_left(&machine);
    assert_eq!(index.paths(), [""; 0]);
}

#[test]
fn an_interrupted_download_is_resumed() {
    let Some((Fixture { index, machine }, archive)) = fixture() else { return };
    index.trouble(&archive.path(), Times::First(20), Trouble::Truncated(100_000));
    let outcome = machine.kingbolt(["python", "install", "--quiet"]).outcome();
    assert_eq!(outcome.code, Some(0), "{outcome:?}");
    let ranged = index.requests().iter().filter(|request| request.header("range").is_some()).count();
    assert_eq!(ranged, 20);
}

#[test]
fn a_download_that_never_ends_well_leaves_its_bytes_for_the_next_attempt() {
    let Some((Fixture { index, machine }, archive)) = fixture() else { return };
    index.trouble(&archive.path(), Times::First(1), Trouble::Truncated(300_000));
    index.trouble(&archive.path(), Times::Always, Trouble::status(503));
    let outcome = machine.kingbolt(["python", "install", "--quiet"]).outcome();
    assert_eq!(outcome.code, Some(5), "{outcome:?}");
    assert!(!root(&machine, archive).exists());
    let left: Vec<String> = machine.everything().into_iter().filter(|file| is_partial(file)).collect();
    assert_eq!(left.len(), 1, "{left:?}");
}

#[test]
fn an_archive_has_a_gibibyte_at_most() {
    const MOST: usize = 1 << 30;
    let Some((Fixture { index, machine }, archive)) = fixture() else { return };
    index.trouble(&archive.path(), Times::First(1), Trouble::Stating(MOST + 1));
    let outcome = machine.kingbolt(["python", "install"]).outcome();
    assert_eq!(outcome.code, Some(5), "{outcome:?}");
    assert!(outcome.stderr.contains("has more than [SIZE], the most that it may have"), "{outcome:?}");
    assert_nothing_is_left(&machine);
    // The server closes the connection before the end.
    index.trouble(&archive.path(), Times::First(1), Trouble::Stating(MOST));
    machine.kingbolt(["python", "install", "--quiet"]).succeeds();
}

#[test]
fn archives_that_reach_out_are_refused_and_leave_nothing() {
    const FILE: (EntryType, &str, &str, u32) = (EntryType::Regular, "python/bin/python3", "x", 0o755);
    for (entries, rule) in [
        (
            vec![FILE, (EntryType::Regular, "python/../../evil", "x", 0o644)],
            "entry \"python/../../evil\" of the archive is invalid: its name is unsafe: it has a component `.` or `..`",
        ),
        (
            vec![FILE, (EntryType::Symlink, "python/lib", "/etc", 0o777)],
            "entry \"python/lib\" of the archive is invalid: its link leads out of the archive",
        ),
        (
            vec![
                (EntryType::Symlink, "python/lib", "../../..", 0o777),
                (EntryType::Regular, "python/lib/evil", "x", 0o644),
            ],
            "entry \"python/lib\" of the archive is invalid: it is a file where another entry needs a directory",
        ),
        (
            vec![FILE, (EntryType::Link, "python/passwd", "/etc/passwd", 0o644)],
            "entry \"python/passwd\" of the archive is invalid: its link leads out of the archive",
        ),
        (
            vec![FILE, (EntryType::Block, "python/sda", "", 0o644)],
            "entry \"python/sda\" of the archive is invalid: it is neither a file nor a directory nor a link",
        ),
        (vec![FILE, FILE], "entry \"python/bin/python3\" of the archive is invalid: another entry has the same name"),
    ] {
        let archive = PythonArchive::of("3.12.4", &entries);
        let (index, machine) = (Index::complete(), Machine::new());
        let machine = PythonArchive::on(machine, &index, &[&archive]);
        let target = archive.build().split_once("20260101-").expect("it has one").1.to_owned();
        machine
            .kingbolt(["python", "install"])
            .stderr(&format!(
                "
                error: refused `cpython-[VERSION]+20260101-{target}-install_only_stripped.tar.gz`
                  caused by: {rule}
                hint: use another Python with `--python`; if KINGBOLT_PYTHON_BUILDS is set, correct the table that it names
                "
            ))
            .exits(4);
        let mut left = machine.everything();
        // A verified download serves the next attempt.
        left.retain(|path| !path.starts_with("cache/"));
        assert_eq!(left, ["builds.toml"], "{rule}");
    }
}

#[test]
fn an_archive_that_is_no_python_of_its_name_is_refused_and_removed() {
    let Some((_, local)) = fixture() else { return };
    let other = PythonArchive { version: "3.99.1".to_owned(), bytes: local.bytes.clone() };
    let (index, machine) = (Index::complete(), Machine::new());
    let machine = PythonArchive::on(machine, &index, &[&other]).naming(&local.version, "[LOCAL]");
    let outcome = machine.kingbolt(["python", "install"]).outcome();
    let told: Vec<&str> = outcome.stderr.lines().skip(1).collect();
    assert_eq!(outcome.code, Some(6), "{outcome:?}");
    assert!(
        told[0].starts_with("error: the archive of Python [BUILD] contains CPython [LOCAL] for Linux "),
        "{told:?}"
    );
    assert_nothing_is_left(&machine);

    // An executable of another platform.
    let foreign = PythonArchive::of("3.12.4", &[(EntryType::Regular, "python/bin/python3", "MZ\u{1}", 0o755)]);
    let (index, machine) = (Index::complete(), Machine::new());
    let machine = PythonArchive::on(machine, &index, &[&foreign]);
    let outcome = machine.kingbolt(["python", "install"]).outcome();
    let told: Vec<&str> = outcome.stderr.lines().skip(1).collect();
    assert_eq!(outcome.code, Some(6), "{outcome:?}");
    assert_eq!(told[0], "error: the archive of Python [BUILD] contains no Python that works on this machine");
    assert_nothing_is_left(&machine);
}

#[test]
fn tables_and_mirrors_that_make_no_sense_are_refused() {
    let machine = Machine::new();
    let path = machine.write("table.toml", "schema = 1\norigin = 'nowhere'\n[builds]\n").display().to_string();
    machine
        .kingbolt(["python", "install"])
        .with_variable("KINGBOLT_PYTHON_BUILDS", &path)
        .stderr(
            "
            error: failed to read the table of Python builds `[HOME]/table.toml`
              caused by: `nowhere` is not an address of a server or a directory
            hint: correct the file that KINGBOLT_PYTHON_BUILDS names, or unset the variable
            ",
        )
        .exits(1);
    machine
        .kingbolt(["python", "install"])
        .with_variable("KINGBOLT_PYTHON_MIRROR", "ftp://mirror.example/")
        .stderr(
            "
            error: failed to use `KINGBOLT_PYTHON_MIRROR`
              caused by: it is no address of a server or a directory
            hint: correct or remove the setting; settings are never ignored
            ",
        )
        .exits(2);
    machine
        .kingbolt(["python", "install"])
        .with_variable("KINGBOLT_PYTHON_BUILDS", "absent.toml")
        .stderr(
            "
            error: failed to read `[HOME]/absent.toml`
              caused by: [SYSTEM ERROR]
            hint: check the path
            ",
        )
        .exits(8);
}
