//! Generations behind the current one: compared before they are used, verified and repaired when that is asked for.

use std::fs;
use std::path::PathBuf;

use crate::support::{Fixture, Index, Machine, Wheel, dependent_hello, hello, redacted};

#[test]
fn a_generation_that_was_changed_meanwhile_is_not_rolled_back_to() {
    let Some(fixture) = Fixture::upgraded() else { return };
    let machine = &fixture.machine;
    let (changed, gone) = (module(machine, 1, "hello"), module(machine, 1, "other"));
    replace(&changed, "raise SystemExit('changed')\n");
    fs::remove_file(&gone).expect("it is installed");
    machine
        .kingbolt(["rollback", "hello"])
        .stderr(&format!(
            "
            error: generation 1 of `hello` is damaged: `[HOME]/{}` changed, `[HOME]/{}` missing
            hint: run `kingbolt verify --repair --all-generations hello` to rebuild it
            ",
            shown(machine, &changed),
            shown(machine, &gone),
        ))
        .exits(4);
    fixture.assert_works("2.0");
    // The current generation is verified alone, unless more is asked for.
    let whole = "hello 2.0: [FILES] in 2 packages, no problems\n";
    assert_eq!(counted(&machine.kingbolt(["verify"]).outcome().stdout), whole);
    let outcome = machine.kingbolt(["verify", "--all-generations"]).outcome();
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(4), unverified(" --all-generations").as_str()));
    let problems =
        format!("changed  [HOME]/{}\n    missing  [HOME]/{}\n", shown(machine, &changed), shown(machine, &gone));
    assert_eq!(counted(&outcome.stdout), format!("{whole}hello 1.0 (generation 1): 2 problems\n    {problems}"));
    let outcome = machine.kingbolt(["verify", "--repair", "--all-generations", "--quiet"]).outcome();
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""));
    let repaired = format!("hello 1.0 (generation 1): 2 problems, repaired\n    {problems}");
    assert_eq!(counted(&outcome.stdout), repaired);
    assert_eq!(numbers(machine), [2, 3]);
    fixture.assert_works("2.0");
    machine.kingbolt(["rollback", "hello", "--quiet"]).succeeds();
    fixture.assert_works("1.0");
    fixture.succeeds(&["verify", "--all-generations"]);
}

#[test]
fn a_repair_of_all_generations_rebuilds_the_current_one_and_those_behind_it() {
    let Some(fixture) = Fixture::upgraded() else { return };
    let machine = &fixture.machine;
    fixture.index.publish(&dependent_hello("3.0"));
    fixture.succeeds(&["upgrade", "hello", "--keep", "3"]);
    for number in [1, 2, 3] {
        replace(&module(machine, number, "hello"), "raise SystemExit('changed')\n");
    }
    // All of them share this file.
    fs::write(module(machine, 3, "other"), "changed = True\n").expect("it is installed");
    fixture.succeeds(&["verify", "--repair", "--all-generations"]);
    fixture.succeeds(&["verify", "--all-generations"]);
    assert_eq!(numbers(machine), [4, 5, 6]);
    fixture.assert_works("3.0");
    for version in ["2.0", "3.0", "2.0"] {
        fixture.succeeds(&["rollback", "hello"]);
        fixture.assert_works(version);
    }
    fixture.succeeds(&["rollback", "hello", "--to", "5"]);
    fixture.assert_works("1.0");
}

#[test]
fn a_repair_that_fails_leaves_damaged_generations_recorded_as_such() {
    let Some(fixture) = Fixture::upgraded() else { return };
    let machine = &fixture.machine;
    for number in [1, 2] {
        replace(&module(machine, number, "hello"), "raise SystemExit('changed')\n");
        fs::remove_dir_all(machine.home().join("kingbolt/store")).unwrap_or_default();
    }
    let record = |number| fs::read_to_string(record(machine, number)).expect("a record");
    assert!(!record(1).contains("is_damaged") && !record(2).contains("is_damaged"));
    machine
        .kingbolt(["--offline", "verify", "--repair", "--quiet"])
        .stderr(
            "
            error: failed to download `hello-2.0-py3-none-any.whl`
              caused by: refused to fetch `[INDEX]/files/hello-2.0-py3-none-any.whl`: the network is disabled
            hint: run the command without `--offline`
            ",
        )
        .exits(5);
    assert!(record(1).contains("is_damaged = true") && record(2).contains("is_damaged = true"));
    // The next change removes what nobody can go back to.
    fixture.succeeds(&["verify", "--repair"]);
    assert_eq!(numbers(machine), [3]);
    fixture.assert_works("2.0");
    assert!(!record(3).contains("is_damaged"));
}

