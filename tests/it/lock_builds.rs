//! Packages of which a lock has source code only: built if the person allows it.

use std::fs;

use crate::support::{Fixture, Index, Machine, Project, Times, Trouble, hello, lock, sha256_hex};

/// A lock with `hello` as a wheel and one more package.
fn with_package(index: &Index, name: &str, source: &str) -> String {
    lock(index, &[hello("1.0")]) + &format!("\n[[packages]]\nname = \"{name}\"\n{source}\n")
}

fn demo() -> Project {
    Project::new("demo", "1.0").counting()
}

/// An index with `hello` and the source distribution of `demo`, a machine on which backends count their calls, and the entry
/// of that source distribution in a lock.
fn prepared() -> Option<(Fixture, String)> {
    let Fixture { index, machine } = Fixture::hello()?;
    let sdist = demo().published();
    index.publish_source(&demo());
    let calls = machine.home().with_file_name("calls");
    let entry = format!(
        "version = \"1.0\"\nsdist = {{ url = \"{}/files/{}\", size = {}, hashes = {{ sha256 = \"{}\" }} }}",
        index.origin(),
        sdist.file_name,
        sdist.bytes.len(),
        sdist.sha256()
    );
    Some((Fixture { machine: machine.with_variable("CALLS", calls), index }, entry))
}

fn calls(machine: &Machine) -> String {
    let text = fs::read_to_string(machine.home().with_file_name("calls")).unwrap_or_default();
    text.lines().collect::<Vec<_>>().join(" ")
}

fn run_demo(machine: &Machine) {
    let scripts = machine.home().join("env").join(if cfg!(windows) { "Scripts" } else { "bin" });
    let demo = scripts.join(format!("demo{}", std::env::consts::EXE_SUFFIX));
    let outcome = machine.program(&demo, [""; 0]).outcome();
    assert!(outcome.stdout.starts_with("demo 1.0\n"), "{outcome:?}");
}

#[test]
fn a_source_distribution_in_a_lock_is_built_once_and_only_if_that_is_allowed() {
    let Some((Fixture { index, machine }, entry)) = prepared() else { return };
    machine.write("pylock.toml", with_package(&index, "demo", &entry));
    let sync = ["sync", "pylock.toml", "--into", "env"];
    machine
        .kingbolt(sync)
        .stderr(
            "
            error: failed to read the lock `[HOME]/pylock.toml`
              caused by: `demo 1.0` has no wheel, only a source distribution
            hint: pass `--allow-build demo` to build it, which runs code of the package
            ",
        )
        .exits(6);
    assert_eq!((index.paths(), machine.files()), (Vec::new(), vec!["pylock.toml".to_owned()]));
    let allowed = [&sync[..], &["--allow-build", "demo"]].concat();
    let planned = [&allowed[..], &["--dry-run"]].concat();
    machine
        .kingbolt(planned)
        .stdout("would build demo==1.0; its version and dependencies are known after the build\n")
        .succeeds();
    assert_eq!(calls(&machine), "");
    machine
        .kingbolt(&allowed)
        .stderr(
            "
            Built demo-1.0-py3-none-any.whl in [TIME]
            Downloaded 1 wheel ([SIZE]) in [TIME]
            Installed 2 packages in [TIME]
            [HOME]/env: 2 packages, [SIZE], Python [PYTHON VERSION], [TIME]
            ",
        )
        .succeeds();
    run_demo(&machine);
    let mut paths = index.paths();
    paths.sort();
    assert_eq!(paths, ["/files/demo-1.0.tar.gz", "/files/hello-1.0-py3-none-any.whl"]);
    machine.kingbolt(&allowed).stderr("[HOME]/env already matches the lock\n").succeeds();
    assert_eq!(calls(&machine), "build");
}

