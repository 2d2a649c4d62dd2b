//! The options of the use cases that change something.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use crate::index::IndexSettings;
use crate::lock::Selection;
use crate::python::PythonRequest;
use crate::resolve::{AllowedBuilds, HashPolicy, UploadRules};
use crate::store::LinkMode;
use crate::trust::PublicKey;
use crate::vocab::{Location, Requirement, UploadLimit};

use super::app_request::{Request, RequestedPython};
use super::build_options::BuildOptions;

/// The number of generations that stay by default: the current one, and the one to go back to.
pub const KEPT: NonZeroUsize = NonZeroUsize::new(2).expect("two is not zero");

/// The options of `install`.
#[derive(Clone, Debug)]
pub struct InstallOptions {
    pub request: Request,
    /// Versions to take this time, of packages that are installed: upgrades are free of them.
    pub versions: Vec<Requirement>,
    /// The indexes to ask, with credentials.
    pub index: IndexSettings,
    pub reinstall: Reinstall,
    pub overwrite: Overwrite,
    /// The test that a new generation has to pass before it becomes current.
    pub check: Check,
    /// The number of generations that stay, the current one included.
    pub keep: NonZeroUsize,
}

/// The options of `upgrade`.
#[derive(Clone, Debug)]
pub struct UpgradeOptions {
    /// The indexes to ask, with credentials.
    pub index: IndexSettings,
    /// The Python to use from now on, in place of the one that was requested before.
    pub python: Option<RequestedPython>,
    pub uploads: NewUploadRules,
    /// The test that a new generation has to pass before it becomes current.
    pub check: Check,
    /// The builds to allow from now on, beside those that were allowed before.
    pub builds: AllowedBuilds,
    /// The number of generations that stay, the current one included.
    pub keep: NonZeroUsize,
}

/// Limits on the time of uploads beside those of an earlier request.
#[derive(Clone, Debug, Default)]
pub struct NewUploadRules {
    /// Those that were typed: part of the request from now on.
    pub typed: UploadRules,
    /// That of the settings of uv, pip and pipx: for this time, if the request has none.
    pub configured: Option<UploadLimit>,
}

impl NewUploadRules {
    /// Adds those that were typed to a request.
    pub(in crate::app) fn extend(&self, request: &mut Request) {
        let rules = &mut request.rules.uploads;
        let UploadRules { limit, packages, exempt_indexes } = self.typed.clone();
        rules.limit = limit.or(rules.limit);
        rules.packages.extend(packages);
        rules.exempt_indexes.extend(exempt_indexes);
    }

    /// The request to resolve for one that is recorded.
    pub(in crate::app) fn effective(&self, request: &Request) -> Request {
        let mut request = request.clone();
        request.rules.uploads.limit = request.rules.uploads.limit.or(self.configured);
        request
    }
}

/// The options of `sync`.
#[derive(Clone, Debug)]
pub struct SyncOptions {
    pub lock: Location,
    /// The treatment of a lock from a server of which nobody states a hash.
    pub hashes: HashPolicy,
    /// The key that the lock has to be signed with; `None` for a lock that needs no signature.
    pub public_key: Option<PublicKey>,
    /// The directory of the environment. Absolute.
    pub into: PathBuf,
    pub python: PythonRequest,
    pub selection: Selection,
    /// The builds that are allowed.
    pub build: BuildOptions,
    /// The indexes to ask for the requirements of builds, and for nothing else.
    pub index: IndexSettings,
    pub link_mode: LinkMode,
    pub reinstall: Reinstall,
}

/// The use of a lock.
#[derive(Clone, Copy, Debug)]
pub(in crate::app) struct LockOptions<'a> {
    /// For messages.
    pub location: &'a Location,
    pub hashes: HashPolicy,
    pub selection: &'a Selection,
    pub python: &'a PythonRequest,
    /// The interpreter to take before others that fit as well.
    pub interpreter: Option<&'a Path>,
    /// The builds that are allowed.
    pub build: &'a BuildOptions,
    /// The indexes to ask for the requirements of builds.
    pub index: &'a IndexSettings,
}

/// The test of a new generation.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Check {
    /// Its metadata can be read, and its console entry points can be imported: otherwise, the change is undone.
    EntryPoints,
    /// The modules of its commands exist, told without running any of it: otherwise, a warning.
    Modules,
    Nothing,
    /// As for `EntryPoints`, but with a warning.
    Smoke,
}

/// The treatment of an installation that already satisfies the request: it is built again or kept.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Reinstall {
    Always,
    /// Kept if the request is the same.
    IfChanged,
    /// Kept if the request is the same, and resolving it again gives the same packages.
    IfOutdated,
}

/// The treatment of files in the bin directory that belong to somebody else.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Overwrite {
    Allow,
    /// These are replaced, and all others are not.
    Only(BTreeSet<PathBuf>),
    Refuse,
    /// They stay, and the commands of those names are not linked.
    Skip,
}
