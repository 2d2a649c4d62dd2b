//! Making a generation the current one: the pointer is flipped, and whatever follows from it is brought in line.

use std::collections::BTreeSet;
use std::fmt;
use std::path::PathBuf;

use serde::Serialize;

use crate::app::error::AppError;
use crate::app::request::Overwrite;
use crate::app::state::{
    AppState, Context, Damaged, Generation, GenerationName, Retention, records, sweep, sweep_pythons, unused,
    wheels_of_unfinished,
};

use super::bin_directory::BinDirectory;
use super::link_commands::link_commands;
use super::plan::{Change, carry_out};
use crate::host::{Event, FileError, checkpoint};
use crate::vocab::PackageName;

/// A step of making a generation current.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "step")]
pub enum ActivationStep {
    /// Refuse now if a command would replace a file of somebody else.
    CheckCommands { package: PackageName, directory: PathBuf },
    /// Make the environment the current one.
    Flip { pointer: PathBuf },
    /// Link the package's commands on PATH.
    PlaceCommands { package: PackageName, directory: PathBuf },
    /// Remove older generations, leftovers, and wheels that nothing needs.
    RemoveOld,
    /// Record what is installed. Last: where the receipt agrees with the pointer, nothing is left to do.
    WriteReceipt { receipt: PathBuf },
}

/// A generation on its way to be the current one.
pub(in crate::app) struct Activation<'a> {
    pub context: &'a Context<'a>,
    pub state: &'a mut AppState,
    pub target: &'a Generation,
    /// The generation to go back to.
    pub previous: Option<&'a GenerationName>,
    pub overwrite: &'a Overwrite,
    pub retention: &'a Retention,
}

/// The steps of an activation.
pub(in crate::app) struct ActivationSteps<'a> {
    context: &'a Context<'a>,
    state: &'a AppState,
    package: &'a PackageName,
}

impl<'a> ActivationSteps<'a> {
    /// The steps for an app whose commands are those of a package.
    pub(in crate::app) fn of(context: &'a Context<'a>, state: &'a AppState, package: &'a PackageName) -> Self {
        Self { context, state, package }
    }

    /// Checks the commands and flips the pointer.
    pub(in crate::app) fn flip(&self) -> impl Iterator<Item = ActivationStep> {
        let check = ActivationStep::CheckCommands { package: self.package.clone(), directory: self.directory() };
        let flip = ActivationStep::Flip { pointer: self.state.directories.pointer() };
        self.if_visible(check).chain([flip])
    }

    /// Links the commands.
    pub(in crate::app) fn link(&self) -> impl Iterator<Item = ActivationStep> {
        let (package, directory) = (self.package.clone(), self.directory());
        self.if_visible(ActivationStep::PlaceCommands { package, directory })
    }

    /// Writes the receipt.
    pub(in crate::app) fn receipt(&self) -> ActivationStep {
        ActivationStep::WriteReceipt { receipt: self.state.directories.receipt() }
    }

    fn directory(&self) -> PathBuf {
        self.context.directories.bin_dir.clone()
    }

    /// The commands of a hidden app are not linked.
    fn if_visible(&self, step: ActivationStep) -> impl Iterator<Item = ActivationStep> + use<> {
        (!self.state.app.is_hidden()).then_some(step).into_iter()
    }
}

