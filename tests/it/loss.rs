//! What was there and is not any more: the interpreter of an application, and what a loss of power took.

use std::fs;
use std::path::PathBuf;

use crate::support::{BuiltWheel, Fixture, Machine, Times, Trouble, Wheel, app, dependent_hello, other};

#[test]
fn an_app_whose_python_is_gone_is_told_and_rebuilt_on_another() {
    let Some(Fixture { machine, .. }) = Fixture::installed() else { return };
    rewrite(&machine, 1, |text| replaced_line(text, "executable = ", "executable = '/nowhere/python3'"));
    machine
        .kingbolt(["list"])
        .stdout(
            "
            hello  1.0  Python [PYTHON VERSION]  hello
                broken: its Python at /nowhere/python3 no longer exists; repair it with `kingbolt verify --repair hello`
            ",
        )
        .succeeds();
    machine
        .kingbolt(["verify", "--quiet"])
        .stdout("hello 1.0: 1 problem\n    its Python at /nowhere/python3 no longer exists\n")
        .stderr(
            "
            error: 1 of 1 app has changed or missing files
            hint: run `kingbolt verify --repair hello` to repair the damage
            ",
        )
        .exits(4);
    machine
        .kingbolt(["verify", "--repair", "--quiet"])
        .stdout("hello 1.0: 1 problem, repaired\n    its Python at /nowhere/python3 no longer exists\n")
        .succeeds();
    machine.kingbolt(["list"]).stdout("hello  1.0  Python [PYTHON VERSION]  hello\n").succeeds();
    machine.command("hello", [""; 0]).stdout("hello from hello 1.0\n").succeeds();
}

#[test]
fn an_app_whose_python_became_another_one_is_rebuilt_in_its_version() {
    let Some(Fixture { index, machine }) = Fixture::installed() else { return };
    index.publish(&dependent_hello("2.0"));
    rewrite(&machine, 1, |text| replaced_line(text, "identity = ", "identity = 'cpython-3.5-linux-x86_64-gnu /old'"));
    machine
        .kingbolt(["list"])
        .stdout(
            "
            hello  1.0  Python [PYTHON VERSION]  hello
                broken: [PYTHON] is now a different Python: [PYTHON]: CPython [PYTHON VERSION]; repair it with `kingbolt verify \
             --repair hello`
            ",
        )
        .succeeds();
    machine
        .kingbolt(["verify", "--repair", "--quiet"])
        .stdout(
            "
            hello 1.0: 1 problem, repaired
                [PYTHON] is now a different Python: [PYTHON]: CPython [PYTHON VERSION]
            ",
        )
        .succeeds();
    machine.command("hello", [""; 0]).stdout("hello from hello 1.0\n").succeeds();
    machine.verifies(&["hello 1.0"]);
    machine.kingbolt(["list"]).stdout("hello  1.0  Python [PYTHON VERSION]  hello\n").succeeds();
}

#[test]
fn an_app_that_asked_for_a_python_by_its_path_is_rebuilt_on_another_when_that_is_gone() {
    let Some(Fixture { machine, .. }) = Fixture::installed() else { return };
    rewrite(&machine, 1, |text| {
        let text = replaced_line(text, "executable = ", "executable = '/nowhere/python3'");
        text.replace("[request]\n", "[request]\npython = '/nowhere/python3'\n")
    });
    assert!(record(&machine, 1).contains("\npython = '/nowhere/python3'\n"));
    machine
        .kingbolt(["run", "hello"])
        .stderr(
            "
            error: `hello` is damaged: its Python at /nowhere/python3 no longer exists
            hint: run `kingbolt verify --repair hello` to repair it
            ",
        )
        .exits(4);
    let outcome = machine.kingbolt(["verify", "--repair", "--quiet"]).outcome();
    assert_eq!(outcome.code, Some(0), "{outcome:?}");
    machine.command("hello", [""; 0]).stdout("hello from hello 1.0\n").succeeds();
    machine
        .kingbolt(["upgrade", "hello"])
        .stderr("Resolved 2 packages in [TIME]\nhello 1.0 is up to date\n")
        .succeeds();
}

