//! Files of the person in the directory of an environment of `sync`: they stay where they are, whatever changes.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::support::{BuiltWheel, Fixture, Index, Machine, Wheel, hello, listing, lock, other};

const SCRIPTS: &str = if cfg!(windows) { "Scripts" } else { "bin" };

#[test]
#[cfg(target_os = "linux")]
fn a_dry_run_of_sync_names_the_files_that_go_and_those_that_stay() {
    let Some(fixture) = with_own_files() else { return };
    let machine = &fixture.machine;
    let library = library(machine);
    let before = machine.files();
    let below = |path: &str| format!("  [HOME]/{library}/{path}\n");
    let kept = ["hello/notes.txt", "other/__pycache__/own.cpython-312.pyc", "own.py"].map(below).concat();
    let removed = [
        "hello/__init__.py",
        "hello/__pycache__/",
        "hello-1.0.dist-info/",
        "other/__init__.py",
        "other/__pycache__/__init__.cpython-312.opt-1.pyc",
        "other-2.1.dist-info/",
    ];
    let mut removed = removed.map(below).to_vec();
    removed.sort();
    let top = [".gitignore", "CACHEDIR.TAG", "bin/", "include/", "kingbolt.toml"]
        .map(|name| format!("  [HOME]/env/{name}\n"));
    let last = ["lib64", "pyvenv.cfg"].map(|name| format!("  [HOME]/env/{name}\n"));
    let expected = format!(
        "[HOME]/env on Python [PYTHON VERSION] ([PYTHON])\n  hello 2.0\nRemoves:\n{}{}{}Keeps:\n  [HOME]/env/.git/\n{kept}  [HOME]/env/thesis.tex\n",
        top.concat(),
        removed.concat(),
        last.concat(),
    );
    machine.kingbolt(["sync", "pylock.toml", "--into", "env", "--dry-run"]).stdout(&expected).succeeds();
    assert_eq!(machine.files(), before);
}

#[test]
fn a_thesis_in_an_environment_stays_when_the_lock_changes_and_is_named() {
    let Some(fixture) = with_own_files() else { return };
    let machine = &fixture.machine;
    let library = library(machine);
    let named = ["env/.git".to_owned()]
        .into_iter()
        .chain(
            ["hello/notes.txt", "other/__pycache__/own.cpython-312.pyc", "own.py"]
                .map(|path| format!("{library}/{path}")),
        )
        .chain(["env/thesis.tex".to_owned()])
        .map(|path| format!("Kept [HOME]/{path}, which Kingbolt did not create\n"));
    let expected = format!(
        "Downloaded 1 wheel ([SIZE]) in [TIME]\nInstalled 1 package in [TIME]\n[HOME]/env: 1 package, [SIZE], Python [PYTHON VERSION], [TIME]\n{}",
        named.collect::<String>(),
    );
    machine.kingbolt(["sync", "pylock.toml", "--into", "env"]).stderr(&expected).succeeds();
    assert_eq!(fs::read_to_string(machine.home().join("env/thesis.tex")).ok().as_deref(), Some("years of work"));
    assert_eq!(fs::read_to_string(machine.home().join("env/.git/HEAD")).ok().as_deref(), Some("years of work"));
    for (path, is_there) in [
        ("hello/__pycache__", false),
        ("hello/notes.txt", true),
        ("other/__init__.py", false),
        ("other/__pycache__/__init__.cpython-312.opt-1.pyc", false),
        ("other/__pycache__/own.cpython-312.pyc", true),
        ("own.py", true),
    ] {
        assert_eq!(machine.home().join(format!("{library}/{path}")).exists(), is_there, "{path}");
    }
    says(machine, "env", "hello from hello 2.0");
    let json = machine.kingbolt(["sync", "pylock.toml", "--into", "env", "--force", "--json", "--quiet"]).json();
    assert_eq!(json["kept"].as_array().map(Vec::len), Some(5), "{json}");
}

