//! The executables that stand for commands on Windows. They work everywhere, so that their promises are tested
//! everywhere.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::support::{Python, skip};

const CONSOLE: &str = env!("CARGO_BIN_EXE_kingbolt-launcher");
const GUI: &str = env!("CARGO_BIN_EXE_kingbolt-launcher-gui");

/// What the command does: it writes its arguments and its input, or ends as it is told.
const SCRIPT: &str = r#"
import json, sys
if sys.argv[1:2] == ["exit"]:
    sys.exit(int(sys.argv[2]))
if sys.argv[1:2] == ["wait"]:
    print("started", flush=True)
    sys.stdin.read()
    print("survived", flush=True)
else:
    print(json.dumps(sys.argv[1:]), sys.stdin.read(), sep="\n")
"#;

/// A generation with one command, and a directory of commands whose launcher leads there.
struct Apps {
    directory: tempfile::TempDir,
}

impl Apps {
    fn new(python: &Python, launcher: &str) -> Self {
        let apps = Self { directory: directory() };
        let scripts = apps.scripts();
        for directory in [&apps.bin(), &scripts] {
            std::fs::create_dir_all(directory).expect("a directory");
            place(launcher, &directory.join(program("demo")));
        }
        apps.write("bin dir/demo.kingbolt", "kingbolt-launcher 1\npointer = ../demo/current\ncommand = demo\n");
        apps.write("demo/current", "generations/1-ab\n");
        let python = python.executable.to_str().expect("a path that is text");
        let sidecar = format!("kingbolt-launcher 1\npython = {python}\nscript = demo-script.py\n");
        std::fs::write(scripts.join("demo.kingbolt"), sidecar).expect("a sidecar");
        std::fs::write(scripts.join("demo-script.py"), SCRIPT).expect("a script");
        apps
    }

    fn bin(&self) -> PathBuf {
        self.directory.path().join("bin dir")
    }

    fn scripts(&self) -> PathBuf {
        self.directory.path().join("demo/generations/1-ab").join(if cfg!(windows) { "Scripts" } else { "bin" })
    }

    fn write(&self, path: &str, text: &str) {
        std::fs::write(self.directory.path().join(path), text).expect("a file");
    }
}

/// On the file system of the launchers.
fn directory() -> tempfile::TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a temporary directory")
}

/// Gives the launcher another name. A copy could not be started while another thread of these tests, which is just
/// starting a program, still has it open for writing.
fn place(launcher: &str, path: &Path) {
    std::fs::hard_link(launcher, path).expect("another name of the launcher");
}

fn program(name: &str) -> String {
    format!("{name}{}", std::env::consts::EXE_SUFFIX)
}

fn run(launcher: &Path, arguments: &[&str]) -> Output {
    let mut command = piped(Command::new(launcher));
    command.args(arguments).env("PYTHONUTF8", "1").output().expect("the launcher starts")
}

/// Pipes for everything, because wine's CPython starts neither on an empty device nor on a file.
fn piped(mut command: Command) -> Command {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).replace("\r\n", "\n")
}

#[test]
fn a_launcher_passes_every_argument_as_it_is() {
    let Some(python) = Python::newest() else { return };
    let arguments = ["a b", "q\"x", "back\\", "tail\\\\", "", "ü 文字", "%PATH%", "^&|<>", "*.py", "--flag=\\\"x\\\""];
    for launcher in [CONSOLE, GUI] {
        let apps = Apps::new(python, launcher);
        for directory in [apps.bin(), apps.scripts()] {
            let output = run(&directory.join(program("demo")), &arguments);
            let expected = serde_json::to_string(&arguments).expect("a list of texts");
            let told: Vec<String> =
                serde_json::from_str(text(&output.stdout).lines().next().unwrap_or_default()).expect("a list of texts");
            assert_eq!(serde_json::to_string(&told).expect("a list of texts"), expected);
            assert_eq!((text(&output.stderr), output.status.code()), (String::new(), Some(0)));
        }
    }
}

#[test]
fn a_launcher_passes_input_and_ends_as_its_command_ends() {
    let Some(python) = Python::newest() else { return };
    let apps = Apps::new(python, CONSOLE);
    let launcher = apps.bin().join(program("demo"));
    let mut child = piped(Command::new(&launcher)).spawn().expect("the launcher starts");
    std::io::Write::write_all(&mut child.stdin.take().expect("a pipe"), b"hello").expect("the command listens");
    assert_eq!(text(&child.wait_with_output().expect("it ends").stdout), "[]\nhello\n");
    for code in [0, 1, 3, 120] {
        assert_eq!(run(&launcher, &["exit", &code.to_string()]).status.code(), Some(code));
    }
}

#[test]
fn a_command_ends_with_its_launcher() {
    let Some(python) = Python::newest() else { return };
    let apps = Apps::new(python, CONSOLE);
    let mut command = piped(Command::new(apps.bin().join(program("demo"))));
    let mut child = command.arg("wait").spawn().expect("the launcher starts");
    let stdin = child.stdin.take();
    let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut line = String::new();
    stdout.read_line(&mut line).expect("the command writes");
    assert_eq!(line.trim_end(), "started");
    child.kill().expect("the launcher can be ended");
    child.wait().expect("the launcher ends");
    drop(stdin);
    let mut rest = String::new();
    stdout.read_to_string(&mut rest).expect("the pipe is closed");
    assert_eq!(rest, "");
}

#[test]
fn a_launcher_follows_the_pointer_to_another_generation() {
    let Some(python) = Python::newest() else { return };
    let apps = Apps::new(python, CONSOLE);
    let launcher = apps.bin().join(program("demo"));
    apps.write("demo/current", "generations/2-cd\n");
    assert_ne!(run(&launcher, &[]).status.code(), Some(0));
    let generation = apps.directory.path().join("demo/generations");
    std::fs::rename(generation.join("1-ab"), generation.join("2-cd")).expect("a rename");
    assert_eq!(run(&launcher, &["exit", "7"]).status.code(), Some(7));
}

#[test]
fn a_launcher_without_its_sidecar_says_so() {
    let directory = directory();
    let launcher = directory.path().join(program("demo"));
    place(CONSOLE, &launcher);
    let output = run(&launcher, &[]);
    let sidecar = directory.path().join("demo.kingbolt");
    let told = text(&output.stderr).replace('\\', "/");
    let expected = format!("kingbolt-launcher: failed to read `{}`: ", sidecar.display()).replace('\\', "/");
    assert_eq!(told.get(..expected.len()), Some(expected.as_str()), "{told}");
    assert_eq!((text(&output.stdout), output.status.code()), (String::new(), Some(1)));
}

#[test]
fn launchers_stay_small() {
    // Of a release build: without optimisation everything is several times larger.
    if cfg!(debug_assertions) {
        return skip("this is no release build");
    }
    for launcher in [CONSOLE, GUI] {
        assert!(std::fs::metadata(launcher).expect("it stands there").len() < 600_000);
    }
}
