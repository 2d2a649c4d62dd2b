//! Source distributions of indexes: their metadata, told with as little as possible of a build, and their wheels.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::app::error::{AppError, PackageError, StatedBy};
use crate::build::{BuildError, ProjectFacts, Room, SourceAddress, SourceKind, Target, static_metadata};
use crate::host::Event;
use crate::index::File;
use crate::python::Interpreter;
use crate::resolve::MetadataError;
use crate::vocab::{Address, Digest, Digests, DirectKind, Metadata};

use super::build::{Build, ReadyBackend, in_build};
use super::build_record::BuildSource;
use super::builds::{BuildMode, Builds, Built, BuiltSource};
use super::source_tree::{SourceTree, fetch_tree};

/// The source distributions that a resolution looked at.
pub(super) struct SourceDistributions<'a> {
    builds: &'a Builds<'a>,
    /// By address and interpreter.
    known: Mutex<BTreeMap<(Address, PathBuf), Known>>,
}

/// A source distribution that was looked at.
enum Known {
    Built(Built),
    Unpacked(Box<Unpacked>),
}

/// A source distribution that was unpacked, and not built yet.
struct Unpacked {
    room: Room,
    tree: PathBuf,
    digest: Digest,
    facts: ProjectFacts,
    /// Present if the backend had to tell the metadata.
    ready: Option<ReadyBackend>,
    metadata: Arc<Metadata>,
}

impl<'a> SourceDistributions<'a> {
    pub(super) fn new(builds: &'a Builds<'a>) -> Self {
        Self { builds, known: Mutex::default() }
    }

    /// The metadata of a source distribution: that of a wheel that was built from it earlier, what it states itself
    /// (PEP 643), or what its backend tells.
    pub(super) fn metadata(
        &self,
        sdist: &File,
        interpreter: &Interpreter,
    ) -> Result<Arc<Metadata>, MetadataError<PackageError>> {
        let key = key(sdist, interpreter);
        if let Some(known) = self.known().get(&key) {
            return Ok(known.metadata());
        }
        let known = self.look_at(sdist, interpreter).map_err(|error| match error {
            AppError::Malformed { source, .. } => MetadataError::Unusable(source.to_string()),
            error => MetadataError::Fetch(PackageError::Source(Box::new(in_build(&shown(sdist), error)))),
        })?;
        let metadata = known.metadata();
        self.known().insert(key, known);
        Ok(metadata)
    }

    /// Builds the wheel of a source distribution, unless that was done.
    pub(super) fn wheel(&self, sdist: &File, interpreter: &Interpreter) -> Result<File, AppError> {
        let shown = shown(sdist);
        let known = self.known().remove(&key(sdist, interpreter));
        let known = match known {
            Some(known) => known,
            None => self.look_at(sdist, interpreter).map_err(|error| in_build(&shown, error))?,
        };
        let built = match known {
            Known::Built(built) => built,
            Known::Unpacked(unpacked) => {
                let progress = self.builds.context.local.progress;
                progress.event(Event::BuildStarted { source: &shown });
                let built = self.build(sdist, interpreter, *unpacked).map_err(|error| in_build(&shown, error))?;
                progress.event(Event::BuildFinished { wheel: built.wheel.name().as_str() });
                built
            }
        };
        let file = built.file();
        self.known().insert(key(sdist, interpreter), Known::Built(built));
        file
    }

    fn look_at(&self, sdist: &File, interpreter: &Interpreter) -> Result<Known, AppError> {
        let builds = self.builds;
        let stated = sdist.digests.as_ref().and_then(Digests::sha256).map(Digest::from);
        if let Some(digest) = stated
            && let Some(built) = self.built_earlier(sdist, interpreter, &digest)?
        {
            return Ok(Known::Built(built));
        }
        match builds.mode {
            BuildMode::CarryOut => {}
            BuildMode::Plan => return Err(AppError::WouldBuild { source_code: shown(sdist) }),
        }
        let room = builds.room()?;
        let (tree, digest) = self.unpack(sdist, &room)?;
        let host = builds.context.local.host;
        let facts = ProjectFacts::read(host.files, &tree)?;
        if let Some(bytes) = static_metadata(host.files, &tree)? {
            let metadata = parsed(sdist, &bytes)?;
            return Ok(Known::Unpacked(Box::new(Unpacked { room, tree, digest, facts, ready: None, metadata })));
        }
        let build = Build { builds, interpreter, room: &room, tree: &tree, target: Target::Wheel };
        let ready = build.prepare(&facts)?;
        match build.metadata(&ready)? {
            Some(bytes) => {
                let metadata = parsed(sdist, &bytes)?;
                let ready = Some(ready);
                Ok(Known::Unpacked(Box::new(Unpacked { room, tree, digest, facts, ready, metadata })))
            }
            None => Ok(Known::Built(finish(sdist, &build, &ready, digest)?)),
        }
    }

