//! The programs of an environment: links to or copies of those of the base installation.

use std::path::{Path, PathBuf};

use super::step::Step;
use super::{Layout, VenvError};
use crate::platform::{Implementation, Os};
use crate::python::Interpreter;

/// The files of a base installation on Windows: names in their original spelling.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct BaseInstallation {
    /// In the directory of the interpreter.
    pub(super) home: Vec<String>,
    /// In the standard library's directory of the programs that `venv` copies.
    pub(super) redirectors: Vec<String>,
}

/// Where the standard library keeps the programs that `venv` copies on Windows.
pub(super) fn redirector_directory(interpreter: &Interpreter) -> PathBuf {
    ["venv", "scripts", "nt"].iter().fold(interpreter.stdlib.clone(), |path, part| path.join(part))
}

/// The steps that put the interpreter's programs into the directory of scripts.
pub(super) fn interpreter_steps(
    interpreter: &Interpreter,
    layout: &Layout,
    base: &BaseInstallation,
) -> Result<Vec<Step>, VenvError> {
    match layout.os {
        Os::Linux | Os::MacOs => Ok(links(interpreter, layout)),
        Os::Windows => copies(interpreter, layout, base),
    }
}

/// `python` leads to the base installation, every other name to `python`.
fn links(interpreter: &Interpreter, layout: &Layout) -> Vec<Step> {
    let link = |target: &Path, name: &str| Step::Link { target: target.into(), path: layout.scripts.join(name) };
    let mut steps = vec![link(&interpreter.executable, "python")];
    steps.extend(other_names(interpreter).iter().map(|name| link(Path::new("python"), name)));
    steps
}

/// The names besides `python` that the implementation's own `venv` gives.
fn other_names(interpreter: &Interpreter) -> Vec<String> {
    let (major, minor) = interpreter.minor_version();
    let mut names = vec![format!("python{major}"), format!("python{major}.{minor}")];
    if interpreter.free_threaded {
        names.push(format!("python{major}.{minor}t"));
    }
    match interpreter.implementation {
        Implementation::GraalPy => names.push("graalpy".into()),
        Implementation::PyPy => names.extend(["pypy".into(), format!("pypy{major}"), format!("pypy{major}.{minor}")]),
        Implementation::CPython | Implementation::Other(_) => {}
    }
    names
}

