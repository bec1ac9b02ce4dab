//! The replay against a reference that shares nothing with it: a few loops that look at everything at every instant.

use hall::{
    balance::{IdlePick, Keep, Rate, Score, When, ZoneMode},
    whatif::{BadDay, Day, Lanes, Opening, Patch, Served, Switch, Terms, Visit, Window, replay, tally},
    words::Lane,
};
use proptest::prelude::*;

/// What a window of the reference does.
#[derive(Clone, Copy, Default)]
struct Desk {
    free_at_ms: u64,
    idle_since_ms: Option<u64>,
    accepted: u64,
    busy_ms: u64,
    /// Whose class, and until when.
    serves: Option<(usize, u64)>,
}

/// Every instant from 0 to the end, one after another: services end and windows open or close, who is there joins, then ticket
/// and window are matched as long as both are left.
fn reference(day: &Day, base: &Terms, parts: &[(i128, i128)], until_ms: u64) -> Vec<Option<Served>> {
    let mut rules = Rules::new(base, parts);
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
                rules.look(day, &zone_of, &served, now);
                let terms = &rules.now.0;
                for (id, visit) in day.visits.iter().enumerate().filter(|(_, visit)| visit.arrival_ms == now) {
                    let last_zone = &mut last_zones[visit.lane];
                    let zone = zone_for(day, terms, &desks, &zone_of, &served, visit, *last_zone, now);
                    (zone_of[id], *last_zone) = (Some(zone), zone);
                }
            }
            let mut matched = false;
            loop {
                rules.look(day, &zone_of, &served, now);
                let Some((id, at)) = best(day, &mut rules, &desks, &zone_of, &served, now) else { break };
                matched = true;
                let service_ms = day.visits[id].service_ms;
                let service_ms = service_ms * u64::from(day.windows[at].pace_milli) / 1000;
                served[id] = Some(Served { start_ms: now, end_ms: now + service_ms, window: at });
                let Desk { accepted, busy_ms, .. } = desks[at];
                desks[at] = Desk {
                    free_at_ms: now + service_ms + base.press_gap_ms,
                    idle_since_ms: None,
                    accepted: accepted + 1,
                    busy_ms: busy_ms + service_ms,
                    serves: Some((day.visits[id].class, now + service_ms)),
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
    rules: &mut Rules<'_>,
    desks: &[Desk],
    zone_of: &[Option<usize>],
    served: &[Option<Served>],
    now: u64,
) -> Option<(usize, usize)> {
    let (terms, parts) = &rules.now;
    let may = |id: usize, at: usize| {
        let waited = now.saturating_sub(day.visits[id].effective_arrival_ms);
        let shared = terms.zone_mode == ZoneMode::Shared;
        let steals = shared || terms.steal_after_ms.is_some_and(|after| waited >= after);
        let serves = day.windows[at].lanes.has(day.visits[id].lane);
        let leaves = leaves_enough(day, terms, desks, id, now);
        serves && leaves && desks[at].idle_since_ms.is_some() && (steals || zone_of[id] == Some(day.windows[at].zone))
    };
    let place = |id: usize| {
        let visit = &day.visits[id];
        let (offset, cap) = (terms.classes[visit.class].offset_ms, terms.classes[visit.class].cap_ms);
        let waited = i128::from(now) - i128::from(visit.effective_arrival_ms);
        let (above, below): (i128, i128) = parts[visit.class];
        let capped = cap.is_some_and(|cap| waited > i128::from(cap));
        // 60 is a multiple of every lower part that is drawn.
        let score = if capped { waited * 60 } else { i128::from(offset) * 60 + above * waited * (60 / below) };
        let tie = if above == 0 { visit.effective_arrival_ms } else { 0 };
        (!capped, -score, tie, id)
    };
    let waiting = (0..served.len()).filter(|&id| zone_of[id].is_some() && served[id].is_none());
    let servable: Vec<usize> = waiting.filter(|&id| (0..desks.len()).any(|at| may(id, at))).collect();
    let mut ticket = servable.iter().copied().min_by_key(|&id| place(id))?;
    let turn = if place(ticket).0 { turn(day, terms.ratio.as_ref(), &rules.owed, &servable) } else { None };
    if let Some((class, _)) = turn {
        let of_class = servable.iter().copied().filter(|id| day.visits[*id].class == class);
        ticket = of_class.min_by_key(|&id| place(id))?;
    }
    let measure = |at: usize| match terms.idle_pick {
        IdlePick::LongestIdle => desks[at].idle_since_ms.expect("free"),
        IdlePick::FewestAccepted => desks[at].accepted,
        IdlePick::LeastBusy => desks[at].busy_ms,
        IdlePick::LowestNumber => 0,
    };
    let window = (0..desks.len()).filter(|&at| may(ticket, at)).min_by_key(|&at| (measure(at), at))?;
    if let Some((_, owed)) = turn {
        rules.owed = owed;
    }
    Some((ticket, window))
}

/// R2: the class whose turn it is of those that somebody waits in, and what is owed then; `None` without a ratio, or when only
/// one class waits.
fn turn(day: &Day, ratio: Option<&Vec<u32>>, owed: &[i64], waiting: &[usize]) -> Option<(usize, Vec<i64>)> {
    let ratio = ratio?;
    let waits = |class: &usize| waiting.iter().any(|id| day.visits[*id].class == *class);
    let classes: Vec<usize> = (0..ratio.len()).filter(waits).collect();
    if classes.len() < 2 {
        return None;
    }
    let mut after = vec![0; ratio.len()];
    classes.iter().for_each(|class| after[*class] = owed[*class] + i64::from(ratio[*class]));
    let mut turn = classes[0];
    for class in &classes {
        if after[*class] > after[turn] {
            turn = *class;
        }
    }
    after[turn] -= classes.iter().map(|class| i64::from(ratio[*class])).sum::<i64>();
    Some((turn, after))
}

/// R3: enough windows of the lane are left for those that others keep.
fn leaves_enough(day: &Day, terms: &Terms, desks: &[Desk], id: usize, now: u64) -> bool {
    let visit = &day.visits[id];
    let of_lane = || (0..desks.len()).filter(|at| day.windows[*at].lanes.has(visit.lane));
    let free = of_lane().filter(|at| desks[*at].idle_since_ms.is_some()).count() as u64;
    let mut missing = 0;
    for kept in &terms.reserved {
        let waited_enough = kept.release_after_ms.is_some_and(|after| now >= visit.effective_arrival_ms + after);
        if kept.class != visit.class && !waited_enough {
            let held =
                of_lane().filter(|at| desks[*at].serves.is_some_and(|(class, end)| class == kept.class && now < end));
            missing += kept.windows.saturating_sub(held.count() as u64);
        }
    }
    missing == 0 || free > missing
}

/// R6 and what R2 remembers.
struct Rules<'a> {
    base: (&'a Terms, &'a [(i128, i128)]),
    now: (Terms, Vec<(i128, i128)>),
    /// For each switch: whether it is on, and since when.
    on: Vec<(bool, Option<u64>)>,
    owed: Vec<i64>,
}

