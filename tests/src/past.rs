//! Days that are over, written into a journal by the core itself: what a what-if looks back on. The same seed is the same past.

use std::{cmp::Reverse, collections::BinaryHeap, path::Path};

use caller_server::clock::HallClock;
use caller_server::config::HallConfig;
use caller_server::journal::{FileJournal, Journal, Options};
use caller_server::orders::lane_in;
use hall::{
    Command, Entry, Plan, Request, State,
    balance::next_for,
    command::{Issue, WindowAct},
    decide,
    state::{Doing, Stage},
    words::{Actor, Class, Day, Language, Ticket, WindowId},
};
use jiff::tz::TimeZone;
use protocol::order;

use crate::demo::day::{Comes, Visitor, plan_day};

const SECOND_MS: u64 = 1_000;
const MINUTE_MS: u64 = 60_000;
const DAY_MS: u64 = 86_400_000;
/// Windows are open from 8:30; every second of them pauses over noon; they close at 17:00, minutes since midnight.
const HOURS_MIN: (u64, u64) = (8 * 60 + 30, 17 * 60);
const NOON_MIN: (u64, u64) = (11 * 60 + 45, 12 * 60 + 30);
/// From the end of a visit to the next press.
const PRESS_GAP_MS: u64 = 20 * SECOND_MS;
/// Who does not come when called leaves after so long.
const PATIENCE_MS: u64 = 30 * MINUTE_MS;

/// What a past is like.
#[derive(Debug, Clone, Copy)]
pub struct Past {
    /// So many days before today.
    pub days: u32,
    /// Of the visitors of a full hall's day, each so many-th comes.
    pub one_in: usize,
    /// The seed.
    pub seed: u64,
}

/// Writes the past of a hall with these settings into its journal; the days, the oldest first.
pub fn write(past: Past, config: &str, data_dir: &Path) -> Vec<String> {
    let config = HallConfig::parse(config).unwrap();
    let clock = HallClock::system(TimeZone::get(&config.time_zone).unwrap());
    let noon_ms = clock.midnight_ms(clock.now_ms()) + DAY_MS / 2;
    let mut hall = Playing::new(config.plan().unwrap());
    let mut days = Vec::new();
    for back in (1..=past.days).rev() {
        let at_ms = noon_ms - u64::from(back) * DAY_MS;
        let day = clock.day_of(at_ms);
        let visitors = plan_day(past.seed + u64::from(back)).unwrap();
        hall.play_day(day, clock.midnight_ms(at_ms), visitors.into_iter().step_by(past.one_in).collect());
        days.push(day.to_string());
    }
    let (mut journal, _) = FileJournal::open(&data_dir.join("journal"), Options::default()).unwrap();
    for (chunk, first) in hall.entries.chunks(1_000).zip((1..).step_by(1_000)) {
        journal.append(first, chunk).unwrap();
    }
    days
}

/// What happens at a time; of one instant in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Happens {
    Open(WindowId),
    Finish(WindowId),
    Ready(WindowId),
    Start(WindowId),
    Pause(WindowId),
    Resume(WindowId),
    Close(WindowId),
    Leaves(Ticket),
    Comes(usize),
}

struct Playing {
    state: State,
    entries: Vec<Vec<u8>>,
    now_ms: u64,
    midnight_ms: u64,
    coming: BinaryHeap<Reverse<(u64, Happens)>>,
    visitors: Vec<Visitor>,
    /// Tickets in the order of the visitors.
    tickets: Vec<Ticket>,
    /// Windows whose clerk has not pressed yet.
    resting: Vec<WindowId>,
}

impl Playing {
    fn new(plan: Plan) -> Self {
        let mut hall = Self {
            state: State::default(),
            entries: Vec::new(),
            now_ms: 0,
            midnight_ms: 0,
            coming: BinaryHeap::new(),
            visitors: Vec::new(),
            tickets: Vec::new(),
            resting: Vec::new(),
        };
        hall.ask(Actor::System, Command::AdoptPlan(plan));
        hall
    }

    fn play_day(&mut self, day: Day, midnight_ms: u64, visitors: Vec<Visitor>) {
        self.midnight_ms = midnight_ms;
        self.now_ms = self.midnight_ms + MINUTE_MS;
        self.ask(Actor::System, Command::OpenDay { day });
        (self.visitors, self.tickets) = (visitors, Vec::new());
        let windows: Vec<WindowId> = self.state.windows.keys().copied().collect();
        for window in windows {
            self.at(HOURS_MIN.0 * MINUTE_MS, Happens::Open(window));
            if window.0 % 2 == 0 {
                self.at(NOON_MIN.0 * MINUTE_MS, Happens::Pause(window));
                self.at(NOON_MIN.1 * MINUTE_MS, Happens::Resume(window));
            }
            self.at(HOURS_MIN.1 * MINUTE_MS, Happens::Close(window));
        }
        for (place, visitor) in self.visitors.clone().iter().enumerate() {
            self.at(u64::from(visitor.arrives_s) * SECOND_MS, Happens::Comes(place));
        }
        while let Some(Reverse((at_ms, happens))) = self.coming.pop() {
            self.now_ms = at_ms;
            self.happen(happens);
            let more = self.coming.peek().is_some_and(|Reverse((next_ms, _))| *next_ms == at_ms);
            if !more {
                self.call();
            }
        }
        self.ask(Actor::System, Command::CloseDay);
    }

