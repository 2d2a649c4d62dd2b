//! Directories of somebody else, and files of somebody else in Kingbolt's: nothing is written into the ones, and the others
//! stay where they are.

use std::fs;

use crate::support::{Fixture, Index, Machine, Wheel, dependent_hello, hello, lock};

#[test]
fn a_home_with_files_of_somebody_else_is_refused_and_left_alone() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    let entry = "0123456789abcdef".repeat(2);
    machine.write("kingbolt/apps/thesis/ch1.tex", "years of work");
    machine.write("kingbolt/locks/inventory.csv", "1,2,3");
    machine.write(&format!("kingbolt/store/{entry}/photos.zip"), "our wedding");
    machine.write("pylock.toml", lock(&index, &[hello("1.0")]));
    let before = machine.files();
    let refused = "
        error: `[HOME]/kingbolt` is not a home of Kingbolt: it contains `[HOME]/kingbolt/apps/thesis`
        hint: set KINGBOLT_HOME to a directory that is empty or does not exist, or move away whatever is not Kingbolt's
    ";
    for arguments in [
        ["install", "hello"].as_slice(),
        &["install", "hello", "--dry-run"],
        &["run", "hello"],
        &["sync", "pylock.toml", "--into", "env"],
        &["sync", "pylock.toml", "--into", "env", "--dry-run"],
        &["cache", "prune"],
        &["cache", "clear"],
    ] {
        machine.kingbolt(arguments).stderr(refused).exits(8);
        assert_eq!(machine.files(), before, "{arguments:?}");
    }
    for command in [["list"].as_slice(), &["verify"], &["upgrade", "--all"]] {
        machine.kingbolt(command).stderr("No apps are installed\n").succeeds();
    }
    for command in ["uninstall", "verify", "upgrade", "rollback"] {
        let absent = "error: `thesis` is not installed\nhint: no apps are installed\n";
        machine.kingbolt([command, "thesis"]).stderr(absent).exits(1);
    }
    assert_eq!(machine.files(), before);
}

#[test]
fn a_cache_directory_with_files_of_somebody_else_is_refused_and_left_alone() {
    let Some(Fixture { machine, .. }) = Fixture::installed() else { return };
    let machine = machine.with_variable_below_home("KINGBOLT_CACHE_DIR", "private");
    let own = ["private/Documents/thesis.tex", "private/pages/diary.txt", "private/.ssh/id_ed25519"];
    for path in own {
        let long_ago = std::time::SystemTime::UNIX_EPOCH;
        let path = machine.write(path, "mine");
        fs::File::options().append(true).open(path).and_then(|file| file.set_modified(long_ago)).expect("it is ours");
    }
    let before = machine.files();
    let refused = "
        error: `[HOME]/private` is not a cache of Kingbolt: it contains `[HOME]/private/.ssh`
        hint: set KINGBOLT_CACHE_DIR to a directory that is empty or does not exist, or move away whatever is not Kingbolt's
    ";
    for arguments in [
        ["install", "hello", "--force"].as_slice(),
        &["install", "hello", "--force", "--dry-run"],
        &["upgrade", "hello"],
        &["run", "other"],
        &["cache", "prune"],
        &["cache", "clear"],
    ] {
        machine.kingbolt(arguments).stderr(refused).exits(8);
        assert_eq!(machine.files(), before, "{arguments:?}");
    }
    machine.kingbolt(["list"]).stdout("hello  1.0  Python [PYTHON VERSION]  hello\n").succeeds();
    machine.verifies(&["hello 1.0"]);
    machine.kingbolt(["uninstall", "hello"]).stderr("Uninstalled hello\n").succeeds();
    assert_eq!(machine.files(), ["private/.ssh/id_ed25519", "private/Documents/thesis.tex", "private/pages/diary.txt"]);
    // A directory with the name of one of the cache's does not make it one.
    fs::remove_dir_all(machine.home().join("private/.ssh")).expect("it is ours");
    fs::remove_dir_all(machine.home().join("private/Documents")).expect("it is ours");
    let diary = refused.replace("private/.ssh", "private/pages/diary.txt");
    machine.kingbolt(["cache", "clear"]).stderr(&diary).exits(8);
    assert_eq!(machine.files(), ["private/pages/diary.txt"]);
}

