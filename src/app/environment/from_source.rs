//! Wheels for the source code that a request names: built before anything is resolved.

use crate::app::error::AppError;
use crate::app::request::Request;
use crate::build::{BuildError, ProjectFacts, SourceAddress, SourceKind, Target};
use crate::host::Event;
use crate::python::Interpreter;
use crate::vocab::{DirectKind, DirectReference, Origin, PackageName, Requirement, Version, admits_python};

use super::build::{Build, in_build};
use super::build_record::BuildSource;
use super::builds::{Builds, Built, BuiltSource};
use super::source_tree::{fetch_tree, project};

/// A request in which wheels that were built stand for source code.
pub(super) struct FromSource {
    pub(super) requirement: Requirement,
    pub(super) with: Vec<Requirement>,
}

/// Source code whose wheel is needed.
pub(super) struct SourceToBuild<'a> {
    /// The source code as a message names it.
    pub(super) shown: &'a str,
    pub(super) address: &'a SourceAddress,
    pub(super) target: Target,
    pub(super) name: &'a PackageName,
    /// Absent if only the wheel tells it.
    pub(super) version: Option<&'a Version>,
}

/// The source code at an address; `None` for a requirement on an index, and for what resolution has to explain.
pub(in crate::app) fn source_of(requirement: &Requirement) -> Option<SourceAddress> {
    match &requirement.origin {
        Origin::Index(_) => None,
        Origin::Url(url) => SourceAddress::parse(url.with_secrets()).ok().flatten(),
    }
}

/// The source code that a request names, as requirements.
pub fn sources_to_build(request: &Request) -> Vec<String> {
    let beside = request.requirements_beside();
    let all = std::iter::once(&request.requirement).chain(&beside);
    all.filter(|requirement| source_of(requirement).is_some()).map(ToString::to_string).collect()
}

impl FromSource {
    /// Builds the wheels of all source code that a request names, by the first of the interpreters that it admits.
    pub(super) fn build(
        builds: &Builds<'_>,
        request: &Request,
        interpreters: &[Interpreter],
    ) -> Result<Self, AppError> {
        let mut all = Self { requirement: request.requirement.clone(), with: request.requirements_beside() };
        // Without an interpreter nothing can be built, and resolution explains why there is none.
        if interpreters.is_empty() {
            return Ok(all);
        }
        for requirement in std::iter::once(&mut all.requirement).chain(&mut all.with) {
            let Some(address) = source_of(requirement) else { continue };
            let shown = requirement.to_string();
            let is_directory = matches!(address.kind, SourceKind::Directory { .. });
            let target = if request.build.editable && is_directory { Target::Editable } else { Target::Wheel };
            let (address, name) = (&address, &requirement.name);
            let source = SourceToBuild { shown: &shown, address, target, name, version: None };
            let built = built(builds, interpreters, &source, &BuiltSource::Named)?;
            let wheel = built.wheel.name();
            let mut address = built.file()?.url.to_url().map_err(|_| AppError::Vanished { wheel: wheel.clone() })?;
            address.set_fragment(Some(&format!("sha256={}", built.wheel.sha256().to_hex())));
            requirement.origin = Origin::Url(address.into());
        }
        Ok(all)
    }
}

/// Builds the wheel of source code by the first of the interpreters that it admits, unless that was done before.
///
/// # Errors
/// Also if the wheel is that of another package or version. The error names the source code.
pub(super) fn built(
    builds: &Builds<'_>,
    interpreters: &[Interpreter],
    source: &SourceToBuild<'_>,
    described: &dyn Fn(DirectReference) -> BuiltSource,
) -> Result<Built, AppError> {
    let built = build(builds, interpreters, source, described).map_err(|error| in_build(source.shown, error))?;
    let wheel = built.wheel.name();
    let version = source.version.map(|version| version.clone().without_local());
    if wheel.name() == source.name && version.is_none_or(|version| wheel.version().clone().without_local() == version) {
        return Ok(built);
    }
    let version = source.version.map(|version| format!(" {version}")).unwrap_or_default();
    let (wheel, expected) = (wheel.clone(), format!("{}{version}", source.name));
    Err(in_build(source.shown, BuildError::OtherProject { wheel, expected }.into()))
}

fn build(
    builds: &Builds<'_>,
    interpreters: &[Interpreter],
    source: &SourceToBuild<'_>,
    described: &dyn Fn(DirectReference) -> BuiltSource,
) -> Result<Built, AppError> {
    let SourceToBuild { shown, address, target, .. } = *source;
    let (host, progress) = (builds.context.local.host, builds.context.local.progress);
    let room = builds.room()?;
    progress.event(Event::BuildStarted { source: shown });
    let tree = fetch_tree(builds, address, target, &room)?;
    let directory = project(&tree.directory, address);
    let facts = ProjectFacts::read(host.files, &directory)?;
    let interpreter = interpreter(interpreters, &facts);
    let key = content(&tree.direct)
        .map(|content| BuildSource::new(builds, interpreter, content, address.subdirectory.as_ref()));
    if let Some(key) = &key
        && let Some(wheel) = key.find(builds, interpreter)?
    {
        progress.event(Event::Detail { message: &format!("{} was built before", wheel.name()) });
        return builds.add(wheel, described(tree.direct));
    }
    let build = Build { builds, interpreter, room: &room, tree: &directory, target };
    let ready = build.prepare(&facts)?;
    let wheel = build.wheel(&ready)?;
    progress.event(Event::BuildFinished { wheel: wheel.name().as_str() });
    if let Some(key) = key {
        key.record(builds, &wheel, &ready)?;
    }
    builds.add(wheel, described(tree.direct))
}

/// The interpreter that resolution tries first, so that the wheel fits it. If the project admits none, the best one:
/// resolution explains that none is suitable.
fn interpreter<'i>(interpreters: &'i [Interpreter], facts: &ProjectFacts) -> &'i Interpreter {
    let fits = |interpreter: &&Interpreter| {
        facts.requires_python.as_ref().is_none_or(|requires| admits_python(requires, &interpreter.version))
    };
    interpreters.iter().find(fits).unwrap_or(&interpreters[0])
}

/// An identifier of the content of source code; `None` for a directory, which can change.
fn content(direct: &DirectReference) -> Option<String> {
    match &direct.source.as_ref()?.kind {
        DirectKind::Archive { digest } => Some(digest.to_string()),
        DirectKind::Directory { .. } => None,
        DirectKind::Git { commit, .. } => Some(format!("git:{commit}")),
    }
}
