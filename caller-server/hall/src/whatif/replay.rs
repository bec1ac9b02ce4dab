//! The replay itself.
//!
//! At one instant services end and windows close and open first, then who arrives joins in the order of the list, then tickets
//! and windows are matched: the ticket first, then the window, again and again until one of both runs out. The switches of R6
//! are looked at before the first joins, and before each match.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, BinaryHeap},
};

use super::{
    BadDay, Day, Lanes, PACE_MILLI, Served, Terms,
    in_force::{InForce, lane_place},
};
use crate::{
    balance::{Credits, Decided, Facts, Head, Idle, Kept, Turns, ZoneLoad, ZoneMode, choose, may_steal},
    words::Lane,
};

/// So long after everything else a switch may still let somebody be called who waits, ms: three days, in which each time of
/// day came, and the longest time for which a switch stays as it is passed.
const SWITCHES_GO_ON_MS: u64 = 259_200_000;

/// What becomes of each visit, in the order of [`Day::visits`]; `None` = it still waits when all windows have closed.
///
/// # Errors
/// The day names something that does not exist.
pub fn replay(day: &Day, terms: &Terms) -> Result<Vec<Option<Served>>, BadDay> {
    day.validate(terms)?;
    let mut hall = Hall::new(day, terms);
    let mut arrivals: Vec<usize> = (0..day.visits.len()).collect();
    // A stable sort: at one instant the order of the list.
    arrivals.sort_by_key(|&visit| day.visits[visit].arrival_ms);
    let mut arrivals = arrivals.into_iter().peekable();
    if hall.rules.has_switches() {
        // Switches are looked at from the beginning of the day.
        hall.happenings.push(Reverse((0, Happening::Look)));
    }
    loop {
        let arrives_ms = arrivals.peek().map(|&visit| day.visits[visit].arrival_ms);
        let Some(at_ms) = hall.next_instant_ms(arrives_ms) else { break };
        hall.at_ms = at_ms;
        hall.happen();
        hall.turn();
        while let Some(visit) = arrivals.next_if(|&visit| day.visits[visit].arrival_ms == at_ms) {
            hall.arrive(visit);
        }
        hall.match_all();
    }
    Ok(hall.served)
}

/// What happens at a time, in the order in which it happens at one instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Happening {
    /// The window has finished a service, and the gap after it is over.
    Free(usize),
    Close(usize),
    Open(usize),
    /// A ticket has waited long enough for kept windows (R3) or those of other zones (R4).
    Look,
}

struct Hall<'a> {
    day: &'a Day,
    rules: InForce<'a>,
    /// R2: what each class is owed.
    credits: Credits<usize>,
    /// See [`Terms::later_ms`].
    later_ms: Vec<u64>,
    /// When something happened last that is no switch.
    last_ms: u64,
    at_ms: u64,
    happenings: BinaryHeap<Reverse<(u64, Happening)>>,
    zones: Vec<Zone>,
    windows: Vec<Window>,
    /// Windows that serve the same lanes are of one kind.
    kinds: Vec<Lanes>,
    /// R4: the zone that was given last, by lane.
    last_zone: Vec<Option<usize>>,
    served: Vec<Option<Served>>,
}

#[derive(Clone)]
struct Zone {
    /// By lane, then by class: (effective arrival, visit).
    lines: Vec<BTreeSet<(u64, usize)>>,
    /// By lane.
    waiting: Vec<u64>,
    /// By kind.
    windows: Vec<Kind>,
}

/// The windows of one kind in a zone.
#[derive(Clone, Default)]
struct Kind {
    /// Those that are free, with their measure of R5.
    free: BTreeSet<(u64, usize)>,
    open: u64,
    all: u64,
}

#[derive(Clone, Copy)]
struct Window {
    kind: usize,
    is_open: bool,
    is_busy: bool,
    /// Whose class is served, and until when.
    serves: Option<(usize, u64)>,
    idle: Idle,
}

/// A line whose head may be taken now.
#[derive(Clone, Copy)]
struct Place {
    zone: usize,
    lane: usize,
    class: usize,
    may_steal: bool,
}

