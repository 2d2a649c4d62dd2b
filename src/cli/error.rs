//! The errors of commands, with advice.

use std::io;
use std::path::PathBuf;

use serde::Serialize;

use crate::app::{
    AppError, AppName, Generations, InvalidLockLocation, InvalidManifest, SourceError, directories_hint, system_errors,
};
use crate::host::{FileError, Interrupted, ProcessError};
use crate::release::ReleaseError;
use crate::vocab::{InvalidName, InvalidRequirement};

use super::escape::escaped_line;
use super::exit::Exit;
use super::key_error::KeyError;
use super::setting::SettingsError;
use super::settings::Users;
use super::text::counted;

/// A failed command.
#[derive(Debug, thiserror::Error)]
pub(super) enum CliError {
    #[error(transparent)]
    App(#[from] AppError),
    #[error("`{text}` is not a valid app name")]
    AppName { text: String },
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error(transparent)]
    Release(#[from] ReleaseError),
    #[error("failed to parse the name of a package")]
    PackageName(#[source] InvalidName),
    #[error("`--config-setting {text}` is not of the form `KEY=VALUE`")]
    ConfigSetting { text: String },
    #[error("failed to parse `--extra`")]
    Extra(#[from] InvalidName),
    #[error("failed to parse `--group`")]
    Group(#[source] InvalidName),
    #[error(transparent)]
    LockLocation(#[from] InvalidLockLocation),
    /// Files have changed or are missing; they were listed on stdout.
    #[error("{} of {} {} changed or missing files", damaged.len(), counted(*all, "app"), if damaged.len() == 1 { "has" } else { "have" })]
    Unverified { damaged: Vec<AppName>, all: usize, generations: Generations, repaired: bool },
    /// Some of several apps could not be changed; each error was shown when it occurred.
    #[error("{failed} of {all} apps failed")]
    Some { failed: usize, all: usize, exit: Exit },
    #[error("unrecognized command `{text}`")]
    NoCommand { text: String },
    /// `topics` are the names of those that have all the words, if there are several.
    #[error("there is no command or topic `{text}`")]
    NoTopic { text: String, topics: Vec<String> },
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
    /// A failure of one app or source among several.
    #[error("failed to {act} `{object}`")]
    Of { act: &'static str, object: String, source: Box<Self> },
    /// A program that would change the packages of an app was to run in its environment.
    #[error("the environment of `{app}` is changed by Kingbolt alone, which records its files")]
    ManagedEnvironment { app: AppName },
    /// The directory of commands has a path that no entry of PATH can be.
    #[error("`{}` cannot be on PATH: its path {problem}", escaped_line(&directory.display().to_string()))]
    NotForPath { directory: PathBuf, problem: &'static str },
    #[error("the name of the program is empty")]
    EmptyProgram,
    #[error("there is no program `{program}` in the environment of `{app}`, nor on PATH")]
    NoProgram { app: AppName, program: String },
    /// A file for `install --file`.
    #[error("failed to use `{}`", path.display())]
    Manifest { path: PathBuf, source: InvalidManifest },
    /// Options for the content of apps beside a file that describes them.
    #[error("`--file` cannot be used with options that change the apps of the file")]
    ManifestOptions,
    #[error("`--name` cannot be used with more than one source")]
    OneName,
    #[error("`{option}` cannot be used with a script")]
    ScriptOption { option: &'static str },
    #[error("`{text}` is not a valid suffix")]
    Suffix { text: String },
    /// The record of another tool asks for something that `kingbolt install` does not have.
    #[error("{told}")]
    ForeignOptions { told: String },
    #[error("`{command}` failed: {told}")]
    ForeignRemoval { command: String, told: String },
    #[error("`{program}` is not on PATH")]
    NoForeignProgram { program: &'static str },
    /// The work is done, but its result cannot be printed.
    #[error("failed to write to stdout")]
    Output { source: io::Error },
    #[error("failed to change the start-up file of the shell")]
    Profile { line: String, source: FileError },
    #[error("failed to change the Path of the user in the registry")]
    UserPath { source: io::Error },
    #[error("failed to start the command")]
    Process(#[from] ProcessError),
    /// A failure after part of the work was done. `done` becomes part of the document of the failure.
    #[error("{source}")]
    Partly { source: Box<Self>, done: serde_json::Value },
    #[error(transparent)]
    Requirement(#[from] InvalidRequirement),
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error(transparent)]
    Source(#[from] SourceError),
}

impl CliError {
    /// A failure after part of the work was done, which is listed under a separate key.
    pub(super) fn partly<T: Serialize>(error: Self, key: &str, done: &[T]) -> Self {
        if done.is_empty() {
            return error;
        }
        Self::Partly { source: Box::new(error), done: serde_json::json!({ key: done }) }
    }

    /// The same error for an interrupted process; the list of finished work is kept.
    pub(super) fn interrupted(self) -> Self {
        match self {
            Self::Partly { done, .. } => Self::Partly { source: Box::new(Self::Interrupted(Interrupted)), done },
            _ => Self::Interrupted(Interrupted),
        }
    }

    /// The whole derivation of a conflict between requirements, if the message is shorter.
    pub(super) fn derivation(&self) -> Option<&str> {
        if let Self::App(AppError::Resolve(error)) = self {
            return error.derivation();
        }
        let (Self::Of { source, .. } | Self::Partly { source, .. }) = self else { return None };
        source.derivation()
    }

    /// Advice for the error, or else for its cause.
    pub(super) fn hint(&self, users: Users) -> Option<String> {
        self.own_hint().or_else(|| {
            system_errors(self).find_map(|kind| match (users, kind) {
                (Users::All, io::ErrorKind::PermissionDenied) => {
                    Some("run the command as an administrator, or without `--global`".to_owned())
                }
                (Users::All | Users::This, kind) => directories_hint(kind),
            })
        })
    }

    fn own_hint(&self) -> Option<String> {
        match self {
            Self::App(error) => error.hint(),
            Self::Of { source, .. } | Self::Partly { source, .. } => source.own_hint(),
            // The directories of Kingbolt have nothing to do with it.
            Self::Process(ProcessError::Start { program, .. }) => {
                Some(format!("check that `{}` exists and can be executed", program.display()))
            }
            Self::Unverified { repaired: false, generations, damaged, .. } => Some(repairable(*generations, damaged)),
            Self::Unverified { repaired: true, damaged, .. } => Some(format!(
                "commands that another program replaced were not changed; run `kingbolt install --force{}` to restore \
                 them",
                listed(damaged)
            )),
            Self::AppName { .. } => Some(
                "app names consist of letters, digits, `-`, `_` and `.`, and start and end with a letter or digit"
                    .to_owned(),
            ),
            Self::ConfigSetting { .. } => Some("pass it as the build backend documents it: `-C KEY=VALUE`".to_owned()),
            Self::Key(error) => error.hint(),
            Self::Release(error) => error.hint(),
            Self::NoTopic { topics, .. } if topics.is_empty() => {
                Some("run `kingbolt help` for a list of topics".to_owned())
            }
            Self::NoTopic { topics, .. } => Some(format!("topics: {}", topics.join(", "))),
            Self::NoCommand { .. } => Some("run `kingbolt --help` for a list of commands".to_owned()),
            Self::ManagedEnvironment { app } => Some(format!(
                "add packages with `kingbolt inject {app} PACKAGE`, and remove them with `kingbolt uninject {app} PACKAGE`"
            )),
            Self::NotForPath { .. } => Some("set KINGBOLT_BIN_DIR to another directory".to_owned()),
            Self::EmptyProgram => Some("name a program, such as `kingbolt exec APP python`".to_owned()),
            Self::Manifest { .. } => Some("`kingbolt export` shows the form of such a file".to_owned()),
            Self::ManifestOptions => Some("write them into the file".to_owned()),
            Self::Suffix { .. } => Some(
                "a suffix consists of letters, digits, `-`, `_`, `.` and `@`, and ends with a letter or digit"
                    .to_owned(),
            ),
            Self::ForeignOptions { .. } => Some("install the app with `kingbolt install`".to_owned()),
            Self::ForeignRemoval { command, .. } => {
                Some(format!("run `{command}` yourself; the app is installed here"))
            }
            Self::NoForeignProgram { .. } => Some("leave out `--remove`".to_owned()),
            Self::ScriptOption { .. } => {
                Some("name what the script needs in its metadata, or with `--with`".to_owned())
            }
            Self::OneName => Some("install the sources one at a time".to_owned()),
            Self::Profile { line, .. } => Some(format!("add this line to a file that your shell reads:\n    {line}")),
            Self::Settings(error) => error.hint(),
            Self::Source(error) => Some(error.hint()),
            Self::Output { .. } => Some("free some space, or redirect the output elsewhere".to_owned()),
            Self::LockLocation(error) => Some(error.hint().to_owned()),
            Self::Extra(_)
            | Self::Group(_)
            | Self::Interrupted(_)
            | Self::NoProgram { .. }
            | Self::PackageName(_)
            | Self::Process(_)
            | Self::Requirement(_)
            | Self::Some { .. }
            | Self::UserPath { .. } => None,
        }
    }
}

fn repairable(generations: Generations, damaged: &[AppName]) -> String {
    let option = match generations {
        Generations::All => " --all-generations",
        Generations::Current => "",
    };
    format!("run `kingbolt verify --repair{option}{}` to repair the damage", listed(damaged))
}

/// The names of apps as further words of a command.
fn listed(apps: &[AppName]) -> String {
    apps.iter().fold(String::new(), |listed, app| listed + " " + app.as_str())
}
