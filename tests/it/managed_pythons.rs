//! `kingbolt python`: managed Pythons, from a mirror on loopback that serves archives of the layout of
//! python-build-standalone, made from a CPython of this machine.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::thread;

use super::support::{Directory, Fixture, Index, Machine, PythonArchive, Times, Trouble, hello};

/// A machine without Pythons on its PATH, and a mirror that serves the local Python.
pub(crate) fn fixture() -> Option<(Fixture, &'static PythonArchive)> {
    let archive = PythonArchive::local()?;
    let index = Index::complete();
    index.publish(&hello("1.0"));
    let machine = PythonArchive::on(Machine::new().without_bytecode(), &index, &[archive]);
    Some((Fixture { index, machine }, archive))
}

/// The same with the Python installed.
fn installed() -> Option<(Fixture, &'static PythonArchive)> {
    let (fixture, archive) = fixture()?;
    fixture.machine.kingbolt(["python", "install", "--quiet"]).succeeds();
    Some((fixture, archive))
}

pub(crate) fn root(machine: &Machine, archive: &PythonArchive) -> PathBuf {
    machine.directory(Directory::Home).join("pythons").join(archive.build())
}

fn minor(archive: &PythonArchive) -> &str {
    archive.version.rsplit_once('.').expect("it has a patch number").0
}

/// True for a download that is not complete.
pub(crate) fn is_partial(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, extension)| extension == "part")
}

/// Asserts that nothing is left but the table of the test, the cache without downloads, and the directory of commands.
#[track_caller]
pub(crate) fn assert_nothing_is_left(machine: &Machine) {
    let mut left = machine.everything();
    left.retain(|path| !["bin/", "builds.toml"].contains(&path.as_str()));
    left.retain(|path| !path.starts_with("cache/") || is_partial(path));
    assert_eq!(left, [""; 0]);
}

/// Says of the Python of the archive that an app needs it, and of no person that he asked for it.
fn make_automatic(machine: &Machine, archive: &PythonArchive) {
    let path = root(machine, archive).with_file_name(format!("{}.toml", archive.build()));
    let record = fs::read_to_string(&path).expect("it is installed");
    fs::write(&path, record.replace("reason = \"requested\"", "reason = \"automatic\"")).expect("it is ours");
}

#[test]
fn a_python_is_fetched_verified_and_works_where_it_was_put() {
    let Some((Fixture { index, machine }, archive)) = fixture() else { return };
    let minor = minor(archive);
    let path = format!("[HOME]/kingbolt/pythons/[BUILD]/bin/python{minor}");
    machine
        .kingbolt(["python", "install", minor])
        .stderr(&format!(
            "
            Downloaded 1 Python ([SIZE]) in [TIME]
            Installed Python [VERSION]: {path}
            "
        ))
        .succeeds();
    assert_eq!(index.paths(), [archive.path()]);
    machine
        .kingbolt(["python", "install", minor])
        .stderr(&format!("Python [VERSION] is already installed: {path}\n"))
        .succeeds();
    assert_eq!(index.paths().len(), 1);
    let root = root(&machine, archive);
    let executable = root.join(format!("bin/python{minor}"));
    let mode = fs::metadata(&executable).expect("it is there").permissions().mode();
    assert_eq!(mode & 0o7111, 0o111, "it may be started, and is not setuid");
    for link in ["python", "python3"] {
        assert_eq!(fs::read_link(root.join("bin").join(link)).ok(), Some(PathBuf::from(format!("python{minor}"))));
    }
    for (name, content) in [("2621A", "upper"), ("2621a", "lower")] {
        assert_eq!(fs::read_to_string(root.join("share/terminfo/2").join(name)).ok().as_deref(), Some(content));
    }
    let stdlib = root.join(format!("lib/python{minor}"));
    assert!(stdlib.join("EXTERNALLY-MANAGED").is_file());
    let told = fs::read_to_string(root.join("lib/pkgconfig/python3.pc")).expect("it is there");
    assert_eq!(told, format!("prefix={}\n", root.display()));
    let program = "import sys, sysconfig; print(sys.prefix, sysconfig.get_config_var('INCLUDEDIR'), sep='\\n')";
    let expected = "[HOME]/kingbolt/pythons/[BUILD]\n[HOME]/kingbolt/pythons/[BUILD]/include\n";
    machine.program(&executable, ["-I", "-c", program]).stdout(expected).succeeds();
    machine
        .kingbolt(["python", "find", &format!("=={minor}.*"), "--python-preference", "only-managed"])
        .stdout(&format!("{path}\n"))
        .succeeds();
}

