//! One build: a source tree -> its metadata, and a wheel in the store.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::app::error::AppError;
use crate::build::{Backend, BuildError, BuildSystem, ProjectFacts, Room, Target};
use crate::host::{Event, RandomFile, VerifiedFile};
use crate::python::Interpreter;
use crate::store::StoredWheel;
use crate::vocab::{Checksum, Requirement, WheelName};
use crate::wheel::WrongRecord;

use super::build_environment::BuildEnvironment;
use super::builds::Builds;

/// One build.
pub(super) struct Build<'a> {
    pub(super) builds: &'a Builds<'a>,
    pub(super) interpreter: &'a Interpreter,
    pub(super) room: &'a Room,
    /// The directory of the project.
    pub(super) tree: &'a Path,
    pub(super) target: Target,
}

/// A backend in its environment.
pub(super) struct ReadyBackend {
    system: BuildSystem,
    python: PathBuf,
    /// All requirements of the environment.
    pub(super) requires: Vec<Requirement>,
    /// The digest of the environment.
    pub(super) environment: String,
}

impl Build<'_> {
    /// Makes the environment of the backend that a project names.
    pub(super) fn prepare(&self, facts: &ProjectFacts) -> Result<ReadyBackend, AppError> {
        let Self { builds, interpreter, room, .. } = *self;
        let system = BuildSystem::parse(facts.pyproject.as_deref())?;
        let environment = BuildEnvironment::resolve(builds, interpreter, &system.requires)?;
        let python = environment.make(&room.environment())?;
        let requires = system.requires.clone();
        let ready = ReadyBackend { system, python, requires, environment: environment.digest() };
        let further = self.backend(&ready).requirements(self.target)?;
        if further.is_empty() {
            return Ok(ready);
        }
        // Made anew: together with these, other versions of the first ones may be right.
        builds.context.local.host.files.remove_tree(&room.environment())?;
        let requires: Vec<Requirement> = ready.requires.iter().cloned().chain(further).collect();
        let environment = BuildEnvironment::resolve(builds, interpreter, &requires)?;
        environment.make(&room.environment())?;
        Ok(ReadyBackend { requires, environment: environment.digest(), ..ready })
    }

    /// METADATA of the wheel that the backend would build; `None` if only a build can tell.
    pub(super) fn metadata(&self, ready: &ReadyBackend) -> Result<Option<Vec<u8>>, AppError> {
        Ok(self.backend(ready).metadata()?)
    }

    /// Builds the wheel, and brings it into the store by the same checks as any other.
    pub(super) fn wheel(&self, ready: &ReadyBackend) -> Result<StoredWheel, AppError> {
        let backend = self.backend(ready);
        let (path, name) = backend.build(self.target)?;
        self.builds.context.local.progress.event(Event::Detail { message: backend.log().trim() });
        self.admit(&path, &name)
    }

    fn backend<'b>(&'b self, ready: &'b ReadyBackend) -> Backend<'b> {
        let Self { builds, room, tree, .. } = *self;
        let settings: &BTreeMap<_, _> = &builds.options.config_settings;
        Backend { host: builds.context.local.host, room, system: &ready.system, tree, python: &ready.python, settings }
    }

    fn admit(&self, path: &Path, name: &WheelName) -> Result<StoredWheel, AppError> {
        let (local, store) = (&self.builds.context.local, &self.builds.store);
        let host = local.host;
        let mut original = host.files.open(path)?;
        let mut checksum = Checksum::new(None);
        let copied = host.files.copy_private::<AppError>(&mut original, path, store.root(), &host.interrupt, |block| {
            checksum.update(block);
        });
        let not_read = |source| crate::host::FileError { act: "read", path: path.to_owned(), source };
        let file = RandomFile::of(copied?).map_err(not_read)?;
        let sha256 = checksum.check().map_err(|_| AppError::Vanished { wheel: name.clone() })?;
        let wheel = store.admit(host, local.progress, &VerifiedFile { file, sha256 }, name, WrongRecord::Refuse)?;
        self.builds.add_admitted(&wheel);
        Ok(wheel)
    }
}

/// Names the source code in the error of its build.
pub(super) fn named(source: &str) -> impl Fn(BuildError) -> AppError + '_ {
    |error| in_build(source, error.into())
}

/// The same for any error.
pub(super) fn in_build(source: &str, error: AppError) -> AppError {
    match error {
        AppError::Interrupted(interrupted) | AppError::Build(BuildError::Interrupted(interrupted)) => {
            interrupted.into()
        }
        error @ (AppError::OtherMetadata { .. } | AppError::WouldBuild { .. }) => error,
        error => AppError::Source { source_code: source.to_owned(), source: Box::new(error) },
    }
}
