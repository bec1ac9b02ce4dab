//! Windows and lines, played out in many scenarios.

use super::{
    Curve, Service, Wait,
    draws::{Scenario, scenarios},
    soonest::Soonest,
    wait::NEVER,
};

/// Windows that serve the same lines, or share some of them, and everybody who waits for them.
#[derive(Debug, Clone, Default)]
pub struct Pool {
    /// The windows.
    pub windows: Vec<Server>,
    /// How long a service takes: by line, and then others that tickets or windows name.
    pub services: Vec<Service>,
    /// Each ticket that waits, in the order in which they would be called.
    pub order: Vec<Waiting>,
}

/// A ticket that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Waiting {
    /// Its line.
    pub line: usize,
    /// How long its service takes: a position in [`Pool::services`].
    pub service: usize,
}

/// A window.
#[derive(Debug, Clone)]
pub struct Server {
    /// When it can take a ticket.
    pub free: Free,
    /// When it takes tickets, in order; nothing outside.
    pub shifts: Vec<Shift>,
    /// The lines that it serves: positions in [`Pool::services`].
    pub lines: Vec<usize>,
}

/// When a window can take a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Free {
    /// After so many ms.
    In(u64),
    /// When the visit that it serves has ended.
    AfterVisit {
        /// How long such a service takes: a position in [`Pool::services`].
        service: usize,
        /// How long it has taken, ms.
        elapsed_ms: u64,
    },
}

/// A time in which a window takes tickets, ms from now: what it has taken it finishes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shift {
    /// From.
    pub from_ms: u64,
    /// Until, this instant no more; `None` = without end.
    pub until_ms: Option<u64>,
}

impl Shift {
    /// From now on, without end.
    pub const ALWAYS: Self = Self { from_ms: 0, until_ms: None };
}

/// What is played.
#[derive(Debug, Clone, Copy)]
pub struct Play {
    /// Whose waits are wanted: a line of the pool.
    pub line: usize,
    /// Tickets that may yet stand behind those of the line; at least 1, the one who comes now.
    pub more: usize,
    /// How many scenarios; more make the band smoother. Taken to whole blocks of 64, at most [`super::SCENARIOS_MAX`].
    pub scenarios: usize,
}

/// Services that are played for one curve of a living hall, at most, beyond the least number of scenarios: what it costs is
/// bounded.
const SERVICES_MAX: usize = 65_536;
/// The most scenarios for one curve of a living hall, where nothing else is wished.
pub(super) const SCENARIOS: usize = 512;
/// A curve goes on behind the last who waits by so many places, so that a burst needs few curves.
const PLACES_MORE: usize = 32;

impl Play {
    /// How a living hall plays: the more wait, the fewer scenarios, because their waits vary less.
    #[must_use]
    pub fn live(line: usize, pool: &Pool, scenarios_max: usize) -> Self {
        let waiting = pool.order.len();
        let more = PLACES_MORE + waiting / 8;
        let scenarios = (SERVICES_MAX / (waiting + more + pool.windows.len())).clamp(1, scenarios_max.max(1));
        Self { line, more, scenarios }
    }
}

impl Pool {
    /// The forecast for each place of a line: of those that wait, and of [`Play::more`] behind them.
    #[must_use]
    pub fn curve(&self, play: Play) -> Curve {
        let mut queues: Vec<Vec<usize>> = vec![Vec::new(); self.services.len()];
        for (at, waiting) in self.order.iter().enumerate() {
            queues.get_mut(waiting.line).into_iter().for_each(|queue| queue.push(at));
        }
        let behind = self.order.len()..self.order.len() + play.more.max(1);
        if let Some(queue) = queues.get_mut(play.line) {
            queue.extend(behind);
        }
        let places = queues.get(play.line).map_or(0, Vec::len);
        let milestones = Curve::milestones(places);
        let stage = Stage {
            pool: self,
            queues,
            line: play.line,
            milestones: &milestones,
            whole_ms: self.services.iter().map(Service::whole_ms).collect(),
            free: self.windows.iter().map(|window| self.free_ms(window)).collect(),
        };
        let mut waits: Vec<Vec<u64>> = vec![Vec::with_capacity(play.scenarios); milestones.len()];
        for scenario in scenarios(play.scenarios) {
            stage.play(scenario, &mut waits);
        }
        let waits = waits.iter_mut().map(|waits| Wait::of(waits)).collect();
        Curve::new(milestones, waits)
    }

