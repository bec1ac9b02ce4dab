//! The core, driven.

use std::collections::{BTreeMap, BTreeSet};

use hall::{
    Command, Entry, Event, Plan, Request, State,
    command::{Issue, WindowAct},
    decide,
    forecast::{Curve, Moment, Outlook, Wait},
    plan::{AtClosing, Clerk, WindowPlan},
    state::Line,
    words::{Actor, Class, Day, Lane, Language, Ticket, WindowId, ZoneId},
};

use crate::load::{Load, WINDOWS};

const DAY_MS: u64 = 86_400_000;
const NOON_MS: u64 = DAY_MS / 2;

/// A hall of one lane and twenty windows.
pub struct Hall {
    state: State,
    outlook: Outlook,
    day: u16,
}

impl Hall {
    /// A hall that has learned nothing, its windows planned as a load has them; `None` = nothing is planned.
    pub fn new(load: Option<Load>) -> Self {
        let window = |id| {
            let lanes = vec![Lane::Acceptance];
            (
                WindowId(id),
                WindowPlan {
                    zone: ZoneId('A'),
                    lanes,
                    hours: load.map(|load| load.hours(id)).unwrap_or_default(),
                    clerk: Clerk::default(),
                    excludes: BTreeSet::new(),
                },
            )
        };
        let plan = Plan {
            zones: vec![ZoneId('A')],
            letters: [(Lane::Acceptance, 'A')].into(),
            windows: (1..=WINDOWS).map(window).collect(),
            items: BTreeMap::new(),
            at_closing: AtClosing::Expire,
            wrap_up_s: 0,
        };
        let mut hall = Self { state: State::default(), outlook: Outlook::default(), day: 0 };
        hall.ask(Actor::System, Command::AdoptPlan(plan), 0);
        hall
    }

    /// A day begins; its windows are opened.
    pub fn begin_day(&mut self) {
        self.day += 1;
        // A hall knows days by their names; these are those of a calendar without gaps.
        let day =
            Day { year: 2000 + self.day / 336, month: 1 + (self.day / 28 % 12) as u8, day: 1 + (self.day % 28) as u8 };
        self.ask(Actor::System, Command::OpenDay { day }, 0);
        if self.day == 1 {
            for window in 1..=WINDOWS {
                self.ask(clerk(window), Command::OpenWindow { window: WindowId(window), take_over: false }, 0);
            }
        }
    }

    /// Gives out a number.
    pub fn issue(&mut self, ms: u64) -> (Ticket, Entry) {
        let entry = self.give_out(ms);
        let ticket = entry.events.iter().find_map(|event| match event {
            Event::Issued { ticket, .. } => Some(*ticket),
            _ => None,
        });
        (ticket.unwrap(), entry)
    }

    /// What the holder of a number that was just given out is told, and how many are before it.
    pub fn foretell(&mut self, ticket: Ticket, entry: &Entry) -> (Option<Wait>, u32) {
        let moment = Moment { now_ms: entry.at_ms, midnight_ms: self.at_ms(0) };
        let wait = match self.outlook.at_printing(&self.state, entry, moment) {
            Some(Event::Foreseen { wait, .. }) => Some(wait),
            _ => None,
        };
        (wait, self.state.ahead(ticket, moment.now_ms).unwrap())
    }

    /// All windows serve since some time, and so many wait.
    pub fn fill(&mut self, waiting: usize) {
        for window in 1..=WINDOWS {
            self.give_out(u64::from(window) * 30_000);
            self.call(window, u64::from(window) * 30_000);
        }
        (0..waiting).for_each(|_| drop(self.give_out(NOON_MS)));
    }

    /// The forecast for everybody who waits, anew.
    pub fn curve(&mut self) -> Curve {
        let moment = self.moment(NOON_MS);
        self.outlook.curve(&self.state, Line::Lane(Lane::Acceptance, ZoneId('A')), moment)
    }

    fn give_out(&mut self, ms: u64) -> Entry {
        let token = format!("t{}", self.state.seq);
        let (lane, class, language) = (Lane::Acceptance, Class::Normal, Language::Zh);
        let issue =
            Issue { lane, class, language, visitor: None, appointment_at_ms: None, token, present: true, item: None };
        self.ask(Actor::Device("kiosk".into()), Command::Issue(issue), ms)
    }

    fn moment(&self, ms: u64) -> Moment {
        Moment { now_ms: self.at_ms(ms), midnight_ms: self.at_ms(0) }
    }

    /// A window calls who is next and begins at once; `None` when nobody waits.
    pub fn call(&mut self, window: u16, ms: u64) -> Option<Ticket> {
        if self.state.waiting_in(Lane::Acceptance) == 0 {
            return None;
        }
        let entry = self.at_window(window, WindowAct::CallNext, ms);
        let ticket = entry.events.iter().find_map(|event| match event {
            Event::Called { ticket, .. } => Some(*ticket),
            _ => None,
        });
        self.at_window(window, WindowAct::Start, ms);
        ticket
    }

    /// Something else happens at a window.
    pub fn at_window(&mut self, window: u16, act: WindowAct, ms: u64) -> Entry {
        self.ask(clerk(window), Command::AtWindow { window: WindowId(window), act }, ms)
    }

    fn ask(&mut self, by: Actor, command: Command, ms: u64) -> Entry {
        let at_ms = self.at_ms(ms);
        let events = decide(&self.state, &Request { by: by.clone(), command }, at_ms);
        let entry = Entry { seq: self.state.seq + 1, at_ms, by, key: None, events: events.unwrap() };
        self.state.apply(&entry);
        self.outlook.apply(&entry);
        entry
    }

    fn at_ms(&self, ms: u64) -> u64 {
        u64::from(self.day) * DAY_MS + ms
    }
}

fn clerk(window: u16) -> Actor {
    Actor::Clerk { name: format!("clerk{window}"), console: format!("console{window}") }
}
