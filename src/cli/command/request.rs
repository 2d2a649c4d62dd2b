//! Typed arguments -> requests, the same for several commands.

use std::collections::BTreeMap;

use crate::app::{
    AppError, AppName, BuildOptions, Executables, Request, RequestedPython, ScriptMetadata, Source, SourceError,
    Sources, absolute_place, locked_app, project_name,
};
use crate::build::{SourceAddress, SourceKind};
use crate::cli::accelerator_settings::requested_accelerator;
use crate::cli::args::{self, BuildArguments, RequestArguments};
use crate::cli::build_settings::{allowed_builds, check_builds};
use crate::cli::configuration::{
    CONSTRAINT, Configuration, EXTRA_INDEX_URL, FIND_LINKS, INDEX_URL, LINK_MODE, OVERRIDE, PRE, PYTHON, REQUIRE_HASHES,
};
use crate::cli::configuration_files::ConfigurationFiles;
use crate::cli::error::CliError;
use crate::cli::index_settings::index_settings;
use crate::cli::invocation::Invocation;
use crate::cli::version_rules::version_rules;
use crate::host::Host;
use crate::index::{IndexSettings, StatedHashes};
use crate::resolve::{AllowedBuilds, HashPolicy, VersionRules};
use crate::store::LinkMode;
use crate::vocab::{Address, ExtraName, Location, Origin, Requirement, VersionSpecifiers, text_without_secrets};

/// The request for a source.
pub(super) fn request(
    invocation: &Invocation<'_>,
    source: &str,
    arguments: &RequestArguments,
) -> Result<Request, CliError> {
    admit(&invocation.files.own, arguments)?;
    let requirement = requirement(invocation, source, &index(&invocation.files, arguments)?)?;
    let mut request = of_requirement(invocation, requirement, arguments)?;
    request.add_extras(extras(&arguments.extras)?);
    check_builds(&invocation.files, &request)?;
    Ok(request)
}

/// The request for an app that is made from a lock. A name that was typed comes before that of the lock.
pub(super) fn of_lock(
    invocation: &Invocation<'_>,
    typed: &str,
    location: &Location,
    arguments: &RequestArguments,
    (name, executables): (Option<&str>, &Executables),
) -> Result<Request, CliError> {
    admit(&invocation.files.own, arguments)?;
    if let Some(option) = arguments.package_option() {
        return Err(SourceError::LockOption { text: text_without_secrets(typed), option }.into());
    }
    // Only the credentials of indexes matter: the lock may be beside their files.
    let network = invocation.network(&IndexSettings { no_index: None, ..index(&invocation.files, arguments)? });
    let app = locked_app(&invocation.online(&network), location, hash_policy(arguments), name, executables)?;
    let origin = Origin::Index(VersionSpecifiers::empty());
    let requirement = Requirement { name: app.package, extras: Vec::new(), origin, marker: None };
    let mut request = of_requirement(invocation, requirement, arguments)?;
    request.rules = VersionRules::default();
    request.lock = Some(app.lock);
    request.add_extras(extras(&arguments.extras)?);
    check_builds(&invocation.files, &request)?;
    Ok(request)
}

/// The requirement for a package: by its name, or by the path or address of a wheel or of source code.
pub(super) fn requirement(
    invocation: &Invocation<'_>,
    typed: &str,
    index: &IndexSettings,
) -> Result<Requirement, CliError> {
    let host = invocation.host;
    if let Some(path) = Source::typed_path(typed, host.environment.current_dir())
        && host.files.kind(&path).is_ok_and(|kind| kind.is_none())
    {
        return Err(AppError::NoSuchFile { path }.into());
    }
    match Source::parse(typed, host.environment.current_dir())? {
        Source::Lock(_) => Err(SourceError::Lock { text: text_without_secrets(typed) }.into()),
        Source::Requirement(requirement) => Ok(requirement),
        Source::Project { extras, url, source: address } => {
            let url = Address::from(url);
            let network = invocation.network(index);
            network.add_named(&url);
            let name = project_name(&invocation.online(&network), typed, &address)?;
            Ok(Requirement { name, extras, origin: Origin::Url(url), marker: None })
        }
    }
}

