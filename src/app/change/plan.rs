//! A plan: the steps of a change, in the order in which one loop carries them out. `--dry-run` prints it.

use std::fmt;
use std::path::PathBuf;

use crate::app::environment::{PythonSupply, PythonToFetch, Resolution};
use crate::app::error::AppError;
use crate::app::state::{ChosenBuild, Context};
use crate::host::Event;
use crate::vocab::{Pin, Version};

/// A planned change of an environment.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan<Step> {
    /// The directory of the environment.
    pub environment: PathBuf,
    pub python: PlannedPython,
    /// The wheels of the environment, by package name.
    pub pins: Vec<Pin>,
    /// The build that was chosen for an accelerator.
    pub accelerator: Option<ChosenBuild>,
    pub steps: Vec<Step>,
}

/// The interpreter that the environment is made with.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PlannedPython {
    pub executable: PathBuf,
    pub version: Version,
    /// The Python that would be fetched first, if none is there.
    pub to_fetch: Option<PythonToFetch>,
}

impl<Step> Plan<Step> {
    /// A plan for an environment with the packages of a resolution.
    pub(in crate::app) fn new(environment: PathBuf, resolution: &Resolution, steps: Vec<Step>) -> Self {
        let Resolution { interpreter, supply, pins, accelerator, .. } = resolution;
        let to_fetch = match supply {
            PythonSupply::ToFetch(python) => Some(python.clone()),
            PythonSupply::Fetched { .. } | PythonSupply::Found => None,
        };
        let (executable, version) = (interpreter.executable.clone(), interpreter.version.clone());
        let python = PlannedPython { executable, version, to_fetch };
        Self { environment, python, pins: pins.clone(), accelerator: accelerator.clone(), steps }
    }
}

/// A change that is carried out step by step.
pub(in crate::app) trait Change {
    type Step: fmt::Display;

    /// Carries out one step.
    fn apply(&mut self, step: &Self::Step) -> Result<(), AppError>;

    /// Undoes what was done, after a step failed, unless the change has taken effect already. The error of the step is the
    /// one to report: whatever cannot be undone now is left to the next change.
    fn undo(&mut self);
}

/// Carries out all steps of a change, in order.
pub(in crate::app) fn carry_out<C: Change>(
    context: &Context<'_>,
    change: &mut C,
    steps: &[C::Step],
) -> Result<(), AppError> {
    for (index, step) in steps.iter().enumerate() {
        context.progress.event(Event::StepStarted { number: index + 1, step: format_args!("{step}") });
        if let Err(error) = change.apply(step) {
            change.undo();
            return Err(error);
        }
    }
    Ok(())
}
