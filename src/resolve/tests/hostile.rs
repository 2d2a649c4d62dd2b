//! Worlds made to cost much: every search ends within the bounds of a search, and says what was wrong.

use std::fmt::Write;

use super::world::World;
use crate::resolve::ResolveError;

/// More pigeons than holes: each of `count` packages has one version fewer than there are packages, and no two of them
/// may choose the same. No one knows how to prove with PubGrub's means in few steps that it cannot be.
fn pigeons(count: usize) -> String {
    let mut world = String::new();
    for pigeon in 0..count {
        for hole in 1..count {
            let others = (0..count).filter(|other| *other != pigeon).map(|other| format!("p{other}!={hole}"));
            let _ = writeln!(world, "p{pigeon} {hole} -> {}", others.collect::<Vec<_>>().join(" | "));
        }
    }
    world
}

fn all_pigeons(count: usize) -> Vec<String> {
    (0..count).map(|pigeon| format!("p{pigeon}")).collect()
}

#[test]
fn a_conflict_that_takes_too_many_tries_to_prove_is_given_up() {
    let few = refusal(&pigeons(5), &all_pigeons(5));
    assert!(few.starts_with("there are no versions that satisfy everything asked for:\n"), "{few}");
    let many = refusal(&pigeons(10), &all_pigeons(10));
    let expected = "gave up choosing versions after too many tries to make 71 of them go together; `p5` has the most";
    assert_eq!(many, expected);
}

#[test]
fn more_versions_than_are_looked_at_are_given_up() {
    let mut world = String::new();
    for number in 0..30 {
        let _ = writeln!(world, "a 1.{number} -> b{number}");
        for version in 0..99 {
            let _ = writeln!(world, "b{number} 1.{version} invalid=nonsense");
        }
    }
    let expected = "gave up choosing versions after looking at 2501 of them, most of `b9`";
    assert_eq!(refusal(&world, &["a".to_owned()]), expected);
}

#[test]
fn a_long_chain_of_packages_that_ends_in_nothing_is_walked_and_explained() {
    let mut world = String::new();
    for number in 0..2_000 {
        let _ = writeln!(world, "p{number} 1 -> p{}", number + 1);
    }
    let told: Vec<String> = (0..11).map(|number| format!("- p{number} 1 depends on p{}\n", number + 1)).collect();
    let expected = format!(
        "there are no versions that satisfy everything asked for:\nThese contradict each other:\n- you asked for p0\n{}- and \
         1989 more like these\n- no index knows a package p2000",
        told.concat()
    );
    assert_eq!(refusal(&world, &["p0".to_owned()]), expected);
}

#[test]
fn a_package_that_needs_thousands_is_resolved() {
    let needs: Vec<String> = (0..2_000).map(|number| format!("p{number}")).collect();
    let mut world = format!("a 1 -> {}\n", needs.join(" | "));
    for name in &needs {
        let _ = writeln!(world, "{name} 1 -> a");
    }
    assert_eq!(World::new(&world).chosen(&["a"]).len(), 2_001);
}

#[test]
fn thousands_of_exclusions_of_one_requirement_are_kept_apart() {
    let mut world = String::new();
    let mut excluded = Vec::new();
    for number in 0..3_000 {
        let _ = writeln!(world, "a 1.{number}");
        excluded.push(format!("!=1.{number}"));
    }
    excluded.remove(7);
    assert_eq!(World::new(&world).chosen(&[&format!("a{}", excluded.join(","))]), ["a 1.7"]);
}

#[test]
fn extras_that_lead_to_each_other_in_a_circle_end() {
    let count = 300;
    let extras: Vec<String> = (0..count).map(|number| format!("x{number}")).collect();
    let needs = (0..count).map(|number| format!("a[x{}] ; extra == 'x{number}'", (number + 1) % count));
    let world = format!("a 1 provides={} -> {}", extras.join(","), needs.collect::<Vec<_>>().join(" | "));
    assert_eq!(World::new(&world).chosen(&["a[x0]"]), ["a 1"]);
}

#[test]
fn versions_that_exclude_their_partners_in_turns_are_searched_through() {
    // Each version of each package wants another version of the other than wants it.
    let mut world = String::new();
    for number in 0..200 {
        let _ = writeln!(world, "a {number} -> b=={}", (number + 1) % 200);
        let _ = writeln!(world, "b {number} -> a=={}", (number + 1) % 200);
    }
    let refusal = refusal(&world, &["a".to_owned(), "b".to_owned()]);
    assert!(refusal.starts_with("there are no versions that satisfy everything asked for:\n"), "{refusal}");
    assert!(refusal.lines().count() < 20, "{refusal}");
}

/// What is said of a world in which nothing satisfies the requirements.
#[track_caller]
fn refusal(world: &str, requirements: &[String]) -> String {
    let requirements: Vec<&str> = requirements.iter().map(String::as_str).collect();
    let error: ResolveError<_> = World::new(world).error(&requirements);
    error.to_string()
}
