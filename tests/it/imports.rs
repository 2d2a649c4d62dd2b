//! Finds which file of the crate uses which: reads imports and paths, and follows re-exports to the file that defines.

use std::collections::{BTreeMap, BTreeSet};

use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{Expr, ItemMod, ItemUse, Macro, Token, UseTree, Visibility};

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
            let module = Reader::read(file.path.clone(), &file.text, &path, &paths);
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
    /// The module that is being read: the file's, and those within it.
    inside: Vec<String>,
    outermost: usize,
    paths: &'a BTreeSet<Vec<String>>,
    /// Names that were imported anywhere in the file.
    imported: BTreeMap<String, Vec<String>>,
    module: Module,
}

impl<'a> Reader<'a> {
    fn read(file: String, text: &str, path: &[String], paths: &'a BTreeSet<Vec<String>>) -> Module {
        let syntax = syn::parse_file(text).unwrap_or_else(|error| panic!("{file}: {error}"));
        let module = Module { file, imports: BTreeMap::new(), named: BTreeSet::new() };
        let imported = BTreeMap::new();
        let mut reader = Self { inside: path.to_vec(), outermost: path.len(), paths, imported, module };
        reader.visit_file(&syntax);
        reader.module
    }

    /// The names that a `use` brings, and their paths.
    fn tree(&self, tree: &UseTree, before: &[String]) -> Vec<(String, Vec<String>)> {
        let named =
            |name: String, path: Vec<String>| self.absolute(&path).map(|path| (name, path)).into_iter().collect();
        let with = |name: &syn::Ident| [before, &[name.to_string()]].concat();
        match tree {
            UseTree::Glob(_) => named("*".to_owned(), [before, &["*".to_owned()]].concat()),
            UseTree::Group(group) => group.items.iter().flat_map(|tree| self.tree(tree, before)).collect(),
            UseTree::Name(name) if name.ident == "self" => {
                named(before.last().cloned().unwrap_or_default(), before.to_vec())
            }
            UseTree::Name(name) => named(name.ident.to_string(), with(&name.ident)),
            UseTree::Path(path) => self.tree(&path.tree, &with(&path.ident)),
            UseTree::Rename(rename) if rename.ident == "self" => named(rename.rename.to_string(), before.to_vec()),
            UseTree::Rename(rename) => named(rename.rename.to_string(), with(&rename.ident)),
        }
    }

    /// A path from the root of the crate; `None` if it leads elsewhere.
    fn absolute(&self, path: &[String]) -> Option<Vec<String>> {
        let ups = path.iter().take_while(|name| *name == "super").count();
        let base = self.inside.get(..self.inside.len().checked_sub(ups)?)?;
        let child = || [self.inside.as_slice(), &path[..1]].concat();
        match path.first()?.as_str() {
            "crate" => Some(path[1..].to_vec()),
            "self" => Some([base, &path[1..]].concat()),
            "super" => Some([base, &path[ups..]].concat()),
            _ if self.paths.contains(&child()) => Some([base, path].concat()),
            name => Some([self.imported.get(name)?, &path[1..]].concat()),
        }
    }
}

impl Visit<'_> for Reader<'_> {
    fn visit_item_mod(&mut self, module: &ItemMod) {
        if module.content.is_some() {
            self.inside.push(module.ident.to_string());
            visit::visit_item_mod(self, module);
            self.inside.pop();
        }
    }

    fn visit_item_use(&mut self, import: &ItemUse) {
        for (name, path) in self.tree(&import.tree, &[]) {
            if self.inside.len() == self.outermost {
                self.module.imports.insert(name.clone(), path.clone());
            }
            self.imported.insert(name, path.clone());
            if matches!(import.vis, Visibility::Inherited) {
                self.module.named.insert(path);
            }
        }
    }

    /// The arguments of macros such as `assert_eq!` are expressions too.
    fn visit_macro(&mut self, call: &Macro) {
        if let Ok(arguments) = call.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated) {
            arguments.iter().for_each(|argument| self.visit_expr(argument));
        }
    }

    fn visit_path(&mut self, path: &syn::Path) {
        let names: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if names.len() > 1 && path.leading_colon.is_none() {
            self.module.named.extend(self.absolute(&names));
        }
        visit::visit_path(self, path);
    }

    /// The path of `pub(in path)` uses nothing.
    fn visit_visibility(&mut self, _: &Visibility) {}
}

#[test]
fn paths_are_followed_to_the_file_that_defines() {
    let paths = BTreeSet::from([vec!["a".to_owned()], vec!["a".to_owned(), "b".to_owned()]]);
    let text = r#"
        //! crate::comment
        pub use b::Exported;
        use super::{c::{self, D as E}, f};
        use std::fs;
        fn run(text: &str) { assert_eq!(E::new(), "crate::text"); crate::g::H; b::run(); fs::read(); }
        mod tests { use super::*; fn i() { super::super::j::k(); } }
    "#;
    let module = Reader::read("src/a/mod.rs".to_owned(), text, &["a".to_owned()], &paths);
    let named: Vec<String> = module.named.iter().map(|path| path.join("::")).collect();
    assert_eq!(named, ["a::*", "a::b::run", "c", "c::D", "c::D::new", "f", "g::H", "j::k"]);
    assert_eq!(module.imports["Exported"].join("::"), "a::b::Exported");
}