impl<'a> Hall<'a> {
    fn new(day: &'a Day, terms: &'a Terms) -> Self {
        let mut kinds: Vec<Lanes> = Vec::new();
        for window in &day.windows {
            if !kinds.contains(&window.lanes) {
                kinds.push(window.lanes);
            }
        }
        let kind_of = |lanes: Lanes| kinds.iter().position(|kind| *kind == lanes).unwrap_or_default();
        let lanes = day.visits.iter().map(|visit| visit.lane + 1).max().unwrap_or(1);
        let zone = Zone {
            lines: vec![BTreeSet::new(); lanes * terms.classes.len()],
            waiting: vec![0; lanes],
            windows: vec![Kind::default(); kinds.len()],
        };
        let mut zones = vec![zone; day.zones.max(1)];
        for window in &day.windows {
            zones[window.zone].windows[kind_of(window.lanes)].all += 1;
        }
        let idle = Idle { since_ms: 0, accepted: 0, busy_ms: 0 };
        let window =
            |at: &super::Window| Window { kind: kind_of(at.lanes), is_open: false, is_busy: false, serves: None, idle };
        let open = |at: &super::Opening| Reverse((at.open_ms, Happening::Open(at.window)));
        let close = |at: &super::Opening| Some(Reverse((at.close_ms?, Happening::Close(at.window))));
        Self {
            day,
            rules: InForce::new(terms),
            credits: Credits::new(),
            later_ms: terms.later_ms(),
            last_ms: 0,
            at_ms: 0,
            happenings: day.openings.iter().map(open).chain(day.openings.iter().filter_map(close)).collect(),
            windows: day.windows.iter().map(window).collect(),
            zones,
            kinds,
            last_zone: vec![None; lanes],
            served: vec![None; day.visits.len()],
        }
    }

    fn next_ms(&self) -> Option<u64> {
        self.happenings.peek().map(|Reverse((at_ms, _))| *at_ms)
    }

    /// The next instant: of what happens, who arrives, or a switch that turns.
    fn next_instant_ms(&mut self, arrives_ms: Option<u64>) -> Option<u64> {
        let other_ms = self.next_ms().into_iter().chain(arrives_ms).min();
        if other_ms.is_none() && self.zones.iter().all(|zone| zone.waiting.iter().all(|waiting| *waiting == 0)) {
            return None;
        }
        let turns_ms = self
            .rules
            .next_ms(self, self.at_ms)
            .filter(|turns_ms| other_ms.is_some() || *turns_ms <= self.last_ms.saturating_add(SWITCHES_GO_ON_MS));
        let at_ms = turns_ms.into_iter().chain(other_ms).min()?;
        if other_ms == Some(at_ms) {
            self.last_ms = at_ms;
        }
        Some(at_ms)
    }

    /// R6: lets the switches turn that turn now.
    fn turn(&mut self) {
        if !self.rules.has_switches() {
            return;
        }
        let turning = self.rules.turning(self, self.at_ms);
        if turning.is_empty() {
            return;
        }
        self.rules.turn(&turning, self.at_ms);
        if self.rules.terms.ratio.is_none() {
            self.credits.clear();
        }
        // The measure of R5 may be another.
        self.zones.iter_mut().flat_map(|zone| &mut zone.windows).for_each(|kind| kind.free.clear());
        for id in 0..self.windows.len() {
            let window = self.windows[id];
            if window.is_open && !window.is_busy {
                let measure = self.measure(id);
                self.kind(id).free.insert((measure, id));
            }
        }
    }

    /// Lets everything happen that happens now.
    fn happen(&mut self) {
        while self.next_ms() == Some(self.at_ms) {
            let Some(Reverse((_, happening))) = self.happenings.pop() else { return };
            match happening {
                Happening::Free(window) => {
                    self.windows[window].is_busy = false;
                    self.set_idle(window);
                }
                Happening::Close(window) => self.close(window),
                Happening::Open(window) => {
                    self.windows[window].is_open = true;
                    self.kind(window).open += 1;
                    self.set_idle(window);
                }
                Happening::Look => {}
            }
        }
    }

