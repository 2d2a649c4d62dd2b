//! Random small indexes, compared with a search that tries everything.

use std::convert::Infallible;

use pubgrub::VersionSet;

use super::index::{TestIndex, request};
use crate::host::Silent;
use crate::resolve::pins::{choose_files, pin_all};
use crate::resolve::releases::Releases;
use crate::resolve::resolver::Resolver;
use crate::resolve::search::search;
use crate::resolve::{ResolveError, ResolveRequest, resolve};
use crate::vocab::{Origin, Pin, Requirement, Version, admits, parse_version};

const PACKAGES: usize = 6;
const VERSIONS: usize = 4;

/// Pseudorandom numbers that are the same on every run (`SplitMix64`).
struct Random(u64);

impl Random {
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

/// The dependencies of each version of each package.
type Dependencies = Vec<Vec<Vec<Requirement>>>;

#[test]
fn a_solution_is_found_exactly_when_there_is_one() {
    check(|request, index| resolve(request, index, &Silent));
}

/// As after a restart, when all versions are known from the beginning.
#[test]
fn a_solution_is_found_exactly_when_there_is_one_with_snapped_sets() {
    check(|request, index| {
        let resolver = Resolver::new(request, index, &Silent);
        for package in 0..PACKAGES {
            resolver.newest(&format!("p{package}").parse().unwrap(), &Releases::full())?;
        }
        resolver.restart();
        pin_all(&resolver, choose_files(&resolver, search(&resolver)?)?)
    });
}

fn check(solve: impl Fn(&ResolveRequest, &TestIndex) -> Result<Vec<Pin>, ResolveError<Infallible>>) {
    let mut solved = 0;
    for seed in 0..250 {
        let mut random = Random(seed);
        let mut lines = Vec::new();
        let mut dependencies: Dependencies = Vec::new();
        for package in 0..PACKAGES {
            let mut versions = Vec::new();
            for version in 0..VERSIONS {
                let texts: Vec<String> = (0..random.below(4)).map(|_| random.requirement()).collect();
                lines.push(format!("p{package} {version} -> {}", texts.join(" | ")));
                versions.push(texts.iter().map(|text| text.parse().unwrap()).collect());
            }
            dependencies.push(versions);
        }
        let requirements: Vec<String> = (0..2).map(|_| random.requirement()).collect();
        let requirements: Vec<&str> = requirements.iter().map(String::as_str).collect();
        let request = request(&requirements);
        let index = TestIndex::new(&lines.join("\n"));
        let exists = exists(&dependencies, &request.requirements, &mut vec![None; PACKAGES]);
        match solve(&request, &index) {
            Ok(pins) => {
                solved += 1;
                let version = |name: &str| pins.iter().find(|pin| pin.name.as_str() == name).map(|pin| &pin.version);
                let holds = |requirement: &Requirement| {
                    version(requirement.name.as_str()).is_some_and(|version| admits_version(requirement, version))
                };
                let of = |package: usize, version: &Version| {
                    let number: usize = version.to_string().parse().unwrap();
                    dependencies[package][number].iter().all(holds)
                };
                assert!(request.requirements.iter().all(holds), "{seed}");
                let chosen = (0..PACKAGES).filter_map(|package| Some((package, version(&format!("p{package}"))?)));
                assert!(chosen.into_iter().all(|(package, version)| of(package, version)), "{seed}");
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

/// Tries every version of every package that is required.
fn exists(dependencies: &Dependencies, open: &[Requirement], chosen: &mut Vec<Option<usize>>) -> bool {
    let Some((first, rest)) = open.split_first() else {
        return true;
    };
    let package: usize = first.name.as_str()[1..].parse().unwrap();
    if let Some(version) = chosen[package] {
        return admits_number(first, version) && exists(dependencies, rest, chosen);
    }
    (0..VERSIONS).filter(|version| admits_number(first, *version)).any(|version| {
        chosen[package] = Some(version);
        let open: Vec<Requirement> = rest.iter().chain(&dependencies[package][version]).cloned().collect();
        let found = exists(dependencies, &open, chosen);
        chosen[package] = None;
        found
    })
}

fn admits_number(requirement: &Requirement, version: usize) -> bool {
    admits_version(requirement, &parse_version(&version.to_string()).unwrap())
}

fn admits_version(requirement: &Requirement, version: &Version) -> bool {
    match &requirement.origin {
        Origin::Index(specifiers) => admits(specifiers, version),
        Origin::Url(_) => false,
    }
}
