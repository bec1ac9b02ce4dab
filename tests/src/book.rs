//! The journal as an auditor reads it: JSON lines and plain lists, nothing of the core.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use caller_server::journal::verify;
use serde::Deserialize;
use serde_json::Value;

/// Every entry of a journal that was found sound.
pub struct Book {
    /// In their order.
    pub entries: Vec<Entry>,
}

/// One entry.
#[derive(Deserialize)]
pub struct Entry {
    /// Its number.
    pub seq: u64,
    /// The hall's time.
    pub at_ms: u64,
    /// The key of the order that it came of.
    #[serde(default)]
    pub key: Option<String>,
    /// What happened.
    pub events: Vec<Value>,
}

#[derive(Deserialize)]
struct Line {
    seq: u64,
    entry: Entry,
}

/// Where everybody is, as the events say.
#[derive(Default)]
struct Hall {
    visits: BTreeMap<String, &'static str>,
    windows: BTreeMap<u64, String>,
    tokens: BTreeSet<String>,
}

impl Book {
    /// Reads a journal whose server is gone; its lines follow one another and its laws hold.
    pub fn read(journal: &Path) -> Self {
        let report = verify::verify(journal).unwrap();
        let mut lines = Vec::new();
        verify::export(journal, &mut lines).unwrap();
        let lines = lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let lines: Vec<Line> = lines.map(|line| serde_json::from_slice(line).unwrap()).collect();
        assert_eq!(
            lines.len() as u64,
            report.seq,
            "the export has another number of lines than the journal has records"
        );
        assert!(lines.iter().all(|line| line.seq == line.entry.seq), "a record and its entry have different numbers");
        let book = Self { entries: lines.into_iter().map(|line| line.entry).collect() };
        book.check();
        book
    }

    /// Every event with its entry.
    pub fn events(&self) -> impl Iterator<Item = (&Entry, &Value)> {
        self.entries.iter().flat_map(|entry| entry.events.iter().map(move |event| (entry, event)))
    }

    /// The events of one kind.
    pub fn of_kind(&self, kind: &str) -> Vec<&Value> {
        self.events().map(|(_, event)| event).filter(|event| event["e"] == kind).collect()
    }

    /// Positions of the announcements at a window.
    pub fn announced_at(&self, window: u16) -> Vec<u64> {
        let is_call = |event: &Value| event["e"] == "called" || event["e"] == "recalled";
        let here = self.events().filter(|(_, event)| is_call(event) && event["window"] == window);
        here.map(|(entry, _)| entry.seq).collect()
    }

    /// The only entry that was made under a key.
    pub fn under(&self, key: &str) -> Option<&Entry> {
        let mut under = self.entries.iter().filter(|entry| entry.key.as_deref() == Some(key));
        let found = under.next();
        assert!(under.next().is_none(), "the order under {key} was done twice");
        found
    }

    /// All entries by their keys; no key was used for two entries.
    pub fn by_key(&self) -> BTreeMap<&str, &Entry> {
        let mut by_key = BTreeMap::new();
        for entry in &self.entries {
            if let Some(key) = &entry.key {
                let before = by_key.insert(key.as_str(), entry);
                assert!(before.is_none(), "the order under {key} was done twice");
            }
        }
        by_key
    }

    /// No number twice, no ticket at two windows, nobody called who has no number, time never goes back.
    fn check(&self) {
        let mut hall = Hall::default();
        let mut before_ms = 0;
        for (at, entry) in self.entries.iter().enumerate() {
            assert_eq!(entry.seq, at as u64 + 1, "a number is missing in the journal");
            assert!(entry.at_ms >= before_ms, "time goes back at entry {}", entry.seq);
            before_ms = entry.at_ms;
            entry.events.iter().for_each(|event| hall.follow(entry.seq, event));
        }
    }
}

impl Hall {
    fn follow(&mut self, seq: u64, event: &Value) {
        let ticket = event["ticket"].as_str().unwrap_or_default();
        let window = event["window"].as_u64().unwrap_or_default();
        let kind = event["e"].as_str().unwrap();
        match kind {
            "issued" => self.issue(seq, ticket, event["token"].as_str().unwrap()),
            "joined" => self.goes(seq, kind, ticket, &["issued", "waiting", "aside", "sent"], "waiting"),
            "called" => self.call(seq, ticket, window),
            "recalled" => self.is_at(seq, kind, ticket, window, "called"),
            "started" => {
                self.is_at(seq, kind, ticket, window, "called");
                self.visits.insert(ticket.into(), "serving");
            }
            "finished" => self.leaves(seq, kind, ticket, window, ("serving", "ended")),
            "not_shown" => self.leaves(seq, kind, ticket, window, ("called", "aside")),
            "parked" | "sent_for_supplement" => self.leaves(seq, kind, ticket, window, ("serving", "aside")),
            "transferred" => self.leaves(seq, kind, ticket, window, ("serving", "sent")),
            "ended" => {
                self.goes(seq, kind, ticket, &["issued", "waiting", "aside", "called", "serving"], "ended");
                self.windows.retain(|_, at| at != ticket);
            }
            _ => {}
        }
    }

    fn issue(&mut self, seq: u64, ticket: &str, token: &str) {
        let before = self.visits.insert(ticket.into(), "issued");
        assert!(before.is_none(), "entry {seq}: number {ticket} is given out for the second time");
        assert!(self.tokens.insert(token.into()), "entry {seq}: {ticket} has the token of another ticket");
    }

    fn call(&mut self, seq: u64, ticket: &str, window: u64) {
        self.goes(seq, "called", ticket, &["waiting", "aside"], "called");
        let elsewhere = self.windows.iter().find(|(_, at)| *at == ticket);
        assert!(elsewhere.is_none(), "entry {seq}: {ticket} is called to {window} and is at {elsewhere:?}");
        let before = self.windows.insert(window, ticket.into());
        assert!(before.is_none(), "entry {seq}: {ticket} is called to {window}, where {before:?} is");
    }

    fn goes(&mut self, seq: u64, kind: &str, ticket: &str, from: &[&str], to: &'static str) {
        let stage = self.visits.insert(ticket.into(), to);
        assert!(stage.is_some_and(|stage| from.contains(&stage)), "entry {seq}: {ticket} is {kind} and was {stage:?}");
    }

    fn is_at(&self, seq: u64, kind: &str, ticket: &str, window: u64, stage: &str) {
        let at = self.windows.get(&window).map(String::as_str);
        assert_eq!(at, Some(ticket), "entry {seq}: {ticket} is {kind} at {window}, where somebody else is");
        assert_eq!(self.visits.get(ticket), Some(&stage), "entry {seq}: {ticket} is {kind}");
    }

    fn leaves(&mut self, seq: u64, kind: &str, ticket: &str, window: u64, (from, to): (&str, &'static str)) {
        self.is_at(seq, kind, ticket, window, from);
        self.visits.insert(ticket.into(), to);
        self.windows.remove(&window);
    }
}
