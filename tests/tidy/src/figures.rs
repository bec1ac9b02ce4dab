//! Sizes and shares of the tree, and the ratchet that holds them: its numbers may only fall.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

use crate::{Complaint, Tree, modules::Source};

/// Where the ratchet's numbers stand.
pub const RATCHET: &str = "tests/tidy/ratchet.toml";
/// The aims of the code's form: no number of the ratchet may be larger.
pub const CEILING: Figures = Figures {
    file_lines_max: 500,
    file_lines_median: 150,
    function_lines_max: 70,
    function_lines_median: 10,
    svelte_lines_max: 300,
    unwraps_per_1000_lines: 2.0,
};
/// A number of the ratchet may be larger than what is measured by this share, so that a day's work has room …
const SLACK_SHARE: f64 = 0.25;
/// … and by this much on top, so that small numbers have room too.
const SLACK: f64 = 1.0;

/// What is measured, and what the ratchet allows.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figures {
    /// The longest Rust, TypeScript or script file, lines.
    pub file_lines_max: usize,
    /// The median of the Rust files, lines.
    pub file_lines_median: usize,
    /// The longest function, lines.
    pub function_lines_max: usize,
    /// The median of the functions, lines.
    pub function_lines_median: usize,
    /// The longest Svelte component, lines.
    pub svelte_lines_max: usize,
    /// `unwrap` and `expect` in a thousand lines outside tests.
    pub unwraps_per_1000_lines: f64,
}

/// What is told and not held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shares {
    /// Rust files.
    pub files: usize,
    /// Their lines.
    pub lines: usize,
    /// Functions.
    pub functions: usize,
    /// Lines of tests, per cent of the lines.
    pub tests_percent: usize,
    /// Comments, per cent of the lines that are not empty.
    pub comments_percent: usize,
}

/// Measures the tree.
pub fn measure(tree: &Tree, sources: &BTreeMap<String, Source>) -> Figures {
    let functions = || sources.values().flat_map(|source| source.rust.functions.iter().map(|function| function.lines));
    let files = || written(tree).map(|(_, text)| text.lines().count());
    let outside_tests = || sources.values().filter(|source| !source.test);
    let unwraps: usize = outside_tests().map(|source| source.rust.unwraps.len()).sum();
    let lines: usize = outside_tests().map(|source| source.lines - source.rust.test_lines).sum();
    Figures {
        file_lines_max: files().max().unwrap_or(0),
        file_lines_median: median(sources.values().map(|source| source.lines).collect()),
        function_lines_max: functions().max().unwrap_or(0),
        function_lines_median: median(functions().collect()),
        svelte_lines_max: tree.ending("svelte").map(|(_, text)| text.lines().count()).max().unwrap_or(0),
        unwraps_per_1000_lines: (unwraps as f64 * 10_000.0 / lines.max(1) as f64).round() / 10.0,
    }
}

/// The shares of tests and comments.
pub fn shares(tree: &Tree, sources: &BTreeMap<String, Source>) -> Shares {
    let lines: usize = sources.values().map(|source| source.lines).sum();
    let tests: usize = sources.values().map(|s| if s.test { s.lines } else { s.rust.test_lines }).sum();
    let written =
        || tree.ending("rs").flat_map(|(_, text)| text.lines()).map(str::trim).filter(|line| !line.is_empty());
    Shares {
        files: sources.len(),
        lines,
        functions: sources.values().map(|source| source.rust.functions.len()).sum(),
        tests_percent: tests * 100 / lines.max(1),
        comments_percent: written().filter(|line| line.starts_with("//")).count() * 100 / written().count().max(1),
    }
}

/// Each file, function or component that is longer than the ratchet allows.
pub fn too_long(tree: &Tree, sources: &BTreeMap<String, Source>, ratchet: &Figures) -> Vec<Complaint> {
    let say = |path: &str, lines: usize, max: usize, how: &str| {
        (lines > max).then(|| Complaint::new(path, 0, format!("{lines} lines, at most {max} are allowed: {how}")))
    };
    let files = written(tree).filter_map(|(path, text)| {
        say(path, text.lines().count(), ratchet.file_lines_max, "split it, one noun a file")
    });
    let components = tree.ending("svelte").filter_map(|(path, text)| {
        say(path, text.lines().count(), ratchet.svelte_lines_max, "take a component out of it")
    });
    let functions = sources.iter().flat_map(|(path, source)| source.rust.functions.iter().map(move |f| (path, f)));
    let functions =
        functions.filter(|(_, function)| function.lines > ratchet.function_lines_max).map(|(path, function)| {
            let (name, lines, max) = (&function.name, function.lines, ratchet.function_lines_max);
            let what = format!("`{name}` has {lines} lines, at most {max} are allowed: give its steps names");
            Complaint::new(path, function.line, what)
        });
    files.chain(components).chain(functions).collect()
}