#[test]
fn a_generation_of_which_many_files_were_changed_is_told_by_the_first_ten() {
    let mut wheel = Wheel::new("hello", "1.0").console("hello", "hello:main");
    for number in 10..21 {
        wheel = wheel.file(&format!("hello/part{number}.py"), "");
    }
    let Some(fixture) = Fixture::serving(Index::complete(), &[wheel.build()]) else { return };
    let machine = &fixture.machine;
    fixture.succeeds(&["install", "hello"]);
    fixture.index.publish(&hello("2.0"));
    fixture.succeeds(&["upgrade", "hello"]);
    let package = module(machine, 1, "hello").parent().expect("a package").to_owned();
    for number in 10..21 {
        replace(&package.join(format!("part{number}.py")), "changed = True\n");
    }
    let package = shown(machine, &package);
    let list: Vec<String> = (10..20).map(|number| format!("`[HOME]/{package}/part{number}.py` changed")).collect();
    machine
        .kingbolt(["rollback", "hello"])
        .stderr(&format!(
            "
            error: generation 1 of `hello` is damaged: {}, 1 more
            hint: run `kingbolt verify --repair --all-generations hello` to rebuild it
            ",
            list.join(", "),
        ))
        .exits(4);
}

#[test]
fn what_was_planted_among_the_bytecode_is_told_and_a_repair_removes_all_bytecode() {
    let Some(fixture) = Fixture::installed() else { return };
    let machine = &fixture.machine;
    let cache = module(machine, 1, "hello").with_file_name("__pycache__");
    fs::create_dir_all(&cache).expect("it can be made");
    for name in ["__init__.cpython-399.pyc", "__init__.main-1.py399.nbi"] {
        fs::write(cache.join(name), "cached").expect("it can be written");
    }
    fixture.succeeds(&["verify"]);
    let planted = ["evil.cpython-399.pyc", "evil.py", "more/__init__.cpython-399.pyc"].map(|name| cache.join(name));
    fs::create_dir(cache.join("more")).expect("it can be made");
    for path in &planted {
        fs::write(path, "planted").expect("it can be written");
    }
    let lines: Vec<String> =
        planted.iter().map(|path| format!("unexpected  [HOME]/{}", shown(machine, path))).collect();
    machine
        .kingbolt(["verify"])
        .stdout(&format!("hello 1.0: 3 problems\n    {}\n", lines.join("\n    ")))
        .stderr(&unverified(""))
        .exits(4);
    for path in &planted {
        fs::remove_file(path).expect("it is there");
    }
    fs::remove_dir(cache.join("more")).expect("it is empty");
    fixture.succeeds(&["verify", "--repair"]);
    let cached: Vec<String> = machine.files().into_iter().filter(|path| path.contains("__pycache__")).collect();
    assert_eq!(cached, Vec::<String>::new());
    assert_eq!(numbers(machine), [1]);
}

/// The program starts late, and reads modules late: both have to be there as long as it runs.
#[test]
#[cfg(unix)]
fn a_run_beside_processes_that_repair_replace_and_remove_the_app_never_fails_half_way() {
    let late =
        "import sys, time\n\ndef main():\n    time.sleep(0.2)\n    import hello.late\n    print(hello.late.SAYS)\n";
    let wheel = Wheel::empty("hello", "1.0").file("hello/__init__.py", late).file("hello/late.py", "SAYS = 'here'\n");
    let wheel = wheel.console("hello", "hello:main").build();
    let Some(Fixture { index: _index, machine }) = Fixture::serving(Index::complete(), &[wheel]) else { return };
    machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
    std::thread::scope(|scope| {
        let runs = scope.spawn(|| {
            for _ in 0..12 {
                let outcome = machine.kingbolt(["run", "--quiet", "hello"]).outcome();
                // It waits, if at all, while the app is being installed for it.
                let waited =
                    outcome.stderr.is_empty() || outcome.stderr == "warning: waiting for another Kingbolt process\n";
                assert!(outcome.code == Some(0) && outcome.stdout == "here\n" && waited, "{}", outcome.shown());
            }
        });
        let changes: [&[&str]; 5] = [
            &["install", "hello", "--force", "--quiet"],
            &["install", "hello", "--force", "--quiet"],
            &["verify", "--repair", "--quiet", "hello"],
            &["uninstall", "hello", "--quiet"],
            &["install", "hello", "--quiet"],
        ];
        for change in changes.iter().cycle() {
            let outcome = machine.kingbolt(*change).outcome();
            let is_removed = change[0] == "verify" && outcome.code == Some(1);
            assert!(matches!(outcome.code, Some(0 | 7)) || is_removed, "{change:?} {}", outcome.shown());
            if runs.is_finished() {
                break;
            }
        }
    });
    // A generation that was in use when it was replaced goes with a later change.
    for _ in 0..2 {
        machine.kingbolt(["install", "hello", "--force", "--quiet"]).succeeds();
    }
    assert_eq!(numbers(&machine).len(), 2);
}

