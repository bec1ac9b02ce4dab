//! No window idles while a ticket that it may serve waits, and nobody is overtaken beyond the offsets: over simulated days of the
//! living core, told by somebody who knows nothing of it but its events.
//!
//! - here: the days, with auto-call, two zones, classes, items that not every window serves, breaks, and people who do not come
//! - `watch`: who waits and which windows are free, in plain lists

mod watch;

use std::{cmp::Reverse, collections::BinaryHeap};

use hall::{
    Command, Entry, Event, Plan, Request, State,
    balance::Rules,
    command::{Issue, WindowAct},
    decide,
    plan::{AtClosing, Clerk, ItemId, ItemPlan, WindowPlan},
    words::{Actor, Class, Day, Lane, Language, Ticket, WindowId, ZoneId},
};
use rand::{RngExt, SeedableRng, rngs::StdRng};

use super::{
    Bound, Finding, Scale,
    stream::{Services, steady},
};
use watch::Watch;

const WINDOWS: u16 = 20;
const VISITS: usize = 860;
/// The day begins at this time, ms.
const MORNING_MS: u64 = 1_795_393_800_000;
const MINUTE_MS: u64 = 60_000;
/// Shares of the classes normal, priority and appointment.
const SHARES: [f64; 3] = [0.75, 0.1, 0.15];

pub fn study(scale: Scale, say: &mut impl FnMut(Finding)) {
    let days: Vec<Watch> = (0..scale.days).map(|seed| Simulated::new(70_000 + seed).play()).collect();
    let sum = |of: fn(&Watch) -> u64| days.iter().map(of).sum::<u64>() as f64;
    let mut found = |what: &str, measured: f64, bound| {
        say(Finding { what: format!("{} days of 860 visits: {what}", days.len()), measured, half: 0.0, bound });
    };
    found("ms in which a window idled while it might serve somebody", sum(|day| day.idled_ms), Bound::AtMost(0.0));
    found("people overtaken beyond the offsets", sum(|day| day.beyond), Bound::AtMost(0.0));
    found("calls", sum(|day| day.calls), Bound::Noted);
    found("calls that passed over somebody for the item", sum(|day| day.passed_over), Bound::Noted);
    found("people overtaken within the offsets", sum(|day| day.overtaken), Bound::Noted);
    let waited = sum(|day| day.window_waits_ms) / sum(|day| day.calls) / 1000.0;
    found("free windows beside somebody whom they may not serve, s a call", waited, Bound::Noted);
}

/// What is to happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    Open(WindowId),
    Comes(usize),
    Starts(WindowId, Ticket),
    IsAbsent(WindowId, Ticket),
    Ends(WindowId, Ticket),
    Pauses(WindowId),
    Resumes(WindowId),
}

struct Simulated {
    state: State,
    watch: Watch,
    dice: StdRng,
    visits: Vec<hall::whatif::Visit>,
    tickets: Vec<Ticket>,
    soon: BinaryHeap<Reverse<(u64, What)>>,
}

impl Simulated {
    fn new(seed: u64) -> Self {
        let visits = steady(seed, VISITS, WINDOWS.into(), 0.92, Services::Lognormal(0.8), &SHARES);
        let mut day = Self {
            state: State::default(),
            watch: Watch::default(),
            dice: StdRng::seed_from_u64(seed),
            visits,
            tickets: Vec::new(),
            soon: BinaryHeap::new(),
        };
        for (at, visit) in day.visits.clone().iter().enumerate() {
            day.at(30 * MINUTE_MS + visit.arrival_ms, What::Comes(at));
        }
        for window in (1..=WINDOWS).map(WindowId) {
            let (opens, rests) = (day.dice.random_range(25..40), day.dice.random_range(60..400));
            day.at(opens * MINUTE_MS, What::Open(window));
            day.at(rests * MINUTE_MS, What::Pauses(window));
            day.at((rests + 20) * MINUTE_MS, What::Resumes(window));
        }
        day
    }

    /// Everything in the order of its time; what is due by itself comes first.
    fn play(mut self) -> Watch {
        let rules = Rules { auto_call: (1..=WINDOWS).map(WindowId).collect(), ..Rules::default() };
        let no_show = hall::balance::NoShowRule { recalls: 0, recall_gap_s: 0, ..rules.no_show };
        self.ask(Actor::System, Command::AdoptPlan(plan()), MORNING_MS);
        self.ask(Actor::System, Command::OpenDay { day: Day { year: 2026, month: 11, day: 23 } }, MORNING_MS);
        let rules = Rules { no_show, ..rules };
        self.ask(Actor::Manager("lin".into()), Command::SetRules { rules, reason: "a study".into() }, MORNING_MS);
        loop {
            let due_ms = self.state.next_deadline();
            let next_ms = self.soon.peek().map(|Reverse((at_ms, _))| *at_ms);
            match (due_ms, next_ms) {
                (Some(due_ms), next_ms) if next_ms.is_none_or(|next_ms| due_ms <= next_ms) => {
                    self.ask(Actor::System, Command::Tick, due_ms.max(self.state.at_ms));
                }
                (_, Some(_)) => {
                    if let Some(Reverse((at_ms, what))) = self.soon.pop() {
                        self.happens(what, at_ms);
                    }
                }
                (_, None) => return self.watch,
            }
        }
    }

