//! `sync`: an environment exactly as a lock says.

use std::fmt::Write;
use std::path::PathBuf;

use crate::support::{BuiltWheel, Index, Machine, Python, Times, Trouble, Wheel};

#[test]
fn an_environment_is_as_the_lock_says_and_no_index_is_asked() {
    let Some((index, machine, lock)) = prepared() else { return };
    let environment = machine.home().join("env");
    machine
        .kingbolt(["sync", "pylock.toml", "--into", "env"])
        .stderr(
            "
            Downloaded 2 wheels ([SIZE]) in [TIME]
            Installed 2 packages in [TIME]
            [HOME]/env: 2 packages, [SIZE], Python [PYTHON VERSION], [TIME]
            ",
        )
        .succeeds();
    let scripts = environment.join(if cfg!(windows) { "Scripts" } else { "bin" });
    let hello = scripts.join(format!("hello{}", std::env::consts::EXE_SUFFIX));
    machine.program(&hello, ["you"]).stdout("hello from hello 1.0 you\n").succeeds();
    let mut paths = index.paths();
    paths.sort();
    assert_eq!(paths, ["/files/hello-1.0-py3-none-any.whl", "/files/other-2.1-py3-none-any.whl"]);

    index.forget_requests();
    machine
        .kingbolt(["sync", "pylock.toml", "--into", "env"])
        .stderr("[HOME]/env is already as the lock says\n")
        .succeeds();
    assert_eq!(index.paths(), Vec::<String>::new());
    drop(lock);
}

#[test]
fn a_wheel_with_another_hash_than_the_locks_is_refused() {
    let Some((index, machine, _)) = prepared() else { return };
    index.trouble_with(&hello(), Times::Always, Trouble::Corrupted);
    let (wheel, stated) = (hello(), hello().sha256());
    let got = BuiltWheel { bytes: Trouble::corrupted(wheel.bytes), ..hello() }.sha256();
    let file = wheel.file_name;
    let expected = format!(
        "
        error: refused `{file}`: `[INDEX]/files/{file}` has sha256:{got}, not the stated sha256:{stated}
        hint: the file was changed on the server or on its way; do not install it before its publisher explains why
        "
    );
    machine.kingbolt(["sync", "pylock.toml", "--into", "env"]).stderr(&expected).exits(4);
    assert_eq!(machine.files(), ["pylock.toml"]);
}

#[test]
fn a_directory_that_holds_something_else_is_left_alone() {
    let Some((_, machine, _)) = prepared() else { return };
    machine.write("env/letter.txt", "do not lose me");
    machine
        .kingbolt(["sync", "pylock.toml", "--into", "env"])
        .stderr(
            "
            error: `[HOME]/env` is not an environment made by kingbolt, and not empty
            hint: choose another directory, or empty this one first
            ",
        )
        .exits(8);
    assert_eq!(machine.files(), ["env/letter.txt", "pylock.toml"]);
}

#[test]
fn a_lock_that_is_not_there_or_no_lock_is_told() {
    let Some((_, machine, _)) = prepared() else { return };
    machine.write("pylock.odd.toml", "lock-version = \"2.0\"\n");
    let absent = machine.kingbolt(["sync", "pylock.no.toml", "--into", "env"]).outcome();
    assert_eq!(absent.code, Some(1));
    assert!(absent.stderr.starts_with("error: failed to read `[HOME]/pylock.no.toml`\n"), "{}", absent.stderr);
    machine
        .kingbolt(["sync", "pylock.odd.toml", "--into", "env"])
        .stderr(
            "
            error: failed to read the lock `[HOME]/pylock.odd.toml`
              caused by: version 2.0 of the lock format is not supported
            hint: a newer kingbolt may read it
            ",
        )
        .exits(1);
    assert_eq!(machine.files(), ["pylock.odd.toml", "pylock.toml"]);
}

/// An index with two wheels, a machine, and a lock of the two in its home directory.
fn prepared() -> Option<(Index, Machine, PathBuf)> {
    let python = Python::newest_or_skip("sync")?;
    let index = Index::complete();
    let wheels = [hello(), Wheel::new("other", "2.1").build()];
    for wheel in &wheels {
        index.publish(wheel);
    }
    let machine = Machine::new().with_python(python).with_index(&index);
    let lock = machine.write("pylock.toml", lock(&index, &wheels));
    Some((index, machine, lock))
}

fn lock(index: &Index, wheels: &[BuiltWheel]) -> String {
    let mut text = "lock-version = \"1.0\"\ncreated-by = \"tests\"\n".to_owned();
    for wheel in wheels {
        let (file, sha256) = (&wheel.file_name, wheel.sha256());
        let version = file.split('-').nth(1).unwrap_or_default();
        let url = format!("{}/files/{file}", index.origin());
        let _ = writeln!(text, "\n[[packages]]\nname = \"{}\"\nversion = \"{version}\"", wheel.project);
        let _ = writeln!(text, "wheels = [{{ url = \"{url}\", hashes = {{ sha256 = \"{sha256}\" }} }}]");
    }
    text
}

fn hello() -> BuiltWheel {
    Wheel::new("hello", "1.0").console("hello", "hello:main").build()
}
