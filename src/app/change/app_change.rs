//! The change of an app: a new generation is built and made current, or takes its place behind the current one, or an
//! existing one is made current again.

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;

use crate::app::environment::{BuildStep, Builder, Resolution, import_check, smoke, with_intact_wheels};
use crate::app::error::AppError;
use crate::app::request::{Check, InstallOptions, Reinstall};
use crate::app::state::{
    AppState, Generation, GenerationName, GenerationRecord, OnlineContext, Pointer, Position, RecordedPython,
    Retention, generation, is_usable, pointer, records,
};

use super::activation::{Activation, ActivationStep, ActivationSteps};
use super::bin_directory::BinDirectory;
use super::place::PlaceUse;
use super::plan::{Change, Plan, carry_out};
use super::preflight::{check_home_executable, check_space};
use super::shared_links::SharedLinks;
use crate::app::state::sweep::{clear_unfinished, sweep_after_failure};
use crate::host::{Boot, Durability, Event, checkpoint};
use crate::store::{AssemblyOptions, CallerVariables, SharedLock, Store};
use crate::venv::{self, SystemSitePackages};
use crate::vocab::PackageName;

/// A step of a change of an app.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(untagged)]
pub enum AppStep {
    Build(BuildStep),
    Finish(FinishStep),
    Activate(ActivationStep),
}

/// A step between building a generation and making it current.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "step")]
pub enum FinishStep {
    /// Make sure that the new files outlive a loss of power: they are about to replace an app that works.
    SyncFiles,
    /// Write the record that makes the environment a generation.
    Complete,
    /// Test the environment: its metadata can be read and its commands can be imported.
    Check { package: PackageName },
}

/// The change of an app.
pub(in crate::app) struct AppChange<'a> {
    context: &'a OnlineContext<'a>,
    options: &'a InstallOptions,
    retention: &'a Retention,
    resolution: &'a Resolution,
    state: &'a mut AppState,
    name: GenerationName,
    root: PathBuf,
    builder: Builder<'a>,
    /// The boot to record: unless the files were synced, they are compared after another boot.
    unsynced_since: Option<Boot>,
    /// The generation that is current before the change.
    before: Option<Generation>,
    /// The generation to go back to after it.
    previous: Option<GenerationName>,
    origin: Origin,
    /// Keeps the store from being swept until the new generation names its wheels.
    store_lock: Option<SharedLock>,
}

/// The origin of the generation that becomes current.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Origin {
    /// It is complete already.
    Existing,
    /// It is built, beside others.
    New,
    /// It is built, and nothing was installed before.
    First,
}

/// Plans a change of an app and carries it out.
///
/// # Errors
/// After an error before the pointer is flipped, everything is as it was. After a later error the new generation is current
/// if there was one before, and the next change finishes the rest; a first installation is undone entirely.
pub(in crate::app) fn change_app(
    context: &OnlineContext<'_>,
    options: &InstallOptions,
    retention: &Retention,
    resolution: &Resolution,
    state: &mut AppState,
) -> Result<Generation, AppError> {
    let local = &context.local;
    let mut store_lock = Some(Store::open(&local.directories.store()).lock_shared(local.host, local.progress)?);
    let mut fetched = Vec::new();
    let changed = with_intact_wheels(local, || {
        let (plan, mut change) = AppChange::plan(context, options, retention, resolution, state)?;
        fetched.extend(change.builder.fetches());
        change.store_lock = store_lock.take();
        let done = carry_out(local, &mut change, &plan.steps);
        store_lock = change.store_lock.take();
        done.map(|()| change.target().clone())
    });
    drop(store_lock);
    match &changed {
        Ok(_) => clear_unfinished(local),
        Err(error) => sweep_after_failure(local, &resolution.pins, &fetched, error),
    }
    checkpoint("cache cleared");
    changed
}

