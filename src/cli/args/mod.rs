//! The command line as typed. Parsing only: `settings` decides its meaning.
#![expect(clippy::doc_markdown, reason = "the doc comments here are what `--help` shows")]

mod accelerator;
mod cache;
mod command_line;
mod completions;
mod doctor;
mod ensurepath;
mod exec;
mod global;
mod help;
mod import;
mod inject;
mod install;
mod link_mode;
mod list;
mod man;
mod pin;
mod python;
mod python_command;
mod release;
mod request;
mod rollback;
mod run;
mod sync;
mod uninstall;
mod upgrade;
mod verify;

pub(super) use accelerator::{AcceleratorArguments, AssumptionArguments};
pub(super) use cache::{CacheCommand, SweepArguments};
pub(super) use command_line::{Arguments, Command};
pub(super) use completions::{CompletionsArguments, Shell};
pub(super) use doctor::DoctorArguments;
pub(super) use ensurepath::EnsurepathArguments;
pub(super) use exec::ExecArguments;
pub(super) use global::{ColorChoice, GlobalArguments};
pub(super) use help::HelpArguments;
pub(super) use import::{ForeignTool, ImportArguments};
pub(super) use inject::{InjectArguments, UninjectArguments};
pub(super) use install::InstallArguments;
pub(super) use link_mode::LinkMode;
pub(super) use list::ListArguments;
pub(super) use man::ManArguments;
pub(super) use pin::PinArguments;
pub(super) use python::PythonArguments;
pub(super) use python_command::{
    FindArguments, InstallPythonArguments, ListPythonsArguments, PythonCommand, UninstallPythonArguments,
};
pub(super) use release::{KeygenArguments, ReleaseCommand, SignArguments};
pub(super) use request::{BuildArguments, IndexArguments, RequestArguments, UploadArguments, VersionArguments};
pub(super) use rollback::RollbackArguments;
pub(super) use run::RunArguments;
pub(super) use sync::SyncArguments;
pub(super) use uninstall::UninstallArguments;
pub(super) use upgrade::UpgradeArguments;
pub(super) use verify::VerifyArguments;
