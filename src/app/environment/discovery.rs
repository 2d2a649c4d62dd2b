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
    let search_for = |request: &PythonRequest| python::discover(context.host, request, &search, context.progress);
    Ok(match &context.pythons.default {
        Some(DefaultPython { request: locked, force: DefaultForce::Locked }) => search_for(locked)?.restricted(request),
        Some(DefaultPython { request: default, force: DefaultForce::Overridable })
            if *request == PythonRequest::Any =>
        {
            search_for(default)?
        }
        Some(DefaultPython { force: DefaultForce::Overridable, .. }) | None => search_for(request)?,
    })
}
