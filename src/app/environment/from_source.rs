//! Wheels for the source code that a request names: built by its backend, in an isolated environment, before anything is
//! resolved.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use url::Url;

use crate::app::error::AppError;
use crate::app::request::{BuildOptions, Request};
use crate::app::state::{Context, OnlineContext, SweepScope, cache, sweep};
use crate::build::{Backend, BuildError, BuildSystem, ProjectFacts, Room, SourceAddress, SourceKind, Target};
use crate::fetch::Catalog;
use crate::host::{Event, RandomFile, Silent, VerifiedFile};
use crate::index::IndexSettings;
use crate::python::{Discovery, Interpreter};
use crate::resolve::{NewestWithoutWheel, ResolveRequest, UploadFilter, VersionRules, resolve as resolve_packages};
use crate::store::{AssemblyOptions, CallerVariables, LinkMode, SharedLock, Store, StoredWheel};
use crate::venv::Layout;
use crate::vocab::{
    Checksum, Digests, DirectReference, Location, Origin, Pin, Requirement, Sha256, WheelName, admits_python,
};
use crate::wheel::WrongRecord;

use super::builder::Builder;
use super::resolved::Resolution;
use super::source_tree::{SourceTree, fetch_tree};

/// The backend runs without the variables of the person already.
const OPTIONS: AssemblyOptions = AssemblyOptions { link_mode: LinkMode::File, variables: CallerVariables::Keep };

/// A request in which wheels that were built stand for source code. The wheels exist until [`Self::leave`].
pub(super) struct FromSource {
    pub(super) requirement: Requirement,
    pub(super) with: Vec<Requirement>,
    /// The limits on the time of uploads, which the requirements of builds have too.
    pub(super) uploads: UploadFilter,
    built: Vec<Built>,
    /// The wheels of the environments in which they were built.
    tools: BTreeSet<Sha256>,
    /// Keeps the store from being swept, until a change keeps it from that.
    lock: Option<SharedLock>,
}

/// A wheel that was built, and is in the store.
struct Built {
    path: PathBuf,
    sha256: Sha256,
    direct: DirectReference,
    /// Removed with the wheel.
    _room: Room,
}

/// One build.
struct Build<'a> {
    context: &'a OnlineContext<'a>,
    index: &'a IndexSettings,
    request: &'a Request,
    uploads: &'a UploadFilter,
    /// At least one, the best first.
    interpreters: &'a [Interpreter],
    room: &'a Room,
}

/// The source code at an address; `None` for a requirement on an index, and for what resolution has to explain.
pub(in crate::app) fn source_of(requirement: &Requirement) -> Option<SourceAddress> {
    match &requirement.origin {
        Origin::Index(_) => None,
        Origin::Url(url) => SourceAddress::parse(url.with_secrets()).ok().flatten(),
    }
}

/// The source code that a request names, as requirements.
pub(in crate::app) fn sources_to_build(request: &Request) -> Vec<String> {
    let beside = request.requirements_beside();
    let all = std::iter::once(&request.requirement).chain(&beside);
    all.filter(|requirement| source_of(requirement).is_some()).map(ToString::to_string).collect()
}

impl FromSource {
    /// Builds the wheels of all source code that a request names.
    pub(super) fn build(
        context: &OnlineContext<'_>,
        request: &Request,
        index: &IndexSettings,
        uploads: UploadFilter,
        discovery: &Discovery,
    ) -> Result<Self, AppError> {
        let mut all = Self {
            uploads,
            requirement: request.requirement.clone(),
            with: request.requirements_beside(),
            built: Vec::new(),
            tools: BTreeSet::new(),
            lock: None,
        };
        // Without an interpreter nothing can be built, and resolution explains why there is none.
        if discovery.found.is_empty() {
            return Ok(all);
        }
        let made = all.build_all(context, request, index, &discovery.found);
        match made {
            Ok(()) => Ok(all),
            Err(error) => {
                all.discard(&context.local);
                Err(error)
            }
        }
    }

