//! Finds which file of the crate uses which: reads imports and paths, and follows re-exports to the file that defines.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::rust_files;

/// The library's modules by their paths, such as `["app", "state"]`.
pub(crate) struct Crate {
    modules: BTreeMap<Vec<String>, Module>,
}

/// A file.
struct Module {
    file: String,
    /// Imported names at the top of the file, and their paths.
    imports: BTreeMap<String, Vec<String>>,
    /// Paths from the root of the crate that are named otherwise than to re-export them.
    named: BTreeSet<Vec<String>>,
}

impl Crate {
    /// Reads all files below `src/`, the tests in them included.
    pub(crate) fn read() -> Self {
        let sources: Vec<_> = rust_files().into_iter().filter(|file| file.path.starts_with("src/")).collect();
        let paths: BTreeSet<Vec<String>> = sources.iter().filter_map(|file| module_path(&file.path)).collect();
        let modules = sources.iter().filter_map(|file| {
            let path = module_path(&file.path)?;
            let module = Reader::new(&file.text, &path, &paths).read(file.path.clone());
            Some((path, module))
        });
        Self { modules: modules.collect() }
    }

    /// Pairs of a file and another one, with an item that the first one uses.
    pub(crate) fn edges(&self) -> BTreeSet<(String, String)> {
        let mut edges = BTreeSet::new();
        for module in self.modules.values().filter(|module| module.file.matches('/').count() > 1) {
            let used = module.named.iter().filter_map(|path| self.defining_file(path, 0));
            let others = used.filter(|file| *file != module.file && file.matches('/').count() > 1);
            edges.extend(others.map(|file| (module.file.clone(), file.to_owned())));
        }
        edges
    }

    fn defining_file(&self, path: &[String], depth: usize) -> Option<&str> {
        let length = (0..=path.len()).rev().find(|length| self.modules.contains_key(&path[..*length]))?;
        let module = &self.modules[&path[..length]];
        let imported = path.get(length).and_then(|name| module.imports.get(name)).filter(|_| depth < 9);
        let through = imported.map(|target| [target, &path[length + 1..]].concat());
        through.and_then(|path| self.defining_file(&path, depth + 1)).or(Some(&module.file))
    }
}

/// `src/app/state/mod.rs` is the module `app::state`. The programs have none.
fn module_path(file: &str) -> Option<Vec<String>> {
    let path = file.strip_prefix("src/")?.strip_suffix(".rs")?;
    let path = path.strip_suffix("/mod").unwrap_or(path);
    match path {
        "main" => None,
        "lib" => Some(Vec::new()),
        _ => Some(path.split('/').map(str::to_owned).collect()),
    }
}

/// Reads one file.
struct Reader<'a> {
    tokens: Vec<String>,
    at: usize,
    /// The module that the current token is in: the file's, and those within it.
    inside: Vec<String>,
    paths: &'a BTreeSet<Vec<String>>,
    /// Names that were imported anywhere in the file.
    imported: BTreeMap<String, Vec<String>>,
}

impl<'a> Reader<'a> {
    fn new(text: &str, path: &[String], paths: &'a BTreeSet<Vec<String>>) -> Self {
        Self { tokens: tokens(text), at: 0, inside: path.to_vec(), paths, imported: BTreeMap::new() }
    }

    fn read(mut self, file: String) -> Module {
        let outermost = self.inside.len();
        let mut module = Module { file, imports: BTreeMap::new(), named: BTreeSet::new() };
        let (mut depth, mut opened) = (0, Vec::new());
        while self.at < self.tokens.len() {
            match (self.token(0), self.token(2)) {
                ("mod", "{") => {
                    let name = self.token(1).to_owned();
                    self.inside.push(name);
                    opened.push(depth);
                    self.at += 2;
                    continue;
                }
                ("{", _) => depth += 1,
                ("}", _) => {
                    depth -= 1;
                    if opened.last() == Some(&depth) {
                        opened.pop();
                        self.inside.pop();
                    }
                }
                ("use", _) => {
                    let is_exported = self.at > 0 && matches!(self.tokens[self.at - 1].as_str(), "pub" | ")");
                    self.at += 1;
                    for (name, path) in self.tree(&[]) {
                        if self.inside.len() == outermost {
                            module.imports.insert(name.clone(), path.clone());
                        }
                        self.imported.insert(name, path.clone());
                        if !is_exported {
                            module.named.insert(path);
                        }
                    }
                    continue;
                }
                (_, _) if self.starts_path() => {
                    let path = self.path();
                    module.named.extend(self.absolute(&path));
                    continue;
                }
                _ => {}
            }
            self.at += 1;
        }
        module
    }

    fn token(&self, ahead: usize) -> &str {
        self.tokens.get(self.at + ahead).map_or("", String::as_str)
    }

    /// True at a path, but for the one of `pub(in path)`.
    fn starts_path(&self) -> bool {
        let before = &self.tokens[self.at.saturating_sub(2)..self.at];
        let is_visibility = before == ["(", "in"];
        self.token(1) == "::"
            && is_name(self.token(0))
            && !is_visibility
            && before.last().is_none_or(|last| last != "::")
    }

