//! Environments of the interpreters of this machine, beside those that the interpreters' own `venv` makes.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::create::write;
use super::{Layout, Options};
use crate::host::{Command, Host, Silent};
use crate::parts::missing;
#[cfg(unix)]
use crate::platform::Implementation;
use crate::python::{Interpreter, PythonRequest, Search, discover};

/// Prints an interpreter's view of its environment, line by line.
const FACTS: &str = r#"
import json, site, sys, sysconfig
def tell(name, value):
    print(name, json.dumps(value, sort_keys=True))
for name in ("prefix", "exec_prefix", "base_prefix", "base_exec_prefix", "executable", "_base_executable", "path"):
    tell("sys." + name, getattr(sys, name))
tell("sys.flags", repr(sys.flags))
tell("paths", sysconfig.get_paths())
if hasattr(sysconfig, "get_default_scheme"):
    tell("scheme", sysconfig.get_default_scheme())
for name in ("prefix", "base", "platbase", "installed_base", "installed_platbase", "projectbase", "BINDIR"):
    tell("variable " + name, sysconfig.get_config_var(name))
tell("config.h", sysconfig.get_config_h_filename())
tell("site", [site.getsitepackages(), site.ENABLE_USER_SITE])
import ctypes, hashlib, zlib
"#;

/// A directory's name that is hard on everything that splits, quotes or encodes.
const LONG: &str = "a path with spaces, Zoë, 文字 and";

/// The interpreters of this machine. Under wine the only one is named by a variable.
fn interpreters() -> &'static [Interpreter] {
    static FOUND: OnceLock<Vec<Interpreter>> = OnceLock::new();
    FOUND.get_or_init(|| {
        let host = Host::real();
        let cache = tempfile::tempdir().unwrap();
        let named = host.environment.var("KINGBOLT_TEST_PYTHON");
        let request = named.map_or(PythonRequest::Any, |path| PythonRequest::Path(path.into()));
        let found = discover(&host, &request, &Search { cache_dir: Some(cache.path()), ..Search::default() }, &Silent)
            .unwrap()
            .found;
        if found.is_empty() {
            return missing("no Python is installed (apt-get install python3)").unwrap_or_default();
        }
        found
    })
}

fn written(interpreter: &Interpreter, root: &Path) -> Layout {
    let layout = Layout::of(interpreter, root);
    write(&Host::real(), interpreter, &layout, &Options::default()).unwrap();
    layout
}

/// The output of a program; `Err` with its messages if it fails.
fn output(program: &Path, arguments: &[&str]) -> Result<String, String> {
    let mut command = Command::new(program, arguments);
    command.time_limit = std::time::Duration::from_mins(2);
    for name in ["PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__"] {
        command.variables.push((name.into(), None));
    }
    let output = Host::real().processes.capture(&command).unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace("\r\n", "\n");
    if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) }
}

/// The facts of an environment, with its root replaced.
fn facts(python: &Path, root: &Path) -> String {
    let told = output(python, &["-c", FACTS]).unwrap_or_else(|error| panic!("{}: {error}", python.display()));
    told.replace(&serde_json::to_string(root).unwrap().trim_matches('"').to_owned(), "ROOT")
}

/// An environment that the interpreter's own `venv` made.
fn reference(interpreter: &Interpreter, root: &Path) -> Option<PathBuf> {
    let made = output(&interpreter.executable, &["-m", "venv", "--without-pip", root.to_str().unwrap()]);
    match made {
        Ok(_) => Some(Layout::of(interpreter, root).python),
        Err(error) => {
            let last = error.lines().last().unwrap_or_default();
            missing(&format!("`{}` has no `venv` that works: {last}", interpreter.executable.display()))
        }
    }
}

#[test]
fn an_environment_behaves_as_one_that_venv_made() {
    for interpreter in interpreters() {
        let parent = tempfile::tempdir().unwrap();
        let parent = Host::real().files.canonical(parent.path()).unwrap();
        let (own, other) = (parent.join("own"), parent.join("other"));
        let layout = written(interpreter, &own);
        if let Some(python) = reference(interpreter, &other) {
            assert_eq!(facts(&layout.python, &own), facts(&python, &other), "{}", interpreter.executable.display());
        }
    }
}

