//! Indexes that are expensive to search: every search ends within its limits and reports the cause.

use std::fmt::Write;

use super::index::TestIndex;
use crate::resolve::ResolveError;

/// The pigeonhole principle: each of `count` packages has one version fewer than there are packages, and no two may
/// choose the same. PubGrub has no known short proof that there is no solution.
fn pigeons(count: usize) -> String {
    let mut index = String::new();
    for pigeon in 0..count {
        for hole in 1..count {
            let others = (0..count).filter(|other| *other != pigeon).map(|other| format!("p{other}!={hole}"));
            let _ = writeln!(index, "p{pigeon} {hole} -> {}", others.collect::<Vec<_>>().join(" | "));
        }
    }
    index
}

fn all_pigeons(count: usize) -> Vec<String> {
    (0..count).map(|pigeon| format!("p{pigeon}")).collect()
}

#[test]
fn a_conflict_that_takes_too_many_tries_to_prove_is_given_up() {
    let few = refusal(&pigeons(5), &all_pigeons(5));
    assert!(few.starts_with("no versions satisfy all requirements:\n"), "{few}");
    let many = refusal(&pigeons(10), &all_pigeons(10));
    let expected = "gave up resolving after too many attempts to combine 71 versions; `p5` has the most";
    assert_eq!(many, expected);
}

#[test]
fn more_versions_than_are_looked_at_are_given_up() {
    let mut index = String::new();
    for number in 0..30 {
        let _ = writeln!(index, "a 1.{number} -> b{number}");
        for version in 0..99 {
            let _ = writeln!(index, "b{number} 1.{version} invalid=nonsense");
        }
    }
    let expected = "gave up resolving after looking at 2501 versions, most of them of `b9`";
    assert_eq!(refusal(&index, &["a".to_owned()]), expected);
}

#[test]
fn a_long_chain_of_packages_that_ends_in_nothing_is_walked_and_explained() {
    let mut index = String::new();
    for number in 0..2_000 {
        let _ = writeln!(index, "p{number} 1 -> p{}", number + 1);
    }
    let expected = "no versions satisfy all requirements:\n\
                    - p0 1 depends on p1\n\
                    - p1 1 depends on p2\n\
                    - and 1998 more\n\
                    - p2000 was not found in any index\n\
                    - you asked for p0";
    assert_eq!(refusal(&index, &["p0".to_owned()]), expected);
}

#[test]
fn a_package_that_needs_thousands_is_resolved() {
    let needs: Vec<String> = (0..2_000).map(|number| format!("p{number}")).collect();
    let mut index = format!("a 1 -> {}\n", needs.join(" | "));
    for name in &needs {
        let _ = writeln!(index, "{name} 1 -> a");
    }
    assert_eq!(TestIndex::new(&index).chosen(&["a"]).len(), 2_001);
}

#[test]
fn thousands_of_exclusions_of_one_requirement_are_kept_apart() {
    let mut index = String::new();
    let mut excluded = Vec::new();
    for number in 0..3_000 {
        let _ = writeln!(index, "a 1.{number}");
        excluded.push(format!("!=1.{number}"));
    }
    excluded.remove(7);
    assert_eq!(TestIndex::new(&index).chosen(&[&format!("a{}", excluded.join(","))]), ["a 1.7"]);
}

#[test]
fn extras_that_lead_to_each_other_in_a_circle_end() {
    let count = 300;
    let extras: Vec<String> = (0..count).map(|number| format!("x{number}")).collect();
    let needs = (0..count).map(|number| format!("a[x{}] ; extra == 'x{number}'", (number + 1) % count));
    let index = format!("a 1 provides={} -> {}", extras.join(","), needs.collect::<Vec<_>>().join(" | "));
    assert_eq!(TestIndex::new(&index).chosen(&["a[x0]"]), ["a 1"]);
}

#[test]
fn versions_that_exclude_their_partners_in_turns_are_searched_through() {
    // Each version depends on a version of the other package that depends on a different one.
    let mut index = String::new();
    for number in 0..200 {
        let _ = writeln!(index, "a {number} -> b=={}", (number + 1) % 200);
        let _ = writeln!(index, "b {number} -> a=={}", (number + 1) % 200);
    }
    let refusal = refusal(&index, &["a".to_owned(), "b".to_owned()]);
    assert!(refusal.starts_with("no versions satisfy all requirements:\n"), "{refusal}");
    assert!(refusal.lines().count() < 20, "{refusal}");
}

/// The message for requirements that nothing in an index satisfies.
#[track_caller]
fn refusal(index: &str, requirements: &[String]) -> String {
    let requirements: Vec<&str> = requirements.iter().map(String::as_str).collect();
    let error: ResolveError<_> = TestIndex::new(index).error(&requirements);
    error.to_string()
}