impl<'a> Rules<'a> {
    fn new(base: &'a Terms, parts: &'a [(i128, i128)]) -> Self {
        Self {
            base: (base, parts),
            now: (base.clone(), parts.to_vec()),
            on: vec![(false, None); base.switches.len()],
            owed: vec![0; base.classes.len()],
        }
    }

    fn look(&mut self, day: &Day, zone_of: &[Option<usize>], served: &[Option<Served>], now: u64) {
        let waiting: Vec<usize> = (0..served.len())
            .filter(|id| zone_of[*id].is_some() && served[*id].is_none() && day.visits[*id].lane == 0)
            .collect();
        let waits = |id: &usize| now.saturating_sub(day.visits[*id].effective_arrival_ms);
        let oldest = waiting.iter().map(waits).max().unwrap_or(0);
        let count = waiting.len() as u64;
        let open = (0..day.windows.len()).filter(|at| day.windows[*at].lanes.has(0) && is_open(day, *at, now)).count();
        let open = open as u64;
        for (switch, (on, since)) in self.base.0.switches.iter().zip(&mut self.on) {
            if since.is_some_and(|since| now < since + switch.dwell_ms) {
                continue;
            }
            let wanted = wanted(switch.when, *on, (count, oldest, open));
            if wanted != *on {
                (*on, *since) = (wanted, Some(now));
            }
        }
        let now = self.patched();
        if now.0.ratio.is_none() {
            self.owed = vec![0; now.0.classes.len()];
        }
        self.now = now;
    }

    fn patched(&self) -> (Terms, Vec<(i128, i128)>) {
        let mut now = (self.base.0.clone(), self.base.1.to_vec());
        for (Switch { then, .. }, _) in self.base.0.switches.iter().zip(&self.on).filter(|(_, (on, _))| *on) {
            for (class, score) in &then.classes {
                (now.0.classes[*class], now.1[*class]) = (*score, (1, 1));
            }
            if let Some(ratio) = &then.ratio {
                now.0.ratio = Some(ratio.clone());
            }
            if let Some(reserved) = &then.reserved {
                now.0.reserved = reserved.clone();
            }
            if let Some(zones) = then.zones {
                (now.0.zone_mode, now.0.steal_after_ms) = zones;
            }
            if let Some(pick) = then.idle_pick {
                now.0.idle_pick = pick;
            }
        }
        now
    }
}

