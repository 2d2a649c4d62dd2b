//! A place for real installs: the environment is this machine's own, only Kingbolt's directories are temporary.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use tempfile::TempDir;

use crate::support::{Python, missing, skip};

/// Kingbolt's directories for one install on one Python.
pub(crate) struct Fixture {
    root: TempDir,
    python: &'static Python,
}

/// Runs a test on the newest three Pythons from 3.10 on, one after the other.
pub(crate) fn on_each_python(test: impl Fn(&Fixture)) {
    let pythons: Vec<&Python> = Python::all().iter().filter(|python| is_new_enough(python)).take(3).collect();
    let Some(newest) =
        pythons.first().or_else(|| missing("no Python from 3.10 on is installed (apt-get install python3)"))
    else {
        return;
    };
    if !index_answers(newest) {
        return missing("pip reaches no package index from here").unwrap_or_default();
    }
    if pythons.len() < 3 {
        skip(&format!("there are only {} of three Pythons", pythons.len()));
    }
    for python in pythons {
        let root = TempDir::new().expect("a temporary directory");
        test(&Fixture { root, python });
    }
}

/// What the packages here ask for.
fn is_new_enough(python: &Python) -> bool {
    let minor = python.version.split('.').nth(1).and_then(|minor| minor.parse::<u32>().ok());
    minor.is_some_and(|minor| minor >= 10)
}

/// Whether pip, which is configured the same way, reaches an index.
pub(crate) fn index_answers(python: &Python) -> bool {
    static ANSWER: OnceLock<bool> = OnceLock::new();
    *ANSWER.get_or_init(|| {
        let target = TempDir::new().expect("a temporary directory");
        let pip = Command::new(&python.executable)
            .args(["-m", "pip", "download", "--no-deps", "--no-cache-dir", "--quiet", "imednet", "--dest"])
            .arg(target.path())
            // Pipes, because wine's CPython does not start on an empty device.
            .stdin(Stdio::piped())
            .output();
        pip.is_ok_and(|output| output.status.success())
    })
}

impl Fixture {
    /// Runs Kingbolt on the fixture's Python; it must succeed.
    pub(crate) fn kingbolt(&self, arguments: &[&str]) -> String {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kingbolt"));
        command.args(arguments);
        if arguments[0] == "install" {
            command.arg("--python").arg(&self.python.executable);
        }
        self.output(command)
    }

    /// Runs an installed command; it must succeed.
    pub(crate) fn run(&self, name: &str, arguments: &[&str]) -> String {
        let mut command = Command::new(self.command_path(name));
        command.args(arguments);
        self.output(command)
    }

    /// Starts an installed command that goes on.
    pub(crate) fn start(&self, name: &str, arguments: &[&str]) -> Child {
        let mut command = Command::new(self.command_path(name));
        self.prepare(command.args(arguments)).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts")
    }

    /// Runs a program with the interpreter of an app's environment.
    pub(crate) fn run_python(&self, app: &str, program: &str) -> String {
        let generation = self.at("home/apps").join(app).join("current");
        // On Windows `current` is a text file that names the generation.
        let environment = match std::fs::read_to_string(&generation) {
            Ok(text) => generation.with_file_name(text.trim()),
            Err(_) => generation,
        };
        let python = if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" };
        let mut command = Command::new(environment.join(python));
        command.args(["-c", program]);
        self.output(command)
    }

    /// Where the launcher of a command stands.
    pub(crate) fn command_path(&self, name: &str) -> PathBuf {
        self.at("bin").join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
    }

    /// The directories of apps.
    pub(crate) fn apps(&self) -> Vec<String> {
        let Ok(entries) = std::fs::read_dir(self.at("home/apps")) else { return Vec::new() };
        entries.map(|entry| entry.expect("it can be read").file_name().to_string_lossy().into_owned()).collect()
    }

    fn output(&self, mut command: Command) -> String {
        let output = self.prepare(&mut command).stdin(Stdio::piped()).output().expect("it starts");
        let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
        let (code, version) = (output.status.code(), &self.python.version);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(code, Some(0), "{command:?} on Python {version}\n{stdout}{stderr}");
        stdout
    }

    /// Programs keep their state here too, not in the home directory of whoever runs the test.
    fn prepare<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        let places = [
            ("KINGBOLT_HOME", "home"),
            ("KINGBOLT_BIN_DIR", "bin"),
            ("KINGBOLT_CACHE_DIR", "cache"),
            ("JUPYTER_CONFIG_DIR", "jupyter"),
            ("JUPYTER_DATA_DIR", "jupyter"),
            ("JUPYTER_RUNTIME_DIR", "jupyter"),
            ("IPYTHONDIR", "ipython"),
            ("MPLCONFIGDIR", "matplotlib"),
            ("HF_HOME", "huggingface"),
            ("HTTPIE_CONFIG_DIR", "httpie"),
            ("BLACK_CACHE_DIR", "black"),
        ];
        command.envs(places.map(|(name, place)| (name, self.at(place)))).current_dir(self.root.path())
    }

    fn at(&self, path: &str) -> PathBuf {
        let root: &Path = self.root.path();
        root.join(path)
    }
}
