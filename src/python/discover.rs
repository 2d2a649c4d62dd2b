//! Looks for interpreters.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::preference::{Ranked, Sourced, rank};
use super::probe::{HangPolicy, Prober};
use super::report::Answer;
use super::search_locations::{self, SearchLocation};
use super::source::{OwnedDirectory, source_of};
use super::{Interpreter, Owner, PythonPreference, PythonRequest, PythonSource, SkipReason, Skipped};
use crate::host::{Event, Host, Interrupted, Progress};
use crate::platform::Os;

/// The directories and the preference of a search.
#[derive(Clone, Copy, Debug, Default)]
pub struct Search<'a> {
    pub preference: PythonPreference,
    /// The directory of the interpreters that Kingbolt fetched.
    pub managed: Option<&'a Path>,
    /// The directory of the answers of interpreters.
    pub cache_dir: Option<&'a Path>,
}

/// The interpreters on this machine.
#[derive(Debug)]
pub struct Discovery {
    /// The request.
    pub request: PythonRequest,
    pub preference: PythonPreference,
    /// Interpreters that match the request, best first.
    pub found: Vec<Interpreter>,
    /// Usable interpreters that do not match the request, best first.
    pub others: Vec<Interpreter>,
    /// Interpreters that match the request, but not the preference, best first.
    pub excluded: Vec<Interpreter>,
    /// Candidates that cannot be used.
    pub skipped: Vec<Skipped>,
    /// The locations that were looked at.
    pub looked_at: Vec<String>,
}

impl Discovery {
    /// A discovery of one interpreter.
    pub fn of(request: &PythonRequest, interpreter: Interpreter) -> Self {
        Self {
            request: request.clone(),
            preference: PythonPreference::default(),
            found: vec![interpreter],
            others: Vec::new(),
            excluded: Vec::new(),
            skipped: Vec::new(),
            looked_at: Vec::new(),
        }
    }

    /// The same without the interpreters that a further request does not admit.
    #[must_use]
    pub fn restricted(mut self, request: &PythonRequest) -> Self {
        let (found, others) = std::mem::take(&mut self.found).into_iter().partition(|one| request.admits(one));
        let excluded: Vec<Interpreter> = others;
        if *request != PythonRequest::Any {
            self.request = request.clone();
        }
        Self { found, others: [excluded, self.others].concat(), ..self }
    }
}

/// Files to ask.
struct Candidates {
    candidates: Vec<PathBuf>,
    looked_at: Vec<String>,
}

/// The results of probing the candidates.
#[derive(Default)]
struct ProbeResults {
    interpreters: Vec<Interpreter>,
    /// The executables of those that only environments led to.
    behind_environments: HashSet<PathBuf>,
    skipped: Vec<Skipped>,
}

/// Looks for interpreters and keeps their answers in the cache directory, if there is one. An environment counts as the interpreter that
/// it was made from.
///
/// # Errors
/// Only when interrupted.
pub fn discover(
    host: &Host,
    request: &PythonRequest,
    search: &Search<'_>,
    progress: &dyn Progress,
) -> Result<Discovery, Interrupted> {
    let (os, preference) = (Os::current(), search.preference);
    let Candidates { candidates, looked_at } = candidates(host, request, os, search.managed);
    let prober = |policy| Prober::new(host, search.cache_dir, policy);
    let results = match wanted_one(host, request) {
        Some(wanted) => first_usable(host, &prober(HangPolicy::AskAgain), candidates, wanted)?,
        None => probe_all(host, &prober(HangPolicy::Skip), candidates)?,
    };
    for skipped in &results.skipped {
        progress.event(Event::Detail { message: &format!("skipped {skipped}") });
    }
    let owned = search_locations::owned_directories(host, os, search.managed);
    let sourced = results.interpreters.into_iter().map(|interpreter| {
        let source = match source(host, &owned, &interpreter.executable) {
            PythonSource::System if results.behind_environments.contains(&interpreter.executable) => {
                PythonSource::Transient(Owner::Environment)
            }
            source => source,
        };
        Sourced { interpreter, source }
    });
    let Ranked { found, others, excluded } = rank(sourced.collect(), request, preference);
    Ok(Discovery { request: request.clone(), preference, found, others, excluded, skipped: results.skipped, looked_at })
}

/// The origin of an interpreter, as far as its path tells: that of a virtual environment is not known. `managed` is the
/// directory of the interpreters that Kingbolt fetched.
pub fn python_source(host: &Host, managed: Option<&Path>, executable: &Path) -> PythonSource {
    source(host, &search_locations::owned_directories(host, Os::current(), managed), executable)
}

