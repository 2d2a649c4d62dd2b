//! The ordered wheel tags of an interpreter (PEP 425, 600, 656, 703, 803). The order is that of `packaging.tags`, so
//! that every installer chooses the same wheel.

use std::collections::{BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use super::native::platform_tags;
use super::{Implementation, Platform};
use crate::vocab::{Tag, WheelName};

/// What decides which wheels an interpreter can use.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TagFacts {
    pub implementation: Implementation,
    /// Major and minor version of the language.
    pub version: (u64, u64),
    pub free_threaded: bool,
    pub debug: bool,
    /// `EXT_SUFFIX` of `sysconfig`; asked of implementations other than CPython, whose ABI is written nowhere else.
    pub ext_suffix: String,
    pub platform: Platform,
    pub manylinux: Manylinux,
}

/// Which manylinux tags an interpreter accepts of those that its glibc allows.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Manylinux {
    #[default]
    All,
    /// All but these platform tags, which the module `_manylinux` of a distributor refuses (PEP 600).
    AllBut(BTreeSet<String>),
    /// None: the interpreter has an ABI for which there is no manylinux (soft-float ARM).
    None,
}

/// Wheel tags in order of preference, best first.
#[derive(Clone, Debug)]
pub struct Tags {
    groups: Vec<Group>,
    platforms: Vec<String>,
    positions: HashMap<String, usize>,
    by_interpreter: HashMap<String, Vec<usize>>,
    length: usize,
}

/// One interpreter and ABI with either every platform of the machine or `any`: tags always come in such runs.
#[derive(Clone, Debug)]
struct Group {
    interpreter: String,
    abi: String,
    reach: Reach,
    start: usize,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Reach {
    Any,
    Native,
}

/// The oldest minor version of Python 3 with a stable ABI (PEP 384).
const FIRST_STABLE_ABI: u64 = 2;

/// The tags that an interpreter supports.
pub fn supported(facts: &TagFacts) -> Tags {
    let (major, minor) = facts.version;
    let name = facts.implementation.tag_name();
    let interpreter = format!("{name}{major}{minor}");
    let mut tags = Tags::new(platform_tags(&facts.platform, &facts.manylinux));
    for abi in abis(facts, &interpreter) {
        tags.push(&interpreter, &abi, Reach::Native);
    }
    if facts.implementation == Implementation::CPython {
        let stable = if facts.free_threaded { "abi3t" } else { "abi3" };
        tags.push(&interpreter, stable, Reach::Native);
        tags.push(&interpreter, "none", Reach::Native);
        for older in (FIRST_STABLE_ABI..minor).rev() {
            tags.push(&format!("{name}{major}{older}"), stable, Reach::Native);
        }
    } else {
        tags.push(&interpreter, "none", Reach::Native);
    }
    let pure = pure_interpreters(major, minor);
    for python in &pure {
        tags.push(python, "none", Reach::Native);
    }
    match facts.implementation {
        Implementation::CPython => tags.push(&interpreter, "none", Reach::Any),
        Implementation::PyPy => tags.push("pp3", "none", Reach::Any),
        Implementation::GraalPy | Implementation::Other(_) => {}
    }
    for python in &pure {
        tags.push(python, "none", Reach::Any);
    }
    tags
}

/// `py312`, `py3`, `py311` … `py30`.
fn pure_interpreters(major: u64, minor: u64) -> Vec<String> {
    let older = (0..minor).rev().map(|older| format!("py{major}{older}"));
    [format!("py{major}{minor}"), format!("py{major}")].into_iter().chain(older).collect()
}

/// The ABIs of exactly this interpreter. A debug build loads release modules as well.
fn abis(facts: &TagFacts, interpreter: &str) -> Vec<String> {
    if facts.implementation != Implementation::CPython {
        return abi_of_suffix(&facts.ext_suffix).into_iter().collect();
    }
    let release = format!("{interpreter}{}", if facts.free_threaded { "t" } else { "" });
    if facts.debug { vec![format!("{release}d"), release] } else { vec![release] }
}

/// The part of `EXT_SUFFIX` that names the ABI: `.pypy310-pp73-x86_64-linux-gnu.so` is `pypy310_pp73`.
fn abi_of_suffix(ext_suffix: &str) -> Option<String> {
    let mut parts = ext_suffix.split('.');
    let (Some(""), Some(soabi), Some(_)) = (parts.next(), parts.next(), parts.next()) else {
        return None;
    };
    let words: Vec<&str> = soabi.split('-').collect();
    let abi = match words.as_slice() {
        ["cpython", version, ..] => format!("cp{version}"),
        [first, ..] if first.starts_with("cp") => (*first).to_owned(),
        [first, ..] if first.starts_with("pypy") => words[..words.len().min(2)].join("_"),
        [first, ..] if first.starts_with("graalpy") => words[..words.len().min(3)].join("_"),
        _ => words.join("_"),
    };
    (!abi.is_empty()).then(|| abi.replace(' ', "_"))
}

impl Tags {
    fn new(platforms: Vec<String>) -> Self {
        let mut positions = HashMap::with_capacity(platforms.len());
        for (position, platform) in platforms.iter().enumerate() {
            positions.entry(platform.clone()).or_insert(position);
        }
        Self { groups: Vec::new(), platforms, positions, by_interpreter: HashMap::new(), length: 0 }
    }

    fn push(&mut self, interpreter: &str, abi: &str, reach: Reach) {
        self.by_interpreter.entry(interpreter.to_owned()).or_default().push(self.groups.len());
        let (interpreter, abi) = (interpreter.to_owned(), abi.to_owned());
        self.groups.push(Group { interpreter, abi, reach, start: self.length });
        self.length += match reach {
            Reach::Any => 1,
            Reach::Native => self.platforms.len(),
        };
    }

    /// How good a wheel is here: 0 for the best tag; `None` when no tag of the wheel is supported.
    pub fn rank(&self, wheel: &WheelName) -> Option<usize> {
        wheel.tags().iter().filter_map(|tag| self.rank_of(tag)).min()
    }

    /// The position of a tag; `None` when it is not supported.
    pub fn rank_of(&self, tag: &Tag) -> Option<usize> {
        let (reach, offset) = match tag.platform.as_str() {
            "any" => (Reach::Any, 0),
            platform => (Reach::Native, *self.positions.get(platform)?),
        };
        let groups = self.by_interpreter.get(&tag.interpreter)?.iter().map(|index| &self.groups[*index]);
        let mut fitting = groups.filter(|group| group.reach == reach && group.abi == tag.abi);
        Some(fitting.next()?.start + offset)
    }

    /// The tags, best first.
    pub fn iter(&self) -> impl Iterator<Item = Tag> {
        self.groups.iter().flat_map(|group| {
            let platforms = match group.reach {
                Reach::Any => vec!["any"],
                Reach::Native => self.platforms.iter().map(String::as_str).collect(),
            };
            platforms.into_iter().map(|platform| Tag::new(&group.interpreter, &group.abi, platform))
        })
    }

    /// The platform parts of the tags, best first, without `any`.
    pub fn platforms(&self) -> &[String] {
        &self.platforms
    }

    /// How many tags there are.
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether there is no tag at all, which never happens: `py3-none-any` is always one.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }
}
