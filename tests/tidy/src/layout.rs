//! Where things stand: the fixed top level, links that lead somewhere, a code map that is true.

use std::collections::BTreeSet;

use crate::{Complaint, Tree};

/// What may stand at the top of the tree.
const TOP: [&str; 22] = [
    ".ci",
    ".editorconfig",
    ".gitattributes",
    ".gitignore",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE",
    "README.md",
    "THIRD-PARTY.md",
    "caller-server",
    "clippy.toml",
    "demo",
    "deny.toml",
    "docs",
    "firmware-config",
    "rustfmt.toml",
    "test",
    "tests",
    "ticket-dispenser",
    "window-display",
];
/// Where the code map stands.
const MAP: &str = "ARCHITECTURE.md";

/// Names at the top level that do not belong there.
pub fn strangers(tree: &Tree) -> Vec<Complaint> {
    let names: BTreeSet<&str> = tree.files().filter_map(|(path, _)| path.split('/').next()).collect();
    let strange = names.into_iter().filter(|name| !TOP.contains(name));
    strange
        .map(|name| Complaint::new(name, 0, "the top level is fixed: move it into the package that it belongs to"))
        .collect()
}

/// Links in the documents at the top that lead to no file or to no heading.
pub fn dead_links(tree: &Tree) -> Vec<Complaint> {
    let documents = tree.ending("md").filter(|(path, _)| !path.contains('/'));
    let links =
        documents.flat_map(|(path, text)| links(text).into_iter().map(move |(line, to)| (path, text, line, to)));
    links
        .filter(|(_, text, _, to)| !leads_somewhere(tree, text, to))
        .map(|(path, _, line, to)| Complaint::new(path, line, format!("the link to '{to}' leads nowhere: correct it")))
        .collect()
}

/// Where the code map is not true: it names what is gone, or leaves out a module at the top of a package.
pub fn untrue_map(tree: &Tree) -> Vec<Complaint> {
    let map = section(tree.text(MAP).unwrap_or_default(), "## Code map");
    let named: BTreeSet<&str> = spans(map).filter(|span| span.contains('/')).collect();
    let gone = named.iter().filter(|path| !tree.has(path));
    let gone =
        gone.map(|path| Complaint::new(MAP, 0, format!("the code map names '{path}', which is gone: delete the line")));
    let modules = tree.ending("rs").filter(|(path, _)| is_module_of_package(tree, path));
    let missing = modules.filter(|(path, _)| !named.contains(path));
    let missing =
        missing.map(|(path, _)| Complaint::new(path, 0, "the code map does not name this file: add a line about it"));
    gone.chain(missing).collect()
}

fn is_module_of_package(tree: &Tree, path: &str) -> bool {
    let Some((package, file)) = path.rsplit_once("/src/") else { return false };
    tree.packages().any(|known| known == package)
        && !file.contains('/')
        && !matches!(file, "lib.rs" | "main.rs" | "tests.rs")
}

fn links(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let targets = line.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        found.extend(targets.map(|target| (at + 1, target)));
    }
    found
}

fn leads_somewhere(tree: &Tree, text: &str, to: &str) -> bool {
    let (path, heading) = to.split_once('#').map_or((to, None), |(path, heading)| (path, Some(heading)));
    if path.contains("://") {
        return true;
    }
    let there = if path.is_empty() { Some(text) } else { tree.text(path) };
    match (there, heading) {
        (Some(text), Some(heading)) => text.lines().any(|line| line.starts_with('#') && anchor(line) == heading),
        (None, None) => tree.has(path),
        (there, _) => there.is_some(),
    }
}

/// The name that a heading gets in an address, as the hosts of git repositories make it.
fn anchor(heading: &str) -> String {
    let text = heading.trim_start_matches('#').trim().to_lowercase();
    text.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c)).map(|c| if c == ' ' { '-' } else { c }).collect()
}

fn section<'a>(text: &'a str, heading: &str) -> &'a str {
    let after = text.split_once(heading).map_or("", |(_, after)| after);
    after.split_once("\n## ").map_or(after, |(inside, _)| inside)
}

fn spans(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stranger_at_the_top_is_named_once() {
        let tree =
            Tree::of([("utils/a.rs", ""), ("utils/b.rs", ""), ("README.md", ""), ("window-display/Cargo.toml", "")]);
        assert_eq!(strangers(&tree).iter().map(|complaint| complaint.path.as_str()).collect::<Vec<_>>(), ["utils"]);
    }

    #[test]
    fn links_lead_to_files_folders_headings_or_out() {
        let good = "# One two!\n[a](#one-two) [b](caller-server) [c](LICENSE) [d](https://example.org/x)\n";
        let bad = "[a](#three)\n[b](gone.md)\n[c](README.md#three)\n";
        let tree =
            Tree::of([("README.md", good), ("CHANGELOG.md", bad), ("LICENSE", ""), ("caller-server/Cargo.toml", "")]);
        let found: Vec<_> = dead_links(&tree).into_iter().map(|complaint| (complaint.path, complaint.line)).collect();
        assert_eq!(found, [1, 2, 3].map(|line| ("CHANGELOG.md".to_owned(), line)));
    }

    #[test]
    fn the_code_map_names_what_exists_and_leaves_no_module_out() {
        let map = "## Code map\n- `p/src/a.rs`: a\n- `p/src/gone.rs`: b\n## Next\n- `p/src/b.rs`\n";
        let files =
            [("p/Cargo.toml", "[package]"), ("p/src/lib.rs", ""), ("p/src/a.rs", ""), ("p/src/b.rs", ""), (MAP, map)];
        let complaints: Vec<String> = untrue_map(&Tree::of(files)).iter().map(ToString::to_string).collect();
        assert!(complaints.len() == 2 && complaints[0].contains("gone.rs") && complaints[1].starts_with("p/src/b.rs"));
    }
}
