//! Random small worlds, held against a search that tries everything.

use std::convert::Infallible;

use super::world::{World, wishes};
use crate::host::Silent;
use crate::resolve::pins::pins;
use crate::resolve::provider::Provider;
use crate::resolve::releases::Releases;
use crate::resolve::solve::search;
use crate::resolve::{ResolveError, Wishes, resolve};
use crate::vocab::{Origin, Pin, Requirement, Version, admits, parse_version};

const PACKAGES: usize = 6;
const VERSIONS: usize = 4;

/// Numbers that look random and are the same on every run (`SplitMix64`).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) >> 33).unwrap() % end
    }

    fn requirement(&mut self) -> String {
        let operator = ["", "==", "!=", "<=", ">=", "<", ">"][self.below(7)];
        let package = self.below(PACKAGES);
        if operator.is_empty() {
            format!("p{package}")
        } else {
            format!("p{package}{operator}{}", self.below(VERSIONS))
        }
    }
}

/// What each version of each package needs.
type Needs = Vec<Vec<Vec<Requirement>>>;

#[test]
fn a_solution_is_found_exactly_when_there_is_one() {
    check(|wishes, world| resolve(wishes, world, &Silent));
}

/// As when a search starts again, and knows all versions from the beginning.
#[test]
fn a_solution_is_found_exactly_when_there_is_one_with_snapped_sets() {
    check(|wishes, world| {
        let provider = Provider::new(wishes, world, &Silent);
        for package in 0..PACKAGES {
            provider.newest(&format!("p{package}").parse().unwrap(), &Releases::full())?;
        }
        provider.start_again();
        pins(&provider, search(&provider)?, &Silent)
    });
}

fn check(solve: impl Fn(&Wishes, &World) -> Result<Vec<Pin>, ResolveError<Infallible>>) {
    let mut solved = 0;
    for seed in 0..250 {
        let mut dice = Dice(seed);
        let mut lines = Vec::new();
        let mut needs: Needs = Vec::new();
        for package in 0..PACKAGES {
            let mut versions = Vec::new();
            for version in 0..VERSIONS {
                let texts: Vec<String> = (0..dice.below(4)).map(|_| dice.requirement()).collect();
                lines.push(format!("p{package} {version} -> {}", texts.join(" | ")));
                versions.push(texts.iter().map(|text| text.parse().unwrap()).collect());
            }
            needs.push(versions);
        }
        let asked: Vec<String> = (0..2).map(|_| dice.requirement()).collect();
        let asked: Vec<&str> = asked.iter().map(String::as_str).collect();
        let wishes = wishes(&asked);
        let world = World::new(&lines.join("\n"));
        let exists = exists(&needs, &wishes.requirements, &mut vec![None; PACKAGES]);
        match solve(&wishes, &world) {
            Ok(pins) => {
                solved += 1;
                let version = |name: &str| pins.iter().find(|pin| pin.name.as_str() == name).map(|pin| &pin.version);
                let holds = |wish: &Requirement| version(wish.name.as_str()).is_some_and(|version| fits(wish, version));
                let of = |index: usize, version: &Version| {
                    let number: usize = version.to_string().parse().unwrap();
                    needs[index][number].iter().all(holds)
                };
                assert!(wishes.requirements.iter().all(holds), "{seed}");
                let chosen = (0..PACKAGES).filter_map(|index| Some((index, version(&format!("p{index}"))?)));
                assert!(chosen.into_iter().all(|(index, version)| of(index, version)), "{seed}");
                assert!(exists, "{seed}");
            }
            Err(
                ResolveError::Conflict { .. }
                | ResolveError::Impossible { .. }
                | ResolveError::NoMatchingVersion { .. },
            ) => assert!(!exists, "{seed}"),
            Err(error) => panic!("{seed}: {error}"),
        }
    }
    assert!((30..220).contains(&solved), "{solved}");
}

/// Tries every version of every package that is needed.
fn exists(needs: &Needs, open: &[Requirement], chosen: &mut Vec<Option<usize>>) -> bool {
    let Some((first, rest)) = open.split_first() else {
        return true;
    };
    let index: usize = first.name.as_str()[1..].parse().unwrap();
    if let Some(version) = chosen[index] {
        return fits_number(first, version) && exists(needs, rest, chosen);
    }
    (0..VERSIONS).filter(|version| fits_number(first, *version)).any(|version| {
        chosen[index] = Some(version);
        let open: Vec<Requirement> = rest.iter().chain(&needs[index][version]).cloned().collect();
        let found = exists(needs, &open, chosen);
        chosen[index] = None;
        found
    })
}

fn fits_number(requirement: &Requirement, version: usize) -> bool {
    fits(requirement, &parse_version(&version.to_string()).unwrap())
}

fn fits(requirement: &Requirement, version: &Version) -> bool {
    match &requirement.origin {
        Origin::Index(specifiers) => admits(specifiers, version),
        Origin::Url(_) => false,
    }
}