    fn build_all(
        &mut self,
        context: &OnlineContext<'_>,
        request: &Request,
        index: &IndexSettings,
        interpreters: &[Interpreter],
    ) -> Result<(), AppError> {
        let Self { requirement, with, built, tools, lock, uploads } = self;
        for requirement in std::iter::once(requirement).chain(with) {
            let Some(source) = source_of(requirement) else { continue };
            let host = context.local.host;
            let store = Store::open(&context.local.directories.store());
            if lock.is_none() {
                *lock = Some(store.lock_shared(host, context.local.progress)?);
            }
            let room = Room::new(host, &store.root().join("build"))?;
            let build = Build { context, index, request, uploads, interpreters, room: &room };
            let shown = requirement.to_string();
            context.local.progress.event(Event::BuildStarted { source: &shown });
            let tree = fetch_tree(context, request, &source, &room).map_err(|error| in_build(&shown, error))?;
            let (path, wheel) = build.wheel(&tree, &source, tools).map_err(|error| in_build(&shown, error))?;
            context.local.progress.event(Event::BuildFinished { wheel: wheel.as_str() });
            if *wheel.name() != requirement.name {
                let expected = requirement.name.to_string();
                return Err(named(&shown)(BuildError::OtherProject { wheel, expected }));
            }
            let sha256 = admit(&context.local, &store, &path, &wheel)?;
            let mut address = Url::from_file_path(&path).map_err(|()| AppError::Vanished { wheel: wheel.clone() })?;
            address.set_fragment(Some(&format!("sha256={}", sha256.to_hex())));
            requirement.origin = Origin::Url(address.into());
            built.push(Built { path, sha256, direct: tree.direct, _room: room });
        }
        Ok(())
    }

    /// Lets the pins of wheels that were built say where their source code is.
    pub(super) fn describe(&self, pins: &mut [Pin]) {
        for pin in pins {
            let Location::Path(path) = &pin.location else { continue };
            let Some(built) = self.built.iter().find(|built| built.path == *path) else { continue };
            pin.digests = Digests::new(vec![built.sha256.into()]);
            pin.location = Location::Url(built.direct.url.clone());
            pin.direct = Some(built.direct.clone());
        }
    }

    /// Removes the files of the builds. The wheels that were built stay in the store.
    pub(super) fn leave(self, context: &Context<'_>) {
        let Self { built, tools, lock, .. } = self;
        drop(built);
        if lock.is_some() {
            drop(lock);
            // Wheels that stay do no harm.
            let _ = sweep(context, &SweepScope::These(tools));
        }
    }

    /// The same after a failure, when nothing needs the wheels that were built. Those that built them serve a retry.
    pub(super) fn discard(mut self, context: &Context<'_>) {
        self.tools = self.built.iter().map(|built| built.sha256).collect();
        self.leave(context);
    }
}

