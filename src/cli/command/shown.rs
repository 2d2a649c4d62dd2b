//! The forms in which several commands show the same things.

use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Serialize;

use crate::app::{ChosenBuild, Installation, InstalledWheel, Plan, PythonToFetch, VersionChange};
use crate::cli::escape::escaped_line;
use crate::cli::home_path::with_short_home;
use crate::cli::invocation::Invocation;
use crate::cli::message::Message;
use crate::cli::settings::Verbosity;
use crate::cli::text::{Style, bytes, counted, numbered, seconds};
use crate::host::Host;
use crate::vocab::Pin;

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
pub(super) struct ShownPlan<Step> {
    environment: PathBuf,
    python: String,
    interpreter: PathBuf,
    #[serde(skip_serializing_if = "Option::is_none")]
    fetched_python: Option<PythonToFetch>,
    packages: Vec<ShownPackage>,
    #[serde(skip_serializing_if = "Option::is_none")]
    accelerator: Option<ChosenBuild>,
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

impl<Step> ShownPlan<Step> {
    /// The plan as JSON shows it.
    pub(super) fn of(plan: Plan<Step>) -> Self {
        Self {
            environment: plan.environment,
            python: plan.python.version.to_string(),
            interpreter: plan.python.executable,
            fetched_python: plan.python.to_fetch,
            packages: plan.pins.iter().map(ShownPackage::of_pin).collect(),
            accelerator: plan.accelerator,
            steps: plan.steps,
        }
    }
}

/// A plan for people: the environment and its content, with `--verbose` the steps too.
pub(super) fn plan_text(invocation: &Invocation<'_>, name: &str, content: &str, plan: &Plan<impl Display>) -> String {
    let host = invocation.host;
    let interpreter = match &plan.python.to_fetch {
        Some(_) => "to be fetched".to_owned(),
        None => shown_path(host, &plan.python.executable),
    };
    let title = format!("{name} on Python {} ({interpreter})\n", plan.python.version);
    match invocation.settings.verbosity {
        Verbosity::Normal | Verbosity::Quiet => title + content,
        Verbosity::Verbose => {
            title + content + &with_short_home(&steps_text(plan), host.environment.home_dir().as_deref())
        }
    }
}

/// The packages of a plan, a line each.
pub(super) fn packages_text(plan: &Plan<impl Display>) -> String {
    plan.pins.iter().map(|pin| format!("  {} {}\n", pin.name, pin.version)).collect::<Vec<_>>().concat()
}

fn steps_text(plan: &Plan<impl Display>) -> String {
    let python = plan.python.to_fetch.as_ref();
    let fetch = python.map(|python| format!("fetch and verify Python {} from {}", python.build, python.location));
    let steps = fetch.into_iter().chain(plan.steps.iter().map(ToString::to_string));
    let steps = steps.enumerate().map(|(index, step)| numbered(index + 1, &step) + "\n");
    format!("Planned steps:\n{}", steps.collect::<String>())
}

/// The installed app, in one line.
pub(super) fn headline(style: Style, installation: &Installation, took: Duration) -> Message {
    let record = &installation.generation.record;
    let before = installation.previous.as_ref().and_then(|previous| {
        match (previous.version == record.version, previous.python.version == record.python.version) {
            (true, true) => None,
            (true, false) => Some(format!(" (was on Python {})", previous.python.version)),
            (false, true) => Some(format!(" (was {})", previous.version)),
            (false, false) => Some(format!(" (was {} on Python {})", previous.version, previous.python.version)),
        }
    });
    style.strong(record.app.as_str()).then(&format!(
        " {}{}: {}, {}, Python {}, {}",
        record.version,
        before.unwrap_or_default(),
        counted(record.wheels.len(), "package"),
        bytes(record.bytes),
        record.python.version,
        seconds(took)
    ))
}

/// Changes of versions, a line each.
pub(super) fn changes_text(changes: &[VersionChange]) -> String {
    let mut text = String::new();
    for change in changes {
        text.push_str(&format!("  {change}\n"));
    }
    text
}

/// A path for people, as part of a line: the home directory as `~`.
pub(super) fn shown_path(host: &Host, path: &Path) -> String {
    let shown = match host.environment.home_dir().and_then(|home| path.strip_prefix(home).ok().map(Path::to_path_buf)) {
        Some(below) if !cfg!(windows) => format!("~/{}", below.display()),
        Some(_) | None => path.display().to_string(),
    };
    escaped_line(&shown)
}

/// Names a file or directory that Kingbolt left where it is.
pub(super) fn kept(host: &Host, path: &Path) -> String {
    format!("Kept {}, which Kingbolt did not create", shown_path(host, path))
}

/// Lists of paths that would be removed, and of those that would stay because Kingbolt did not create them. A directory
/// that would go, or stay, with everything in it ends with `/`.
pub(super) fn removals_text(removed: &[String], kept: &[String]) -> String {
    let mut text = String::new();
    for (heading, paths) in [("Removes:", removed), ("Keeps:", kept)] {
        if !paths.is_empty() {
            text.push_str(&format!("{heading}\n  {}\n", paths.join("\n  ")));
        }
    }
    text
}

/// The plan for source code: nothing of it runs before the person wants that.
pub(super) fn to_build(sources: &[String]) -> String {
    let line =
        |source: &String| format!("would build {source}; its version and dependencies are known after the build\n");
    sources.iter().map(line).collect()
}