    /// Names joined by `::`.
    fn path(&mut self) -> Vec<String> {
        let mut path = vec![self.token(0).to_owned()];
        self.at += 1;
        while self.token(0) == "::" && is_name(self.token(1)) {
            path.push(self.token(1).to_owned());
            self.at += 2;
        }
        path
    }

    /// The names that a `use` brings, and their paths.
    fn tree(&mut self, before: &[String]) -> Vec<(String, Vec<String>)> {
        let mut path = before.to_vec();
        loop {
            match self.token(0).to_owned().as_str() {
                "{" => {
                    let mut members = Vec::new();
                    while !matches!(self.token(0), "}" | "") {
                        self.at += 1;
                        if self.token(0) != "}" {
                            members.extend(self.tree(&path));
                        }
                    }
                    self.at += 1;
                    return members;
                }
                "::" => self.at += 1,
                "as" => {
                    let alias = self.token(1).to_owned();
                    self.at += 2;
                    return self.absolute(&path).map(|path| (alias, path)).into_iter().collect();
                }
                "," | "}" | ";" | "" => {
                    if path.len() > 1 && path.last().is_some_and(|name| name == "self") {
                        path.pop();
                    }
                    let name = path.last().cloned().unwrap_or_default();
                    return self.absolute(&path).map(|path| (name, path)).into_iter().collect();
                }
                name => {
                    path.push(name.to_owned());
                    self.at += 1;
                }
            }
        }
    }

    /// A path from the root of the crate; `None` if it leads elsewhere.
    fn absolute(&self, path: &[String]) -> Option<Vec<String>> {
        let first = path.first()?.as_str();
        let base = match first {
            "crate" => Vec::new(),
            "self" => self.inside.clone(),
            "super" => {
                let ups = path.iter().take_while(|name| *name == "super").count();
                let base = self.inside.get(..self.inside.len().checked_sub(ups)?)?;
                return Some([base, &path[ups..]].concat());
            }
            name => {
                let child = [self.inside.as_slice(), &[name.to_owned()]].concat();
                if self.paths.contains(&child) { self.inside.clone() } else { return self.through_import(path) }
            }
        };
        let rest = if matches!(first, "crate" | "self") { &path[1..] } else { path };
        Some([&base, rest].concat())
    }

    fn through_import(&self, path: &[String]) -> Option<Vec<String>> {
        Some([self.imported.get(&path[0])?, &path[1..]].concat())
    }
}

fn is_name(token: &str) -> bool {
    token.starts_with(|first: char| first.is_alphabetic() || first == '_')
}

/// Names, `::` and single other characters of a source text, without comments, texts and white space.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let name = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if let Some(length) = raw_text(rest) {
            length
        } else if name > 0 {
            tokens.push(rest[..name].to_owned());
            name
        } else if first == '"' {
            quoted(rest)
        } else if first == '\'' {
            character(rest)
        } else {
            let length = if rest.starts_with("::") { 2 } else { first.len_utf8() };
            if !first.is_whitespace() {
                tokens.push(rest[..length].to_owned());
            }
            length
        };
        rest = &rest[length..];
    }
    tokens
}

/// The length of a text such as `r#"…"#` that begins here.
fn raw_text(rest: &str) -> Option<usize> {
    let start = rest.strip_prefix('b').unwrap_or(rest).strip_prefix('r')?;
    let hashes = start.len() - start.trim_start_matches('#').len();
    let body = start[hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    Some(rest.len() - body.len() + body.find(&end)? + end.len())
}

/// The length of a text in quotes that begins here.
fn quoted(rest: &str) -> usize {
    let mut is_escaped = false;
    for (at, character) in rest.char_indices().skip(1) {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// The length of a character, or of the mark of a lifetime.
fn character(rest: &str) -> usize {
    let mut characters = rest.char_indices().skip(1);
    match (characters.next(), characters.next(), characters.next()) {
        (Some((_, '\\')), _, _) => {
            rest[2..].find('\'').map_or(1, |end| if rest[2..].starts_with('\'') { 4 } else { end + 3 })
        }
        (_, Some((at, '\'')), _) => at + 1,
        _ => 1,
    }
}

#[test]
fn paths_are_followed_to_the_file_that_defines() {
    let paths = BTreeSet::from([vec!["a".to_owned()], vec!["a".to_owned(), "b".to_owned()]]);
    let text = r#"
        //! crate::comment
        pub use b::Exported;
        use super::{c::{self, D as E}, f};
        use std::fs;
        fn run<'a>(quote: char) { "crate::text"; ('"', '\''); E::new(); crate::g::H; b::run(); fs::read(); }
        mod tests { use super::*; fn i() { super::super::j::k(); } }
    "#;
    let module = Reader::new(text, &["a".to_owned()], &paths).read("src/a/mod.rs".to_owned());
    let named: Vec<String> = module.named.iter().map(|path| path.join("::")).collect();
    assert_eq!(named, ["a::*", "a::b::run", "c", "c::D", "c::D::new", "f", "g::H", "j::k"]);
    assert_eq!(module.imports["Exported"].join("::"), "a::b::Exported");
}
