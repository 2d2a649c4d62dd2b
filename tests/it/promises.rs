//! Promises that hold whatever is installed.

use std::thread;

use crate::support::{Fixture, Machine, Python, Wheel, hello};

#[test]
fn an_app_is_where_the_guide_says() {
    let Some(Fixture { machine, .. }) = Fixture::hello() else { return };
    machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
    let files = machine.files();
    let apps: Vec<&str> = files.iter().filter_map(|file| file.strip_prefix("kingbolt/apps/hello/")).collect();
    assert!(apps.contains(&"receipt.toml"), "{apps:?}");
    assert!(apps.contains(&"current"), "{apps:?}");
    assert_eq!(apps.iter().filter(|path| path.starts_with("records/1-")).count(), 1);
    let information: Vec<&str> =
        apps.iter().filter_map(|path| path.split_once("hello-1.0.dist-info/")).map(|(_, f)| f).collect();
    assert_eq!(information, ["INSTALLER", "METADATA", "RECORD", "REQUESTED", "WHEEL", "entry_points.txt"]);
}

#[test]
fn several_at_once_all_finish_or_say_that_another_is_busy() {
    let Some(Fixture { machine, .. }) = Fixture::hello() else { return };
    let codes: Vec<Option<i32>> = thread::scope(|scope| {
        let runs: Vec<_> =
            (0..4).map(|_| scope.spawn(|| machine.kingbolt(["install", "hello", "--quiet"]).outcome().code)).collect();
        runs.into_iter().map(|run| run.join().expect("it ran")).collect()
    });
    assert!(codes.iter().all(|code| matches!(code, Some(0 | 7))), "{codes:?}");
    assert!(codes.contains(&Some(0)), "{codes:?}");
    machine.command("hello", [""; 0]).stdout("hello from hello 1.0\n").succeeds();
}

#[test]
fn nothing_of_a_package_runs_while_it_is_installed() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    // Python runs such lines whenever it starts.
    let mark = machine.home().join("mark");
    let line = format!("import pathlib; pathlib.Path({:?}).touch()\n", mark.to_string_lossy());
    index.publish(&Wheel::new("eager", "1.0").file("eager.pth", line).console("eager", "eager:main").build());
    machine.kingbolt(["install", "eager", "--quiet"]).succeeds();
    machine.kingbolt(["install", "eager", "--quiet"]).succeeds();
    assert!(!mark.exists());
    machine.command("eager", [""; 0]).stdout("hello from eager 1.0\n").succeeds();
    assert!(mark.exists());
}

#[test]
fn the_same_wheel_has_the_same_manifest_everywhere() {
    let Some(Fixture { index, machine: one }) = Fixture::hello() else { return };
    let Some(python) = Python::newest() else { return };
    let other = Machine::with_home_named("another home").with_python(python).with_index(&index);
    let manifest = |machine: &Machine| {
        machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
        let path = format!("kingbolt/store/{}/manifest", &hello("1.0").sha256()[..32]);
        std::fs::read_to_string(machine.home().join(path)).expect("the wheel is in the store")
    };
    assert_eq!(manifest(&one), manifest(&other));
}

#[test]
fn two_wheels_that_bring_the_same_file_are_named_only_if_asked() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    let clash = Wheel::new("clash", "1.0").console("clash", "clash:main").requires("hello");
    index.publish(&clash.file("hello/__init__.py", "print('I was here first')\n").build());
    machine
        .kingbolt(["install", "clash"])
        .stderr(
            "
        Resolved 2 packages in [TIME]
        Downloaded 2 wheels ([SIZE]) in [TIME]
        Installed 2 packages in [TIME]
        clash 1.0: 2 packages, [SIZE], Python [PYTHON VERSION], [TIME]
        Command in [HOME]/bin: clash
        ",
        )
        .succeeds();
    machine
        .kingbolt(["install", "clash", "--force", "-v"])
        .stderr(
            "
            Resolved 2 packages in [TIME]
              1. create the environment [HOME]/kingbolt/apps/clash/generations/2-[ID]
              2. install 2 packages into it
            hello and clash both contain `[HOME]/kingbolt/apps/clash/generations/2-[ID]/[LIBRARY]/hello/__init__.py`; the file \
             from clash is installed
            Installed 2 packages in [TIME]
              3. sync the new files to disk
              4. mark the environment as complete
              5. check that the command names of clash are free in [HOME]/bin
              6. make it current: [HOME]/kingbolt/apps/clash/current
              7. link the commands of clash in [HOME]/bin
              8. remove files that are no longer needed
              9. write the receipt [HOME]/kingbolt/apps/clash/receipt.toml
            clash 1.0: 2 packages, [SIZE], Python [PYTHON VERSION], [TIME]
            Command in [HOME]/bin: clash
            ",
        )
        .succeeds();
}

#[test]
#[cfg(unix)]
fn an_interpreter_that_is_passed_over_is_named_when_asked_for() {
    let Some(Fixture { machine, .. }) = Fixture::hello() else { return };
    let machine = machine.with_program("python3.20", |path| {
        use std::os::unix::fs::PermissionsExt;
        std::fs::write(path, "#!/bin/sh\necho welcome\n").expect("it can be written");
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).expect("it can be made executable");
    });
    machine
        .kingbolt(["install", "hello", "--verbose"])
        .stderr(
            "
            skipped [ROOT]/path/python3.20: it did not run as a Python interpreter: welcome
            Resolved 1 package in [TIME]
              1. fetch and verify 1 wheel
                   hello-1.0-py3-none-any.whl
            Downloaded 1 wheel ([SIZE]) in [TIME]
              2. create the environment [HOME]/kingbolt/apps/hello/generations/1-[ID]
              3. install 1 package into it
            Installed 1 package in [TIME]
              4. mark the environment as complete
              5. check that the command names of hello are free in [HOME]/bin
              6. make it current: [HOME]/kingbolt/apps/hello/current
              7. link the commands of hello in [HOME]/bin
              8. remove files that are no longer needed
              9. write the receipt [HOME]/kingbolt/apps/hello/receipt.toml
            hello 1.0: 1 package, [SIZE], Python [PYTHON VERSION], [TIME]
            Command in [HOME]/bin: hello
            ",
        )
        .succeeds();
    // Each app looks for a Python; one line is enough.
    let outcome = machine.kingbolt(["install", "hello", "hello<9", "hello<8", "--force", "-v"]).outcome();
    assert_eq!(outcome.stderr.matches("skipped ").count(), 1, "{outcome:?}");
}
