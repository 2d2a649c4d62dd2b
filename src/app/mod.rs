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
    HiddenProgram, Injection, Installation, Installed, InstalledApp, ListedGeneration, Listing, OutdatedApp,
    PYTHON_VARIABLES, Pinned, Pinning, PlannedInstall, PlannedRemoval, PlannedSweep, PlannedSync, PlannedUpgrade,
    Problem, Refresh, Repair, RolledBack, Runnable, Scope, Selected, Swept, Synced, Target, UnhashedWheel, Uninstalled,
    Upgraded, Verification, VerifiedGeneration, app_environment, cache_size, export, foreign_apps, freshness, health,
    hidden_program, hidden_python, inject, install, installed_program, list, pin, plain_python, plan_install,
    plan_sweep, plan_sync, plan_uninstall, plan_upgrade, recorded_request, repair, rollback, sweep_cache, sync,
    uninstall, upgrade, verify,
};
pub use environment::{BuildStep, Fetch, PythonToFetch, project_name, sources_to_build};
pub use error::{AppError, FetchObstacle, PackageError, in_one_line, system_errors};
pub use hint::directories_hint;
pub use request::{
    BuildOptions, Check, CommandSuffix, DefaultForce, DefaultPython, Executables, ForeignPython, ForeignRecord,
    InstallOptions, InvalidLockLocation, InvalidRecord, InvalidScript, KEPT, NewUploadRules, Overwrite,
    PythonDownloads, PythonSettings, Reinstall, Request, RequestedPython, ScriptMetadata, Source, SourceError, Sources,
    SyncOptions, UpgradeOptions, absolute_place, lock_location,
};
pub use state::{
    AppDirectories, AppName, CommandKind, Context, Directories, Environment, Generation, GenerationName,
    GenerationRecord, HomeAccess, InstalledCommand, InstalledWheel, InvalidManifest, Manifest, MarkedDirectory,
    OnlineContext, OwnEntry, RecordedPython, Use, visible_apps,
};
