//! A hall in the middle of a day, without a server: orders as they come over the wire, answers as they go back.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use caller_server::{
    gate::Identity,
    names::Names,
    orders::{self, Fresh},
    store::DayFigures,
    views::{self, ClerkAt, Scene, Watch},
};
use hall::{
    Command, Entry, Plan, Request, State, decide,
    plan::{AtClosing, Clerk, ItemId, ItemPlan, WindowPlan},
    words::{Actor, AtMs, Day, Lane, WindowId, ZoneId},
};
use protocol::{Answer, Order, Refused, Text, View, view::Announced};
use serde::{Serialize, de::DeserializeOwned};

use crate::{invariants, people};

/// Eight o'clock on the first day.
pub const MORNING_MS: AtMs = 1_795_392_000_000;
/// The first day.
pub const TODAY: Day = Day { year: 2026, month: 11, day: 23 };
/// What tokens of our own begin with: no public view may show one.
const SECRET: &str = "secret-token-";

/// A hall, and all that happened in it.
#[derive(Clone)]
pub struct Hall {
    /// As it is now.
    pub state: State,
    /// What happened.
    pub entries: Vec<Entry>,
}

impl Hall {
    /// A hall whose day has just begun.
    pub fn open(plan: Plan) -> Self {
        let mut hall = Self { state: State::default(), entries: Vec::new() };
        for command in [Command::AdoptPlan(plan), Command::OpenDay { day: TODAY }] {
            hall.request(Request { by: Actor::System, command }, MORNING_MS).expect("a plain hall opens");
        }
        hall
    }

    /// What comes of an order, as it goes back over the wire. Whatever it is, it must be sound.
    ///
    /// # Errors
    /// The order is refused.
    pub fn ask(&mut self, who: Option<&Identity>, order: Order, now_ms: AtMs) -> Result<Answer, Refused> {
        let Some(by) = orders::actor(who, &order) else {
            return Err(caller_server::http::refuse::Refusal::unauthorised().refused);
        };
        let days = now_ms.saturating_sub(MORNING_MS) / 86_400_000;
        let today = Day { day: TODAY.day + u8::try_from(days.min(7)).unwrap_or(7), ..TODAY };
        let mut token = || format!("{SECRET}{}", self.state.seq + 1);
        let fresh = Fresh { now_ms, today: &|| today, token: &mut token };
        let asked = orders::command(&self.state, order, fresh).map_err(|bad| bad.refused());
        let outcome = asked.and_then(|command| self.request(Request { by, command }, now_ms));
        outcome.as_ref().err().into_iter().for_each(people::can_understand);
        outcome
    }

    /// Lets happen what is due.
    pub fn tick(&mut self, now_ms: AtMs) {
        let outcome = self.request(Request { by: Actor::System, command: Command::Tick }, now_ms);
        outcome.err().iter().for_each(people::can_understand);
    }

    fn request(&mut self, request: Request, now_ms: AtMs) -> Result<Answer, Refused> {
        let outcome = decide(&self.state, &request, now_ms);
        assert_eq!(decide(&self.state, &request, now_ms), outcome, "the same question has another answer");
        let events = outcome.map_err(|refusal| views::refused(&refusal))?;
        let entry = Entry { seq: self.state.seq + 1, at_ms: now_ms, by: request.by, key: None, events };
        if entry.events.is_empty() {
            return Ok(Answer::Done { seq: self.state.seq });
        }
        reads_back(&entry);
        self.state.apply(&entry);
        let answer = views::answer(&self.state, &entry);
        reads_back(&answer);
        self.entries.push(entry);
        Ok(answer)
    }

    /// Panics unless everything holds that must hold of a hall's state.
    pub fn check_state(&self) {
        invariants::check(&self.state);
    }

    /// The same, and everybody can look at it, and no number was given twice.
    pub fn check(&self, now_ms: AtMs) {
        self.check_state();
        invariants::no_number_twice(self.entries.iter().flat_map(|entry| &entry.events));
        look(&self.state, now_ms);
    }

    /// Panics unless a restart ends where the hall stands now.
    pub fn check_replay(&self) {
        let mut replayed = State::default();
        self.entries.iter().for_each(|entry| replayed.apply(entry));
        assert_eq!(replayed, self.state, "a restart is not a replay");
        reads_back(&self.state);
    }
}

