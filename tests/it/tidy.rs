//! Holds the repository against its own rules: layers, file sizes, words that must not stay, documents kept true.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{repository_text, table_after};

/// A file of the repository.
struct Text {
    /// Relative to the root, with `/`.
    path: String,
    text: String,
}

/// One row of the table of layers in `docs/architecture.md`.
struct Layer {
    may_name: Names,
    /// File stems that may name `host` besides.
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
    for file in sources() {
        let Some((module, stem)) = module_and_stem(&file.path) else { continue };
        let layer = layers.get(module).unwrap_or_else(|| panic!("{module} is missing in the table of layers"));
        for named in crate_paths(without_tests(&file.text)) {
            let only_for_tests = matches!(named.as_str(), "parts" | "property");
            if named != module && !only_for_tests && !layer.allows(&named, stem) {
                offences.push(format!("{}: names `{named}`", file.path));
            }
        }
    }
    assert_eq!(offences, Vec::<String>::new());
}

#[test]
fn only_doing_modules_and_probes_take_the_host() {
    const DOING: &[&str] = &["app", "cli", "fetch", "host", "store", "venv", "wheel"];
    let layers = layers();
    let mut offences = Vec::new();
    for file in sources() {
        let Some((module, stem)) = module_and_stem(&file.path) else { continue };
        let may_take_it = DOING.contains(&module) || layers[module].host_in.contains(stem);
        if !may_take_it && without_tests(&file.text).contains("&Host") {
            offences.push(file.path);
        }
    }
    assert_eq!(offences, Vec::<String>::new());
}

#[test]
fn every_module_stands_in_the_architecture() {
    let architecture = repository_text("docs/architecture.md");
    let modules = table_after(&architecture, "## Modules");
    let described: BTreeSet<&str> = modules.iter().map(|row| row[0].trim_matches('`')).collect();
    let declared: BTreeSet<String> =
        sources().iter().filter_map(|file| module_and_stem(&file.path).map(|(module, _)| module.to_owned())).collect();
    assert_eq!(described, declared.iter().map(String::as_str).collect());
}

#[test]
fn files_stay_small() {
    const LIMIT: usize = 500;
    // Files whose length is data, not thought.
    const TABLES: &[&str] = &[];
    let long: Vec<String> = rust_files()
        .into_iter()
        .filter(|file| !TABLES.contains(&file.path.as_str()) && !file.path.ends_with("/tests.rs"))
        .map(|file| (without_tests(&file.text).lines().count(), file.path))
        .filter(|(lines, _)| *lines > LIMIT)
        .map(|(lines, path)| format!("{path}: {lines} lines before its tests"))
        .collect();
    assert_eq!(long, Vec::<String>::new());
}

#[test]
fn nothing_is_left_for_later() {
    const MARKS: &[&str] = &[
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("XX", "X:"),
        concat!("#[", "ignore"),
        concat!("<<<<", "<<<"),
        concat!(">>>>", ">>>"),
    ];
    assert_eq!(lines_with(MARKS, &[]), Vec::<String>::new());
}

#[test]
fn no_registry_address_is_written_anywhere() {
    const HOSTS: &[&str] = &[
        concat!("pypi", ".org"),
        concat!("python", "hosted"),
        concat!("npmjs", ".org"),
        concat!("repo1.", "maven"),
        concat!("static.", "crates.io"),
    ];
    assert_eq!(lines_with(HOSTS, &["Cargo.lock"]), Vec::<String>::new());
}

#[test]
fn the_changelog_has_one_entry_for_what_is_next() {
    let changelog = repository_text("CHANGELOG.md");
    let headings: Vec<&str> = changelog
        .lines()
        .filter_map(|line| line.strip_prefix("## ["))
        .map(|rest| rest.split(']').next().unwrap_or_default())
        .collect();
    let count = |name: &str| headings.iter().filter(|heading| **heading == name).count();
    let (unreleased, this) = (count("Unreleased"), count(env!("CARGO_PKG_VERSION")));
    assert!(unreleased <= 1 && this <= 1 && unreleased + this >= 1, "{headings:?}");
}

#[test]
fn the_invariants_name_tests_that_there_are() {
    let architecture = repository_text("docs/architecture.md");
    let rows = table_after(&architecture, "## Invariants");
    let names: Vec<&str> = rows.iter().flat_map(|row| row[2].split('`').skip(1).step_by(2)).collect();
    let sources: String = rust_files().into_iter().map(|file| file.text).collect();
    let is_there = |name: &str| match name.strip_suffix(".rs") {
        Some(_) => !repository_text(name).is_empty(),
        None => sources.contains(&format!("fn {name}()")),
    };
    let missing: Vec<&str> = names.into_iter().filter(|name| !is_there(name)).collect();
    assert_eq!(missing, Vec::<&str>::new());
}

