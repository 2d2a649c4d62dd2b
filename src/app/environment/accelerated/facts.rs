//! The facts about the accelerators of the machine, with what is assumed instead.

use std::path::Path;

use crate::accelerator::{AcceleratorFacts, Evidence, Probe, probe};
use crate::app::request::AcceleratorSettings;
use crate::host::{Event, Host, Progress};

/// Looks for accelerators. `python` may be asked for the driver's library. Says which variables state something else.
pub(in crate::app::environment) fn facts(
    host: &Host,
    settings: &AcceleratorSettings,
    python: Option<&Path>,
    progress: &dyn Progress,
) -> AcceleratorFacts {
    let found = probe(host, &Probe::of_machine(host, python));
    let count = found.evidence.len();
    let facts = settings.assumptions.apply(found);
    for (position, Evidence { source, finding }) in facts.evidence.iter().enumerate() {
        let message = &format!("{source}: {finding}");
        // Options were just typed; variables may have been set for something else.
        let is_variable = position >= count && !source.starts_with("--");
        progress.event(if is_variable { Event::Notice { message } } else { Event::Detail { message } });
    }
    facts
}
