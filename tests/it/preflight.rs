//! Everything that keeps a change from beginning is told at once, and commands of other managers with their owners.

use std::fs;
#[cfg(unix)]
use std::os::unix::fs::symlink;

use crate::support::{Directory, Fixture};
#[cfg(unix)]
use crate::support::{Index, Wheel};

#[test]
fn all_directories_that_cannot_be_used_are_named_at_once() {
    let Some(Fixture { machine, index }) = Fixture::hello() else { return };
    machine.write("kingbolt", "");
    machine.write("bin", "");
    machine.write("cache/thesis.txt", "years of work");
    let before = machine.everything();
    machine
        .kingbolt(["install", "hello"])
        .stderr(
            "
            error: nothing was changed because of 3 problems:
              1. `[HOME]/cache` is not a cache of Kingbolt: it contains `[HOME]/cache/thesis.txt`
              2. failed to write to `[HOME]/kingbolt`: [SYSTEM ERROR]
              3. failed to write to `[HOME]/bin`: [SYSTEM ERROR]
            hint: set KINGBOLT_CACHE_DIR to a directory that is empty or does not exist, or move away whatever is not Kingbolt's; move the file that is in the way, or set KINGBOLT_HOME, KINGBOLT_BIN_DIR and KINGBOLT_CACHE_DIR to other directories
            ",
        )
        .exits(8);
    assert_eq!((machine.everything(), index.paths()), (before, Vec::new()));
}

#[test]
fn an_upgrade_names_all_directories_that_cannot_be_used() {
    let Some(Fixture { machine, index: _index }) = Fixture::installed() else { return };
    for directory in [Directory::Bin, Directory::Cache] {
        fs::remove_dir_all(machine.directory(directory)).expect("it is ours");
        fs::write(machine.directory(directory), "").expect("its place is free");
    }
    for arguments in [["upgrade", "hello"], ["install", "hello==1.0"]] {
        machine
            .kingbolt(arguments)
            .stderr(
                "
                error: nothing was changed because of 2 problems:
                  1. failed to write to `[HOME]/bin`: [SYSTEM ERROR]
                  2. failed to write to `[HOME]/cache`: [SYSTEM ERROR]
                hint: move the file that is in the way, or set KINGBOLT_HOME, KINGBOLT_BIN_DIR and KINGBOLT_CACHE_DIR to other directories
                ",
            )
            .exits(8);
    }
}

#[test]
#[cfg(unix)]
fn a_command_of_another_manager_is_named_with_its_owner_and_left_alone() {
    let Some(Fixture { machine, index: _index }) = Fixture::hello() else { return };
    let bin = machine.directory(Directory::Bin);
    fs::create_dir(bin).expect("it is not there yet");
    let case = |program: &str, owner: &str, removal: &str| {
        let program = machine.write(program, "#!/bin/sh\n");
        symlink(&program, bin.join("hello")).expect("its place is free");
        machine
            .kingbolt(["install", "hello"])
            .stderr(&format!(
                "Resolved 1 package in [TIME]\n\
                 error: `[HOME]/bin/hello` already exists and was not created by Kingbolt: it belongs to {owner}\n\
                 hint: run `{removal}` first, or pass `--force` to replace the command\n"
            ))
            .exits(8);
        assert_eq!(fs::read_link(bin.join("hello")).expect("it is still there"), program);
        fs::remove_file(bin.join("hello")).expect("it is ours");
    };
    case(".local/share/pipx/venvs/hallo/bin/hello", "the pipx app `hallo`", "pipx uninstall hallo");
    case(".local/share/uv/tools/hallo/bin/hello", "the uv tool `hallo`", "uv tool uninstall hallo");
    case("linuxbrew/Cellar/hallo/1.0/bin/hello", "the Homebrew formula `hallo`", "brew uninstall hallo");
    machine.write("conda-meta/history", "");
    case("elsewhere/hello", "the conda environment `[HOME]`", "conda remove --prefix [HOME] PACKAGE");
}

#[test]
#[cfg(unix)]
fn the_directories_that_other_managers_were_told_to_use_count() {
    let Some(Fixture { machine, index: _index }) = Fixture::hello() else { return };
    let machine = machine.with_variable_below_home("PIPX_HOME", "p").with_variable_below_home("UV_TOOL_DIR", "u");
    let bin = machine.directory(Directory::Bin);
    fs::create_dir(bin).expect("it is not there yet");
    for (program, owner, removal) in [
        ("p/venvs/hallo/bin/hello", "the pipx app `hallo`", "pipx uninstall hallo"),
        ("u/hallo/bin/hello", "the uv tool `hallo`", "uv tool uninstall hallo"),
    ] {
        symlink(machine.write(program, "#!/bin/sh\n"), bin.join("hello")).expect("its place is free");
        machine
            .kingbolt(["install", "hello", "--quiet"])
            .stderr(&format!(
                "error: `[HOME]/bin/hello` already exists and was not created by Kingbolt: it belongs to {owner}\n\
                 hint: run `{removal}` first, or pass `--force` to replace the command\n"
            ))
            .exits(8);
        machine.kingbolt(["install", "hello", "--quiet", "--force"]).succeeds();
        machine.kingbolt(["uninstall", "hello", "--quiet"]).succeeds();
    }
}

#[test]
#[cfg(unix)]
fn all_commands_that_are_taken_are_named_at_once() {
    let index = Index::complete();
    let wheel = Wheel::new("hello", "1.0").console("hello", "hello:main").console("hallo", "hello:main").build();
    let Some(Fixture { machine, index: _index }) = Fixture::serving(index, &[wheel]) else { return };
    machine.write("bin/hello", "");
    machine.write("bin/hallo", "");
    machine
        .kingbolt(["install", "hello", "--quiet"])
        .stderr(
            "
            error: nothing was changed because of 2 problems:
              1. `[HOME]/bin/hallo` already exists and was not created by Kingbolt
              2. `[HOME]/bin/hello` already exists and was not created by Kingbolt
            hint: pass `--force` to replace it, or move it
            ",
        )
        .exits(8);
}
