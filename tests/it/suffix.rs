//! `install --suffix`: a package once more, under another name.

use crate::support::{Fixture, app, dependent_hello};

#[test]
fn a_package_is_installed_once_more_under_another_name() {
    let Some(Fixture { index, machine }) = Fixture::installed() else { return };
    for version in ["0.8", "0.9"] {
        index.publish(&dependent_hello(version));
    }
    machine
        .kingbolt(["install", "hello<0.9", "--suffix", "_old"])
        .stderr(
            "
            Resolved 2 packages in [TIME]
            Downloaded 1 wheel ([SIZE]) in [TIME]
            Installed 2 packages in [TIME]
            hello-old 0.8: 2 packages, [SIZE], Python [PYTHON VERSION], [TIME]
            Command in [HOME]/bin: hello_old
            ",
        )
        .succeeds();
    machine.command("hello_old", ["you"]).stdout("hello from hello 0.8 you\n").succeeds();
    machine.command("hello", [""; 0]).stdout("hello from hello 1.0\n").succeeds();
    machine
        .kingbolt(["list"])
        .stdout(
            "
            hello      1.0  Python [PYTHON VERSION]  hello
            hello-old  0.8  Python [PYTHON VERSION]  hello_old
            ",
        )
        .succeeds();
    machine.verifies(&["hello 1.0", "hello-old 0.8"]);
    machine
        .kingbolt(["install", "hello<1", "--suffix", "_old"])
        .stderr(
            "
            Resolved 2 packages in [TIME]
            Downloaded 1 wheel ([SIZE]) in [TIME]
            Installed 2 packages in [TIME]
            hello-old 0.9 (was 0.8): 2 packages, [SIZE], Python [PYTHON VERSION], [TIME]
            Command in [HOME]/bin: hello_old
            ",
        )
        .succeeds();
    machine.kingbolt(["rollback", "hello_old", "--quiet"]).succeeds();
    machine.kingbolt(["upgrade", "hello_old", "--quiet"]).succeeds();
    machine.command("hello_old", [""; 0]).stdout("hello from hello 0.8\n").succeeds();
    machine.kingbolt(["run", "hello_old", "me"]).stdout("hello from hello 0.8 me\n").succeeds();
    machine.kingbolt(["uninstall", "hello_old", "--quiet"]).succeeds();
    machine.kingbolt(["list"]).stdout("hello  1.0  Python [PYTHON VERSION]  hello\n").succeeds();
    machine.kingbolt(["uninstall", "hello", "--quiet"]).succeeds();
    assert_eq!(machine.files(), Vec::<String>::new());
}

#[test]
fn a_suffix_may_begin_with_an_at_sign() {
    let Some(Fixture { index: _index, machine }) = Fixture::installed() else { return };
    machine
        .kingbolt(["install", "hello", "--suffix=@next"])
        .stderr(
            "
            Resolved 2 packages in [TIME]
            Installed 2 packages in [TIME]
            hello-next 1.0: 2 packages, [SIZE], Python [PYTHON VERSION], [TIME]
            Command in [HOME]/bin: hello@next
            ",
        )
        .succeeds();
    machine.command("hello@next", ["you"]).stdout("hello from hello 1.0 you\n").succeeds();
    machine.kingbolt(["upgrade", "hello@next", "--quiet"]).succeeds();
    machine.verifies(&["hello 1.0", "hello-next 1.0"]);
    machine.kingbolt(["uninstall", "hello@next"]).stderr("Uninstalled hello-next\n").succeeds();
    machine.kingbolt(["uninstall", "hello", "--quiet"]).succeeds();
    assert_eq!(machine.files(), Vec::<String>::new());
}

#[test]
fn an_upgrade_keeps_the_suffix() {
    let Some(Fixture { index, machine }) = Fixture::dependent_hello() else { return };
    machine.kingbolt(["install", "hello", "--suffix=-lts", "--quiet"]).succeeds();
    index.publish(&dependent_hello("2.0"));
    machine.kingbolt(["upgrade", "hello-lts", "--quiet"]).succeeds();
    machine.command("hello-lts", [""; 0]).stdout("hello from hello 2.0\n").succeeds();
    machine
        .kingbolt(["install", "hello", "--name", "hello-lts"])
        .stderr(
            "
            hello-lts 2.0 is already installed
            Kept: --suffix=-lts; --replace starts afresh
            Command in [HOME]/bin: hello-lts
            ",
        )
        .succeeds();
    let exported = machine.kingbolt(["export"]).outcome().stdout;
    machine.write("apps.toml", &exported);
    machine.kingbolt(["uninstall", "hello-lts", "--quiet"]).succeeds();
    machine.kingbolt(["install", "--file", "apps.toml", "--quiet"]).succeeds();
    machine.command("hello-lts", [""; 0]).stdout("hello from hello 2.0\n").succeeds();
}

#[test]
fn a_command_with_a_suffix_clashes_with_one_of_that_name() {
    let Some(Fixture { index, machine }) = Fixture::dependent_hello() else { return };
    index.publish(&app("hello1", "1.0"));
    machine.kingbolt(["install", "hello1", "--quiet"]).succeeds();
    machine
        .kingbolt(["install", "hello", "--suffix", "1", "--name", "greeter", "--quiet"])
        .stderr(
            "
            error: the command `hello1` belongs to the installed app `hello1`
            hint: run `kingbolt uninstall hello1` first, or install with `--force` to replace the command
            ",
        )
        .exits(8);
    machine.kingbolt(["list"]).stdout("hello1  1.0  Python [PYTHON VERSION]  hello1\n").succeeds();
}

#[test]
fn a_suffix_that_no_name_can_have_is_refused() {
    let Some(Fixture { machine, .. }) = Fixture::hello() else { return };
    for suffix in ["", "/../x", "12-", " x"] {
        let expected = format!(
            "
            error: `{suffix}` is not a valid suffix
            hint: a suffix consists of letters, digits, `-`, `_`, `.` and `@`, and ends with a letter or digit
            "
        );
        machine.kingbolt(["install", "hello", "--suffix", suffix]).stderr(&expected).exits(2);
    }
    assert_eq!(machine.files(), Vec::<String>::new());
}
