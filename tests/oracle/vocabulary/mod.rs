//! Versions, specifiers, requirements, markers, names and wheel names, beside `packaging`: the texts of its own test
//! suite, and generated ones.

mod meant;

use kingbolt::vocab::{
    ExtraName, GroupName, Marker, MarkerEnvironment, Origin, PackageName, Requirement, Variable, Version,
    VersionSpecifiers, WheelName, admits, mentions_prerelease, parse_specifiers, parse_version,
};
use serde::{Deserialize, Serialize};

pub(crate) use self::meant::MEANT;
use crate::difference::{Difference, assert_meant};
use crate::tools::{Form, Tools, tell};

#[derive(Serialize)]
struct Question {
    suite: String,
    count: usize,
    environments: Vec<MarkerEnvironment>,
}

#[derive(Deserialize)]
struct Answer {
    versions: Vec<Case>,
    /// Valid versions in `packaging`'s order.
    order: Vec<String>,
    specifiers: Vec<Case>,
    requirements: Vec<Case>,
    markers: Vec<Case>,
    wheel_names: Vec<Case>,
    names: Vec<Case>,
}

/// A text, and what `packaging` makes of it.
#[derive(Deserialize)]
struct Case {
    text: String,
    verdict: String,
    /// Versions that specifiers were asked about.
    candidates: Vec<String>,
}

/// What Kingbolt makes of a case, written as the program writes it; `None` when it refuses it.
type Reading = fn(&Case) -> Option<String>;

#[test]
fn texts_mean_what_they_mean_for_packaging() {
    let Some(tools) = Tools::find() else { return };
    let count = if Form::asked_for() == Form::Long { 20_000 } else { 2_000 };
    let suite = tools.at("packaging/tests").to_string_lossy().into_owned();
    let answer: Answer = tools.ask("vocabulary.py", &Question { suite, count, environments: environments().to_vec() });
    let kinds: [(&str, &[Case], Reading); 6] = [
        ("version", &answer.versions, version),
        ("specifiers", &answer.specifiers, specifiers),
        ("requirement", &answer.requirements, requirement),
        ("marker", &answer.markers, marker),
        ("wheel name", &answer.wheel_names, wheel_name),
        ("name", &answer.names, name),
    ];
    for (kind, cases, _) in kinds {
        tell(&format!("{} texts, {kind}", cases.len()));
    }
    let mut found: Vec<Difference> =
        kinds.into_iter().flat_map(|(kind, cases, verdict)| differences(kind, cases, verdict)).collect();
    found.sort();
    found.dedup();
    assert_meant(&found, MEANT);
    assert_eq!(in_order(&answer.order), answer.order);
}

/// Machines that answer markers differently.
fn environments() -> [MarkerEnvironment; 3] {
    let linux = MarkerEnvironment {
        implementation_name: "cpython".to_owned(),
        implementation_version: "3.12.1".to_owned(),
        os_name: "posix".to_owned(),
        platform_machine: "x86_64".to_owned(),
        platform_python_implementation: "CPython".to_owned(),
        platform_release: "6.1.0".to_owned(),
        platform_system: "Linux".to_owned(),
        platform_version: "#1 SMP".to_owned(),
        python_full_version: "3.12.1".to_owned(),
        python_version: "3.12".to_owned(),
        sys_platform: "linux".to_owned(),
    };
    let debian = MarkerEnvironment { platform_release: "6.1.0-28-amd64".to_owned(), ..linux.clone() };
    let checkout = MarkerEnvironment {
        implementation_version: "3.13.0a1".to_owned(),
        os_name: "nt".to_owned(),
        platform_system: "Windows".to_owned(),
        python_full_version: "3.13.0a1+".to_owned(),
        python_version: "3.13".to_owned(),
        sys_platform: "win32".to_owned(),
        ..linux.clone()
    };
    [linux, debian, checkout]
}

