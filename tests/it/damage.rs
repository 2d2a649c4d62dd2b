//! What lies on the disk was damaged, or is in the way: others are not drawn in, and a retry succeeds.

use std::fs;
#[cfg(unix)]
#[cfg(target_os = "linux")]
use std::path::Path;
use std::path::PathBuf;

use crate::support::{Fixture, Machine, Wheel, app, other};

#[test]
fn an_app_whose_record_is_damaged_does_not_keep_others_from_being_listed_installed_and_removed() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    index.publish(&app("bye", "3.0"));
    machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
    machine.write(&record(&machine), "garbage");
    machine.kingbolt(["install", "bye", "--quiet"]).succeeds();
    machine
        .kingbolt(["list"])
        .stdout(
            "
            bye  3.0  Python [PYTHON VERSION]  bye
            hello
                broken: its current generation is damaged or missing; repair it with `kingbolt verify --repair hello`, or uninstall it
            ",
        )
        .succeeds();
    machine.kingbolt(["run", "bye"]).stdout("hello from bye 3.0\n").succeeds();
    machine.kingbolt(["uninstall", "bye", "--quiet"]).succeeds();
    machine.kingbolt(["uninstall", "hello", "--quiet"]).succeeds();
    let commands: Vec<String> = machine.files().into_iter().filter(|path| path.starts_with("bin/")).collect();
    assert_eq!(commands, Vec::<String>::new());
}

#[test]
fn installing_again_mends_an_app_whose_record_is_damaged() {
    for content in ["garbage", "", "schema = 1\n"] {
        let Some(Fixture { machine, .. }) = Fixture::hello() else { return };
        machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
        machine.write(&record(&machine), content);
        machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
        machine.kingbolt(["list"]).stdout("hello  1.0  Python [PYTHON VERSION]  hello\n").succeeds();
        machine.command("hello", [""; 0]).stdout("hello from hello 1.0\n").succeeds();
        assert_eq!(generations(&machine).len(), 1);
    }
}

/// With anything else than a file there, nothing could be verified, repaired or installed again.
#[test]
#[cfg(target_os = "linux")]
fn a_pipe_or_a_directory_in_the_place_of_a_record_is_damage_that_a_repair_mends() {
    let damaged = "its current generation is damaged or missing";
    let changed = "changed  [HOME]/kingbolt/apps/hello/generations/1-[ID]/[LIBRARY]/hello-1.0.dist-info/RECORD";
    let pipe: fn(&Path) = |path| {
        rustix::fs::mkfifoat(rustix::fs::CWD, path, rustix::fs::Mode::RUSR).expect("its place is free");
    };
    let directory: fn(&Path) = |path| fs::create_dir(path).expect("its place is free");
    for (beginning, end, app, problem, puts) in [
        // A directory is the person's, who is told.
        ("receipt", ".toml", "hello 1.0", "its receipt is damaged or missing", [pipe].as_slice()),
        ("records/", ".toml", "hello", damaged, &[pipe, directory]),
        ("generations/", "/hello-1.0.dist-info/RECORD", "hello 1.0", changed, &[pipe, directory]),
    ] {
        for put in puts {
            let Some(Fixture { machine, .. }) = Fixture::installed() else { return };
            let beginning = format!("kingbolt/apps/hello/{beginning}");
            let is_meant = |path: &String| path.starts_with(&beginning) && path.ends_with(end);
            let path = machine.home().join(machine.files().into_iter().find(is_meant).expect("it is installed"));
            fs::remove_file(&path).expect("it is ours");
            put(&path);
            let repaired = format!("{app}: 1 problem, repaired\n    {problem}\n");
            machine.kingbolt(["verify", "--repair", "--quiet"]).stdout(&repaired).succeeds();
            machine.verifies(&["hello 1.0"]);
        }
    }
}

#[test]
#[cfg(unix)]
fn installing_again_mends_a_pointer_that_leads_elsewhere() {
    for target in ["/etc", "generations/9-aaaaaaaaaaaa"] {
        let Some(Fixture { machine, .. }) = Fixture::hello() else { return };
        machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
        let pointer = machine.home().join("kingbolt/apps/hello/current");
        fs::remove_file(&pointer).expect("it was just made");
        std::os::unix::fs::symlink(target, &pointer).expect("a link can be made");
        let broken = "hello\n    \
                      broken: its current generation is damaged or missing; repair it with `kingbolt verify \
                      --repair hello`, or uninstall it\n";
        machine.kingbolt(["list"]).stdout(broken).succeeds();
        machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
        machine.command("hello", [""; 0]).stdout("hello from hello 1.0\n").succeeds();
    }
}