#[test]
#[cfg(unix)]
fn an_app_that_run_started_is_in_use_until_it_ends() {
    let waits = "import pathlib, time\n\ndef main():\n    pathlib.Path('started').touch()\n    while not pathlib.Path('end').exists():\n        time.sleep(0.01)\n";
    let wheel = Wheel::empty("hello", "1.0").file("hello/__init__.py", waits).console("hello", "hello:main").build();
    let Some(Fixture { index: _index, machine }) = Fixture::serving(Index::complete(), &[wheel]) else { return };
    machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
    std::thread::scope(|scope| {
        let run = scope.spawn(|| machine.kingbolt(["run", "hello"]).succeeds());
        while !machine.home().join("started").exists() {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        let in_use = "error: `hello` is in use\nhint: quit all programs of `hello`, then try again\n";
        machine.kingbolt(["uninstall", "hello"]).stderr(in_use).exits(7);
        for _ in 0..3 {
            machine.kingbolt(["install", "hello", "--force", "--quiet"]).succeeds();
        }
        assert_eq!(numbers(&machine), [1, 3, 4]);
        machine.write("end", "");
        run.join().expect("it has ended");
    });
    machine.kingbolt(["uninstall", "hello", "--quiet"]).succeeds();
    assert_eq!(machine.files(), ["end", "started"]);
}

/// What is said of one damaged app.
fn unverified(options: &str) -> String {
    format!(
        "error: 1 of 1 app has changed or missing files\n\
         hint: run `kingbolt verify --repair{options} hello` to repair the damage\n"
    )
}

/// Puts another file in the place of one, which may have several names.
fn replace(path: &PathBuf, content: &str) {
    fs::remove_file(path).expect("it is installed");
    fs::write(path, content).expect("it can be written");
}

/// The module of a package in a generation of `hello`.
fn module(machine: &Machine, number: u32, package: &str) -> PathBuf {
    let start = format!("kingbolt/apps/hello/generations/{number}-");
    let end = format!("/site-packages/{package}/__init__.py");
    let end = if cfg!(windows) { end.replace("/site-packages", "/Lib/site-packages") } else { end };
    let found = machine.files().into_iter().find(|path| path.starts_with(&start) && path.ends_with(&end));
    machine.home().join(found.expect("it is installed"))
}

/// The record of a generation of `hello`.
fn record(machine: &Machine, number: u32) -> PathBuf {
    let start = format!("kingbolt/apps/hello/records/{number}-");
    let found = machine.files().into_iter().find(|path| path.starts_with(&start));
    machine.home().join(found.expect("there is such a generation"))
}

/// A path below the home directory, as outcomes show it.
fn shown(machine: &Machine, path: &std::path::Path) -> String {
    let below = path.strip_prefix(machine.home()).expect("below home").to_string_lossy().replace('\\', "/");
    redacted(&below, &[])
}

/// The numbers of the generations, sorted.
fn numbers(machine: &Machine) -> Vec<u32> {
    let entries = fs::read_dir(machine.home().join("kingbolt/apps/hello/generations")).expect("it is installed");
    let number = |name: String| name.split('-').next().and_then(|number| number.parse().ok());
    let names = entries.map(|entry| entry.expect("it can be read").file_name().to_string_lossy().into_owned());
    let mut numbers: Vec<u32> = names.filter_map(number).collect();
    numbers.sort_unstable();
    numbers
}

/// The numbers of files differ with the Python.
fn counted(text: &str) -> String {
    let line = |line: &str| match line.split_once(" files in ") {
        Some((before, after)) => {
            format!("{}[FILES] in {after}", before.trim_end_matches(|digit: char| digit.is_ascii_digit()))
        }
        None => line.to_owned(),
    };
    text.lines().map(|text| line(text) + "\n").collect()
}
