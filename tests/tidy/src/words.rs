//! What is written nowhere in the tree: promises instead of work, and paths of somebody's machine.

use crate::{Complaint, Tree};

/// Each is put together, so that this file does not hold it.
const PROMISES: [&str; 8] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("to", "do!("),
    concat!("unimple", "mented!("),
    concat!("#[ig", "nore"),
    concat!("test.", "skip("),
    concat!("it.", "skip("),
    concat!("test.", "only("),
];

/// Beginnings of paths that exist on one machine and not on another.
const MACHINES: [&str; 4] =
    [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/"), concat!("/Us", "ers/")];

/// What others wrote and we only carry.
const CARRIED: [&str; 3] = ["Cargo.lock", "package-lock.json", "LICENSE"];

/// Lines that promise work instead of doing it, and tests that are switched off.
pub fn promises(tree: &Tree) -> Vec<Complaint> {
    find(tree, |line| {
        let word = PROMISES.iter().find(|word| line.contains(**word))?;
        Some(format!("'{word}': do it, or open an issue and delete the words"))
    })
}

/// Lines that name a path of one machine.
pub fn machine_paths(tree: &Tree) -> Vec<Complaint> {
    find(tree, |line| {
        let path = MACHINES.iter().find(|path| begins_a_path(line, path))?;
        Some(format!("'{path}' exists on one machine: use a path from the top of the tree, or ask the environment"))
    })
}

fn find(tree: &Tree, look: impl Fn(&str) -> Option<String>) -> Vec<Complaint> {
    let ours = tree.files().filter(|(path, _)| !CARRIED.iter().any(|carried| path.ends_with(carried)));
    let lines = ours.flat_map(|(path, text)| text.lines().enumerate().map(move |(at, line)| (path, at + 1, line)));
    lines.filter_map(|(path, at, line)| Some(Complaint::new(path, at, look(line)?))).collect()
}

fn begins_a_path(line: &str, path: &str) -> bool {
    let continues = |before: Option<char>| before.is_some_and(|c| c.is_alphanumeric() || "._-}".contains(c));
    line.match_indices(path).any(|(at, _)| !continues(line[..at].chars().next_back()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn promises_and_switched_off_tests_are_found_with_their_line() {
        for word in PROMISES {
            let tree = Tree::of([("a.rs", &format!("fn a() {{}}\n// {word}\n"))]);
            assert_eq!(promises(&tree).first().map(|complaint| complaint.line), Some(2), "{word}");
        }
    }

    #[test]
    fn a_path_of_a_machine_is_found_and_a_part_of_an_address_is_not() {
        for path in MACHINES {
            assert_eq!(machine_paths(&Tree::of([("a.md", &format!("see {path}x"))])).len(), 1);
            assert!(machine_paths(&Tree::of([("a.md", &format!("see http://example.org{path}x"))])).is_empty());
        }
    }

    #[test]
    fn what_others_wrote_is_not_read() {
        assert!(promises(&Tree::of([("web/package-lock.json", PROMISES[0])])).is_empty());
    }
}