#[test]
fn a_file_of_the_person_where_the_new_environment_needs_one_is_not_replaced() {
    let more = Wheel::new("hello", "2.0").file("hello/more.py", "").console("hello", "hello:main").build();
    let Some(fixture) = synced(&[hello("1.0")]) else { return };
    let machine = &fixture.machine;
    let path = format!("{}/hello/more.py", library(machine));
    machine.write(&path, "years of work");
    let before = environment(machine, "env");
    relock(&fixture, std::slice::from_ref(&more));
    let refused = format!(
        "
        error: `[HOME]/{path}` was not created by Kingbolt, and the new environment needs its path
        hint: move it away, or choose another directory
        "
    );
    machine.kingbolt(["sync", "pylock.toml", "--into", "env", "--quiet"]).stderr(&refused).exits(8);
    assert_eq!(environment(machine, "env"), before);
    says(machine, "env", "hello from hello 1.0");
    // The same content is no loss.
    machine.write(&path, "");
    machine.kingbolt(["sync", "pylock.toml", "--into", "env", "--quiet"]).succeeds();
    fs::remove_file(machine.home().join(&path)).expect("it is there");
    machine.kingbolt(["sync", "pylock.toml", "--into", "env", "--force", "--quiet"]).succeeds();
    assert!(machine.home().join(&path).exists());
}

#[test]
fn an_environment_that_the_home_does_not_know_loses_only_files_that_are_as_they_were_written() {
    for (into, is_home_lost) in [("env", true), ("clone", false)] {
        let Some(fixture) = synced(&[hello("1.0"), other()]) else { return };
        let machine = &fixture.machine;
        if is_home_lost {
            fs::remove_dir_all(machine.home().join("kingbolt")).expect("it was made");
        } else {
            // With its record, which names an environment that the home knows in another directory.
            fs::rename(machine.home().join("env"), machine.home().join("clone")).expect("it was made");
        }
        let library = library_in(machine, into);
        let own = [format!("{into}/thesis.tex"), format!("{library}/other/__init__.py")];
        for path in &own {
            machine.write(path, "years of work");
        }
        relock(&fixture, &[hello("2.0")]);
        let expected = format!(
            "Kept [HOME]/{library}/other/__init__.py, which Kingbolt did not create\nKept [HOME]/{into}/thesis.tex, which Kingbolt did not create\n"
        );
        let outcome = machine.kingbolt(["sync", "pylock.toml", "--into", into]).outcome();
        assert_eq!(outcome.code, Some(0), "{outcome:?}");
        assert_eq!(outcome.stderr.lines().skip(3).map(|line| line.to_owned() + "\n").collect::<String>(), expected);
        let left = environment(machine, into);
        assert!(left.iter().all(|path| !path.contains("hello-1.0") && !path.contains("other-2.1")), "{left:?}");
        for path in &own {
            assert_eq!(fs::read_to_string(machine.home().join(path)).ok().as_deref(), Some("years of work"));
        }
        says(machine, into, "hello from hello 2.0");
        // From here on it is known.
        machine.write(&format!("{library}/hello/__init__.py"), "edited");
        machine.kingbolt(["sync", "pylock.toml", "--into", into, "--force", "--quiet"]).succeeds();
        says(machine, into, "hello from hello 2.0");
    }
}

#[test]
fn an_environment_that_the_home_does_not_know_is_not_taken_for_unchanged() {
    let Some(fixture) = synced(&[hello("1.0")]) else { return };
    let machine = &fixture.machine;
    fs::remove_dir_all(machine.home().join("kingbolt/environments")).expect("the home has it");
    let module = machine.home().join(library(machine)).join("hello/__init__.py");
    fs::remove_file(&module).expect("it was installed");
    fs::write(&module, "def main():\n    print('planted')\n").expect("the environment can be filled");
    let in_the_way = format!(
        "
        error: `[HOME]/{}/hello/__init__.py` was not created by Kingbolt, and the new environment needs its path
        hint: move it away, or choose another directory
        ",
        library(machine)
    );
    machine.kingbolt(["sync", "pylock.toml", "--into", "env", "--quiet"]).stderr(&in_the_way).exits(8);
    fs::remove_file(&module).expect("it was just written");
    machine.kingbolt(["sync", "pylock.toml", "--into", "env", "--quiet"]).succeeds();
    says(machine, "env", "hello from hello 1.0");
}

