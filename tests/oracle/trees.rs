//! Environments with one wheel each, beside those that pip makes of the same wheel: paths, bytes, modes, RECORD as a set
//! of rows, and what commands print.

use std::fs;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::thread;

use tempfile::TempDir;

use crate::difference::{Difference, Meant, assert_meant};
use crate::samples::{Sample, lock_of};
use crate::tools::{Form, Tools, run, sync, tell};
use crate::tree::Tree;

#[test]
fn trees_are_those_that_pip_makes() {
    let Some(tools) = Tools::find() else { return };
    let python = tools.interpreter().base;
    let wheels = tools.at("wheels").join(python.file_name().expect("it is a file"));
    let samples = Mutex::new(Sample::released(Form::asked_for()).into_iter());
    let compared = Mutex::new(Compared::default());
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, NonZero::get) {
            scope.spawn(|| {
                let laboratory = Laboratory::new(&tools, &python);
                while let Some(sample) = { samples.lock().expect("nobody panics in between").next() } {
                    let Some(wheel) = sample.wheel(&tools, &wheels) else { continue };
                    let one = laboratory.compare(&sample, &wheel);
                    compared.lock().expect("nobody panics in between").add(one);
                }
            });
        }
    });
    compared.into_inner().expect("nobody panics in between").assert_meant(MEANT);
}

#[test]
fn a_tree_with_everything_is_the_one_that_pip_makes() {
    let Some(tools) = Tools::find() else { return };
    let directory = TempDir::new().expect("a temporary directory");
    let (sample, wheel) = Sample::with_everything(directory.path());
    Laboratory::new(&tools, &tools.interpreter().base)
        .compare(&sample, &wheel)
        .assert_meant(&[MEANT, MEANT_OF_EVERYTHING].concat());
}

pub(crate) const MEANT: &[Meant] = &[
    Meant { kind: "tree", reason: "It names the installer.", inputs: &["LIBRARY/NAME.dist-info/INSTALLER"] },
    Meant { kind: "tree", reason: "Kingbolt records the contents of an environment.", inputs: &["kingbolt.toml"] },
    Meant {
        kind: "tree",
        reason: "Kingbolt's scripts never end in `.exe`: on Windows they are beside their launchers, as \
                 `NAME-script.py`.",
        inputs: &["scripts that remove `.exe` from their name"],
    },
];

pub(crate) const MEANT_OF_EVERYTHING: &[Meant] = &[Meant {
    kind: "tree",
    reason: "PEP 427 requires scripts to be executable even if the archive, made on Windows, does not mark them so. \
             pip does not change them.",
    inputs: &["bin/program", "bin/script-without-mode"],
}];

/// What a command that fails is said to print. It has to run in both environments.
const FAILS: &str = "fails: ";

/// What comparisons came to.
#[derive(Default)]
struct Compared {
    wheels: usize,
    /// Files, links, directories, rows of RECORD, and what commands printed.
    things: usize,
    differences: Vec<Difference>,
}

impl Compared {
    fn add(&mut self, other: Self) {
        self.wheels += other.wheels;
        self.things += other.things;
        self.differences.extend(other.differences);
    }

    #[track_caller]
    fn assert_meant(&self, meant: &[Meant]) {
        tell(&format!("{} wheels with {} files, directories and rows", self.wheels, self.things));
        assert_meant(&self.differences, meant);
    }
}

/// Where environments are made, always at the same path, so that scripts are the same too.
struct Laboratory<'a> {
    tools: &'a Tools,
    python: &'a Path,
    root: TempDir,
    /// Environments without a package, as pip's users and Kingbolt make them.
    empty_of_venv: Tree,
    empty_of_kingbolt: Tree,
}

impl<'a> Laboratory<'a> {
    fn new(tools: &'a Tools, python: &'a Path) -> Self {
        let root = TempDir::new().expect("a temporary directory");
        let mut laboratory =
            Self { tools, python, root, empty_of_venv: Tree::default(), empty_of_kingbolt: Tree::default() };
        laboratory.make_with_venv();
        laboratory.empty_of_venv = laboratory.taken(&[]);
        let made = laboratory.make_with_kingbolt("lock-version = \"1.0\"\ncreated-by = \"test\"\npackages = []\n");
        made.expect("it makes an empty environment");
        laboratory.empty_of_kingbolt = laboratory.taken(&[]);
        laboratory
    }

    /// Compares what a wheel brings into the environments of the two.
    fn compare(&self, sample: &Sample, wheel: &Path) -> Compared {
        self.make_with_venv();
        self.install_with_pip(wheel);
        let by_pip = self.taken(&sample.commands).changed_from(&self.empty_of_venv);
        if let Err(error) = self.make_with_kingbolt(&lock_of(wheel)) {
            let (kind, input) = ("wheel".to_owned(), sample.requirement.clone());
            let refused = Difference { kind, input, kingbolt: error, other: "installed".to_owned() };
            return Compared { wheels: 1, things: by_pip.len(), differences: vec![refused] };
        }
        let by_kingbolt = self.taken(&sample.commands).changed_from(&self.empty_of_kingbolt);

        let information = by_pip.find(|name| name.ends_with(".dist-info")).expect("pip installed the wheel");
        let (library, information) = information.rsplit_once('/').expect("it is in a library");
        let renamed = |name: &str| name.replace(information, "NAME.dist-info").replace(library, "LIBRARY");
        let mut differences = by_kingbolt.differences(&by_pip, "tree", renamed);
        for (command, told) in by_pip.entries().filter(|(name, told)| name.starts_with("$ ") && told.starts_with(FAILS))
        {
            let (kind, input, kingbolt) = ("command".to_owned(), command.to_owned(), told.to_owned());
            differences.push(Difference { kind, input, kingbolt, other: told.to_owned() });
        }
        Compared { wheels: 1, things: by_pip.len(), differences }
    }

    fn make_with_venv(&self) {
        let mut command = Command::new(self.python);
        run(command.args(["-m", "venv", "--without-pip"]).arg(self.environment())).expect("it makes an environment");
    }

    fn install_with_pip(&self, wheel: &Path) {
        let (environment, directory) = (self.environment(), wheel.parent().expect("it is in a directory"));
        let requirement = Sample::requirement_of(wheel);
        let options = ["install", "--quiet", "--no-deps", "--no-compile", "--no-index", "--find-links"];
        let options = options.iter().map(Path::new).chain([directory, Path::new(&requirement)]);
        let installed = self.tools.pip([Path::new("--python"), &environment].into_iter().chain(options));
        installed.unwrap_or_else(|error| panic!("pip, {}: {error}", wheel.display()));
    }

    fn make_with_kingbolt(&self, lock: &str) -> Result<(), String> {
        sync(lock, &self.environment(), self.python, self.root.path()).map(drop)
    }

    fn environment(&self) -> PathBuf {
        self.root.path().join("env")
    }

    /// Reads the environment, runs its commands and takes it away.
    fn taken(&self, commands: &[Vec<String>]) -> Tree {
        let environment = self.environment();
        let mut tree = Tree::read(&environment);
        for words in commands {
            let mut command = Command::new(environment.join("bin").join(&words[0]));
            let printed = run(command.args(&words[1..])).unwrap_or_else(|error| format!("{FAILS}{error}"));
            tree.insert(&format!("$ {}", words.join(" ")), printed);
        }
        fs::remove_dir_all(&environment).expect("it is ours");
        tree
    }
}