#[test]
fn a_repair_keeps_what_works_to_go_back_to_and_not_what_it_replaced() {
    let Some(Fixture { machine, .. }) = Fixture::upgraded() else { return };
    let second = machine.files().into_iter().find(|path| path.contains("/2-") && path.ends_with("hello/__init__.py"));
    fs::remove_file(machine.home().join(second.expect("it is installed"))).expect("it stands there");
    machine
        .kingbolt(["verify", "--repair", "--quiet"])
        .stdout(
            "
            hello 2.0: 1 problem, repaired
                missing  [HOME]/kingbolt/apps/hello/generations/2-[ID]/[LIBRARY]/hello/__init__.py
            ",
        )
        .succeeds();
    machine.kingbolt(["rollback", "hello", "--quiet"]).succeeds();
    machine.command("hello", [""; 0]).stdout("hello from hello 1.0\n").succeeds();
    machine.kingbolt(["rollback", "hello", "--quiet"]).succeeds();
    machine.command("hello", [""; 0]).stdout("hello from hello 2.0\n").succeeds();
}

#[test]
fn a_repair_leaves_no_other_generation_that_has_the_damaged_file_too() {
    let Some(Fixture { machine, .. }) = Fixture::upgraded() else { return };
    // Both generations, and the store, know the file under names of their own.
    let shared = machine.files().into_iter().find(|path| path.contains("/2-") && path.ends_with("other/__init__.py"));
    fs::write(machine.home().join(shared.expect("it is installed")), "edited").expect("it stands there");
    // The store's file too, where they share it.
    let stored = format!("kingbolt/store/{}/tree/other/__init__.py", &other().sha256()[..32]);
    let is_shared = fs::read(machine.home().join(&stored)).is_ok_and(|content| content == b"edited");
    let (count, shared) = if is_shared {
        ("2 problems", format!("    changed  [HOME]/{stored}\n"))
    } else {
        ("1 problem", String::new())
    };
    machine
        .kingbolt(["verify", "--repair", "--quiet"])
        .stdout(&format!(
            "hello 2.0: {count}, repaired\n    \
             changed  [HOME]/kingbolt/apps/hello/generations/2-[ID]/[LIBRARY]/other/__init__.py\n{shared}"
        ))
        .succeeds();
    machine
        .kingbolt(["rollback", "hello"])
        .stderr(
            "
            error: `hello` has no other generation to switch to
            hint: it has no earlier generation; `kingbolt upgrade --keep N` keeps more than two
            ",
        )
        .exits(1);
}

#[test]
fn one_app_that_cannot_be_repaired_does_not_keep_the_others_from_it() {
    let Some(Fixture { index, machine }) = Fixture::installed() else { return };
    index.publish(&app("alone", "1.0"));
    machine.kingbolt(["install", "alone", "--quiet"]).succeeds();
    let alone = app("alone", "1.0");
    for wheel in [&alone, &dependent_hello("1.0")] {
        let entry = machine.home().join(marker_of(wheel));
        fs::remove_dir_all(entry.parent().expect("an entry")).expect("it is there");
    }
    index.trouble_with(&alone, Times::Always, Trouble::Answer(404, Vec::new(), Vec::new()));
    machine
        .kingbolt(["verify", "--repair", "--quiet"])
        .stdout("hello 1.0: 1 problem, repaired\n    missing from the store  hello-1.0-py3-none-any.whl\n")
        .stderr(
            "
            error: failed to repair `alone`
              caused by: failed to download `alone-1.0-py3-none-any.whl`
              caused by: failed to fetch `[INDEX]/files/alone-1.0-py3-none-any.whl`: the server returned 404 Not Found
            error: 1 of 2 apps failed
            ",
        )
        .exits(5);
}

