//! Locks in a directory of their own, for homes on file systems without locks.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use crate::support::users::{
    another_user, as_another_user, give_away, installed_for_all, mode_of, set_mode, with_umask,
};
use crate::support::{Directory, Fixture, Machine, hello, listing, lock};

#[test]
fn all_locks_lie_in_the_directory_that_is_named_for_them() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    let machine = machine.with_variable_below_home("KINGBOLT_LOCK_DIR", "locks");
    machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
    let elsewhere: Vec<String> = machine.everything().into_iter().filter(|path| !path.starts_with("locks/")).collect();
    assert_eq!(elsewhere.iter().filter(|path| path.contains("lock")).collect::<Vec<_>>(), Vec::<&String>::new());
    let wheel = format!("store/.locks/{}", &hello("1.0").sha256()[..32]);
    assert_eq!(locks_below(&of_home(&machine)), ["locks/hello", "store/.lock", &wheel]);
    assert_eq!(locks_below(&namespace(&machine, Directory::Cache)), ["downloads/.lock"]);
    machine.write("pylock.toml", lock(&index, &[hello("1.0")]));
    machine.kingbolt(["sync", "pylock.toml", "--into", "environment", "--quiet"]).succeeds();
    machine.kingbolt(["verify", "--repair"]).stdout("hello 1.0: 8 files in 1 package, no problems\n").succeeds();
    machine.kingbolt(["uninstall", "hello", "--quiet"]).succeeds();
    machine.kingbolt(["cache", "clear", "--quiet"]).succeeds();
    // The directory itself is the person's.
    assert_eq!(listing(&machine.home().join("locks")), Vec::<String>::new());
    assert!(machine.home().join("locks").is_dir());
}

#[test]
fn a_lock_that_is_held_there_is_busy_for_its_home_and_for_no_other() {
    let Some(Fixture { machine, .. }) = Fixture::hello() else { return };
    let machine = machine.with_variable_below_home("KINGBOLT_LOCK_DIR", "locks");
    machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
    let namespace = of_home(&machine);
    let held = File::open(namespace.join("store/.lock")).expect("it is there");
    held.lock().expect("nobody else holds it");
    let machine = machine.naming(&namespace.file_name().expect("it has one").to_string_lossy(), "[NAME]");
    machine
        .kingbolt(["cache", "prune"])
        .stderr(
            "
            error: failed to lock the store
              caused by: `[HOME]/locks/[NAME]/store/.lock` is locked by another process
            hint: wait for the other process to finish, then try again
            ",
        )
        .exits(7);
    // However its path is spelt.
    let link = machine.home().join("link");
    std::os::unix::fs::symlink(machine.directory(Directory::Home), &link).expect("a link can be made");
    let spelt = link.display().to_string();
    machine
        .kingbolt(["cache", "prune"])
        .with_variable("KINGBOLT_HOME", &spelt)
        .stderr(
            "
            error: failed to lock the store
              caused by: `[HOME]/locks/[NAME]/store/.lock` is locked by another process
            hint: wait for the other process to finish, then try again
            ",
        )
        .exits(7);
    let another = machine.home().join("another").display().to_string();
    machine.kingbolt(["install", "hello", "--force", "--quiet"]).with_variable("KINGBOLT_HOME", &another).succeeds();
}

#[test]
fn the_locks_elsewhere_are_for_those_who_may_write_the_home() {
    for (umask, of_directory, of_file) in [("022", "700", "600"), ("002", "770", "660")] {
        let Some(Fixture { machine, .. }) = Fixture::hello() else { return };
        let machine = machine.with_variable_below_home("KINGBOLT_LOCK_DIR", "locks");
        with_umask(&machine, umask, &["install", "hello", "--quiet"]).succeeds();
        let namespace = of_home(&machine);
        assert_eq!(mode_of(&namespace), of_directory, "umask {umask}");
        assert_eq!(mode_of(&namespace.join("locks/hello")), of_file, "umask {umask}");
    }
}

