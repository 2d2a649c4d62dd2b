//! Builds an environment: fetches wheels, writes a virtual environment, and installs the wheels into it.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::fmt;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::app::error::AppError;
use crate::app::locked_app_error::LockedAppError;
use crate::app::request::{Request, RequestedLock};
use crate::app::state::{
    CommandKind, InstalledCommand, InstalledWheel, OnlineContext, OwnEntry, PythonsInUse, inventory, use_managed,
};

use super::basis::compare;
use super::module_check::missing_modules;
use super::resolved::Resolution;
use super::shared_files::shared_files;
use super::supply::Supply;
use crate::fetch::stated_entry_points;
use crate::host::{Connection, Event, FileError, ThreadBudget, checkpoint, in_parallel};
use crate::store::{
    Assembly, AssemblyOptions, Command, Installed, Placement, StoredWheel, assemble, command_names_of, relative,
};
use crate::venv::{self, Layout, Step};
use crate::vocab::{Algorithm, Location, PackageName, Pin, Version, WheelName};
use crate::wheel::{EntryPointGroup, RecordHash, command_names};

/// A step of building an environment.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "step")]
pub enum BuildStep {
    /// Bring wheels that the store lacks into it, verified.
    Fetch { wheels: Vec<Fetch> },
    /// Write an empty virtual environment.
    CreateEnvironment { environment: PathBuf },
    /// Put wheels from the store into the environment.
    Install { wheels: Vec<WheelName> },
}

/// A wheel to fetch.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Fetch {
    pub wheel: WheelName,
    pub location: Location,
    /// Bytes, where stated.
    pub size: Option<u64>,
}

/// An environment in the making.
pub(in crate::app) struct Builder<'a> {
    context: &'a OnlineContext<'a>,
    resolution: &'a Resolution,
    supply: Supply<'a>,
    /// The pins whose wheels the store lacks.
    missing: Vec<Pin>,
    layout: Layout,
    options: venv::Options,
    assembly: AssemblyOptions,
    pub content: Content,
    /// Keeps a managed Python from being removed until a record names it.
    python_in_use: Option<PythonsInUse>,
}

/// The content of a built environment.
#[derive(Default)]
pub(in crate::app) struct Content {
    pub files: u64,
    pub bytes: u64,
    /// The files that came with no wheel.
    pub own: Vec<OwnEntry>,
    /// The wheels, in the order of the pins.
    pub wheels: Vec<InstalledWheel>,
    /// The same wheels in the store.
    pub stored: Vec<StoredWheel>,
    /// The packages with their commands.
    packages: Vec<(PackageName, Version, Vec<InstalledCommand>)>,
}

impl<'a> Builder<'a> {
    /// A builder for an environment in a directory that does not exist yet, or is empty, unless its files are written
    /// elsewhere first. It fetches the wheels that the store lacks now.
    ///
    /// # Errors
    /// When this installation lacks the launchers that the environment needs.
    pub(in crate::app) fn new(
        context: &'a OnlineContext<'a>,
        resolution: &'a Resolution,
        root: &Path,
        options: venv::Options,
        assembly: AssemblyOptions,
    ) -> Result<Self, AppError> {
        let supply = Supply::new(context);
        let missing = supply.missing(&resolution.pins)?.into_iter().cloned().collect();
        Ok(Self {
            context,
            resolution,
            supply,
            missing,
            layout: venv::layout(context.local.host, &resolution.interpreter, root)?,
            options,
            assembly,
            content: Content::default(),
            python_in_use: None,
        })
    }

    /// Writes the files to another directory, from which they are moved.
    pub(in crate::app) fn write_to(&mut self, directory: &Path) {
        self.layout = self.layout.clone().written_to(directory);
    }