fn differences(kind: &str, cases: &[Case], verdict: Reading) -> Vec<Difference> {
    let compared = cases.iter().map(|case| (case, verdict(case).unwrap_or_else(|| "invalid".to_owned())));
    compared
        .filter(|(case, kingbolt)| *kingbolt != case.verdict)
        .map(|(case, kingbolt)| Difference {
            kind: kind.to_owned(),
            input: case.text.clone(),
            kingbolt,
            other: case.verdict.clone(),
        })
        .collect()
}

fn version(case: &Case) -> Option<String> {
    parse_version(&case.text).ok().map(|version| version.to_string())
}

/// The versions that both can read, least first; equal ones stay as they came.
fn in_order(texts: &[String]) -> Vec<String> {
    let mut versions: Vec<(Version, &String)> =
        texts.iter().filter_map(|text| Some((parse_version(text).ok()?, text))).collect();
    versions.sort_by(|(one, _), (other, _)| one.cmp(other));
    versions.into_iter().map(|(_, text)| text.clone()).collect()
}

fn specifiers(case: &Case) -> Option<String> {
    let specifiers = parse_specifiers(&case.text).ok()?;
    let admitted: Vec<&str> = case
        .candidates
        .iter()
        .filter(|text| parse_version(text).is_ok_and(|version| admits(&specifiers, &version)))
        .map(String::as_str)
        .collect();
    let asks = if mentions_prerelease(&specifiers) { "asks for" } else { "does not ask for" };
    Some(format!("{}; {asks} pre-releases; admits {}", canonical(&specifiers), admitted.join(" ")))
}

fn canonical(specifiers: &VersionSpecifiers) -> String {
    let mut texts: Vec<String> = specifiers.iter().map(ToString::to_string).collect();
    texts.sort();
    texts.dedup();
    texts.join(",")
}

fn requirement(case: &Case) -> Option<String> {
    let requirement: Requirement = case.text.parse().ok()?;
    let extras: Vec<&str> = requirement.extras.iter().map(ExtraName::as_str).collect();
    let origin = match &requirement.origin {
        Origin::Index(specifiers) => canonical(specifiers),
        Origin::Url(url) => url.with_secrets().to_owned(),
    };
    let holds = requirement.marker.as_ref().map_or("always".to_owned(), answers);
    Some(format!("{} [{}] {origin}; {holds}", requirement.name, extras.join(",")))
}

fn marker(case: &Case) -> Option<String> {
    case.text.parse().ok().map(|marker| answers(&marker))
}

/// Whether a marker holds: on each machine, with each set of extras, as a requirement's and as a lock's. Each of the
/// two has its own variables for extras, and is not asked about the other's.
fn answers(marker: &Marker) -> String {
    let dev: Vec<GroupName> = vec!["dev".parse().expect("a name")];
    let has_sets = [Variable::Extras, Variable::DependencyGroups].into_iter().any(|set| marker.mentions(set));
    let has_extra = marker.mentions(Variable::Extra);
    let mut answers = String::new();
    for environment in environments() {
        for extras in [&[] as &[&str], &["a"], &["foo-bar", "a"]] {
            let extras: Vec<ExtraName> = extras.iter().map(|name| name.parse().expect("a name")).collect();
            let required = (!has_sets).then(|| marker.evaluate(&environment, &extras));
            let locked = (!has_extra).then(|| marker.evaluate_locked(&environment, &extras, &dev));
            answers.extend([required, locked].into_iter().flatten().map(|holds| if holds { '1' } else { '0' }));
        }
    }
    answers
}

fn wheel_name(case: &Case) -> Option<String> {
    let wheel: WheelName = case.text.parse().ok()?;
    let mut tags: Vec<String> = wheel.tags().map(|tag| tag.to_string()).collect();
    tags.sort();
    tags.dedup();
    let build = case.text.split('-').nth(2).filter(|_| wheel.build().is_some()).unwrap_or_default();
    Some(format!("{} {} [{build}] {}", wheel.name(), wheel.version(), tags.join(" ")))
}

fn name(case: &Case) -> Option<String> {
    case.text.parse::<PackageName>().ok().map(|name| name.to_string())
}