#[test]
fn files_that_are_only_named_like_those_of_a_cache_make_no_cache() {
    let digest = "0123456789abcdef".repeat(4);
    let names =
        [format!("downloads/x-{}", &digest[..32]), format!("downloads/{digest}.part"), format!("pages/{digest}")];
    for name in names {
        let Some(Fixture { machine, .. }) = Fixture::hello() else { return };
        machine.write(&format!("cache/{name}"), "mine");
        let before = machine.everything();
        let refused = format!(
            "
            error: `[HOME]/cache` is not a cache of Kingbolt: it contains `[HOME]/cache/{name}`
            hint: set KINGBOLT_CACHE_DIR to a directory that is empty or does not exist, or move away whatever is not Kingbolt's
            "
        );
        for arguments in [["install", "hello"].as_slice(), &["install", "hello", "--dry-run"], &["cache", "clear"]] {
            machine.kingbolt(arguments).stderr(&refused).exits(8);
            assert_eq!(machine.everything(), before, "{arguments:?}");
        }
    }
}

#[test]
fn files_of_somebody_else_in_a_home_and_a_cache_stay_and_are_named() {
    let Some(Fixture { machine, .. }) = Fixture::installed() else { return };
    let generation = machine.files().into_iter().find(|path| path.contains("/records/")).expect("it is installed");
    let own = [
        "cache/letter.txt",
        "cache/old/letter.txt",
        "kingbolt/apps/hello/generations/notes.txt",
        "kingbolt/apps/hello/notes.txt",
        "kingbolt/apps/hello/records/notes.toml",
        "kingbolt/apps/thesis/ch1.tex",
        "kingbolt/diary.txt",
        "kingbolt/locks/inventory.csv",
        "kingbolt/store/photos.zip",
    ];
    for path in own {
        machine.write(path, "mine");
    }
    machine.kingbolt(["install", "hello", "--force", "--quiet"]).succeeds();
    machine
        .kingbolt(["uninstall", "thesis"])
        .stderr("error: `thesis` is not installed\nhint: installed apps: hello\n")
        .exits(1);
    let outcome = machine.kingbolt(["cache", "clear"]).outcome();
    let kept: Vec<&str> = outcome.stderr.lines().skip(1).collect();
    let expected: Vec<String> = ["cache/letter.txt", "cache/old"]
        .iter()
        .chain(&["kingbolt/apps/hello/generations/notes.txt", "kingbolt/apps/hello/notes.txt"])
        .chain(&["kingbolt/apps/hello/records/notes.toml", "kingbolt/apps/thesis", "kingbolt/diary.txt"])
        .chain(&["kingbolt/locks/inventory.csv", "kingbolt/store/photos.zip"])
        .map(|path| format!("Kept [HOME]/{path}, which Kingbolt did not create"))
        .collect();
    assert_eq!(kept, expected);
    assert_eq!(outcome.code, Some(0), "{outcome:?}");
    machine
        .kingbolt(["uninstall", "hello"])
        .stderr(
            "
            Uninstalled hello
            Kept [HOME]/kingbolt/apps/hello/generations/notes.txt, which Kingbolt did not create
            Kept [HOME]/kingbolt/apps/hello/notes.txt, which Kingbolt did not create
            Kept [HOME]/kingbolt/apps/hello/records/notes.toml, which Kingbolt did not create
            ",
        )
        .succeeds();
    let mut left = machine.everything();
    left.retain(|path| !path.ends_with("kingbolt-home") && !path.ends_with("kingbolt-cache"));
    assert_eq!(left, ["bin/"].iter().chain(&own).copied().collect::<Vec<_>>(), "{generation}");
    // The directory of the app is nobody's app any more.
    machine.kingbolt(["list"]).stderr("No apps are installed\n").succeeds();
    machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
    machine.command("hello", [""; 0]).stdout("hello from hello 1.0\n").succeeds();
}

#[test]
fn a_home_and_a_cache_without_markers_as_of_0_1_0_are_marked_by_the_next_change() {
    let Some(Fixture { index, machine }) = Fixture::installed() else { return };
    let markers = ["kingbolt/kingbolt-home", "cache/kingbolt-cache"].map(|path| machine.home().join(path));
    let ids = || markers.iter().map(|marker| fs::read_to_string(marker).ok()).collect::<Vec<_>>();
    let first = ids();
    assert!(first.iter().all(Option::is_some));
    for marker in &markers {
        fs::remove_file(marker).expect("it is there");
    }
    machine.kingbolt(["list"]).stdout("hello  1.0  Python [PYTHON VERSION]  hello\n").succeeds();
    index.publish(&dependent_hello("2.0"));
    machine.kingbolt(["upgrade", "hello", "--quiet"]).succeeds();
    let second = ids();
    assert!(second.iter().all(Option::is_some) && second != first, "{second:?}");
    machine.kingbolt(["install", "hello", "--force", "--quiet"]).succeeds();
    assert_eq!(ids(), second);
    machine.kingbolt(["uninstall", "hello", "--quiet"]).succeeds();
    machine.kingbolt(["cache", "clear", "--quiet"]).succeeds();
    assert_eq!(machine.everything(), ["bin/"]);
}