    /// The files of the environment that come with no wheel, and its directories, as this builder writes them.
    pub(in crate::app) fn own_entries(&self) -> Result<(Vec<OwnEntry>, Vec<String>), AppError> {
        let host = self.context.local.host;
        let steps = venv::planned(host, &self.resolution.interpreter, &self.layout, &self.options)?;
        let path = |path: &Path| relative(path, &self.layout.root);
        let (mut entries, mut directories) = (Vec::new(), Vec::new());
        for step in steps {
            match step {
                Step::Copy { original, path: copy } => {
                    let hash = host.files.hash::<AppError>(&original, Algorithm::Sha256, &host.interrupt)?.into();
                    entries.push(OwnEntry::File { path: path(&copy), hash });
                }
                Step::Directory(directory) => directories.push(path(&directory)),
                Step::Link { target, path: link } => entries.push(OwnEntry::Link { path: path(&link), target }),
                Step::Text { path: file, text } => {
                    entries.push(OwnEntry::File { path: path(&file), hash: RecordHash::of(text.as_bytes()) });
                }
            }
        }
        Ok((entries, directories))
    }

    /// The pins whose wheels the store lacks.
    pub(in crate::app) fn missing(&self) -> &[Pin] {
        &self.missing
    }

    /// All pins.
    pub(in crate::app) fn pins(&self) -> &[Pin] {
        &self.resolution.pins
    }

    /// The wheels to fetch.
    pub(in crate::app) fn fetches(&self) -> impl Iterator<Item = WheelName> {
        self.missing.iter().map(|pin| pin.wheel.clone())
    }

    /// The steps to take.
    pub(in crate::app) fn plan(&self) -> Vec<BuildStep> {
        let pins = &self.resolution.pins;
        let fetch = BuildStep::Fetch { wheels: self.missing.iter().map(Fetch::of).collect() };
        let steps = [
            BuildStep::CreateEnvironment { environment: self.layout.prefix.clone() },
            BuildStep::Install { wheels: pins.iter().map(|pin| pin.wheel.clone()).collect() },
        ];
        let is_needed = |step: &BuildStep| !matches!(step, BuildStep::Fetch { wheels } if wheels.is_empty());
        std::iter::once(fetch).filter(is_needed).chain(steps).collect()
    }

    /// Takes one step.
    pub(in crate::app) fn apply(&mut self, step: &BuildStep) -> Result<(), AppError> {
        match step {
            BuildStep::Fetch { .. } => self.supply.fetch(&self.missing),
            BuildStep::CreateEnvironment { .. } => self.create(),
            BuildStep::Install { .. } => self.install(),
        }
    }

    /// Fetches the missing wheels, those of the packages that a request names for their commands first: the others only if a
    /// check of the commands passes.
    pub(in crate::app) fn fetch_after_check(
        &self,
        request: &Request,
        check: &(dyn Fn(&BTreeSet<String>) -> Result<(), AppError> + Sync),
    ) -> Result<(), AppError> {
        let Request { requirement, executables, .. } = request;
        let check = |package: &PackageName, wheel: &StoredWheel| {
            if request.is_for_scripts || !request.has_commands_of(package) {
                return Ok(());
            }
            let names = command_names_of(wheel.manifest(), &self.layout);
            let names: BTreeSet<String> =
                names.iter().filter(|name| request.has_command(name)).map(|name| request.command_name(name)).collect();
            match names.is_empty() {
                true if executables.from.contains(package) => Err(without_commands(package)),
                true if executables.is_default() && request.lock.is_none() => Err(self.no_commands(package)),
                true | false => check(&names),
            }
        };
        let pins = self.resolution.pins.iter();
        let first = pins.filter(|pin| pin.name == requirement.name || executables.from.contains(&pin.name));
        self.supply.fetch_after_check(&self.missing, &first.collect::<Vec<_>>(), &check)
    }

