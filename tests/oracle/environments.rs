//! Environments of every Python of this machine, beside those that `python -m venv --without-pip` makes: what the
//! interpreter knows of itself there, what shells are after activation, and what pip and uv see from outside.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::difference::{Meant, assert_only_meant};
use crate::samples::{Sample, lock_of};
use crate::shells;
use crate::support::{missing, skip};
use crate::tags::interpreters;
use crate::tools::{Form, Tools, ask_command, run, sync, tell};
use crate::tree::Tree;

#[test]
fn environments_are_those_that_venv_makes() {
    let Some(tools) = Tools::find() else { return };
    let workplace = Workplace::new(&tools);
    let mut differences = Vec::new();
    for python in pythons(Form::asked_for()) {
        let by_venv = workplace.made_by_venv(&python);
        let by_kingbolt = workplace.made_by_kingbolt(&python);
        let found = by_kingbolt.differences(&by_venv, "environment", |text| workplace.renamed(text, &python));
        tell(&format!("{}: {} facts, {} differ", python.display(), by_venv.len(), found.len()));
        differences.extend(found);
    }
    // Which of them occur depends on the Pythons and the shells of the machine.
    assert_only_meant(&differences, MEANT);
}

pub(crate) const MEANT: &[Meant] = &[
    Meant {
        kind: "environment",
        reason: "They tell git and backup programs to skip an environment; `venv` writes `.gitignore` from 3.13 on.",
        inputs: &[".gitignore", "CACHEDIR.TAG"],
    },
    Meant {
        kind: "environment",
        reason: "Kingbolt records the contents of an environment.",
        inputs: &["kingbolt.toml"],
    },
    Meant {
        kind: "environment",
        reason: "The names and the interpreter are the same; they differ only in which of them are links to others.",
        inputs: &["bin/python", "bin/python3", "bin/pythonX.Y", "bin/pypy", "bin/pypy3", "bin/python3.9"],
    },
    Meant {
        kind: "environment",
        reason: "`venv` creates this empty directory in advance. Kingbolt creates it if a wheel has headers.",
        inputs: &["include/pythonX.Y"],
    },
    Meant {
        kind: "environment",
        reason: "virtualenv and uv write these, and tools that list environments read them.",
        inputs: &["pyvenv.cfg: implementation", "pyvenv.cfg: version_info", "pyvenv.cfg: prompt"],
    },
    Meant { kind: "environment", reason: "`venv` writes it from 3.11 on.", inputs: &["pyvenv.cfg: executable"] },
    Meant {
        kind: "environment",
        reason: "Each tool records in its own way how the environment was created.",
        inputs: &["pyvenv.cfg: command", "pyvenv.cfg: kingbolt"],
    },
    Meant {
        kind: "environment",
        reason: "uv, which installed into the reference environment, leaves these behind.",
        inputs: &[
            ".lock",
            "after uv pip uninstall: .lock",
            "lib/pythonX.Y/site-packages/everything-1.0.dist-info/uv_cache.json",
            "after uv pip uninstall: lib/pythonX.Y/site-packages/everything-1.0.dist-info/uv_cache.json",
            "pip show --files everything:   everything-1.0.dist-info/uv_cache.json",
            "uv pip show --files everything:   everything-1.0.dist-info/uv_cache.json",
        ],
    },
    Meant {
        kind: "environment",
        reason: "`venv` exports the prompt to child shells, and does not restore it.",
        inputs: &[
            "bash, active: PS1",
            "bash, twice: PS1",
            "bash, left: PS1",
            "bash, plain: PS1",
            "bash, again: PS1",
            "dash, active: PS1",
            "dash, twice: PS1",
            "dash, left: PS1",
            "dash, plain: PS1",
            "dash, again: PS1",
            "zsh, active: PS1",
            "zsh, twice: PS1",
            "zsh, left: PS1",
            "zsh, plain: PS1",
            "zsh, again: PS1",
        ],
    },
    Meant {
        kind: "environment",
        reason: "An empty PYTHONHOME has no effect; `venv` unsets only non-empty ones.",
        inputs: &["bash, plain: PYTHONHOME", "dash, plain: PYTHONHOME", "zsh, plain: PYTHONHOME"],
    },
    Meant {
        kind: "environment",
        reason: "It is the text of the prompt, as in `venv` from 3.13 on; earlier it was in parentheses or missing.",
        inputs: &[
            "bash, active: VIRTUAL_ENV_PROMPT",
            "bash, twice: VIRTUAL_ENV_PROMPT",
            "bash, plain: VIRTUAL_ENV_PROMPT",
            "dash, active: VIRTUAL_ENV_PROMPT",
            "dash, twice: VIRTUAL_ENV_PROMPT",
            "dash, plain: VIRTUAL_ENV_PROMPT",
            "zsh, active: VIRTUAL_ENV_PROMPT",
            "zsh, twice: VIRTUAL_ENV_PROMPT",
            "zsh, plain: VIRTUAL_ENV_PROMPT",
            "fish, active: VIRTUAL_ENV_PROMPT",
            "fish, twice: VIRTUAL_ENV_PROMPT",
            "fish, plain: VIRTUAL_ENV_PROMPT",
            "tcsh, active: VIRTUAL_ENV_PROMPT",
            "tcsh, twice: VIRTUAL_ENV_PROMPT",
            "tcsh, plain: VIRTUAL_ENV_PROMPT",
        ],
    },
    Meant {
        kind: "environment",
        reason: "csh must unset PYTHONHOME, as other shells do, or Python does not start.",
        inputs: &["tcsh, active: PYTHONHOME", "tcsh, twice: PYTHONHOME", "tcsh, plain: PYTHONHOME"],
    },
    Meant {
        kind: "environment",
        reason: "All shells show the same prompt; `venv` of 3.8 uses brackets in csh, and that of 3.13 garbles the \
                 text in fish without colours.",
        inputs: &["tcsh, active: prompt", "tcsh, twice: prompt", "fish, active: prompt", "fish, twice: prompt"],
    },
];

