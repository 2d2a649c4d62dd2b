//! The change of an environment in a directory of the person's choice: the files that Kingbolt wrote are replaced, and all
//! others stay where they are.

use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::app::environment::{BuildStep, Builder, Resolution, with_intact_wheels};
use crate::app::error::AppError;
use crate::app::request::SyncOptions;
use crate::app::state::{
    Directories, ENVIRONMENT_SCHEMA, Environment, KnownEnvironment, OnlineContext, RecordedPython, unchanged_record,
};

use super::environment_content::{EnvironmentContent, Planned};
use super::in_place::InPlaceSwitch;
use super::place::PlaceUse;
use super::plan::{Change, Plan, carry_out};
use super::preflight::{check_environment_executable, check_space};
use crate::app::state::sweep::{clear_unfinished, sweep_after_failure};
use crate::host::Host;
use crate::store::{AssemblyOptions, CallerVariables, Store};
use crate::venv;
use crate::venv::Layout;
use crate::vocab::join_relative;

/// A step of a change of an environment.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(untagged)]
pub enum EnvironmentStep {
    Build(BuildStep),
    Switch(SwitchStep),
}

/// A step of replacing the content of a directory.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "step")]
pub enum SwitchStep {
    /// Write the record that makes the environment complete.
    Complete,
    /// Move the new environment to its place.
    PutInPlace {
        environment: PathBuf,
        /// The files of the previous environment that go, by their paths in it; a directory that goes with everything in it
        /// ends with `/`.
        removed: BTreeSet<String>,
        /// The files that Kingbolt did not create, likewise. They stay.
        kept: BTreeSet<String>,
    },
    /// Remove the previous environment, which was moved aside.
    RemovePrevious,
}

/// The change of an environment.
pub(in crate::app) struct EnvironmentChange<'a> {
    resolution: &'a Resolution,
    builder: Builder<'a>,
    switch: InPlaceSwitch<'a>,
    /// The files that a record of version 0.1.0 does not list, if there is one.
    planned: Option<Planned>,
    /// True if no environment is replaced.
    is_new: bool,
    present: EnvironmentContent,
    root: &'a Path,
    id: &'a str,
    /// The random id of the new environment, once it is begun.
    environment: Option<String>,
    /// The record, once it is written.
    record: Option<Environment>,
}

