//! The names of members: below one directory, and each of one kind.

use std::collections::BTreeMap;

use crate::vocab::SafePath;

use super::TarRule;

/// The treatment of names that differ only in case.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum NameCase {
    Distinct,
    /// They would be one file.
    Ignored,
}

/// The most entries. The largest source archives have some 100,000.
const ENTRIES: usize = 500_000;

/// The names that were read so far.
#[derive(Debug)]
pub(super) struct Names {
    case: NameCase,
    top: Option<String>,
    kinds: BTreeMap<String, NameKind>,
    /// Each name by its lower case, if case is ignored.
    spellings: BTreeMap<String, String>,
    entries: usize,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum NameKind {
    Directory,
    File,
}

impl NameCase {
    /// The treatment by the file systems that a system uses by default.
    pub(super) fn of_system() -> Self {
        if cfg!(any(windows, target_os = "macos")) { Self::Ignored } else { Self::Distinct }
    }
}

impl Names {
    pub(super) fn new(case: NameCase) -> Self {
        Self { case, top: None, kinds: BTreeMap::new(), spellings: BTreeMap::new(), entries: 0 }
    }

    /// Counts an entry of any kind, extended headers included.
    pub(super) fn count(&mut self) -> Result<(), TarRule> {
        self.entries += 1;
        if self.entries > ENTRIES { Err(TarRule::TooManyEntries { limit: ENTRIES }) } else { Ok(()) }
    }

    /// The path below the archive's directory; `None` for that directory itself.
    pub(super) fn add(&mut self, name: &str, kind: NameKind) -> Result<Option<SafePath>, TarRule> {
        let Some(path) = self.below_top(name)? else {
            return if kind == NameKind::Directory { Ok(None) } else { Err(TarRule::FileAndDirectory) };
        };
        if cfg!(windows)
            && let Some(rule) = path.windows_rule()
        {
            return Err(TarRule::Name { rule });
        }
        self.check_case(path.as_str())?;
        let mut parent = path.parent();
        while let Some(directory) = parent {
            self.check_case(directory.as_str())?;
            if self.kinds.insert(directory.to_string(), NameKind::Directory) == Some(NameKind::File) {
                return Err(TarRule::FileAndDirectory);
            }
            parent = directory.parent();
        }
        match (self.kinds.insert(path.to_string(), kind), kind) {
            (None, _) | (Some(NameKind::Directory), NameKind::Directory) => Ok(Some(path)),
            (Some(NameKind::File), NameKind::File) => Err(TarRule::Duplicate),
            (Some(NameKind::Directory), NameKind::File) | (Some(NameKind::File), NameKind::Directory) => {
                Err(TarRule::FileAndDirectory)
            }
        }
    }

    /// The target of a hard link, which is stated like a name.
    pub(super) fn hard_link_target(&self, target: &str) -> Result<SafePath, TarRule> {
        let top = self.top.as_deref().unwrap_or_default();
        let below = trimmed(target).strip_prefix(top).and_then(|rest| rest.strip_prefix('/'));
        self.file(below.ok_or(TarRule::LinkOutside)?)
    }

    /// The file or link that a symbolic link leads to, which is stated relative to the directory of the link. Every step
    /// of the way is a directory of the archive: none is a link.
    pub(super) fn symbolic_link_target(&self, link: &SafePath, target: &str) -> Result<SafePath, TarRule> {
        if target.starts_with('/') || target.contains(['\\', ':']) {
            return Err(TarRule::LinkOutside);
        }
        let mut parts: Vec<&str> = link.parts().collect();
        parts.pop();
        for part in target.split('/') {
            if !parts.is_empty() && self.kinds.get(&parts.join("/")) != Some(&NameKind::Directory) {
                return Err(TarRule::LinkTarget);
            }
            match part {
                "" | "." => {}
                ".." => drop(parts.pop().ok_or(TarRule::LinkOutside)?),
                part => parts.push(part),
            }
        }
        self.file(&parts.join("/"))
    }

    fn file(&self, path: &str) -> Result<SafePath, TarRule> {
        let path = SafePath::parse(path).map_err(|_| TarRule::LinkOutside)?;
        match self.kinds.get(path.as_str()) {
            Some(NameKind::File) => Ok(path),
            Some(NameKind::Directory) | None => Err(TarRule::LinkTarget),
        }
    }

    /// Refuses a name that another one has in other letters, where the two would be one file.
    fn check_case(&mut self, path: &str) -> Result<(), TarRule> {
        if self.case == NameCase::Distinct || self.kinds.contains_key(path) {
            return Ok(());
        }
        match self.spellings.insert(path.to_lowercase(), path.to_owned()) {
            Some(other) => Err(TarRule::Case { other }),
            None => Ok(()),
        }
    }

    fn below_top(&mut self, name: &str) -> Result<Option<SafePath>, TarRule> {
        let path = SafePath::parse(trimmed(name)).map_err(|error| TarRule::Name { rule: error.rule() })?;
        let first = path.parts().next().unwrap_or_default();
        let top = self.top.get_or_insert_with(|| first.to_owned());
        if first != top {
            return Err(TarRule::OtherTop { top: top.clone() });
        }
        Ok(path.strip_prefix(first))
    }
}

/// A name without the slash after a directory, and without `./` before it, which `tar -C DIR .` writes.
fn trimmed(name: &str) -> &str {
    let name = name.strip_suffix('/').unwrap_or(name);
    name.strip_prefix("./").unwrap_or(name)
}
