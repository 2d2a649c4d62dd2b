//! Collects the facts and the problems. What cannot be found out is a problem, and the rest is collected all the same.

use crate::accelerator::Assumptions;
use crate::app::{
    AppError, Context, Health, Need, Place, PlaceUse, directories_hint, health, in_one_line, inspect_places, obstacles,
    system_errors,
};
use crate::host::{Host, Interrupted, Network};
use crate::index::IndexSettings;
use crate::platform::Os;
use crate::python::{Discovery, Interpreter, PythonRequest, Search, discover, python_source};
use crate::vocab::Address;

use super::accelerator::accelerator;
use super::facts::{AppFacts, DirectoryFacts, DirectoryState, Facts, IndexFacts, SearchPath};
use super::findings::{Area, Finding, PythonFetching, findings, of_roots};
use super::indexes::ask_all;
use super::proxies::network_facts;
use super::pythons::pythons;
use super::system::{shells, system};

/// The facts, and the problems.
#[derive(Debug)]
pub struct Inspection {
    pub facts: Facts,
    pub findings: Vec<Finding>,
}

/// The detail of the facts.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Detail {
    Normal,
    /// With wheel tags.
    Tags,
}

/// Less than this is too little for most apps: the bytes and files of a larger one, `jupyterlab`.
const LITTLE: Need = Need { bytes: 150_000_000, inodes: 10_000 };

/// Inspects the machine. `assumptions` are options about accelerators. `search_path` tells what the commands of a list of names are to PATH; `index` is absent if its
/// settings cannot be understood.
///
/// # Errors
/// Only when interrupted.
pub fn inspect(
    context: &Context<'_>,
    network: &Network,
    index: Option<&IndexSettings>,
    detail: Detail,
    assumptions: Assumptions,
    search_path: impl FnOnce(&[String]) -> SearchPath,
) -> Result<Inspection, Interrupted> {
    let host = context.host;
    let mut problems = Vec::new();
    let places = inspect_places(context);
    let directories = places.iter().map(directory).collect();
    problems.extend(obstacles(places, little).iter().map(|error| of_app(Area::Directories, error)));
    let (discovery, default) = discover_all(context)?;
    let authorities = network.authorities();
    problems.extend(authorities.unusable.iter().map(of_roots));
    let (indexes, proxy) = indexes(host, network, index)?;
    problems.extend(proxy);
    let Health { installed, broken, commands } = match health(context) {
        Ok(found) => found,
        Err(AppError::Interrupted(interrupted)) => return Err(interrupted),
        Err(error) => {
            let finding = of_app(Area::Apps, &error);
            // A home that cannot be read was told already.
            if problems.iter().all(|known| known.problem != finding.problem) {
                problems.push(finding);
            }
            Health::default()
        }
    };
    let python = default.as_ref().map(|default| (default.executable.as_path(), &default.platform));
    let (accelerator, of_accelerator) = accelerator(host, python, assumptions);
    problems.extend(of_accelerator);
    let facts = Facts {
        system: system(host, Os::current()),
        search_path: shells(host, search_path(&commands)),
        directories,
        pythons: pythons(&discovery, default.as_ref().map(|default| default.executable.as_path()), |path| {
            python_source(host, Some(&context.directories.pythons()), path)
        }),
        accelerator,
        network: network_facts(&host.environment, network, &authorities),
        indexes,
        apps: AppFacts { installed, broken },
        tags: match detail {
            Detail::Normal => None,
            Detail::Tags => Some(default.as_ref().map(tags).unwrap_or_default()),
        },
    };
    problems.extend(findings(
        &facts,
        PythonFetching::of(context.pythons, network.is_offline()),
        &context.directories.bin_dir.display().to_string(),
    ));
    Ok(Inspection { facts, findings: problems })
}

/// The need of an app that is yet to be installed. The rest of what a file system holds counts once.
fn little(usage: PlaceUse) -> Need {
    match usage {
        PlaceUse::Home => LITTLE,
        PlaceUse::Cache => Need { bytes: LITTLE.bytes / 3, inodes: 100 },
        PlaceUse::Commands | PlaceUse::Environment => Need::default(),
    }
}

/// The answers of the indexes, and the problem of the proxy, which keeps them from being asked.
fn indexes(
    host: &Host,
    network: &Network,
    index: Option<&IndexSettings>,
) -> Result<(Vec<IndexFacts>, Option<Finding>), Interrupted> {
    let Some(index) = index else { return Ok((Vec::new(), None)) };
    let failed = index.indexes().find_map(|index| network.proxy_of(index.url()).err());
    let Some(error) = failed else { return Ok((ask_all(host, network, index)?, None)) };
    let url = |url: &url::Url| Address::from(url).to_string();
    let not_asked = |index: &crate::index::IndexUrl| IndexFacts {
        url: url(index.url()),
        proxy: None,
        state: super::facts::IndexState::NotAsked,
    };
    let fix = error.hint().unwrap_or_else(|| "correct the variable, or unset it".to_owned());
    let finding = Finding { area: Area::Network, problem: in_one_line(&error), fix };
    Ok((index.indexes().map(not_asked).collect(), Some(finding)))
}

fn directory(place: &Place) -> DirectoryFacts {
    let found = place.file_system.as_ref();
    let states = [
        (!place.exists, DirectoryState::NotCreated),
        (found.is_some_and(|found| found.forbids_execution), DirectoryState::Noexec),
        (place.unwritable.is_some(), DirectoryState::NotWritable),
        (found.is_some_and(|found| found.is_read_only), DirectoryState::ReadOnly),
    ];
    DirectoryFacts {
        usage: DirectoryFacts::usage_name(place.usage),
        path: place.path.clone(),
        file_system: found.and_then(|found| found.kind.clone()),
        free_bytes: found.and_then(|found| found.free_bytes),
        total_bytes: found.and_then(|found| found.total_bytes),
        free_inodes: found.and_then(|found| found.free_inodes),
        states: states.into_iter().filter(|(holds, _)| *holds).map(|(_, state)| state).collect(),
    }
}

fn of_app(area: Area, error: &AppError) -> Finding {
    let of_system = || system_errors(error).find_map(directories_hint);
    let fix = error.hint().or_else(of_system).unwrap_or_else(|| "check the directory".to_owned());
    Finding { area, problem: in_one_line(error), fix }
}

fn tags(python: &Interpreter) -> Vec<String> {
    python.tags().iter().map(|tag| tag.to_string()).collect()
}

/// All interpreters, each asked anew, and the one that requests use which name none.
fn discover_all(context: &Context<'_>) -> Result<(Discovery, Option<Interpreter>), Interrupted> {
    let managed = context.directories.pythons();
    let search = Search { preference: context.pythons.preference, managed: Some(&managed), cache_dir: None };
    let search_for = |request: &PythonRequest| discover(context.host, request, &search, context.progress);
    let all = search_for(&PythonRequest::Any)?;
    let default = match &context.pythons.default {
        Some(default) => search_for(&default.request)?.found.into_iter().next(),
        None => all.found.first().cloned(),
    };
    Ok((all, default))
}
