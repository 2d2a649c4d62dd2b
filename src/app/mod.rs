//! Installed apps: generations, receipts, launchers; the use cases install, upgrade, rollback, list, verify, run,
//! uninstall, sync.
//!
//! An app is installed when its pointer names a complete generation. Everything else is derived from the generations and
//! can be recomputed.

mod change;
mod command;
mod environment;
mod error;
mod hint;
mod locked_app_error;
mod managed_python_error;
#[cfg(any(test, fuzzing))]
pub mod properties;
mod request;
mod state;

pub use change::{
    ActivationStep, AppStep, CommandOwner, EnvironmentStep, FinishStep, LostCommand, Need, PackageManager, Place,
    PlaceUse, Plan, PlannedPython, SwitchStep, VersionChange, inspect_places, lost_commands, obstacles,
};
pub use command::{
    AppEnvironment, BrokenApp, CacheSize, Exported, ForeignApp, ForeignTool, Freshness, Generations, Health, HeldBack,
    HiddenProgram, Injection, Installation, Installed, InstalledApp, InstalledManagedPython, ListedBuilds,
    ListedGeneration, ListedManaged, ListedPython, Listing, OutdatedApp, PYTHON_VARIABLES, Pinned, Pinning,
    PlannedInstall, PlannedRemoval, PlannedSweep, PlannedSync, PlannedUpgrade, Problem, PythonListing, PythonSelection,
    Refresh, RemovedPython, Repair, RolledBack, Runnable, Scope, Selected, Swept, Synced, Target, UnhashedWheel,
    Uninstalled, UnusableInterpreter, Upgraded, UsedPythons, Verification, VerifiedGeneration, app_environment,
    cache_size, export, find_python, foreign_apps, freshness, health, hidden_program, hidden_python, inject, install,
    install_pythons, installed_program, list, list_pythons, pin, plain_python, plan_install, plan_install_pythons,
    plan_sweep, plan_sync, plan_uninstall, plan_uninstall_pythons, plan_upgrade, recorded_request, repair, rollback,
    sweep_cache, sync, uninstall, uninstall_pythons, upgrade, verify,
};
pub use environment::{BuildStep, Fetch, LockedApp, PythonToFetch, locked_app, project_name, sources_to_build};
pub use error::{AppError, FetchObstacle, PackageError, in_one_line, system_errors};
pub use hint::directories_hint;
pub use locked_app_error::LockedAppError;
pub use managed_python_error::ManagedPythonError;
pub use request::{
    AcceleratorSettings, BuildOptions, Check, CommandSuffix, DefaultForce, DefaultPython, Executables, ForeignPython,
    ForeignRecord, GpuPolicy, InstallOptions, InvalidLockLocation, InvalidRecord, InvalidScript, KEPT, LockedCommands,
    NewUploadRules, Overwrite, PythonDownloads, PythonSettings, Reinstall, Request, RequestedAccelerator,
    RequestedLock, RequestedPython, ScriptMetadata, Source, SourceError, Sources, SyncOptions, UpgradeOptions,
    absolute_place, lock_location,
};
pub use state::{
    AppDirectories, AppName, ChosenBuild, CommandKind, Context, Directories, Environment, Generation, GenerationName,
    GenerationRecord, HomeAccess, InstalledCommand, InstalledWheel, InvalidManifest, ManagedPython, Manifest,
    MarkedDirectory, OnlineContext, OwnEntry, PythonReason, PythonRecord, PythonUser, RecordedPython, Use,
    visible_apps,
};
