//! Chooses the interpreter and the packages of an app. Nothing else does.

use std::path::PathBuf;

use crate::fetch::Catalog;
use crate::host::Host;
use crate::index::File;
use crate::python::{self, Discovery, Interpreter, PythonRequest};
use crate::resolve::{Prereleases, ResolveRequest, direct_file, resolve as resolve_request};
use crate::vocab::{Algorithm, Digests, Location, Origin, Pin, Requirement, VersionSpecifiers};

use crate::app::AppError;
use crate::app::request::options::Wish;
use crate::app::state::context::Context;
use crate::app::state::interpreter::newest_that_fits;

/// The chosen interpreter and packages.
#[derive(Clone, Debug)]
pub(in crate::app) struct Resolution {
    pub interpreter: Interpreter,
    pub pins: Vec<Pin>,
}

/// Earlier choices to keep if possible.
#[derive(Clone, Debug, Default)]
pub(in crate::app) struct Preferences {
    /// The interpreter to try before the others.
    pub interpreter: Option<PathBuf>,
    /// Requirements on versions in addition to those of the request.
    pub versions: Vec<Requirement>,
}

/// Chooses an interpreter and packages.
pub(in crate::app) fn resolve(
    context: &Context<'_>,
    wish: &Wish,
    preferences: &Preferences,
) -> Result<Resolution, AppError> {
    let mut discovery = discover(context, wish.request.python.as_deref())?;
    // A stable sort: the others keep their order.
    discovery.found.sort_by_key(|found| Some(&found.executable) != preferences.interpreter.as_ref());
    let catalog = Catalog::new(context.host, context.network, &context.places.cache_dir, &wish.index);
    let interpreter = choose_interpreter(&catalog, discovery, &wish.request.requirement)?;
    let request = ResolveRequest {
        requirements: vec![wish.request.requirement.clone()],
        with: wish.request.with.iter().chain(&preferences.versions).cloned().collect(),
        markers: interpreter.markers.clone(),
        python: interpreter.version.clone(),
        tags: interpreter.tags(),
        prereleases: Prereleases::WhenAsked,
        asked_by: "you".to_owned(),
    };
    let mut pins = resolve_request(&request, &catalog, context.progress).map_err(Box::new)?;
    for pin in &mut pins {
        hash_local(context, pin)?;
    }
    Ok(Resolution { interpreter, pins })
}

/// The interpreter to resolve for. If none fits, the best one: resolution then explains the problem.
fn choose_interpreter(
    catalog: &Catalog,
    discovery: Discovery,
    requirement: &Requirement,
) -> Result<Interpreter, AppError> {
    let any = VersionSpecifiers::empty();
    let (files, specifiers) = match &requirement.origin {
        Origin::Index(specifiers) => {
            (catalog.page(&requirement.name)?.map(|page| page.files.clone()).unwrap_or_default(), specifiers)
        }
        Origin::Url(url) => (direct_file(&requirement.name, url).into_iter().collect(), &any),
    };
    let stated = |file: &File| catalog.metadata(file).ok().and_then(|metadata| metadata.requires_python.clone());
    let fitting = newest_that_fits(&discovery.found, &files, specifiers, stated);
    match fitting {
        Some(fitting) => Ok(fitting.clone()),
        None => Ok(python::choose(discovery, &any)?),
    }
}

/// The interpreters that a request for Python admits.
pub(in crate::app) fn discover(context: &Context<'_>, text: Option<&str>) -> Result<Discovery, AppError> {
    let request = match text {
        Some(text) => PythonRequest::parse(text)?,
        None => PythonRequest::Any,
    };
    let discovery = python::discover(context.host, &request, &context.places.cache_dir, context.progress)?;
    Ok(discovery)
}

/// Hashes a local wheel without a digest, which identifies it as part of an installation.
pub(in crate::app) fn hash_local(context: &Context<'_>, pin: &mut Pin) -> Result<(), AppError> {
    if let (Location::Path(path), None) = (&pin.location, &pin.digests) {
        let Host { files, interrupt, .. } = context.host;
        pin.digests = Digests::new(vec![files.hash::<AppError>(path, Algorithm::Sha256, interrupt)?]);
    }
    Ok(())
}

/// The path in a `file:` URL.
pub(in crate::app) fn local_path(address: &str) -> Option<PathBuf> {
    url::Url::parse(address).ok().filter(|url| url.scheme() == "file").and_then(|url| url.to_file_path().ok())
}
