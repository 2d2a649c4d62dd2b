//! `install` of a lock: an app with exactly its packages.

use crate::support::{BuiltWheel, Fixture, Index, Machine, Times, Trouble, app, hello, lock, other, sha256_hex};

/// An index with two versions of `hello`, and `other`, and a machine.
fn prepared() -> Option<Fixture> {
    Fixture::serving(Index::complete(), &[hello("1.0"), hello("2.0"), other(), app("tool", "1.0")])
}

/// A lock in which `hello` depends on the other wheels.
fn tree(index: &Index, version: &str, others: &[BuiltWheel]) -> String {
    let names: Vec<String> = others.iter().map(|wheel| format!("{{ name = \"{}\" }}", wheel.project)).collect();
    let wheels = [&[hello(version)], others].concat();
    let dependencies = format!("name = \"hello\"\ndependencies = [{}]\n", names.join(", "));
    lock(index, &wheels).replacen("name = \"hello\"\n", &dependencies, 1)
}

fn only_files(index: &Index) {
    assert!(index.paths().iter().all(|path| path.starts_with("/files/")), "{:?}", index.paths());
}

#[test]
fn a_lock_makes_an_app_of_its_file_name_and_no_index_is_asked() {
    let Some(Fixture { index, machine }) = prepared() else { return };
    machine.write("pylock.greeting.toml", tree(&index, "1.0", &[other(), app("tool", "1.0")]));
    machine
        .kingbolt(["install", "pylock.greeting.toml"])
        .stderr(
            "
            Downloaded 3 wheels ([SIZE]) in [TIME]
            Installed 3 packages in [TIME]
            greeting 1.0: 3 packages, [SIZE], Python [PYTHON VERSION], [TIME]
            Command in [HOME]/bin: hello
            ",
        )
        .succeeds();
    only_files(&index);
    machine.command("hello", [""; 0]).stdout("hello from hello 1.0\n").succeeds();
    index.forget_requests();
    machine
        .kingbolt(["install", "./pylock.greeting.toml"])
        .stderr("greeting 1.0 is already installed\nCommand in [HOME]/bin: hello\n")
        .succeeds();
    assert_eq!(index.paths(), Vec::<String>::new());
    let document = machine.kingbolt(["list", "--json"]).json();
    let lock = document["apps"][0]["lock"]["path"].as_str().map(str::to_owned);
    assert!(lock.is_some_and(|lock| lock.ends_with("pylock.greeting.toml")), "{document}");
    let outcome = machine.kingbolt(["list", "-v"]).outcome();
    assert!(outcome.stdout.contains("hello from [HOME]/pylock.greeting.toml"), "{}", outcome.stdout);
    assert_eq!(machine.kingbolt(["verify"]).outcome().code, Some(0));
}

#[test]
fn an_upgrade_reads_the_lock_again_and_a_rollback_undoes_it() {
    let Some(Fixture { index, machine }) = prepared() else { return };
    machine.write("pylock.greeting.toml", tree(&index, "1.0", &[other()]));
    machine.kingbolt(["install", "pylock.greeting.toml", "--quiet"]).succeeds();
    machine.kingbolt(["upgrade", "greeting"]).stderr("greeting 1.0 is up to date\n").succeeds();
    machine.write("pylock.greeting.toml", tree(&index, "2.0", &[app("tool", "1.0")]));
    machine.kingbolt(["upgrade", "greeting", "--quiet"]).succeeds();
    machine.command("hello", [""; 0]).stdout("hello from hello 2.0\n").succeeds();
    only_files(&index);
    machine.kingbolt(["rollback", "greeting", "--quiet"]).succeeds();
    machine.command("hello", [""; 0]).stdout("hello from hello 1.0\n").succeeds();
    std::fs::remove_file(machine.home().join("pylock.greeting.toml")).expect("it is there");
    machine
        .kingbolt(["upgrade", "greeting"])
        .stderr(
            "
            error: the lock of `greeting`, `[HOME]/pylock.greeting.toml`, is gone
            hint: put it back, or run `kingbolt install --name greeting LOCK` with another lock
            ",
        )
        .exits(8);
    machine.command("hello", [""; 0]).stdout("hello from hello 1.0\n").succeeds();
}

