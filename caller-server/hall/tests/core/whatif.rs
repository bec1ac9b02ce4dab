//! The replay against a reference that shares nothing with it: a few loops that look at everything at every instant.

use hall::{
    balance::{IdlePick, Rate, Score, ZoneMode},
    whatif::{BadDay, Day, Lanes, Opening, Served, Terms, Visit, Window, replay, tally},
};
use proptest::prelude::*;

/// What a window of the reference does.
#[derive(Clone, Copy, Default)]
struct Desk {
    free_at_ms: u64,
    idle_since_ms: Option<u64>,
    accepted: u64,
    busy_ms: u64,
}

/// Every instant from 0 to the end, one after another: services end and windows open or close, who is there joins, then ticket
/// and window are matched as long as both are left.
fn reference(day: &Day, terms: &Terms, parts: &[(i128, i128)], until_ms: u64) -> Vec<Option<Served>> {
    let mut desks = vec![Desk::default(); day.windows.len()];
    let mut zone_of: Vec<Option<usize>> = vec![None; day.visits.len()];
    let mut served: Vec<Option<Served>> = vec![None; day.visits.len()];
    let mut last_zones = [day.zones.max(1) - 1; 2];
    for now in 0..=until_ms {
        // Twice: a service of no length ends at the instant at which it began.
        for pass in 0..=day.visits.len() {
            for (id, desk) in desks.iter_mut().enumerate() {
                let is_open = is_open(day, id, now) && desk.free_at_ms <= now;
                let opened = day.openings.iter().any(|at| at.window == id && at.open_ms == now) && pass == 0;
                desk.idle_since_ms = match desk.idle_since_ms {
                    Some(since) if is_open && !opened => Some(since),
                    _ => is_open.then_some(now),
                };
            }
            if pass == 0 {
                for (id, visit) in day.visits.iter().enumerate().filter(|(_, visit)| visit.arrival_ms == now) {
                    let last_zone = &mut last_zones[visit.lane];
                    let zone = zone_for(day, terms, &desks, &zone_of, &served, visit, *last_zone, now);
                    (zone_of[id], *last_zone) = (Some(zone), zone);
                }
            }
            let mut matched = false;
            while let Some((id, at)) = best(day, terms, parts, &desks, &zone_of, &served, now) {
                matched = true;
                let service_ms = day.visits[id].service_ms;
                let service_ms = service_ms * u64::from(day.windows[at].pace_milli) / 1000;
                served[id] = Some(Served { start_ms: now, end_ms: now + service_ms, window: at });
                let Desk { accepted, busy_ms, .. } = desks[at];
                desks[at] = Desk {
                    free_at_ms: now + service_ms + terms.press_gap_ms,
                    idle_since_ms: None,
                    accepted: accepted + 1,
                    busy_ms: busy_ms + service_ms,
                };
            }
            if !matched {
                break;
            }
        }
    }
    served
}

fn is_open(day: &Day, window: usize, now: u64) -> bool {
    day.openings
        .iter()
        .any(|at| at.window == window && at.open_ms <= now && at.close_ms.is_none_or(|close| now < close))
}

#[allow(clippy::too_many_arguments)]
fn zone_for(
    day: &Day,
    terms: &Terms,
    desks: &[Desk],
    zone_of: &[Option<usize>],
    served: &[Option<Served>],
    visit: &Visit,
    last_zone: usize,
    now: u64,
) -> usize {
    let count = |zone: usize, fits: &dyn Fn(usize) -> bool| {
        let serves = |id: usize| day.windows[id].zone == zone && day.windows[id].lanes.has(visit.lane);
        (0..day.windows.len()).filter(|&id| serves(id) && fits(id)).count()
    };
    let facts = |zone: usize| {
        let waits = |id: usize| zone_of[id] == Some(zone) && served[id].is_none();
        let waiting = (0..zone_of.len()).filter(|&id| waits(id) && day.visits[id].lane == visit.lane).count();
        let open = count(zone, &|id| is_open(day, id, now));
        (waiting, open, count(zone, &|id| desks[id].idle_since_ms.is_some()), count(zone, &|_| true))
    };
    let mut best = 0;
    match terms.zone_mode {
        ZoneMode::Shared => {}
        ZoneMode::Given => best = visit.zone.expect("given"),
        ZoneMode::RoundRobin => {
            let turn: Vec<usize> = (1..=day.zones).map(|step| (last_zone + step) % day.zones).collect();
            let worth = |zone: &usize| (facts(*zone).1 == 0, facts(*zone).3 == 0);
            best = *turn.iter().min_by_key(|zone| worth(zone)).expect("a zone");
        }
        ZoneMode::Jsq | ZoneMode::Lew => {
            let cost = |zone: usize| {
                let (waiting, open, free, all) = facts(zone);
                let windows = if open > 0 { open } else { all.max(1) };
                // A common multiple of all counts that occur, so that the quotient is whole.
                let expected =
                    if terms.zone_mode == ZoneMode::Lew { (waiting + 1) * 27_720 / windows } else { waiting };
                (open == 0, all == 0, free <= waiting, expected)
            };
            for zone in 1..day.zones {
                if cost(zone) < cost(best) {
                    best = zone;
                }
            }
        }
    }
    best
}

