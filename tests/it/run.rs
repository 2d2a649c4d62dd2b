//! `run`: apps that are not installed, and their versions.

use crate::support::{Fixture, Index, Machine, Times, Trouble, Wheel, app, dependent_hello, other};

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

/// Makes the apps of `run` look as if they had been renewed so many hours ago.
fn renewed_before(machine: &Machine, hours: u64) {
    let records = machine.files().into_iter().filter(|path| path.contains("/records/") && path.contains("apps/."));
    for record in records {
        let file =
            std::fs::OpenOptions::new().append(true).open(machine.home().join(record)).expect("it can be written");
        let time = std::time::SystemTime::now() - std::time::Duration::from_hours(hours);
        file.set_modified(time).expect("its time can be set");
    }
}

#[test]
fn run_stays_at_the_version_of_its_first_use_for_a_day_only() {
    let Some(Fixture { index, machine }) = Fixture::dependent_hello() else { return };
    machine.kingbolt(["--quiet", "run", "hello"]).stdout("hello from hello 1.0\n").succeeds();
    index.publish_aged(&dependent_hello("2.0"), 10).forget_requests();
    renewed_before(&machine, 23);
    machine.kingbolt(["run", "hello"]).stdout("hello from hello 1.0\n").succeeds();
    assert_eq!(index.paths(), Vec::<String>::new());
    renewed_before(&machine, 25);
    machine
        .kingbolt(["run", "hello", "you"])
        .stdout("hello from hello 2.0 you\n")
        .stderr(
            "
            Resolved 2 packages in [TIME]
            Downloaded 1 wheel ([SIZE]) in [TIME]
            Installed 2 packages in [TIME]
            hello 1.0 -> 2.0
            ",
        )
        .succeeds();
    index.forget_requests();
    machine.kingbolt(["run", "hello"]).stdout("hello from hello 2.0\n").succeeds();
    assert_eq!(index.paths(), Vec::<String>::new());
    renewed_before(&machine, 25);
    let resolved = "Resolved 2 packages in [TIME]\n";
    machine.kingbolt(["run", "hello"]).stdout("hello from hello 2.0\n").stderr(resolved).succeeds();
    machine.kingbolt(["run", "hello"]).stdout("hello from hello 2.0\n").succeeds();
}

#[test]
fn run_with_a_version_looks_for_no_other() {
    let Some(Fixture { index, machine }) = Fixture::dependent_hello() else { return };
    index.publish(&dependent_hello("2.0"));
    for text in ["hello==1.0", "hello@1.0"] {
        machine.kingbolt(["--quiet", "run", text]).stdout("hello from hello 1.0\n").succeeds();
        renewed_before(&machine, 25);
        index.forget_requests();
        machine.kingbolt(["run", text]).stdout("hello from hello 1.0\n").succeeds();
        assert_eq!(index.paths(), Vec::<String>::new());
    }
}

#[test]
fn run_takes_nothing_younger_than_three_days_unless_asked_to() {
    let Some(Fixture { index, machine }) = Fixture::serving(Index::complete(), &[]) else { return };
    index.publish_aged(&other(), 100).publish_aged(&dependent_hello("1.0"), 30);
    let runs = |arguments: &[&str], version: &str| {
        let expected = format!("hello from hello {version}\n");
        machine.kingbolt([&["--quiet", "run"], arguments].concat()).stdout(&expected).succeeds();
    };
    index.publish_aged(&dependent_hello("2.0"), 4).publish_aged(&dependent_hello("3.0"), 2);
    runs(&["hello"], "2.0");
    runs(&["--refresh", "hello"], "2.0");
    runs(&["--exclude-newer", "1 day", "hello"], "3.0");
    runs(&["hello@latest"], "3.0");
    renewed_before(&machine, 25);
    runs(&["hello"], "3.0");
}

#[test]
fn refresh_looks_for_a_newer_version_at_once() {
    let Some(Fixture { index, machine }) = Fixture::installed() else { return };
    machine.kingbolt(["--quiet", "run", "--refresh", "hello"]).stdout("hello from hello 1.0\n").succeeds();
    index.publish(&dependent_hello("2.0"));
    machine.kingbolt(["--quiet", "run", "hello"]).stdout("hello from hello 1.0\n").succeeds();
    machine.kingbolt(["--quiet", "run", "--refresh", "hello"]).stdout("hello from hello 2.0\n").succeeds();
}