#[test]
fn an_environment_has_its_directories_where_its_layout_says() {
    for interpreter in interpreters() {
        let parent = tempfile::tempdir().unwrap();
        let root = Host::real().files.canonical(parent.path()).unwrap().join("env");
        let layout = written(interpreter, &root);
        let asked = "import sys, sysconfig; p = sysconfig.get_paths(); print(sys.prefix); \
                     [print(p[name]) for name in ('purelib', 'platlib', 'scripts', 'data')]";
        let told = output(&layout.python, &["-c", asked]).unwrap();
        let expected = [&root, &layout.purelib, &layout.platlib, &layout.scripts, &layout.data];
        assert_eq!(told.lines().map(Path::new).collect::<Vec<_>>(), expected);
    }
}

#[test]
fn an_environment_may_stand_in_any_directory() {
    for interpreter in interpreters() {
        let parent = tempfile::tempdir().unwrap();
        let parent = Host::real().files.canonical(parent.path()).unwrap();
        // Windows allows 260 characters for the whole path of a program.
        let depth = if cfg!(windows) { 2 } else { 6 };
        let root = (0..depth).fold(parent, |path, _| path.join(LONG)).join("env = $HOME 'x'");
        let layout = written(interpreter, &root);
        let told = output(&layout.python, &["-X", "utf8", "-c", "import sys; print(sys.prefix)"]).unwrap();
        assert_eq!(Path::new(told.trim_end()), root, "{}", interpreter.executable.display());
    }
}

#[cfg(unix)]
#[test]
fn pip_and_uv_know_an_environment() {
    let host = Host::real();
    let uv = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/oracles/bin/uv");
    let uv = Some(uv).filter(|path| host.files.is_file(path));
    let uv = uv.or_else(|| missing("uv is not installed (scripts/check installs it)"));
    // PyPy has packages in its standard library. Both programs take their time: the newest and the oldest must do.
    let is_bare = |interpreter: &&Interpreter| interpreter.implementation == Implementation::CPython;
    let bare: Vec<_> = interpreters().iter().filter(is_bare).collect();
    for interpreter in bare.first().into_iter().chain(bare.last()) {
        let parent = tempfile::tempdir().unwrap();
        let root = host.files.canonical(parent.path()).unwrap().join("env");
        let python = written(interpreter, &root).python;
        let (root, python) = (root.to_str().unwrap(), python.to_str().unwrap());
        let pip = ["-m", "pip", "--python", root, "--disable-pip-version-check", "--no-cache-dir", "list"];
        let (executable, listed) = (interpreter.executable.display(), output(&interpreter.executable, &pip));
        let listed =
            listed.map_or_else(|error| missing(&format!("`{executable}` has no pip that works: {error}")), Some);
        if let Some(listed) = listed {
            assert_eq!(listed, "", "pip, {executable}");
        }
        if let Some(uv) = &uv {
            assert_eq!(output(uv, &["pip", "list", "--no-cache", "--python", python]), Ok(String::new()));
        }
    }
}

#[cfg(unix)]
#[test]
fn an_interpreter_may_stand_in_a_directory_with_spaces() {
    let host = Host::real();
    for interpreter in interpreters() {
        let parent = tempfile::tempdir().unwrap();
        let parent = host.files.canonical(parent.path()).unwrap();
        let (prefix, root) = (parent.join("my Python = ü"), parent.join("env"));
        host.files.symlink(&interpreter.prefix, &prefix).unwrap();
        let Ok(inner) = interpreter.executable.strip_prefix(&interpreter.prefix) else { continue };
        let moved = Interpreter { executable: prefix.join(inner), ..interpreter.clone() };
        let layout = written(&moved, &root);
        let told = output(&layout.python, &["-c", "import sys; print(sys.prefix)"]).unwrap();
        assert_eq!(Path::new(told.trim_end()), root, "{}", interpreter.executable.display());
    }
}
