//! Any command, by anybody, at any time: made from dice, so that a failure shrinks to few and small ones.

use hall::{
    Command, Plan, Request, State,
    balance::{IdlePick, NoShowRule, Patch, Ratio, Reserve, Rules, Switch, When, ZoneMode, ZoneRule},
    command::{Issue, IssuedOffline, Target, WindowAct},
    plan::{AtClosing, ItemId},
    words::{Actor, AtMs, Class, Day, Lane, Language, Number, Ticket, VisitorKey, WindowId, ZoneId},
};
use proptest::prelude::*;

use crate::harness::{MIDNIGHT_MS, TODAY, carrying, item, plan, read};

/// The dice of one step.
pub type Dice = [u8; 6];

/// Sequences of steps, some longer than a window's whole life.
pub fn steps(most: usize) -> impl Strategy<Value = Vec<Dice>> {
    proptest::collection::vec(any::<Dice>(), 1..most)
}

/// Sequences of steps that are all about numbers and days, by those who may, most of them in the first lane.
pub fn number_steps(most: usize) -> impl Strategy<Value = Vec<Dice>> {
    let kinds = vec![2, 3, 4, 5, 5, 5, 6, 6, 6, 8, 9, 10];
    let step = (proptest::sample::select(kinds), 0..4_u8, any::<u8>(), 0..=85_u8, 201_u8.., any::<u8>());
    let dice = step.prop_map(|(kind, who, which, what, when, word)| [kind, who, which, 3 * what, when, word]);
    proptest::collection::vec(dice, 1..most)
}

/// What the dice ask of a hall, and when. Four times in five by somebody who may.
pub fn draft(state: &State, [kind, who, which, what, when, word]: Dice) -> (Request, AtMs) {
    // Two busy windows go through more than seven idle ones.
    let window = WindowId([1, 1, 1, 2, 2, 3, 5, 7][usize::from(which % 8)]);
    let ticket = any_ticket(state, which);
    let (command, rightful) = match kind % 40 {
        0 => (Command::AdoptPlan(any_plan(what)), Actor::System),
        1 if what.is_multiple_of(4) => {
            (Command::SetSlip { template: text(word).into(), reason: text(what) }, read::manager())
        }
        1 if what % 4 == 1 => {
            let zone = if word % 4 == 3 { None } else { Some(ZoneId(['A', 'B', 'C'][usize::from(word % 4)])) };
            (Command::Mute { zone, muted: which.is_multiple_of(2), reason: text(word) }, read::manager())
        }
        1 if what % 4 == 2 => {
            let zone = (word % 4 != 3).then(|| ZoneId(['A', 'B', 'C'][usize::from(word % 3)]));
            (Command::Announce { zone, zh: text(word), en: text(what) }, read::manager())
        }
        1 => (Command::SetRules { rules: any_rules(what, word), reason: text(word) }, read::manager()),
        2 if what.is_multiple_of(3) => (Command::OpenDay { day: day(state, word) }, Actor::System),
        3 if what.is_multiple_of(4) => (Command::CloseDay, read::manager()),
        4 => (Command::VoidLease { device: device(which) }, read::manager()),
        5 => (Command::Lease { lane: lane(what), count: u32::from(word % 12) * 20 }, read::device(&device(which))),
        6 => (Command::Merge { issued: printed(state, what, word) }, read::device(&device(which))),
        2 | 3 | 7 => (Command::Tick, Actor::System),
        8..=13 => (Command::Issue(issue(state, what, word)), read::device("kiosk")),
        14 if what.is_multiple_of(4) => (Command::Withdraw { ticket }, read::device("kiosk")),
        14 if what % 4 == 1 => (Command::Reprint { ticket, at: device(word) }, read::manager()),
        14 => (Command::CheckIn { ticket }, read::device("kiosk")),
        15 if what.is_multiple_of(2) => (Command::Cancel { ticket }, Actor::Citizen),
        15 => (Command::Leave { ticket }, read::manager()),
        16 => (Command::Rejoin { ticket }, Actor::Citizen),
        17 => (Command::Return { ticket }, read::manager()),
        18..=20 => (Command::OpenWindow { window, take_over: what.is_multiple_of(3) }, sitting(window)),
        _ => {
            let act = act(state, what, word, when);
            (Command::AtWindow { window, act }, if who % 16 == 1 { read::manager() } else { sitting(window) })
        }
    };
    let by = if who % 5 == 4 { anybody(who / 5) } else { rightful };
    (Request { by, command }, time(state, when))
}