/// Whether a switch is to be on.
fn wanted(when: When, is_on: bool, (count, oldest, open): (u64, u64, u64)) -> bool {
    match when {
        // Days are shorter than a minute here: it is always the first.
        When::Clock { from_min, until_min, .. } => from_min == 0 || until_min < from_min && until_min > 0,
        When::Waiting { over, back_under, .. } => {
            if is_on {
                count >= u64::from(back_under)
            } else {
                count > u64::from(over)
            }
        }
        When::OldestWait { over_s, back_under_s, .. } => {
            oldest > 1000 * u64::from(if is_on { back_under_s } else { over_s })
        }
        When::OpenWindows { under, back_over, .. } => {
            if is_on {
                open <= u64::from(back_over)
            } else {
                open < u64::from(under)
            }
        }
    }
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
            let (ratio, reserved, switches) = (None, vec![], vec![]);
            (Terms { classes, ratio, reserved, zone_mode, steal_after_ms, idle_pick, switches, press_gap_ms }, parts)
        },
    )
}

fn reserved() -> impl Strategy<Value = Vec<Keep<usize>>> {
    let keep = (0..3_usize, 1..3_u64, prop::option::weighted(0.9, 0..30_u64));
    let keep = keep.prop_map(|(class, windows, release_after_ms)| Keep { class, windows, release_after_ms });
    proptest::collection::vec(keep, 0..2)
}

fn ratio() -> impl Strategy<Value = Option<Vec<u32>>> {
    prop::option::of(proptest::collection::vec(1..4_u32, 3))
}

fn switch() -> impl Strategy<Value = Switch> {
    let lane = Lane::Acceptance;
    let when = prop_oneof![
        (0..6_u32, 0..3_u32).prop_map(move |(over, less)| When::Waiting {
            lane,
            over,
            back_under: (over + 1).saturating_sub(less).max(1)
        }),
        // Seconds are longer than these days: only a zero can be over.
        Just(When::OldestWait { lane, over_s: 0, back_under_s: 0 }),
        (0..4_u32, 0..3_u32).prop_map(move |(under, more)| When::OpenWindows { lane, under, back_over: under + more }),
        prop::sample::select(vec![(0_u16, 5_u16), (3, 9), (900, 60)]).prop_map(|(from_min, until_min)| When::Clock {
            from_min,
            until_min,
            ahead_of_utc_min: 0
        }),
    ];
    let modes = [ZoneMode::Shared, ZoneMode::Jsq, ZoneMode::Lew, ZoneMode::RoundRobin];
    let zones = (prop::sample::select(modes.to_vec()), prop::option::of(0..12_u64));
    let score = (0..3_usize, 0..20_i64, prop::option::of(0..30_u64))
        .prop_map(|(class, offset_ms, cap_ms)| (class, Score { offset_ms, rate: Rate::ONE, cap_ms }));
    let picks = vec![IdlePick::LongestIdle, IdlePick::FewestAccepted, IdlePick::LeastBusy, IdlePick::LowestNumber];
    let pick = prop::option::of(prop::sample::select(picks));
    let classes = proptest::collection::vec(score, 0..2);
    let patch = (classes, ratio(), prop::option::of(reserved()), prop::option::of(zones), pick);
    let then = patch.prop_map(|(classes, ratio, reserved, zones, idle_pick)| Patch {
        classes,
        ratio,
        reserved,
        zones,
        idle_pick,
    });
    (when, 0..12_u64, then).prop_map(|(when, dwell_ms, then)| Switch { when, dwell_ms, then })
}

/// The same with R2, R3 and R6.
fn all_terms() -> impl Strategy<Value = (Terms, Vec<(i128, i128)>)> {
    (terms(), ratio(), reserved(), proptest::collection::vec(switch(), 0..3))
        .prop_map(|((terms, parts), ratio, reserved, switches)| (Terms { ratio, reserved, switches, ..terms }, parts))
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
    fn so_it_is_with_ratios_reserves_and_switches(day in day(), (terms, parts) in all_terms()) {
        let served = replay(&day, &terms).expect("a sound day");
        prop_assert_eq!(&served, &reference(&day, &terms, &parts, LAST_MS + 60));
    }

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
        ratio: None,
        reserved: vec![],
        switches: vec![],
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