fn source(host: &Host, owned: &[OwnedDirectory], executable: &Path) -> PythonSource {
    let real = host.files.canonical(executable).unwrap_or_else(|_| executable.to_owned());
    // Each environment of conda has the directory, the base environment too.
    let is_of_conda = || executable.ancestors().skip(1).take(2).any(|root| host.files.is_dir(&root.join("conda-meta")));
    match source_of(owned, &[executable, &real]) {
        Some(source) => source,
        None if is_of_conda() => PythonSource::Transient(Owner::Conda),
        None => PythonSource::System,
    }
}

/// The path of the one interpreter that a request names; `None` when any of a kind is wanted.
fn wanted_one(host: &Host, request: &PythonRequest) -> Option<PathBuf> {
    match request {
        PythonRequest::Any | PythonRequest::Build { .. } | PythonRequest::Specifiers(_) => None,
        PythonRequest::Command(name) => Some(PathBuf::from(name)),
        PythonRequest::Path(path) => Some(host.environment.current_dir().join(path)),
    }
}

fn candidates(host: &Host, request: &PythonRequest, os: Os, managed: Option<&Path>) -> Candidates {
    let names = |locations: &[SearchLocation]| locations.iter().map(|location| location.name.clone()).collect();
    match request {
        PythonRequest::Any | PythonRequest::Build { .. } | PythonRequest::Specifiers(_) => {
            let locations = search_locations::list_locations(host, os, managed);
            let candidates = search_locations::find_candidates(host, os, &locations);
            Candidates { candidates, looked_at: names(&locations) }
        }
        PythonRequest::Command(name) => {
            let locations = search_locations::list_locations(host, os, managed);
            let mut candidates = search_locations::find_by_name(host, os, &locations, name);
            candidates.extend(search_locations::find_at(host, os, Path::new(name)));
            Candidates { candidates, looked_at: names(&locations) }
        }
        PythonRequest::Path(path) => Candidates {
            candidates: search_locations::find_at(host, os, path),
            looked_at: vec![path.display().to_string()],
        },
    }
}

/// Probes one candidate after the other until one works.
fn first_usable(
    host: &Host,
    prober: &Prober<'_>,
    candidates: Vec<PathBuf>,
    wanted: PathBuf,
) -> Result<ProbeResults, Interrupted> {
    let mut skipped = Vec::new();
    for candidate in candidates {
        let results = probe_all(host, prober, vec![candidate])?;
        if !results.interpreters.is_empty() {
            return Ok(results);
        }
        skipped.extend(results.skipped);
    }
    if skipped.is_empty() {
        let is_dir = host.files.is_dir(&wanted);
        let reason = if is_dir { SkipReason::NotInDirectory } else { SkipReason::Missing };
        skipped.push(Skipped { path: wanted, reason });
    }
    Ok(ProbeResults { skipped, ..ProbeResults::default() })
}

/// Probes the candidates, then the base interpreters of environments among them, until nothing new is found.
fn probe_all(host: &Host, prober: &Prober<'_>, mut candidates: Vec<PathBuf>) -> Result<ProbeResults, Interrupted> {
    let mut results = ProbeResults::default();
    let mut asked = HashSet::new();
    let mut known = HashSet::new();
    let mut is_behind_environment = false;
    while !candidates.is_empty() {
        candidates.retain(|path| asked.insert(identity(host, path)));
        let answers = prober.ask_all(&candidates);
        host.interrupt.check()?;
        let mut bases = Vec::new();
        for (path, answer) in candidates.into_iter().zip(answers) {
            match answer {
                Ok(Answer::Environment { base, .. }) => bases.push(base),
                Ok(Answer::Interpreter(interpreter)) => {
                    if known.insert(identity(host, &interpreter.executable)) {
                        if is_behind_environment {
                            results.behind_environments.insert(interpreter.executable.clone());
                        }
                        results.interpreters.push(*interpreter);
                    }
                }
                Ok(Answer::TooOld { version }) => {
                    results.skipped.push(Skipped { path, reason: SkipReason::TooOld { version } });
                }
                Err(reason) => results.skipped.push(Skipped { path, reason }),
            }
        }
        candidates = bases;
        is_behind_environment = true;
    }
    Ok(results)
}