#[test]
fn a_generation_whose_python_is_gone_cannot_be_rolled_back_to() {
    let Some(Fixture { machine, .. }) = Fixture::upgraded() else { return };
    rewrite(&machine, 1, |text| replaced_line(text, "executable = ", "executable = '/nowhere/python3'"));
    machine
        .kingbolt(["rollback", "hello"])
        .stderr(
            "
            error: generation 1 of `hello` cannot be used: its Python at /nowhere/python3 no longer exists
            hint: run `kingbolt verify --repair --all-generations hello` to rebuild it
            ",
        )
        .exits(6);
    machine.command("hello", [""; 0]).stdout("hello from hello 2.0\n").succeeds();
    machine
        .kingbolt(["verify", "--repair", "--all-generations", "hello", "--quiet"])
        .stdout(
            "
            hello 1.0 (generation 1): 1 problem, repaired
                its Python at /nowhere/python3 no longer exists
            ",
        )
        .succeeds();
    machine.kingbolt(["rollback", "hello", "--quiet"]).succeeds();
    machine.command("hello", [""; 0]).stdout("hello from hello 1.0\n").succeeds();
}

#[test]
fn what_a_loss_of_power_damaged_is_not_run_and_is_made_anew_when_it_is_installed_again() {
    let Some(Fixture { machine, .. }) = Fixture::installed() else { return };
    another_boot(&machine, 1);
    // The store has the same file under another name.
    fs::write(machine.home().join(marker_of(&dependent_hello("1.0"))), "another boot").expect("nothing was synced");
    fs::write(module(&machine), "").expect("it stands there");
    machine
        .kingbolt(["run", "hello"])
        .stderr(
            "
            error: `hello` is damaged: some of its files have changed, possibly because of a power loss
            hint: run `kingbolt verify --repair hello` to repair it
            ",
        )
        .exits(4);
    machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
    machine.kingbolt(["run", "hello"]).stdout("hello from hello 1.0\n").succeeds();
    machine.verifies(&["hello 1.0"]);
}

#[test]
fn what_an_earlier_run_of_the_machine_left_whole_is_compared_once_and_then_trusted() {
    let Some(Fixture { index, machine }) = Fixture::installed() else { return };
    another_boot(&machine, 1);
    index.forget_requests();
    machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
    assert_eq!(index.paths(), Vec::<String>::new());
    assert!(!record(&machine, 1).contains("unsynced_since"));
    // From here on nobody looks at all files again.
    fs::write(module(&machine), "def main():\n    print('changed since')\n").expect("it stands there");
    machine.kingbolt(["run", "hello"]).stdout("changed since\n").succeeds();
}

#[test]
fn a_stored_wheel_that_a_loss_of_power_damaged_is_fetched_anew() {
    let Some(Fixture { index, machine }) = Fixture::installed() else { return };
    index.publish(&Wheel::new("bye", "1.0").requires("other").console("bye", "bye:main").build());
    let other = other();
    let marker = machine.home().join(marker_of(&other));
    for (damage, fetched) in [(None, 0), (Some(""), 1)] {
        fs::write(&marker, "another boot").expect("the wheel is there");
        if let Some(content) = damage {
            fs::write(marker.with_file_name("tree/other/__init__.py"), content).expect("the wheel is there");
        }
        index.forget_requests();
        machine.kingbolt(["install", "bye", "--force", "--quiet"]).succeeds();
        let downloads = index.paths().iter().filter(|path| path.ends_with(&other.file_name)).count();
        assert_eq!(downloads, fetched);
    }
}

#[test]
fn a_wheel_that_is_gone_from_where_it_came_from_is_repaired_from_where_the_index_has_it_today() {
    let Some(Fixture { index, machine }) = Fixture::installed() else { return };
    rewrite(&machine, 1, |text| text.replace("/files/", "/before/"));
    fs::remove_dir_all(machine.home().join(marker_of(&dependent_hello("1.0"))).parent().expect("an entry"))
        .expect("it is there");
    index.publish(&dependent_hello("2.0"));
    index.forget_requests();
    machine
        .kingbolt(["verify", "--repair", "--quiet"])
        .stdout("hello 1.0: 1 problem, repaired\n    missing from the store  hello-1.0-py3-none-any.whl\n")
        .succeeds();
    let wheels: Vec<String> = index.paths().into_iter().filter(|path| path.contains("hello-1.0")).collect();
    assert_eq!(wheels, ["/before/hello-1.0-py3-none-any.whl", "/files/hello-1.0-py3-none-any.whl"]);
    assert!(record(&machine, 2).contains("/files/hello-1.0-py3-none-any.whl"));
}

