//! A day: people come, windows call, services end, windows go to lunch.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap, VecDeque},
};

use hall::{command::WindowAct, forecast::Wait, words::Ticket};
use rand::rngs::StdRng;

use crate::{
    hall::Hall,
    load::{Load, WINDOWS},
    oracle::{AtWindow, Situation},
};

/// A ticket that had to wait.
#[derive(Debug, Clone)]
pub struct Waited {
    /// What its holder was told.
    pub wait: Wait,
    /// How it stood then, for the oracle.
    pub situation: Situation,
    /// The wait that came, ms.
    pub came_ms: u64,
    /// The mean of the last twenty waits that were over when it was printed, ms.
    pub last_20_ms: f64,
}

/// What happens at one instant, in this order: services end, windows go and come, people come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Happens {
    Ends(u16),
    Goes(u16),
    Comes(u16),
    Arrives(usize),
}

/// Plays a day.
pub fn play(hall: &mut Hall, load: Load, dice: &mut StdRng) -> Vec<Waited> {
    hall.begin_day();
    let visits = load.visits(dice);
    let mut day = Playing::new(hall, load, &visits);
    while let Some(Reverse((ms, happens))) = day.agenda.pop() {
        day.happens(ms, happens);
    }
    day.finish()
}

struct Playing<'a> {
    hall: &'a mut Hall,
    load: Load,
    visits: &'a [(u64, u64)],
    agenda: BinaryHeap<Reverse<(u64, Happens)>>,
    /// Since when each window serves, ms.
    serving: BTreeMap<u16, u64>,
    away: BTreeMap<u16, bool>,
    service_of: BTreeMap<Ticket, (u64, u64)>,
    told: BTreeMap<Ticket, Waited>,
    done: Vec<Waited>,
    last_waits: VecDeque<u64>,
}

impl<'a> Playing<'a> {
    fn new(hall: &'a mut Hall, load: Load, visits: &'a [(u64, u64)]) -> Self {
        let mut agenda = BinaryHeap::new();
        let arrivals = visits.iter().enumerate().map(|(at, (ms, _))| Reverse((*ms, Happens::Arrives(at))));
        agenda.extend(arrivals);
        for window in 1..=WINDOWS {
            if let [morning, afternoon] = load.hours(window)[..] {
                agenda.push(Reverse((u64::from(morning.until_s) * 1000, Happens::Goes(window))));
                agenda.push(Reverse((u64::from(afternoon.from_s) * 1000, Happens::Comes(window))));
            }
        }
        let (serving, away, service_of, told, done, last_waits) = Default::default();
        Self { hall, load, visits, agenda, serving, away, service_of, told, done, last_waits }
    }

    fn happens(&mut self, ms: u64, happens: Happens) {
        match happens {
            Happens::Ends(window) => {
                self.serving.remove(&window);
                self.hall.at_window(window, WindowAct::Finish, ms);
                if self.is_away(window) {
                    self.pause(window, ms);
                } else {
                    self.call(window, ms);
                }
            }
            Happens::Goes(window) => {
                self.away.insert(window, true);
                if !self.serving.contains_key(&window) {
                    self.pause(window, ms);
                }
            }
            Happens::Comes(window) => {
                self.away.insert(window, false);
                // Who still serves has worked through lunch.
                if !self.serving.contains_key(&window) {
                    self.hall.at_window(window, WindowAct::Resume, ms);
                    self.call(window, ms);
                }
            }
            Happens::Arrives(at) => self.arrives(at, ms),
        }
    }

    fn arrives(&mut self, at: usize, ms: u64) {
        let free = (1..=WINDOWS).find(|window| !self.is_away(*window) && !self.serving.contains_key(window));
        let (ticket, entry) = self.hall.issue(ms);
        self.service_of.insert(ticket, (ms, self.visits[at].1));
        if let Some(window) = free {
            self.call(window, ms);
        } else if self.load.counts(ms) {
            let (wait, ahead) = self.hall.foretell(ticket, &entry);
            let situation = Situation { ahead, windows: (1..=WINDOWS).map(|id| self.at_window(id, ms)).collect() };
            let last_20_ms = self.last_waits.iter().sum::<u64>() as f64 / self.last_waits.len().max(1) as f64;
            let wait = wait.expect("a window serves later");
            self.told.insert(ticket, Waited { wait, situation, came_ms: 0, last_20_ms });
        }
    }

    fn call(&mut self, window: u16, ms: u64) {
        let Some(ticket) = self.hall.call(window, ms) else { return };
        let (printed_ms, service_ms) = self.service_of[&ticket];
        self.serving.insert(window, ms);
        self.agenda.push(Reverse((ms + service_ms, Happens::Ends(window))));
        self.last_waits.push_back(ms - printed_ms);
        if self.last_waits.len() > 20 {
            self.last_waits.pop_front();
        }
        if let Some(told) = self.told.remove(&ticket) {
            self.done.push(Waited { came_ms: ms - printed_ms, ..told });
        }
    }

    fn pause(&mut self, window: u16, ms: u64) {
        self.hall.at_window(window, WindowAct::Pause { reason: "lunch".into() }, ms);
    }

    fn is_away(&self, window: u16) -> bool {
        self.away.get(&window).copied().unwrap_or(false)
    }

    fn at_window(&self, window: u16, ms: u64) -> AtWindow {
        let hours = self.load.hours(window);
        let pause = hours.first().zip(hours.get(1)).map(|(morning, afternoon)| {
            let from_now = |s: u32| (u64::from(s) * 1000).saturating_sub(ms);
            (from_now(morning.until_s), from_now(afternoon.from_s))
        });
        AtWindow {
            elapsed_ms: self.serving.get(&window).map(|since_ms| ms - since_ms),
            pause_ms: pause.filter(|pause| pause.1 > 0),
        }
    }

    fn finish(self) -> Vec<Waited> {
        assert!(self.told.is_empty(), "everybody is called in the end");
        self.done
    }
}