/// The request for the environment of a script; `None` if that needs no packages.
pub(super) fn of_script(
    invocation: &Invocation<'_>,
    metadata: &ScriptMetadata,
    arguments: &RequestArguments,
) -> Result<Option<Request>, CliError> {
    let mut requirements = metadata.dependencies.clone();
    requirements.extend(with(invocation, arguments)?);
    if requirements.is_empty() {
        return Ok(None);
    }
    // The environment is named for one that every machine needs, if there is one.
    let first = requirements.iter().position(|requirement| requirement.marker.is_none()).unwrap_or_default();
    let mut request = of_requirement(invocation, requirements.remove(first), arguments)?;
    request.with = requirements;
    request.is_for_scripts = true;
    request.python = python_of_script(invocation.host, metadata, arguments)?;
    check_builds(&invocation.files, &request)?;
    Ok(Some(request))
}

/// The Python as typed, or else that of a script.
pub(super) fn python_of_script(
    host: &Host,
    metadata: &ScriptMetadata,
    arguments: &RequestArguments,
) -> Result<Option<RequestedPython>, AppError> {
    let required = metadata.requires_python.as_ref().map(ToString::to_string).filter(|required| !required.is_empty());
    python(host, arguments.python.as_deref().or(required.as_deref()))
}

fn with(invocation: &Invocation<'_>, arguments: &RequestArguments) -> Result<Vec<Requirement>, CliError> {
    if arguments.with.is_empty() {
        return Ok(Vec::new());
    }
    let index = index(&invocation.files, arguments)?;
    arguments.with.iter().map(|text| requirement(invocation, text, &index)).collect()
}

/// The request for a requirement, with the options as typed but for extras.
fn of_requirement(
    invocation: &Invocation<'_>,
    requirement: Requirement,
    arguments: &RequestArguments,
) -> Result<Request, CliError> {
    let host = invocation.host;
    Ok(Request {
        requirement,
        lock: None,
        with: with(invocation, arguments)?,
        executables: Executables::default(),
        suffix: None,
        python: python(host, arguments.python.as_deref())?,
        accelerator: requested_accelerator(host, &arguments.accelerator)?,
        sources: sources(host, arguments),
        hashes: hash_policy(arguments),
        rules: version_rules(&invocation.files, &arguments.versions)?,
        build: BuildOptions {
            editable: false,
            allowed: allowed_builds(&arguments.builds.allow_build)?,
            config_settings: config_settings(&arguments.config_settings)?,
        },
        link_mode: link_mode(&invocation.files.own, arguments.link_mode)?,
        keep_pythonpath: arguments.keep_pythonpath,
        system_site_packages: arguments.system_site_packages,
        is_for_scripts: false,
    })
}

/// The treatment of files of which nobody states a hash.
fn hash_policy(arguments: &RequestArguments) -> HashPolicy {
    match (arguments.allow_unhashed, arguments.require_hashes) {
        (true, _) => HashPolicy::AllowUnhashed,
        (false, true) => HashPolicy::Require,
        (false, false) => HashPolicy::OverHttps,
    }
}

/// The same for directories that stay where they are.
pub(super) fn editable(mut request: Request, source: &str) -> Result<Request, CliError> {
    let address = match &request.requirement.origin {
        Origin::Url(url) => SourceAddress::parse(url.with_secrets()).ok().flatten(),
        Origin::Index(_) => None,
    };
    match address.map(|address| address.kind) {
        Some(SourceKind::Directory { .. }) => {
            request.build.editable = true;
            Ok(request)
        }
        Some(SourceKind::Archive { .. } | SourceKind::Commit { .. } | SourceKind::Git { .. }) | None => {
            Err(SourceError::NotEditable { text: source.to_owned() }.into())
        }
    }
}

/// Settings for build backends as typed.
fn config_settings(typed: &[String]) -> Result<BTreeMap<String, Vec<String>>, CliError> {
    let mut settings: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for text in typed {
        let pair = text.split_once('=').filter(|(key, _)| !key.is_empty());
        let (key, value) = pair.ok_or_else(|| CliError::ConfigSetting { text: text.clone() })?;
        settings.entry(key.to_owned()).or_default().push(value.to_owned());
    }
    Ok(settings)
}

/// The Python as typed.
pub(super) fn python(host: &Host, typed: Option<&str>) -> Result<Option<RequestedPython>, AppError> {
    Ok(typed.map(|text| RequestedPython::parse(text, host.environment.current_dir())).transpose()?)
}

/// Extras as typed: one option may name several, separated by commas.
pub(super) fn extras(typed: &[String]) -> Result<Vec<ExtraName>, CliError> {
    let names = typed.iter().flat_map(|text| text.split(',')).map(str::trim);
    Ok(names.map(str::parse).collect::<Result<_, _>>()?)
}