/// A finished environment.
#[derive(Clone, Debug)]
pub(in crate::app) struct ChangedEnvironment {
    pub record: Environment,
    /// The files and directories that Kingbolt did not create, and left.
    pub kept: Vec<PathBuf>,
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
) -> Result<ChangedEnvironment, AppError> {
    let local = &context.local;
    let store_lock = Store::open(&local.directories.store()).lock_shared(local.host, local.progress)?;
    let mut fetched = Vec::new();
    let changed = with_intact_wheels(local, || {
        let (plan, mut change) = EnvironmentChange::plan(context, options, resolution, id)?;
        fetched.extend(change.builder.fetches());
        carry_out(local, &mut change, &plan.steps)?;
        Ok(change.changed())
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
    ///
    /// # Errors
    /// [`AppError::ForeignEnvironment`] for a directory that is not empty and holds no environment.
    pub(in crate::app) fn plan(
        context: &'a OnlineContext<'a>,
        options: &'a SyncOptions,
        resolution: &'a Resolution,
        id: &'a str,
    ) -> Result<(Plan<EnvironmentStep>, Self), AppError> {
        let root = options.into.as_path();
        let local = &context.local;
        check_environment_executable(local, root)?;
        let switch = InPlaceSwitch::of(local.host, local.directories, root)?;
        let prompt = Some(root.file_name().unwrap_or_default().to_string_lossy().into_owned());
        let venv = venv::Options { prompt, ..venv::Options::default() };
        // An ordinary environment: whoever starts something from it decides on its variables.
        let assembly = AssemblyOptions { link_mode: options.link_mode, variables: CallerVariables::Keep };
        let builder = Builder::new(context, resolution, root, venv, assembly)?;
        check_space(local, &builder, (PlaceUse::Environment, root))?;
        let mut planned = None;
        let present = switch.survey(|| Ok(planned.insert(builder.own_entries()?).clone()))?;
        let mut steps: Vec<EnvironmentStep> = builder.plan().into_iter().map(EnvironmentStep::Build).collect();
        let put_in_place = SwitchStep::PutInPlace {
            environment: root.to_owned(),
            removed: present.ours.clone(),
            kept: present.others.clone(),
        };
        let is_new = present.ours.is_empty();
        let remove = (!is_new).then_some(SwitchStep::RemovePrevious);
        steps.extend([put_in_place, SwitchStep::Complete].into_iter().chain(remove).map(EnvironmentStep::Switch));
        let (environment, record) = (None, None);
        let change = Self { resolution, builder, switch, planned, is_new, present, root, id, environment, record };
        Ok((Plan::new(root.to_owned(), resolution, steps), change))
    }

    fn build(&mut self, step: &BuildStep) -> Result<(), AppError> {
        if let BuildStep::CreateEnvironment { .. } = step {
            let (place, environment) = self.switch.begin()?;
            self.builder.write_to(&place);
            self.environment = Some(environment);
        }
        self.builder.apply(step)
    }

    fn complete(&mut self) -> Result<(), AppError> {
        let content = &mut self.builder.content;
        let record = Environment {
            schema: ENVIRONMENT_SCHEMA,
            id: self.id.to_owned(),
            environment: self.environment.clone(),
            files: content.files,
            bytes: content.bytes,
            directories: self.switch.new_directories(),
            python: RecordedPython::of(&self.resolution.interpreter),
            own: std::mem::take(&mut content.own),
            wheels: std::mem::take(&mut content.wheels),
        };
        self.switch.write_record(&record)?;
        if self.is_new {
            self.switch.finish(&record)?;
        }
        self.record = Some(record);
        Ok(())
    }

    #[expect(clippy::expect_used, reason = "every plan has the step `Complete`")]
    fn changed(self) -> ChangedEnvironment {
        let kept = self.present.others.iter().map(|path| join_relative(self.root, path.trim_end_matches('/')));
        ChangedEnvironment { kept: kept.collect(), record: self.record.expect("the environment is complete") }
    }
}

impl Change for EnvironmentChange<'_> {
    type Step = EnvironmentStep;

    fn apply(&mut self, step: &EnvironmentStep) -> Result<(), AppError> {
        match step {
            EnvironmentStep::Build(step) => self.build(step),
            EnvironmentStep::Switch(SwitchStep::PutInPlace { .. }) => {
                // The downloads may have taken long: the person may have written files meanwhile.
                self.present = self.switch.survey(|| Ok(self.planned.clone().unwrap_or_default()))?;
                self.switch.put_in_place(&mut self.present)
            }
            EnvironmentStep::Switch(SwitchStep::Complete) => self.complete(),
            EnvironmentStep::Switch(SwitchStep::RemovePrevious) => match &self.record {
                Some(record) => self.switch.finish(record),
                None => Ok(()),
            },
        }
    }

    fn undo(&mut self) {
        // Whatever stays is restored by the next sync.
        let _ = self.switch.restore();
    }
}

/// The finished environment in a directory, if it has the content of that id and can be used. An environment is not
/// usable if its record is damaged, if this home did not build it, which anybody can state of a copy, or if a package is
/// missing or was replaced: the RECORD of each wheel is compared, but not every file.
pub(in crate::app) fn usable_environment(
    host: &Host,
    directories: &Directories,
    root: &Path,
    resolution: &Resolution,
    id: &str,
) -> Result<Option<Environment>, AppError> {
    let Some(environment) = Environment::read(host, root)? else { return Ok(None) };
    let known = KnownEnvironment::read(host, directories, &host.files.canonical_if_present(root))?;
    let built_here = known.current.map(|current| current.record);
    if !built_here.is_some_and(|built| {
        built.environment.is_some() && built.environment == environment.environment && built.id == environment.id
    }) {
        return Ok(None);
    }
    let mut is_usable = environment.id == id && host.files.is_file(&Layout::of(&resolution.interpreter, root).python);
    for wheel in &environment.wheels {
        is_usable &= unchanged_record(host, root, wheel)?.is_some();
    }
    Ok(is_usable.then_some(environment))
}

impl fmt::Display for EnvironmentStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Build(step) => step.fmt(f),
            Self::Switch(SwitchStep::Complete) => f.write_str("mark the environment as complete"),
            Self::Switch(SwitchStep::PutInPlace { environment, removed, .. }) => {
                write!(f, "move the new environment into {}", environment.display())?;
                if !removed.is_empty() {
                    f.write_str(", in place of")?;
                }
                removed.iter().try_for_each(|path| write!(f, "\n    {path}"))
            }
            Self::Switch(SwitchStep::RemovePrevious) => f.write_str("remove the previous environment"),
        }
    }
}
