//! Programs of an app that run: what counts as such, and what does not.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::support::users::{another_user, open_to_others};
use crate::support::{Fixture, Machine, Python};

/// Prepares a process, given the generation and a Python.
type Start = fn(&Path, &Path) -> Command;

/// What other processes of the user do with a generation.
#[test]
fn an_app_is_in_use_by_what_a_process_really_has_open_or_runs() {
    let Some(python) = Python::newest() else { return };
    let cases: [(&str, Start, bool); 7] = [
        ("a path among its arguments", |generation, _| shell(Path::new(SHELL), Some(generation)), false),
        ("a path as its name alone", |generation, _| renamed(&generation.join("bin/python")), false),
        ("its interpreter", |generation, _| waiting(&generation.join("bin/python"), "", generation), true),
        ("an open file", |generation, python| waiting(python, "f = open(g + '/pyvenv.cfg')", generation), true),
        ("a mapped file", |generation, python| waiting(python, MAPPED, generation), true),
        ("its working directory", |generation, _| in_directory(generation), true),
        ("a program in it", |generation, _| copied(generation), true),
    ];
    for (what, start, is_in_use) in cases {
        let Some(Fixture { machine, .. }) = Fixture::hello() else { return };
        machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
        let _running = Running::start(start(&generation(&machine), &python.executable));
        let outcome = machine.kingbolt(["uninstall", "hello", "--quiet"]).outcome();
        let refused = "error: `hello` is in use\nhint: quit all programs of `hello`, then try again\n";
        let expected = if is_in_use { (Some(7), refused) } else { (Some(0), "") };
        assert_eq!((what, outcome.code, outcome.stderr.as_str()), (what, expected.0, expected.1));
    }
}

/// Anybody could keep the apps of a home that can be read from being upgraded and removed.
#[test]
fn what_another_user_does_with_an_app_does_not_keep_it() {
    let Some(()) = another_user() else { return };
    let Some(Fixture { machine, .. }) = Fixture::hello() else { return };
    machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
    open_to_others(&machine);
    let generation = generation(&machine);
    let mut other = Command::new("/usr/bin/setpriv");
    other.args([
        "--reuid=65534",
        "--regid=65534",
        "--clear-groups",
        "/bin/sh",
        "-c",
        "echo; read line; exec sleep 60",
        "sh",
    ]);
    other.arg(generation.join("bin/python")).current_dir(&generation);
    other.stdin(File::open(generation.join("pyvenv.cfg")).expect("it is there"));
    let _running = Running::start(other);
    machine.kingbolt(["uninstall", "hello", "--quiet"]).succeeds();
}

const SHELL: &str = "/bin/sh";

const MAPPED: &str =
    "import mmap\nwith open(g + '/pyvenv.cfg') as f: m = mmap.mmap(f.fileno(), 0, prot=mmap.PROT_READ)";

/// A process that runs until this is dropped.
struct Running(Child);

impl Running {
    /// Starts a process, which says something when it is ready.
    fn start(mut command: Command) -> Self {
        use std::io::{BufRead, BufReader};
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("it is a pipe")).read_line(&mut line).expect("it is text");
        Self(child)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // One that has ended needs no signal.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The only generation of `hello`.
fn generation(machine: &Machine) -> PathBuf {
    let pointer = machine.home().join("kingbolt/apps/hello/current");
    pointer.canonicalize().expect("it is installed")
}

/// A shell that waits.
fn shell(program: &Path, argument: Option<&Path>) -> Command {
    let mut command = Command::new(program);
    command.args(["-c", "echo; read line", "sh"]).args(argument).stdin(Stdio::piped());
    command
}

fn in_directory(generation: &Path) -> Command {
    let mut command = shell(Path::new(SHELL), None);
    command.current_dir(generation);
    command
}

/// A program that bears another name.
fn renamed(name: &Path) -> Command {
    let mut command = Command::new("/bin/bash");
    command.args(["-c", "echo; exec -a \"$1\" /bin/sleep 60", "bash"]).arg(name);
    command
}

/// A Python that runs some lines, in which `g` is the generation, and waits.
fn waiting(python: &Path, lines: &str, generation: &Path) -> Command {
    let mut command = Command::new(python);
    let program = format!("import sys, time\ng = sys.argv[1]\n{lines}\nprint(flush=True)\ntime.sleep(60)");
    command.args(["-c", &program]).arg(generation);
    command
}

/// A program that lies in the generation.
fn copied(generation: &Path) -> Command {
    let path = generation.join("bin/copied");
    fs::copy(SHELL, &path).expect("the generation can be written");
    shell(&path, None)
}
