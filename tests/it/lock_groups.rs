//! Extras and dependency groups of a lock.

use crate::support::{Fixture, Index, Machine, app, hello, lock, other};

/// A lock with `hello` for everybody, `other` in the default group `main`, `tool` in the group `dev`, and `quick` in the
/// extra `fast`.
fn prepared() -> Option<Machine> {
    let wheels = [hello("1.0"), other(), app("tool", "1.0"), app("quick", "1.0")];
    let Fixture { index, machine } = Fixture::serving(Index::complete(), &wheels)?;
    let mut text = lock(&index, &wheels);
    for (name, marker) in [
        ("other", "'main' in dependency_groups"),
        ("tool", "'dev' in dependency_groups"),
        ("quick", "'fast' in extras"),
    ] {
        let entry = format!("name = \"{name}\"\n");
        assert!(text.contains(&entry), "{text}");
        text = text.replace(&entry, &format!("{entry}marker = \"{marker}\"\n"));
    }
    let head = "extras = [\"fast\"]\ndependency-groups = [\"main\", \"dev\"]\ndefault-groups = [\"main\"]\n";
    machine.write("pylock.toml", text.replacen("[[packages]]", &format!("{head}[[packages]]"), 1));
    Some(machine)
}

fn packages(machine: &Machine, options: &[&str]) -> Vec<String> {
    let arguments = [&["sync", "pylock.toml", "--into", "env", "--json"], options].concat();
    let document = machine.kingbolt(arguments).json();
    let packages = document["packages"].as_array().expect("the document lists packages");
    packages.iter().filter_map(|package| package["name"].as_str()).map(str::to_owned).collect()
}

#[test]
fn extras_and_groups_of_a_lock_are_added_to_its_default_groups() {
    let Some(machine) = prepared() else { return };
    for (options, expected) in [
        (&[] as &[&str], &["hello", "other"] as &[&str]),
        (&["--group", "Dev"], &["hello", "other", "tool"]),
        (&["--group", "dev", "--no-default-groups"], &["hello", "tool"]),
        (&["--no-default-groups"], &["hello"]),
        (&["--extra", "fast", "--group", "dev,main"], &["hello", "other", "quick", "tool"]),
    ] {
        assert_eq!(packages(&machine, options), expected, "{options:?}");
    }
}

#[test]
fn an_extra_or_a_group_that_a_lock_does_not_have_is_refused_with_those_that_it_has() {
    let Some(machine) = prepared() else { return };
    let sync = |options: &[&str]| machine.kingbolt([&["sync", "pylock.toml", "--into", "env"], options].concat());
    sync(&["--group", "docs"])
        .stderr(
            "
            error: failed to read the lock `[HOME]/pylock.toml`
              caused by: the lock has no dependency group `docs`
            hint: its dependency groups are `main`, `dev`
            ",
        )
        .exits(2);
    sync(&["--extra", "slow"])
        .stderr(
            "
            error: failed to read the lock `[HOME]/pylock.toml`
              caused by: the lock has no extra `slow`
            hint: its only extra is `fast`
            ",
        )
        .exits(2);
    sync(&["--group", "no name"])
        .stderr(
            "
            error: failed to parse `--group`
              caused by: `no name` is not a valid name
            ",
        )
        .exits(2);
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    machine.write("pylock.toml", lock(&index, &[hello("1.0")]));
    machine
        .kingbolt(["sync", "pylock.toml", "--into", "env", "--group", "dev"])
        .stderr(
            "
            error: failed to read the lock `[HOME]/pylock.toml`
              caused by: the lock has no dependency group `dev`
            hint: it has no dependency groups; create the lock with them
            ",
        )
        .exits(2);
}
