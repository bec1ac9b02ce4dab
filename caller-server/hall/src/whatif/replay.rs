//! The replay itself.
//!
//! At one instant services end and windows close and open first, then who arrives joins in the order of the list, then tickets
//! and windows are matched: the ticket first, then the window, again and again until one of both runs out.

use std::{
    cmp::Reverse,
    collections::{BTreeSet, BinaryHeap},
};

use super::{BadDay, Day, Lanes, PACE_MILLI, Served, Terms};
use crate::balance::{Head, Idle, ZoneLoad, ZoneMode, first, may_steal};

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
    loop {
        let arrives_ms = arrivals.peek().map(|&visit| day.visits[visit].arrival_ms);
        let Some(at_ms) = hall.next_ms().into_iter().chain(arrives_ms).min() else { break };
        hall.at_ms = at_ms;
        hall.happen();
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
    /// A ticket has waited long enough for the windows of other zones.
    Steal,
}

struct Hall<'a> {
    day: &'a Day,
    terms: &'a Terms,
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
    idle: Idle,
}

/// A line whose head may be taken now.
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
        let window = |at: &super::Window| Window { kind: kind_of(at.lanes), is_open: false, is_busy: false, idle };
        let open = |at: &super::Opening| Reverse((at.open_ms, Happening::Open(at.window)));
        let close = |at: &super::Opening| Some(Reverse((at.close_ms?, Happening::Close(at.window))));
        Self {
            day,
            terms,
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
                Happening::Steal => {}
            }
        }
    }

    /// The windows of a window's zone that are of its kind.
    fn kind(&mut self, window: usize) -> &mut Kind {
        &mut self.zones[self.day.windows[window].zone].windows[self.windows[window].kind]
    }

    fn measure(&self, window: usize) -> u64 {
        self.terms.idle_pick.measure(self.windows[window].idle)
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
        let zone = match self.terms.zone_mode {
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
        let steal_ms = self.steal_after_ms().map(|after_ms| visit.effective_arrival_ms.saturating_add(after_ms));
        if let Some(at_ms) = steal_ms.filter(|&at_ms| at_ms > self.at_ms && self.zones.len() > 1) {
            self.happenings.push(Reverse((at_ms, Happening::Steal)));
        }
    }

    fn line(&self, lane: usize, class: usize) -> usize {
        lane * self.terms.classes.len() + class
    }

    /// A shared line belongs to every zone.
    fn steal_after_ms(&self) -> Option<u64> {
        if self.terms.zone_mode == ZoneMode::Shared { Some(0) } else { self.terms.steal_after_ms }
    }

    fn match_all(&mut self) {
        while let Some((place, visit)) = self.next_visit() {
            let Some(window) = self.next_window(&place) else { return };
            self.serve(visit, &place, window);
        }
    }

    /// The ticket that is next of all for which a window is free that may take it.
    fn next_visit(&self) -> Option<(Place, usize)> {
        let heads = self.zones.iter().enumerate().flat_map(|(zone, here)| {
            let lines = here.lines.iter().enumerate();
            lines.filter_map(move |(line, waiting)| {
                let &(since_ms, visit) = waiting.first()?;
                let (lane, class) = (line / self.terms.classes.len(), line % self.terms.classes.len());
                let may_steal = may_steal(self.steal_after_ms(), self.at_ms, since_ms);
                let place = Place { zone, lane, class, may_steal };
                self.windows_for(&place).next()?;
                Some(Head { of: place, score: self.terms.classes[class], since_ms, number: visit })
            })
        });
        first(heads, self.at_ms).map(|(head, _)| (head.of, head.number))
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
        self.happenings.push(Reverse((end_ms + self.terms.press_gap_ms, Happening::Free(at))));
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