/// Windows finds the DLLs of a program beside it, so that a link to the base's `python.exe` would not start. The base
/// brings small programs that start it from elsewhere; where it does not, the program itself and its DLLs are copied,
/// as `venv` did before Python 3.7.2.
fn copies(interpreter: &Interpreter, layout: &Layout, base: &BaseInstallation) -> Result<Vec<Step>, VenvError> {
    let suffixes = Suffixes::of(interpreter);
    let redirectors = redirector_directory(interpreter);
    let find = |kind| present(&base.redirectors, &suffixes.redirectors(kind)).map(|name| redirectors.join(name));
    if let (Some(console), Some(windowed)) = (find(Subsystem::Console), find(Subsystem::Windowed)) {
        return Ok(programs(layout, &suffixes, &console, &windowed));
    }
    let home = interpreter.executable.parent().unwrap_or(Path::new(""));
    let name = interpreter.executable.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let Some(console) = present(&base.home, &[name.to_owned(), suffixes.program("python")]) else {
        return Err(VenvError::Incomplete { home: home.to_owned() });
    };
    let windowed = present(&base.home, &[suffixes.program("pythonw")]).unwrap_or(console);
    let mut steps = programs(layout, &suffixes, &home.join(console), &home.join(windowed));
    let beside = base.home.iter().filter(|name| is_loaded(name, &base.home));
    steps.extend(beside.map(|name| Step::Copy { original: home.join(name), path: layout.scripts.join(name) }));
    Ok(steps)
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Subsystem {
    Console,
    Windowed,
}

/// The suffixes of program names: `t` for a free-threaded build, `_d` for a debug build.
struct Suffixes {
    version: String,
    threads: &'static str,
    debug: &'static str,
}

impl Suffixes {
    fn of(interpreter: &Interpreter) -> Self {
        let (major, minor) = interpreter.minor_version();
        let (version, threads) =
            if interpreter.free_threaded { (format!("{major}.{minor}t"), "t") } else { (String::new(), "") };
        Self { version, threads, debug: if interpreter.debug { "_d" } else { "" } }
    }

    /// The name of a program of the installation.
    fn program(&self, stem: &str) -> String {
        format!("{stem}{}{}.exe", self.version, self.debug)
    }

    /// Names that the base's redirector may have: since Python 3.13, and before it.
    fn redirectors(&self, kind: Subsystem) -> Vec<String> {
        let (new, old) = match kind {
            Subsystem::Console => ("venvlauncher", "python"),
            Subsystem::Windowed => ("venvwlauncher", "pythonw"),
        };
        vec![format!("{new}{}{}.exe", self.threads, self.debug), format!("{old}{}.exe", self.debug)]
    }

    /// The names that a program has in an environment.
    fn names(&self, stem: &str) -> Vec<String> {
        let mut names = vec![format!("{stem}.exe"), format!("{stem}{}.exe", self.debug)];
        names.extend([format!("{stem}{}.exe", self.version), self.program(stem)]);
        names.sort();
        names.dedup();
        names
    }
}

fn programs(layout: &Layout, suffixes: &Suffixes, console: &Path, windowed: &Path) -> Vec<Step> {
    let mut steps = Vec::new();
    for (stem, original) in [("python", console), ("pythonw", windowed)] {
        let copy = |name| Step::Copy { original: original.to_owned(), path: layout.scripts.join(name) };
        steps.extend(suffixes.names(stem).into_iter().map(copy));
    }
    steps
}

/// The first of the wanted names that exists, in its original spelling.
fn present<'a>(there: &'a [String], wanted: &[String]) -> Option<&'a str> {
    let find = |wanted: &String| there.iter().find(|name| name.eq_ignore_ascii_case(wanted));
    wanted.iter().find_map(find).map(String::as_str)
}

