//! The life of an application after its installation: upgraded, rolled back, verified, repaired.

use std::env::consts::EXE_SUFFIX;
use std::fs;
use std::path::PathBuf;

use crate::support::{BuiltWheel, Directory, Fixture, Machine, Wheel, app, dependent_hello};

#[test]
fn an_upgrade_brings_the_newest_and_says_what_changed() {
    let Some(Fixture { index, machine }) = Fixture::installed() else { return };
    index.publish(&Wheel::new("hello", "2.0").requires("new").console("hello", "hello:main").build());
    index.publish(&Wheel::new("new", "0.1").build());
    machine
        .kingbolt(["upgrade", "hello"])
        .stderr(
            "
            Resolved 2 packages in [TIME]
            Downloaded 2 wheels ([SIZE]) in [TIME]
            Installed 2 packages in [TIME]
            hello 2.0 (was 1.0): 2 packages, [SIZE], Python [PYTHON VERSION], [TIME]
              hello 1.0 -> 2.0
              new 0.1 (new)
              other 2.1 (removed)
            ",
        )
        .succeeds();
    machine.command("hello", [""; 0]).stdout("hello from hello 2.0\n").succeeds();
    machine
        .kingbolt(["upgrade", "--all"])
        .stderr("Resolved 2 packages in [TIME]\nhello 2.0 is up to date\n")
        .succeeds();
}

#[test]
fn an_upgrade_of_what_was_pinned_says_how_to_let_it_go() {
    let Some(Fixture { index, machine }) = Fixture::dependent_hello() else { return };
    machine.kingbolt(["install", "hello@1.0", "--quiet"]).succeeds();
    index.publish(&dependent_hello("2.0"));
    machine
        .kingbolt(["upgrade", "hello"])
        .stderr(
            "
            Resolved 2 packages in [TIME]
            hello 1.0 is up to date: pinned by `hello==1.0`; run `kingbolt install hello` to remove the pin
            ",
        )
        .succeeds();
}