#[test]
fn an_environment_as_0_1_0_wrote_it_is_changed_as_a_whole() {
    let Some(fixture) = synced(&[hello("1.0"), other()]) else { return };
    let machine = &fixture.machine;
    let record = machine.home().join("env/kingbolt.toml");
    let text = fs::read_to_string(&record).expect("it was made");
    let parts = text.split("\n[[").filter(|part| !part.starts_with("own]]")).collect::<Vec<_>>().join("\n[[");
    let lines = parts.lines().filter(|line| !line.starts_with("environment = ") && !line.starts_with("directories = "));
    fs::write(&record, lines.collect::<Vec<_>>().join("\n") + "\n").expect("it was made");
    fs::remove_dir_all(machine.home().join("kingbolt")).expect("it was made");
    let configuration = machine.home().join("env/pyvenv.cfg");
    let text = fs::read_to_string(&configuration).expect("it was made");
    let version = format!("kingbolt = {}", env!("CARGO_PKG_VERSION"));
    assert!(text.contains(&version), "{text}");
    fs::write(&configuration, text.replace(&version, "kingbolt = 0.0.9")).expect("it was made");
    relock(&fixture, &[hello("2.0")]);
    machine
        .kingbolt(["sync", "pylock.toml", "--into", "env"])
        .stderr(
            "
            Downloaded 1 wheel ([SIZE]) in [TIME]
            Installed 1 package in [TIME]
            [HOME]/env: 1 package, [SIZE], Python [PYTHON VERSION], [TIME]
            ",
        )
        .succeeds();
    let changed = environment(machine, "env");
    machine.kingbolt(["sync", "pylock.toml", "--into", "fresh", "--quiet"]).succeeds();
    assert_eq!(changed, environment(machine, "fresh"));
    says(machine, "env", "hello from hello 2.0");
}

#[test]
fn a_record_of_somebody_else_makes_no_environment() {
    let Some(fixture) = synced(&[hello("1.0")]) else { return };
    let machine = &fixture.machine;
    let record = fs::read_to_string(machine.home().join("env/kingbolt.toml")).expect("it was made");
    let outside = record.replace("path = \"pyvenv.cfg\"", "path = \"../pylock.toml\"");
    let without_id: String =
        record.lines().filter(|line| !line.starts_with("environment = ")).map(|line| line.to_owned() + "\n").collect();
    for (name, text) in
        [("outside", outside), ("older", without_id), ("id", record.replace("environment = \"", "environment = \"x"))]
    {
        machine.write(&format!("{name}/kingbolt.toml"), text);
        machine.write(&format!("{name}/thesis.tex"), "years of work");
        let refused = format!(
            "
            error: `[HOME]/{name}` is not empty and was not created by Kingbolt
            hint: choose another directory, or empty this one
            "
        );
        machine.kingbolt(["sync", "pylock.toml", "--into", name, "--quiet"]).stderr(&refused).exits(8);
        assert_eq!(environment(machine, name), ["kingbolt.toml", "thesis.tex"]);
    }
}

#[test]
#[cfg(unix)]
fn a_link_that_the_person_put_in_the_place_of_a_directory_is_not_followed() {
    let Some(fixture) = synced(&[hello("1.0")]) else { return };
    let machine = &fixture.machine;
    fs::rename(machine.home().join("env/lib"), machine.home().join("elsewhere")).expect("it was made");
    std::os::unix::fs::symlink("../elsewhere", machine.home().join("env/lib")).expect("a link can be made");
    let before = listing(&machine.home().join("elsewhere"));
    machine
        .kingbolt(["sync", "pylock.toml", "--into", "env", "--quiet", "--force"])
        .stderr(
            "
            error: `[HOME]/env/lib` was not created by Kingbolt, and the new environment needs its path
            hint: move it away, or choose another directory
            ",
        )
        .exits(8);
    assert_eq!(listing(&machine.home().join("elsewhere")), before);
    says(machine, "env", "hello from hello 1.0");
}

