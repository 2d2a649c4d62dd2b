//! Holds the code against the table of layers, and finds circles of files.

use std::collections::{BTreeMap, BTreeSet};

use crate::imports::Crate;
use crate::support::{backticked, repository_text, rust_files, table_after};

/// One row of the table of layers in `docs/architecture.md`.
struct Layer {
    may_name: Names,
    /// Stems of files that may also name `host`.
    host_in: BTreeSet<String>,
}

enum Names {
    AllBut(BTreeSet<String>),
    Only(BTreeSet<String>),
}

#[test]
fn modules_name_only_what_the_table_of_layers_allows() {
    let layers = layers();
    let mut offences = Vec::new();
    for (file, named) in Crate::read().edges() {
        let (from, to) = (layer_of(&layers, &file), layer_of(&layers, &named));
        // Files of properties are built for tests and fuzzing only.
        let is_built = !file.ends_with("/properties.rs");
        if is_built && from != to && !layers[from].allows(to, stem(&file)) {
            offences.push(format!("{file}: names `{to}` ({named})"));
        }
    }
    assert_eq!(offences, Vec::<String>::new());
}

#[test]
fn only_doing_modules_and_probes_take_the_host() {
    const DOING: &[&str] = &["app", "build", "cli", "fetch", "host", "release", "store", "venv", "wheel"];
    let layers = layers();
    let takes_it = |path: &str, text: &str| {
        let layer = layer_of(&layers, path);
        let may =
            DOING.contains(&layer.split('/').next().unwrap_or(layer)) || layers[layer].host_in.contains(stem(path));
        !may && text.contains("&Host")
    };
    let offences: Vec<String> = rust_files()
        .into_iter()
        .filter(|file| file.path.starts_with("src/") && file.path.matches('/').count() > 1)
        .filter(|file| takes_it(&file.path, &file.text))
        .map(|file| file.path)
        .collect();
    assert_eq!(offences, Vec::<String>::new());
}

#[test]
fn no_files_use_each_other_in_a_circle() {
    let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (file, named) in Crate::read().edges() {
        uses.entry(file).or_default().insert(named);
    }
    assert_eq!(in_circles(&uses), Vec::<String>::new());
}

#[test]
fn no_modules_use_each_other_in_a_circle() {
    let layers = layers();
    let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (file, named) in Crate::read().edges() {
        let (from, to) = (layer_of(&layers, &file), layer_of(&layers, &named));
        // Errors and re-exports stand above and below the parts of their module.
        let has_parts = |name: &str| layers.keys().any(|layer| layer.starts_with(&format!("{name}/")));
        if from != to && !has_parts(from) && !has_parts(to) {
            uses.entry(from.to_owned()).or_default().insert(to.to_owned());
        }
    }
    assert_eq!(in_circles(&uses), Vec::<String>::new());
}

#[test]
fn every_module_is_in_the_architecture() {
    let architecture = repository_text("docs/architecture.md");
    let modules = table_after(&architecture, "## Modules");
    let described: BTreeSet<&str> = modules.iter().map(|row| row[0].trim_matches('`')).collect();
    let layers = layers();
    let layers: BTreeSet<&str> = layers.keys().filter_map(|name| name.split('/').next()).collect();
    assert_eq!(described, layers);
}

impl Layer {
    fn allows(&self, layer: &str, stem: &str) -> bool {
        let module = layer.split('/').next().unwrap_or(layer);
        let is_among = |listed: &BTreeSet<String>| listed.contains(module) || listed.contains(layer);
        let is_allowed = match &self.may_name {
            Names::AllBut(others) => !is_among(others),
            Names::Only(allowed) => is_among(allowed),
        };
        is_allowed || (layer == "host" && self.host_in.contains(stem))
    }
}

fn layers() -> BTreeMap<String, Layer> {
    let architecture = repository_text("docs/architecture.md");
    let rows = table_after(&architecture, "## Layers");
    rows.into_iter()
        .map(|row| {
            let names = backticked(&row[1]);
            let may_name = if row[1].starts_with("all") { Names::AllBut(names) } else { Names::Only(names) };
            (row[0].trim_matches('`').to_owned(), Layer { may_name, host_in: backticked(&row[2]) })
        })
        .collect()
}

/// The row for a file: that of its folder's folder where the table has one, else that of the module.
fn layer_of<'l>(layers: &'l BTreeMap<String, Layer>, path: &str) -> &'l str {
    let below = path.trim_start_matches("src/");
    let is_above = |name: &&String| below.strip_prefix(name.as_str()).is_some_and(|rest| rest.starts_with('/'));
    let longest = layers.keys().filter(is_above).max_by_key(|name| name.len());
    longest.unwrap_or_else(|| panic!("{path} is in no row of the table of layers"))
}

/// `src/python/probe.rs` has the stem `probe`.
fn stem(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path).trim_end_matches(".rs")
}

/// Everything that leads back to itself, with what leads there.
fn in_circles(uses: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let reach: BTreeMap<&String, BTreeSet<&String>> = uses.keys().map(|from| (from, reachable(uses, from))).collect();
    let leads = |from: &String, to: &String| reach.get(from).is_some_and(|found| found.contains(to));
    let edges = uses.iter().flat_map(|(from, named)| named.iter().map(move |to| (from, to)));
    edges.filter(|(from, to)| leads(to, from)).map(|(from, to)| format!("{from} uses {to}")).collect()
}

fn reachable<'u>(uses: &'u BTreeMap<String, BTreeSet<String>>, from: &String) -> BTreeSet<&'u String> {
    let mut found = BTreeSet::new();
    let mut next: Vec<&String> = uses[from].iter().collect();
    while let Some(name) = next.pop() {
        if found.insert(name) {
            next.extend(uses.get(name).into_iter().flatten());
        }
    }
    found
}
