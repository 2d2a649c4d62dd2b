//! Typed arguments -> requests, the same for several commands.

use url::Url;

use crate::app::{AppError, AppName, Request, RequestedPython, Source, Sources};
use crate::cli::args::{self, RequestArguments};
use crate::cli::error::CliError;
use crate::cli::index_settings::index_settings;
use crate::cli::version_rules::version_rules;
use crate::host::Host;
use crate::index::IndexSettings;
use crate::resolve::HashPolicy;
use crate::store::LinkMode;
use crate::vocab::{Address, ExtraName, Requirement};

/// The request for a source.
pub(super) fn request(host: &Host, source: &str, arguments: &RequestArguments) -> Result<Request, CliError> {
    let Source::Requirement(requirement) = Source::parse(source, host.environment.current_dir())?;
    let with: Vec<Requirement> = arguments.with.iter().map(|text| text.parse()).collect::<Result<_, _>>()?;
    let python = python(host, arguments.python.as_deref())?;
    let mut request = Request {
        requirement,
        with,
        python,
        sources: sources(host, arguments),
        hashes: match (arguments.allow_unhashed, arguments.require_hashes) {
            (true, _) => HashPolicy::AllowUnhashed,
            (false, true) => HashPolicy::Require,
            (false, false) => HashPolicy::OverHttps,
        },
        rules: version_rules(host, &arguments.versions)?,
        link_mode: link_mode(arguments.link_mode),
        keep_pythonpath: arguments.keep_pythonpath,
    };
    request.add_extras(extras(&arguments.extras)?);
    Ok(request)
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
pub(super) fn index(host: &Host, arguments: &RequestArguments) -> Result<IndexSettings, CliError> {
    Ok(index_settings(host, &arguments.index)?)
}

/// The indexes of a recorded request.
pub(super) fn recorded_index(host: &Host, request: &Request) -> Result<IndexSettings, CliError> {
    let typed = |address: &Address| address.with_secrets().to_owned();
    let Sources { index_url, extra_index_urls, find_links } = &request.sources;
    let arguments = args::IndexArguments {
        index_url: index_url.as_ref().map(typed),
        extra_index_urls: extra_index_urls.iter().map(typed).collect(),
        find_links: find_links.iter().map(typed).collect(),
    };
    Ok(index_settings(host, &arguments)?)
}

/// The names of apps as typed.
pub(super) fn app_names(typed: &[String]) -> Result<Vec<AppName>, CliError> {
    typed.iter().map(|text| app_name(text)).collect()
}

/// The name of an app as typed.
pub(super) fn app_name(text: &str) -> Result<AppName, CliError> {
    text.parse().map_err(|_| CliError::AppName { text: text.to_owned() })
}

/// The link mode.
pub(super) fn link_mode(typed: args::LinkMode) -> LinkMode {
    match typed {
        args::LinkMode::Copy => LinkMode::Copy,
        args::LinkMode::File => LinkMode::File,
    }
}

/// The indexes that were typed, with absolute paths: they are kept in the receipt.
fn sources(host: &Host, arguments: &RequestArguments) -> Sources {
    let absolute = |path: &str| host.environment.current_dir().join(path).display().to_string();
    let source = |text: &String| match Url::parse(text) {
        // A drive letter looks like a scheme.
        Ok(url) if url.scheme().len() > 1 => text.as_str().into(),
        Ok(_) | Err(_) => absolute(text).into(),
    };
    Sources {
        index_url: arguments.index.index_url.as_ref().map(source),
        extra_index_urls: arguments.index.extra_index_urls.iter().map(source).collect(),
        find_links: arguments.index.find_links.iter().map(source).collect(),
    }
}
