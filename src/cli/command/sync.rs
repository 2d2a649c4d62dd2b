//! `kingbolt sync`.

use std::path::PathBuf;
use std::time::Duration;

use serde::Serialize;

use crate::app::{
    AppError, BuildOptions, Environment, EnvironmentStep, Plan, PlannedSync, Reinstall, SwitchStep, SyncOptions,
    Synced, lock_location, plan_sync, sync,
};
use crate::cli::args::SyncArguments;
use crate::cli::build_settings::{allowed_builds, check_allowed_builds};
use crate::cli::configuration::REQUIRE_HASHES;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::index_settings::index_settings;
use crate::cli::invocation::Invocation;
use crate::cli::output::print_data;
use crate::cli::settings::{Format, absolute};
use crate::cli::text::{bytes, counted, seconds};
use crate::index::IndexSettings;
use crate::lock::{DefaultGroups, Selection};
use crate::python::PythonRequest;
use crate::resolve::{AllowedBuilds, HashPolicy};

use super::public_key::public_key;
use super::request;
use super::shown;
use super::shown::{ShownPackage, ShownPlan, packages_text, plan_text, removals_text, shown_path, to_build};

#[derive(Serialize)]
#[serde(rename_all = "lowercase", tag = "status")]
enum Shown {
    /// Planned: builds, whose results decide the rest of the plan.
    Build {
        sources: Vec<String>,
    },
    #[serde(rename = "made")]
    Built {
        #[serde(flatten)]
        environment: ShownEnvironment,
        /// Files and directories that Kingbolt did not create.
        kept: Vec<PathBuf>,
    },
    Planned {
        plan: ShownPlan<EnvironmentStep>,
    },
    Unchanged(ShownEnvironment),
}

#[derive(Serialize)]
struct ShownEnvironment {
    environment: PathBuf,
    python: String,
    interpreter: PathBuf,
    packages: Vec<ShownPackage>,
    files: u64,
    bytes: u64,
    seconds: f64,
}

/// Builds an environment from a lock.
pub(crate) fn run(invocation: &Invocation<'_>, arguments: &SyncArguments) -> Result<Exit, CliError> {
    let environment = &invocation.host.environment;
    request::admit_python(&invocation.files.own, arguments.python.as_deref())?;
    invocation.files.own.admit_typed(&[(&REQUIRE_HASHES, "--allow-unhashed", arguments.allow_unhashed)])?;
    let python = arguments.python.as_deref().map_or(Ok(PythonRequest::Any), PythonRequest::parse);
    let allowed = allowed_builds(&arguments.builds.allow_build)?;
    check_allowed_builds(&invocation.files, &allowed)?;
    let options = SyncOptions {
        lock: lock_location(&arguments.lock, |path| absolute(environment, path))?,
        hashes: if arguments.allow_unhashed { HashPolicy::AllowUnhashed } else { HashPolicy::OverHttps },
        public_key: arguments.public_key.as_deref().map(|text| public_key(invocation.host, text)).transpose()?,
        into: absolute(environment, &arguments.into),
        python: python.map_err(AppError::from)?,
        selection: selection(arguments)?,
        index: index(invocation, arguments, &allowed)?,
        build: BuildOptions { allowed, ..BuildOptions::default() },
        link_mode: request::link_mode(&invocation.files.own, arguments.link_mode)?,
        reinstall: if arguments.force { Reinstall::Always } else { Reinstall::IfChanged },
    };
    let result = if arguments.dry_run { planned(invocation, &options)? } else { synced(invocation, &options)? };
    invocation.document_with_warnings("sync", result)?;
    Ok(Exit::Done)
}

/// The indexes for the requirements of builds. Without builds, only their credentials matter: the lock may name files of theirs.
fn index(
    invocation: &Invocation<'_>,
    arguments: &SyncArguments,
    allowed: &AllowedBuilds,
) -> Result<IndexSettings, CliError> {
    request::admit_index(&invocation.files.own, &arguments.index)?;
    let index = index_settings(&invocation.files, &arguments.index)?;
    Ok(if allowed.is_nothing() { IndexSettings { no_index: None, ..index } } else { index })
}

