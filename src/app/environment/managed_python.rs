//! Managed Pythons: chosen from the table of builds, fetched, unpacked beside their place, moved there, and probed. The
//! record comes last.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::app::error::AppError;
use crate::app::managed_python_error::ManagedPythonError;
use crate::app::request::PythonSettings;
use crate::app::state::{
    ManagedPython, OnlineContext, PYTHON_SCHEMA, PythonReason, PythonRecord, PythonsInUse, cache,
    clear_unfinished_pythons, installed_python, lock_python, remove_python, use_pythons, write_python_record,
};
use crate::fetch::{Artifact, Destination, Downloads};
use crate::host::{Durability, FileKind, Host, VerifiedFile, checkpoint};
use crate::platform::probe::read_system_libc;
use crate::platform::{Arch, Implementation, Os};
use crate::python::managed::{BuildName, BuildTable, ManagedBuild, NoBuild, Target, builds_for};
use crate::python::{self, Discovery, Interpreter, PythonRequest, Search};
use crate::vocab::{Digest, Digests, Location, VersionSpecifiers};

use super::python_archive::{Unpacked, unpack};

/// The most bytes of an archive: the largest builds have a fifteenth.
const LONGEST_ARCHIVE: u64 = 1 << 30;

/// The file that keeps pip from changing a Python (PEP 668).
const EXTERNALLY_MANAGED: &str = "EXTERNALLY-MANAGED";

const EXTERNALLY_MANAGED_TEXT: &[u8] = b"[externally-managed]
Error=Kingbolt manages this Python for its apps, and removes it when no app needs it.
 Install packages into an environment: run `python3 -m venv DIRECTORY`.
";

/// A managed Python, and the lock that keeps it from being removed. Hold it until a record names the interpreter.
#[derive(Debug)]
pub(in crate::app) struct ManagedInterpreter {
    pub(in crate::app) interpreter: Interpreter,
    pub(in crate::app) python: ManagedPython,
    /// True if it was installed just now.
    pub(in crate::app) is_new: bool,
    _in_use: PythonsInUse,
}

/// The builds that Kingbolt can fetch for this machine.
#[derive(Debug)]
pub(in crate::app) struct KnownBuilds {
    pub(in crate::app) table: BuildTable,
    pub(in crate::app) target: Target,
}

impl KnownBuilds {
    /// The builds of the table that the settings name, for this machine.
    ///
    /// # Errors
    /// [`ManagedPythonError::Table`] if a table that the person named cannot be read, and [`ManagedPythonError::NoBuild`] if there
    /// are no builds for this machine.
    pub(in crate::app) fn read(host: &Host, settings: &PythonSettings) -> Result<Self, AppError> {
        let unreadable = |path: PathBuf, source| ManagedPythonError::Table { path, source: Box::new(source) };
        let mut table = match &settings.builds {
            Some(path) => {
                let text = host.files.read_text(path)?;
                BuildTable::parse(&text).map_err(|source| unreadable(path.clone(), source))?
            }
            None => BuildTable::own().map_err(|source| unreadable("builds.toml".into(), source))?,
        };
        if let Some(mirror) = &settings.mirror {
            table.origin = mirror.clone();
        }
        Ok(Self { table, target: target_of_machine(host).map_err(ManagedPythonError::from)? })
    }

    /// The builds that match a request and that a package's `Requires-Python` admits, newest first; at least one.
    ///
    /// # Errors
    /// [`ManagedPythonError::NoBuild`] lists what there is.
    pub(in crate::app) fn matching(
        &self,
        request: &PythonRequest,
        requires_python: &VersionSpecifiers,
    ) -> Result<Vec<&ManagedBuild>, AppError> {
        let builds = builds_for(&self.table, self.target, request, requires_python);
        Ok(builds.map_err(ManagedPythonError::from)?)
    }
}

