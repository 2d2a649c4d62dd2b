//! Looks for interpreters.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::preference::{partition, sort};
use super::probe::{HangPolicy, Prober};
use super::report::Answer;
use super::search_locations::{self, SearchLocation};
use super::{Interpreter, PythonRequest, SkipReason, Skipped};
use crate::host::{Event, Host, Interrupted, Progress};
use crate::platform::Os;

/// The interpreters on this machine.
#[derive(Debug)]
pub struct Discovery {
    /// The request.
    pub request: PythonRequest,
    /// Interpreters that match the request, best first.
    pub found: Vec<Interpreter>,
    /// Usable interpreters that do not match the request, best first.
    pub others: Vec<Interpreter>,
    /// Candidates that cannot be used.
    pub skipped: Vec<Skipped>,
    /// The locations that were looked at.
    pub looked_at: Vec<String>,
}

/// Files to ask.
struct Search {
    candidates: Vec<PathBuf>,
    looked_at: Vec<String>,
}

/// The results of probing the candidates.
#[derive(Default)]
struct ProbeResults {
    interpreters: Vec<Interpreter>,
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
    cache_dir: Option<&Path>,
    progress: &dyn Progress,
) -> Result<Discovery, Interrupted> {
    let search = search(host, request, Os::current());
    let prober = |policy| Prober::new(host, cache_dir, policy);
    let mut results = match wanted_one(host, request) {
        Some(wanted) => first_usable(host, &prober(HangPolicy::AskAgain), search.candidates, wanted)?,
        None => probe_all(host, &prober(HangPolicy::Skip), search.candidates)?,
    };
    for skipped in &results.skipped {
        progress.event(Event::Detail { message: &format!("skipped {skipped}") });
    }
    sort(&mut results.interpreters);
    let (found, others) = partition(results.interpreters, request);
    Ok(Discovery { request: request.clone(), found, others, skipped: results.skipped, looked_at: search.looked_at })
}

/// The path of the one interpreter that a request names; `None` when any of a kind is wanted.
fn wanted_one(host: &Host, request: &PythonRequest) -> Option<PathBuf> {
    match request {
        PythonRequest::Any | PythonRequest::Build { .. } | PythonRequest::Specifiers(_) => None,
        PythonRequest::Command(name) => Some(PathBuf::from(name)),
        PythonRequest::Path(path) => Some(host.environment.current_dir().join(path)),
    }
}

fn search(host: &Host, request: &PythonRequest, os: Os) -> Search {
    let names = |locations: &[SearchLocation]| locations.iter().map(|location| location.name.clone()).collect();
    match request {
        PythonRequest::Any | PythonRequest::Build { .. } | PythonRequest::Specifiers(_) => {
            let locations = search_locations::list_locations(host, os);
            Search { candidates: search_locations::find_candidates(host, os, &locations), looked_at: names(&locations) }
        }
        PythonRequest::Command(name) => {
            let locations = search_locations::list_locations(host, os);
            let mut candidates = search_locations::find_by_name(host, os, &locations, name);
            candidates.extend(search_locations::find_at(host, os, Path::new(name)));
            Search { candidates, looked_at: names(&locations) }
        }
        PythonRequest::Path(path) => Search {
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
    Ok(ProbeResults { interpreters: Vec::new(), skipped })
}

/// Probes the candidates, then the base interpreters of environments among them, until nothing new is found.
fn probe_all(host: &Host, prober: &Prober<'_>, mut candidates: Vec<PathBuf>) -> Result<ProbeResults, Interrupted> {
    let mut results = ProbeResults::default();
    let mut asked = HashSet::new();
    let mut known = HashSet::new();
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
            discover(&self.host, request, Some(&self.directory.path().join("cache")), &Silent).unwrap()
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