/// The newest and the oldest Python of this machine, or all of them and those that `scripts/check --deep` brings.
fn pythons(form: Form) -> Vec<PathBuf> {
    let mut found = interpreters();
    found.sort_by(|one, other| one.version.cmp(&other.version));
    let mut paths: Vec<PathBuf> = found.into_iter().map(|interpreter| interpreter.executable).collect();
    match form {
        Form::Short => {
            let last = paths.len().saturating_sub(1);
            if last > 0 {
                paths.drain(1..last);
            }
        }
        Form::Long => {
            let standalone = "target/linux-python/org/bytedeco/cpython/linux-x86_64/bin/python3.13";
            let standalone = Path::new(env!("CARGO_MANIFEST_DIR")).join(standalone);
            let found = standalone.is_file().then_some(standalone);
            paths.extend(found.or_else(|| {
                missing("a standalone build of Python is not installed (scripts/check --deep installs it)")
            }));
        }
    }
    paths
}

/// Where environments are made, always at the same path, and a wheel to install into them.
struct Workplace<'a> {
    tools: &'a Tools,
    root: TempDir,
    wheel: PathBuf,
}

impl<'a> Workplace<'a> {
    fn new(tools: &'a Tools) -> Self {
        let root = TempDir::new().expect("a temporary directory");
        let (_, wheel) = Sample::with_everything(root.path());
        Self { tools, root, wheel }
    }

    fn made_by_venv(&self, python: &Path) -> Tree {
        let environment = self.environment();
        let made = run(Command::new(python).args(["-m", "venv", "--without-pip"]).arg(&environment));
        made.unwrap_or_else(|error| panic!("{}: {error}", python.display()));
        let places = ["--python", "--find-links"].map(OsStr::new);
        let options =
            ["pip", "install", "--quiet", "--offline", "--no-deps", "--no-index", "everything"].map(OsStr::new);
        let places = [places[0], environment.as_os_str(), places[1], self.root.path().as_os_str()];
        let installed = self.tools.uv(options.into_iter().chain(places));
        installed.unwrap_or_else(|error| panic!("uv, {}: {error}", python.display()));
        self.looked_at()
    }

