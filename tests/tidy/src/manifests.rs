//! A reason for every dependency: beside it in a `Cargo.toml`, or in THIRD-PARTY.md for what a `package.json` takes. And the
//! lints of the workspace in every package.

use std::collections::BTreeSet;

use crate::{Complaint, Tree};

/// Where the libraries of the screens are listed with their licences.
const LISTED: &str = "THIRD-PARTY.md";

/// Dependencies from outside without a reason on their line or on the line above.
pub fn without_reason(tree: &Tree) -> Vec<Complaint> {
    let what = "say in a comment on its line why this package needs it";
    from_outside(tree)
        .into_iter()
        .filter(|dependency| !dependency.reason)
        .map(|dependency| Complaint::new(&dependency.manifest, dependency.line, format!("{}: {what}", dependency.name)))
        .collect()
}

/// Dependencies that no Rust file of their package names.
pub fn unused(tree: &Tree) -> Vec<Complaint> {
    let named = |dependency: &Dependency| {
        let folder = dependency.manifest.trim_end_matches("Cargo.toml");
        let ident = dependency.name.replace('-', "_");
        tree.ending("rs").any(|(path, text)| path.starts_with(folder) && has_word(text, &ident))
    };
    let complaint = |dependency: Dependency| {
        let what = format!("nothing in this package names {}: delete the dependency", dependency.name);
        Complaint::new(&dependency.manifest, dependency.line, what)
    };
    from_outside(tree).into_iter().filter(|dependency| !named(dependency)).map(complaint).collect()
}

/// Libraries in a `package.json` that THIRD-PARTY.md does not list.
pub fn unlisted(tree: &Tree) -> Vec<Complaint> {
    let listed = tree.text(LISTED).unwrap_or_default();
    let mut complaints = Vec::new();
    for (path, text) in tree.files().filter(|(path, _)| path.ends_with("package.json")) {
        let manifest: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
        let groups = ["dependencies", "devDependencies"].iter().filter_map(|group| manifest.get(group)?.as_object());
        let missing = groups.flat_map(|group| group.keys()).filter(|name| !listed.contains(&format!("`{name}`")));
        complaints.extend(missing.map(|name| {
            Complaint::new(path, 0, format!("{name} is not in {LISTED}: add what it is for and its licence"))
        }));
    }
    complaints
}

/// Packages that do not take the lints of the workspace.
pub fn without_lints(tree: &Tree) -> Vec<Complaint> {
    let manifests = tree.packages().map(|folder| format!("{folder}/Cargo.toml"));
    let takes = |manifest: &String| tree.text(manifest).is_some_and(|text| text.contains("[lints]\nworkspace = true"));
    let what = "add [lints] with workspace = true";
    manifests.filter(|manifest| !takes(manifest)).map(|manifest| Complaint::new(&manifest, 0, what)).collect()
}

struct Dependency {
    manifest: String,
    line: usize,
    name: String,
    reason: bool,
}

fn from_outside(tree: &Tree) -> Vec<Dependency> {
    let own: BTreeSet<&str> = tree.packages().filter_map(|folder| folder.rsplit('/').next()).collect();
    let manifests = tree.packages().map(|folder| format!("{folder}/Cargo.toml"));
    let all = manifests.flat_map(|manifest| dependencies(&manifest, tree.text(&manifest).unwrap_or_default()));
    all.filter(|dependency| !own.contains(dependency.name.as_str())).collect()
}

fn dependencies(manifest: &str, text: &str) -> Vec<Dependency> {
    let (mut found, mut inside, mut before) = (Vec::new(), false, "");
    for (at, line) in text.lines().enumerate() {
        if line.starts_with('[') {
            inside = line.contains("dependencies");
        }
        let key = line.split_once('=').map(|(key, _)| key.trim().split('.').next().unwrap_or_default());
        let is_key =
            |key: &&str| key.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c)) && line.starts_with(*key);
        if let Some(name) = key.filter(is_key).filter(|_| inside) {
            let reason = line.contains('#') || before.trim_start().starts_with('#');
            found.push(Dependency { manifest: manifest.into(), line: at + 1, name: name.into(), reason });
        }
        before = line;
    }
    found
}

fn has_word(text: &str, word: &str) -> bool {
    let part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    text.match_indices(word)
        .any(|(at, _)| !part(text[..at].chars().next_back()) && !part(text[at + word.len()..].chars().next()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = "[package]\nname = \"p\"\n[dependencies]\nq.workspace = true\nserde = \"1\"\n# why\ntoml = \"1\"\n\
                            [dev-dependencies]\nsyn = \"3\" # why\nrand-core = \"1\"\n";

    fn tree() -> Tree {
        Tree::of([
            ("p/Cargo.toml", MANIFEST),
            ("q/Cargo.toml", "[package]\nname = \"q\""),
            ("p/src/lib.rs", "use serde::Serialize; use toml; use rand_core; fn synthetic() {}"),
            ("web/package.json", "{\"devDependencies\": {\"svelte\": \"5\", \"vite\": \"8\"}}"),
            ("THIRD-PARTY.md", "| `svelte` | MIT |"),
        ])
    }

    fn lines(complaints: &[Complaint]) -> Vec<usize> {
        complaints.iter().map(|complaint| complaint.line).collect()
    }

    #[test]
    fn a_dependency_without_a_comment_is_named_and_our_own_packages_need_none() {
        assert_eq!(lines(&without_reason(&tree())), [5, 10]);
    }

    #[test]
    fn a_dependency_that_no_file_names_is_to_go() {
        assert_eq!(lines(&unused(&tree())), [9]);
    }

    #[test]
    fn a_package_without_the_lints_of_the_workspace_is_named() {
        let lints = "[package]\n[lints]\nworkspace = true\n";
        let tree = Tree::of([("p/Cargo.toml", "[package]\n[lints]\n"), ("q/Cargo.toml", lints)]);
        assert_eq!(without_lints(&tree).iter().map(|c| c.path.as_str()).collect::<Vec<_>>(), ["p/Cargo.toml"]);
    }

    #[test]
    fn a_web_library_that_is_not_listed_is_named() {
        let complaints = unlisted(&tree());
        assert!(complaints.len() == 1 && complaints[0].what.starts_with("vite is not in"));
    }
}
