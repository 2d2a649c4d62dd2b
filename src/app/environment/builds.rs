//! The builds of one resolution: the wheels that they made, and what else they left in the store.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use url::Url;

use crate::app::error::AppError;
use crate::app::request::BuildOptions;
use crate::app::state::{OnlineContext, SweepScope, sweep};
use crate::build::Room;
use crate::index::{File, FileName, IndexSettings};
use crate::resolve::{HashPolicy, UploadFilter};
use crate::store::{SharedLock, Store, StoredWheel};
use crate::vocab::{Address, Digest, Digests, DirectReference, Location, Metadata, Pin, Sha256};

use super::basis::metadata;

/// The treatment of source code that has to be built, and of Pythons that have to be fetched.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::app) enum BuildMode {
    CarryOut,
    /// [`AppError::WouldBuild`] names the source code; a Python to fetch is part of the plan.
    Plan,
}

/// The builds of one resolution. The wheels that they made stay in the store until [`Self::leave`] or [`Self::discard`].
pub(super) struct Builds<'a> {
    pub(super) context: &'a OnlineContext<'a>,
    pub(super) index: &'a IndexSettings,
    pub(super) options: &'a BuildOptions,
    pub(super) hashes: HashPolicy,
    /// The limits on the time of uploads, which the requirements of builds have too.
    pub(super) uploads: UploadFilter,
    pub(super) mode: BuildMode,
    pub(super) store: Store,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    built: Vec<Built>,
    /// The wheels that were brought into the store.
    admitted: BTreeSet<Sha256>,
    /// The wheels of the environments in which they were built.
    tools: BTreeSet<Sha256>,
    /// Keeps the store from being swept, until a change keeps it from that.
    lock: Option<SharedLock>,
}

/// A wheel that was built, now or earlier, and is in the store.
#[derive(Clone)]
pub(super) struct Built {
    pub(super) wheel: StoredWheel,
    pub(super) metadata: Arc<Metadata>,
    pub(super) source: BuiltSource,
}

/// The source code of a wheel.
#[derive(Clone)]
pub(super) enum BuiltSource {
    /// A source distribution of an index.
    Index {
        url: Address,
        digest: Digest,
    },
    Named(DirectReference),
}

impl<'a> Builds<'a> {
    pub(super) fn new(
        context: &'a OnlineContext<'a>,
        index: &'a IndexSettings,
        options: &'a BuildOptions,
        hashes: HashPolicy,
        uploads: UploadFilter,
        mode: BuildMode,
    ) -> Self {
        let store = Store::open(&context.local.directories.store());
        Self { context, index, options, hashes, uploads, mode, store, state: Mutex::default() }
    }

    /// A room for one build. The store is not swept from now on.
    pub(super) fn room(&self) -> Result<Room, AppError> {
        self.keep_store()?;
        Ok(Room::new(self.context.local.host, &self.store.root().join("build"))?)
    }

    /// Keeps the store from being swept from now on.
    pub(super) fn keep_store(&self) -> Result<(), AppError> {
        let state = &mut *self.state();
        if state.lock.is_none() {
            let local = &self.context.local;
            state.lock = Some(self.store.lock_shared(local.host, local.progress)?);
        }
        Ok(())
    }

    /// Remembers wheels of an environment for a build, which nothing needs afterwards.
    pub(super) fn add_tools(&self, wheels: &[StoredWheel]) {
        self.state().tools.extend(wheels.iter().map(StoredWheel::sha256));
    }

    /// Remembers a wheel that was brought into the store, whatever comes of it.
    pub(super) fn add_admitted(&self, wheel: &StoredWheel) {
        self.state().admitted.insert(wheel.sha256());
    }

    /// Remembers a wheel, which a resolution can choose from now on.
    pub(super) fn add(&self, wheel: StoredWheel, source: BuiltSource) -> Result<Built, AppError> {
        let bytes = metadata(&self.context.local, &wheel)?.unwrap_or_default();
        let parsed = Metadata::parse(&bytes).map_err(|error| AppError::Malformed {
            path: PathBuf::from(wheel.name().as_str()),
            source: Box::new(error),
        })?;
        let built = Built { wheel, metadata: Arc::new(parsed), source };
        self.state().built.push(built.clone());
        Ok(built)
    }

    /// The metadata of a wheel that was built.
    pub(super) fn metadata(&self, file: &File) -> Option<Arc<Metadata>> {
        let location = file.location();
        let state = self.state();
        let built = state.built.iter().find(|built| Location::Path(built.path()) == location)?;
        Some(Arc::clone(&built.metadata))
    }

    /// Lets the pins of wheels that were built say where their source code is.
    pub(super) fn describe(&self, pins: &mut [Pin]) {
        let state = self.state();
        for pin in pins {
            let Location::Path(path) = &pin.location else { continue };
            let Some(built) = state.built.iter().find(|built| built.path() == *path) else { continue };
            pin.digests = Digests::new(vec![built.wheel.sha256().into()]);
            match &built.source {
                BuiltSource::Index { url, digest } => {
                    pin.location = Location::Url(url.clone());
                    pin.built_from = Some(digest.clone());
                }
                BuiltSource::Named(direct) => {
                    pin.location = Location::Url(direct.url.clone());
                    pin.direct = Some(direct.clone());
                }
            }
        }
    }

    /// Ends the builds. The wheels that were built stay in the store.
    pub(super) fn leave(self) {
        let tools = std::mem::take(&mut self.state().tools);
        self.end(tools);
    }

    /// The same after a failure, when nothing needs the wheels that were built now. Those that built them serve a retry.
    pub(super) fn discard(self) {
        let admitted = std::mem::take(&mut self.state().admitted);
        self.end(admitted);
    }

    fn end(self, unneeded: BTreeSet<Sha256>) {
        let lock = self.state().lock.take();
        if lock.is_some() {
            drop(lock);
            // Wheels that stay do no harm.
            let _ = sweep(&self.context.local, &SweepScope::These(unneeded));
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Built {
    /// The path that stands for the archive, which no longer exists: resolution needs one to tell wheels apart.
    pub(super) fn path(&self) -> PathBuf {
        self.wheel.tree().with_file_name(self.wheel.name().as_str())
    }

    /// The wheel as a file that a resolution can choose.
    pub(super) fn file(&self) -> Result<File, AppError> {
        let url = Url::from_file_path(self.path());
        let url = url.map_err(|()| AppError::Vanished { wheel: self.wheel.name().clone() })?;
        Ok(File {
            name: FileName::Wheel(self.wheel.name().clone()),
            url: url.into(),
            digests: Digests::new(vec![self.wheel.sha256().into()]),
            size: None,
            requires_python: None,
            yanked: None,
            uploaded: None,
            metadata: None,
        })
    }
}