#[test]
fn a_source_distribution_of_another_size_or_hash_than_the_locks_is_not_built() {
    let Some((Fixture { index, machine }, entry)) = prepared() else { return };
    let sdist = demo().published();
    let size = format!("size = {}", sdist.bytes.len());
    let corrupted = sha256_hex(&Trouble::corrupted(sdist.bytes.clone()));
    let sync = ["sync", "pylock.toml", "--into", "env", "--allow-build", "all", "--quiet"];
    machine.write("pylock.toml", with_package(&index, "demo", &entry.replace(&size, "size = 7")));
    machine
        .kingbolt(sync)
        .stderr(&format!(
            "
            error: failed to build `demo==1.0`
              caused by: `demo-1.0.tar.gz` does not have the stated size: expected [SIZE], got {}
            hint: do not use this file; get it from somewhere else
            ",
            sdist.bytes.len()
        ))
        .exits(4);
    machine.write("pylock.toml", with_package(&index, "demo", &entry));
    index.trouble("/files/demo-1.0.tar.gz", Times::Always, Trouble::Corrupted);
    machine
        .kingbolt(sync)
        .stderr(&format!(
            "
            error: failed to build `demo==1.0`
              caused by: `demo-1.0.tar.gz` does not have the stated hash: expected sha256:{}, got sha256:{corrupted}
            hint: do not use this file; get it from somewhere else
            ",
            sdist.sha256()
        ))
        .exits(4);
    assert_eq!((calls(&machine), machine.files_beside_store()), (String::new(), vec!["pylock.toml".to_owned()]));
}

#[test]
fn a_wheel_that_is_not_of_the_package_in_the_lock_is_not_installed() {
    let Some((Fixture { index, machine }, entry)) = prepared() else { return };
    let other = Project::new("other", "1.0").sdist("demo-1.0");
    index.trouble("/files/demo-1.0.tar.gz", Times::Always, Trouble::Answer(200, Vec::new(), other.clone()));
    let size = format!("size = {}, ", demo().published().bytes.len());
    let text = entry.replace(&demo().published().sha256(), &sha256_hex(&other)).replace(&size, "");
    machine.write("pylock.toml", with_package(&index, "demo", &text));
    machine
        .kingbolt(["sync", "pylock.toml", "--into", "env", "--allow-build", "all", "--quiet"])
        .stderr(
            "
            error: failed to build `demo==1.0`
              caused by: the backend built `other-1.0-py3-none-any.whl`, not a wheel of `demo 1.0`
            hint: request it by the name that it has
            ",
        )
        .exits(2);
    assert_eq!(machine.files_beside_store(), ["pylock.toml"]);
}

#[test]
fn archives_and_directories_of_a_local_lock_are_built_from_where_they_are() {
    let Some((Fixture { index, machine }, _)) = prepared() else { return };
    let archive = demo().sdist("anything");
    machine.write("files/v1.tar.gz", &archive);
    for (path, content) in demo().files() {
        machine.write(&format!("project/part/{path}"), content);
    }
    let sync = ["sync", "pylock.toml", "--into", "env", "--allow-build", "demo", "--quiet"];
    for source in [
        format!("archive = {{ path = \"files/v1.tar.gz\", hashes = {{ sha256 = \"{}\" }} }}", sha256_hex(&archive)),
        "directory = { path = \"project\", subdirectory = \"part\" }".to_owned(),
    ] {
        machine.write("pylock.toml", with_package(&index, "demo", &source));
        machine.kingbolt(sync).succeeds();
        run_demo(&machine);
    }
    assert_eq!(calls(&machine), "build build");
}

#[test]
fn a_lock_on_a_server_names_no_directory() {
    let Some((Fixture { index, machine }, _)) = prepared() else { return };
    let text = with_package(&index, "demo", "directory = { path = \".\", editable = true }");
    index.trouble("/pylock.toml", Times::Always, Trouble::Answer(200, Vec::new(), text.clone().into_bytes()));
    let url = format!("{}/pylock.toml#sha256={}", index.origin(), sha256_hex(text.as_bytes()));
    machine
        .kingbolt(["sync", &url, "--into", "env", "--allow-build", "all"])
        .stderr(&format!(
            "
            error: failed to read the lock `[INDEX]/pylock.toml#sha256={}`
              caused by: `demo` has no wheel, only a source directory
            hint: create the lock without the project itself, for example with `uv export --no-emit-project`
            ",
            sha256_hex(text.as_bytes())
        ))
        .exits(6);
}
