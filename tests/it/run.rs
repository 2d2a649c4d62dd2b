//! `run`: apps that are not installed, and their versions.

use crate::support::{Fixture, Times, Trouble, dependent_hello};

#[test]
fn latest_installs_the_newest_version_of_an_app_that_is_installed() {
    let Some(Fixture { index, machine }) = Fixture::installed() else { return };
    index.trouble("/simple/hello/", Times::Always, Trouble::header("Cache-Control", "max-age=600"));
    machine
        .kingbolt(["install", "hello@latest"])
        .stderr(
            "
            Resolved 2 packages in [TIME]
            hello 1.0 is already installed
            Command in [HOME]/bin: hello
            ",
        )
        .succeeds();
    index.publish(&dependent_hello("2.0"));
    let unchanged = "hello 1.0 is already installed\nCommand in [HOME]/bin: hello\n";
    machine.kingbolt(["install", "hello"]).stderr(unchanged).succeeds();
    machine
        .kingbolt(["install", "hello@latest", "--dry-run"])
        .stdout("hello on Python [PYTHON VERSION] ([PYTHON])\n  hello 2.0\n  other 2.1\n")
        .stderr("Resolved 2 packages in [TIME]\n")
        .succeeds();
    machine
        .kingbolt(["install", "hello @ latest"])
        .stderr(
            "
            Resolved 2 packages in [TIME]
            Downloaded 1 wheel ([SIZE]) in [TIME]
            Installed 2 packages in [TIME]
            hello 2.0 (was 1.0): 2 packages, [SIZE], Python [PYTHON VERSION], [TIME]
            Command in [HOME]/bin: hello
            ",
        )
        .succeeds();
    let installed = machine.kingbolt(["list", "--json"]).json();
    assert_eq!(installed["apps"][0]["request"], "hello");
}

#[test]
fn run_of_latest_asks_the_index_at_once() {
    let Some(Fixture { index, machine }) = Fixture::dependent_hello() else { return };
    index.trouble("/simple/hello/", Times::Always, Trouble::header("Cache-Control", "max-age=600"));
    machine.kingbolt(["--quiet", "run", "hello"]).stdout("hello from hello 1.0\n").succeeds();
    index.publish(&dependent_hello("2.0"));
    machine.kingbolt(["--quiet", "run", "hello"]).stdout("hello from hello 1.0\n").succeeds();
    machine.kingbolt(["--quiet", "run", "hello@latest", "you"]).stdout("hello from hello 2.0 you\n").succeeds();
    index.forget_requests();
    machine.kingbolt(["--quiet", "run", "hello"]).stdout("hello from hello 2.0\n").succeeds();
    assert_eq!(index.paths(), Vec::<String>::new());
}