impl Activation<'_> {
    /// Carries out the steps.
    pub(in crate::app) fn carry_out(mut self, steps: &[ActivationStep]) -> Result<(), AppError> {
        carry_out(self.context, &mut self, steps)
    }

    fn flip(&mut self) -> Result<(), AppError> {
        let host = self.context.host;
        host.interrupt.check()?;
        // Else the receipt could not follow the pointer.
        host.files.check_writable(self.state.directories.root())?;
        self.state.flip(host, &self.target.name)
    }

    /// The commands that the app had before.
    fn known(&self) -> BTreeSet<String> {
        self.state.known_commands(self.target)
    }

    fn check_commands(&self) -> Result<(), AppError> {
        let bin_directory = BinDirectory::of(self.context, &self.state.app);
        bin_directory.admitted(self.context.host, &self.target.record.commands, &self.known(), self.overwrite)?;
        Ok(())
    }

    /// Removes unfinished generations and those that are not to be kept. A generation that cannot be removed, or that a
    /// program runs from, stays until another change.
    fn remove_old(&mut self) -> Result<(), AppError> {
        let host = self.context.host;
        let generations = std::mem::take(&mut self.state.generations);
        let (mut kept, dropped) = self.divide(generations);
        let names: Vec<_> = dropped.iter().map(|one| (one.name.clone(), one.root.clone())).collect();
        let unused = unused(host, &self.state.directories, &names)?;
        let mut obsolete = std::mem::take(&mut self.state.unfinished);
        let mut scope = wheels_of_unfinished(self.context, &obsolete)?;
        for generation in dropped {
            if !unused.contains(&generation.name) {
                kept.push(generation);
                continue;
            }
            match host.files.put_tree_aside(&generation.root) {
                Ok(aside) => {
                    obsolete.extend(aside);
                    scope.add(&generation.record);
                }
                Err(error) => {
                    warn_that_it_stays(self.context, &error);
                    kept.push(generation);
                }
            }
        }
        kept.sort_by_key(|generation| generation.name.number);
        records::retain(host, &self.state.directories, &kept)?;
        self.state.generations = kept;
        checkpoint("old put aside");
        unused.remove_locks(host, &self.state.directories);
        sweep(self.context, &scope)?;
        sweep_pythons(self.context)?;
        for directory in obsolete {
            if let Err(error) = host.files.remove_any(&directory) {
                warn_that_it_stays(self.context, &error);
                self.state.unfinished.push(directory);
            }
        }
        checkpoint("old removed");
        Ok(())
    }

    /// Divides generations into those to keep and the others: the current one, the one to go back to, and the newest stay,
    /// so many in all, and those that are recorded as damaged go or stay as a whole.
    fn divide(&self, generations: Vec<Generation>) -> (Vec<Generation>, Vec<Generation>) {
        let (target, damaged) = (&self.target.name, self.retention.damaged);
        let kept = |one: &&Generation| one.name == *target || !one.record.is_damaged;
        let mut ranked: Vec<_> = generations.iter().filter(kept).map(|one| one.name.clone()).collect();
        ranked.sort_by_key(|name| std::cmp::Reverse((name == target, Some(name) == self.previous, name.number)));
        ranked.truncate(self.retention.keep.get());
        let stays =
            |one: &Generation| ranked.contains(&one.name) || (one.record.is_damaged && damaged == Damaged::Keep);
        generations.into_iter().partition(stays)
    }
}

impl Change for Activation<'_> {
    type Step = ActivationStep;

    fn apply(&mut self, step: &ActivationStep) -> Result<(), AppError> {
        match step {
            ActivationStep::CheckCommands { .. } => self.check_commands(),
            ActivationStep::Flip { .. } => self.flip(),
            ActivationStep::PlaceCommands { .. } => {
                link_commands(self.context, &self.state.app, self.target, &self.known(), self.overwrite)
            }
            ActivationStep::RemoveOld => self.remove_old(),
            ActivationStep::WriteReceipt { .. } => {
                self.state.write_receipt(self.context.host, self.target, self.previous)
            }
        }
    }

    /// Both generations are complete: before the flip nothing has changed, after it the next change finishes the rest.
    fn undo(&mut self) {}
}

/// Warns about an old generation that cannot be removed. The app works already, so this is no failure.
fn warn_that_it_stays(context: &Context<'_>, error: &FileError) {
    if !error.is_in_use() {
        let message = format!("an old generation was not removed: {error}: {}", error.source);
        context.progress.event(Event::Warning { message: &message });
    }
}

impl fmt::Display for ActivationStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CheckCommands { package, directory } => {
                write!(f, "check that the command names of {package} are free in {}", directory.display())
            }
            Self::Flip { pointer } => write!(f, "make it current: {}", pointer.display()),
            Self::PlaceCommands { package, directory } => {
                write!(f, "link the commands of {package} in {}", directory.display())
            }
            Self::RemoveOld => f.write_str("remove files that are no longer needed"),
            Self::WriteReceipt { receipt } => write!(f, "write the receipt {}", receipt.display()),
        }
    }
}