#[test]
fn a_file_that_is_no_marker_makes_no_home() {
    let Some(Fixture { machine, .. }) = Fixture::hello() else { return };
    let id = "0123456789abcdef".repeat(2);
    let too_long = format!("{:4097}", format!("schema = 1\nid = \"{id}\"\n"));
    machine.write("kingbolt/letter.txt", "mine");
    for text in ["", &too_long] {
        machine.write("kingbolt/kingbolt-home", text);
        machine
            .kingbolt(["install", "hello", "--quiet"])
            .stderr(
                "
                error: `[HOME]/kingbolt` is not a home of Kingbolt: it contains `[HOME]/kingbolt/letter.txt`
                hint: set KINGBOLT_HOME to a directory that is empty or does not exist, or move away whatever is not Kingbolt's
                ",
            )
            .exits(8);
        assert_eq!(machine.files(), ["kingbolt/kingbolt-home", "kingbolt/letter.txt"]);
    }
    machine.write("kingbolt/kingbolt-home", format!("schema = 2\nid = \"{id}\"\n"));
    machine
        .kingbolt(["list"])
        .stderr(
            "
            error: `[HOME]/kingbolt/kingbolt-home` was written by a newer version of Kingbolt (schema 2)
            hint: update Kingbolt
            ",
        )
        .exits(1);
}

#[test]
fn the_root_of_a_file_system_is_as_good_as_an_empty_directory() {
    let Some(Fixture { machine, .. }) = Fixture::hello() else { return };
    for directory in ["kingbolt/lost+found", "cache/lost+found"] {
        fs::create_dir_all(machine.home().join(directory)).expect("home can be filled");
    }
    machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
    machine.kingbolt(["uninstall", "hello"]).stderr("Uninstalled hello\n").succeeds();
    machine.kingbolt(["cache", "clear", "--quiet"]).succeeds();
    let markers = ["cache/kingbolt-cache", "kingbolt/kingbolt-home"];
    assert_eq!(machine.everything(), ["bin/", markers[0], "cache/lost+found/", markers[1], "kingbolt/lost+found/"]);
}

#[test]
fn home_cache_and_bin_directory_may_lie_in_each_other_or_be_one() {
    for [home, cache, bin] in [["a", "a/cache", "a/bin"], ["a/home", "a", "a/home/bin"], ["a", "a", "b"]] {
        let Some(Fixture { machine, .. }) = Fixture::on(Machine::new(), Index::complete(), &[hello("1.0")]) else {
            return;
        };
        let machine = machine
            .with_variable_below_home("KINGBOLT_HOME", home)
            .with_variable_below_home("KINGBOLT_CACHE_DIR", cache)
            .with_variable_below_home("KINGBOLT_BIN_DIR", bin);
        for _ in 0..2 {
            machine.kingbolt(["install", "hello", "--force", "--quiet"]).succeeds();
            machine.command("hello", [""; 0]).stdout("hello from hello 1.0\n").succeeds();
            machine.verifies(&["hello 1.0"]);
        }
        machine.kingbolt(["cache", "clear", "--quiet"]).succeeds();
        machine.kingbolt(["list"]).stdout("hello  1.0  Python [PYTHON VERSION]  hello\n").succeeds();
        machine.kingbolt(["uninstall", "hello"]).stderr("Uninstalled hello\n").succeeds();
    }
}

