//! The interpreters of this machine for a request, as the settings admit them.

use crate::app::error::AppError;
use crate::app::request::{DefaultForce, DefaultPython};
use crate::app::state::{Context, cache};
use crate::python::{self, Discovery, PythonRequest, Search};

/// The interpreters that a request for Python and the settings admit.
pub(in crate::app) fn discover(context: &Context<'_>, request: &PythonRequest) -> Result<Discovery, AppError> {
    let managed = context.directories.pythons();
    let search = Search {
        preference: context.pythons.preference,
        managed: Some(&managed),
        cache_dir: cache::usable(context.host, context.directories),
    };
    let (wanted, further) = requests(context, request);
    let discovery = python::discover(context.host, wanted, &search, context.progress)?;
    Ok(further.into_iter().fold(discovery, Discovery::restricted))
}

/// The request that says where to look, and a further one that an interpreter has to match.
pub(super) fn requests<'r>(
    context: &Context<'r>,
    request: &'r PythonRequest,
) -> (&'r PythonRequest, Option<&'r PythonRequest>) {
    match &context.pythons.default {
        Some(DefaultPython { request: locked, force: DefaultForce::Locked }) => (locked, Some(request)),
        Some(DefaultPython { request: default, force: DefaultForce::Overridable })
            if *request == PythonRequest::Any =>
        {
            (default, None)
        }
        Some(DefaultPython { force: DefaultForce::Overridable, .. }) | None => (request, None),
    }
}