/// The indexes to ask.
pub(super) fn index(files: &ConfigurationFiles<'_>, arguments: &RequestArguments) -> Result<IndexSettings, CliError> {
    let mut index = index_settings(files, &arguments.index)?;
    if arguments.allow_unhashed {
        index.hashes = StatedHashes::AsRequested;
    }
    Ok(index)
}

/// The indexes of a recorded request.
pub(super) fn recorded_index(files: &ConfigurationFiles<'_>, request: &Request) -> Result<IndexSettings, CliError> {
    let typed = |address: &Address| address.with_secrets().to_owned();
    let Sources { index_url, extra_index_urls, find_links } = &request.sources;
    let arguments = args::IndexArguments {
        index_url: index_url.as_ref().map(typed),
        extra_index_urls: extra_index_urls.iter().map(typed).collect(),
        find_links: find_links.iter().map(typed).collect(),
    };
    Ok(index_settings(files, &arguments)?)
}

/// The builds that are allowed beside those of a recorded request.
pub(super) fn further_builds(
    files: &ConfigurationFiles<'_>,
    recorded: &Request,
    arguments: &BuildArguments,
) -> Result<AllowedBuilds, CliError> {
    let allowed = allowed_builds(&arguments.allow_build)?;
    let mut request = recorded.clone();
    request.build.allowed.extend(&allowed);
    check_builds(files, &request)?;
    Ok(allowed)
}

/// The names of apps as typed, each once.
pub(super) fn app_names(typed: &[String]) -> Result<Vec<AppName>, CliError> {
    let mut names = Vec::new();
    for text in typed {
        let name = app_name(text)?;
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Ok(names)
}

/// The name of an app as typed.
pub(super) fn app_name(text: &str) -> Result<AppName, CliError> {
    text.parse().map_err(|_| CliError::AppName { text: text.to_owned() })
}

/// The link mode.
pub(super) fn link_mode(configuration: &Configuration, typed: Option<args::LinkMode>) -> Result<LinkMode, CliError> {
    configuration.admit_typed(&[(&LINK_MODE, "--link-mode", typed.is_some())])?;
    Ok(match (typed, configuration.one(&LINK_MODE)) {
        (Some(args::LinkMode::Copy), _) => LinkMode::Copy,
        (None, Some(setting)) if setting.text == "copy" => LinkMode::Copy,
        (Some(args::LinkMode::File) | None, _) => LinkMode::File,
    })
}

/// Refuses options for keys that the administrator has locked.
fn admit(configuration: &Configuration, arguments: &RequestArguments) -> Result<(), CliError> {
    let versions = &arguments.versions;
    admit_python(configuration, arguments.python.as_deref())?;
    admit_index(configuration, &arguments.index)?;
    let typed = [
        (&REQUIRE_HASHES, "--allow-unhashed", arguments.allow_unhashed),
        (&CONSTRAINT, "--constraint", !versions.constraints.is_empty()),
        (&OVERRIDE, "--override", !versions.overrides.is_empty()),
        (&PRE, "--pre", versions.pre),
        (&PRE, "--pre-package", !versions.pre_packages.is_empty()),
    ];
    Ok(configuration.admit_typed(&typed)?)
}

/// The same for the options that name indexes.
pub(super) fn admit_index(configuration: &Configuration, index: &args::IndexArguments) -> Result<(), CliError> {
    let typed = [
        (&INDEX_URL, "--index-url", index.index_url.is_some()),
        (&EXTRA_INDEX_URL, "--extra-index-url", !index.extra_index_urls.is_empty()),
        (&FIND_LINKS, "--find-links", !index.find_links.is_empty()),
    ];
    Ok(configuration.admit_typed(&typed)?)
}

/// Refuses `--python` if the administrator has locked the Python.
pub(super) fn admit_python(configuration: &Configuration, typed: Option<&str>) -> Result<(), CliError> {
    Ok(configuration.admit_typed(&[(&PYTHON, "--python", typed.is_some())])?)
}

/// The indexes that were typed, with absolute paths: they are kept in the receipt.
fn sources(host: &Host, arguments: &RequestArguments) -> Sources {
    let source = |text: &String| absolute_place(text, host.environment.current_dir());
    Sources {
        index_url: arguments.index.index_url.as_ref().map(source),
        extra_index_urls: arguments.index.extra_index_urls.iter().map(source).collect(),
        find_links: arguments.index.find_links.iter().map(source).collect(),
    }
}
