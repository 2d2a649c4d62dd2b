//! Holds the repository against its own rules: file sizes, words that must not stay, documents kept true.

use std::path::Path;

use crate::support::{Text, backticked, files, repository_text, rust_files, table_after};

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

/// Every recorded text (T1 to T30) and every failure (1 to 34) of `docs/accelerators.md` has a test.
#[test]
fn every_vector_and_failure_of_accelerators_names_tests_that_there_are() {
    let page = repository_text("docs/accelerators.md");
    let sources: String = rust_files().into_iter().map(|file| file.text).collect();
    let mut offences = Vec::new();
    for (heading, mark, last) in [("\n## Recorded text\n", "T", 30), ("\n## Failures of others\n", "", 34)] {
        let mut numbers = Vec::new();
        for row in table_after(&page, heading) {
            let tests = backticked(&row[2]);
            let absent = tests.iter().filter(|test| !sources.contains(&format!("fn {test}()")));
            offences.extend(absent.map(|test| format!("{}: no test `{test}`", row[0])));
            if tests.is_empty() {
                offences.push(format!("{}: no test", row[0]));
            }
            for range in row[0].split(", ") {
                let (first, last) = range.split_once('–').unwrap_or((range, range));
                let number = |text: &str| text.strip_prefix(mark).and_then(|number| number.parse::<u32>().ok());
                numbers.extend(number(first).zip(number(last)).into_iter().flat_map(|(first, last)| first..=last));
            }
        }
        offences.extend(
            (1..=last).filter(|number| !numbers.contains(number)).map(|number| format!("{mark}{number} is missing")),
        );
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
            let (_, tests) = file.text.split_once("\n#[test]\n").unwrap_or_default();
            if !tests.contains(name) || !tests.contains(".try_out(") {
                untried.push(format!("{}: no test tries {name}", file.path));
            }
        }
    }
    assert_eq!(untried, Vec::<String>::new());
}

fn without_tests(text: &str) -> &str {
    text.split_once("#[cfg(test)]").map_or(text, |(before, _)| before)
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