/// Mostly a moment later; sometimes hours, sometimes the clock was set back.
fn time(state: &State, when: u8) -> AtMs {
    let now_ms = state.at_ms.max(MIDNIGHT_MS);
    match when {
        0 => now_ms - 1,
        1..=3 => now_ms + 3_600_000,
        4..=200 => now_ms + u64::from(when) * 500,
        _ => now_ms,
    }
}

/// Mostly one that is known and has not ended.
fn any_ticket(state: &State, which: u8) -> Ticket {
    let visits = state.visits.iter().filter(|(_, visit)| visit.is_live() || which.is_multiple_of(8));
    let tickets: Vec<Ticket> = visits.map(|(&ticket, _)| ticket).collect();
    let known = tickets.get(usize::from(which) % tickets.len().max(1)).copied();
    known.filter(|_| which < 250).unwrap_or(Ticket { day: TODAY, number: Number { letter: 'Z', n: 1 } })
}

fn any_plan(what: u8) -> Plan {
    let mut plan = if what & 1 == 0 { carrying() } else { plan() };
    plan.wrap_up_s = u32::from(what & 2) * 30;
    if what & 4 == 0 {
        plan.windows.remove(&WindowId(u16::from(what % 3) + 1));
    }
    match what {
        0 => plan.zones.clear(),
        1..=5 => drop(plan.letters.insert(Lane::Issuing, 'D')),
        6 => plan.at_closing = AtClosing::Expire,
        8..=40 => {
            plan.items.retain(|_, item| item.experienced);
            plan.windows.values_mut().for_each(|window| window.excludes.clear());
        }
        41..=50 => plan.windows.values_mut().for_each(|window| window.excludes.clear()),
        _ => {}
    }
    plan
}

fn any_rules(what: u8, word: u8) -> Rules {
    let mut rules = Rules::default();
    let class = Class::ALL[usize::from(what % 4)];
    rules.classes.entry(class).and_modify(|rule| rule.rate_milli = u32::from(word) * 500);
    rules.no_show = NoShowRule { recalls: u32::from(what % 3), recall_gap_s: u32::from(word % 30), ..rules.no_show };
    more_rules(&mut rules, what, word);
    rules
}

/// Rules R2 to R6 and R8, some at a time.
fn more_rules(rules: &mut Rules, what: u8, word: u8) {
    let windows = [1, 3, 5].map(WindowId).into_iter().filter(|window| what & 1 << (window.0 + 1) != 0);
    rules.auto_call = windows.collect();
    rules.idle_pick = [IdlePick::LongestIdle, IdlePick::FewestAccepted, IdlePick::LeastBusy][usize::from(word % 3)];
    let zones = |mode, steal_after_s| ZoneRule { mode, steal_after_s };
    let kept = Reserve { class: Class::Priority, windows: 1, release_after_s: Some(u32::from(word) * 5) };
    match what / 4 % 8 {
        0 => rules.ratio = Some(Ratio(Class::ALL.into_iter().zip([3, 1, 2, u32::from(word % 3)]).collect())),
        1 => rules.reserved = vec![Reserve { release_after_s: kept.release_after_s.filter(|s| *s > 0), ..kept }],
        2 => rules.zones = zones(ZoneMode::Jsq, Some(u32::from(word))),
        3 => rules.zones = zones(ZoneMode::RoundRobin, None),
        4 => {
            let when = When::Waiting { lane: Lane::Acceptance, over: u32::from(word % 4), back_under: 1 };
            let then =
                Patch { zones: Some(zones(ZoneMode::Lew, None)), reserved: Some(vec![kept]), ..Patch::default() };
            rules.switches = vec![Switch { name: "crowd".into(), when, dwell_s: u32::from(word % 2) * 60, then }];
        }
        5 => {
            let when =
                When::OldestWait { lane: Lane::Acceptance, over_s: u32::from(word) * 4, back_under_s: u32::from(word) };
            let then = Patch { idle_pick: Some(IdlePick::LowestNumber), ..Patch::default() };
            rules.switches = vec![Switch { name: "late".into(), when, dwell_s: 0, then }];
        }
        6 => {
            let when = When::Clock { from_min: 540, until_min: 541 + u16::from(word) * 4, ahead_of_utc_min: 480 };
            let parts = Class::ALL.into_iter().map(|class| (class, 1)).collect();
            let then = Patch { ratio: Some(Ratio(parts)), ..Patch::default() };
            rules.switches = vec![Switch { name: "morning".into(), when, dwell_s: 30, then }];
        }
        _ => {}
    }
}