    /// The error for a package without commands. It names those of its dependencies as far as they can be told without
    /// downloading their wheels.
    fn no_commands(&self, package: &PackageName) -> AppError {
        let OnlineContext { local, network, jobs, .. } = self.context;
        let others: Vec<&Pin> = self.resolution.pins.iter().filter(|pin| pin.name != *package).collect();
        let names = |connection: &mut Connection, pin: &&Pin| -> Result<_, Infallible> {
            let names = match self.supply.stored(pin) {
                Ok(Some(wheel)) => command_names_of(wheel.manifest(), &self.layout).into_iter().collect(),
                Ok(None) | Err(_) => stated_entry_points(local.host, connection, pin)
                    .map(|text| command_names(&text))
                    .unwrap_or_default(),
            };
            Ok((pin.name.clone(), names))
        };
        let Ok(dependencies) = in_parallel(&others, &ThreadBudget::of(jobs.get() - 1), || network.connection(), names);
        let dependencies = dependencies.into_iter().filter(|(_, names)| !names.is_empty()).collect();
        AppError::NoCommands { package: package.clone(), dependencies }
    }

    fn create(&mut self) -> Result<(), AppError> {
        let host = self.context.local.host;
        let interpreter = &self.resolution.interpreter;
        // One that was removed just before is missed by the check below.
        self.python_in_use = use_managed(&self.context.local, &interpreter.executable)?;
        venv::write(host, interpreter, &self.layout, &self.options)?;
        venv::check_interpreter(host, interpreter, &self.layout)?;
        checkpoint("environment made");
        self.content.own = inventory(host, &self.layout.root)?;
        Ok(())
    }

    fn install(&mut self) -> Result<(), AppError> {
        let Self { context, resolution, .. } = *self;
        let stored = self.supply.wheels(&resolution.pins)?;
        compare(&context.local, resolution, &stored)?;
        let placements: Vec<Placement<'_>> = resolution
            .pins
            .iter()
            .zip(&stored)
            .map(|(pin, wheel)| Placement { wheel, role: pin.role, direct: pin.direct.as_ref() })
            .collect();
        let progress = context.local.progress;
        progress.event(Event::InstallStarted { packages: placements.len() });
        let assembly = assemble(context.local.host, progress, &placements, &self.layout, self.assembly)?;
        progress.event(Event::InstallFinished);
        checkpoint("environment assembled");
        self.record(stored, &assembly)?;
        Ok(context.local.host.interrupt.check()?)
    }

    fn record(&mut self, stored: Vec<StoredWheel>, assembly: &Assembly) -> Result<(), FileError> {
        // The library directories of an assembly have no symbolic links in their paths.
        let root = self.context.local.host.files.canonical(&self.layout.root)?;
        let content = &mut self.content;
        content.files = assembly.wheels.iter().map(|wheel| wheel.files as u64).sum();
        content.bytes = assembly.wheels.iter().map(|wheel| wheel.bytes).sum();
        let wheels = self.resolution.pins.iter().zip(&stored).zip(&assembly.wheels);
        content.wheels = wheels.map(|((pin, wheel), installed)| recorded(pin, wheel, installed, &root)).collect();
        let package = |(pin, wheel): (&Pin, &Installed)| {
            let commands = wheel.commands.iter().map(|one| command(one, &self.layout.root)).collect();
            (wheel.name.clone(), pin.version.clone(), commands)
        };
        content.packages = self.resolution.pins.iter().zip(&assembly.wheels).map(package).collect();
        content.stored = stored;
        Ok(())
    }
}

impl Content {
    /// The modules that commands of a request start and that no wheel has, each with the commands.
    pub(in crate::app) fn missing_modules(&self, request: &Request) -> BTreeMap<String, Vec<String>> {
        missing_modules(&self.stored, |name| request.has_commands_of(name))
    }