impl<'a> AppChange<'a> {
    /// Decides what has to be done.
    pub(in crate::app) fn plan(
        context: &'a OnlineContext<'a>,
        options: &'a InstallOptions,
        retention: &'a Retention,
        resolution: &'a Resolution,
        state: &'a mut AppState,
    ) -> Result<(Plan<AppStep>, Self), AppError> {
        let local = &context.local;
        check_home_executable(local, &state.app)?;
        let id = generation::id(&options.request, &resolution.pins, &resolution.interpreter, state.next_number);
        let existing = match state.generations.iter().find(|generation| generation.name.id == id) {
            Some(one) if options.reinstall != Reinstall::Always && is_usable(local, one)? => Some(one.name.clone()),
            Some(_) | None => None,
        };
        let origin = match &existing {
            Some(_) => Origin::Existing,
            None if state.generations.is_empty() => Origin::First,
            None => Origin::New,
        };
        let name = existing.unwrap_or(GenerationName { number: state.next_number, id });
        let root = state.directories.generations().join(name.directory());
        let variables = if options.request.keep_pythonpath { CallerVariables::Keep } else { CallerVariables::Remove };
        let assembly = AssemblyOptions { link_mode: options.request.link_mode, variables };
        let venv = venv::Options {
            prompt: Some(state.app.to_string()),
            system_site_packages: if options.request.system_site_packages {
                SystemSitePackages::Include
            } else {
                SystemSitePackages::Exclude
            },
        };
        let builder = Builder::new(context, resolution, &root, venv, assembly)?;
        check_space(local, &builder, (PlaceUse::Home, &root))?;
        let change = Self {
            context,
            options,
            retention,
            resolution,
            builder,
            unsynced_since: Some(local.host.boot().clone()),
            before: state.current().cloned(),
            previous: retention.previous(state, &name),
            origin,
            store_lock: None,
            name,
            state,
            root,
        };
        let steps = change.steps();
        Ok((Plan::new(change.root.clone(), resolution, steps), change))
    }

    fn steps(&self) -> Vec<AppStep> {
        let package = &self.options.request.requirement.name;
        let mut steps = Vec::new();
        if self.origin != Origin::Existing {
            steps.extend(self.builder.plan().into_iter().map(AppStep::Build));
            if self.before.is_some() {
                steps.push(AppStep::Finish(FinishStep::SyncFiles));
            }
            steps.push(AppStep::Finish(FinishStep::Complete));
        }
        let activation = ActivationSteps::of(&self.context.local, self.state, package);
        if self.retention.position != Position::Current {
            steps.push(AppStep::Activate(activation.receipt()));
            return steps;
        }
        match self.options.check {
            Check::EntryPoints | Check::Smoke => {
                steps.push(AppStep::Finish(FinishStep::Check { package: package.clone() }));
            }
            Check::Modules | Check::Nothing => {}
        }
        let finish = [ActivationStep::RemoveOld, activation.receipt()];
        steps.extend(activation.flip().chain(activation.link()).chain(finish).map(AppStep::Activate));
        steps
    }

    fn build(&mut self, step: &BuildStep) -> Result<(), AppError> {
        if let BuildStep::Fetch { .. } = step {
            return self.fetch();
        }
        if let BuildStep::CreateEnvironment { environment } = step {
            if self.builder.fetches().next().is_none() {
                // Everything is in the store, and only the check is left to do.
                self.fetch()?;
            }
            // A failed attempt may have left something there.
            self.context.local.host.files.remove_tree(environment)?;
        }
        self.builder.apply(step)?;
        if let BuildStep::Install { .. } = step {
            self.builder.content.app(&self.options.request)?;
            self.check_modules();
        }
        Ok(())
    }

    /// Warns of commands that cannot start.
    fn check_modules(&self) {
        match self.options.check {
            Check::Modules => {}
            Check::EntryPoints | Check::Nothing | Check::Smoke => return,
        }
        for (module, commands) in self.builder.content.missing_modules(&self.options.request) {
            let commands: Vec<String> = commands.iter().map(|command| format!("`{command}`")).collect();
            let message = format!("{} cannot start: there is no module `{module}`", commands.join(", "));
            self.context.local.progress.event(Event::Warning { message: &message });
        }
    }

    /// Fetches the missing wheels, but first those that bring commands: they may be those of another app.
    fn fetch(&self) -> Result<(), AppError> {
        let Self { context, options, retention, state, builder, .. } = self;
        let local = &context.local;
        let bin_directory = BinDirectory::of(local, &state.app);
        let known = state.all_commands();
        let becomes_visible = retention.position == Position::Current && !state.app.is_hidden();
        builder.fetch_after_check(&options.request, &|names| {
            if becomes_visible {
                bin_directory.check(local.host, names, &known, &options.overwrite)?;
            }
            Ok(())
        })
    }

    /// Makes sure that the new generation outlives a loss of power, as far as the system allows.
    fn sync_files(&mut self) -> Result<(), AppError> {
        let host = self.context.local.host;
        let store = Store::open(&self.context.local.directories.store());
        // Usually one file system; then the second call has nothing left to do.
        let durabilities = [self.root.as_path(), store.root()]
            .into_iter()
            .map(|directory| host.files.sync_file_system(directory))
            .collect::<Result<Vec<_>, _>>()?;
        if durabilities.iter().all(|durability| *durability == Durability::Certain) {
            store.mark_synced(host, &self.builder.content.stored)?;
            self.unsynced_since = None;
        }
        checkpoint("synced");
        Ok(())
    }

