//! One order, or new rules, in a hall in the middle of a day.

use std::sync::LazyLock;

use caller_server::{gate::Identity, views};
use hall::{
    balance::{self, ZoneRule},
    plan::AtClosing,
    state::Visit,
    words::{AtMs, WindowId},
};
use protocol::{
    Order, WindowAct,
    balance::Balance,
    order::{Class, HallAct, IssueOrder, Lane, Language, OfflineIssue, Rules, VisitAct},
    view::DeviceRole,
};

use crate::{
    lines,
    living::{Hall, MORNING_MS, plan, reads_back},
};

/// When the order comes, ms.
const NOW_MS: AtMs = MORNING_MS + 3_600_000;
/// How far ahead the rules are tried, ms: a moment, over the cap, days.
const LATER_MS: [AtMs; 4] = [0, 60_000, 2_800_000, 200_000_000];

/// A hall at nine: A001 is served at window 1, A002 called to 2, A003 aside, A004 absent, A006 not there yet, others wait.
static NINE: LazyLock<Hall> = LazyLock::new(at_nine);

/// Whoever gives it: an order is done or refused, and the hall is sound afterwards.
pub fn any_order(order: &Order) {
    for who in people() {
        let mut hall = NINE.clone();
        let before = hall.entries.len();
        let outcome = hall.ask(who.as_ref(), order.clone(), NOW_MS);
        if outcome.is_err() {
            assert_eq!(hall.state, NINE.state, "a refused order changed something");
        } else if hall.entries.len() > before {
            hall.check(NOW_MS);
        }
    }
}

/// Rules from the wire: refused, or in force, and then every window has an order in which it calls, with everybody in it.
pub fn rules(bytes: &[u8]) {
    for rules in lines(bytes).filter_map(|line| serde_json::from_str::<Rules>(line).ok()) {
        reads_back(&rules);
        let mut hall = NINE.clone();
        let order = Order::Hall(HallAct::SetRules { rules: rules.clone(), reason: "a try".into() });
        if hall.ask(Some(&manager()), order, NOW_MS).is_ok() {
            let sorted = |mut rules: Rules| {
                rules.classes.sort_by_key(|rule| rule.class);
                for switch in rules.balance.iter_mut().flat_map(|balance| &mut balance.switches) {
                    switch.then.classes.sort_by_key(|rule| rule.class);
                }
                rules.balance = rules.balance.filter(|balance| *balance != Balance::default());
                rules
            };
            assert_eq!(views::rules(&hall.state.rules), sorted(rules), "other rules are in force");
            hall.check(NOW_MS);
            LATER_MS.iter().for_each(|ms| everybody_has_a_place(&hall, NOW_MS + ms));
        }
    }
}

fn everybody_has_a_place(hall: &Hall, now_ms: AtMs) {
    let state = &hall.state;
    for &window in state.windows.keys() {
        let order = balance::in_order(state, window, now_ms, usize::MAX);
        let may = |visit: &Visit| state.serves(window, visit.lane) && state.may_serve(window, visit.item);
        let may_call = |ticket| state.visit(ticket).is_some_and(may);
        assert!(order.iter().all(|&(ticket, _)| may_call(ticket)), "{window} would call whom it may not");
        let waiting = state.lines.waiting.values().flatten().filter(|(_, ticket)| may_call(*ticket)).count();
        let rules = state.in_force();
        // Zones and reserves may keep a ticket from a window for a while.
        if rules.zones == ZoneRule::default() && rules.reserved.is_empty() {
            assert_eq!(order.len(), waiting, "somebody has no place at {window}");
        }
        let next = balance::next_for(state, window, now_ms);
        assert_eq!(next.as_ref().map(|(ticket, _)| *ticket), order.first().map(|(ticket, _)| *ticket));
        assert!(next.is_none_or(|(_, why)| why.waited_ms <= now_ms), "a wait is never negative");
    }
}

/// Everybody who may ask for something, and a stranger.
pub fn people() -> [Option<Identity>; 5] {
    let terminal = Identity::Device { name: "portal".into(), role: DeviceRole::Terminal, window: None };
    [None, Some(clerk(1)), Some(manager()), Some(dispenser()), Some(terminal)]
}

/// The clerk of a window.
pub fn clerk(window: u16) -> Identity {
    Identity::Clerk(format!("clerk-{window}"))
}

/// The manager.
pub fn manager() -> Identity {
    Identity::Manager("lin".into())
}

/// The dispenser.
pub fn dispenser() -> Identity {
    Identity::Device { name: "kiosk-1".into(), role: DeviceRole::Dispenser, window: None }
}

/// A number for a lane.
pub fn issue(lane: Lane, class: Class) -> Order {
    let appointment_at_ms = (class == Class::Appointment).then_some(NOW_MS + 600_000);
    Order::Issue(IssueOrder {
        lane,
        class,
        language: Language::En,
        appointment_at_ms,
        present: true,
        visitor: None,
        item: None,
    })
}

fn at_nine() -> Hall {
    let mut hall = Hall::open(plan(AtClosing::CarryOver, 30));
    let mut now_ms = MORNING_MS;
    let mut ask = |who: &Identity, order: Order| {
        now_ms += 30_000;
        hall.ask(Some(who), order, now_ms).unwrap_or_else(|refused| panic!("{refused:?}"));
    };
    let classes = [Class::Normal, Class::Normal, Class::Priority, Class::Normal, Class::Appointment];
    for class in classes {
        ask(&dispenser(), issue(Lane::Acceptance, class));
    }
    ask(&dispenser(), absent());
    ask(&dispenser(), issue(Lane::Issuing, Class::Normal));
    ask(&dispenser(), issue(Lane::Consulting, Class::Priority));
    ask(&dispenser(), Order::Lease { lane: Lane::Acceptance, count: 20 });
    ask(&dispenser(), Order::Merge { issued: vec![offline("2026-11-23/A980")] });
    for (window, acts) in at_windows() {
        for act in acts {
            ask(&clerk(window), Order::Window { window, console: format!("c{window}"), act });
        }
    }
    ask(&manager(), Order::Visit { ticket: "2026-11-23/A005".into(), act: VisitAct::Cancel });
    assert!(hall.state.windows.contains_key(&WindowId(5)));
    hall
}

fn at_windows() -> [(u16, Vec<WindowAct>); 3] {
    use WindowAct::{Call, NoShow, Open, Park, Recall, Start};
    let open = || Open { take_over: false };
    let call = |number: &str| Call { ticket: format!("2026-11-23/{number}") };
    let aside = Park { minutes: Some(20), reason: "on the phone".into() };
    [
        (5, vec![open(), call("A004"), Recall, Recall, NoShow]),
        (2, vec![open(), call("A003"), Start, aside, WindowAct::Resume, call("A002")]),
        (1, vec![open(), call("A001"), Start]),
    ]
}

fn absent() -> Order {
    let Order::Issue(issue) = issue(Lane::Acceptance, Class::Normal) else { unreachable!() };
    Order::Issue(IssueOrder { present: false, ..issue })
}

fn offline(ticket: &str) -> OfflineIssue {
    let (class, language) = (Class::Normal, Language::Zh);
    OfflineIssue {
        ticket: ticket.into(),
        class,
        language,
        token: "printed-1".into(),
        at_ms: MORNING_MS + 1_000,
        visitor: None,
    }
}
