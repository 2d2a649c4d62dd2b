//! Asks each index for a page, as an installation would.

use std::path::Path;

use url::Url;

use super::facts::{IndexFacts, IndexState};
use crate::app::in_one_line;
use crate::host::{Host, Interrupted, Network, NetworkError, Request};
use crate::index::{FindLinks, IndexSettings};
use crate::vocab::{Address, PackageName};

/// The project that an index is asked for. An index without it is reachable as well.
const PROJECT: &str = "pip";

/// The answer of each index and each page of links, in the order in which they are searched.
///
/// # Errors
/// Only when interrupted.
pub(super) fn ask_all(host: &Host, network: &Network, index: &IndexSettings) -> Result<Vec<IndexFacts>, Interrupted> {
    let project: Option<PackageName> = PROJECT.parse().ok();
    let pages = index.indexes().map(|index| {
        let page = project.as_ref().map_or_else(|| index.url().clone(), |project| index.page(project));
        (index.url().clone(), page)
    });
    let mut places: Vec<(Url, Url)> = pages.collect();
    let mut facts = Vec::new();
    for place in &index.find_links {
        match place {
            FindLinks::Url(url) => places.push((url.clone(), url.clone())),
            FindLinks::Path(path) => facts.push(local(host, path)),
        }
    }
    for (url, page) in places {
        facts.push(match url.to_file_path() {
            Ok(path) if url.scheme() == "file" => local(host, &path),
            Ok(_) | Err(()) => remote(host, network, &url, &page)?,
        });
    }
    Ok(facts)
}

fn local(host: &Host, path: &Path) -> IndexFacts {
    let url = path.display().to_string();
    let state = if host.files.is_dir(path) || host.files.is_file(path) {
        IndexState::Local
    } else {
        let fix = format!("create the directory, or correct the setting that names `{}`", path.display());
        IndexState::Unreachable { problem: format!("`{}` does not exist", path.display()), fix }
    };
    IndexFacts { url, proxy: None, state }
}

fn remote(host: &Host, network: &Network, url: &Url, page: &Url) -> Result<IndexFacts, Interrupted> {
    // A proxy that cannot be parsed is a problem of its own.
    let proxy = network.proxy_of(page).ok().flatten().map(|proxy| proxy.to_string());
    let state = if network.is_offline() { IndexState::NotAsked } else { ask(host, network, page)? };
    Ok(IndexFacts { url: Address::from(url).to_string(), proxy, state })
}

fn ask(host: &Host, network: &Network, page: &Url) -> Result<IndexState, Interrupted> {
    let started = host.clock.instant();
    // The body is not read: pages may be large.
    let answer = network.connection().get(&Request::new(page));
    // Rounded up, because nothing takes no time.
    let milliseconds = u64::try_from(started.elapsed().as_micros().div_ceil(1000)).unwrap_or(u64::MAX);
    Ok(match answer {
        Ok(_) => IndexState::Reachable { milliseconds },
        Err(error) if error.is_not_found() => IndexState::Reachable { milliseconds },
        Err(NetworkError::Interrupted(interrupted)) => return Err(interrupted),
        Err(error) => {
            let fix = error.hint().unwrap_or_else(|| "correct the setting that names the index".to_owned());
            IndexState::Unreachable { problem: in_one_line(&error), fix }
        }
    })
}
