//! Situations that resolvers have got wrong, published by the packse collection under the same names, reworded and
//! adapted to the machine of the other tests. Scenarios that need one resolution for many systems, a build, or another
//! Python than that of the environment are left out.
//!
//! A paragraph of `scenarios/*.txt` is one of them:
//!
//! ```text
//! name: its point
//! ask a>=1 | b              the requirements
//! allow pre-releases        if all of them are allowed
//! a 1.0 -> b                the index, as `TestIndex` reads it
//! get a 1.0 | b 1.0         the chosen versions
//! say no version of `a` …   or the message, line by line
//! uv …                      the answer of uv if it differs, and the reason
//! ```

use super::index::{TestIndex, request};
use crate::host::Silent;
use crate::resolve::{NewestWithoutWheel, Prereleases, ResolveRequest, VersionRules, resolve};

const SCENARIOS: &[&str] = &[
    include_str!("scenarios/backtracking.txt"),
    include_str!("scenarios/does_not_exist.txt"),
    include_str!("scenarios/excluded.txt"),
    include_str!("scenarios/extras.txt"),
    include_str!("scenarios/fork.txt"),
    include_str!("scenarios/incompatible_versions.txt"),
    include_str!("scenarios/local.txt"),
    include_str!("scenarios/post.txt"),
    include_str!("scenarios/prereleases.txt"),
    include_str!("scenarios/requires_python.txt"),
    include_str!("scenarios/tag_and_markers.txt"),
    include_str!("scenarios/wheels.txt"),
    include_str!("scenarios/yanked.txt"),
];

#[derive(Default)]
struct Scenario<'t> {
    name: &'t str,
    asked: Vec<&'t str>,
    prereleases: Prereleases,
    index: String,
    expected: String,
}

#[test]
fn published_situations_are_resolved_as_written_down() {
    let paragraphs = SCENARIOS.iter().flat_map(|text| text.split("\n\n"));
    let mut wrong = String::new();
    for scenario in paragraphs.map(Scenario::parse) {
        let answer = scenario.answer();
        if answer != scenario.expected {
            wrong.extend(["### ", scenario.name, "\n", &answer, "\n"]);
        }
    }
    assert!(wrong.is_empty(), "other answers than written down:\n{wrong}");
}

impl<'t> Scenario<'t> {
    fn parse(paragraph: &'t str) -> Self {
        let mut scenario = Self::default();
        for line in paragraph.lines() {
            let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
            match word {
                _ if word.ends_with(':') => scenario.name = word.trim_end_matches(':'),
                "allow" => scenario.prereleases = Prereleases::Allow,
                "ask" => scenario.asked = rest.split(" | ").collect(),
                "get" | "say" => scenario.expected.extend([line, "\n"]),
                "uv" => {}
                _ => scenario.index.extend([line, "\n"]),
            }
        }
        scenario
    }

    /// The lines to expect.
    fn answer(&self) -> String {
        let rules = VersionRules { prereleases: self.prereleases.clone(), ..VersionRules::default() };
        let newest_without_wheel = NewestWithoutWheel::Report;
        let request = ResolveRequest { rules, newest_without_wheel, ..request(&self.asked) };
        match resolve(&request, &TestIndex::new(&self.index), &Silent) {
            Ok(pins) if pins.is_empty() => "get nothing\n".to_owned(),
            Ok(pins) => {
                let pins: Vec<String> = pins.iter().map(|pin| format!("{} {}", pin.name, pin.version)).collect();
                format!("get {}\n", pins.join(" | "))
            }
            Err(error) => error.to_string().lines().fold(String::new(), |said, line| said + "say " + line + "\n"),
        }
    }
}
