//! What was typed -> what is wished, the same for `install` and `run`.

use std::sync::Arc;

use url::Url;

use crate::app::{AppName, Request, Source, Sources};
use crate::cli::args::{self, RequestArguments};
use crate::cli::error::CliError;
use crate::cli::progress::Reporter;
use crate::host::Host;
use crate::host::network::{Network, NetworkSettings};
use crate::index::{IndexSettings, without_credentials};
use crate::python::PythonRequest;
use crate::store::LinkMode;
use crate::vocab::{ExtraName, Requirement};

use super::super::settings::{Connectivity, Settings, index_settings};

/// The request for a source.
pub(super) fn request(host: &Host, source: &str, arguments: &RequestArguments) -> Result<Request, CliError> {
    let Source::Requirement(requirement) = Source::parse(source, host.environment.current_dir())?;
    let with: Vec<Requirement> = arguments.with.iter().map(|text| text.parse()).collect::<Result<_, _>>()?;
    let mut request = Request {
        requirement,
        with,
        python: arguments.python.as_deref().map(|python| absolute_python(host, python)),
        sources: sources(host, arguments),
        link_mode: link_mode(arguments.link_mode),
    };
    request.add_extras(extras(&arguments.extras)?);
    Ok(request)
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

/// The indexes to ask again for what was asked for before.
pub(super) fn remembered_index(host: &Host, request: &Request) -> Result<IndexSettings, CliError> {
    let Sources { index_url, extra_index_urls, find_links } = request.sources.clone();
    Ok(index_settings(host, &args::IndexArguments { index_url, extra_index_urls, find_links })?)
}

/// Names of applications as typed.
pub(super) fn app_names(typed: &[String]) -> Result<Vec<AppName>, CliError> {
    typed.iter().map(|text| text.parse().map_err(|_| CliError::AppName { text: text.clone() })).collect()
}

/// The network, with the credentials that the addresses of the indexes carry. It tells of long waits.
pub(super) fn network(host: &Host, settings: &Settings, index: &IndexSettings, reporter: &Arc<Reporter>) -> Network {
    let offline = settings.connectivity == Connectivity::Offline;
    let network = Network::new(host, NetworkSettings { offline, ..NetworkSettings::default() });
    let told = Arc::clone(reporter);
    index.indexes().fold(network.reporting_to(told), |network, index| network.with_credentials(index.url().as_str()))
}

/// The mode as the store names it.
pub(super) fn link_mode(typed: args::LinkMode) -> LinkMode {
    match typed {
        args::LinkMode::Copy => LinkMode::Copy,
        args::LinkMode::File => LinkMode::File,
    }
}

/// A Python as typed; a path is made absolute, because an upgrade asks for the same from wherever it is started.
fn absolute_python(host: &Host, typed: &str) -> String {
    match PythonRequest::parse(typed) {
        Ok(PythonRequest::Path(path)) => host.environment.current_dir().join(path).display().to_string(),
        Ok(_) | Err(_) => typed.to_owned(),
    }
}

/// The indexes that were typed, without credentials and with absolute paths: they are kept in the receipt.
fn sources(host: &Host, arguments: &RequestArguments) -> Sources {
    let absolute = |path: &str| host.environment.current_dir().join(path).display().to_string();
    let bare = |text: &String| match Url::parse(text) {
        Ok(url) if url.has_authority() => without_credentials(&url).to_string(),
        // A drive letter looks like a scheme.
        Ok(url) if url.scheme().len() > 1 => text.clone(),
        Ok(_) | Err(_) => absolute(text),
    };
    Sources {
        index_url: arguments.index.index_url.as_ref().map(bare),
        extra_index_urls: arguments.index.extra_index_urls.iter().map(bare).collect(),
        find_links: arguments.index.find_links.iter().map(bare).collect(),
    }
}