    /// The windows of a window's zone that are of its kind.
    fn kind(&mut self, window: usize) -> &mut Kind {
        &mut self.zones[self.day.windows[window].zone].windows[self.windows[window].kind]
    }

    fn measure(&self, window: usize) -> u64 {
        self.rules.terms.idle_pick.measure(self.windows[window].idle)
    }

    fn close(&mut self, window: usize) {
        let measure = self.measure(window);
        let kind = self.kind(window);
        kind.free.remove(&(measure, window));
        kind.open -= 1;
        self.windows[window].is_open = false;
    }

    /// A window that is open and does nothing is free from now on.
    fn set_idle(&mut self, id: usize) {
        let window = &mut self.windows[id];
        if window.is_open && !window.is_busy {
            window.idle.since_ms = self.at_ms;
            let measure = self.measure(id);
            self.kind(id).free.insert((measure, id));
        }
    }

    fn arrive(&mut self, id: usize) {
        let visit = self.day.visits[id];
        let zone = match self.rules.terms.zone_mode {
            ZoneMode::Shared => 0,
            ZoneMode::Given => visit.zone.unwrap_or(0),
            mode => {
                let load = |zone: &Zone| zone.load(visit.lane, &self.kinds);
                let loads: Vec<ZoneLoad> = self.zones.iter().map(load).collect();
                mode.choose(&loads, self.last_zone[visit.lane]).unwrap_or(0)
            }
        };
        self.last_zone[visit.lane] = Some(zone);
        let line = self.line(visit.lane, visit.class);
        self.zones[zone].lines[line].insert((visit.effective_arrival_ms, id));
        self.zones[zone].waiting[visit.lane] += 1;
        let later_ms = self.later_ms.iter().map(|after_ms| visit.effective_arrival_ms.saturating_add(*after_ms));
        let looks = later_ms.filter(|&at_ms| at_ms > self.at_ms).map(|at_ms| Reverse((at_ms, Happening::Look)));
        self.happenings.extend(looks);
    }

    fn line(&self, lane: usize, class: usize) -> usize {
        lane * self.rules.terms.classes.len() + class
    }

    /// A shared line belongs to every zone.
    fn steal_after_ms(&self) -> Option<u64> {
        let terms = &self.rules.terms;
        if terms.zone_mode == ZoneMode::Shared { Some(0) } else { terms.steal_after_ms }
    }

    fn match_all(&mut self) {
        loop {
            self.turn();
            let Some((place, visit, decided)) = self.next_visit() else { return };
            let Some(window) = self.next_window(&place) else { return };
            if let Decided::Turn(credits) = decided {
                self.credits = credits;
            }
            self.serve(visit, &place, window);
        }
    }

    /// The ticket that is next of all for which a window is free that may take it.
    fn next_visit(&self) -> Option<(Place, usize, Decided<usize>)> {
        let (terms, kept) = (&self.rules.terms, self.kept());
        let (this, kept) = (self, &kept);
        let heads = || {
            this.zones.iter().enumerate().flat_map(move |(zone, here)| {
                let lines = here.lines.iter().enumerate();
                lines.filter_map(move |(line, waiting)| {
                    let &(since_ms, visit) = waiting.first()?;
                    let (lane, class) = (line / terms.classes.len(), line % terms.classes.len());
                    let binding = terms.reserved.iter().filter(|kept| kept.binds(class, since_ms, this.at_ms)).copied();
                    if !kept.get(lane).is_none_or(|kept| kept.leaves_enough(binding, true)) {
                        return None;
                    }
                    let may_steal = may_steal(this.steal_after_ms(), this.at_ms, since_ms);
                    let place = Place { zone, lane, class, may_steal };
                    this.windows_for(&place).next()?;
                    Some(Head { of: place, score: terms.classes[class], since_ms, number: visit })
                })
            })
        };
        let part = |class: usize| terms.ratio.as_ref().and_then(|parts| parts.get(class)).copied().unwrap_or_default();
        let turns: Option<Turns<'_, usize>> =
            terms.ratio.as_ref().map(|_| (&part as &dyn Fn(usize) -> u32, &self.credits));
        let (head, decided) = choose(heads, |place: &Place| place.class, turns, self.at_ms)?;
        Some((head.of, head.number, decided))
    }

