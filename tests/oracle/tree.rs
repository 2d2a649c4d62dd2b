//! Everything that lies in a directory, told so that two directories can be compared line by line.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::difference::Difference;
use crate::support::{record_hash, sha256_hex};

/// Paths below a directory and what is there: mode, and the content, its hash, or where a link leads. Each row of a
/// RECORD counts by itself, since their order is nobody's business, and is `right` when it has the hash and the size of
/// the file that is there.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tree(BTreeMap<String, String>);

impl Tree {
    pub(crate) fn read(root: &Path) -> Self {
        let mut tree = Self::default();
        let mut directories = vec![root.to_owned()];
        while let Some(directory) = directories.pop() {
            for entry in fs::read_dir(&directory).expect("it can be listed") {
                let path = entry.expect("it can be read").path();
                let name = path.strip_prefix(root).expect("it was found there").to_string_lossy().into_owned();
                if path.is_dir() && !path.is_symlink() {
                    tree.insert(&name, format!("{:o} directory", mode(&path)));
                    directories.push(path);
                } else if path.ends_with("RECORD") {
                    tree.insert_record(&name, &path);
                } else {
                    let what = tree.file(&path);
                    tree.insert(&name, what);
                }
            }
        }
        tree
    }

    pub(crate) fn insert(&mut self, name: &str, what: impl Into<String>) {
        let before = self.0.insert(name.to_owned(), what.into());
        assert_eq!(before, None, "{name} is there twice");
    }

    /// The same with no more than modes, and with where links lead.
    pub(crate) fn without_contents(mut self) -> Self {
        self.0.retain(|name, _| !name.contains("RECORD: "));
        for what in self.0.values_mut().filter(|what| !what.starts_with("link")) {
            let mode = what.find(' ').expect("a mode comes first");
            what.truncate(mode);
        }
        self
    }

    pub(crate) fn entries(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, what)| (name.as_str(), what.as_str()))
    }

    /// What is not as it is in another one; what only that one has is `gone`.
    pub(crate) fn changed_from(&self, other: &Self) -> Self {
        let is_new = |(name, what): &(&String, &String)| other.0.get(*name) != Some(what);
        let mut changed: BTreeMap<String, String> =
            self.0.iter().filter(is_new).map(|(name, what)| (name.clone(), what.clone())).collect();
        for name in other.0.keys().filter(|name| !self.0.contains_key(*name)) {
            changed.insert(name.clone(), "gone".to_owned());
        }
        Self(changed)
    }

    /// The first name that a condition holds for.
    pub(crate) fn find(&self, condition: impl Fn(&str) -> bool) -> Option<&str> {
        self.0.keys().map(String::as_str).find(|name| condition(name))
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Where this one, which Kingbolt made, differs from another; `rename` gives the names by which differences are
    /// listed.
    pub(crate) fn differences(&self, other: &Self, kind: &str, rename: impl Fn(&str) -> String) -> Vec<Difference> {
        let names: BTreeSet<&String> = self.0.keys().chain(other.0.keys()).collect();
        let shown = |tree: &Self, name| tree.0.get(name).map_or_else(|| "nothing".to_owned(), |what| rename(what));
        let compared = names.into_iter().map(|name| (rename(name), shown(self, name), shown(other, name)));
        compared
            .filter(|(_, kingbolt, other)| kingbolt != other)
            .map(|(input, kingbolt, other)| Difference { kind: kind.to_owned(), input, kingbolt, other })
            .collect()
    }

    fn insert_record(&mut self, name: &str, path: &Path) {
        self.insert(name, format!("{:o} RECORD", mode(path)));
        let library = path.ancestors().nth(2).expect("it is in a directory of a library");
        let text = fs::read_to_string(path).expect("a RECORD is UTF-8");
        for row in text.lines() {
            let (recorded, hash_and_size) = split_row(row);
            let right = fs::read(library.join(recorded.trim_matches('"').replace("\"\"", "\"")))
                .is_ok_and(|bytes| format!("{},{}", record_hash(&bytes), bytes.len()) == hash_and_size);
            let what = if right { "right" } else { hash_and_size };
            self.insert(&format!("{name}: {recorded}"), what);
        }
    }

    /// What a file is. The line of pip's scripts that Kingbolt's do not have counts by itself.
    fn file(&mut self, path: &Path) -> String {
        if let Ok(target) = fs::read_link(path) {
            return format!("link to {}", target.display());
        }
        let mut bytes = fs::read(path).expect("it was listed");
        if let Some(at) = bytes.windows(ABOUT_EXE.len()).position(|window| window == ABOUT_EXE) {
            bytes.drain(at..at + ABOUT_EXE.len());
            self.0.insert("scripts that remove `.exe` from their name".to_owned(), "some".to_owned());
        }
        let content = match std::str::from_utf8(&bytes) {
            Ok(text) if text.len() <= 40 => format!("{text:?}"),
            _ => sha256_hex(&bytes),
        };
        format!("{:o} {content}", mode(path))
    }
}

const ABOUT_EXE: &[u8] = b"\n    sys.argv[0] = sys.argv[0].removesuffix('.exe')";

/// The path of a row, which may hold commas, and the rest.
fn split_row(row: &str) -> (&str, &str) {
    let size = row.rfind(',').expect("a row has three columns");
    let hash = row[..size].rfind(',').expect("a row has three columns");
    (&row[..hash], &row[hash + 1..])
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("it was listed").permissions().mode() & 0o7777
}
