//! `kingbolt list`.

use serde::Serialize;

use crate::app::{AppName, BrokenApp, Executables, InstalledApp, ListedGeneration, Listing, Selected, Sources, list};
use crate::cli::args::ListArguments;
use crate::cli::error::CliError;
use crate::cli::escape::escaped_line;
use crate::cli::exit::Exit;
use crate::cli::invocation::Invocation;
use crate::cli::output::print_data;
use crate::cli::settings::{Format, Settings, Verbosity};
use crate::cli::text::{bytes, counted};
use crate::host::Host;
use crate::python::PythonSource;
use crate::resolve::{AllowedBuilds, Prereleases, VersionRules};
use crate::vocab::{Location, PackageName, Requirement};

use super::outdated::{self, Named};
use super::request;
use super::shown::shown_path;

#[derive(Serialize)]
struct Content {
    apps: Vec<InstalledApp>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    broken: Vec<BrokenApp>,
}

/// Lists the installed apps.
pub(crate) fn run(invocation: &Invocation<'_>, arguments: &ListArguments) -> Result<Exit, CliError> {
    let named = request::app_names(&arguments.apps)?;
    let Listing { apps, broken } = list(&invocation.context(), &selected(arguments, &named))?;
    if arguments.outdated {
        let named_as = if named.is_empty() { Named::All } else { Named::ByName };
        let apps: Vec<AppName> = apps.into_iter().map(|app| app.app).collect();
        return outdated::run(invocation, &apps, named_as);
    }
    match invocation.settings.format {
        Format::Json => invocation.document("list", Content { apps, broken })?,
        Format::Text if arguments.commands => print_data(&commands(&apps))?,
        Format::Text if apps.is_empty() && broken.is_empty() => invocation.say("No apps are installed"),
        Format::Text => {
            let broken = broken.iter().map(|BrokenApp { app, problem, advice }| {
                format!("{app}\n    broken: {}; {advice}\n", escaped_line(problem))
            });
            print_data(&(table(invocation.host, &invocation.settings, &apps) + &broken.collect::<String>()))?;
        }
    }
    Ok(Exit::Done)
}

fn selected(arguments: &ListArguments, named: &[AppName]) -> Selected {
    match (arguments.all, named) {
        (true, _) => Selected::All,
        (false, []) => Selected::Visible,
        (false, named) => Selected::Named(named.to_vec()),
    }
}

/// A line for each command, by name: the command, and the app that it starts.
fn commands(apps: &[InstalledApp]) -> String {
    let is_lost = |app: &InstalledApp, command: &str| app.lost.iter().any(|lost| lost.command == command);
    let pairs = |app: &'_ InstalledApp| -> Vec<(String, String)> {
        let own = app.commands.iter().filter(|command| !is_lost(app, &command.name));
        own.map(|command| (command.name.clone(), app.app.to_string())).collect()
    };
    let mut commands: Vec<(String, String)> = apps.iter().flat_map(pairs).collect();
    commands.sort();
    let width = commands.iter().map(|(command, _)| command.len()).max().unwrap_or(0);
    commands.iter().map(|(command, app)| format!("{command:width$}  {app}\n")).collect::<Vec<_>>().concat()
}

/// The apps in aligned columns: name, version, Python, commands.
fn table(host: &Host, settings: &Settings, apps: &[InstalledApp]) -> String {
    let width = |text: &dyn Fn(&InstalledApp) -> String| apps.iter().map(|app| text(app).len()).max().unwrap_or(0);
    let name = width(&|app| app.app.to_string());
    let version = width(&|app| version_of(app));
    let python = width(&|app| python_of(app));
    let mut text = String::new();
    for app in apps {
        let commands: Vec<String> = app.commands.iter().map(|command| shown_command(app, &command.name)).collect();
        let (app_name, app_version, app_python) = (app.app.to_string(), version_of(app), python_of(app));
        let line =
            format!("{app_name:name$}  {app_version:version$}  Python {app_python:python$}  {}", commands.join(", "));
        // An environment for scripts has no commands.
        text.push_str(line.trim_end());
        text.push('\n');
        if let Some(problem) = &app.problem {
            text.push_str(&format!(
                "    broken: {}; repair it with `kingbolt verify --repair {}`\n",
                escaped_line(problem),
                app.app
            ));
        }
        if settings.verbosity == Verbosity::Verbose {
            text.push_str(&details(host, settings, app));
        }
    }
    text
}

/// The version, marked if it is pinned.
fn version_of(app: &InstalledApp) -> String {
    if app.pinned { format!("{} (pinned)", app.version) } else { app.version.to_string() }
}

/// The version of its Python, marked if that may go.
fn python_of(app: &InstalledApp) -> String {
    match app.python_source {
        PythonSource::Transient(owner) => format!("{} ({owner})", app.python),
        PythonSource::Managed | PythonSource::System => app.python.to_string(),
    }
}

/// Where its Python is, and who may take it away.
fn interpreter(host: &Host, app: &InstalledApp) -> String {
    let path = shown_path(host, &app.interpreter);
    match app.python_source {
        PythonSource::Managed => format!("{path} (managed)"),
        PythonSource::System => path,
        PythonSource::Transient(owner) => format!("{path} (of {owner}: the app breaks if it goes)"),
    }
}

/// A command, with the app that it starts if that is another one.
fn shown_command(app: &InstalledApp, command: &str) -> String {
    match app.lost.iter().find(|lost| lost.command == command) {
        Some(lost) => format!("{command} (taken over by {})", lost.app),
        None => command.to_owned(),
    }
}

fn shown_lock(host: &Host, lock: &Location) -> String {
    match lock {
        Location::Path(path) => shown_path(host, path),
        Location::Url(url) => escaped_line(&url.to_string()),
    }
}