/// Lets everybody look at a hall: each view must be made, written and read back, and public ones hold no secret.
pub fn look(state: &State, now_ms: AtMs) {
    let names = names();
    let outlook = RefCell::default();
    let scene = Scene { state, names: &names, now_ms, midnight_ms: now_ms, outlook: &outlook };
    let calls: VecDeque<_> = state.windows.keys().filter_map(|&id| views::last_call(state, id)).collect();
    let zones = state.plan.iter().flat_map(|plan| &plan.zones).map(|&zone| Some(zone));
    let notices = BTreeMap::new();
    let boards = zones.chain([None]).map(|zone| View::Board(views::board(scene, zone, &calls, &notices)));
    let windows = state.windows.keys().map(|&id| View::Window(views::window(scene, id)));
    for public in boards.chain(windows).chain([View::Dispenser(views::dispenser(scene))]) {
        assert!(!reads_back(&public).contains(SECRET), "a secret stands in a public view");
    }
    let consoles = state.windows.keys().filter_map(|&window| {
        let (announced, unprinted) = (Announced::default(), vec![]);
        views::clerk(scene, ClerkAt { window, console: "c", announced, unprinted }).map(View::Clerk)
    });
    let tickets = state.visits.keys().filter_map(|&ticket| views::ticket(scene, ticket)).map(View::Ticket);
    let watch = Watch {
        figures: DayFigures::default(),
        days: vec![],
        devices: vec![],
        enrolments: vec![],
        alarms: vec![],
        choices: &VecDeque::default(),
        unprinted: vec![],
        zones: views::zones(scene, |_| 0),
        notices: vec![],
    };
    consoles
        .chain(tickets)
        .chain([View::Manager(views::manager(scene, watch))])
        .for_each(|view| drop(reads_back(&view)));
}

/// Panics unless what is written is read back as the same; returns what was written.
#[track_caller]
pub fn reads_back<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(value: &T) -> String {
    let text = serde_json::to_string(value).expect("it can be written");
    let again: T = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: can't read back {text}"));
    assert_eq!(again, *value, "it reads back as something else: {text}");
    text
}

/// Windows 1 and 2 (hall A) and 3 (hall B) accept, 4 (B) issues, 5 (A) consults and accepts. Windows 1 and 3 do not serve the
/// item `tax`, the clerk of window 2 may not serve `deed`.
pub fn plan(at_closing: AtClosing, wrap_up_s: u32) -> Plan {
    use Lane::{Acceptance, Consulting, Issuing};
    let window = |(id, zone, lanes): (u16, char, &[Lane])| {
        let clerk = if id == 2 { Clerk::New } else { Clerk::Experienced };
        let excludes = if [1, 3].contains(&id) { [item("tax")].into() } else { BTreeSet::new() };
        (WindowId(id), WindowPlan { zone: ZoneId(zone), lanes: lanes.to_vec(), hours: vec![], clerk, excludes })
    };
    let windows: [(u16, char, &[Lane]); 5] = [
        (1, 'A', &[Acceptance]),
        (2, 'A', &[Acceptance]),
        (3, 'B', &[Acceptance]),
        (4, 'B', &[Issuing]),
        (5, 'A', &[Consulting, Acceptance]),
    ];
    Plan {
        zones: vec![ZoneId('A'), ZoneId('B')],
        letters: [(Acceptance, 'A'), (Issuing, 'B'), (Consulting, 'C')].into(),
        windows: windows.map(window).into(),
        items: [("photo", false), ("tax", false), ("deed", true)]
            .map(|(name, experienced)| (item(name), ItemPlan { experienced }))
            .into(),
        at_closing,
        wrap_up_s,
    }
}

fn item(name: &str) -> ItemId {
    name.parse().expect("the name of an item")
}

fn names() -> Names {
    Names {
        hall: Text::new("大厅", "Hall"),
        zones: BTreeMap::new(),
        lanes: BTreeMap::new(),
        windows: BTreeMap::new(),
        items: BTreeMap::new(),
        ticket_url: "http://hall.example/t/".into(),
    }
}