/// Two names with one identity are one interpreter. An environment's executable is often a link to that of its base,
/// but a different interpreter.
fn identity(host: &Host, path: &Path) -> PathBuf {
    let in_environment = path.ancestors().skip(1).take(2).any(|root| host.files.is_file(&root.join("pyvenv.cfg")));
    if in_environment { path.to_owned() } else { host.files.canonical(path).unwrap_or_else(|_| path.to_owned()) }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::ffi::OsStr;

    use super::*;
    use crate::host::{Command, Environment, Interrupt, Silent};
    use crate::python::report::sample;

    #[test]
    fn a_known_interpreter_is_not_started_again() {
        let fixture = Fixture::new();
        let python = fixture.python("bin/python3", &facts("3.12.1", "{self}", false));
        let request = PythonRequest::Path(python.clone());
        let first = fixture.discover(&request);
        assert_eq!(executables(&first), [python]);
        assert_eq!(fixture.discover(&request).found, first.found);
        assert_eq!(fixture.starts(), 1);
    }

    #[test]
    fn a_wrapper_is_asked_each_time_for_what_it_runs() {
        let fixture = Fixture::new();
        let python = fixture.python("real/python3", &facts("3.12.1", "{self}", false));
        let wrapper = fixture.program("bin/python3", &format!("exec '{}' \"$@\"", python.display()));
        for _ in 0..2 {
            let found = fixture.discover(&PythonRequest::Path(wrapper.clone()));
            assert_eq!(executables(&found), std::slice::from_ref(&python));
        }
        assert_eq!(fixture.starts(), 2);
    }

    #[test]
    fn an_environment_stands_for_what_it_was_made_from() {
        let fixture = Fixture::new();
        let python = fixture.python("bin/python3", &facts("3.12.1", "{self}", false));
        fixture.host.files.write_unsynced(&fixture.path("env/pyvenv.cfg"), b"home = x").unwrap();
        fixture.python("env/bin/python", &facts("3.12.1", &python.to_string_lossy(), true));
        let found = fixture.discover(&PythonRequest::Path(PathBuf::from("env")));
        assert_eq!(executables(&found), [python]);
    }

    #[test]
    fn an_environment_and_its_base_are_one_interpreter() {
        let fixture = Fixture::new();
        let python = fixture.python("path/python3", &facts("3.12.1", "{self}", false));
        fixture.host.files.write_unsynced(&fixture.path("env/pyvenv.cfg"), b"home = x").unwrap();
        fixture.python("env/bin/python", &facts("3.12.1", &python.to_string_lossy(), true));
        fixture.host.files.symlink(&python, &fixture.path("path/python")).unwrap();
        let found = fixture.discover(&PythonRequest::Any);
        assert_eq!(below(&fixture, &executables(&found)), ["path/python3"]);
    }

    #[test]
    fn the_newest_that_is_asked_for_comes_first_and_broken_ones_are_skipped() {
        let fixture = Fixture::new();
        for (name, version) in [("python3", "3.11.2"), ("python3.12", "3.12.1"), ("python3.10", "3.10.4")] {
            fixture.python(&format!("path/{name}"), &facts(version, "{self}", false));
        }
        fixture.python("path/python", r#"{"version": [2, 7, 18, "final", 0], "executable": "/p"}"#);
        fixture.program("path/python3.13", "echo noise; echo 'no module named encodings' >&2; exit 1");
        let discovery = fixture.discover(&PythonRequest::parse(">=3.11").unwrap());
        assert_eq!(below(&fixture, &executables(&discovery)), ["path/python3.12", "path/python3"]);
        let others: Vec<PathBuf> = discovery.others.iter().map(|one| one.executable.clone()).collect();
        assert_eq!(below(&fixture, &others), ["path/python3.10"]);
        let skipped: Vec<String> = discovery.skipped.iter().map(ToString::to_string).collect();
        let expected = [
            format!("{}: it is Python 2.7.18, older than 3.8", fixture.path("path/python").display()),
            format!(
                "{}: it did not run as a Python interpreter: no module named encodings",
                fixture.path("path/python3.13").display()
            ),
        ];
        assert_eq!(skipped.into_iter().filter(|line| expected.contains(line)).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn noise_of_start_up_hooks_does_not_hide_an_interpreter() {
        let fixture = Fixture::new();
        let answer = facts("3.12.1", "{self}", false);
        let python = fixture.python_after("bin/python3", "echo welcome; echo to this Python >&2", &answer);
        assert_eq!(executables(&fixture.discover(&PythonRequest::Path(python.clone()))), [python]);
    }

    #[test]
    fn a_command_is_the_first_on_the_path_that_works() {
        let fixture = Fixture::new();
        fixture.program("shims/python3.12", "echo 'pyenv: python3.12: command not found' >&2; exit 127");
        let python = fixture.python("path/python3.12", &facts("3.12.1", "{self}", false));
        let discovery = fixture.discover(&PythonRequest::Command("python3.12".to_owned()));
        assert_eq!(executables(&discovery), [python]);
    }

    #[test]
    fn one_that_hangs_is_waited_for_once_unless_it_is_wanted() {
        let fixture = Fixture::new();
        let hanging = fixture.program("path/python3", "while :; do :; done");
        let ask = |policy| {
            let mut prober = Prober::new(&fixture.host, Some(&fixture.path("cache")), policy);
            prober.time_limit = std::time::Duration::from_millis(20);
            prober.ask_all(std::slice::from_ref(&hanging)).remove(0).unwrap_err()
        };
        assert!(matches!(ask(HangPolicy::Skip), SkipReason::NotRun { .. }));
        assert!(matches!(ask(HangPolicy::Skip), SkipReason::Hung));
        assert!(matches!(ask(HangPolicy::AskAgain), SkipReason::NotRun { .. }));
        fixture.program("path/python3", "while :; do true; done");
        assert!(matches!(ask(HangPolicy::Skip), SkipReason::NotRun { .. }));
    }

    #[test]
    fn what_is_not_there_is_told() {
        let fixture = Fixture::new();
        fixture.host.files.create_dirs(&fixture.path("empty")).unwrap();
        for (path, reason) in [("missing", "the file does not exist"), ("empty", "the directory contains no Python")] {
            let discovery = fixture.discover(&PythonRequest::Path(PathBuf::from(path)));
            let skipped: Vec<String> = discovery.skipped.iter().map(ToString::to_string).collect();
            assert_eq!(skipped, [format!("{}: {reason}", fixture.path(path).display())]);
        }
    }

    /// A machine whose only Pythons are the test's, except for those in `/usr/bin`.
    struct Fixture {
        host: Host,
        directory: tempfile::TempDir,
    }

    impl Fixture {
        fn new() -> Self {
            let directory = tempfile::tempdir().unwrap();
            let root = Host::real().files.canonical(directory.path()).unwrap();
            let search_path = format!("{}:{}:/usr/bin:/bin", root.join("shims").display(), root.join("path").display());
            let (home, env) = (root.join("home"), root.join("env"));
            let variables: [(&str, &OsStr); 3] =
                [("HOME", home.as_ref()), ("PATH", search_path.as_ref()), ("VIRTUAL_ENV", env.as_ref())];
            let host = Host::with(Environment::of(variables, &root), Interrupt::default());
            Self { host, directory }
        }

        fn path(&self, path: &str) -> PathBuf {
            self.host.environment.current_dir().join(path)
        }

        fn discover(&self, request: &PythonRequest) -> Discovery {
            let cache_dir = self.directory.path().join("cache");
            let search = Search { cache_dir: Some(&cache_dir), ..Search::default() };
            discover(&self.host, request, &search, &Silent).unwrap()
        }

        /// How often interpreters were started.
        fn starts(&self) -> usize {
            self.host.files.read_text(&self.path("starts")).unwrap_or_default().lines().count()
        }

        fn python(&self, path: &str, report: &str) -> PathBuf {
            self.python_after(path, ":", report)
        }

        /// A program that answers as an interpreter does, after other commands.
        fn python_after(&self, path: &str, commands: &str, report: &str) -> PathBuf {
            let report = report.replace("{self}", &self.path(path).to_string_lossy());
            let starts = self.path("starts").display().to_string();
            let (begin, end) = ("-----BEGIN KINGBOLT PROBE-----", "-----END KINGBOLT PROBE-----");
            self.program(path, &format!("echo >> '{starts}'\n{commands}\necho '{begin}{report}{end}'"))
        }

        /// Another process writes it: a file that this one has open for writing cannot be run, and a process started
        /// by another test's thread meanwhile would hold it open.
        fn program(&self, path: &str, commands: &str) -> PathBuf {
            let path = self.path(path);
            self.host.files.create_dirs(path.parent().unwrap()).unwrap();
            let write = r#"cat > "$1" && chmod 755 "$1""#;
            let arguments = [OsStr::new("-c"), OsStr::new(write), OsStr::new("sh"), path.as_os_str()];
            let stdin = format!("#!/bin/sh\n{commands}\n").into_bytes();
            let command = Command { stdin, ..Command::new(Path::new("/bin/sh"), arguments) };
            assert!(self.host.processes.capture(&command).unwrap().status.success());
            path
        }
    }

    fn executables(discovery: &Discovery) -> Vec<PathBuf> {
        discovery.found.iter().map(|interpreter| interpreter.executable.clone()).collect()
    }

    /// Those below the fixture's root, relative to it.
    fn below(fixture: &Fixture, paths: &[PathBuf]) -> Vec<String> {
        let root = fixture.path("");
        paths.iter().filter_map(|path| Some(path.strip_prefix(&root).ok()?.to_string_lossy().into_owned())).collect()
    }

    /// The report of an interpreter on Linux.
    fn facts(version: &str, base_executable: &str, in_environment: bool) -> String {
        let mut report = sample(version);
        report["executable"] = "{self}".into();
        report["facts"]["base_executable"] = base_executable.into();
        report["facts"]["in_environment"] = in_environment.into();
        report.to_string()
    }
}
