//! Forms in which several commands show the same things.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Serialize;

use crate::app::{Installation, InstalledWheel};
use crate::app::{Plan, Step, VersionChange};
use crate::cli::text::{Style, bytes, counted, say, seconds};
use crate::host::Host;
use crate::vocab::{Location, Pin};

/// A package of an environment.
#[derive(Serialize)]
pub(super) struct ShownPackage {
    name: String,
    version: String,
    file: String,
    /// Absent before the wheel has been fetched, where nobody stated it.
    #[serde(skip_serializing_if = "Option::is_none")]
    digest: Option<String>,
}

/// A plan.
#[derive(Serialize)]
pub(super) struct ShownPlan {
    environment: PathBuf,
    python: String,
    interpreter: PathBuf,
    packages: Vec<ShownPackage>,
    steps: Vec<Step>,
}

impl ShownPackage {
    /// A package that is installed.
    pub(super) fn of_wheel(wheel: &InstalledWheel) -> Self {
        Self {
            name: wheel.name.to_string(),
            version: wheel.version.to_string(),
            file: wheel.file.to_string(),
            digest: Some(wheel.digest.to_string()),
        }
    }

    fn of_pin(pin: &Pin) -> Self {
        let digest = pin.digests.as_ref().and_then(|digests| digests.as_slice().first());
        Self {
            name: pin.name.to_string(),
            version: pin.version.to_string(),
            file: pin.wheel.to_string(),
            digest: digest.map(ToString::to_string),
        }
    }
}

impl ShownPlan {
    pub(super) fn of(plan: &Plan) -> Self {
        // Credentials belong to the request, not to what is shown of it.
        let steps = plan.steps.iter().cloned().map(without_credentials).collect();
        Self {
            environment: plan.environment.clone(),
            python: plan.python.version.to_string(),
            interpreter: plan.python.executable.clone(),
            packages: plan.pins.iter().map(ShownPackage::of_pin).collect(),
            steps,
        }
    }
}

/// A plan for people: the packages, then what would be done.
pub(super) fn plan_text(name: &str, plan: &Plan) -> String {
    let mut text = format!("{name} on Python {} ({})\n", plan.python.version, plan.python.executable.display());
    for pin in &plan.pins {
        text.push_str(&format!("  {} {}\n", pin.name, pin.version));
    }
    text + &steps_text(plan)
}

/// What would be done.
pub(super) fn steps_text(plan: &Plan) -> String {
    let mut text = "Planned steps:\n".to_owned();
    for (index, step) in plan.steps.iter().enumerate() {
        let lines = step.to_string().replace('\n', "\n   ");
        text.push_str(&format!("  {}. {lines}\n", index + 1));
    }
    text
}

/// What became installed, in one line.
pub(super) fn headline(style: Style, installation: &Installation, took: Duration) -> String {
    let facts = &installation.generation.facts;
    let before = installation.previous.as_ref().and_then(|previous| {
        match (previous.version == facts.version, previous.python.version == facts.python.version) {
            (true, true) => None,
            (true, false) => Some(format!(" (was on Python {})", previous.python.version)),
            (false, true) => Some(format!(" (was {})", previous.version)),
            (false, false) => Some(format!(" (was {} on Python {})", previous.version, previous.python.version)),
        }
    });
    format!(
        "{} {}{}: {}, {}, Python {}, {}",
        style.strong(facts.app.as_str()),
        facts.version,
        before.unwrap_or_default(),
        counted(facts.wheels.len(), "package"),
        bytes(facts.bytes),
        facts.python.version,
        seconds(took)
    )
}

/// Says which versions changed.
pub(super) fn tell_changes(changes: &[VersionChange]) {
    for change in changes {
        say(&format!("  {change}"));
    }
}

/// Changes of versions, a line each.
pub(super) fn changes_text(changes: &[VersionChange]) -> String {
    let mut text = String::new();
    for change in changes {
        text.push_str(&format!("  {change}\n"));
    }
    text
}

/// A path for people: the home directory as `~`.
pub(super) fn shown_path(host: &Host, path: &Path) -> String {
    match host.environment.home_dir().and_then(|home| path.strip_prefix(home).ok().map(Path::to_path_buf)) {
        Some(below) if !cfg!(windows) => format!("~/{}", below.display()),
        Some(_) | None => path.display().to_string(),
    }
}

fn without_credentials(step: Step) -> Step {
    match step {
        Step::Fetch { mut wheels } => {
            for fetch in &mut wheels {
                if let Location::Url(url) = &mut fetch.location {
                    *url = crate::host::network::redacted(url);
                }
            }
            Step::Fetch { wheels }
        }
        other => other,
    }
}