/// The ticket first: the best of all that a free window may take; then the window.
fn best(
    day: &Day,
    terms: &Terms,
    parts: &[(i128, i128)],
    desks: &[Desk],
    zone_of: &[Option<usize>],
    served: &[Option<Served>],
    now: u64,
) -> Option<(usize, usize)> {
    let may = |id: usize, at: usize| {
        let waited = now.saturating_sub(day.visits[id].effective_arrival_ms);
        let shared = terms.zone_mode == ZoneMode::Shared;
        let steals = shared || terms.steal_after_ms.is_some_and(|after| waited >= after);
        let serves = day.windows[at].lanes.has(day.visits[id].lane);
        serves && desks[at].idle_since_ms.is_some() && (steals || zone_of[id] == Some(day.windows[at].zone))
    };
    let place = |id: usize| {
        let visit = &day.visits[id];
        let (offset, cap) = (terms.classes[visit.class].offset_ms, terms.classes[visit.class].cap_ms);
        let waited = i128::from(now) - i128::from(visit.effective_arrival_ms);
        let (above, below) = parts[visit.class];
        let capped = cap.is_some_and(|cap| waited > i128::from(cap));
        // 60 is a multiple of every lower part that is drawn.
        let score = if capped { waited * 60 } else { i128::from(offset) * 60 + above * waited * (60 / below) };
        let tie = if above == 0 { visit.effective_arrival_ms } else { 0 };
        (!capped, -score, tie, id)
    };
    let waiting = (0..served.len()).filter(|&id| zone_of[id].is_some() && served[id].is_none());
    let servable = waiting.filter(|&id| (0..desks.len()).any(|at| may(id, at)));
    let ticket = servable.min_by_key(|&id| place(id))?;
    let measure = |at: usize| match terms.idle_pick {
        IdlePick::LongestIdle => desks[at].idle_since_ms.expect("free"),
        IdlePick::FewestAccepted => desks[at].accepted,
        IdlePick::LeastBusy => desks[at].busy_ms,
        IdlePick::LowestNumber => 0,
    };
    let window = (0..desks.len()).filter(|&at| may(ticket, at)).min_by_key(|&at| (measure(at), at))?;
    Some((ticket, window))
}

/// Times are small, so that instants coincide.
const LAST_MS: u64 = 60;

fn terms() -> impl Strategy<Value = (Terms, Vec<(i128, i128)>)> {
    let class = (0..20_i64, 0..4_u32, prop::sample::select(vec![1_u32, 2, 3, 4, 5, 6]), prop::option::of(0..30_u64));
    let modes = [ZoneMode::Shared, ZoneMode::Given, ZoneMode::Jsq, ZoneMode::Lew, ZoneMode::RoundRobin];
    let picks = [IdlePick::LongestIdle, IdlePick::FewestAccepted, IdlePick::LeastBusy, IdlePick::LowestNumber];
    let zones = (prop::sample::select(modes.to_vec()), prop::option::of(0..12_u64));
    (proptest::collection::vec(class, 3), zones, prop::sample::select(picks.to_vec()), 0..3_u64).prop_map(
        |(classes, (zone_mode, steal_after_ms), idle_pick, press_gap_ms)| {
            let parts = classes.iter().map(|&(_, above, below, _)| (above.into(), below.into())).collect();
            let score = |(offset_ms, above, below, cap_ms)| Score {
                offset_ms: offset_ms - 5,
                rate: Rate::new(above, below).expect("in the limits"),
                cap_ms,
            };
            let classes = classes.into_iter().map(score).collect();
            (Terms { classes, zone_mode, steal_after_ms, idle_pick, press_gap_ms }, parts)
        },
    )
}

