//! The judge itself: a made-up history breaks each promise that no planted bug breaks, and is told so.

use std::sync::Arc;

use caller_server::config::HallConfig;
use hall::{
    Entry, Event,
    balance::{Because, Why},
    event::JoinedWhy,
    words::{Actor, Class, Lane, Language, Ticket, WindowId, ZoneId},
};
use protocol::{Refused, Text, order};
use simulator::witness::Witness;
use ticket_dispenser::dispenser::{Given, Slip};

const DAY: &str = "2026-11-23";
const WINDOW: WindowId = WindowId(1);

/// What was seen, from an opened hall on.
struct History {
    witness: Witness,
    seq: u64,
}

impl History {
    fn new() -> Self {
        let mut history = Self { witness: Witness::default(), seq: 0 };
        let plan = HallConfig::default().plan().expect("a sound configuration");
        history.happens(vec![Event::PlanAdopted { plan }]);
        history.happens(vec![Event::DayOpened { day: DAY.parse().expect("a day") }]);
        history
    }

    /// The next entry, durable a second after the one before.
    fn happens(&mut self, events: Vec<Event>) {
        self.seq += 1;
        let entry = Entry { seq: self.seq, at_ms: self.seq * 1_000, by: Actor::System, key: None, events };
        self.witness.durable(&entry, entry.at_ms);
    }

    /// The next entry, which says something else of itself.
    fn says(&mut self, change: impl FnOnce(&mut Entry)) {
        let mut entry =
            Entry { seq: self.seq + 1, at_ms: (self.seq + 1) * 1_000, by: Actor::System, key: None, events: vec![] };
        change(&mut entry);
        self.seq = entry.seq;
        self.witness.durable(&entry, entry.at_ms);
    }

    /// Somebody takes a number and waits.
    fn waits(&mut self) {
        let (lane, class, token) = (Lane::Acceptance, Class::Normal, "t".to_owned());
        let (appointment_at_ms, offline, visitor, window) = (None, None, None, None);
        let (ticket, language, zone, why) = (ticket(), Language::Zh, ZoneId('A'), JoinedWhy::Arrived);
        let since_ms = (self.seq + 1) * 1_000;
        self.happens(vec![
            Event::Issued { ticket, lane, class, language, token, appointment_at_ms, offline, visitor },
            Event::Joined { ticket, lane, zone, window, class, since_ms, why },
        ]);
    }

    fn is_called(&mut self) {
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
            barred: vec![],
            passed_over: vec![],
        };
        self.happens(vec![Event::Called { ticket: ticket(), window: WINDOW, why }]);
    }

    /// The promise that was broken first, and what is told of it.
    fn verdict(&self) -> (String, String) {
        let broken = self.witness.broken.as_ref();
        broken.map(|broken| (broken.promise(), broken.to_string())).unwrap_or_default()
    }
}

fn ticket() -> Ticket {
    format!("{DAY}/A001").parse().expect("a ticket")
}

fn slip() -> Slip {
    Slip {
        key: "k".into(),
        number: "A001".into(),
        hall: Text::default(),
        lane: order::Lane::Acceptance,
        lane_name: Text::default(),
        zone: None,
        ahead: None,
        wait: None,
        at_ms: 3_000,
        url: "http://hall/t".into(),
        offline: false,
        reprint: false,
        class: order::Class::Normal,
        language: order::Language::Zh,
    }
}

/// Plays a history and compares the verdict.
#[track_caller]
fn judged(promise: &str, says: &str, play: impl FnOnce(&mut History)) {
    let mut history = History::new();
    play(&mut history);
    let (broken, told) = history.verdict();
    assert!(broken == promise && told.contains(says), "{promise} … {says}, but: {told}");
}