    fn made_by_kingbolt(&self, python: &Path) -> Tree {
        let made = sync(&lock_of(&self.wheel), &self.environment(), python, self.root.path());
        made.unwrap_or_else(|error| panic!("kingbolt, {}: {error}", python.display()));
        self.looked_at()
    }

    /// Where and what Python is, and the workplace, have one name each.
    fn renamed(&self, text: &str, python: &Path) -> String {
        let name = python.file_name().expect("it is a file").to_string_lossy();
        let replaced = text.replace(&*python.to_string_lossy(), "PYTHON").replace(&*name, "pythonX.Y");
        replaced.replace(&*self.root.path().to_string_lossy(), "ROOT")
    }

    fn environment(&self) -> PathBuf {
        self.root.path().join("env")
    }

    /// Everything that can be seen of the environment, which is taken away.
    fn looked_at(&self) -> Tree {
        let environment = self.environment();
        let files = Tree::read(&environment).without_contents();
        let mut tree = files.clone();
        read_configuration(&mut tree, &environment);
        for (how, program, options) in WAYS {
            let mut command = Command::new(environment.join("bin").join(program));
            let facts: BTreeMap<String, String> = ask_command(command.args(*options), "environment.py", &());
            for (name, value) in facts {
                tree.insert(&format!("{how}: {name}"), value);
            }
        }
        shells::look(&mut tree, &environment, self.root.path());
        self.look_from_outside(&mut tree, &files);
        fs::remove_dir_all(&environment).expect("it is ours");
        tree
    }

    /// What pip and uv see, and what an uninstallation by pip leaves.
    fn look_from_outside(&self, tree: &mut Tree, before: &Tree) {
        let environment = self.environment();
        let place = environment.as_os_str();
        let mut add = |what: &str, told: Result<String, String>| {
            let told = told.unwrap_or_else(|error| panic!("{what}: {error}"));
            for line in told.lines() {
                tree.insert(&format!("{what}: {line}"), "printed");
            }
        };
        let with_pip = |arguments: &str| {
            let place = ["--python".as_ref(), place];
            self.tools.pip(place.into_iter().chain(arguments.split(' ').map(OsStr::new)))
        };
        let pip_runs = with_pip("--version").is_ok();
        if !pip_runs {
            skip("this Python is too old for pip");
        }
        for view in VIEWS {
            if pip_runs {
                add(&format!("pip {view}"), with_pip(view));
            }
            let uv = ["pip"].into_iter().chain(view.split(' ')).map(OsStr::new);
            add(&format!("uv pip {view}"), self.tools.uv(uv.chain(["--python".as_ref(), place])));
        }
        let find = ["python", "find", "--no-project"].map(AsRef::as_ref);
        add("uv python find", self.tools.uv(find.into_iter().chain([place])));
        let uninstall = ["pip", "uninstall", "--quiet", "everything", "--python"].map(AsRef::as_ref);
        add("uv pip uninstall", self.tools.uv(uninstall.into_iter().chain([place])));
        for (name, what) in Tree::read(&environment).without_contents().changed_from(before).entries() {
            tree.insert(&format!("after uv pip uninstall: {name}"), what);
        }
    }
}

/// Ways to start an environment's interpreter: a name for them, the command, and options.
const WAYS: &[(&str, &str, &[&str])] =
    &[("python", "python", &[]), ("python3 -I", "python3", &["-I"]), ("python -S", "python", &["-S"])];

/// Subcommands of pip, and of `uv pip`.
const VIEWS: &[&str] = &["list --format json", "freeze", "check", "show --files everything"];

fn read_configuration(tree: &mut Tree, environment: &Path) {
    let text = fs::read_to_string(environment.join("pyvenv.cfg")).expect("an environment has one");
    for line in text.lines() {
        let (key, value) = line.split_once(" = ").expect("a line has a key and a value");
        tree.insert(&format!("pyvenv.cfg: {key}"), value);
    }
}
