//! The network: links that keep their order and break, and places that are cut off in one direction or both.

use std::collections::{BTreeMap, VecDeque};

use crate::act::{Act, Ms};

/// Names a link.
pub type LinkId = u64;

/// Where something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// A dispenser.
    Dispenser(usize),
    /// A display, above the window of its number and one.
    Display(usize),
    /// A clerk's console.
    Console(usize),
}

/// An end of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    /// The server's.
    Server,
    /// The device's.
    Client,
}

/// Which directions of a place are cut.
#[derive(Debug, Clone, Copy, Default)]
struct Cut {
    up: bool,
    down: bool,
}

/// One connection.
#[derive(Debug)]
pub struct Link {
    /// The device.
    pub client: Place,
    /// To the server, and from it.
    ways: [Way; 2],
}

/// One direction of a connection, named after the end to which it leads.
#[derive(Debug, Default)]
struct Way {
    /// The end has not closed yet.
    open: bool,
    /// When the last frame on the way arrives: none overtakes another.
    arrives_at: Ms,
    /// When the end last heard something.
    heard_at: Ms,
    /// What waits for the cut to be mended.
    held: VecDeque<Act>,
}

/// The network.
#[derive(Debug, Default)]
pub struct Net {
    links: BTreeMap<LinkId, Link>,
    cuts: BTreeMap<Place, Cut>,
    next: LinkId,
}

impl End {
    /// The other end.
    pub fn other(self) -> Self {
        if self == Self::Server { Self::Client } else { Self::Server }
    }

    fn at(self) -> usize {
        usize::from(self == Self::Client)
    }
}

impl Net {
    /// A new connection.
    pub fn open(&mut self, client: Place, now_ms: Ms) -> LinkId {
        self.next += 1;
        let way = || Way { open: true, arrives_at: now_ms, heard_at: now_ms, held: VecDeque::new() };
        self.links.insert(self.next, Link { client, ways: [way(), way()] });
        self.next
    }

    /// The device at the end of a link.
    pub fn client(&self, link: LinkId) -> Option<Place> {
        self.links.get(&link).map(|link| link.client)
    }

    /// Whether an end has not closed yet.
    pub fn is_open(&self, link: LinkId, end: End) -> bool {
        self.links.get(&link).is_some_and(|link| link.ways[end.at()].open)
    }

    /// An end closes; when both have, the link is forgotten.
    pub fn close(&mut self, link: LinkId, end: End) {
        let Some(known) = self.links.get_mut(&link) else { return };
        known.ways[end.at()].open = false;
        if known.ways.iter().all(|way| !way.open) {
            self.links.remove(&link);
        }
    }

    /// When a frame that is sent now arrives: after those before it.
    pub fn arrival(&mut self, link: LinkId, to: End, earliest: Ms) -> Ms {
        let Some(link) = self.links.get_mut(&link) else { return earliest };
        let way = &mut link.ways[to.at()];
        way.arrives_at = way.arrives_at.max(earliest);
        way.arrives_at
    }

    /// Holds something back that is on its way to an end while the way is cut; gives it back otherwise.
    pub fn pass(&mut self, link: LinkId, to: End, act: Act, now_ms: Ms) -> Option<Act> {
        let cut = self.links.get(&link).is_some_and(|link| self.is_cut(link.client, to));
        let way = &mut self.links.get_mut(&link)?.ways[to.at()];
        if cut || !way.held.is_empty() {
            way.held.push_back(act);
            return None;
        }
        way.heard_at = now_ms;
        way.open.then_some(act)
    }

    /// How long an end has heard nothing, ms.
    pub fn silent_ms(&self, link: LinkId, end: End, now_ms: Ms) -> Ms {
        self.links.get(&link).map_or(0, |link| now_ms - link.ways[end.at()].heard_at)
    }

    /// Whether nothing gets through between a place and the server, in the direction of an end.
    pub fn is_cut(&self, place: Place, to: End) -> bool {
        self.cuts.get(&place).is_some_and(|cut| if to == End::Server { cut.up } else { cut.down })
    }

    /// Cuts or mends; gives what was held back and may go on now, in its order.
    pub fn cut(&mut self, place: Place, up: bool, down: bool) -> Vec<Act> {
        self.cuts.insert(place, Cut { up, down });
        let mut free = Vec::new();
        for link in self.links.values_mut().filter(|link| link.client == place) {
            for (way, cut) in link.ways.iter_mut().zip([up, down]) {
                if !cut {
                    free.extend(way.held.drain(..));
                }
            }
        }
        free
    }

    /// All that stand somewhere and are cut off.
    pub fn cut_places(&self) -> Vec<Place> {
        self.cuts.iter().filter(|(_, cut)| cut.up || cut.down).map(|(place, _)| *place).collect()
    }

    /// The links whose server end is open.
    pub fn links_of_server(&self) -> Vec<LinkId> {
        self.links.iter().filter(|(_, link)| link.ways[End::Server.at()].open).map(|(id, _)| *id).collect()
    }
}
