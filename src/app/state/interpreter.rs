//! The standing of the interpreter that a generation was made with: present, or lost.

use crate::host::{Host, Interrupted, Silent};
use crate::python::{self, Interpreter, PythonRequest, Search};

use super::cache;
use super::directories::Directories;
use super::generation::RecordedPython;

/// The standing of an interpreter.
#[derive(Clone, Debug)]
pub(in crate::app) enum Standing {
    /// Changed or missing, and how.
    Lost(String),
    Present(Box<Interpreter>),
}

/// Reports that the interpreter of a generation is missing, without starting it.
pub(in crate::app) fn missing(host: &Host, record: &RecordedPython) -> Option<String> {
    let path = &record.executable;
    (!host.files.is_file(path)).then(|| format!("its Python at {} no longer exists", path.display()))
}

/// Looks at the interpreter of a generation. Another patch release counts as the same interpreter.
pub(in crate::app) fn standing(
    host: &Host,
    directories: &Directories,
    record: &RecordedPython,
) -> Result<Standing, Interrupted> {
    let path = &record.executable;
    if let Some(missing) = missing(host, record) {
        return Ok(Standing::Lost(missing));
    }
    let request = PythonRequest::Path(path.clone());
    let search = Search { cache_dir: cache::usable(host, directories), ..Search::default() };
    let discovery = python::discover(host, &request, &search, &Silent)?;
    let found = discovery.found.into_iter().chain(discovery.others).next();
    Ok(match (found, discovery.skipped.first()) {
        (Some(found), _) if found.identity() == record.identity => Standing::Present(Box::new(found)),
        (Some(found), _) => Standing::Lost(format!("{} is now a different Python: {found}", path.display())),
        (None, Some(skipped)) => Standing::Lost(format!("its Python does not work: {skipped}")),
        (None, None) => Standing::Lost(format!("its Python at {} does not work", path.display())),
    })
}
