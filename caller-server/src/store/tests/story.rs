//! Entries of made-up days, always the same: every kind of end, in one order of events.

use hall::{
    Entry, Event,
    balance::{Because, Why},
    command::Target,
    event::{JoinedWhy, Unserved},
    words::{Actor, Class, Day, Lane, Language, Number, Ticket, WindowId, ZoneId},
};

/// Visits of one day in [`days`].
pub const VISITS_A_DAY: u32 = 20;
/// Windows that are open in [`days`].
pub const WINDOWS: u32 = 3;
/// Between two entries, ms.
pub const STEP_MS: u64 = 1000;

pub fn day(day: u8) -> Day {
    Day { year: 2026, month: 11, day }
}

pub fn ticket(on: u8, n: u32) -> Ticket {
    Ticket { day: day(on), number: Number { letter: 'A', n } }
}

fn token(ticket: Ticket) -> String {
    format!("token of {ticket}")
}

/// The time of the entry with this number, ms.
pub fn at_ms(seq: u64) -> u64 {
    1_795_000_000_000 + seq * STEP_MS
}

/// Entries that follow one another.
#[derive(Default)]
pub struct Story(pub Vec<Entry>);

impl Story {
    /// One entry more.
    pub fn then(mut self, by: Actor, events: Vec<Event>) -> Self {
        let seq = self.0.len() as u64 + 1;
        self.0.push(Entry { seq, at_ms: at_ms(seq), by, key: None, events });
        self
    }

    pub fn at(self, window: u16, event: Event) -> Self {
        self.then(Actor::Clerk { name: clerk(window), console: "c".into() }, vec![event])
    }

    pub fn open(self, window: u16) -> Self {
        let event = Event::WindowOpened { window: WindowId(window), clerk: clerk(window), console: "c".into() };
        self.at(window, event)
    }

    pub fn issue(self, ticket: Ticket) -> Self {
        let since_ms = at_ms(self.0.len() as u64 + 1);
        self.then(Actor::Device("kiosk".into()), vec![issued(ticket), joined(ticket, since_ms, JoinedWhy::Arrived)])
    }

    pub fn call(self, ticket: Ticket, window: u16) -> Self {
        let why = Why {
            because: Because::Score,
            class: Class::Normal,
            waited_ms: 0,
            score_ms: 0,
            runner_up: None,
            window: None,
            from_zone: None,
            credits: Default::default(),
            item: None,
            barred: Vec::new(),
            passed_over: Vec::new(),
        };
        self.at(window, Event::Called { ticket, window: WindowId(window), why })
    }

    pub fn start(self, ticket: Ticket, window: u16) -> Self {
        self.at(window, Event::Started { ticket, window: WindowId(window) })
    }

    pub fn finish(self, ticket: Ticket, window: u16) -> Self {
        self.at(window, Event::Finished { ticket, window: WindowId(window) })
    }

    pub fn end(self, ticket: Ticket, how: Unserved) -> Self {
        self.then(Actor::System, vec![Event::Ended { ticket, how }])
    }

    /// One of ten visits; they differ by their ends.
    fn visit(self, on: u8, n: u32) -> Self {
        let (t, window) = (ticket(on, n), u16::try_from(n % WINDOWS + 1).unwrap());
        let story = self.issue(t);
        let called = |story: Self| story.call(t, window);
        match n % 10 {
            0 => story.end(t, Unserved::Cancelled),
            1 => story.end(t, Unserved::Left),
            2 => called(story).at(window, not_shown(t, window)).end(t, Unserved::Expired),
            3 => called(story)
                .start(t, window)
                .at(window, parked(t, window))
                .call(t, window)
                .start(t, window)
                .finish(t, window),
            4 => called(story).at(window, Event::Recalled { ticket: t, window: WindowId(window) }),
            5 => called(story).start(t, window).at(window, transferred(t, window)),
            6 => story,
            _ => called(story).start(t, window).finish(t, window),
        }
    }
}

/// Some days from 2026-11-01 on, each of [`VISITS_A_DAY`] visits at [`WINDOWS`] windows.
pub fn days(count: u8) -> Vec<Entry> {
    let mut story = Story::default();
    for on in 1..=count {
        story = story.then(Actor::System, vec![Event::DayOpened { day: day(on) }]);
        story = (1..=WINDOWS).fold(story, |story, window| story.open(u16::try_from(window).unwrap()));
        story = (1..=VISITS_A_DAY).fold(story, |story, n| story.visit(on, n));
        story = story.then(Actor::System, vec![Event::DayClosed]);
    }
    story.0
}

pub fn clerk(window: u16) -> String {
    format!("clerk {window}")
}

pub fn issued(ticket: Ticket) -> Event {
    Event::Issued {
        ticket,
        lane: Lane::Acceptance,
        class: Class::Normal,
        language: Language::Zh,
        token: token(ticket),
        appointment_at_ms: None,
        offline: None,
        visitor: None,
    }
}

pub fn joined(ticket: Ticket, since_ms: u64, why: JoinedWhy) -> Event {
    let (lane, class) = (Lane::Acceptance, Class::Normal);
    Event::Joined { ticket, lane, zone: ZoneId('A'), window: None, class, since_ms, why }
}

pub fn not_shown(ticket: Ticket, window: u16) -> Event {
    Event::NotShown { ticket, window: WindowId(window), grace_until_ms: 0 }
}

pub fn parked(ticket: Ticket, window: u16) -> Event {
    Event::Parked { ticket, window: WindowId(window), until_ms: None, reason: "copies".into() }
}

pub fn transferred(ticket: Ticket, window: u16) -> Event {
    let to = Target::Lane(Lane::Issuing);
    Event::Transferred { ticket, window: WindowId(window), to, come_back: false }
}
