//! Looks for interpreters.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::places::{self, Place};
use super::preference::{divide, sort};
use super::probe::Prober;
use super::report::Answer;
use super::{Interpreter, PythonRequest, SkipReason, Skipped};
use crate::host::{Event, Host, Interrupted, Progress};
use crate::platform::Os;

/// What there is on this machine.
#[derive(Debug)]
pub struct Discovery {
    /// What was asked for.
    pub request: PythonRequest,
    /// Those that are what was requested, best first.
    pub found: Vec<Interpreter>,
    /// Those that work but are not what was requested, best first.
    pub others: Vec<Interpreter>,
    /// Those that cannot be used.
    pub skipped: Vec<Skipped>,
    /// The places that were looked at.
    pub looked_at: Vec<String>,
}

/// Files to ask.
struct Search {
    candidates: Vec<PathBuf>,
    looked_at: Vec<String>,
}

/// What the candidates turned out to be.
#[derive(Default)]
struct Survey {
    interpreters: Vec<Interpreter>,
    skipped: Vec<Skipped>,
}

/// Looks for interpreters; what they said is kept below the cache directory. Environments stand for what they were
/// made from.
///
/// # Errors
/// Only when interrupted.
pub fn discover(
    host: &Host,
    request: &PythonRequest,
    cache_dir: &Path,
    progress: &dyn Progress,
) -> Result<Discovery, Interrupted> {
    let search = search(host, request, Os::current());
    let prober = Prober::new(host, cache_dir);
    let mut survey = match wanted_one(host, request) {
        Some(wanted) => first_usable(host, &prober, search.candidates, wanted)?,
        None => survey(host, &prober, search.candidates)?,
    };
    for skipped in &survey.skipped {
        progress.event(Event::Detail { message: &format!("skipped {skipped}") });
    }
    sort(&mut survey.interpreters);
    let (found, others) = divide(survey.interpreters, request);
    Ok(Discovery { request: request.clone(), found, others, skipped: survey.skipped, looked_at: search.looked_at })
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
    let names = |places: &[Place]| places.iter().map(|place| place.name.clone()).collect();
    match request {
        PythonRequest::Any | PythonRequest::Build { .. } | PythonRequest::Specifiers(_) => {
            let places = places::everywhere(host, os);
            Search { candidates: places::candidates(host, os, &places), looked_at: names(&places) }
        }
        PythonRequest::Command(name) => {
            let places = places::everywhere(host, os);
            let mut candidates = places::named(host, os, &places, name);
            candidates.extend(places::at(host, os, Path::new(name)));
            Search { candidates, looked_at: names(&places) }
        }
        PythonRequest::Path(path) => {
            Search { candidates: places::at(host, os, path), looked_at: vec![path.display().to_string()] }
        }
    }
}

/// Asks one candidate after the other until one works.
fn first_usable(
    host: &Host,
    prober: &Prober<'_>,
    candidates: Vec<PathBuf>,
    wanted: PathBuf,
) -> Result<Survey, Interrupted> {
    let mut skipped = Vec::new();
    for candidate in candidates {
        let survey = survey(host, prober, vec![candidate])?;
        if !survey.interpreters.is_empty() {
            return Ok(survey);
        }
        skipped.extend(survey.skipped);
    }
    if skipped.is_empty() {
        let is_dir = host.files.is_dir(&wanted);
        let reason = if is_dir { SkipReason::NotInDirectory } else { SkipReason::Missing };
        skipped.push(Skipped { path: wanted, reason });
    }
    Ok(Survey { interpreters: Vec::new(), skipped })
}

/// Asks the candidates, then what their environments were made from, until nothing new turns up.
fn survey(host: &Host, prober: &Prober<'_>, mut candidates: Vec<PathBuf>) -> Result<Survey, Interrupted> {
    let mut survey = Survey::default();
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
                        survey.interpreters.push(*interpreter);
                    }
                }
                Ok(Answer::TooOld { version }) => {
                    survey.skipped.push(Skipped { path, reason: SkipReason::TooOld { version } });
                }
                Err(reason) => survey.skipped.push(Skipped { path, reason }),
            }
        }
        candidates = bases;
    }
    Ok(survey)
}

/// Two names with one identity are one interpreter. An environment's executable is often a link to that of its base
/// and yet something else.
fn identity(host: &Host, path: &Path) -> PathBuf {
    let in_environment = path.ancestors().skip(1).take(2).any(|root| host.files.is_file(&root.join("pyvenv.cfg")));
    if in_environment { path.to_owned() } else { host.files.canonical(path).unwrap_or_else(|_| path.to_owned()) }
}