#[test]
fn installing_again_mends_an_app_whose_programs_were_deleted() {
    let Some(Fixture { machine, .. }) = Fixture::hello() else { return };
    machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
    let scripts = generations(&machine)[0].join(if cfg!(windows) { "Scripts" } else { "bin" });
    fs::remove_dir_all(scripts).expect("the programs stand there");
    machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
    machine.command("hello", [""; 0]).stdout("hello from hello 1.0\n").succeeds();
}

#[test]
fn a_file_that_was_edited_in_one_environment_does_not_come_into_another() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    index.publish(&Wheel::new("bye", "1.0").requires("other").console("bye", "bye:main").build());
    index.publish(&other());
    machine.kingbolt(["install", "hello", "--with", "other", "--quiet"]).succeeds();
    let edited: Vec<String> =
        machine.files().into_iter().filter(|path| path.ends_with("site-packages/other/__init__.py")).collect();
    // As long as before, so that only the time and the content tell.
    let content = fs::read(machine.home().join(&edited[0])).expect("it is installed");
    std::thread::sleep(std::time::Duration::from_millis(20));
    fs::write(machine.home().join(&edited[0]), "#".repeat(content.len())).expect("it can be written");
    machine.kingbolt(["install", "bye", "--quiet"]).succeeds();
    let theirs = machine
        .files()
        .into_iter()
        .find(|path| path.contains("apps/bye") && path.ends_with("site-packages/other/__init__.py"));
    assert_eq!(fs::read(machine.home().join(theirs.expect("it is installed"))).expect("it is text"), content);
}

#[test]
#[cfg(unix)]
fn links_of_the_user_into_an_app_are_not_launchers_of_it() {
    let Some(Fixture { machine, .. }) = Fixture::hello() else { return };
    machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
    let generations = machine.home().join("kingbolt/apps/hello/generations");
    let generation = fs::read_dir(generations).expect("it is installed").next().expect("one").expect("it can be read");
    let links = [
        ("python-of-hello", machine.home().join("kingbolt/apps/hello/current/bin/python")),
        ("hello-pinned", generation.path().join("bin/hello")),
    ];
    for (name, target) in &links {
        std::os::unix::fs::symlink(target, machine.home().join("bin").join(name)).expect("a link can be made");
    }
    machine.kingbolt(["install", "hello", "--force", "--quiet"]).succeeds();
    for (name, _) in &links {
        assert!(machine.home().join("bin").join(name).is_symlink(), "{name}");
    }
}

#[test]
fn a_wheel_that_lost_a_file_in_the_store_is_fetched_anew() {
    let Some(Fixture { machine, .. }) = Fixture::hello() else { return };
    machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
    let stored = machine.files().into_iter().find(|path| path.contains("/store/") && path.ends_with("/__init__.py"));
    fs::remove_file(machine.home().join(stored.expect("the store has the module"))).expect("it stands there");
    machine.kingbolt(["install", "hello", "--force", "--quiet"]).succeeds();
    machine.command("hello", [""; 0]).stdout("hello from hello 1.0\n").succeeds();
    assert_eq!(generations(&machine).len(), 2);
}

#[test]
fn a_directory_in_the_place_of_a_command_is_refused_before_the_app_changes() {
    let Some(Fixture { machine, .. }) = Fixture::hello() else { return };
    let name = format!("bin/hello{}", std::env::consts::EXE_SUFFIX);
    machine.write(&format!("{name}/precious"), "");
    machine
        .kingbolt(["install", "hello", "--force", "--quiet"])
        .stderr(&format!(
            "
            error: failed to create the command `[HOME]/{name}`: it is a directory
            hint: move or remove the directory
            "
        ))
        .exits(8);
    assert_eq!(machine.files_beside_store(), [format!("{name}/precious")]);
}

#[test]
fn a_bin_directory_that_is_a_file_is_refused_before_anything_is_fetched() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    machine.write("bin", "");
    machine
        .kingbolt(["install", "hello", "--quiet"])
        .stderr(
            "
            error: failed to write to `[HOME]/bin`
              caused by: [SYSTEM ERROR]
            hint: move the file that is in the way, or set KINGBOLT_HOME, KINGBOLT_BIN_DIR and KINGBOLT_CACHE_DIR to other \
             directories
            ",
        )
        .exits(8);
    assert_eq!((machine.files(), index.paths()), (vec!["bin".to_owned()], Vec::new()));
}