/// Where the ratchet is exceeded, looser than the aims, or looser than the tree by now needs.
pub fn against_ratchet(measured: &Figures, ratchet: &Figures) -> Vec<Complaint> {
    let rows = measured.rows().into_iter().zip(ratchet.rows()).zip(CEILING.rows());
    rows.filter_map(|(((name, measured), (_, allowed)), (_, ceiling))| {
        let what = if allowed > ceiling {
            format!("{name} = {allowed} is above the aim of {ceiling}: a number here may only fall")
        } else if measured > allowed {
            format!("{name} is {measured} and may be {allowed}: shorten the code, don't raise the number")
        } else if allowed > measured * (1.0 + SLACK_SHARE) + SLACK {
            format!("{name} = {allowed} is loose, the tree has {measured} by now: write that, so that it stays so")
        } else {
            return None;
        };
        Some(Complaint::new(RATCHET, 0, what))
    })
    .collect()
}

impl Figures {
    fn rows(&self) -> [(&'static str, f64); 6] {
        [
            ("file_lines_max", self.file_lines_max as f64),
            ("file_lines_median", self.file_lines_median as f64),
            ("function_lines_max", self.function_lines_max as f64),
            ("function_lines_median", self.function_lines_median as f64),
            ("svelte_lines_max", self.svelte_lines_max as f64),
            ("unwraps_per_1000_lines", self.unwraps_per_1000_lines),
        ]
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.rows().iter().try_for_each(|(name, value)| writeln!(f, "{name} = {value}"))
    }
}

/// What people write by hand: code and scripts, without components, which have a limit of their own, and without what a test
/// generates, which says so on its first line.
fn written(tree: &Tree) -> impl Iterator<Item = (&str, &str)> {
    let generated = |text: &str| text.lines().next().is_some_and(|line| line.ends_with("not to be edited."));
    let by_hand = move |ending: &str, path: &str, text: &str| {
        path.rsplit_once('.').is_some_and(|(_, found)| found == ending) && !generated(text)
    };
    let endings = ["rs", "ts", "js", "mjs", "sh", "css"].into_iter();
    endings.flat_map(move |ending| tree.files().filter(move |(path, text)| by_hand(ending, path, text)))
}

fn median(mut numbers: Vec<usize>) -> usize {
    numbers.sort_unstable();
    numbers.get(numbers.len() / 2).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::modules;

    fn tree(lib: &str) -> (Tree, BTreeMap<String, Source>) {
        let tree = Tree::of([("p/Cargo.toml", "[package]"), ("p/src/lib.rs", lib), ("p/A.svelte", "a\nb\nc\n")]);
        let sources = modules::sources(&tree).0;
        (tree, sources)
    }

    #[test]
    fn long_files_functions_and_components_are_named() {
        let (tree, sources) = tree("// 1\nfn a() {\n}\n");
        let ratchet = Figures { file_lines_max: 2, function_lines_max: 1, svelte_lines_max: 2, ..CEILING };
        let places: Vec<_> = too_long(&tree, &sources, &ratchet).into_iter().map(|c| (c.path, c.line)).collect();
        let expected = [("p/src/lib.rs", 0), ("p/A.svelte", 0), ("p/src/lib.rs", 2)];
        assert_eq!(places, expected.map(|(path, line)| (path.to_owned(), line)));
    }

    #[test]
    fn unwraps_are_counted_in_a_thousand_lines_outside_tests() {
        let lib = format!(
            "fn a() {{ b.unwrap(); }}\n{}#[cfg(test)]\nmod tests {{\nfn c() {{ d.unwrap(); }}\n}}\n",
            "\n".repeat(499)
        );
        let (tree, sources) = tree(&lib);
        assert_eq!(measure(&tree, &sources).unwraps_per_1000_lines, 2.0);
    }

    #[test]
    fn the_ratchet_holds_in_three_directions() {
        let measured = Figures { file_lines_median: 100, ..CEILING };
        let complaint = |ratchet| against_ratchet(&measured, &ratchet).first().map(|complaint| complaint.what.clone());
        let with = |file_lines_median| Figures { file_lines_median, ..CEILING };
        assert_eq!(complaint(with(100)), None);
        assert!(complaint(with(99)).unwrap().contains("shorten the code"));
        assert!(complaint(with(140)).unwrap().contains("loose"));
        assert!(complaint(with(151)).unwrap().contains("above the aim"));
    }

    #[test]
    fn comments_and_tests_have_their_shares() {
        let (tree, sources) = tree("// one\nfn a() {}\n#[cfg(test)]\nmod tests {}\n");
        let shares = shares(&tree, &sources);
        assert_eq!((shares.comments_percent, shares.tests_percent), (25, 50));
    }
}