#[test]
fn an_app_runs_on_a_managed_python_which_stays_while_it_does() {
    let Some((Fixture { index: _index, machine }, archive)) = installed() else { return };
    make_automatic(&machine, archive);
    let path = root(&machine, archive).display().to_string();
    machine.kingbolt(["install", "hello", "--quiet", "--python", &path]).succeeds();
    machine.command("hello", [""; 0]).stdout("hello from hello 1.0\n").succeeds();
    machine.kingbolt(["list"]).stdout("hello  1.0  Python [VERSION]  hello\n").succeeds();
    machine.kingbolt(["cache", "prune", "--quiet"]).succeeds();
    machine
        .kingbolt(["python", "uninstall", minor(archive)])
        .stderr(
            "
            error: Python [BUILD] is used by hello
            hint: uninstall them, or move them to another Python with `kingbolt upgrade --python`, or pass `--force`
            ",
        )
        .exits(1);
    machine.command("hello", [""; 0]).stdout("hello from hello 1.0\n").succeeds();
    let planned = machine.kingbolt(["uninstall", "hello", "--dry-run"]).outcome();
    assert!(planned.stdout.contains("[HOME]/kingbolt/pythons/[BUILD]/\n"), "{}", planned.stdout);
    machine.kingbolt(["uninstall", "hello", "--quiet"]).succeeds();
    assert_nothing_is_left(&machine);
}

#[test]
fn a_python_that_a_person_asked_for_stays_until_a_person_removes_it() {
    let Some((Fixture { index: _index, machine }, archive)) = installed() else { return };
    let path = root(&machine, archive).display().to_string();
    machine.kingbolt(["install", "hello", "--quiet", "--python", &path]).succeeds();
    machine.kingbolt(["uninstall", "hello", "--quiet"]).succeeds();
    machine.kingbolt(["cache", "clear", "--quiet"]).succeeds();
    assert!(root(&machine, archive).is_dir());
    machine
        .kingbolt(["python", "uninstall", minor(archive), "--dry-run"])
        .stdout("would remove Python [VERSION]: [HOME]/kingbolt/pythons/[BUILD]/\n")
        .succeeds();
    machine
        .kingbolt(["python", "uninstall", &archive.build()])
        .stderr("Uninstalled Python [VERSION] ([SIZE])\n")
        .succeeds();
    assert_nothing_is_left(&machine);
    machine
        .kingbolt(["python", "uninstall", minor(archive)])
        .stderr(&format!("error: no managed Python matches `{}`\nhint: none is installed\n", minor(archive)))
        .exits(1);
}

#[test]
fn a_python_that_is_used_is_removed_only_by_force() {
    let Some((Fixture { index: _index, machine }, archive)) = installed() else { return };
    let path = root(&machine, archive).display().to_string();
    machine.kingbolt(["install", "hello", "--quiet", "--python", &path]).succeeds();
    machine
        .kingbolt(["python", "uninstall", "--force", minor(archive)])
        .stderr("Uninstalled Python [VERSION] ([SIZE]); it was used by hello\n")
        .succeeds();
    assert!(!root(&machine, archive).exists());
    // The app is repaired with the Python that is fetched again.
    machine.kingbolt(["python", "install", "--quiet"]).succeeds();
    machine.command("hello", [""; 0]).stdout("hello from hello 1.0\n").succeeds();
}