#[test]
fn an_environment_whose_directory_is_gone_is_forgotten_and_one_that_stands_is_not() {
    let Some(fixture) = synced(&[hello("1.0")]) else { return };
    let machine = &fixture.machine;
    let known = |machine: &Machine| machine.files().iter().filter(|path| path.contains("/environments/")).count();
    machine.kingbolt(["cache", "clear", "--quiet"]).succeeds();
    assert_eq!(known(machine), 1);
    fs::remove_dir_all(machine.home().join("env")).expect("it was made");
    machine.kingbolt(["cache", "clear", "--quiet"]).succeeds();
    assert_eq!(machine.everything(), ["pylock.toml"]);
}

#[test]
fn the_root_of_a_file_system_can_be_an_environment() {
    let Some(fixture) = locked(&[hello("1.0")]) else { return };
    let machine = &fixture.machine;
    fs::create_dir_all(machine.home().join("env/lost+found")).expect("home can be filled");
    for _ in 0..2 {
        machine.kingbolt(["sync", "pylock.toml", "--into", "env", "--quiet", "--force"]).succeeds();
        says(machine, "env", "hello from hello 1.0");
    }
    assert!(machine.home().join("env/lost+found").is_dir());
}

/// A directory in which an environment of `hello` 1.0 and `other` stands beside files of the person, with a lock of `hello`
/// 2.0 alone.
fn with_own_files() -> Option<Fixture> {
    let fixture = synced(&[hello("1.0"), other()])?;
    let machine = &fixture.machine;
    let library = library(machine);
    for path in ["env/thesis.tex", "env/.git/HEAD", &format!("{library}/own.py"), &format!("{library}/hello/notes.txt")]
    {
        machine.write(path, "years of work");
    }
    // Bytecode of ours, and some of the person's.
    machine.write(&format!("{library}/hello/__pycache__/__init__.cpython-312.pyc"), "");
    machine.write(&format!("{library}/other/__pycache__/__init__.cpython-312.opt-1.pyc"), "");
    machine.write(&format!("{library}/other/__pycache__/own.cpython-312.pyc"), "");
    relock(&fixture, &[hello("2.0")]);
    Some(fixture)
}

/// An environment `env` of these wheels.
pub(crate) fn synced(wheels: &[BuiltWheel]) -> Option<Fixture> {
    let fixture = locked(wheels)?;
    fixture.machine.kingbolt(["sync", "pylock.toml", "--into", "env", "--quiet"]).succeeds();
    Some(fixture)
}

/// A lock of these wheels, which are served.
fn locked(wheels: &[BuiltWheel]) -> Option<Fixture> {
    let fixture = Fixture::on(Machine::new().without_bytecode(), Index::complete(), wheels)?;
    fixture.machine.write("pylock.toml", lock(&fixture.index, wheels));
    Some(fixture)
}

pub(crate) fn relock(fixture: &Fixture, wheels: &[BuiltWheel]) {
    for wheel in wheels {
        fixture.index.publish(wheel);
    }
    fixture.machine.write("pylock.toml", lock(&fixture.index, wheels));
}

/// The files below a directory of the home directory.
pub(crate) fn environment(machine: &Machine, name: &str) -> Vec<String> {
    listing(&machine.home().join(name))
}

/// The directory of the packages of the environment `env`, below the home directory.
pub(crate) fn library(machine: &Machine) -> String {
    library_in(machine, "env")
}

fn library_in(machine: &Machine, name: &str) -> String {
    let files = environment(machine, name);
    let module = files.iter().find(|path| path.ends_with("/hello/__init__.py")).expect("it is installed");
    format!("{name}/{}", module.trim_end_matches("/hello/__init__.py"))
}

/// Runs `hello` in an environment with the interpreter of that environment: it may have been moved.
#[track_caller]
pub(crate) fn says(machine: &Machine, name: &str, expected: &str) {
    let at = |file: &str| -> PathBuf { machine.home().join(name).join(SCRIPTS).join(file) };
    let python = at(if cfg!(windows) { "python.exe" } else { "python" });
    let mut command = Command::new(python);
    command.args(["-B", "-c", "import hello; hello.main()"]).env_clear();
    let output = command.output().expect("it can be started");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(said.trim(), expected, "{}", String::from_utf8_lossy(&output.stderr));
}