#[test]
#[cfg(unix)]
fn an_old_generation_that_cannot_be_removed_does_not_fail_an_install() {
    use std::os::unix::fs::PermissionsExt;
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    index.publish(&app("hello", "0.9"));
    machine.kingbolt(["install", "hello<1", "--quiet"]).succeeds();
    machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
    let parent = machine.home().join("kingbolt/apps/hello/generations");
    let foreign = generations(&machine)[0].join("lib");
    fs::set_permissions(&foreign, fs::Permissions::from_mode(0o555)).expect("it is ours");
    machine.kingbolt(["install", "hello>0", "--quiet"]).succeeds();
    machine.command("hello", [""; 0]).stdout("hello from hello 1.0\n").succeeds();
    assert!(parent.is_dir());
}

#[test]
#[cfg(unix)]
fn commands_placed_through_a_symbolic_link_to_the_home_are_known_by_its_other_name() {
    let Some(Fixture { machine, .. }) = Fixture::hello() else { return };
    let link = machine.home().join("link");
    fs::create_dir(machine.home().join("kingbolt")).expect("home can be filled");
    std::os::unix::fs::symlink("kingbolt", &link).expect("a link can be made");
    let through_link = link.to_string_lossy().into_owned();
    machine.kingbolt(["install", "hello", "--quiet"]).with_variable("KINGBOLT_HOME", &through_link).succeeds();
    machine.kingbolt(["install", "hello", "--force", "--quiet"]).succeeds();
    machine.kingbolt(["install", "hello", "--quiet"]).with_variable("KINGBOLT_HOME", &through_link).succeeds();
    machine.kingbolt(["uninstall", "hello", "--quiet"]).succeeds();
    assert_eq!(machine.files(), ["link"]);
}

#[test]
fn options_of_run_that_change_the_environment_are_not_ignored_for_an_installed_app() {
    let Some(Fixture { index, machine }) = Fixture::hello() else { return };
    index.publish(&app("extra", "1.0"));
    machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
    machine.kingbolt(["run", "--quiet", "--with", "extra", "hello"]).stdout("hello from hello 1.0\n").succeeds();
    assert!(machine.files().iter().any(|path| path.contains("apps/.hello-") && path.contains("extra-1.0.dist-info")));
}

/// The path of the first generation's record below the home directory.
fn record(machine: &Machine) -> String {
    let name = generations(machine)[0].file_name().expect("it has a name").to_string_lossy().into_owned();
    format!("kingbolt/apps/hello/records/{name}.toml")
}

fn generations(machine: &Machine) -> Vec<PathBuf> {
    let directory = machine.home().join("kingbolt/apps/hello/generations");
    let entries = fs::read_dir(directory).expect("an app has generations");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry can be read").path()).collect();
    paths.sort();
    paths
}

#[cfg(unix)]
#[test]
fn a_command_that_is_a_link_to_nowhere_is_missing() {
    let Some(Fixture { machine, .. }) = Fixture::installed() else { return };
    let command = machine.home().join("bin/hello");
    fs::remove_file(&command).expect("it was just made");
    std::os::unix::fs::symlink("/nowhere/hello", &command).expect("nothing is there");
    machine
        .kingbolt(["verify", "--quiet"])
        .stdout("hello 1.0: 1 problem\n    missing command  [HOME]/bin/hello\n")
        .stderr(
            "
            error: 1 of 1 app has changed or missing files
            hint: run `kingbolt verify --repair hello` to repair the damage
            ",
        )
        .exits(4);
    // Somebody made the link, and may still bring back its target.
    machine
        .kingbolt(["verify", "--repair", "--quiet"])
        .stdout("hello 1.0: 1 problem, 1 not repaired\n    missing command  [HOME]/bin/hello\n")
        .stderr(
            "
            error: 1 of 1 app has changed or missing files
            hint: commands that another program replaced were not changed; run `kingbolt install --force hello` to restore them
            ",
        )
        .exits(4);
    machine.kingbolt(["install", "--force", "hello", "--quiet"]).succeeds();
    machine.command("hello", [""; 0]).stdout("hello from hello 1.0\n").succeeds();
}