#[test]
fn an_upgrade_keeps_to_what_was_asked_for_at_first() {
    let Some(Fixture { index, machine }) = Fixture::dependent_hello() else { return };
    index.publish(&Wheel::new("more", "1.0").build());
    index.publish(&Wheel::new("base", "1.0").extra("loud", "shout").console("base", "base:main").build());
    index.publish(&Wheel::new("shout", "1.0").build());
    machine.kingbolt(["install", "base[loud]<2", "--with", "more", "--quiet"]).succeeds();
    index.publish(&Wheel::new("base", "1.5").extra("loud", "shout").console("base", "base:main").build());
    index.publish(&app("base", "2.0"));
    index.publish(&Wheel::new("shout", "1.1").build()).publish(&Wheel::new("more", "1.1").build());
    let upgraded = machine.kingbolt(["upgrade", "base", "--json", "--quiet"]).json();
    let changes = upgraded["results"][0]["changes"].as_array().expect("a list").clone();
    let changes: Vec<String> = changes.iter().map(|change| format!("{} {}", change["name"], change["to"])).collect();
    assert_eq!(changes, [r#""base" "1.5""#, r#""more" "1.1""#, r#""shout" "1.1""#]);
}

#[test]
fn places_that_were_named_by_relative_paths_are_found_again_from_elsewhere() {
    let Some(Fixture { machine, .. }) = Fixture::dependent_hello() else { return };
    let publish = |wheel: BuiltWheel| machine.write(&format!("wheels/{}", wheel.file_name), &wheel.bytes);
    publish(dependent_hello("1.0"));
    machine.kingbolt(["install", "hello", "--find-links", "wheels", "--quiet"]).succeeds();
    publish(dependent_hello("3.0"));
    fs::create_dir(machine.home().join("elsewhere")).expect("home can be filled");
    machine.kingbolt(["upgrade", "hello", "--quiet"]).in_directory("elsewhere").succeeds();
    machine.command("hello", [""; 0]).stdout("hello from hello 3.0\n").succeeds();
}

#[test]
fn a_dry_run_of_an_upgrade_tells_it_version_by_version_and_changes_nothing() {
    let Some(Fixture { index, machine }) = Fixture::installed() else { return };
    index.publish(&dependent_hello("1.1"));
    let before = machine.files();
    machine
        .kingbolt(["upgrade", "hello", "--dry-run", "-v"])
        .stdout(
            "
            hello on Python [PYTHON VERSION] ([PYTHON])
              hello 1.0 -> 1.1
            Planned steps:
              1. fetch and verify 1 wheel
                   hello-1.1-py3-none-any.whl
              2. create the environment [HOME]/kingbolt/apps/hello/generations/2-[ID]
              3. install 2 packages into it
              4. sync the new files to disk
              5. mark the environment as complete
              6. check that the commands of hello can be imported
              7. check that the command names of hello are free in [HOME]/bin
              8. make it current: [HOME]/kingbolt/apps/hello/current
              9. link the commands of hello in [HOME]/bin
              10. remove files that are no longer needed
              11. write the receipt [HOME]/kingbolt/apps/hello/receipt.toml
            ",
        )
        .stderr("Resolved 2 packages in [TIME]\n")
        .succeeds();
    assert_eq!(machine.files(), before);
}

#[test]
fn an_upgrade_that_does_not_work_leaves_what_was_installed_and_says_why() {
    let Some(Fixture { index, machine }) = Fixture::installed() else { return };
    let broken = Wheel::empty("hello", "2.0").file("hello/__init__.py", "import missing_module\n");
    index.publish(&broken.console("hello", "hello:main").build());
    let before = machine.files();
    machine
        .kingbolt(["upgrade", "hello", "--quiet"])
        .stderr(
            "
            error: `hello` 2.0 does not work on this machine: the command hello fails: ModuleNotFoundError: No module named 'missing_module'
            hint: the installed version of `hello` was not changed; report this to its maintainers, or request another version with `kingbolt install`
            ",
        )
        .exits(1);
    assert_eq!(machine.files(), before);
    machine.command("hello", [""; 0]).stdout("hello from hello 1.0\n").succeeds();
}

#[test]
fn a_command_that_never_worked_here_and_one_of_an_extra_do_not_stop_an_upgrade() {
    let Some(Fixture { index, machine }) = Fixture::dependent_hello() else { return };
    let wheel = |version: &str| {
        let wheel = Wheel::new("odd", version).file("odd/gone.py", "import missing_module\n");
        let wheel = wheel.extra("web", "missing").console("odd", "odd:main").console("odd-gone", "odd.gone:main");
        wheel.console("odd-web", "odd.web:main [web]").build()
    };
    index.publish(&wheel("1.0"));
    machine.kingbolt(["install", "odd", "--quiet"]).succeeds();
    index.publish(&wheel("1.1"));
    machine
        .kingbolt(["upgrade", "odd"])
        .stderr(
            "
            Resolved 1 package in [TIME]
            Downloaded 1 wheel ([SIZE]) in [TIME]
            Installed 1 package in [TIME]
            warning: the command odd-gone fails, as in the previous generation: ModuleNotFoundError: No module named 'missing_module'
            odd 1.1 (was 1.0): 1 package, [SIZE], Python [PYTHON VERSION], [TIME]
              odd 1.0 -> 1.1
            ",
        )
        .succeeds();
}

#[test]
fn a_rollback_goes_back_and_forth_without_network() {
    let Some(Fixture { index, machine }) = Fixture::upgraded() else { return };
    index.forget_requests();
    let back = "Switched hello from 2.0 to 1.0 (generation 1)\n  hello 2.0 -> 1.0\n";
    machine.kingbolt(["rollback", "hello"]).stderr(back).succeeds();
    machine.command("hello", [""; 0]).stdout("hello from hello 1.0\n").succeeds();
    let forth = "Switched hello from 1.0 to 2.0 (generation 2)\n  hello 1.0 -> 2.0\n";
    machine.kingbolt(["rollback", "hello"]).stderr(forth).succeeds();
    machine.kingbolt(["rollback", "hello", "--to", "1"]).stderr(back).succeeds();
    machine.kingbolt(["rollback", "hello", "--to", "1"]).stderr("hello is already at 1.0 (generation 1)\n").succeeds();
    assert_eq!(index.paths(), Vec::<String>::new());
}

#[test]
fn there_has_to_be_something_to_roll_back_to() {
    let Some(Fixture { machine, .. }) = Fixture::installed() else { return };
    machine
        .kingbolt(["rollback", "hello"])
        .stderr(
            "
            error: `hello` has no other generation to switch to
            hint: it has no earlier generation; `kingbolt upgrade --keep N` keeps more than two
            ",
        )
        .exits(1);
    machine
        .kingbolt(["rollback", "hello", "--to", "7"])
        .stderr("error: `hello` has no generation 7\nhint: available generations: 1\n")
        .exits(1);
    machine
        .kingbolt(["rollback", "helo"])
        .stderr("error: `helo` is not installed\nhint: installed apps: hello\n")
        .exits(1);
}

#[test]
fn a_rollback_keeps_the_request_so_that_an_upgrade_goes_forward_again() {
    let Some(Fixture { machine, .. }) = Fixture::upgraded() else { return };
    machine.kingbolt(["rollback", "hello", "--quiet"]).succeeds();
    machine.kingbolt(["upgrade", "hello", "--quiet"]).succeeds();
    machine.command("hello", [""; 0]).stdout("hello from hello 2.0\n").succeeds();
    assert_eq!(generations(&machine).len(), 2);
}

#[test]
fn old_generations_go_and_as_many_stay_as_are_asked_for() {
    let Some(Fixture { index, machine }) = Fixture::upgraded() else { return };
    index.publish(&dependent_hello("3.0"));
    machine.kingbolt(["upgrade", "hello", "--quiet", "--keep", "3"]).succeeds();
    assert_eq!(numbers(&machine), [1, 2, 3]);
    machine.kingbolt(["rollback", "hello", "--quiet", "--to", "1"]).succeeds();
    index.publish(&dependent_hello("4.0"));
    // What was current before stays, though another one is newer.
    machine.kingbolt(["upgrade", "hello", "--quiet"]).succeeds();
    assert_eq!(numbers(&machine), [1, 4]);
    index.publish(&dependent_hello("5.0"));
    machine.kingbolt(["upgrade", "hello", "--quiet", "--keep", "1"]).succeeds();
    assert_eq!(numbers(&machine), [5]);
    machine.kingbolt(["uninstall", "hello", "--quiet"]).succeeds();
    assert_eq!(machine.files(), Vec::<String>::new());
}

#[test]
#[cfg(target_os = "linux")]
fn a_generation_that_a_process_runs_from_stays_until_the_process_ends() {
    let Some(Fixture { index, machine }) = Fixture::dependent_hello() else { return };
    let waits = |version: &str| {
        let module = "import sys\n\ndef main():\n    sys.stdin.read()\n";
        Wheel::empty("waits", version).file("waits/__init__.py", module).console("waits", "waits:main").build()
    };
    index.publish(&waits("1.0"));
    machine.kingbolt(["install", "waits", "--quiet"]).succeeds();
    let mut running = std::process::Command::new(machine.home().join("bin/waits"))
        .stdin(std::process::Stdio::piped())
        .spawn()
        .expect("it is installed");
    for version in ["2.0", "3.0"] {
        index.publish(&waits(version));
        machine.kingbolt(["upgrade", "waits", "--quiet"]).succeeds();
    }
    let while_it_runs = numbers_of(&machine, "waits");
    machine
        .kingbolt(["uninstall", "waits"])
        .stderr("error: `waits` is in use\nhint: quit all programs of `waits`, then try again\n")
        .exits(7);
    drop(running.stdin.take());
    running.wait().expect("it is ours");
    index.publish(&waits("4.0"));
    machine.kingbolt(["upgrade", "waits", "--quiet"]).succeeds();
    assert_eq!((while_it_runs, numbers_of(&machine, "waits")), (vec![1, 2, 3], vec![3, 4]));
}

#[test]
fn generations_are_listed_with_the_current_one_marked() {
    let Some(Fixture { machine, .. }) = Fixture::upgraded() else { return };
    let listed = machine.kingbolt(["list", "--json"]).json();
    let generations = listed["apps"][0]["generations"].as_array().expect("a list").clone();
    let shown: Vec<String> =
        generations.iter().map(|one| format!("{} {} {}", one["number"], one["version"], one["current"])).collect();
    assert_eq!(shown, [r#"1 "1.0" false"#, r#"2 "2.0" true"#]);
    // Times are those of the document.
    let python = listed["apps"][0]["python"].as_str().expect("a version");
    let row = |(index, kind): (usize, &str)| {
        let one = &generations[index];
        let text = |key: &str| one[key].as_str().expect("a text").to_owned();
        let (number, version, created) = (index + 1, text("version"), text("created"));
        format!("    {kind}  {number}  {version}  {created}  [SIZE]  Python {python}")
    };
    let told = machine.kingbolt(["list", "-v"]).outcome().stdout;
    let rows: Vec<&str> =
        told.lines().filter(|line| line.starts_with("    generation ") || line.starts_with("    current ")).collect();
    assert_eq!(rows, [(0, "generation"), (1, "current   ")].map(row));
}

#[test]
fn what_is_as_installed_is_verified() {
    let Some(Fixture { machine, .. }) = Fixture::installed() else { return };
    // Bytecode is Python's own.
    machine.command("hello", [""; 0]).stdout("hello from hello 1.0\n").succeeds();
    machine
        .kingbolt(["verify"])
        .stdout(&format!("hello 1.0: {} files in 2 packages, no problems\n", files_of(&machine)))
        .succeeds();
}

#[test]
fn changed_missing_and_foreign_files_are_told_and_repaired() {
    let Some(Fixture { machine, .. }) = Fixture::installed() else { return };
    let library = library(&machine);
    fs::write(library.join("hello/__init__.py"), "changed").expect("it stands there");
    fs::remove_file(library.join("other/__init__.py")).expect("it stands there");
    fs::write(library.join("sneaky.pth"), "import os").expect("it can be filled");
    let verified = machine.kingbolt(["verify", "hello", "--json", "--quiet"]).json();
    assert_eq!(verified["error"]["exit_code"], 4);
    let problems = verified["apps"][0]["problems"].as_array().expect("a list").clone();
    let told = |problem: &serde_json::Value| {
        let path = problem["path"].as_str().expect("a path").replace('\\', "/");
        let place = if path.contains("/store/") { "store" } else { "app" };
        format!("{place} {} {}", problem["kind"].as_str().expect("a kind"), path.rsplit('/').next().expect("a name"))
    };
    let mut told: Vec<String> = problems.iter().map(told).collect();
    told.sort();
    let mut expected = vec!["app changed __init__.py", "app foreign sneaky.pth", "app missing __init__.py"];
    if shares_files(&machine) {
        expected.push("store changed __init__.py");
    }
    assert_eq!(told, expected);
    let digest = dependent_hello("1.0").sha256();
    let shared = format!("    changed  [HOME]/kingbolt/store/{}/tree/hello/__init__.py\n", &digest[..32]);
    machine
        .kingbolt(["verify", "--repair", "--quiet"])
        .stdout(&format!(
            "hello 1.0: {} problems, repaired\n    \
             changed  [HOME]/kingbolt/apps/hello/generations/1-[ID]/[LIBRARY]/hello/__init__.py\n    \
             missing  [HOME]/kingbolt/apps/hello/generations/1-[ID]/[LIBRARY]/other/__init__.py\n    \
             unexpected  [HOME]/kingbolt/apps/hello/generations/1-[ID]/[LIBRARY]/sneaky.pth\n{}",
            expected.len(),
            if shares_files(&machine) { &shared } else { "" }
        ))
        .succeeds();
    machine.command("hello", [""; 0]).stdout("hello from hello 1.0\n").succeeds();
    machine
        .kingbolt(["verify"])
        .stdout(&format!("hello 1.0: {} files in 2 packages, no problems\n", files_of(&machine)))
        .succeeds();
    assert_eq!(numbers(&machine), [2]);
}

#[test]
fn what_kingbolt_wrote_down_is_recomputed_where_it_is_lost() {
    let Some(Fixture { machine, .. }) = Fixture::upgraded() else { return };
    let app = machine.home().join("kingbolt/apps/hello");
    let command = machine.home().join("bin").join(format!("hello{}", std::env::consts::EXE_SUFFIX));
    let receipt = "its receipt is damaged or missing";
    let (pointer, generation) = ("its pointer is missing", "its current generation is damaged or missing");
    let missing = format!("missing command  [HOME]/bin/hello{}", std::env::consts::EXE_SUFFIX);
    let losses: [(&[PathBuf], &str, &[&str]); 4] = [
        (&[app.join("receipt.toml")], "hello 2.0", &[receipt]),
        (&[app.join("current")], "hello", &[pointer, generation]),
        (&[app.join("current"), app.join("receipt.toml")], "hello", &[pointer, receipt, generation]),
        (&[command], "hello 2.0", &[&missing]),
    ];
    // A repair removes bytecode.
    let files = || machine.files().into_iter().filter(|path| !path.contains("__pycache__")).collect::<Vec<_>>();
    for (lost, name, problems) in losses {
        let whole = files();
        for path in lost {
            fs::remove_file(path).expect("it stands there");
        }
        let count = format!("{} problem{}", problems.len(), if problems.len() == 1 { "" } else { "s" });
        let lines = problems.iter().map(|problem| format!("    {problem}\n")).collect::<Vec<_>>().concat();
        let damaged = "
            error: 1 of 1 app has changed or missing files
            hint: run `kingbolt verify --repair hello` to repair the damage
            ";
        let found = format!("{name}: {count}\n{lines}");
        machine.kingbolt(["verify", "hello", "--quiet"]).stdout(&found).stderr(damaged).exits(4);
        let repaired = format!("{name}: {count}, repaired\n{lines}");
        machine.kingbolt(["verify", "hello", "--repair", "--quiet"]).stdout(&repaired).succeeds();
        assert_eq!(files(), whole, "{lost:?}");
        machine.command("hello", [""; 0]).stdout("hello from hello 2.0\n").succeeds();
    }
}

#[test]
fn a_quiet_verification_names_only_apps_with_problems() {
    let Some(Fixture { index, machine }) = Fixture::installed() else { return };
    index.publish(&app("bye", "1.0"));
    machine.kingbolt(["install", "bye", "--quiet"]).succeeds();
    for arguments in [["verify", "--quiet"].as_slice(), &["verify", "--repair", "--all-generations", "--quiet"]] {
        machine.kingbolt(arguments).succeeds();
    }
    let command = machine.directory(Directory::Bin).join(format!("bye{EXE_SUFFIX}"));
    fs::remove_file(command).expect("it is installed");
    machine
        .kingbolt(["verify", "--quiet"])
        .stdout(&format!("bye 1.0: 1 problem\n    missing command  [HOME]/bin/bye{EXE_SUFFIX}\n"))
        .stderr(
            "
            error: 1 of 2 apps has changed or missing files
            hint: run `kingbolt verify --repair bye` to repair the damage
            ",
        )
        .exits(4);
}

#[test]
fn a_command_that_somebody_replaced_stays() {
    let Some(Fixture { machine, .. }) = Fixture::installed() else { return };
    if cfg!(windows) {
        return;
    }
    let command = machine.home().join("bin/hello");
    fs::remove_file(&command).expect("it was just made");
    fs::write(&command, "mine").expect("it can be written");
    machine
        .kingbolt(["verify", "--repair", "--quiet"])
        .stdout("hello 1.0: 1 problem, 1 not repaired\n    wrong command  [HOME]/bin/hello\n")
        .stderr(
            "error: 1 of 1 app has changed or missing files\n\
             hint: commands that another program replaced were not changed; run `kingbolt install --force hello` to restore \
             them\n",
        )
        .exits(4);
    machine.kingbolt(["uninstall", "hello", "--quiet"]).succeeds();
    assert_eq!(machine.files(), ["bin/hello"]);
}

#[test]
#[cfg(unix)]
fn a_home_that_is_reached_through_a_link_has_commands_that_follow_the_pointer() {
    let Some(Fixture { index, machine }) = Fixture::dependent_hello() else { return };
    fs::create_dir(machine.home().join("real")).expect("home can be filled");
    std::os::unix::fs::symlink("real", machine.home().join("link")).expect("a link can be made");
    let machine = machine.with_variable_below_home("KINGBOLT_HOME", "link/kingbolt");
    machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
    let target = fs::read_link(machine.home().join("bin/hello")).expect("it is a link");
    assert_eq!(target, machine.home().join("link/kingbolt/apps/hello/current/bin/hello"));
    index.publish(&dependent_hello("2.0"));
    machine.kingbolt(["upgrade", "hello", "--quiet"]).succeeds();
    machine.command("hello", [""; 0]).stdout("hello from hello 2.0\n").succeeds();
    machine.verifies(&["hello 2.0"]);
}

#[test]
fn the_cache_can_be_emptied_without_hurting_what_is_installed() {
    let Some(Fixture { machine, .. }) = Fixture::installed() else { return };
    let before = machine.files();
    let size = machine.kingbolt(["cache", "size", "--json"]).json();
    assert!(size["cache_files"].as_u64() > Some(0), "{size}");
    assert_eq!(size["unused_wheels"], 0);
    for command in ["prune", "clear"] {
        machine.kingbolt(["cache", command, "--quiet"]).succeeds();
        assert_eq!(machine.files(), before);
    }
    assert!(!machine.home().join("cache").exists());
    machine.command("hello", [""; 0]).stdout("hello from hello 1.0\n").succeeds();
    machine.kingbolt(["cache", "dir"]).stdout("[HOME]/cache\n").succeeds();
}

fn generations(machine: &Machine) -> Vec<PathBuf> {
    generations_of(machine, "hello")
}

fn generations_of(machine: &Machine, app: &str) -> Vec<PathBuf> {
    let directory = machine.home().join("kingbolt/apps").join(app).join("generations");
    let entries = fs::read_dir(directory).expect("the app is installed");
    entries.map(|entry| entry.expect("it can be read").path()).collect()
}

fn numbers(machine: &Machine) -> Vec<u32> {
    numbers_of(machine, "hello")
}

fn numbers_of(machine: &Machine, app: &str) -> Vec<u32> {
    let number = |path: &PathBuf| {
        let name = path.file_name().expect("it has a name").to_string_lossy();
        name.split('-').next().and_then(|number| number.parse().ok()).expect("it begins with its number")
    };
    let mut numbers: Vec<u32> = generations_of(machine, app).iter().map(number).collect();
    numbers.sort_unstable();
    numbers
}

/// site-packages of the only generation.
fn library(machine: &Machine) -> PathBuf {
    let file =
        machine.files().into_iter().find(|path| path.contains("/generations/") && path.ends_with("hello/__init__.py"));
    let path = machine.home().join(file.expect("the module stands there"));
    path.parent().and_then(|package| package.parent()).expect("it is below").to_owned()
}

/// How many files the application has by its own account.
fn files_of(machine: &Machine) -> u64 {
    let listed = machine.kingbolt(["list", "--json"]).json();
    listed["apps"][0]["files"].as_u64().expect("a number")
}

/// Whether files of the environment are files of the store under another name: a change of one is a change of both.
fn shares_files(machine: &Machine) -> bool {
    let changed = machine.files().into_iter().filter(|path| path.ends_with("hello/__init__.py"));
    changed
        .map(|path| fs::read(machine.home().join(path)).expect("it stands there"))
        .all(|content| content == b"changed")
}
