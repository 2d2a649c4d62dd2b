//! Who may hold a lock of Kingbolt's, and where locks lie.

use std::fs;
use std::path::Path;

use crate::support::users::{
    another_user, as_another_user, installed_for_all, mode_of, open_to_others, set_mode, with_umask,
};
use crate::support::{Directory, Fixture, Machine, app, hello, listing};

/// Opening a file is enough to lock it, and a file of mode 0644 may be opened by everybody.
#[test]
fn no_other_user_can_open_a_lock() {
    let Some(Fixture { machine, .. }) = Fixture::hello() else { return };
    with_umask(&machine, "022", &["install", "hello", "--quiet"]).succeeds();
    assert_eq!(lock_modes(&machine), modes_of_hello("600"));
    let Some(()) = another_user() else { return };
    open_to_others(&machine);
    for (path, _) in lock_modes(&machine) {
        let path = machine.home().join(path).display().to_string();
        let attempt = ["-c", "exec 3<\"$1\"", "sh", &path];
        let outcome = as_another_user(&machine, Path::new("/bin/sh"), &attempt).outcome();
        assert_ne!(outcome.code, Some(0), "{path} could be opened: {}", outcome.shown());
    }
}

#[test]
fn locks_that_version_0_1_0_left_open_to_others_are_closed() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    index.publish(&app("another", "1.0"));
    with_umask(&machine, "022", &["install", "hello", "--quiet"]).succeeds();
    let open = ["cache/downloads/.lock", "kingbolt/locks/hello", "kingbolt/store/.lock"];
    let open = open.map(|path| machine.home().join(path));
    for path in &open {
        set_mode(path, 0o644);
    }
    with_umask(&machine, "022", &["install", "hello", "another", "--force", "--quiet"]).succeeds();
    assert_eq!(open.each_ref().map(|path| mode_of(path)), ["600"; 3]);
}

/// A home of a group, as an administrator makes it.
#[test]
fn whoever_may_write_a_home_may_open_its_locks() {
    for (umask, mode) in [("002", "660"), ("000", "666"), ("077", "600")] {
        let Some(Fixture { machine, .. }) = Fixture::hello() else { return };
        with_umask(&machine, umask, &["install", "hello", "--quiet"]).succeeds();
        assert_eq!(lock_modes(&machine), modes_of_hello(mode), "umask {umask}");
        // One of the group who keeps the own files from the others does not keep them from the home.
        let lock = machine.directory(Directory::Home).join("locks/hello");
        fs::remove_file(&lock).expect("it is ours");
        with_umask(&machine, "077", &["install", "hello", "--force", "--quiet"]).succeeds();
        assert_eq!(mode_of(&lock), mode, "umask {umask}");
    }
}

#[test]
fn the_default_home_is_for_its_user_alone_and_one_that_was_named_follows_the_umask() {
    let Some(Fixture { machine, .. }) = Fixture::hello() else { return };
    with_umask(&machine, "022", &["install", "hello", "--quiet"]).succeeds();
    assert_eq!(mode_of(machine.directory(Directory::Home)), "755");
    let machine = machine.without_variable("KINGBOLT_HOME").with_variable_below_home("XDG_DATA_HOME", "data");
    let home = machine.home().join("data/kingbolt");
    let install = || with_umask(&machine, "022", &["install", "hello", "--force", "--quiet"]);
    install().succeeds();
    assert_eq!([&home, &machine.home().join("data")].map(|path| mode_of(path)), ["700", "755"]);
    // As version 0.1.0 made it.
    set_mode(&home, 0o755);
    install().succeeds();
    assert_eq!(mode_of(&home), "700");
}

/// The home of a whole system, in which only its administrator installs.
#[test]
fn a_user_who_cannot_write_the_home_lists_verifies_and_runs_its_apps() {
    let Some(machine) = installed_for_all() else { return };
    let before = machine.everything();
    let kingbolt = Path::new(env!("CARGO_BIN_EXE_kingbolt"));
    let reader = |arguments: &[&str]| {
        as_another_user(&machine, kingbolt, arguments).with_variable("KINGBOLT_CACHE_DIR", "/dev/null/cache")
    };
    reader(&["list"]).stdout("hello  1.0  Python [PYTHON VERSION]  hello\n").succeeds();
    reader(&["verify"]).stdout("hello 1.0: 8 files in 1 package, no problems\n").succeeds();
    reader(&["run", "hello"]).stdout("hello from hello 1.0\n").succeeds();
    let command = machine.directory(Directory::Bin).join("hello");
    as_another_user(&machine, &command, &[]).stdout("hello from hello 1.0\n").succeeds();
    assert_eq!(machine.everything(), before);
}

/// The lock files below the home directory, with their modes.
fn lock_modes(machine: &Machine) -> Vec<(String, String)> {
    let is_lock = |path: &String| path.contains("/.lock") || path.contains("/locks/");
    let paths = listing(machine.home()).into_iter().filter(is_lock);
    paths.map(|path| (path.clone(), mode_of(&machine.home().join(path)))).collect()
}

/// The lock files after an installation of `hello`, all with one mode.
fn modes_of_hello(mode: &str) -> Vec<(String, String)> {
    let wheel = format!("kingbolt/store/.locks/{}", &hello("1.0").sha256()[..32]);
    let paths = ["cache/downloads/.lock", "kingbolt/locks/hello", "kingbolt/store/.lock", &wheel];
    paths.map(|path| (path.to_owned(), mode.to_owned())).to_vec()
}
