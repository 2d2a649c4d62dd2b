//! Wheels for the source code that a request names: built before anything is resolved.

use crate::app::error::AppError;
use crate::app::request::Request;
use crate::build::{BuildError, ProjectFacts, SourceAddress, SourceKind, Target};
use crate::host::Event;
use crate::python::Interpreter;
use crate::vocab::{DirectKind, DirectReference, Origin, Requirement, admits_python};

use super::build::{Build, in_build};
use super::build_record::BuildSource;
use super::builds::{Builds, Built, BuiltSource};
use super::source_tree::{fetch_tree, project};

/// A request in which wheels that were built stand for source code.
pub(super) struct FromSource {
    pub(super) requirement: Requirement,
    pub(super) with: Vec<Requirement>,
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
    pub(super) fn build(builds: &Builds<'_>, interpreters: &[Interpreter]) -> Result<Self, AppError> {
        let request = builds.request;
        let mut all = Self { requirement: request.requirement.clone(), with: request.requirements_beside() };
        // Without an interpreter nothing can be built, and resolution explains why there is none.
        if interpreters.is_empty() {
            return Ok(all);
        }
        for requirement in std::iter::once(&mut all.requirement).chain(&mut all.with) {
            let Some(source) = source_of(requirement) else { continue };
            let shown = requirement.to_string();
            let built = built(builds, interpreters, &shown, &source).map_err(|error| in_build(&shown, error))?;
            let wheel = built.wheel.name();
            if *wheel.name() != requirement.name {
                let (wheel, expected) = (wheel.clone(), requirement.name.to_string());
                return Err(in_build(&shown, BuildError::OtherProject { wheel, expected }.into()));
            }
            let mut address = built.file()?.url.to_url().map_err(|_| AppError::Vanished { wheel: wheel.clone() })?;
            address.set_fragment(Some(&format!("sha256={}", built.wheel.sha256().to_hex())));
            requirement.origin = Origin::Url(address.into());
        }
        Ok(all)
    }
}

fn built(
    builds: &Builds<'_>,
    interpreters: &[Interpreter],
    shown: &str,
    source: &SourceAddress,
) -> Result<Built, AppError> {
    let (host, progress) = (builds.context.local.host, builds.context.local.progress);
    let room = builds.room()?;
    progress.event(Event::BuildStarted { source: shown });
    let tree = fetch_tree(builds.context, builds.request, source, &room)?;
    let directory = project(&tree.directory, source);
    let facts = ProjectFacts::read(host.files, &directory)?;
    let interpreter = interpreter(interpreters, &facts);
    let key = content(&tree.direct)
        .map(|content| BuildSource::new(builds, interpreter, content, source.subdirectory.as_ref()));
    if let Some(key) = &key
        && let Some(wheel) = key.find(builds, interpreter)?
    {
        progress.event(Event::Detail { message: &format!("{} was built before", wheel.name()) });
        return builds.add(wheel, BuiltSource::Named(tree.direct));
    }
    let is_directory = matches!(source.kind, SourceKind::Directory { .. });
    let target = if builds.request.build.editable && is_directory { Target::Editable } else { Target::Wheel };
    let build = Build { builds, interpreter, room: &room, tree: &directory, target };
    let ready = build.prepare(&facts)?;
    let wheel = build.wheel(&ready)?;
    progress.event(Event::BuildFinished { wheel: wheel.name().as_str() });
    if let Some(key) = key {
        key.record(builds, &wheel, &ready)?;
    }
    builds.add(wheel, BuiltSource::Named(tree.direct))
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