#[test]
fn a_dry_run_of_a_sweep_names_what_goes_and_what_stays() {
    let Some(Fixture { machine, .. }) = Fixture::installed() else { return };
    machine.kingbolt(["uninstall", "hello", "--quiet"]).succeeds();
    let unused = format!("kingbolt/store/{}", "0".repeat(32));
    machine.write("kingbolt/store/.lock", "");
    machine.write(&format!("{unused}/manifest"), "of nobody");
    let key = "0123456789abcdef".repeat(4);
    machine.write(&format!("cache/downloads/{key}.part"), "half");
    machine.write("cache/letter.txt", "mine");
    machine.write("kingbolt/kingbolt-home", format!("schema = 1\nid = \"{}\"\n", "0".repeat(32)));
    let before = machine.everything();
    machine
        .kingbolt(["cache", "prune", "--dry-run"])
        .stdout(&format!(
            "
            1 cached file ([SIZE]), 1 unused wheel ([SIZE])
            Removes:
              [HOME]/cache/downloads/
              [HOME]/{unused}/
            Keeps:
              [HOME]/cache/letter.txt
            "
        ))
        .succeeds();
    let outcome = machine.kingbolt(["cache", "clear", "--dry-run"]).outcome();
    let directories = ["cache/downloads", "cache/interpreters", "cache/metadata", "cache/pages", unused.as_str()];
    let directories = directories.map(|path| format!("  [HOME]/{path}/\n")).concat();
    let (_, lists) = outcome.stdout.split_once('\n').expect("a line");
    assert_eq!(lists, format!("Removes:\n{directories}Keeps:\n  [HOME]/cache/letter.txt\n"));
    let json = machine.kingbolt(["cache", "clear", "--dry-run", "--json"]).json();
    assert_eq!((json["removed"].as_array().map(Vec::len), json["kept"].as_array().map(Vec::len)), (Some(5), Some(1)));
    assert_eq!(machine.everything(), before);
    machine.kingbolt(["cache", "clear", "--quiet"]).succeeds();
    assert_eq!(machine.everything(), ["bin/", "cache/kingbolt-cache", "cache/letter.txt"]);
}

#[test]
fn a_dry_run_of_uninstall_names_what_goes_and_what_stays() {
    let Some(Fixture { index, machine }) = Fixture::installed() else { return };
    let wheel = Wheel::new("bye", "1.0").console("bye", "bye:main").requires("other").build();
    index.publish(&wheel);
    machine.kingbolt(["install", "bye", "--quiet"]).succeeds();
    let before = machine.everything();
    let entry = format!("kingbolt/store/{}", &wheel.sha256()[..32]);
    let launchers =
        if cfg!(windows) { "\n  [HOME]/bin/bye.exe\n  [HOME]/bin/bye.kingbolt" } else { "\n  [HOME]/bin/bye" };
    let removes = format!("bye\nRemoves:{launchers}\n  [HOME]/kingbolt/apps/bye/\n  [HOME]/{entry}/\n");
    machine.kingbolt(["uninstall", "bye", "--dry-run"]).stdout(&removes).succeeds();
    assert_eq!(machine.everything(), before);
    machine.write("kingbolt/apps/bye/notes.txt", "mine");
    let outcome = machine.kingbolt(["uninstall", "--all", "--dry-run"]).outcome();
    assert!(
        outcome.stdout.contains("\nKeeps:\n  [HOME]/kingbolt/apps/bye/notes.txt\nhello\nRemoves:\n"),
        "{outcome:?}"
    );
    let json = machine.kingbolt(["uninstall", "bye", "--dry-run", "--json"]).json();
    let listed = json["apps"][0]["removed"].as_array().expect("a list");
    // Of the backslashes of Windows, which are doubled in JSON, two slashes are left, so that the home is not recognized.
    let home = machine.home().to_string_lossy().replace('\\', "/");
    let listed = listed.iter().filter_map(|path| Some(path.as_str()?.replace("//", "/").replace(&home, "[HOME]")));
    let listed: Vec<String> = listed.filter_map(|path| Some(path.strip_prefix("[HOME]/")?.to_owned())).collect();
    let stays = |path: &&String| !listed.iter().any(|gone| path.starts_with(gone));
    let left: Vec<String> = machine.everything().iter().filter(stays).cloned().collect();
    machine.kingbolt(["uninstall", "bye", "--quiet"]).succeeds();
    let is_lock = |path: &String| path.contains("/locks/") || path.contains("/.locks/");
    let without_locks = |paths: Vec<String>| paths.into_iter().filter(|path| !is_lock(path)).collect::<Vec<_>>();
    assert_eq!(without_locks(machine.everything()), without_locks(left));
    let absent = "error: `absent` is not installed\nhint: installed apps: hello\n";
    machine.kingbolt(["uninstall", "absent", "--dry-run"]).stderr(absent).exits(1);
}
