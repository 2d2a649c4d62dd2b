//! The symbolic links of an archive. They are known once all other names are, because they may lead to files and links
//! that follow them.

use std::collections::BTreeMap;

use crate::vocab::SafePath;

use super::names::{NameKind, Names};
use super::{TarError, TarRule};

/// The symbolic links that were read so far.
#[derive(Debug, Default)]
pub(super) struct Links {
    /// The name and the target of each, as stated.
    stated: Vec<(String, String)>,
}

impl Links {
    pub(super) fn add(&mut self, name: String, target: String) {
        self.stated.push((name, target));
    }

    /// Each link with the file that it leads to, over any number of links.
    pub(super) fn resolve(self, names: &mut Names) -> Result<Vec<(SafePath, SafePath)>, TarError> {
        let mut targets = BTreeMap::new();
        let mut links = Vec::new();
        for (name, target) in self.stated {
            let path = names.add(&name, NameKind::File).map_err(|rule| TarError::entry(&name, rule))?;
            if let Some(path) = path {
                targets.insert(path.clone(), target);
                links.push((name, path));
            }
        }
        let file = |(name, path): (String, SafePath)| {
            let target = follow(names, &targets, &path).map_err(|rule| TarError::entry(&name, rule))?;
            Ok((path, target))
        };
        links.into_iter().map(file).collect()
    }
}

/// The file at the end of a chain of links.
fn follow(names: &Names, targets: &BTreeMap<SafePath, String>, link: &SafePath) -> Result<SafePath, TarRule> {
    let mut path = link.clone();
    for _ in 0..=targets.len() {
        let Some(target) = targets.get(&path) else { return Ok(path) };
        path = names.symbolic_link_target(&path, target)?;
    }
    // The links lead in a circle.
    Err(TarRule::LinkTarget)
}