/// The target of this machine: on Linux by the loader of its own programs, since Kingbolt is linked statically.
fn target_of_machine(host: &Host) -> Result<Target, NoBuild> {
    let (os, arch) = (Os::current(), Arch::current());
    let libc = match os {
        Os::Linux => read_system_libc(host),
        Os::MacOs | Os::Windows => None,
    };
    arch.and_then(|arch| Target::of_machine(os, arch, libc)).ok_or_else(|| {
        let arch = arch.map_or(std::env::consts::ARCH, Arch::name);
        let libc = match (os, libc) {
            (Os::Linux, Some(libc)) => format!(" with the C library `{}`", libc.name()),
            (Os::Linux, None) => " without a known C library".to_owned(),
            (Os::MacOs | Os::Windows, _) => String::new(),
        };
        NoBuild::Machine { machine: format!("{os} {arch}{libc}") }
    })
}

/// Makes sure that a build is installed: fetches, verifies and unpacks its archive, unless that was done. Of several
/// processes that need it, one does that while the others wait.
///
/// # Errors
/// If an archive is refused, or is no working Python of this build, all that was unpacked of it is removed.
pub(in crate::app) fn ensure_managed(
    context: &OnlineContext<'_>,
    builds: &KnownBuilds,
    build: &ManagedBuild,
    reason: PythonReason,
) -> Result<ManagedInterpreter, AppError> {
    let local = &context.local;
    let (host, directories) = (local.host, local.directories);
    cache::mark(local)?;
    let in_use = use_pythons(local)?;
    let lock = lock_python(local, &build.name)?;
    if let Some(mut python) = installed_python(host, directories, &build.name)? {
        if python.record.digest != Digest::from(build.sha256) {
            return Err(ManagedPythonError::OtherArchive { name: build.name.to_string() }.into());
        }
        let interpreter = probe(context, &build.name, &python.root)?;
        if (reason, python.record.reason) == (PythonReason::Requested, PythonReason::Automatic) {
            python.record.reason = reason;
            write_python_record(host, directories, &build.name, &python.record)?;
        }
        return Ok(ManagedInterpreter { interpreter, python, is_new: false, _in_use: in_use });
    }
    remove_python(host, directories, &build.name)?;
    let archive = PythonArchive::new(build, builds);
    let installed = install(context, &archive).and_then(|unpacked| {
        let interpreter = probe(context, &build.name, &directories.python(&build.name))?;
        forbid_installers(host, &interpreter)?;
        make_durable(host, &directories.pythons())?;
        let record = PythonRecord {
            schema: PYTHON_SCHEMA,
            reason,
            installed: host.clock.now(),
            digest: build.sha256.into(),
            location: archive.address.without_secrets(),
            files: unpacked.files,
            bytes: unpacked.bytes,
        };
        write_python_record(host, directories, &build.name, &record)?;
        let root = directories.python(&build.name);
        let python = ManagedPython { name: build.name.clone(), root, record };
        Ok((interpreter, python))
    });
    match installed {
        Ok((interpreter, python)) => {
            lock.remove();
            Ok(ManagedInterpreter { interpreter, python, is_new: true, _in_use: in_use })
        }
        Err(error) => {
            // The error to report is this one, and a sweep removes what is left.
            let _ = remove_python(host, directories, &build.name);
            lock.remove();
            drop(in_use);
            let _ = clear_unfinished_pythons(local);
            Err(error)
        }
    }
}

/// The archive of a build.
struct PythonArchive {
    name: BuildName,
    file: String,
    address: crate::vocab::Address,
    location: Location,
    digests: Option<Digests>,
}

impl PythonArchive {
    fn new(build: &ManagedBuild, builds: &KnownBuilds) -> Self {
        let address = build.address(&builds.table.origin);
        Self {
            name: build.name.clone(),
            file: build.file_name(),
            location: Location::Url(address.clone()),
            address,
            digests: Digests::new(vec![build.sha256.into()]),
        }
    }
}

impl Artifact for PythonArchive {
    const NOUN: &'static str = "Python";