fn details(host: &Host, settings: &Settings, app: &InstalledApp) -> String {
    let environment = settings.directories.app(&app.app).generations().join(&app.generation);
    let contents = format!(
        "{}, {}, {}",
        counted(app.packages, "package"),
        counted(usize::try_from(app.files).unwrap_or(usize::MAX), "file"),
        bytes(app.bytes)
    );
    let with: Vec<String> = app.with.iter().map(ToString::to_string).collect();
    let mut requested = app.request.to_string();
    if let Some(lock) = &app.lock {
        requested += &format!(" from {}", shown_lock(host, lock));
    }
    if app.editable {
        requested += " (editable)";
    }
    if !with.is_empty() {
        requested += &format!(" with {}", with.join(", "));
    }
    if let Some(python) = app.requested_python.clone() {
        requested += &format!(" on Python {}", escaped_line(&String::from(python)));
    }
    let mut rows = vec![("requested", requested)];
    rows.extend(accelerator(app).map(|accelerator| ("accelerator", accelerator)));
    rows.extend(executables(&app.executables).map(|packages| ("commands", packages)));
    rows.extend(versions(&app.rules).map(|rules| ("versions", rules)));
    rows.extend(builds(&app.allowed_builds).map(|builds| ("builds", builds)));
    rows.extend(indexes(&app.sources).map(|indexes| ("index", indexes)));
    rows.extend([
        ("installed", host.clock.local(app.created)),
        ("contents", contents),
        ("Python", interpreter(host, app)),
        ("environment", shown_path(host, &environment)),
    ]);
    rows.iter().map(|(key, value)| format!("    {key:<12}{value}\n")).collect::<Vec<_>>().concat()
        + if app.keep_pythonpath { "    variables   keeps PYTHONPATH and PYTHONHOME\n" } else { "" }
        + if app.system_site_packages { "    packages    can import those of its Python, too\n" } else { "" }
        + &unhashed(app)
        + &generations(host, app)
}

/// The accelerator that was asked for, and the build that was chosen.
fn accelerator(app: &InstalledApp) -> Option<String> {
    let requested = app.requested_accelerator?;
    Some(match &app.accelerator {
        Some(chosen) => format!("{requested}: {}, {}", chosen.label, chosen.reason),
        None => format!("{requested}: no package has builds for accelerators"),
    })
}

/// The packages whose commands are linked beside the app's own, if there are any.
fn executables(executables: &Executables) -> Option<String> {
    let from: Vec<&str> = executables.from.iter().map(PackageName::as_str).collect();
    if executables.include_deps {
        return Some("of all dependencies, too".to_owned());
    }
    (!from.is_empty()).then(|| format!("of {}, too", from.join(", ")))
}

/// The rules for choosing versions, if there are any.
fn versions(rules: &VersionRules) -> Option<String> {
    let listed = |what: &str, requirements: &[Requirement]| {
        let requirements: Vec<String> = requirements.iter().map(ToString::to_string).collect();
        (!requirements.is_empty()).then(|| format!("{what} {}", requirements.join(", ")))
    };
    let prereleases = match &rules.prereleases {
        Prereleases::Allow => Some("pre-releases too".to_owned()),
        Prereleases::Of(names) => {
            let names: Vec<&str> = names.iter().map(PackageName::as_str).collect();
            Some(format!("pre-releases of {} too", names.join(", ")))
        }
        Prereleases::WhenAsked => None,
    };
    let listed = [prereleases, listed("constraints", &rules.constraints), listed("overrides", &rules.overrides)];
    let rules: Vec<String> = listed.into_iter().flatten().chain(rules.uploads.options()).collect();
    (!rules.is_empty()).then(|| rules.join("; "))
}

/// The packages that may be built, if there are any.
fn builds(allowed: &AllowedBuilds) -> Option<String> {
    match allowed {
        AllowedBuilds::All => Some("all packages without a wheel".to_owned()),
        AllowedBuilds::Of(names) if names.is_empty() => None,
        AllowedBuilds::Of(names) => Some(names.iter().map(PackageName::as_str).collect::<Vec<_>>().join(", ")),
    }
}

/// The indexes that were asked for, if there are any, in the order in which they are searched.
fn indexes(sources: &Sources) -> Option<String> {
    let indexes = sources.extra_index_urls.iter().chain(&sources.index_url).chain(&sources.find_links);
    let indexes: Vec<String> = indexes.map(|index| escaped_line(&index.to_string())).collect();
    (!indexes.is_empty()).then(|| indexes.join(", "))
}

/// The hashes that were found of wheels of which nobody stated one.
fn unhashed(app: &InstalledApp) -> String {
    let mut text = String::new();
    for one in &app.unhashed {
        text.push_str(&format!("    {:<12}{} has {}\n", "no hash", one.wheel, one.digest));
    }
    text
}

/// The generations that `rollback` can reach: number, version, time, size and Python of each, the current one marked. The
/// interpreter is shown unless it is the current one's, which has its own line.
fn generations(host: &Host, app: &InstalledApp) -> String {
    let version = app.generations.iter().map(|one| one.version.to_string().len()).max().unwrap_or(0);
    let row = |one: &ListedGeneration| {
        let elsewhere = match &one.interpreter {
            same if *same == app.interpreter => String::new(),
            other => format!(" ({})", shown_path(host, other)),
        };
        // The last word would be the first to go to another line of a narrow terminal.
        let kind = if one.current { "current" } else { "generation" };
        format!(
            "    {kind:<12}{}  {:version$}  {}  {}  Python {}{elsewhere}\n",
            one.number,
            one.version.to_string(),
            host.clock.local(one.created),
            bytes(one.bytes),
            one.python,
        )
    };
    app.generations.iter().map(row).collect()
}
