//! `install`, `list`, `run` and `uninstall`, as somebody sees them for whom all goes well.

use crate::support::{Feature, Fixture, Index, Wheel, app, dependent_hello, other};

#[test]
fn a_package_installs_from_an_index_in_html() {
    installs_and_runs_from(Index::plain());
}

#[test]
fn a_package_installs_from_an_index_in_json() {
    installs_and_runs_from(Index::complete());
}

#[test]
fn a_package_installs_from_an_index_that_offers_parts_of_files() {
    installs_and_runs_from(Index::offering(&[Feature::Digests, Feature::Ranges]));
}

#[test]
fn installing_again_does_nothing_and_asks_nobody() {
    let Some(Fixture { index, machine }) = Fixture::installed() else { return };
    let before = machine.files();
    index.forget_requests();
    machine
        .kingbolt(["install", "hello"])
        .stderr(
            "
            hello 1.0 is already installed
            Command in [HOME]/bin: hello
            ",
        )
        .succeeds();
    assert_eq!(index.paths(), Vec::<String>::new());
    assert_eq!(machine.files(), before);
}

#[test]
fn a_changed_request_installs_another_version_and_says_which_was_there() {
    let Some(Fixture { index, machine }) = Fixture::dependent_hello() else { return };
    index.publish(&dependent_hello("0.9"));
    machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
    machine
        .kingbolt(["install", "hello<1"])
        .stderr(
            "
            Resolved 2 packages in [TIME]
            Downloaded 1 wheel ([SIZE]) in [TIME]
            Installed 2 packages in [TIME]
            hello 0.9 (was 1.0): 2 packages, [SIZE], Python [PYTHON VERSION], [TIME]
            Command in [HOME]/bin: hello
            ",
        )
        .succeeds();
    machine.command("hello", [""; 0]).stdout("hello from hello 0.9\n").succeeds();
}

#[test]
fn what_is_installed_is_listed() {
    let Some(Fixture { machine, .. }) = Fixture::dependent_hello() else { return };
    machine.kingbolt(["list"]).stderr("No apps are installed\n").succeeds();
    machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
    machine.kingbolt(["list"]).stdout("hello  1.0  Python [PYTHON VERSION]  hello\n").succeeds();
}

#[test]
fn uninstalling_leaves_nothing() {
    let Some(Fixture { machine, .. }) = Fixture::installed() else { return };
    machine.kingbolt(["uninstall", "hello"]).stderr("Uninstalled hello\n").succeeds();
    assert_eq!(machine.files(), Vec::<String>::new());
}

#[test]
fn uninstalling_leaves_what_other_apps_need() {
    let Some(Fixture { index, machine }) = Fixture::dependent_hello() else { return };
    index.publish(&Wheel::new("bye", "3.0").requires("other").console("bye", "bye:main").build());
    machine.kingbolt(["install", "hello", "bye", "--quiet"]).succeeds();
    machine.kingbolt(["uninstall", "hello", "--quiet"]).succeeds();
    machine.command("bye", ["now"]).stdout("hello from bye 3.0 now\n").succeeds();
    machine.kingbolt(["list"]).stdout("bye  3.0  Python [PYTHON VERSION]  bye\n").succeeds();
}

#[test]
fn what_is_not_installed_cannot_be_uninstalled() {
    let Some(Fixture { machine, .. }) = Fixture::installed() else { return };
    machine
        .kingbolt(["uninstall", "helo"])
        .stderr(
            "
            error: `helo` is not installed
            hint: installed apps: hello
            ",
        )
        .exits(1);
}

#[test]
fn run_passes_arguments_and_the_commands_own_code() {
    let Some(Fixture { index, machine }) = Fixture::dependent_hello() else { return };
    index.publish(&Wheel::new("fails", "1.0").console("fails", "fails:fail").build());
    machine.kingbolt(["install", "hello", "fails", "--quiet"]).succeeds();
    machine
        .kingbolt(["run", "hello", "--quiet", "to", "you"])
        .stdout("hello from hello 1.0 --quiet to you\n")
        .succeeds();
    machine.kingbolt(["run", "fails"]).exits(7);
}

