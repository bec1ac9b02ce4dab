//! Laws of the order (R1).

use hall::{
    Command, State,
    balance::{ClassRule, Rules, in_order},
    command::Issue,
    words::{AtMs, Class, Lane, Language, Ticket, WindowId},
};
use proptest::prelude::*;

use crate::harness::{Hall, clock, plan, read};

/// Within this time nobody reaches the longest cap.
const HORIZON_S: u32 = 36_000;

#[derive(Debug, Clone, Copy)]
struct Arrival {
    class: Class,
    gap_s: u32,
    appointed_in_s: u32,
}

fn arrivals() -> impl Strategy<Value = Vec<Arrival>> {
    let arrival = (0..4_usize, 0..300_u32, 0..2_000_u32);
    let arrival =
        arrival.prop_map(|(class, gap_s, appointed_in_s)| Arrival { class: Class::ALL[class], gap_s, appointed_in_s });
    proptest::collection::vec(arrival, 1..40)
}

/// Equal rates, any offsets, no cap in reach.
fn equal_rates() -> impl Strategy<Value = Rules> {
    proptest::array::uniform4(0..3_600_u32).prop_map(|offsets| {
        let rule = |offset_s| ClassRule { offset_s, rate_milli: 1000, cap_s: 86_400 };
        let classes = Class::ALL.into_iter().zip(offsets).map(|(class, offset_s)| (class, rule(offset_s)));
        Rules { classes: classes.collect(), ..Rules::default() }
    })
}

/// A hall where all have arrived, and when the last did.
fn filled(rules: Rules, arrivals: &[Arrival]) -> (State, AtMs) {
    let mut hall = Hall::open(plan());
    hall.state.rules = rules;
    let mut now_ms = clock("09:00");
    for (at, arrival) in arrivals.iter().enumerate() {
        now_ms += u64::from(arrival.gap_s) * 1000;
        let appointed = arrival.class == Class::Appointment;
        let issue = Issue {
            lane: Lane::Acceptance,
            class: arrival.class,
            language: Language::Zh,
            appointment_at_ms: appointed.then_some(now_ms + u64::from(arrival.appointed_in_s) * 1000),
            token: at.to_string(),
            present: true,
            visitor: None,
            item: None,
        };
        hall.ask(read::device("kiosk"), Command::Issue(issue), now_ms).expect("the day is open");
    }
    (hall.state, now_ms)
}

fn order(state: &State, now_ms: AtMs) -> Vec<Ticket> {
    in_order(state, WindowId(1), now_ms, usize::MAX).into_iter().map(|(ticket, _)| ticket).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn with_equal_rates_the_order_of_two_tickets_never_flips(
        rules in equal_rates(), arrivals in arrivals(), later_s in 0..HORIZON_S,
    ) {
        let (state, now_ms) = filled(rules, &arrivals);
        prop_assert_eq!(order(&state, now_ms), order(&state, now_ms + u64::from(later_s) * 1000));
    }

    #[test]
    fn a_ticket_is_overtaken_only_by_less_than_the_difference_of_the_offsets(rules in equal_rates(), arrivals in arrivals()) {
        let (state, now_ms) = filled(rules, &arrivals);
        let order = order(&state, now_ms);
        let offset_and_arrival = |ticket: &Ticket| {
            let visit = &state.visits[ticket];
            (i64::from(state.rules.classes[&visit.class].offset_s) * 1000, i64::try_from(visit.arrival_ms).expect("a date"))
        };
        for (at, overtaken) in order.iter().enumerate() {
            let (offset_ms, arrival_ms) = offset_and_arrival(overtaken);
            for overtaking in &order[..at] {
                let (other_offset_ms, other_arrival_ms) = offset_and_arrival(overtaking);
                let later_ms = other_arrival_ms - arrival_ms;
                let ahead_ms = other_offset_ms - offset_ms;
                // At exactly the difference it is a tie, and the lower number is next: an appointment whose time is later.
                prop_assert!(later_ms <= 0 || later_ms < ahead_ms || later_ms == ahead_ms && overtaking < overtaken);
            }
        }
    }

    #[test]
    fn the_merged_order_is_the_sorted_order(arrivals in arrivals(), later_s in 0..6_000_u64) {
        let (state, now_ms) = filled(Rules::default(), &arrivals);
        let now_ms = now_ms + later_s * 1000;
        let order = order(&state, now_ms);
        // R1 once more, in another form: over the cap by arrival, then by score; ties by ticket.
        let mut sorted: Vec<Ticket> = state.visits.keys().copied().collect();
        sorted.sort_by_key(|ticket| {
            let visit = &state.visits[ticket];
            let wait_ms = i64::try_from(now_ms).expect("a date") - i64::try_from(visit.arrival_ms).expect("a date");
            let capped = wait_ms > 2_700_000;
            let score_ms = wait_ms + i64::from(state.rules.classes[&visit.class].offset_s) * 1000;
            let arrival_ms = if capped { visit.arrival_ms } else { 0 };
            (!capped, if capped { 0 } else { -score_ms }, arrival_ms, *ticket)
        });
        prop_assert_eq!(&order, &sorted);
        for (ahead, ticket) in (0..).zip(&order) {
            prop_assert_eq!(state.ahead(*ticket, now_ms), Some(ahead));
        }
    }
}