#[test]
fn run_uses_the_old_version_where_the_index_cannot_be_reached() {
    let Some(Fixture { index, machine }) = Fixture::dependent_hello() else { return };
    machine.kingbolt(["--quiet", "run", "hello"]).stdout("hello from hello 1.0\n").succeeds();
    index.trouble("*", Times::Always, Trouble::status(503));
    renewed_before(&machine, 25);
    machine
        .kingbolt(["run", "hello"])
        .stdout("hello from hello 1.0\n")
        .stderr(
            "
            warning: hello 1.0 is used, since no newer version could be looked for: failed to look up `hello` in the index \
             `[INDEX]/simple/`: failed to fetch `[INDEX]/simple/hello/`: the server returned 503 Service Unavailable
            ",
        )
        .succeeds();
    // That is tried again after an hour.
    machine.kingbolt(["run", "hello"]).stdout("hello from hello 1.0\n").succeeds();
    machine
        .kingbolt(["run", "hello@latest"])
        .stderr(
            "
            error: failed to look up `hello` in the index `[INDEX]/simple/`
              caused by: failed to fetch `[INDEX]/simple/hello/`: the server returned 503 Service Unavailable
            hint: the server has a problem; try again later
            ",
        )
        .exits(5);
    renewed_before(&machine, 25);
    machine.kingbolt(["run", "--offline", "hello"]).stdout("hello from hello 1.0\n").succeeds();
}

#[test]
fn environments_of_run_are_listed_counted_and_removed_on_request() {
    let Some(Fixture { index, machine }) = Fixture::dependent_hello() else { return };
    index.publish(&app("bye", "1.0"));
    machine.kingbolt(["install", "bye", "--quiet"]).succeeds();
    machine.kingbolt(["--quiet", "run", "hello"]).stdout("hello from hello 1.0\n").succeeds();
    let listed = |arguments: &[&str]| -> Vec<String> {
        let document = machine.kingbolt([&["list", "--json"], arguments].concat()).json();
        let apps = document["apps"].as_array().expect("a list of apps");
        apps.iter().map(|app| app["app"].as_str().expect("a name").to_owned()).collect()
    };
    assert_eq!(listed(&[]), ["bye"]);
    let all = listed(&["--all"]);
    assert_eq!((all.len(), all[0].starts_with(".hello-"), all[1].as_str()), (2, true, "bye"), "{all:?}");
    let size = machine.kingbolt(["cache", "size", "--json"]).json();
    assert_eq!((size["run_environments"].as_u64(), size["unused_wheels"].as_u64()), (Some(1), Some(2)));
    assert!(size["run_bytes"].as_u64() > Some(0), "{size}");
    let planned = machine.kingbolt(["cache", "prune", "--dry-run", "--json"]).json();
    assert_eq!((planned["run_environments"].as_u64(), planned["unused_wheels"].as_u64()), (Some(1), Some(2)));
    machine
        .kingbolt(["cache", "prune"])
        .stderr("Removed 0 cached files ([SIZE]), 2 unused wheels ([SIZE]), 1 environment of `run` ([SIZE])\n")
        .succeeds();
    assert_eq!(listed(&["--all"]), ["bye"]);
    machine.kingbolt(["run", "bye"]).stdout("hello from bye 1.0\n").succeeds();
    machine.kingbolt(["--quiet", "run", "hello"]).stdout("hello from hello 1.0\n").succeeds();
    let hidden = listed(&["--all"]).remove(0);
    machine.kingbolt(["uninstall", &hidden]).stderr(&format!("Uninstalled {hidden}\n")).succeeds();
    assert_eq!(listed(&["--all"]), ["bye"]);
}

#[test]
fn from_names_the_package_of_a_command() {
    let Some(Fixture { index, machine }) = Fixture::dependent_hello() else { return };
    let lab = |version: &str| {
        let lab = Wheel::new("hellolab", version).console("hello-lab", "hellolab:main");
        lab.console("hello", "hellolab:fail").build()
    };
    index.publish(&lab("1.0")).publish(&lab("2.0"));
    machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
    machine
        .kingbolt(["--quiet", "run", "--from", "hellolab<2", "hello-lab", "--from", "you"])
        .stdout("hello from hellolab 1.0 --from you\n")
        .succeeds();
    // Not that of the app which is installed.
    machine.kingbolt(["--quiet", "run", "--from", "hellolab", "hello"]).exits(7);
    machine.kingbolt(["run", "--from", "hello", "hello", "me"]).stdout("hello from hello 1.0 me\n").succeeds();
    machine
        .kingbolt(["--quiet", "run", "--from", "hellolab", "lab"])
        .stderr(
            "
            error: `hellolab` has no command `lab`
            hint: its commands are `hello`, `hello-lab`; run, for example, `kingbolt run --command hello hellolab`
            ",
        )
        .exits(1);
    machine
        .kingbolt(["run", "--from", "hellolab", "--command", "hello", "hello"])
        .stderr(
            "
            error: the argument '--from <SOURCE>' cannot be used with '--command <COMMAND>'

            Usage: kingbolt run [OPTIONS] SOURCE [ARGUMENTS]...
                   kingbolt run [OPTIONS] --from SOURCE COMMAND [ARGUMENTS]...

            For more information, try '--help'.
            ",
        )
        .exits(2);
}
