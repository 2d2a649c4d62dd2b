//! The change of an environment in a directory of the person's choice: its content is replaced as a whole.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::app::environment::{BuildStep, Builder, Fetch, Resolution, with_intact_wheels};
use crate::app::error::AppError;
use crate::app::request::SyncOptions;
use crate::app::state::{InstalledWheel, OnlineContext, RecordedPython, check_schema};

use super::in_place::InPlaceSwitch;
use super::plan::{Change, Plan, carry_out};
use super::sweep::{clear_unfinished, sweep_after_failure};
use crate::host::{Host, checkpoint};
use crate::store::{ENVIRONMENT_RECORD as RECORD, Store};
use crate::venv::Layout;
use crate::vocab::SafePath;
use crate::wheel::RecordHash;

/// The newest form of the record that this version reads, and the one it writes.
const SCHEMA: u32 = 1;

/// An environment that holds exactly the packages of a lock: the content of its record.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Environment {
    pub schema: u32,
    /// A hash of everything that decides the content.
    pub id: String,
    pub files: u64,
    pub bytes: u64,
    pub python: RecordedPython,
    #[serde(default)]
    pub wheels: Vec<InstalledWheel>,
}

/// A step of a change of an environment.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(untagged)]
pub enum EnvironmentStep {
    Build(BuildStep),
    Switch(SwitchStep),
}

impl EnvironmentStep {
    fn fetches(&self) -> &[Fetch] {
        match self {
            Self::Build(step) => step.fetches(),
            Self::Switch(_) => &[],
        }
    }
}

/// A step of replacing the content of a directory.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "step")]
pub enum SwitchStep {
    /// Create the directory, or take an empty one.
    CreateDirectory { environment: PathBuf },
    /// Set the content of the directory aside until the new one is complete.
    SetAside { environment: PathBuf },
    /// Write the record that makes the environment complete.
    Complete,
    /// Remove the content that was set aside.
    RemovePrevious,
}

/// The change of an environment.
pub(in crate::app) struct EnvironmentChange<'a> {
    resolution: &'a Resolution,
    builder: Builder<'a>,
    switch: InPlaceSwitch<'a>,
    id: &'a str,
    /// The record, once it is written.
    environment: Option<Environment>,
}

/// Plans the change of an environment and carries it out. Returns the finished environment.
///
/// # Errors
/// After an error before the new environment is complete, the directory is as it was before.
pub(in crate::app) fn change_environment(
    context: &OnlineContext<'_>,
    options: &SyncOptions,
    resolution: &Resolution,
    id: &str,
) -> Result<Environment, AppError> {
    let local = &context.local;
    let store_lock = Store::open(&local.directories.store()).lock_shared(local.host)?;
    let mut fetched = Vec::new();
    let changed = with_intact_wheels(local, || {
        let (plan, mut change) = EnvironmentChange::plan(context, options, resolution, id)?;
        fetched.extend(plan.steps.iter().flat_map(EnvironmentStep::fetches).map(|fetch| fetch.wheel.clone()));
        carry_out(local, &mut change, &plan.steps)?;
        // Where nothing was set aside, the mark of an unfinished switch is left.
        change.switch.finish()?;
        Ok(change.record())
    });
    drop(store_lock);
    match &changed {
        Ok(_) => clear_unfinished(local),
        Err(error) => sweep_after_failure(local, &resolution.pins, &fetched, error),
    }
    changed
}

impl<'a> EnvironmentChange<'a> {
    /// Decides what has to be done.
    pub(in crate::app) fn plan(
        context: &'a OnlineContext<'a>,
        options: &'a SyncOptions,
        resolution: &'a Resolution,
        id: &'a str,
    ) -> Result<(Plan<EnvironmentStep>, Self), AppError> {
        let root = &options.into;
        let prompt = root.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let builder = Builder::new(context, resolution, root, prompt, options.link_mode)?;
        // Fetching takes longest and comes first: until everything is here, the previous environment works.
        let (fetch, build): (Vec<_>, Vec<_>) =
            builder.plan()?.into_iter().partition(|step| matches!(step, BuildStep::Fetch { .. }));
        let mut steps: Vec<EnvironmentStep> = fetch.into_iter().map(EnvironmentStep::Build).collect();
        let switch = switch(context.local.host, root);
        let environment = root.clone();
        let has_content = !context.local.host.files.list(root)?.is_empty();
        let begin = if has_content {
            SwitchStep::SetAside { environment }
        } else {
            SwitchStep::CreateDirectory { environment }
        };
        steps.push(EnvironmentStep::Switch(begin));
        steps.extend(build.into_iter().map(EnvironmentStep::Build));
        steps.push(EnvironmentStep::Switch(SwitchStep::Complete));
        steps.extend(has_content.then_some(EnvironmentStep::Switch(SwitchStep::RemovePrevious)));
        let change = Self { resolution, builder, switch, id, environment: None };
        Ok((Plan::new(root.clone(), resolution, steps), change))
    }