#[test]
fn an_orderly_history_breaks_nothing() {
    judged("", "", |history| {
        history.waits();
        history.witness.given(&Given { slip: slip(), day: DAY.into(), offline: None });
        history.witness.paper(&slip());
        history.witness.calm_since_ms = Some(0);
        history.seq += 40;
        history.witness.model.seq += 40;
        history.is_called();
        let call = history.seq;
        history.witness.announced(0, 1, "shows", (call, "A001"), call * 1_000);
        history.happens(vec![Event::Started { ticket: ticket(), window: WINDOW }]);
        history.happens(vec![Event::Finished { ticket: ticket(), window: WINDOW }]);
        history.witness.end();
    });
}

#[test]
fn an_entry_too_many_or_a_ticket_that_nobody_has_is_a_broken_journal() {
    judged("Journal", "follows", |history| history.says(|entry| entry.seq += 1));
    judged("Journal", "never given out", |history| {
        history.happens(vec![Event::Started { ticket: ticket(), window: WINDOW }]);
    });
}

#[test]
fn time_that_goes_back_is_told() {
    judged("TimeWentBack", "earlier", |history| history.says(|entry| entry.at_ms = 1));
}

#[test]
fn one_wish_in_two_entries_is_told() {
    judged("DoneTwice", "one wish", |history| {
        history.says(|entry| entry.key = Some("k".into()));
        history.says(|entry| entry.key = Some("k".into()));
    });
}

#[test]
fn a_day_that_begins_twice_is_told() {
    judged("DayTwice", "opens after", |history| {
        history.happens(vec![Event::DayOpened { day: DAY.parse().unwrap() }]);
    });
}

#[test]
fn a_window_that_is_told_that_nobody_waits_while_somebody_does_is_told() {
    let asked = |history: &mut History| {
        let refused = Refused { code: "nobody_waiting".into(), text: Text::default() };
        history.witness.asked_next(0, WINDOW, history.seq);
        history.witness.answered(0, &Actor::System, "k", &Err(Arc::new(refused)));
    };
    judged("", "", asked);
    judged("IdleWindow", "nobody waits", |history| {
        history.waits();
        asked(history);
    });
}

#[test]
fn who_still_waits_at_the_end_is_told() {
    judged("Stuck", "A001", |history| {
        history.waits();
        history.witness.end();
    });
}

#[test]
fn a_call_that_came_on_no_display_is_told() {
    judged("NotShown", "came on no display", |history| {
        history.waits();
        history.witness.calm_since_ms = Some(0);
        history.seq += 40;
        history.witness.model.seq += 40;
        history.is_called();
        history.witness.end();
    });
}

#[test]
fn what_is_shown_and_was_never_called_is_told() {
    judged("NeverCalled", "no such call", |history| history.witness.announced(0, 1, "shows", (9, "A001"), 9_000));
    judged("NeverCalled", "A001 was called", |history| {
        history.waits();
        history.is_called();
        history.witness.announced(0, 1, "shows", (history.seq, "A002"), 9_000);
    });
}

#[test]
fn paper_that_comes_out_twice_and_does_not_say_so_is_told() {
    judged("PaperTwice", "came out twice", |history| {
        history.witness.given(&Given { slip: slip(), day: DAY.into(), offline: None });
        history.witness.paper(&slip());
        history.witness.paper(&slip());
    });
}

#[test]
fn what_a_manager_wrote_off_is_neither_given_out_again_nor_missed() {
    let leased = |history: &mut History| {
        let (device, lane) = ("d".to_owned(), Lane::Acceptance);
        history.happens(vec![Event::Leased { device: device.clone(), lane, first: 1, last: 9 }]);
        let (given, paper) = (Given { slip: slip(), day: DAY.into(), offline: None }, slip());
        history.witness.given(&given);
        history.witness.paper(&paper);
        device
    };
    judged("AcknowledgedLost", "the journal does not know it", |history| {
        leased(history);
        history.witness.end();
    });
    judged("", "", |history| {
        let device = leased(history);
        history.happens(vec![Event::LeaseVoided { device }]);
        history.witness.end();
    });
    judged("NumberTwice", "reserved", |history| {
        let device = leased(history);
        history.happens(vec![Event::LeaseVoided { device }]);
        history.waits();
    });
}
