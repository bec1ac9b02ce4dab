//! What every part of the world stands on: time, chance, the agenda, the network, the witness and the trace.

use std::collections::BTreeMap;

use jiff::{Timestamp, tz::TimeZone};
use rand::{RngExt, SeedableRng, rngs::StdRng};

use crate::act::{Act, Ms};
use crate::net::{End, LinkId, Net};
use crate::witness::Witness;

/// What every part of the world stands on.
pub struct Stage {
    /// The true time.
    pub now_ms: Ms,
    /// Chance.
    pub dice: StdRng,
    /// The network.
    pub net: Net,
    /// Sees that the promises are kept.
    pub witness: Witness,
    /// Whether the server listens.
    pub server_listens: bool,
    /// The world is calm: no faults, nobody new comes, and all that is open is brought to its end.
    pub calm: bool,
    agenda: BTreeMap<(Ms, u64), Act>,
    serial: u64,
    trace: Option<Vec<String>>,
    zone: TimeZone,
}

impl Stage {
    /// An empty stage at a time.
    pub fn new(seed: u64, now_ms: Ms, zone: TimeZone, traced: bool) -> Self {
        Self {
            now_ms,
            dice: StdRng::seed_from_u64(seed),
            net: Net::default(),
            witness: Witness::default(),
            server_listens: false,
            calm: false,
            agenda: BTreeMap::new(),
            serial: 0,
            trace: traced.then(Vec::new),
            zone,
        }
    }

    /// Something will happen.
    pub fn after(&mut self, ms: Ms, act: Act) {
        self.serial += 1;
        self.agenda.insert((self.now_ms + ms, self.serial), act);
    }

    /// What happens next; the time goes on to it.
    pub fn happens(&mut self) -> Option<Act> {
        let ((at_ms, _), act) = self.agenda.pop_first()?;
        self.now_ms = at_ms;
        Some(act)
    }

    /// True this many times of a hundred.
    pub fn percent(&mut self, percent: u32) -> bool {
        self.dice.random_ratio(percent.min(100), 100)
    }

    /// A length of time.
    pub fn between(&mut self, least: Ms, most: Ms) -> Ms {
        self.dice.random_range(least..=most)
    }

    /// A name that nobody had before.
    pub fn name(&mut self, of: &str) -> String {
        format!("{of}-{:016x}", self.dice.random::<u64>())
    }

    /// How long something is on its way.
    pub fn latency(&mut self) -> Ms {
        if self.percent(3) { self.between(100, 900) } else { self.between(1, 20) }
    }

    /// Sends a frame to an end of a link.
    pub fn send(&mut self, link: LinkId, to: End, text: String) {
        self.arrives(link, to, Act::Frame(link, to, text));
    }

    /// Closes an end of a link; the other learns of it if anything gets through.
    pub fn close(&mut self, link: LinkId, end: End) {
        if self.net.is_open(link, end) {
            self.arrives(link, end.other(), Act::Closed(link, end.other()));
            self.net.close(link, end);
        }
    }

    /// Notes what a person should read; costs nothing when nobody does.
    pub fn note(&mut self, what: impl FnOnce() -> String) {
        if let Some(trace) = &mut self.trace {
            let at = Timestamp::from_millisecond(i64::try_from(self.now_ms).unwrap_or(0)).unwrap_or_default();
            let at = self.zone.to_datetime(at);
            trace.push(format!("{} {}", at.strftime("%m-%d %H:%M:%S.%3f"), what()));
        }
    }

    /// What was noted.
    pub fn trace(self) -> Vec<String> {
        self.trace.unwrap_or_default()
    }

    fn arrives(&mut self, link: LinkId, to: End, act: Act) {
        let earliest = self.now_ms + self.latency();
        let at_ms = self.net.arrival(link, to, earliest);
        self.after(at_ms - self.now_ms, act);
    }
}