#[test]
fn a_wheel_that_the_index_has_today_with_other_bytes_repairs_nothing() {
    let Some(Fixture { index, machine }) = Fixture::installed() else { return };
    rewrite(&machine, 1, |text| text.replace("/files/", "/before/"));
    fs::remove_dir_all(machine.home().join(marker_of(&dependent_hello("1.0"))).parent().expect("an entry"))
        .expect("it is there");
    let other = Wheel::new("hello", "1.0").file("hello/more.py", "").console("hello", "hello:main").build();
    index.publish(&other);
    machine
        .kingbolt(["verify", "--repair", "--quiet"])
        .stderr(&format!(
            "
            error: refused `hello-1.0-py3-none-any.whl`: `[INDEX]/files/hello-1.0-py3-none-any.whl` has sha256:{GOT}, not the expected sha256:{STATED}
            hint: the file was changed on the server or in transit; do not install it until its publisher explains why
            ",
            GOT = other.sha256(),
            STATED = dependent_hello("1.0").sha256(),
        ))
        .exits(4);
    machine.command("hello", [""; 0]).stdout("hello from hello 1.0\n").succeeds();
}

#[test]
#[cfg(target_os = "linux")]
fn an_upgrade_leaves_nothing_to_be_compared_after_a_loss_of_power() {
    let Some(Fixture { index, machine }) = Fixture::installed() else { return };
    assert!(record(&machine, 1).contains("unsynced_since"));
    index.publish(&dependent_hello("2.0"));
    machine.kingbolt(["upgrade", "hello", "--quiet"]).succeeds();
    assert!(!record(&machine, 2).contains("unsynced_since"));
    let markers: Vec<String> = machine.files().into_iter().filter(|path| path.ends_with("/unsynced")).collect();
    // What only the old generation uses was not looked at.
    assert_eq!(markers, [marker_of(&dependent_hello("1.0"))]);
}

/// The path of the record of a generation.
fn record_path(machine: &Machine, number: u32) -> PathBuf {
    let start = format!("kingbolt/apps/hello/records/{number}-");
    let path = machine.files().into_iter().find(|path| path.starts_with(&start));
    machine.home().join(path.expect("there is such a generation"))
}

fn record(machine: &Machine, number: u32) -> String {
    fs::read_to_string(record_path(machine, number)).expect("it stands there")
}

fn rewrite(machine: &Machine, number: u32, change: impl Fn(&str) -> String) {
    let text = change(&record(machine, number));
    fs::write(record_path(machine, number), text).expect("it can be written");
}

/// The text with another line in place of the one that begins so.
fn replaced_line(text: &str, start: &str, line: &str) -> String {
    let replaced: Vec<&str> = text.lines().map(|there| if there.starts_with(start) { line } else { there }).collect();
    replaced.join("\n") + "\n"
}

/// Lets a generation be one that an earlier run of the machine wrote.
fn another_boot(machine: &Machine, number: u32) {
    rewrite(machine, number, |text| replaced_line(text, "unsynced_since = ", "unsynced_since = 'another boot'"));
}

/// What says of a wheel in the store when it was unpacked.
fn marker_of(wheel: &BuiltWheel) -> String {
    format!("kingbolt/store/{}/unsynced", &wheel.sha256()[..32])
}

/// The module of `hello` in its generation.
fn module(machine: &Machine) -> PathBuf {
    let is_module = |path: &String| path.contains("/generations/1-") && path.ends_with("hello/__init__.py");
    machine.home().join(machine.files().into_iter().find(is_module).expect("it stands there"))
}