#[test]
fn a_lock_at_a_url_makes_an_app_and_is_read_again_from_there() {
    let Some(Fixture { index, machine }) = prepared() else { return };
    let serve = |text: String, times| {
        index.trouble("/pylock.toml", times, Trouble::Answer(200, Vec::new(), text.clone().into_bytes()));
        sha256_hex(text.as_bytes())
    };
    let digest = serve(tree(&index, "1.0", &[other()]), Times::First(3));
    let url = format!("{}/pylock.toml#sha256={digest}", index.origin());
    machine
        .kingbolt(["install", &url])
        .stderr(&format!(
            "
            error: the lock `[INDEX]/pylock.toml#sha256={digest}` has no name
            hint: pass `--name NAME`, or rename the lock to `pylock.NAME.toml`
            "
        ))
        .exits(2);
    machine.kingbolt(["install", &url, "--name", "greeting", "--quiet"]).succeeds();
    machine.command("hello", [""; 0]).stdout("hello from hello 1.0\n").succeeds();
    let other = serve(tree(&index, "2.0", &[]), Times::Always);
    machine
        .kingbolt(["upgrade", "greeting"])
        .stderr(&format!(
            "
            error: `[INDEX]/pylock.toml` does not have the stated hash: expected sha256:{digest}, got sha256:{other}
            hint: do not use this file; get it from somewhere else
            "
        ))
        .exits(4);
    machine.command("hello", [""; 0]).stdout("hello from hello 1.0\n").succeeds();
}

#[test]
fn the_table_of_a_lock_names_the_app_and_its_commands() {
    let Some(Fixture { index, machine }) = prepared() else { return };
    let table = |commands: &str| {
        let text = lock(&index, &[hello("1.0"), app("tool", "1.0")]);
        text + &format!("\n[tool.kingbolt]\nname = \"greeting\"\ncommands = [{commands}]\n")
    };
    machine.write("pylock.toml", table("\"tool\", \"absent\""));
    machine
        .kingbolt(["install", "pylock.toml", "--quiet"])
        .stderr("error: no package of the lock has the command `absent`, which it names\n")
        .exits(1);
    assert_eq!(machine.files_beside_store(), ["pylock.toml"]);
    machine.write("pylock.toml", table("\"tool\""));
    machine.kingbolt(["install", "pylock.toml", "--quiet"]).succeeds();
    assert_eq!(commands(&machine), ["tool"]);
    assert_eq!(machine.kingbolt(["list", "--json"]).json()["apps"][0]["app"], "greeting");
}

fn commands(machine: &Machine) -> Vec<String> {
    let document = machine.kingbolt(["list", "--json"]).json();
    let commands = document["apps"][0]["commands"].as_array().expect("the app is listed").clone();
    commands.iter().filter_map(|command| command["name"].as_str()).map(str::to_owned).collect()
}

#[test]
fn a_lock_without_dependencies_needs_the_packages_whose_commands_are_wanted() {
    let Some(Fixture { index, machine }) = prepared() else { return };
    machine.write("pylock.greeting.toml", lock(&index, &[hello("1.0"), app("tool", "1.0")]));
    machine
        .kingbolt(["install", "pylock.greeting.toml"])
        .stderr(
            "
            error: the lock `[HOME]/pylock.greeting.toml` does not tell which packages were asked for
            hint: name the packages whose commands you want with `--with-executables-from PACKAGE`
            ",
        )
        .exits(2);
    let from =
        |package: &'static str| ["install", "pylock.greeting.toml", "--quiet", "--with-executables-from", package];
    machine
        .kingbolt(from("absent"))
        .stderr("error: the lock `[HOME]/pylock.greeting.toml` has no package `absent`\n")
        .exits(2);
    machine.kingbolt(from("tool")).succeeds();
    assert_eq!(commands(&machine), ["tool"]);
    machine.kingbolt(["uninstall", "greeting", "--quiet"]).succeeds();
    // The package with the name of the app is the one.
    machine.kingbolt(["install", "pylock.greeting.toml", "--name", "hello", "--quiet"]).succeeds();
    assert_eq!(commands(&machine), ["hello"]);
}

#[test]
fn nothing_is_added_to_the_packages_of_a_lock() {
    let Some(Fixture { index, machine }) = prepared() else { return };
    machine.write("pylock.greeting.toml", tree(&index, "1.0", &[]));
    machine
        .kingbolt(["install", "pylock.greeting.toml", "--with", "other"])
        .stderr(
            "
            error: `--with` chooses packages, and `pylock.greeting.toml` is a lock, which lists all of them
            hint: leave out `--with`, or create another lock
            ",
        )
        .exits(2);
    machine.kingbolt(["install", "pylock.greeting.toml", "--quiet"]).succeeds();
    machine
        .kingbolt(["inject", "greeting", "other"])
        .stderr(
            "
            error: `greeting` has exactly the packages of its lock, `[HOME]/pylock.greeting.toml`
            hint: add the package to the lock, and upgrade
            ",
        )
        .exits(2);
    machine
        .kingbolt(["run", "./pylock.greeting.toml"])
        .stderr(
            "
            error: `./pylock.greeting.toml` is a lock, and only `kingbolt install` and `kingbolt sync` use locks
            hint: run `kingbolt install ./pylock.greeting.toml` to make an app of it
            ",
        )
        .exits(2);
}