#[test]
fn an_environment_of_sync_keeps_its_python_too() {
    let Some((Fixture { index, machine }, archive)) = installed() else { return };
    make_automatic(&machine, archive);
    let lock = super::support::lock(&index, &[hello("1.0")]);
    machine.write("pylock.toml", lock);
    let path = root(&machine, archive).display().to_string();
    machine.kingbolt(["sync", "pylock.toml", "--into", "env", "--quiet", "--python", &path]).succeeds();
    machine.kingbolt(["cache", "prune", "--quiet"]).succeeds();
    assert!(root(&machine, archive).is_dir());
    machine
        .kingbolt(["python", "uninstall", minor(archive)])
        .stderr(
            "
            error: Python [BUILD] is used by [HOME]/env
            hint: uninstall them, or move them to another Python with `kingbolt upgrade --python`, or pass `--force`
            ",
        )
        .exits(1);
}

#[test]
fn unused_pythons_are_counted_and_pruned() {
    let Some((Fixture { index: _index, machine }, archive)) = installed() else { return };
    let size = machine.kingbolt(["cache", "size", "--json"]).json();
    assert_eq!((&size["unused_pythons"], &size["python_bytes"]), (&0.into(), &0.into()));
    make_automatic(&machine, archive);
    let size = machine.kingbolt(["cache", "size", "--json"]).json();
    assert_eq!(size["unused_pythons"], 1);
    assert!(size["python_bytes"].as_u64() > Some(1_000_000), "{size}");
    let planned = machine.kingbolt(["cache", "prune", "--dry-run"]).outcome().stdout;
    assert!(planned.contains("  [HOME]/kingbolt/pythons/[BUILD]/\n"), "{planned}");
    machine
        .kingbolt(["cache", "prune"])
        .stderr("Removed 0 cached files ([SIZE]), 0 unused wheels ([SIZE]), 1 unused Python ([SIZE])\n")
        .succeeds();
    assert_nothing_is_left(&machine);
}

#[test]
fn a_request_that_no_build_serves_is_told_what_exists() {
    let Some((Fixture { index, machine }, archive)) = fixture() else { return };
    let target = archive.build().split_once("20260101-").expect("it has one").1.to_owned();
    for (request, shown) in [("3.8.1", "`==3.8.1`"), ("pypy", "PyPy"), ("3.13t", "CPython ==3.13.*, free-threaded")] {
        machine
            .kingbolt(["python", "install", request])
            .stderr(&format!("error: no Python build for {target} matches {shown}; available: [VERSION]\n"))
            .exits(6);
    }
    machine
        .kingbolt(["python", "install", "3.x"])
        .stderr(
            "
            error: `3.x` is not a Python version, command or path
            hint: pass a version (`3.12`), a specifier (`>=3.10`) or a path
            ",
        )
        .exits(2);
    assert_eq!(index.paths(), [""; 0]);
    assert_nothing_is_left(&machine);
}

#[test]
fn no_python_is_downloaded_where_that_is_turned_off() {
    let Some((Fixture { index, machine }, _)) = fixture() else { return };
    let hint = "hint: set KINGBOLT_PYTHON_DOWNLOADS to `manual`, or remove `python-downloads` from `config.toml`";
    for arguments in [&["python", "install"][..], &["python", "install", "--dry-run"]] {
        machine
            .kingbolt(arguments)
            .with_variable("KINGBOLT_PYTHON_DOWNLOADS", "never")
            .stderr(&format!(
                "error: Python [BUILD] was not downloaded, because downloads of Pythons are turned off\n{hint}\n"
            ))
            .exits(6);
    }
    assert_eq!(index.paths(), [""; 0]);
    assert_nothing_is_left(&machine);
}

#[test]
fn a_plan_changes_nothing() {
    let Some((Fixture { index, machine }, archive)) = fixture() else { return };
    machine
        .kingbolt(["python", "install", "--dry-run"])
        .stdout(&format!(
            "would install Python [VERSION] from [INDEX]{}\n",
            archive.path().replace(&archive.version, "[VERSION]")
        ))
        .succeeds();
    assert_eq!(index.paths(), [""; 0]);
    assert_nothing_is_left(&machine);
}

