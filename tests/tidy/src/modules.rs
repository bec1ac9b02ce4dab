//! Which Rust files are compiled, and which of those are tests. What no target reaches is dead.

use std::collections::BTreeMap;

use crate::{
    Complaint, Tree,
    rust::{self, Module, RustFile},
};

/// A Rust file that a target reaches.
#[derive(Debug, Clone)]
pub struct Source {
    /// What stands in it.
    pub rust: RustFile,
    /// How long it is.
    pub lines: usize,
    /// Whether it is compiled for tests alone, or belongs to the folder of the tests.
    pub test: bool,
}

/// The Rust files that a target reaches, by their path, and what is wrong with the others.
pub fn sources(tree: &Tree) -> (BTreeMap<String, Source>, Vec<Complaint>) {
    let mut walk = Walk { tree, reached: BTreeMap::new(), complaints: Vec::new() };
    for root in roots(tree) {
        let test = root.starts_with("tests/") || root.contains("/tests/") || root.contains("/benches/");
        let children = folder_of(&root);
        walk.file(&root, &children, test);
    }
    let dead = tree.ending("rs").filter(|(path, _)| !walk.reached.contains_key(*path));
    let dead = dead.map(|(path, _)| Complaint::new(path, 0, "no module declares this file: declare it or delete it"));
    walk.complaints.extend(dead.collect::<Vec<_>>());
    (walk.reached, walk.complaints)
}

struct Walk<'a> {
    tree: &'a Tree,
    reached: BTreeMap<String, Source>,
    complaints: Vec<Complaint>,
}

impl Walk<'_> {
    /// Reads a file and the modules that it declares; `children` is the folder in which those stand.
    fn file(&mut self, path: &str, children: &str, test: bool) {
        let Some(text) = self.tree.text(path) else { return };
        if self.reached.get(path).is_some_and(|known| !known.test || test) {
            return;
        }
        match rust::parse(text) {
            Ok(rust) => {
                let modules = rust.modules.clone();
                self.reached.insert(path.into(), Source { rust, lines: text.lines().count(), test });
                modules.iter().for_each(|module| self.module(path, children, test, module));
            }
            Err((line, error)) => {
                self.complaints.push(Complaint::new(path, line, format!("this does not parse: {error}")))
            }
        }
    }

    fn module(&mut self, from: &str, children: &str, test: bool, module: &Module) {
        let test = test || module.test;
        if let Some(file) = &module.file {
            let path = join(&folder_of(from), file);
            return self.file(&path, &folder_of(&path), test);
        }
        let folder = join(children, &module.path);
        let candidates = [(format!("{folder}.rs"), folder.clone()), (format!("{folder}/mod.rs"), folder)];
        for (path, children) in candidates {
            self.file(&path, &children, test);
        }
    }
}

/// The files at which cargo begins: by convention, or named in a manifest.
fn roots(tree: &Tree) -> Vec<String> {
    let mut roots = Vec::new();
    for package in tree.packages() {
        let fixed = ["src/lib.rs", "src/main.rs", "build.rs"].map(|file| join(package, file));
        roots.extend(fixed.into_iter().filter(|path| tree.text(path).is_some()));
        let by_folder = ["src/bin", "tests", "benches", "examples"].map(|folder| join(package, folder));
        roots.extend(by_folder.iter().flat_map(|folder| in_folder(tree, folder)));
        roots.extend(named_in(tree, package));
    }
    roots
}

fn in_folder(tree: &Tree, folder: &str) -> Vec<String> {
    let inside = |path: &str| path.strip_prefix(folder)?.strip_prefix('/').map(str::to_owned);
    let is_root = |rest: &str| !rest.contains('/') || (rest.ends_with("/main.rs") && rest.matches('/').count() == 1);
    let is_root = |path: &str| inside(path).is_some_and(|rest| is_root(&rest));
    tree.ending("rs").filter(|(path, _)| is_root(path)).map(|(path, _)| path.to_owned()).collect()
}

fn named_in(tree: &Tree, package: &str) -> Vec<String> {
    let manifest: Option<toml::Table> = tree.text(&join(package, "Cargo.toml")).and_then(|text| text.parse().ok());
    let manifest = manifest.unwrap_or_default();
    let targets = ["bin", "test", "bench", "example"].iter().filter_map(|kind| manifest.get(*kind)?.as_array());
    let targets = targets.flatten().chain(manifest.get("lib"));
    targets.filter_map(|target| target.get("path")?.as_str()).map(|path| join(package, path)).collect()
}

fn folder_of(path: &str) -> String {
    path.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.into())
}

fn join(folder: &str, file: &str) -> String {
    if folder.is_empty() { file.into() } else { format!("{folder}/{file}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = "[package]\nname = \"p\"\n[[test]]\nname = \"named\"\npath = \"more/named.rs\"\n";

    fn tree() -> Tree {
        Tree::of([
            ("p/Cargo.toml", MANIFEST),
            ("p/src/lib.rs", "mod a;\n#[cfg(test)]\nmod tests;"),
            ("p/src/a.rs", "mod b;"),
            ("p/src/a/b.rs", ""),
            ("p/src/tests.rs", "mod deep;"),
            ("p/src/tests/deep.rs", ""),
            ("p/src/bin/tool/main.rs", ""),
            ("p/tests/whole.rs", "mod help;"),
            ("p/tests/help/mod.rs", ""),
            ("p/more/named.rs", ""),
            ("p/src/dead.rs", ""),
        ])
    }

    #[test]
    fn a_file_that_no_module_declares_is_dead() {
        let (_, complaints) = sources(&tree());
        let dead: Vec<&str> = complaints.iter().map(|complaint| complaint.path.as_str()).collect();
        assert_eq!(dead, ["p/src/dead.rs"]);
    }

    #[test]
    fn modules_below_a_test_module_are_tests() {
        let (sources, _) = sources(&tree());
        let tests: Vec<&str> = sources.iter().filter(|(_, s)| s.test).map(|(path, _)| path.as_str()).collect();
        assert_eq!(tests, ["p/src/tests.rs", "p/src/tests/deep.rs", "p/tests/help/mod.rs", "p/tests/whole.rs"]);
    }

    #[test]
    fn a_file_that_does_not_parse_is_reported_with_its_line() {
        let tree = Tree::of([("p/Cargo.toml", "[package]"), ("p/src/lib.rs", "\nfn {")]);
        assert_eq!(sources(&tree).1[0].line, 2);
    }
}