fn day(state: &State, word: u8) -> Day {
    let last = state.day.as_ref().map_or(TODAY, |day| day.day);
    Day { day: last.day.saturating_add(word % 3), ..last }
}

fn device(which: u8) -> String {
    format!("kiosk{}", which % 2)
}

/// Numbers in a row, most of them inside what is reserved.
fn printed(state: &State, what: u8, word: u8) -> Vec<IssuedOffline> {
    let reserved = state.day.as_ref().and_then(|day| day.reserved.get(&Lane::Acceptance));
    let ranges: Vec<u32> = reserved.into_iter().flatten().map(|(&first, _)| first).collect();
    let start = ranges.get(usize::from(what) % ranges.len().max(1)).copied().unwrap_or(1);
    let first = (start + u32::from(what / 16)).saturating_sub(u32::from(word.is_multiple_of(16))).max(1);
    let today = state.day.as_ref().map_or(TODAY, |day| day.day);
    // Sometimes paper of the first day, whatever day it is.
    let day = if word.is_multiple_of(8) { TODAY } else { today };
    let ticket = |n| IssuedOffline {
        ticket: Ticket { day, number: Number { letter: 'A', n } },
        class: Class::ALL[usize::from(word % 3)],
        language: Language::Zh,
        token: format!("printed {n} {}", word % 2),
        at_ms: state.at_ms.saturating_sub(u64::from(word) * 10_000),
        visitor: visitor(what),
    };
    (first..first + u32::from(word % 4)).map(ticket).collect()
}

fn issue(state: &State, what: u8, word: u8) -> Issue {
    let class = Class::ALL[usize::from(what % 4)];
    let appointed = class == Class::Appointment && !word.is_multiple_of(8);
    Issue {
        lane: lane(what / 4),
        class,
        language: Language::En,
        appointment_at_ms: appointed.then_some(state.at_ms + u64::from(word) * 10_000),
        token: format!("token {} {}", state.seq, word % 64),
        present: !word.is_multiple_of(5),
        visitor: visitor(word),
        item: any_item(what ^ word),
    }
}

/// Every other visit has one; `fishing` is no item of the hall.
fn any_item(word: u8) -> Option<ItemId> {
    let names = ["photo", "tax", "tax", "deed", "deed", if word > 200 { "fishing" } else { "photo" }];
    names.get(usize::from(word % 12)).map(|name| item(name))
}

/// Every third has a card, and there are few.
fn visitor(word: u8) -> Option<VisitorKey> {
    word.is_multiple_of(3).then(|| VisitorKey(u128::from(word % 8)))
}

fn act(state: &State, what: u8, word: u8, when: u8) -> WindowAct {
    match what % 26 {
        24 | 25 => WindowAct::SetItem(any_item(word)),
        0..=3 => WindowAct::CallNext,
        4..=6 => WindowAct::Call(any_ticket(state, word)),
        7 | 8 => WindowAct::Recall,
        9..=12 => WindowAct::Start,
        13 | 14 => WindowAct::Finish,
        15 => WindowAct::NoShow,
        16 => WindowAct::Park {
            until_ms: (!word.is_multiple_of(3)).then_some(state.at_ms + u64::from(when) * 1000),
            reason: text(word),
        },
        17 => WindowAct::Supplement { missing: text(word) },
        18 => WindowAct::Transfer { to: Target::Lane(lane(word)), come_back: word.is_multiple_of(2) },
        19 => {
            WindowAct::Transfer { to: Target::Window(WindowId(u16::from(word % 7))), come_back: word.is_multiple_of(2) }
        }
        20 => WindowAct::Pause { reason: text(word) },
        21 if word.is_multiple_of(3) => WindowAct::Close,
        21 => WindowAct::Resume,
        _ if word.is_multiple_of(2) => WindowAct::RaiseEmergency,
        _ => WindowAct::ClearEmergency,
    }
}

fn text(word: u8) -> String {
    match word % 16 {
        0 => "  ".into(),
        1 => "字".repeat(201),
        _ => "because".into(),
    }
}

fn lane(of: u8) -> Lane {
    Lane::ALL[usize::from(of % 3)]
}

fn sitting(window: WindowId) -> Actor {
    read::clerk(&format!("clerk{window}"))
}

fn anybody(who: u8) -> Actor {
    match who % 6 {
        0 => Actor::Citizen,
        1 => read::device("kiosk0"),
        2 => read::manager(),
        3 => Actor::System,
        4 => read::clerk("clerk1@elsewhere"),
        _ => read::clerk("clerk2"),
    }
}