#[test]
fn run_installs_out_of_sight_what_is_not_installed() {
    let Some(Fixture { index, machine }) = Fixture::dependent_hello() else { return };
    machine.kingbolt(["--quiet", "run", "hello", "you"]).stdout("hello from hello 1.0 you\n").succeeds();
    machine.kingbolt(["list"]).stderr("No apps are installed\n").succeeds();
    assert!(!machine.home().join("bin").exists());
    index.forget_requests();
    machine.kingbolt(["--quiet", "run", "hello", "me"]).stdout("hello from hello 1.0 me\n").succeeds();
    assert_eq!(index.paths(), Vec::<String>::new());
}

#[test]
fn what_run_installed_goes_thirty_days_after_it_was_used_for_the_last_time() {
    let Some(Fixture { index, machine }) = Fixture::dependent_hello() else { return };
    index.publish(&app("bye", "1.0"));
    machine.kingbolt(["--quiet", "run", "hello", "you"]).stdout("hello from hello 1.0 you\n").succeeds();
    let receipt =
        || machine.files().into_iter().find(|path| path.contains(".hello-") && path.ends_with("receipt.toml"));
    let last_used = |days: u64| {
        let path = machine.home().join(receipt().expect("it is there"));
        let file = std::fs::OpenOptions::new().append(true).open(path).expect("it can be written");
        let time = std::time::SystemTime::now() - std::time::Duration::from_hours(24 * days);
        file.set_modified(time).expect("its time can be set");
    };
    // Whoever uses it keeps it, however long it was unused, and even where it could not be had again.
    last_used(40);
    machine.kingbolt(["--quiet", "--offline", "run", "hello", "me"]).stdout("hello from hello 1.0 me\n").succeeds();
    machine.kingbolt(["--quiet", "run", "bye", "you"]).stdout("hello from bye 1.0 you\n").succeeds();
    assert!(receipt().is_some());
    last_used(31);
    machine.kingbolt(["--quiet", "run", "bye", "you"]).stdout("hello from bye 1.0 you\n").succeeds();
    assert_eq!(receipt(), None);
}

#[test]
fn run_knows_a_command_that_is_spelt_otherwise_than_its_package() {
    let Some(Fixture { index, machine }) = Fixture::dependent_hello() else { return };
    let lab = Wheel::new("hellolab", "1.0").console("hello-lab", "hellolab:main");
    index.publish(&lab.console("hello-labhub", "hellolab:fail").build());
    machine.kingbolt(["--quiet", "run", "hellolab", "you"]).stdout("hello from hellolab 1.0 you\n").succeeds();
    machine
        .kingbolt(["--quiet", "run", "--command", "lab", "hellolab"])
        .stderr(
            "
            error: `hellolab` has no command `lab`
            hint: its commands are `hello-lab`, `hello-labhub`; run, for example, `kingbolt run --command hello-lab hellolab`
            ",
        )
        .exits(1);
}

#[test]
fn extras_and_further_requirements_come_along() {
    let Some(Fixture { index, machine }) = Fixture::dependent_hello() else { return };
    let base =
        Wheel::new("base", "1.0").extra("loud", "shout").console("base", "base:main").gui("base-gui", "base:main");
    index.publish(&base.build());
    index.publish(&Wheel::new("shout", "1.0").build()).publish(&Wheel::new("more", "1.0").build());
    machine
        .kingbolt(["install", "base[loud]", "--with", "more"])
        .stderr(
            "
            Resolved 3 packages in [TIME]
            Downloaded 3 wheels ([SIZE]) in [TIME]
            Installed 3 packages in [TIME]
            base 1.0: 3 packages, [SIZE], Python [PYTHON VERSION], [TIME]
            Commands in [HOME]/bin: base, base-gui
            ",
        )
        .succeeds();
}

