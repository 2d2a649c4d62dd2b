//! An ordered list of wheel tags that answers quickly how good a wheel is.

use std::collections::HashMap;

use crate::vocab::{Tag, WheelName};

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
pub(super) enum Reach {
    Any,
    Native,
}

/// The machines that wheels are for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum WheelPlatforms {
    /// Only others: no Python makes them fit this one.
    Other,
    /// Some are for this one, perhaps with another Python.
    This,
}

impl Tags {
    pub(super) fn new(platforms: Vec<String>) -> Self {
        let mut positions = HashMap::with_capacity(platforms.len());
        for (position, platform) in platforms.iter().enumerate() {
            positions.entry(platform.clone()).or_insert(position);
        }
        Self { groups: Vec::new(), platforms, positions, by_interpreter: HashMap::new(), length: 0 }
    }

    pub(super) fn push(&mut self, interpreter: &str, abi: &str, reach: Reach) {
        self.by_interpreter.entry(interpreter.to_owned()).or_default().push(self.groups.len());
        let (interpreter, abi) = (interpreter.to_owned(), abi.to_owned());
        self.groups.push(Group { interpreter, abi, reach, start: self.length });
        self.length += match reach {
            Reach::Any => 1,
            Reach::Native => self.platforms.len(),
        };
    }

    /// The rank of a wheel on this machine: 0 for the best tag; `None` if no tag of the wheel is supported.
    pub fn rank(&self, wheel: &WheelName) -> Option<usize> {
        wheel.tags().filter_map(|tag| self.rank_of(&tag)).min()
    }

    /// Tells whether tags are for this machine, whatever their interpreters are.
    pub fn platforms_of(&self, tags: impl IntoIterator<Item = Tag>) -> WheelPlatforms {
        let is_here = |tag: Tag| tag.platform == "any" || self.positions.contains_key(&tag.platform);
        if tags.into_iter().any(is_here) { WheelPlatforms::This } else { WheelPlatforms::Other }
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

    /// Always false, since `py3-none-any` is always a tag.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }
}