    /// Writes the record of the generation: from here on it is complete.
    fn complete(&mut self) -> Result<(), AppError> {
        let Self { options, resolution, builder, .. } = self;
        let content = &mut builder.content;
        let (version, commands) = content.app(&options.request)?;
        let shared = content.shared_files(&options.request, &commands);
        let record = GenerationRecord {
            schema: generation::SCHEMA,
            app: self.state.app.clone(),
            version,
            created: self.context.local.host.clock.now(),
            files: content.files,
            bytes: content.bytes,
            unsynced_since: self.unsynced_since.clone(),
            is_damaged: false,
            request: options.request.clone(),
            accelerator: resolution.accelerator.clone(),
            python: RecordedPython::of(&resolution.interpreter),
            commands,
            shared,
            own: std::mem::take(&mut content.own),
            wheels: std::mem::take(&mut content.wheels),
        };
        self.state.complete(self.context.local.host, self.name.clone(), self.root.clone(), record)?;
        checkpoint("complete");
        Ok(())
    }

    fn activate(&mut self, step: &ActivationStep) -> Result<(), AppError> {
        if *step == ActivationStep::RemoveOld {
            // The generation names its wheels by now, and the sweep needs the store alone.
            self.store_lock = None;
        }
        let target = self.current_after().clone();
        let (context, overwrite, retention) = (&self.context.local, &self.options.overwrite, self.retention);
        let previous = self.previous.as_ref();
        Activation { context, state: self.state, target: &target, previous, overwrite, retention }.apply(step)
    }

    /// The generation that is current after the change, once the new one is complete.
    fn current_after(&self) -> &Generation {
        match (self.retention.position, &self.before) {
            (Position::Older | Position::Previous, Some(before)) => before,
            (Position::Current, _) | (_, None) => self.target(),
        }
    }

    /// The generation that the change makes, or makes current, once it is complete.
    #[expect(clippy::expect_used, reason = "`steps` puts every use behind `Complete`")]
    fn target(&self) -> &Generation {
        self.state.generation(&self.name).expect("the generation is complete")
    }

    /// Takes back a first installation after its pointer was flipped.
    fn withdraw(&mut self) -> Result<(), AppError> {
        let local = &self.context.local;
        BinDirectory::of(local, &self.state.app).remove_others(local.host, &[])?;
        SharedLinks::of(local, &self.state.app).remove_others(&[])?;
        pointer::remove(local.host, &self.state.directories)?;
        self.state.pointer = Pointer::Missing;
        Ok(())
    }
}

impl Change for AppChange<'_> {
    type Step = AppStep;

    fn apply(&mut self, step: &AppStep) -> Result<(), AppError> {
        match step {
            AppStep::Build(step) => self.build(step),
            AppStep::Finish(FinishStep::SyncFiles) => self.sync_files(),
            AppStep::Finish(FinishStep::Complete) => self.complete(),
            AppStep::Finish(FinishStep::Check { .. }) => {
                match self.options.check {
                    Check::Smoke => smoke(&self.context.local, self.target())?,
                    Check::EntryPoints | Check::Modules | Check::Nothing => {
                        import_check(&self.context.local, self.target(), self.before.as_ref())?;
                    }
                }
                checkpoint("checked");
                Ok(())
            }
            AppStep::Activate(step) => self.activate(step),
        }
    }

    fn undo(&mut self) {
        let local = self.context.local;
        let is_current = || {
            let pointer = pointer::read(local.host, &self.state.directories);
            pointer.is_ok_and(|pointer| pointer == Pointer::To(self.name.clone()))
        };
        let is_undone = match self.origin {
            Origin::Existing => false,
            Origin::First => !is_current() || self.withdraw().is_ok(),
            Origin::New => !is_current(),
        };
        if is_undone {
            if local.host.interrupt.is_raised() && local.host.files.is_dir(&self.root) {
                // Removing thousands of files takes a while, in which nobody should think that Ctrl-C was not noticed.
                local.progress.event(Event::Warning { message: "interrupted; cleaning up" });
            }
            self.state.generations.retain(|generation| generation.name != self.name);
            // The record first: without it, what a killed process leaves of the tree counts for nothing.
            let _ = records::retain(local.host, &self.state.directories, &self.state.generations);
            let _ = local.host.files.remove_tree(&self.root);
        }
    }
}

impl fmt::Display for AppStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Activate(step) => step.fmt(f),
            Self::Build(step) => step.fmt(f),
            Self::Finish(FinishStep::Check { package }) => {
                write!(f, "check that the commands of {package} can be imported")
            }
            Self::Finish(FinishStep::Complete) => f.write_str("mark the environment as complete"),
            Self::Finish(FinishStep::SyncFiles) => f.write_str("sync the new files to disk"),
        }
    }
}