fn selection(arguments: &SyncArguments) -> Result<Selection, CliError> {
    let groups = arguments.groups.iter().flat_map(|text| text.split(',')).map(|text| text.trim().parse());
    Ok(Selection {
        extras: request::extras(&arguments.extras)?,
        groups: groups.collect::<Result<_, _>>().map_err(CliError::Group)?,
        default_groups: if arguments.no_default_groups { DefaultGroups::Exclude } else { DefaultGroups::Include },
    })
}

fn synced(invocation: &Invocation<'_>, options: &SyncOptions) -> Result<Shown, CliError> {
    let network = invocation.network(&options.index);
    let started = invocation.host.clock.instant();
    let outcome = sync(&invocation.online(&network), options);
    invocation.reporter.clear();
    let took = started.elapsed();
    Ok(match outcome? {
        Synced::Built { environment, kept } => {
            let name = invocation.style().strong(&shown_path(invocation.host, &options.into));
            invocation.show(&name.then(&format!(
                ": {}, {}, Python {}, {}",
                counted(environment.wheels.len(), "package"),
                bytes(environment.bytes),
                environment.python.version,
                seconds(took)
            )));
            for path in &kept {
                invocation.say(&shown::kept(invocation.host, path));
            }
            let environment = shown_environment(options, &environment, took);
            Shown::Built { environment, kept }
        }
        Synced::Unchanged(environment) => unchanged(invocation, options, &environment, took),
    })
}

fn planned(invocation: &Invocation<'_>, options: &SyncOptions) -> Result<Shown, CliError> {
    let network = invocation.network(&options.index);
    let started = invocation.host.clock.instant();
    let outcome = plan_sync(&invocation.online(&network), options);
    invocation.reporter.clear();
    Ok(match outcome? {
        PlannedSync::Build { sources } => {
            if invocation.settings.format == Format::Text {
                print_data(&to_build(&sources))?;
            }
            Shown::Build { sources }
        }
        PlannedSync::Change(plan) => {
            if invocation.settings.format == Format::Text {
                let into = shown_path(invocation.host, &options.into);
                let packages = packages_text(&plan) + &files_text(invocation, &plan);
                print_data(&plan_text(invocation, &into, &packages, &plan))?;
            }
            Shown::Planned { plan: ShownPlan::of(plan) }
        }
        PlannedSync::Unchanged(environment) => unchanged(invocation, options, &environment, started.elapsed()),
    })
}

/// The files that go, and those that stay because Kingbolt did not create them.
fn files_text(invocation: &Invocation<'_>, plan: &Plan<EnvironmentStep>) -> String {
    let mut text = String::new();
    for step in &plan.steps {
        let EnvironmentStep::Switch(SwitchStep::PutInPlace { environment, removed, kept }) = step else { continue };
        let shown = |path: &String| {
            let end = if path.ends_with('/') { "/" } else { "" };
            shown_path(invocation.host, &environment.join(path)) + end
        };
        let [removed, kept] = [removed, kept].map(|paths| paths.iter().map(shown).collect::<Vec<_>>());
        text.push_str(&removals_text(&removed, &kept));
    }
    text
}

fn unchanged(invocation: &Invocation<'_>, options: &SyncOptions, environment: &Environment, took: Duration) -> Shown {
    invocation.say(&format!("{} already matches the lock", shown_path(invocation.host, &options.into)));
    Shown::Unchanged(shown_environment(options, environment, took))
}

fn shown_environment(options: &SyncOptions, environment: &Environment, took: Duration) -> ShownEnvironment {
    ShownEnvironment {
        environment: options.into.clone(),
        python: environment.python.version.to_string(),
        interpreter: environment.python.executable.clone(),
        packages: environment.wheels.iter().map(ShownPackage::of_wheel).collect(),
        files: environment.files,
        bytes: environment.bytes,
        seconds: took.as_secs_f64(),
    }
}