    fn file(&self) -> &str {
        &self.file
    }

    fn location(&self) -> &Location {
        &self.location
    }

    fn digests(&self) -> Option<&Digests> {
        self.digests.as_ref()
    }

    fn size(&self) -> Option<u64> {
        None
    }
}

/// Where the archive goes: into the directory of its build.
struct Installation<'a> {
    context: &'a OnlineContext<'a>,
    unpacked: Mutex<Unpacked>,
}

impl Destination for Installation<'_> {
    type Artifact = PythonArchive;
    type Error = AppError;

    /// The lock of the build is held: nobody else installs it.
    fn has(&self, _archive: &PythonArchive) -> bool {
        false
    }

    fn take(&self, archive: &PythonArchive, file: VerifiedFile) -> Result<(), AppError> {
        let local = &self.context.local;
        let root = local.directories.python(&archive.name);
        let staged = local.host.files.stage(&root)?;
        let unpacked = unpack(local.host, &archive.file, &file, staged.path(), &root)?;
        checkpoint("python unpacked");
        staged.commit()?;
        *self.unpacked.lock().unwrap_or_else(PoisonError::into_inner) = unpacked;
        Ok(())
    }
}

/// Downloads and unpacks the archive of a build.
fn install(context: &OnlineContext<'_>, archive: &PythonArchive) -> Result<Unpacked, AppError> {
    let OnlineContext { local, network, jobs, .. } = *context;
    let (cache, private) = (&local.directories.cache_dir, &local.directories.pythons());
    network.add_named(&archive.address);
    let (host, progress, longest) = (local.host, local.progress, LONGEST_ARCHIVE);
    let downloads = Downloads { host, network, cache, private, jobs, progress, longest };
    let installation = Installation { context, unpacked: Mutex::default() };
    downloads.run(std::slice::from_ref(archive), &installation)?;
    checkpoint("python in place");
    Ok(installation.unpacked.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// Asks a Python that was unpacked what it is, and compares that with its name.
fn probe(context: &OnlineContext<'_>, name: &BuildName, root: &Path) -> Result<Interpreter, AppError> {
    let local = &context.local;
    let request = PythonRequest::Path(root.to_owned());
    let search = Search { cache_dir: cache::usable(local.host, local.directories), ..Search::default() };
    let Discovery { found, mut skipped, .. } = python::discover(local.host, &request, &search, local.progress)?;
    let Some(found) = found.into_iter().next() else {
        let reason = skipped.pop().map(|skipped| Box::new(skipped.reason));
        return Err(ManagedPythonError::Unusable { name: name.to_string(), source: reason }.into());
    };
    let is_named = found.version == name.version
        && found.implementation == Implementation::CPython
        && !found.free_threaded
        && name.target.is_of(&found.platform);
    if !is_named {
        let found = format!("{} {} for {}", found.implementation, found.version, found.platform);
        return Err(ManagedPythonError::Wrong { name: name.to_string(), found }.into());
    }
    Ok(found)
}

/// Tells pip that packages of this Python are not its business.
fn forbid_installers(host: &Host, interpreter: &Interpreter) -> Result<(), AppError> {
    let path = interpreter.stdlib.join(EXTERNALLY_MANAGED);
    if host.files.kind(&path)?.is_none() {
        host.files.write_new(&path, EXTERNALLY_MANAGED_TEXT, 0o666)?;
    }
    Ok(())
}

/// Makes sure that a Python outlives a loss of power before its record says that it is there.
fn make_durable(host: &Host, directory: &Path) -> Result<(), AppError> {
    if host.files.sync_file_system(directory)? == Durability::Certain {
        return Ok(());
    }
    for path in crate::store::files_below(host, directory)? {
        if host.files.kind(&path)? == Some(FileKind::File) {
            host.files.sync_file(&path)?;
        }
    }
    Ok(host.files.sync_dir(directory)?)
}
