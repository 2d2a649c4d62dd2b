//! The sources of `install`, as typed or in a manifest -> the apps to install.

use std::collections::BTreeMap;

use crate::app::{
    AppName, Check, CommandSuffix, Executables, InstallOptions, KEPT, Manifest, Overwrite, Reinstall, Request,
    RequestedAccelerator, Source, recorded_request,
};
use crate::cli::args::InstallArguments;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::invocation::Invocation;
use crate::index::{IndexSettings, PageReuse};
use crate::pytorch::packaging;
use crate::vocab::{PackageName, Requirement, Version, text_without_secrets};

use super::{manifest, request};

/// The app to install for one source.
pub(super) struct Requested {
    pub app: AppName,
    pub options: InstallOptions,
    /// The options of its last installation that hold on.
    pub kept: Vec<String>,
    /// `upgrade` is to leave it as it is from then on.
    pub is_pinned: bool,
}

/// A source as typed, without secrets, and its request.
pub(super) struct TypedSource {
    pub text: String,
    pub request: Result<Requested, CliError>,
}

/// The sources.
///
/// # Errors
/// If one of them is invalid on the command line, nothing is installed.
pub(super) fn sources(invocation: &Invocation<'_>, arguments: &InstallArguments) -> Result<Vec<TypedSource>, CliError> {
    if let Some(file) = &arguments.file {
        if !(arguments.request.is_default() && arguments.request.index.is_default()) {
            return Err(CliError::ManifestOptions);
        }
        return Ok(of_manifest(invocation, arguments, manifest::read(invocation, file)?));
    }
    if arguments.name.is_some() && arguments.sources.len() > 1 {
        return Err(CliError::OneName);
    }
    let source = |typed: &String| match requested(invocation, arguments, typed) {
        Err(error) if error.exit() == Exit::Usage || invocation.host.interrupt.is_raised() => Err(error),
        request => Ok(TypedSource { text: text_without_secrets(typed), request }),
    };
    // One that was typed twice is meant once.
    let mut typed: Vec<&String> = Vec::new();
    for text in &arguments.sources {
        if !typed.contains(&text) {
            typed.push(text);
        }
    }
    typed.into_iter().map(source).collect()
}

/// The apps of a manifest, each with nothing but what the manifest asks for.
fn of_manifest(invocation: &Invocation<'_>, arguments: &InstallArguments, manifest: Manifest) -> Vec<TypedSource> {
    let Manifest { apps, mut versions, pinned, .. } = manifest;
    let source = |(app, request): (AppName, Request)| {
        let is_pinned = pinned.contains(&app);
        let versions =
            if arguments.exact || is_pinned { versions.remove(&app).unwrap_or_default() } else { BTreeMap::new() };
        // The build of a package of PyTorch is chosen for this machine.
        let is_chosen_here =
            |name: &PackageName| request.accelerator == Some(RequestedAccelerator::Auto) && packaging(name).is_some();
        let exact = |(name, version): (PackageName, Version)| {
            let version = if is_chosen_here(&name) { version.without_local() } else { version };
            Requirement::exactly(name, version)
        };
        let versions: Vec<Requirement> = versions.into_iter().map(exact).collect();
        let requested = request::recorded_index(&invocation.files, &request).map(|index| Requested {
            options: InstallOptions { versions, ..options(arguments, request, index) },
            app: app.clone(),
            kept: Vec::new(),
            is_pinned,
        });
        TypedSource { text: app.to_string(), request: requested }
    };
    apps.into_iter().map(source).collect()
}

fn requested(invocation: &Invocation<'_>, arguments: &InstallArguments, source: &str) -> Result<Requested, CliError> {
    let request = typed_request(invocation, arguments, source)?;
    completed(invocation, arguments, source, request)
}

/// The request for one source as typed.
pub(super) fn typed_request(
    invocation: &Invocation<'_>,
    arguments: &InstallArguments,
    source: &str,
) -> Result<Request, CliError> {
    let from = arguments.with_executables_from.iter().map(|name| name.parse()).collect::<Result<_, _>>();
    let from = from.map_err(CliError::PackageName)?;
    let executables = Executables { include_deps: arguments.include_deps, from };
    let mut request = match Source::parse(source, invocation.host.environment.current_dir()) {
        Ok(Source::Lock(location)) => {
            let chosen = (arguments.name.as_deref(), &executables);
            request::of_lock(invocation, source, &location, &arguments.request, chosen)?
        }
        Ok(Source::Project { .. } | Source::Requirement(_)) | Err(_) => {
            request::request(invocation, source, &arguments.request)?
        }
    };
    if arguments.editable {
        request = request::editable(request, source)?;
    }
    request.executables = executables;
    request.suffix = arguments.suffix.as_ref().map(|text| suffix(text)).transpose()?;
    Ok(request)
}

/// The app for a request, with the options of its last installation that hold on.
pub(super) fn completed(
    invocation: &Invocation<'_>,
    arguments: &InstallArguments,
    source: &str,
    mut request: Request,
) -> Result<Requested, CliError> {
    let host = invocation.host;
    let of_lock = request.lock.as_ref().map(|lock| lock.app.as_str());
    let name = arguments.name.as_deref().or(of_lock).unwrap_or(request.requirement.name.as_str());
    let app = visible_name(&request.command_name(name))?;
    let typed_sources = request.sources.clone();
    let kept = match recorded_request(&invocation.context(), &app) {
        Ok(mut earlier) if !arguments.replace && earlier.requirement.name == request.requirement.name => {
            // An interpreter that was removed would keep the app from ever working again.
            if earlier.python_path().is_some_and(|path| host.files.kind(path).is_ok_and(|kind| kind.is_none())) {
                earlier.python = None;
            }
            request.keep(&earlier)
        }
        // The installation reports problems of the app that is there.
        Ok(_) | Err(_) => Vec::new(),
    };
    let mut index = if request.sources == typed_sources {
        request::index(&invocation.files, &arguments.request)?
    } else {
        request::recorded_index(&invocation.files, &request)?
    };

    let is_latest = Source::is_latest(source);
    if is_latest {
        index.page_reuse = PageReuse::Never;
    }
    let request_names_accelerator = request.accelerator.is_some();
    let mut options = options(arguments, request, index);
    // A build of the same request may be another one for other facts.
    let is_stated = request_names_accelerator && invocation.accelerator.is_stated();
    if (is_latest || is_stated) && !arguments.force {
        options.reinstall = Reinstall::IfOutdated;
    }
    Ok(Requested { app, options, kept, is_pinned: false })
}

fn options(arguments: &InstallArguments, request: Request, index: IndexSettings) -> InstallOptions {
    InstallOptions {
        request,
        versions: Vec::new(),
        index,
        reinstall: if arguments.force { Reinstall::Always } else { Reinstall::IfChanged },
        overwrite: if arguments.force { Overwrite::Allow } else { Overwrite::Refuse },
        check: if arguments.smoke { Check::Smoke } else { Check::Modules },
        keep: KEPT,
    }
}

fn suffix(text: &str) -> Result<CommandSuffix, CliError> {
    text.parse().map_err(|_| CliError::Suffix { text: text.to_owned() })
}

/// A name that starts with a dot is for what `run` makes, and removes again.
fn visible_name(text: &str) -> Result<AppName, CliError> {
    let name = text.parse::<AppName>().ok().filter(|name| !name.is_hidden());
    name.ok_or_else(|| CliError::AppName { text: text.to_owned() })
}