    /// The wheel that was built from a source distribution earlier.
    fn built_earlier(
        &self,
        sdist: &File,
        interpreter: &Interpreter,
        digest: &Digest,
    ) -> Result<Option<Built>, AppError> {
        let builds = self.builds;
        let source = BuildSource::new(builds, interpreter, digest.to_string(), None);
        let Some(wheel) = source.find(builds, interpreter)? else { return Ok(None) };
        let message = format!("{} was built before", wheel.name());
        builds.context.local.progress.event(Event::Detail { message: &message });
        let source = BuiltSource::Index { url: sdist.url.without_secrets(), digest: digest.clone() };
        builds.add(wheel, source).map(Some)
    }

    /// Downloads, verifies and unpacks a source distribution.
    fn unpack(&self, sdist: &File, room: &Room) -> Result<(PathBuf, Digest), AppError> {
        let url = sdist.url.to_url().map_err(|_| AppError::WouldBuild { source_code: shown(sdist) })?;
        let (file, digests) = (sdist.name.as_str().to_owned(), sdist.digests.clone());
        let source =
            SourceAddress { kind: SourceKind::Archive { url, file, size: sdist.size, digests }, subdirectory: None };
        let SourceTree { directory, direct } = fetch_tree(self.builds, &source, Target::Wheel, room)?;
        match direct.source.map(|source| source.kind) {
            Some(DirectKind::Archive { digest }) => Ok((directory, digest)),
            Some(DirectKind::Directory { .. } | DirectKind::Git { .. }) | None => Err(BuildError::NotAProject.into()),
        }
    }

    fn build(&self, sdist: &File, interpreter: &Interpreter, unpacked: Unpacked) -> Result<Built, AppError> {
        let Unpacked { room, tree, digest, facts, ready, metadata } = unpacked;
        let build = Build { builds: self.builds, interpreter, room: &room, tree: &tree, target: Target::Wheel };
        let ready = match ready {
            Some(ready) => ready,
            None => build.prepare(&facts)?,
        };
        let finished = finish(sdist, &build, &ready, digest)?;
        match metadata.difference(&finished.metadata) {
            // The next attempt finds the wheel, and resolves from its metadata.
            Some(field) => {
                let wheel = finished.wheel.name().clone();
                Err(AppError::OtherMetadata { wheel, field, stated_by: StatedBy::Source })
            }
            None => Ok(finished),
        }
    }

    fn known(&self) -> MutexGuard<'_, BTreeMap<(Address, PathBuf), Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Builds the wheel of a source distribution, and records that.
fn finish(sdist: &File, build: &Build<'_>, ready: &ReadyBackend, digest: Digest) -> Result<Built, AppError> {
    let wheel = build.wheel(ready)?;
    let name = wheel.name();
    let version = sdist.name.version();
    if name.name() != sdist.name.name() || name.version().clone().without_local() != version.clone().without_local() {
        let expected = format!("{} {version}", sdist.name.name());
        return Err(BuildError::OtherProject { wheel: name.clone(), expected }.into());
    }
    BuildSource::new(build.builds, build.interpreter, digest.to_string(), None).record(build.builds, &wheel, ready)?;
    build.builds.add(wheel, BuiltSource::Index { url: sdist.url.without_secrets(), digest })
}

impl Known {
    fn metadata(&self) -> Arc<Metadata> {
        match self {
            Self::Built(built) => Arc::clone(&built.metadata),
            Self::Unpacked(unpacked) => Arc::clone(&unpacked.metadata),
        }
    }
}

fn key(sdist: &File, interpreter: &Interpreter) -> (Address, PathBuf) {
    (sdist.url.clone(), interpreter.executable.clone())
}

/// The release, as a requirement.
fn shown(sdist: &File) -> String {
    format!("{}=={}", sdist.name.name(), sdist.name.version())
}

fn parsed(sdist: &File, bytes: &[u8]) -> Result<Arc<Metadata>, AppError> {
    let malformed = |error| AppError::Malformed { path: PathBuf::from(sdist.name.as_str()), source: Box::new(error) };
    Metadata::parse(bytes).map(Arc::new).map_err(malformed)
}