#[test]
fn pythons_are_listed_with_who_uses_them_and_what_can_be_fetched() {
    let Some((Fixture { index: _index, machine }, archive)) = fixture() else { return };
    let managed = |machine: &Machine| {
        let listing = machine.kingbolt(["python", "list", "--all-versions"]).outcome().stdout;
        let lines = listing.lines().filter(|line| line.contains("[BUILD]")).map(str::to_owned);
        lines.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect::<Vec<_>>()
    };
    assert_eq!(managed(&machine), ["[VERSION] available [BUILD]"]);
    machine.kingbolt(["python", "install", "--quiet"]).succeeds();
    let path = format!("[HOME]/kingbolt/pythons/[BUILD]/bin/python{}", minor(archive));
    assert_eq!(managed(&machine), [format!("[VERSION] managed {path} (unused)")]);
    let root = root(&machine, archive).display().to_string();
    machine.kingbolt(["install", "hello", "--quiet", "--python", &root]).succeeds();
    assert_eq!(managed(&machine), [format!("[VERSION] managed {path} (used by hello)")]);
    let document = machine.kingbolt(["python", "list", "--json", "--python-preference", "managed"]).json();
    let first = &document["pythons"][0];
    assert_eq!((first["source"].as_str(), first["admitted"].as_bool()), (Some("managed"), Some(true)));
    assert_eq!(first["used_by"], serde_json::json!([{ "app": "hello" }]));
    assert_eq!(first["reason"], "requested");
    assert!(document.get("available").is_none());
}

#[test]
fn a_killed_installation_is_retried() {
    let Some((Fixture { index, machine }, archive)) = fixture() else { return };
    index.trouble(&archive.path(), Times::First(1), Trouble::Drip(20_000));
    let downloads = machine.directory(Directory::Cache).join("downloads");
    let has_bytes = || {
        let files = fs::read_dir(&downloads).into_iter().flatten().filter_map(Result::ok);
        files.filter_map(|file| file.metadata().ok()).any(|metadata| metadata.len() > 50_000)
    };
    machine.kingbolt(["python", "install", "--quiet"]).outcome_killed_when(has_bytes);
    assert!(!root(&machine, archive).exists());
    let pythons = machine.directory(Directory::Home).join("pythons");
    let is_unpacking = || {
        let entries = fs::read_dir(&pythons).into_iter().flatten().filter_map(Result::ok);
        entries.map(|entry| entry.path().join("lib")).any(|path| path.exists())
    };
    machine.kingbolt(["python", "install", "--quiet"]).outcome_killed_when(is_unpacking);
    machine.kingbolt(["python", "install", "--quiet"]).succeeds();
    let whole = root(&machine, archive).join(format!("bin/python{}", minor(archive)));
    machine.program(&whole, ["-I", "-c", "print(6 * 7)"]).stdout("42\n").succeeds();
    machine.kingbolt(["python", "uninstall", &archive.build(), "--quiet"]).succeeds();
    assert_nothing_is_left(&machine);
}

#[test]
fn eight_at_once_fetch_it_once() {
    let Some((Fixture { index, machine }, archive)) = fixture() else { return };
    thread::scope(|scope| {
        let runs: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| machine.kingbolt(["python", "install", "--json", "--quiet"]).json()))
            .collect();
        let documents: Vec<_> = runs.into_iter().map(|run| run.join().expect("it ends")).collect();
        let new = documents.iter().filter(|document| document["pythons"][0]["is_new"] == true).count();
        assert_eq!(new, 1, "{documents:?}");
    });
    assert_eq!(index.paths(), [archive.path()]);
    assert!(root(&machine, archive).is_dir());
}

#[test]
fn no_python_is_removed_while_another_process_chooses_one() {
    let Some((Fixture { index: _index, machine }, archive)) = installed() else { return };
    make_automatic(&machine, archive);
    let lock = root(&machine, archive).with_file_name(".lock");
    let lock = fs::File::options().read(true).write(true).open(lock).expect("it is there while there are Pythons");
    lock.lock_shared().expect("nobody else has it");
    assert_eq!(machine.kingbolt(["python", "uninstall", &archive.build()]).outcome().code, Some(7));
    machine
        .kingbolt(["cache", "prune"])
        .stderr("Removed 0 cached files ([SIZE]), 0 unused wheels ([SIZE])\n")
        .succeeds();
    assert!(root(&machine, archive).is_dir());
    lock.unlock().expect("it is held");
    machine.kingbolt(["cache", "prune", "--quiet"]).succeeds();
    assert_nothing_is_left(&machine);
}
