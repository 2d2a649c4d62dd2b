//! Finishes a change that was interrupted: first thing in the next one.

use std::num::NonZeroUsize;

use crate::app::error::AppError;
use crate::app::request::Overwrite;
use crate::app::state::{AppState, Context, Retention};

use crate::host::Event;

use super::activation::{Activation, ActivationStep, ActivationSteps};

/// Finishes a change that was interrupted after its pointer was flipped, or whose pointer was lost since. If that change
/// made a generation, as many stay as `retention` says; otherwise all do. The app's lock is held.
pub(in crate::app) fn recover(
    context: &Context<'_>,
    state: &mut AppState,
    retention: impl Into<Retention>,
) -> Result<(), AppError> {
    if state.is_finished() {
        return Ok(());
    }
    let Some(target) = state.current().or_else(|| state.recorded()).cloned() else { return Ok(()) };
    context.progress.event(Event::Detail { message: "finishing an interrupted change:" });
    let mut retention = retention.into();
    if state.is_listed(&target) {
        retention.keep = NonZeroUsize::MAX;
    }
    let previous = state.other_than(Some(&target.name)).map(|previous| previous.name.clone());
    let steps = ActivationSteps::of(context, state, &target.record.request.requirement.name);
    let flip = state.current().is_none().then(|| ActivationStep::Flip { pointer: state.directories.pointer() });
    let finish = [ActivationStep::RemoveOld, steps.receipt()];
    let steps: Vec<ActivationStep> = flip.into_iter().chain(steps.link()).chain(finish).collect();
    // Commands that belong to somebody else by now stay as they are.
    let overwrite = &Overwrite::Skip;
    Activation { context, state, target: &target, previous: previous.as_ref(), overwrite, retention: &retention }
        .carry_out(&steps)
}