/// In a directory such as `/run/lock`, everybody can make the one of a home before its owner does.
#[test]
fn locks_that_another_user_has_made_are_refused() {
    let Some(()) = another_user() else { return };
    let Some(Fixture { machine, .. }) = Fixture::hello() else { return };
    let machine = machine.with_variable_below_home("KINGBOLT_LOCK_DIR", "locks");
    machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
    let namespace = of_home(&machine);
    give_away(&namespace);
    let machine = machine.naming(&namespace.file_name().expect("it has one").to_string_lossy(), "[NAME]");
    let refused = |problem: &str| {
        let hint = "set KINGBOLT_LOCK_DIR to a directory in which other users cannot replace yours";
        let expected = format!("error: `[HOME]/locks{problem}\nhint: {hint}\n");
        machine.kingbolt(["upgrade", "hello"]).stderr(&expected).exits(8);
    };
    refused("/[NAME]` cannot hold locks: it belongs to another user");
    fs::remove_dir_all(&namespace).expect("it can be removed");
    let elsewhere = machine.home().join("elsewhere");
    fs::create_dir(&elsewhere).expect("it is new");
    std::os::unix::fs::symlink(&elsewhere, &namespace).expect("a link can be made");
    refused("/[NAME]` cannot hold locks: it belongs to another user");
    fs::remove_file(&namespace).expect("it can be removed");
    set_mode(&machine.home().join("locks"), 0o777);
    refused("` cannot hold locks: other users can rename what is in it");
    set_mode(&machine.home().join("locks"), 0o1777);
    machine.kingbolt(["upgrade", "hello", "--quiet"]).succeeds();
}

#[test]
fn who_cannot_write_the_home_makes_no_directory_for_its_locks() {
    let Some(machine) = installed_for_all() else { return };
    let locks = machine.home().join("locks");
    fs::create_dir(&locks).expect("it is new");
    set_mode(&locks, 0o1777);
    let kingbolt = Path::new(env!("CARGO_BIN_EXE_kingbolt"));
    let reader = |arguments: &[&str]| {
        let run = as_another_user(&machine, kingbolt, arguments).with_variable("KINGBOLT_CACHE_DIR", "/dev/null/cache");
        run.with_variable("KINGBOLT_LOCK_DIR", &locks.display().to_string())
    };
    reader(&["verify"]).stdout("hello 1.0: 8 files in 1 package, no problems\n").succeeds();
    reader(&["upgrade", "hello"])
        .stderr(
            "
            error: nothing was changed because of 3 problems:
              1. failed to lock `[HOME]/kingbolt`: [SYSTEM ERROR]
              2. failed to write to `[HOME]/bin`: [SYSTEM ERROR]
              3. failed to write to `/dev/null/cache`: [SYSTEM ERROR]
            hint: make it writable, or set KINGBOLT_HOME, KINGBOLT_BIN_DIR and KINGBOLT_CACHE_DIR to other directories; move the file that is in the way, or set KINGBOLT_HOME, KINGBOLT_BIN_DIR and KINGBOLT_CACHE_DIR to other directories
            ",
        )
        .exits(8);
    assert_eq!(listing(&locks), Vec::<String>::new());
}

/// The directory that holds the locks of the home.
fn of_home(machine: &Machine) -> PathBuf {
    namespace(machine, Directory::Home)
}

/// The directory that holds the locks of a directory of Kingbolt's.
fn namespace(machine: &Machine, directory: Directory) -> PathBuf {
    let part = if directory == Directory::Home { "store" } else { "downloads" };
    let entries = fs::read_dir(machine.home().join("locks")).expect("it was made");
    let mut paths = entries.map(|entry| entry.expect("it can be read").path());
    paths.find(|path| path.join(part).is_dir()).expect("the directory has locks")
}

fn locks_below(namespace: &Path) -> Vec<String> {
    let mut found = listing(namespace);
    found.sort();
    found
}