    /// The version of the package that makes the app, and the commands of the app: its own first.
    ///
    /// # Errors
    /// When there are no commands, with the other packages that have some, or a package that was named for its commands has
    /// none.
    pub(in crate::app) fn app(&self, request: &Request) -> Result<(Version, Vec<InstalledCommand>), AppError> {
        let package = &request.requirement.name;
        let without =
            |from: &&PackageName| self.packages.iter().any(|(name, _, commands)| name == *from && commands.is_empty());
        if let Some(from) = request.executables.from.iter().find(without) {
            return Err(without_commands(from));
        }
        let (own, others): (Vec<_>, Vec<_>) = self.packages.iter().partition(|(name, _, _)| name == package);
        let others = others.into_iter();
        let mut all: Vec<InstalledCommand> = Vec::new();
        let included = own.iter().copied().chain(others.clone()).filter(|(name, _, _)| request.has_commands_of(name));
        for command in included.flat_map(|(_, _, commands)| commands).filter(|one| request.has_command(&one.name)) {
            // Two packages may declare the same command: it is one file.
            if !all.iter().any(|other| other.script == command.script) {
                all.push(InstalledCommand { name: request.command_name(&command.name), ..command.clone() });
            }
        }
        let stated = request.lock.as_ref().map(RequestedLock::named_commands).unwrap_or_default();
        if let Some(command) = stated.iter().find(|name| all.iter().all(|one| one.name != request.command_name(name))) {
            return Err(LockedAppError::MissingCommand { command: command.clone() }.into());
        }
        match own.first() {
            Some((_, version, _)) if request.is_for_scripts || !all.is_empty() => Ok((version.clone(), all)),
            // The marker of the requirement excludes this machine.
            None if request.is_for_scripts => Ok((Version::new([0]), all)),
            Some(_) | None => {
                let names =
                    |commands: &[InstalledCommand]| commands.iter().map(|command| command.name.clone()).collect();
                let with_commands = others.filter(|(_, _, commands)| !commands.is_empty());
                let dependencies = with_commands.map(|(name, _, commands)| (name.clone(), names(commands))).collect();
                Err(AppError::NoCommands { package: package.clone(), dependencies })
            }
        }
    }

    /// The manual pages and completions of the packages whose commands are those of the app. With a suffix there are none:
    /// they are about commands of other names.
    pub(in crate::app) fn shared_files(&self, request: &Request, commands: &[InstalledCommand]) -> Vec<String> {
        if request.suffix.is_some() {
            return Vec::new();
        }
        let wheels = self.wheels.iter().zip(&self.stored).filter(|(wheel, _)| request.has_commands_of(&wheel.name));
        let mut found: Vec<String> = wheels.flat_map(|(_, stored)| shared_files(stored.manifest(), commands)).collect();
        found.sort();
        found.dedup();
        found
    }
}

/// The error for a package that was named for its commands and has none.
fn without_commands(package: &PackageName) -> AppError {
    AppError::NoCommands { package: package.clone(), dependencies: BTreeMap::new() }
}

impl Fetch {
    fn of(pin: &Pin) -> Self {
        Self { wheel: pin.wheel.clone(), location: pin.location.clone(), size: pin.size }
    }
}

fn recorded(pin: &Pin, wheel: &StoredWheel, installed: &Installed, root: &Path) -> InstalledWheel {
    InstalledWheel {
        name: pin.name.clone(),
        version: pin.version.clone(),
        file: pin.wheel.clone(),
        digest: wheel.sha256().into(),
        is_unhashed: !pin.is_hash_stated && matches!(pin.location, Location::Url(_)),
        location: pin.location.clone(),
        role: pin.role,
        direct: pin.direct.clone(),
        built_from: pin.built_from.clone(),
        record: relative(&installed.record, root),
        record_hash: installed.record_hash.clone(),
    }
}

fn command(command: &Command, root: &Path) -> InstalledCommand {
    InstalledCommand {
        name: command.name.clone(),
        script: relative(&command.path, root),
        kind: match command.group {
            EntryPointGroup::Console => CommandKind::Console,
            EntryPointGroup::Gui => CommandKind::Gui,
        },
    }
}

impl fmt::Display for BuildStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = |count: usize| if count == 1 { "" } else { "s" };
        match self {
            Self::Fetch { wheels } => {
                write!(f, "fetch and verify {} wheel{}", wheels.len(), plural(wheels.len()))?;
                wheels.iter().try_for_each(|fetch| write!(f, "\n    {}", fetch.wheel))
            }
            Self::CreateEnvironment { environment } => write!(f, "create the environment {}", environment.display()),
            Self::Install { wheels } => write!(f, "install {} package{} into it", wheels.len(), plural(wheels.len())),
        }
    }
}