#[test]
fn an_app_has_the_commands_that_a_dependency_declares_too() {
    let full =
        Wheel::new("full", "1.0").requires("slim").console("full", "full:main").console("full-admin", "full:main");
    let slim = Wheel::new("slim", "1.0").console("full", "full:main").console("slim", "slim:main");
    let Some(Fixture { machine, .. }) = Fixture::serving(Index::complete(), &[full.build(), slim.build()]) else {
        return;
    };
    machine
        .kingbolt(["install", "full"])
        .stderr(
            "
            Resolved 2 packages in [TIME]
            Downloaded 2 wheels ([SIZE]) in [TIME]
            Installed 2 packages in [TIME]
            full 1.0: 2 packages, [SIZE], Python [PYTHON VERSION], [TIME]
            Commands in [HOME]/bin: full, full-admin
            ",
        )
        .succeeds();
    machine.verifies(&["full 1.0"]);
}

#[test]
fn a_command_with_the_name_of_a_program_that_people_trust_is_named() {
    let sudo = Wheel::new("hello", "1.0").console("hello", "hello:main").console("sudo", "hello:main").build();
    let Some(Fixture { machine, .. }) = Fixture::serving(Index::complete(), &[sudo]) else { return };
    let warned = "
        Resolved 1 package in [TIME]
        Downloaded 1 wheel ([SIZE]) in [TIME]
        Installed 1 package in [TIME]
        warning: the command `sudo` has the name of a program that is trusted with passwords
        hello 1.0: 1 package, [SIZE], Python [PYTHON VERSION], [TIME]
        Commands in [HOME]/bin: hello, sudo
        ";
    machine.kingbolt(["install", "hello"]).stderr(warned).succeeds();
    let again = "hello 1.0 is already installed\nCommands in [HOME]/bin: hello, sudo\n";
    machine.kingbolt(["install", "hello"]).stderr(again).succeeds();
}

#[test]
fn a_command_whose_name_no_file_can_have_on_some_system_is_refused_on_all() {
    for name in ["aux", "con.py", "tool.", "a?b", "LPT1"] {
        let wheel = Wheel::new("hello", "1.0").console(name, "hello:main").build();
        let Some(Fixture { machine, .. }) = Fixture::serving(Index::complete(), &[wheel]) else { return };
        let refused = format!(
            "
            error: refused the wheel `hello-1.0-py3-none-any.whl`
              caused by: its entry point \"{name} = hello:main\" cannot become a command: no file can have its name on Windows
            hint: the wheel was published like this; choose another version, and report it to its maintainers
            "
        );
        machine.kingbolt(["install", "hello", "--quiet"]).stderr(&refused).exits(4);
        assert_eq!(machine.files().into_iter().filter(|path| !path.starts_with("cache/")).count(), 0);
    }
}

#[test]
fn yanked_files_and_those_for_other_pythons_are_passed_over() {
    let Some(Fixture { index, machine }) = Fixture::dependent_hello() else { return };
    index.publish_with(&dependent_hello("2.0"), |offer| offer.yanked = Some("it eats files".to_owned()));
    index.publish(&Wheel::new("hello", "3.0").requires_python(">=4").console("hello", "hello:main").build());
    machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
    machine.command("hello", [""; 0]).stdout("hello from hello 1.0\n").succeeds();
}

#[test]
fn a_wheel_on_disk_installs_without_an_index() {
    let Some(Fixture { index, machine }) = Fixture::dependent_hello() else { return };
    let alone = app("alone", "1.0");
    machine.write(&alone.file_name, &alone.bytes);
    machine.kingbolt(["install", &format!("./{}", alone.file_name), "--quiet"]).succeeds();
    machine.command("alone", [""; 0]).stdout("hello from alone 1.0\n").succeeds();
    assert_eq!(index.paths(), Vec::<String>::new());
}

#[test]
fn a_directory_of_wheels_serves_as_an_index() {
    let Some(Fixture { machine, .. }) = Fixture::dependent_hello() else { return };
    for wheel in [dependent_hello("5.0"), Wheel::new("other", "7.0").build()] {
        machine.write(&format!("wheels/{}", wheel.file_name), &wheel.bytes);
    }
    machine.kingbolt(["install", "hello", "--find-links", "wheels", "--quiet"]).succeeds();
    machine.command("hello", [""; 0]).stdout("hello from hello 5.0\n").succeeds();
}