fn day() -> impl Strategy<Value = Day> {
    let visit = (0..LAST_MS, 0..15_u64, 0..3_usize, 0..3_usize, 0..12_u64, any::<bool>(), 0..2_usize);
    let visit = visit.prop_map(|(arrival_ms, service_ms, class, zone, later_ms, early, lane)| Visit {
        lane,
        arrival_ms,
        effective_arrival_ms: if early { arrival_ms.saturating_sub(later_ms) } else { arrival_ms + later_ms },
        service_ms,
        class,
        zone: Some(zone),
    });
    // Each window is open twice: from the first to the second, and from the third to the fourth of four times.
    // It serves the first lane, the second or both.
    let lanes = prop::sample::select(vec![Lanes::ALL, Lanes::of([0]), Lanes::of([1])]);
    let window = (0..3_usize, proptest::collection::btree_set(0..LAST_MS + 20, 4), any::<bool>(), lanes);
    (proptest::collection::vec(visit, 0..30), proptest::collection::vec(window, 1..6)).prop_map(|(visits, windows)| {
        let openings = windows.iter().enumerate().flat_map(|(window, (_, times, joined, _))| {
            let times: Vec<u64> = times.iter().copied().collect();
            let second = if *joined { times[1] } else { times[2] };
            [(times[0], times[1]), (second, times[3])].map(|(open_ms, close_ms)| Opening {
                window,
                open_ms,
                close_ms: Some(close_ms),
            })
        });
        Day {
            visits,
            openings: openings.collect(),
            windows: windows
                .iter()
                .map(|(zone, _, joined, lanes)| Window {
                    zone: *zone,
                    lanes: *lanes,
                    pace_milli: if *joined { 1500 } else { 1000 },
                })
                .collect(),
            zones: 3,
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_replay_is_what_the_reference_says_to_the_millisecond(day in day(), (terms, parts) in terms()) {
        let served = replay(&day, &terms).expect("a sound day");
        prop_assert_eq!(&served, &reference(&day, &terms, &parts, LAST_MS + 40));
        let tally = tally(&day, terms.classes.len(), &served, 5);
        prop_assert_eq!(tally.all.served + tally.all.unserved, day.visits.len() as u64);
        prop_assert_eq!(tally.windows.iter().map(|window| window.served).sum::<u64>(), tally.all.served);
    }
}

#[test]
fn a_day_that_names_what_does_not_exist_is_refused() {
    let class = Score { offset_ms: 0, rate: Rate::ONE, cap_ms: None };
    let terms = Terms {
        classes: vec![class],
        zone_mode: ZoneMode::Given,
        steal_after_ms: None,
        idle_pick: IdlePick::LongestIdle,
        press_gap_ms: 0,
    };
    let visit = Visit { arrival_ms: 0, effective_arrival_ms: 0, service_ms: 1, class: 0, lane: 0, zone: Some(0) };
    let opening = Opening { window: 0, open_ms: 0, close_ms: None };
    let day = Day {
        visits: vec![visit],
        windows: vec![Window { zone: 0, lanes: Lanes::ALL, pace_milli: 1000 }],
        zones: 1,
        openings: vec![opening],
    };
    assert_eq!(replay(&day, &terms), Ok(vec![Some(Served { start_ms: 0, end_ms: 1, window: 0 })]));
    let bad = [
        (Day { visits: vec![Visit { class: 1, ..visit }], ..day.clone() }, BadDay::Visit(0)),
        (Day { visits: vec![Visit { lane: 32, ..visit }], ..day.clone() }, BadDay::Visit(0)),
        (Day { visits: vec![visit, Visit { zone: None, ..visit }], ..day.clone() }, BadDay::Visit(1)),
        (
            Day { windows: vec![Window { zone: 1, lanes: Lanes::ALL, pace_milli: 1000 }], ..day.clone() },
            BadDay::Window(0),
        ),
        (Day { openings: vec![Opening { window: 1, ..opening }], ..day.clone() }, BadDay::Opening(0)),
        (Day { openings: vec![Opening { close_ms: Some(0), ..opening }], ..day.clone() }, BadDay::Opening(0)),
        (Day { openings: vec![opening, opening], ..day.clone() }, BadDay::Overlap(1)),
        (Day { visits: vec![Visit { service_ms: u64::MAX, ..visit }], ..day.clone() }, BadDay::TooLarge),
    ];
    for (day, why) in bad {
        assert_eq!(replay(&day, &terms), Err(why));
    }
}