/// True if a copied `python.exe` needs that file beside it: its DLLs, and in the embeddable distribution (which has a
/// `._pth` file) also the zipped standard library and the extension modules.
fn is_loaded(name: &str, home: &[String]) -> bool {
    let ends = |name: &str, suffix: &str| name.to_ascii_lowercase().ends_with(suffix);
    let embeddable = home.iter().any(|name| ends(name, "._pth"));
    ends(name, ".dll") || (embeddable && (ends(name, ".pyd") || ends(name, ".zip")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::venv::fixtures::{linux, windows};

    /// The programs of an environment on Windows, with what each is copied from; the environment is called `env`.
    fn copied(interpreter: &Interpreter, home: &[&str], redirectors: &[&str]) -> Result<Vec<(String, String)>, String> {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let base = BaseInstallation { home: names(home), redirectors: names(redirectors) };
        let layout = Layout::of(interpreter, Path::new("env"));
        let steps = interpreter_steps(interpreter, &layout, &base).map_err(|error| error.to_string())?;
        let text = |path: PathBuf| path.to_str().unwrap().replace('\\', "/");
        Ok(steps
            .into_iter()
            .map(|step| match step {
                Step::Copy { original, path } => (text(path), text(original)),
                other => panic!("{other:?}"),
            })
            .collect())
    }

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(path, original)| ((*path).to_owned(), (*original).to_owned())).collect()
    }

    #[test]
    fn every_name_of_python_leads_to_the_base_installation() {
        let interpreter = Interpreter { free_threaded: true, implementation: Implementation::PyPy, ..linux() };
        let layout = Layout::of(&interpreter, Path::new("/env"));
        let steps = interpreter_steps(&interpreter, &layout, &BaseInstallation::default()).unwrap();
        let link = |name: &str, target: &str| Step::Link { target: target.into(), path: layout.scripts.join(name) };
        let expected = vec![
            link("python", "/opt/python/bin/python3.12"),
            link("python3", "python"),
            link("python3.12", "python"),
            link("python3.12t", "python"),
            link("pypy", "python"),
            link("pypy3", "python"),
            link("pypy3.12", "python"),
        ];
        assert_eq!(steps, expected);
    }

    #[test]
    fn the_bases_own_redirector_stands_for_python_on_windows() {
        let expected = pairs(&[
            ("env/Scripts/python.exe", "base/Lib/venv/scripts/nt/python.exe"),
            ("env/Scripts/pythonw.exe", "base/Lib/venv/scripts/nt/pythonw.exe"),
        ]);
        let there = ["python.exe", "python_d.exe", "pythonw.exe", "pythonw_d.exe"];
        assert_eq!(copied(&windows(), &["python.exe", "python312.dll"], &there), Ok(expected));
    }

    #[test]
    fn the_redirector_of_python_3_13_is_known_by_its_new_name() {
        let expected = pairs(&[
            ("env/Scripts/python.exe", "base/Lib/venv/scripts/nt/venvlauncher.exe"),
            ("env/Scripts/pythonw.exe", "base/Lib/venv/scripts/nt/venvwlauncher.exe"),
        ]);
        assert_eq!(copied(&windows(), &["python.exe"], &["venvlauncher.exe", "venvwlauncher.exe"]), Ok(expected));
    }

    #[test]
    fn a_free_threaded_debug_build_has_its_own_redirector_and_names() {
        let interpreter = Interpreter { free_threaded: true, debug: true, ..windows() };
        let console = "base/Lib/venv/scripts/nt/venvlaunchert_d.exe";
        let windowed = "base/Lib/venv/scripts/nt/venvwlaunchert_d.exe";
        let expected = pairs(&[
            ("env/Scripts/python.exe", console),
            ("env/Scripts/python3.12t.exe", console),
            ("env/Scripts/python3.12t_d.exe", console),
            ("env/Scripts/python_d.exe", console),
            ("env/Scripts/pythonw.exe", windowed),
            ("env/Scripts/pythonw3.12t.exe", windowed),
            ("env/Scripts/pythonw3.12t_d.exe", windowed),
            ("env/Scripts/pythonw_d.exe", windowed),
        ]);
        let there = ["venvlauncher.exe", "venvlaunchert_d.exe", "venvwlaunchert_d.exe"];
        assert_eq!(copied(&interpreter, &["python3.12t_d.exe"], &there), Ok(expected));
    }

    #[test]
    fn without_a_redirector_python_and_its_libraries_are_copied() {
        let expected = pairs(&[
            ("env/Scripts/python.exe", "base/python.exe"),
            ("env/Scripts/pythonw.exe", "base/pythonw.exe"),
            ("env/Scripts/python3.dll", "base/python3.dll"),
            ("env/Scripts/vcruntime140.DLL", "base/vcruntime140.DLL"),
        ]);
        let home = ["LICENSE.txt", "python.exe", "python3.dll", "pythonw.exe", "vcruntime140.DLL", "x.pyd"];
        assert_eq!(copied(&windows(), &home, &["python.exe"]), Ok(expected));
    }

    #[test]
    fn an_embeddable_python_brings_its_zipped_library_along() {
        let expected = pairs(&[
            ("env/Scripts/python.exe", "base/python.exe"),
            ("env/Scripts/pythonw.exe", "base/python.exe"),
            ("env/Scripts/_ssl.pyd", "base/_ssl.pyd"),
            ("env/Scripts/python312.dll", "base/python312.dll"),
            ("env/Scripts/python312.zip", "base/python312.zip"),
        ]);
        let home = ["_ssl.pyd", "python.exe", "python312._pth", "python312.dll", "python312.zip"];
        assert_eq!(copied(&windows(), &home, &[]), Ok(expected));
    }

    #[test]
    fn an_installation_without_python_is_refused() {
        let error = copied(&windows(), &["readme.txt"], &[]);
        assert_eq!(error, Err("`base` has no Python executable for an environment".into()));
    }
}