    fn at(&mut self, after_ms: u64, what: What) {
        self.soon.push(Reverse((MORNING_MS + after_ms, what)));
    }

    fn happens(&mut self, what: What, now_ms: u64) {
        match what {
            What::Open(window) => self.ask(clerk(window), Command::OpenWindow { window, take_over: false }, now_ms),
            What::Comes(place) => self.comes(place, now_ms),
            What::Starts(window, _) => self.act(window, WindowAct::Start, now_ms),
            What::IsAbsent(window, _) => self.act(window, WindowAct::NoShow, now_ms),
            What::Ends(window, _) => {
                // Now and then the visit turns out to be something else, and is sent on.
                match self.dice.random_range(0..20) {
                    0 => {
                        self.act(window, WindowAct::SetItem(Some(item("deed"))), now_ms);
                        let (to, come_back) = (hall::command::Target::Lane(Lane::Acceptance), false);
                        self.act(window, WindowAct::Transfer { to, come_back }, now_ms);
                    }
                    _ => self.act(window, WindowAct::Finish, now_ms),
                }
            }
            What::Pauses(window) => self.act(window, WindowAct::Pause { reason: "a break".into() }, now_ms),
            What::Resumes(window) => self.act(window, WindowAct::Resume, now_ms),
        }
    }

    fn comes(&mut self, place: usize, now_ms: u64) {
        let class = [Class::Normal, Class::Priority, Class::Appointment][self.visits[place].class];
        // The appointed time is a quarter before or after.
        let appointed_ms = now_ms - 15 * MINUTE_MS + self.dice.random_range(0..30 * MINUTE_MS);
        let item = ["tax", "deed", "photo"].get(self.dice.random_range(0..8_usize)).map(|name| item(name));
        let issue = Issue {
            lane: Lane::Acceptance,
            class,
            language: Language::Zh,
            appointment_at_ms: (class == Class::Appointment).then_some(appointed_ms),
            token: place.to_string(),
            present: true,
            visitor: None,
            item,
        };
        self.ask(Actor::Device("kiosk".into()), Command::Issue(issue), now_ms);
    }

    fn act(&mut self, window: WindowId, act: WindowAct, now_ms: u64) {
        self.ask(clerk(window), Command::AtWindow { window, act }, now_ms);
    }

    /// Asks the core; what happened is watched, and leads to more. A refusal is fine: nobody may be there any more.
    fn ask(&mut self, by: Actor, command: Command, now_ms: u64) {
        let request = Request { by, command };
        let Ok(events) = decide(&self.state, &request, now_ms) else { return };
        if events.is_empty() {
            return;
        }
        let entry = Entry { seq: self.state.seq + 1, at_ms: now_ms, by: request.by, key: None, events };
        self.watch.follow(&entry);
        self.state.apply(&entry);
        for event in &entry.events {
            self.leads_to(event, now_ms);
        }
    }

    fn leads_to(&mut self, event: &Event, now_ms: u64) {
        let after = now_ms - MORNING_MS;
        match *event {
            Event::Issued { ticket, .. } => self.tickets.push(ticket),
            Event::Called { ticket, window, .. } => {
                let walk_ms = self.dice.random_range(5_000..60_000);
                let comes = self.dice.random_range(0..25) > 0;
                let what = if comes { What::Starts(window, ticket) } else { What::IsAbsent(window, ticket) };
                self.at(after + walk_ms, what);
            }
            Event::Started { ticket, window } => {
                let place = self.tickets.iter().position(|known| *known == ticket);
                let service_ms = place.map_or(0, |place| self.visits[place].service_ms);
                self.at(after + service_ms, What::Ends(window, ticket));
            }
            _ => {}
        }
    }
}

fn clerk(window: WindowId) -> Actor {
    let name = format!("clerk-{window}");
    Actor::Clerk { console: name.clone(), name }
}

fn item(name: &str) -> ItemId {
    name.parse().expect("the name of an item")
}

/// Windows 1 to 10 in hall A, 11 to 20 in hall B. Every fourth is a new clerk's, who may not serve `deed`; the odd ones do not
/// serve `tax`.
fn plan() -> Plan {
    let window = |id: u16| WindowPlan {
        zone: ZoneId(if id <= 10 { 'A' } else { 'B' }),
        lanes: vec![Lane::Acceptance],
        hours: Vec::new(),
        clerk: if id.is_multiple_of(4) { Clerk::New } else { Clerk::Experienced },
        excludes: if id.is_multiple_of(2) { [].into() } else { [item("tax")].into() },
    };
    let items = [("photo", false), ("tax", false), ("deed", true)];
    Plan {
        zones: vec![ZoneId('A'), ZoneId('B')],
        letters: [(Lane::Acceptance, 'A')].into(),
        windows: (1..=WINDOWS).map(|id| (WindowId(id), window(id))).collect(),
        items: items.map(|(name, experienced)| (item(name), ItemPlan { experienced })).into(),
        at_closing: AtClosing::Expire,
        wrap_up_s: 20,
    }
}