    /// When a window can take a ticket in each stratum, ms; one value where it is known.
    fn free_ms(&self, window: &Server) -> Vec<u64> {
        match window.free {
            Free::In(ms) => vec![ms],
            Free::AfterVisit { service, elapsed_ms } => {
                self.services.get(service).map_or_else(|| vec![0], |service| service.left_ms(elapsed_ms))
            }
        }
    }
}

/// What is the same in all scenarios.
struct Stage<'a> {
    pool: &'a Pool,
    /// The tickets of each line by their place in the whole order.
    queues: Vec<Vec<usize>>,
    line: usize,
    milestones: &'a [usize],
    whole_ms: Vec<Vec<u64>>,
    free: Vec<Vec<u64>>,
}

/// Where one scenario stands.
struct Progress {
    scenario: Scenario,
    services: usize,
    /// The next of each line.
    next: Vec<usize>,
}

impl Stage<'_> {
    /// Plays one scenario: adds the wait at each milestone.
    fn play(&self, scenario: Scenario, waits: &mut [Vec<u64>]) {
        let mut soonest = self.begin(scenario);
        let mut at = Progress { scenario, services: self.pool.windows.len(), next: vec![0; self.queues.len()] };
        let mut milestones = self.milestones.iter().zip(waits.iter_mut());
        let (mut place, mut wanted) = (0, milestones.next());
        while let (Some((milestone, waits)), Some((now_ms, window))) = (&mut wanted, soonest.first()) {
            let server = self.pool.windows.get(window);
            let opens_ms = server.and_then(|server| server.opens_ms(now_ms));
            if opens_ms.is_none_or(|opens_ms| opens_ms > now_ms) {
                soonest.set(window, opens_ms);
                continue;
            }
            let line = server.and_then(|server| self.head(server, &at.next));
            soonest.set(window, line.map(|line| now_ms.saturating_add(self.serve(line, &mut at))));
            if line == Some(self.line) {
                if **milestone == place {
                    waits.push(now_ms);
                    wanted = milestones.next();
                }
                place += 1;
            }
        }
        let never = wanted.into_iter().chain(milestones);
        never.for_each(|(_, waits)| waits.push(NEVER));
    }

    fn begin(&self, scenario: Scenario) -> Soonest {
        Soonest::new(self.free.iter().enumerate().map(|(window, free_ms)| {
            let stratum = if free_ms.len() > 1 { scenario.stratum(window) } else { 0 };
            free_ms.get(stratum).copied().unwrap_or(0)
        }))
    }

    /// The line whose head is called first among those that a window serves.
    fn head(&self, server: &Server, next: &[usize]) -> Option<usize> {
        let head = |line: &usize| Some((*self.queues.get(*line)?.get(*next.get(*line)?)?, *line));
        match server.lines.as_slice() {
            [only] => head(only).map(|(_, line)| line),
            several => several.iter().filter_map(head).min().map(|(_, line)| line),
        }
    }

    /// The head of a line goes to a window: how long it takes there, ms.
    fn serve(&self, line: usize, at: &mut Progress) -> u64 {
        let place = at.next.get(line).and_then(|next| self.queues.get(line)?.get(*next));
        let waiting = place.and_then(|place| self.pool.order.get(*place));
        // Of those who may yet come nothing but their line is known.
        let service = waiting.map_or(line, |waiting| waiting.service);
        at.next.get_mut(line).into_iter().for_each(|next| *next += 1);
        let stratum = at.scenario.stratum(at.services);
        at.services += 1;
        self.whole_ms.get(service).and_then(|times| times.get(stratum)).copied().unwrap_or(0)
    }
}

impl Server {
    /// The first moment from `now_ms` on at which it takes tickets.
    fn opens_ms(&self, now_ms: u64) -> Option<u64> {
        let open = self.shifts.iter().find(|shift| shift.until_ms.is_none_or(|until_ms| until_ms > now_ms))?;
        Some(open.from_ms.max(now_ms))
    }
}