    /// R3: the windows of each lane as reserves see them; nothing without a reserve.
    fn kept(&self) -> Vec<Kept<usize>> {
        if self.rules.terms.reserved.is_empty() {
            return Vec::new();
        }
        let of_lane = |lane: usize| {
            let mut kept = Kept { free: 0, held: BTreeMap::new() };
            let windows = self.windows.iter().zip(&self.day.windows).filter(|(_, at)| at.lanes.has(lane));
            for (window, _) in windows {
                kept.free += u64::from(window.is_open && !window.is_busy);
                if let Some((class, _)) = window.serves.filter(|(_, end_ms)| self.at_ms < *end_ms) {
                    *kept.held.entry(class).or_default() += 1;
                }
            }
            kept
        };
        (0..self.last_zone.len()).map(of_lane).collect()
    }

    fn next_window(&self, place: &Place) -> Option<usize> {
        self.windows_for(place).min().map(|(_, window)| window)
    }

    /// The free windows that may take the head of a line: the first of each kind in each zone.
    fn windows_for(&self, &Place { zone, lane, may_steal, .. }: &Place) -> impl Iterator<Item = (u64, usize)> {
        let zones = self.zones.iter().enumerate().filter(move |(other, _)| may_steal || *other == zone);
        let kinds = zones.flat_map(|(_, zone)| zone.windows.iter().zip(&self.kinds));
        kinds.filter(move |(_, lanes)| lanes.has(lane)).filter_map(|(kind, _)| kind.free.first()).copied()
    }

    fn serve(&mut self, id: usize, place: &Place, at: usize) {
        let visit = self.day.visits[id];
        let line = self.line(place.lane, place.class);
        let from = &mut self.zones[place.zone];
        from.lines[line].remove(&(visit.effective_arrival_ms, id));
        from.waiting[place.lane] -= 1;
        let measure = self.measure(at);
        self.kind(at).free.remove(&(measure, at));
        let window = &mut self.windows[at];
        window.is_busy = true;
        window.idle.accepted += 1;
        let service_ms = visit.service_ms * u64::from(self.day.windows[at].pace_milli) / u64::from(PACE_MILLI);
        window.idle.busy_ms += service_ms;
        let end_ms = self.at_ms + service_ms;
        self.served[id] = Some(Served { start_ms: self.at_ms, end_ms, window: at });
        self.windows[at].serves = Some((visit.class, end_ms));
        self.happenings.push(Reverse((end_ms + self.rules.terms.press_gap_ms, Happening::Free(at))));
    }
}

impl Zone {
    fn load(&self, lane: usize, kinds: &[Lanes]) -> ZoneLoad {
        let serving = self.windows.iter().zip(kinds).filter(|(_, lanes)| lanes.has(lane));
        let load = ZoneLoad { waiting: self.waiting[lane], ..ZoneLoad::default() };
        serving.fold(load, |load, (kind, _)| ZoneLoad {
            open: load.open + kind.open,
            free: load.free + kind.free.len() as u64,
            windows: load.windows + kind.all,
            ..load
        })
    }
}

impl Facts for Hall<'_> {
    fn waiting_in(&self, lane: Lane) -> usize {
        let waiting = self.zones.iter().filter_map(|zone| zone.waiting.get(lane_place(lane)));
        usize::try_from(waiting.sum::<u64>()).unwrap_or(usize::MAX)
    }

    fn oldest_since_ms(&self, lane: Lane) -> Option<u64> {
        let classes = self.rules.terms.classes.len();
        let lines = self.zones.iter().flat_map(|zone| zone.lines.iter().skip(lane_place(lane) * classes).take(classes));
        lines.filter_map(|waiting| waiting.first()).map(|(since_ms, _)| *since_ms).min()
    }

    fn open_windows(&self, lane: Lane) -> usize {
        let windows = self.windows.iter().zip(&self.day.windows);
        windows.filter(|(window, at)| window.is_open && at.lanes.has(lane_place(lane))).count()
    }
}