/// Every table of `docs/engine.md` with its rules, where they are enforced, and their tests.
#[test]
fn every_rule_of_the_engine_names_code_and_tests_that_there_are() {
    const TABLES: &[&str] =
        &["Archives", "Wheels", "Metadata", "Tags", "Locks and indexes", "Concurrency, crashes and disks"];
    let engine = repository_text("docs/engine.md");
    let sources: String = rust_files().into_iter().map(|file| file.text).collect();
    let is_there = |path: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(path);
        path.is_dir() || path.with_extension("rs").is_file()
    };
    let mut offences = Vec::new();
    for row in TABLES.iter().flat_map(|heading| table_after(&engine, &format!("\n## {heading}\n"))) {
        let [rule, places, tests] = row.as_slice() else { panic!("not three cells: {row:?}") };
        let (places, tests) = (backticked(places), backticked(tests));
        if rule.is_empty() || places.is_empty() || tests.is_empty() {
            offences.push(format!("an empty cell beside: {rule}"));
        }
        let absent = places.iter().filter(|place| !is_there(place));
        offences.extend(absent.map(|place| format!("{rule}: no file `{place}`")));
        let absent = tests.iter().filter(|test| !sources.contains(&format!("fn {test}()")));
        offences.extend(absent.map(|test| format!("{rule}: no test `{test}`")));
    }
    assert_eq!(offences, Vec::<String>::new());
}

#[test]
fn every_property_is_tried_out_by_a_test_and_a_fuzz_target() {
    let manifest = repository_text("fuzz/Cargo.toml");
    let (targets, sources): (Vec<Text>, Vec<Text>) =
        rust_files().into_iter().partition(|file| file.path.starts_with("fuzz/targets/"));
    let mut untried = Vec::new();
    for file in sources.iter().filter(|file| file.path.ends_with("/properties.rs")) {
        let rest = file.text.split("\npub const ").skip(1);
        for name in rest.filter_map(|rest| rest.split_once(": Property").map(|(name, _)| name)) {
            let is_target = |target: &&Text| target.text.contains(&format!("::{name})"));
            let path = targets.iter().find(is_target).map_or("", |target| target.path.trim_start_matches("fuzz/"));
            if path.is_empty() || !manifest.contains(&format!("path = \"{path}\"")) {
                untried.push(format!("{}: no target for {name}", file.path));
            }
            let (_, tests) = file.text.split_once("#[cfg(test)]\nmod tests").unwrap_or_default();
            if !tests.contains(name) || !tests.contains(".try_out(") {
                untried.push(format!("{}: no test tries {name}", file.path));
            }
        }
    }
    assert_eq!(untried, Vec::<String>::new());
}

impl Layer {
    fn allows(&self, module: &str, stem: &str) -> bool {
        let named = match &self.may_name {
            Names::AllBut(names) => !names.contains(module),
            Names::Only(names) => names.contains(module),
        };
        named || (module == "host" && self.host_in.contains(stem))
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

fn backticked(cell: &str) -> BTreeSet<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// `src/python/probe.rs` is in module `python` and has the stem `probe`; the files of the root are in none.
fn module_and_stem(path: &str) -> Option<(&str, &str)> {
    let (module, rest) = path.strip_prefix("src/")?.split_once('/')?;
    let stem = rest.rsplit('/').next().unwrap_or(rest).trim_end_matches(".rs");
    Some((module, stem))
}

fn without_tests(text: &str) -> &str {
    text.split_once("#[cfg(test)]").map_or(text, |(before, _)| before)
}

/// The modules named as `crate::module` or `crate::{module, …}`, comments left out.
fn crate_paths(text: &str) -> BTreeSet<String> {
    let code: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let mut names = BTreeSet::new();
    for rest in code.split("crate::").skip(1) {
        match rest.strip_prefix('{') {
            Some(group) => names.extend(first_segments(group)),
            None => names.extend(first_identifier(rest)),
        }
    }
    names
}

/// The first path segment of each member of an import group.
fn first_segments(group: &str) -> Vec<String> {
    let mut depth = 1;
    let mut members = vec![String::new()];
    for character in group.chars() {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 1 => members.push(String::new()),
            other if depth == 1 => members.last_mut().expect("starts with one member").push(other),
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    members.iter().filter_map(|member| first_identifier(member.trim())).collect()
}

fn first_identifier(text: &str) -> Option<String> {
    let name: String = text.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
    (!name.is_empty()).then_some(name)
}

fn lines_with(words: &[&str], except: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for file in files().into_iter().filter(|file| !except.contains(&file.path.as_str())) {
        for (number, line) in file.text.lines().enumerate() {
            if words.iter().any(|word| line.contains(word)) {
                found.push(format!("{}:{}: {line}", file.path, number + 1));
            }
        }
    }
    found
}

/// The program's own code: files of properties are built for tests and fuzzing only.
fn sources() -> Vec<Text> {
    let is_source = |file: &Text| file.path.starts_with("src/") && !file.path.ends_with("/properties.rs");
    rust_files().into_iter().filter(is_source).collect()
}

fn rust_files() -> Vec<Text> {
    let is_rust = |file: &Text| Path::new(&file.path).extension().is_some_and(|extension| extension == "rs");
    files().into_iter().filter(is_rust).collect()
}

/// Every text file of the repository, build output left out.
fn files() -> Vec<Text> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let mut directories = vec![root.to_owned()];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(&directory).expect("a directory of the repository can be listed") {
            let path = entry.expect("an entry of the repository can be read").path();
            let relative = relative(root, &path);
            if path.is_dir() {
                if !matches!(relative.as_str(), ".git" | "target") {
                    directories.push(path);
                }
            } else if let Ok(text) = fs::read_to_string(&path) {
                found.push(Text { path: relative, text });
            }
        }
    }
    found.sort_by(|one, other| one.path.cmp(&other.path));
    assert!(!found.is_empty());
    found
}

fn relative(root: &Path, path: &Path) -> String {
    let relative: PathBuf = path.strip_prefix(root).expect("it was found below the root").to_owned();
    relative.to_string_lossy().replace('\\', "/")
}
