//! A hall that follows a script: each line is a time, a command and, after `|`, what came of it.
//!
//! ```text
//! 09:00 take acceptance   | A001 issued, A001 waits (arrived)
//! 09:01 1 next            | A001 called to 1 (score)
//! ```
//! `read` knows the commands, `say` the outcomes.

pub mod read;
mod say;

use std::collections::BTreeSet;

use hall::{
    Command, Entry, Event, Plan, Refusal, Request, State, decide,
    plan::{AtClosing, Clerk, ItemId, ItemPlan, WindowPlan},
    words::{Actor, AtMs, Day, Lane, Number, Ticket, WindowId, ZoneId},
};

/// Midnight before the first day of every test.
pub const MIDNIGHT_MS: AtMs = 1_795_363_200_000;
/// The first day of every test.
pub const TODAY: Day = Day { year: 2026, month: 11, day: 23 };

/// A hall with its journal.
pub struct Hall {
    pub state: State,
    pub entries: Vec<Entry>,
}

impl Hall {
    /// A hall without a plan.
    pub fn bare() -> Self {
        Self { state: State::default(), entries: vec![] }
    }

    /// The hall of [`plan`], its day open since 08:00.
    pub fn open(plan: Plan) -> Self {
        let mut hall = Self::bare();
        let at_ms = clock("08:00");
        hall.ask(Actor::System, Command::AdoptPlan(plan), at_ms).expect("the plan makes sense");
        hall.ask(Actor::System, Command::OpenDay { day: TODAY }, at_ms).expect("no day was open");
        hall
    }

    /// Decides and applies, as the server does.
    pub fn ask(&mut self, by: Actor, command: Command, now_ms: AtMs) -> Result<Vec<Event>, Refusal> {
        let request = Request { by, command };
        let events = decide(&self.state, &request, now_ms)?;
        if !events.is_empty() {
            let seq = self.state.seq + 1;
            let entry = Entry { seq, at_ms: now_ms, by: request.by, key: None, events: events.clone() };
            self.state.apply(&entry);
            self.entries.push(entry);
        }
        Ok(events)
    }

    /// Follows a script; on a difference shows the whole script as it really went.
    pub fn follow(&mut self, script: &str) {
        let lines = script.lines().map(str::trim).filter(|line| !line.is_empty());
        let (mut wanted, mut went) = (vec![], vec![]);
        for line in lines {
            let (asked, outcome) = line.split_once('|').expect("a line has a command and an outcome");
            let (asked, outcome) = (asked.trim(), outcome.trim());
            let (time, words) = asked.split_once(' ').expect("a line starts with a time");
            let (by, command) = read::command(&self.state, &words.split_whitespace().collect::<Vec<_>>());
            let came = say::outcome(&self.ask(by, command, clock(time)));
            wanted.push(format!("{asked:40} | {outcome}"));
            went.push(format!("{asked:40} | {came}"));
        }
        assert!(wanted == went, "it went differently:\n{}\n\nwanted:\n{}", went.join("\n"), wanted.join("\n"));
    }

    /// What a window would call now, in order.
    pub fn order(&self, window: u16, time: &str) -> String {
        let order = hall::balance::in_order(&self.state, WindowId(window), clock(time), usize::MAX);
        order.iter().map(|(ticket, _)| ticket.number.to_string()).collect::<Vec<_>>().join(" ")
    }
}

/// Follows a script in the hall of [`plan`].
pub fn script(lines: &str) {
    Hall::open(plan()).follow(lines);
}

/// Windows 1 and 2 (hall A) and 3 (hall B) accept, 4 (B) issues, 5 (A) consults and accepts; visits expire at closing. Every
/// window serves the item `photo`; windows 1 and 3 do not serve `tax`, and at window 2 is a clerk who may not serve `deed`.
pub fn plan() -> Plan {
    use Lane::{Acceptance, Consulting, Issuing};
    let windows: [(u16, char, &[Lane]); 5] = [
        (1, 'A', &[Acceptance]),
        (2, 'A', &[Acceptance]),
        (3, 'B', &[Acceptance]),
        (4, 'B', &[Issuing]),
        (5, 'A', &[Consulting, Acceptance]),
    ];
    let window = |&(id, zone, lanes): &(u16, char, &[Lane])| {
        let clerk = if id == 2 { Clerk::New } else { Clerk::Experienced };
        let excludes = if [1, 3].contains(&id) { [item("tax")].into() } else { BTreeSet::new() };
        (WindowId(id), WindowPlan { zone: ZoneId(zone), lanes: lanes.to_vec(), hours: vec![], clerk, excludes })
    };
    Plan {
        zones: vec![ZoneId('A'), ZoneId('B')],
        letters: [(Acceptance, 'A'), (Issuing, 'B'), (Consulting, 'C')].into(),
        windows: windows.iter().map(window).collect(),
        items: [("photo", false), ("tax", false), ("deed", true)]
            .map(|(name, experienced)| (item(name), ItemPlan { experienced }))
            .into(),
        at_closing: AtClosing::Expire,
        wrap_up_s: 0,
    }
}

/// The same, but open visits wait on the next day.
pub fn carrying() -> Plan {
    Plan { at_closing: AtClosing::CarryOver, ..plan() }
}

/// An item by its name.
pub fn item(name: &str) -> ItemId {
    name.parse().expect("the name of an item")
}

/// `09:00` or `09:00:30` of the first day, ms; hours go on after 24.
pub fn clock(time: &str) -> AtMs {
    let parts: Vec<u64> = time.split(':').map(|part| part.parse().expect("a time has numbers")).collect();
    let seconds = parts.iter().chain([0].iter().cycle()).take(3).fold(0, |sum, part| sum * 60 + part);
    MIDNIGHT_MS + seconds * 1000
}

/// `A001` of the first day.
pub fn ticket(number: &str) -> Ticket {
    Ticket { day: TODAY, number: number.parse::<Number>().expect("a number") }
}
