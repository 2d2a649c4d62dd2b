//! `kingbolt doctor`.

use std::path::Path;

use crate::app::{AppError, Context, in_one_line};
use crate::cli::accelerator_settings::stated_assumptions;
use crate::cli::args::{DoctorArguments, PythonArguments};
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::index_settings::index_settings;
use crate::cli::invocation::Invocation;
use crate::cli::output::{columns_of_stdout, print_verbatim};
use crate::cli::path_advice::{is_on_path, obstacle, shadowed};
use crate::cli::python_settings::python_settings;
use crate::cli::setting::SettingsError;
use crate::cli::settings::{Format, Verbosity};
use crate::doctor::{Area, Detail, Finding, Inspection, SearchPath, ShadowedCommand, inspect};
use crate::host::Host;
use crate::host::network::NetworkSettings;
use crate::index::IndexSettings;
use crate::platform::Os;

use super::config;
use super::doctor_page::{Build, Content, page};

/// The most columns of the page, so that it can be pasted anywhere.
const COLUMNS: usize = 80;

/// Shows the facts that matter, and the problems with their fixes.
pub(crate) fn run(invocation: &Invocation<'_>, arguments: &DoctorArguments) -> Result<Exit, CliError> {
    let mut problems = Vec::new();
    let settings = found(&mut problems, config::settings(invocation)).unwrap_or_default();
    let pythons = python_settings(&invocation.files, PythonArguments::default());
    let pythons = found(&mut problems, pythons).unwrap_or_default();
    let index = found(&mut problems, index_settings(&invocation.files, &arguments.index));
    // Without settings nothing is asked, and the proxies and certificates are shown all the same.
    let none = IndexSettings::without_indexes();
    let once = NetworkSettings { retries: 0, ..NetworkSettings::default() };
    let network = invocation.network_with(index.as_ref().unwrap_or(&none), &once);
    let (host, bin_dir) = (invocation.host, invocation.settings.directories.bin_dir.as_path());
    let detail = match invocation.settings.verbosity {
        Verbosity::Verbose => Detail::Tags,
        Verbosity::Normal | Verbosity::Quiet => Detail::Normal,
    };
    let context = Context { pythons: &pythons, ..invocation.context() };
    let inspected =
        inspect(&context, &network, index.as_ref(), detail, stated_assumptions(&arguments.assumptions), |commands| {
            search_path(host, bin_dir, commands)
        });
    let Inspection { facts, findings } = inspected.map_err(AppError::from)?;
    problems.extend(findings);
    let exit = if problems.is_empty() { Exit::Done } else { Exit::Failed };
    let build =
        Build { version: env!("CARGO_PKG_VERSION"), os: std::env::consts::OS, architecture: std::env::consts::ARCH };
    let report = Content { kingbolt: build, facts, settings, problems };
    invocation.reporter.clear();
    match invocation.settings.format {
        Format::Json => invocation.document("doctor", report)?,
        Format::Text => {
            let columns = columns_of_stdout().unwrap_or(COLUMNS).min(COLUMNS);
            print_verbatim(&page(host, invocation.settings.verbosity, columns, &report))?;
        }
    }
    Ok(exit)
}

/// The settings, or the problem with them; the same one only once.
fn found<T>(problems: &mut Vec<Finding>, settings: Result<T, SettingsError>) -> Option<T> {
    match settings {
        Ok(settings) => Some(settings),
        Err(error) => {
            let fix = error.hint().unwrap_or_else(|| "correct the option".to_owned());
            let problem = Finding { area: Area::Settings, problem: in_one_line(&error), fix };
            if !problems.contains(&problem) {
                problems.push(problem);
            }
            None
        }
    }
}

/// The relation of the directory of commands to PATH, and of its commands to those of other programs.
fn search_path(host: &Host, bin_dir: &Path, commands: &[String]) -> SearchPath {
    let os = Os::current();
    let names: Vec<&str> = commands.iter().map(String::as_str).collect();
    let hidden = shadowed(host, os, bin_dir, &names).into_iter();
    SearchPath {
        has_bin_dir: is_on_path(host, os, bin_dir),
        obstacle: obstacle(os, bin_dir),
        shadowed: hidden.map(|(command, by)| ShadowedCommand { command: command.to_owned(), by }).collect(),
        ..SearchPath::default()
    }
}