    fn complete(&mut self) -> Result<(), AppError> {
        let content = &mut self.builder.content;
        let environment = Environment {
            schema: SCHEMA,
            id: self.id.to_owned(),
            files: content.files,
            bytes: content.bytes,
            python: RecordedPython::of(&self.resolution.interpreter),
            wheels: std::mem::take(&mut content.wheels),
        };
        let text = toml::to_string(&environment).map_err(|source| AppError::Unwritable { what: RECORD, source })?;
        self.switch.files.write_atomic(&self.switch.root.join(RECORD), text.as_bytes())?;
        checkpoint("record written");
        self.environment = Some(environment);
        Ok(())
    }

    #[expect(clippy::expect_used, reason = "every plan has the step `Complete`")]
    fn record(self) -> Environment {
        self.environment.expect("the environment is complete")
    }
}

impl Change for EnvironmentChange<'_> {
    type Step = EnvironmentStep;

    fn apply(&mut self, step: &EnvironmentStep) -> Result<(), AppError> {
        match step {
            EnvironmentStep::Build(step) => self.builder.apply(step),
            EnvironmentStep::Switch(SwitchStep::CreateDirectory { .. } | SwitchStep::SetAside { .. }) => {
                Ok(self.switch.begin()?)
            }
            EnvironmentStep::Switch(SwitchStep::Complete) => self.complete(),
            EnvironmentStep::Switch(SwitchStep::RemovePrevious) => Ok(self.switch.finish()?),
        }
    }

    fn undo(&mut self) {
        // Whatever stays is restored by the next sync.
        let _ = self.switch.restore();
    }
}

/// The switch of the environment in a directory.
pub(in crate::app) fn switch<'a>(host: &Host, root: &'a Path) -> InPlaceSwitch<'a> {
    InPlaceSwitch { files: host.files, root, record: RECORD }
}

/// The finished environment in a directory, if it has the content of that id and can be used. An environment is not
/// usable if its record is damaged, or if a package is missing or was replaced: the RECORD of each wheel is compared, but
/// not every file.
pub(in crate::app) fn usable_environment(
    host: &Host,
    root: &Path,
    resolution: &Resolution,
    id: &str,
) -> Result<Option<Environment>, AppError> {
    let path = root.join(RECORD);
    let Some(bytes) = host.files.read_if_present(&path)? else { return Ok(None) };
    let text = String::from_utf8_lossy(&bytes);
    match check_schema(&path, &text, SCHEMA) {
        Err(AppError::Malformed { .. }) => return Ok(None),
        checked => checked?,
    }
    let Ok(environment) = toml::from_str::<Environment>(&text) else { return Ok(None) };
    if environment.wheels.iter().any(|wheel| SafePath::parse(&wheel.record).is_err()) {
        return Ok(None);
    }
    let mut is_usable = environment.id == id && host.files.is_file(&Layout::of(&resolution.interpreter, root).python);
    for wheel in &environment.wheels {
        let record = host.files.read_if_present(&root.join(&wheel.record))?;
        is_usable &= record.is_some_and(|record| RecordHash::of(&record) == wheel.record_hash);
    }
    Ok(is_usable.then_some(environment))
}

/// Returns true if Kingbolt made the environment in a directory, though its record may be damaged. Others have files of
/// that name too.
pub(in crate::app) fn is_ours(host: &Host, root: &Path) -> bool {
    let configuration = host.files.read_text(&root.join("pyvenv.cfg")).unwrap_or_default();
    host.files.is_file(&root.join(RECORD)) && configuration.lines().any(|line| line.starts_with("kingbolt = "))
}

impl fmt::Display for EnvironmentStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Build(step) => step.fmt(f),
            Self::Switch(SwitchStep::CreateDirectory { environment }) => {
                write!(f, "create the directory {}", environment.display())
            }
            Self::Switch(SwitchStep::SetAside { environment }) => {
                write!(f, "move the content of {} aside", environment.display())
            }
            Self::Switch(SwitchStep::Complete) => f.write_str("mark the environment as complete"),
            Self::Switch(SwitchStep::RemovePrevious) => f.write_str("remove the content that was moved aside"),
        }
    }
}