    fn at(&mut self, since_midnight_ms: u64, happens: Happens) {
        self.coming.push(Reverse((self.midnight_ms + since_midnight_ms, happens)));
    }

    fn after(&mut self, ms: u64, happens: Happens) {
        self.coming.push(Reverse((self.now_ms + ms, happens)));
    }

    fn happen(&mut self, happens: Happens) {
        let act = |window, act| Command::AtWindow { window, act };
        match happens {
            Happens::Open(window) => self.ask(clerk(window), Command::OpenWindow { window, take_over: false }),
            Happens::Start(window) => self.ask(clerk(window), act(window, WindowAct::Start)),
            Happens::Finish(window) => {
                self.ask(clerk(window), act(window, WindowAct::Finish));
                self.resting.push(window);
                self.after(PRESS_GAP_MS, Happens::Ready(window));
            }
            Happens::Ready(window) => self.resting.retain(|resting| *resting != window),
            Happens::Pause(window) if self.is_busy(window) => self.after(MINUTE_MS, happens),
            Happens::Pause(window) => {
                self.ask(clerk(window), act(window, WindowAct::Pause { reason: "午休".into() }));
            }
            Happens::Resume(window) if self.state.windows[&window].doing == Doing::Idle => {}
            Happens::Resume(window) if self.is_busy(window) => {}
            Happens::Resume(window) => self.ask(clerk(window), act(window, WindowAct::Resume)),
            Happens::Close(window) if self.is_busy(window) => self.after(MINUTE_MS, happens),
            Happens::Close(window) => self.ask(clerk(window), act(window, WindowAct::Close)),
            Happens::Comes(place) => self.come(place),
            Happens::Leaves(ticket) => {
                let waits = self.state.visit(ticket).is_some_and(|visit| matches!(visit.stage, Stage::Waiting { .. }));
                if waits {
                    self.ask(Actor::Citizen, Command::Cancel { ticket });
                }
            }
        }
    }

    fn come(&mut self, place: usize) {
        let Visitor { lane, class, comes, .. } = self.visitors[place].clone();
        let class = if class == order::Class::Priority { Class::Priority } else { Class::Normal };
        let issue = Issue {
            lane: lane_in(lane),
            class,
            language: Language::Zh,
            appointment_at_ms: None,
            token: format!("token-of-22-chars-{:08}", self.state.seq),
            present: true,
            visitor: None,
            item: None,
        };
        self.ask(Actor::Device("dispenser-1".into()), Command::Issue(issue));
        let known = |ticket: &&Ticket| !self.tickets.contains(ticket);
        let ticket = *self.state.visits.keys().find(known).unwrap();
        self.tickets.push(ticket);
        if comes == Comes::Never {
            self.after(PATIENCE_MS, Happens::Leaves(ticket));
        }
    }

    /// Every clerk who is ready calls.
    fn call(&mut self) {
        let windows: Vec<WindowId> = self.state.windows.keys().copied().collect();
        for window in windows {
            let is_free = self.state.windows[&window].doing == Doing::Idle && !self.resting.contains(&window);
            let Some((ticket, _)) = next_for(&self.state, window, self.now_ms).filter(|_| is_free) else { continue };
            self.ask(clerk(window), Command::AtWindow { window, act: WindowAct::CallNext });
            let place = self.tickets.iter().position(|known| *known == ticket).unwrap();
            let (walk_ms, service_ms) = (
                u64::from(self.visitors[place].walk_s) * SECOND_MS,
                u64::from(self.visitors[place].service_s) * SECOND_MS,
            );
            self.after(walk_ms, Happens::Start(window));
            self.after(walk_ms + service_ms, Happens::Finish(window));
        }
    }

    fn is_busy(&self, window: WindowId) -> bool {
        self.state.windows[&window].doing.ticket().is_some()
    }

    fn ask(&mut self, by: Actor, command: Command) {
        let events = decide(&self.state, &Request { by: by.clone(), command: command.clone() }, self.now_ms)
            .unwrap_or_else(|refusal| panic!("{command:?}: {refusal}"));
        if events.is_empty() {
            return;
        }
        let entry = Entry { seq: self.state.seq + 1, at_ms: self.now_ms, by, key: None, events };
        self.state.apply(&entry);
        self.entries.push(serde_json::to_vec(&entry).unwrap());
    }
}

fn clerk(window: WindowId) -> Actor {
    Actor::Clerk { name: format!("clerk-{window}"), console: format!("console-{window}") }
}