#[test]
fn a_wheel_at_an_address_installs() {
    let Some(Fixture { index, machine }) = Fixture::dependent_hello() else { return };
    let wheel = dependent_hello("1.0");
    let address = format!("hello @ {}/files/{}#sha256={}", index.origin(), wheel.file_name, wheel.sha256());
    machine.kingbolt(["install", &address, "--quiet"]).succeeds();
    machine.command("hello", [""; 0]).stdout("hello from hello 1.0\n").succeeds();
}

#[test]
fn scripts_and_data_of_a_wheel_are_where_they_belong() {
    let Some(Fixture { index, machine }) = Fixture::dependent_hello() else { return };
    let script =
        "#!python\nimport sys, os\nprint(open(os.path.join(sys.prefix, 'share/tool/note.txt')).read(), end='')\n";
    let tool =
        Wheel::new("tool", "1.0").data("scripts", "tool", script).data("data", "share/tool/note.txt", "a note\n");
    index.publish(&tool.build());
    machine.kingbolt(["install", "tool", "--quiet"]).succeeds();
    if cfg!(unix) {
        machine.command("tool", [""; 0]).stdout("a note\n").succeeds();
    }
}

#[test]
fn packages_of_one_namespace_import_together() {
    let Some(Fixture { index, machine }) = Fixture::dependent_hello() else { return };
    let main = "def main():\n    from space import moon\n    print('on', moon.NAME)\n";
    let sun = Wheel::empty("space-sun", "1.0").file("space/sun.py", main).requires("space-moon");
    index.publish(&sun.console("sun", "space.sun:main").build());
    index.publish(&Wheel::empty("space-moon", "1.0").file("space/moon.py", "NAME = 'the moon'\n").build());
    machine.kingbolt(["install", "space-sun", "--quiet"]).succeeds();
    machine.command("sun", [""; 0]).stdout("on the moon\n").succeeds();
}

#[test]
fn a_dry_run_shows_the_plan_and_changes_nothing() {
    let Some(Fixture { machine, .. }) = Fixture::dependent_hello() else { return };
    machine
        .kingbolt(["install", "hello", "--dry-run"])
        .stdout("hello on Python [PYTHON VERSION] ([PYTHON])\n  hello 1.0\n  other 2.1\n")
        .stderr("Resolved 2 packages in [TIME]\n")
        .succeeds();
    machine
        .kingbolt(["install", "hello", "--dry-run", "-v"])
        .stdout(
            "
            hello on Python [PYTHON VERSION] ([PYTHON])
              hello 1.0
              other 2.1
            Planned steps:
              1. fetch and verify 2 wheels
                   hello-1.0-py3-none-any.whl
                   other-2.1-py3-none-any.whl
              2. create the environment [HOME]/kingbolt/apps/hello/generations/1-[ID]
              3. install 2 packages into it
              4. mark the environment as complete
              5. check that the command names of hello are free in [HOME]/bin
              6. make it current: [HOME]/kingbolt/apps/hello/current
              7. link the commands of hello in [HOME]/bin
              8. remove files that are no longer needed
              9. write the receipt [HOME]/kingbolt/apps/hello/receipt.toml
            ",
        )
        .stderr("Resolved 2 packages in [TIME]\n")
        .succeeds();
    assert_eq!(machine.files(), Vec::<String>::new());
}

#[track_caller]
fn installs_and_runs_from(index: Index) {
    let wheels = [dependent_hello("1.0"), dependent_hello("0.9"), other()];
    let Some(Fixture { machine, .. }) = Fixture::serving(index, &wheels) else { return };
    machine
        .kingbolt(["install", "hello"])
        .stderr(
            "
            Resolved 2 packages in [TIME]
            Downloaded 2 wheels ([SIZE]) in [TIME]
            Installed 2 packages in [TIME]
            hello 1.0: 2 packages, [SIZE], Python [PYTHON VERSION], [TIME]
            Command in [HOME]/bin: hello
            ",
        )
        .succeeds();
    machine.command("hello", ["to", "you"]).stdout("hello from hello 1.0 to you\n").succeeds();
}
