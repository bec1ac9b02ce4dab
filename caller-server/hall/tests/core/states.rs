//! The tables of states in ARCHITECTURE.md are what the core does: neither more nor less.

use std::collections::BTreeSet;

use hall::{Entry, Event, Plan, State, evolve, state::Stage, words::Ticket};
use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::TestRunner,
};

use crate::{
    draft::steps,
    harness::{Hall, plan},
    laws::play,
};

const ARCHITECTURE: &str = include_str!("../../../../ARCHITECTURE.md");
const BEGIN: &str = "<!-- states:begin -->";
const END: &str = "<!-- states:end -->";

/// Enough that every change was seen several times.
const WALKS: usize = 4_000;

/// From, event, to.
type Change = (String, String, String);

/// The changes that visits and windows go through.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Changes {
    pub visits: BTreeSet<Change>,
    pub windows: BTreeSet<Change>,
}

impl Changes {
    /// Those in a journal.
    pub fn of(entries: &[Entry]) -> Self {
        let (mut seen, mut state) = (Self::default(), State::default());
        for entry in entries {
            (state.seq, state.at_ms) = (entry.seq, entry.at_ms);
            for event in &entry.events {
                let before = state.clone();
                evolve(&mut state, event);
                seen.see(&before, event, &state);
            }
        }
        seen
    }

    fn see(&mut self, before: &State, event: &Event, after: &State) {
        let event = word(event, "e");
        let stage =
            |state: &State, ticket: &Ticket| state.visits.get(ticket).map_or("–".into(), |visit| of(&visit.stage));
        for ticket in before.visits.keys().chain(after.visits.keys()) {
            let same = before.visits.get(ticket) == after.visits.get(ticket);
            if !same {
                self.visits.insert((stage(before, ticket), event.clone(), stage(after, ticket)));
            }
        }
        for id in before.windows.keys().chain(after.windows.keys()) {
            let doing =
                |state: &State| state.windows.get(id).map_or("–".into(), |window| word(&window.doing, "doing"));
            if before.windows.get(id).map(|window| &window.doing) != after.windows.get(id).map(|window| &window.doing) {
                self.windows.insert((doing(before), event.clone(), doing(after)));
            }
        }
    }

    fn add(&mut self, other: Self) {
        self.visits.extend(other.visits);
        self.windows.extend(other.windows);
    }

    fn tables(&self) -> String {
        format!("{}\n{}", table("visit", &self.visits), table("window", &self.windows))
    }
}

/// Those in ARCHITECTURE.md.
pub fn documented() -> Changes {
    let section =
        ARCHITECTURE.split_once(BEGIN).and_then(|(_, rest)| rest.split_once(END)).map_or("", |(section, _)| section);
    let (mut changes, mut elsewhere) = (Changes::default(), BTreeSet::new());
    let mut rows = &mut elsewhere;
    for line in section.lines() {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        match cells[..] {
            ["visit: from", ..] => rows = &mut changes.visits,
            ["window: from", ..] => rows = &mut changes.windows,
            [from, event, to] if !from.starts_with("---") => {
                rows.insert((from.into(), event.into(), to.into()));
            }
            _ => {}
        }
    }
    changes
}

#[test]
fn the_tables_in_architecture_are_what_the_core_does() {
    let mut seen = Changes::default();
    let mut runner = TestRunner::deterministic();
    for walk in 0..WALKS {
        let steps = steps(250).new_tree(&mut runner).expect("steps").current();
        let wrap_up_s = if walk.is_multiple_of(2) { 0 } else { 60 };
        let mut hall = Hall::open(Plan { wrap_up_s, ..plan() });
        play(&mut hall, &steps, |_, _, _, _| {});
        seen.add(Changes::of(&hall.entries));
    }
    let right = seen.tables();
    assert!(seen == documented(), "the section between {BEGIN} and {END} must be:\n\n{right}");
}

fn table(what: &str, changes: &BTreeSet<Change>) -> String {
    let rows: String = changes.iter().map(|(from, event, to)| format!("| {from} | {event} | {to} |\n")).collect();
    format!("| {what}: from | event | to |\n|---|---|---|\n{rows}")
}

fn of(stage: &Stage) -> String {
    word(&serde_json::json!({ "name": stage.name() }), "name")
}

/// The name of a variant, as in JSON.
fn word(of: &impl serde::Serialize, tag: &str) -> String {
    let value = serde_json::to_value(of).expect("JSON");
    value[tag].as_str().expect("a tag").to_owned()
}