impl Build<'_> {
    /// Builds the wheel of a source tree.
    fn wheel(
        &self,
        tree: &SourceTree,
        source: &SourceAddress,
        tools: &mut BTreeSet<Sha256>,
    ) -> Result<(PathBuf, WheelName), AppError> {
        let (host, room) = (self.context.local.host, self.room);
        let directory = project(&tree.directory, source);
        let facts = ProjectFacts::read(host.files, &directory)?;
        let system = BuildSystem::parse(facts.pyproject.as_deref())?;
        let interpreter = self.interpreter(&facts);
        let BuildOptions { editable, config_settings } = &self.request.build;
        let is_directory = matches!(source.kind, SourceKind::Directory { .. });
        let target = if *editable && is_directory { Target::Editable } else { Target::Wheel };
        let python = self.environment(interpreter, &system.requires, tools)?;
        let backend =
            Backend { host, room, system: &system, tree: &directory, python: &python, settings: config_settings };
        let further = backend.requirements(target)?;
        if !further.is_empty() {
            // Made anew: together with these, other versions of the first ones may be right.
            host.files.remove_tree(&room.environment())?;
            let all: Vec<Requirement> = system.requires.iter().cloned().chain(further).collect();
            self.environment(interpreter, &all, tools)?;
        }
        let built = backend.build(target)?;
        self.context.local.progress.event(Event::Detail { message: backend.log().trim() });
        Ok(built)
    }

    /// The interpreter that resolution tries first, so that the wheel fits it. If the project admits none, the best one:
    /// resolution explains that none is suitable.
    fn interpreter(&self, facts: &ProjectFacts) -> &Interpreter {
        let fits = |interpreter: &&Interpreter| {
            facts.requires_python.as_ref().is_none_or(|requires| admits_python(requires, &interpreter.version))
        };
        self.interpreters.iter().find(fits).unwrap_or(&self.interpreters[0])
    }

    /// Makes the isolated environment (PEP 517, "Build environment"), and returns its interpreter.
    fn environment(
        &self,
        interpreter: &Interpreter,
        requires: &[Requirement],
        tools: &mut BTreeSet<Sha256>,
    ) -> Result<PathBuf, AppError> {
        let silent = Silent;
        // The phases of the build environment are part of one phase, the build.
        let context = OnlineContext { local: Context { progress: &silent, ..self.context.local }, ..*self.context };
        let local = &context.local;
        let catalog =
            Catalog::new(local.host, context.network, cache::marked(local.host, local.directories), self.index);
        let request = ResolveRequest {
            requirements: Vec::new(),
            with: requires.to_vec(),
            markers: interpreter.markers.clone(),
            python: interpreter.version.clone(),
            tags: interpreter.tags(),
            rules: VersionRules::default(),
            uploads: self.uploads.clone(),
            hashes: self.request.hashes,
            newest_without_wheel: NewestWithoutWheel::Report,
            asked_by: "the build".to_owned(),
        };
        let pins = resolve_packages(&request, &catalog, local.progress).map_err(Box::new)?;
        let known = |pin: &Pin| Some((pin.name.clone(), catalog.known_metadata(&pin.location)?));
        let basis: BTreeMap<_, _> = pins.iter().filter_map(known).collect();
        let resolution = Resolution { interpreter: interpreter.clone(), pins, basis };
        let root = self.room.environment();
        let mut builder = Builder::new(&context, &resolution, &root, "build".to_owned(), OPTIONS)?;
        for step in builder.plan() {
            builder.apply(&step)?;
        }
        tools.extend(builder.content.stored.iter().map(StoredWheel::sha256));
        Ok(Layout::of(interpreter, &root).python)
    }
}

/// Brings a wheel that was built into the store, by the same checks as any other.
fn admit(context: &Context<'_>, store: &Store, path: &Path, name: &WheelName) -> Result<Sha256, AppError> {
    let Context { host, progress, .. } = *context;
    let mut original = host.files.open(path)?;
    let mut checksum = Checksum::new(None);
    let copied = host.files.copy_private::<AppError>(&mut original, path, store.root(), &host.interrupt, |block| {
        checksum.update(block);
    });
    let not_read = |source| crate::host::FileError { act: "read", path: path.to_owned(), source };
    let file = RandomFile::of(copied?).map_err(not_read)?;
    let sha256 = checksum.check().map_err(|_| AppError::Vanished { wheel: name.clone() })?;
    store.admit(host, progress, &VerifiedFile { file, sha256 }, name, WrongRecord::Refuse)?;
    Ok(sha256)
}

/// The directory of the project in a source tree.
pub(super) fn project(tree: &Path, source: &SourceAddress) -> PathBuf {
    source.subdirectory.as_ref().map_or_else(|| tree.to_owned(), |path| path.below(tree))
}

/// Names the source code in the error of its build.
pub(super) fn named(source: &str) -> impl Fn(BuildError) -> AppError + '_ {
    |error| in_build(source, error.into())
}

fn in_build(source: &str, error: AppError) -> AppError {
    match error {
        AppError::Interrupted(interrupted) | AppError::Build(BuildError::Interrupted(interrupted)) => {
            interrupted.into()
        }
        error => AppError::Source { source_code: source.to_owned(), source: Box::new(error) },
    }
}
