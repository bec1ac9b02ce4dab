//! The hall as simple as can be: plain lists that follow the journal, with no index and nothing of the core. What an entry may
//! not say, and what follows from all of them, is looked up by going through everything.

use std::collections::{BTreeMap, BTreeSet};

use hall::{
    Entry, Event,
    balance::{Because, Rules, Why},
    command::Target,
    plan::{Clerk, ItemId, Plan},
    words::{Actor, AtMs, Class, Day, Lane, Ticket, VisitorKey, WindowId},
};

use crate::witness::Broken;

/// Where somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Where {
    /// Has a number.
    Issued,
    /// Waits, perhaps for one window alone.
    Waiting(Option<WindowId>),
    /// Is called to a window.
    Called(WindowId),
    /// Is at a window.
    Serving(WindowId),
    /// Waits aside, fetches a paper, or did not come; only the first can be called.
    Aside {
        /// A clerk may call it by hand.
        parked: bool,
    },
    /// Is done or gone.
    Over,
}

/// Somebody.
#[derive(Debug, Clone)]
pub struct Visit {
    /// The secret name on the slip.
    pub token: String,
    /// Where.
    pub at: Where,
    /// Whether a holder gave up, or a dispenser took back what nobody holds.
    pub cancelled: bool,
    /// Whose card was read for it.
    visitor: Option<VisitorKey>,
    lane: Lane,
    class: Class,
    since_ms: AtMs,
    item: Option<ItemId>,
}

/// An announcement.
#[derive(Debug, Clone)]
pub struct Call {
    /// Its position.
    pub seq: u64,
    /// `A012`.
    pub number: String,
}

/// The hall as the journal tells it.
#[derive(Debug, Default)]
pub struct Model {
    /// The last entry.
    pub seq: u64,
    /// Everybody, for ever.
    pub visits: BTreeMap<Ticket, Visit>,
    /// Announcements, by window.
    pub calls: BTreeMap<WindowId, Vec<Call>>,
    /// Who asked for what under which key.
    pub keys: BTreeMap<(Actor, String), u64>,
    /// The business day.
    pub day: Option<Day>,
    at_ms: AtMs,
    is_open: bool,
    plan: Option<Plan>,
    rules: Rules,
    /// Who took a place in a queue by the entry that is being followed: whom a press sends away, it does not call back.
    came_now: BTreeSet<Ticket>,
    /// What is reserved, first and last, and for whom; [`VOID`] = nobody any more, and nobody else either.
    reserved: Vec<(Day, Lane, u32, u32, String)>,
}

/// Holds what was written off.
const VOID: &str = "";

impl Model {
    /// Follows an entry; what breaks a promise comes back.
    pub fn follow(&mut self, entry: &Entry) -> Result<(), Broken> {
        if entry.seq != self.seq + 1 {
            return Err(Broken::Journal(format!("entry {} follows {}", entry.seq, self.seq)));
        }
        if entry.at_ms < self.at_ms {
            return Err(Broken::TimeWentBack(format!(
                "entry {} is {} ms earlier",
                entry.seq,
                self.at_ms - entry.at_ms
            )));
        }
        (self.seq, self.at_ms) = (entry.seq, entry.at_ms);
        if let Some(key) = &entry.key
            && let Some(before) = self.keys.insert((entry.by.clone(), key.clone()), entry.seq)
        {
            return Err(Broken::DoneTwice(format!("entries {before} and {} come from one wish", entry.seq)));
        }
        let followed = entry.events.iter().try_for_each(|event| self.event(event, &entry.by));
        self.came_now.clear();
        followed
    }

    /// Who would be called next to a window, by the letter of rule R1.
    pub fn next_for(&self, window: WindowId) -> Option<Ticket> {
        let plan = self.plan.as_ref()?.windows.get(&window)?;
        let may = |visit: &Visit| match visit.at {
            Where::Waiting(Some(bound)) => bound == window,
            Where::Waiting(None) => plan.lanes.contains(&visit.lane) && self.may_serve(window, visit),
            _ => false,
        };
        let waiting = self.visits.iter().filter(|(ticket, visit)| may(visit) && !self.came_now.contains(ticket));
        waiting.map(|(ticket, visit)| (self.rank(visit), *ticket)).min().map(|(_, ticket)| ticket)
    }

    /// Whether neither an exclusion nor a new clerk keeps a visit from a window.
    fn may_serve(&self, window: WindowId, visit: &Visit) -> bool {
        let Some(plan) = &self.plan else { return false };
        let known = visit.item.and_then(|id| Some((id, plan.items.get(&id)?)));
        let (Some((id, item)), Some(window)) = (known, plan.windows.get(&window)) else { return true };
        let is_too_hard = item.experienced && window.clerk == Clerk::New;
        !window.excludes.contains(&id) && !is_too_hard
    }

    /// The ticket with a token.
    pub fn by_token(&self, token: &str) -> Option<(Ticket, &Visit)> {
        self.visits.iter().find(|(_, visit)| visit.token == token).map(|(ticket, visit)| (*ticket, visit))
    }

    /// The least is next: first those over the cap, first come first served; then by score; ties by number, and where
    /// the score does not grow by arrival before.
    fn rank(&self, visit: &Visit) -> (bool, i128, AtMs) {
        let rule = &self.rules.classes[&visit.class];
        let waited_ms = i128::from(self.at_ms) - i128::from(visit.since_ms);
        if waited_ms > i128::from(rule.cap_s) * 1000 {
            return (false, 0, visit.since_ms);
        }
        let score = i128::from(rule.offset_s) * 1_000_000 + i128::from(rule.rate_milli) * waited_ms;
        (true, -score, if rule.rate_milli == 0 { visit.since_ms } else { 0 })
    }

    fn event(&mut self, event: &Event, by: &Actor) -> Result<(), Broken> {
        match event {
            Event::PlanAdopted { plan } => self.plan = Some(plan.clone()),
            Event::RulesChanged { rules, .. } => self.rules = rules.clone(),
            Event::DayOpened { day } => return self.open_day(*day),
            Event::DayClosed => self.is_open = false,
            Event::Issued { ticket, lane, class, token, offline, visitor, .. } => {
                let device = offline.as_ref().map(|offline| offline.device.as_str());
                self.holds_nothing(*ticket, visitor.filter(|_| device.is_none()))?;
                return self.issue(*ticket, (*lane, *class), (token, *visitor), device);
            }
            Event::Reprinted { ticket, at } => return self.reprint(*ticket, at.is_some()),
            Event::Joined { ticket, lane, window, class, since_ms, .. } => {
                return self.join(*ticket, *window, (*lane, *class), *since_ms);
            }
            Event::Leased { device, lane, first, last } => return self.lease(device, *lane, *first, *last),
            Event::Called { ticket, window, why } => return self.call(*ticket, *window, why),
            Event::Recalled { ticket, window } => return self.recall(*ticket, *window),
            Event::Started { ticket, window } => self.goes(*ticket, Where::Called(*window), Where::Serving(*window))?,
            Event::Finished { ticket, window } => self.goes(*ticket, Where::Serving(*window), Where::Over)?,
            Event::NotShown { ticket, window, .. } => self.goes(*ticket, Where::Called(*window), aside(false))?,
            Event::Parked { ticket, window, .. } => self.goes(*ticket, Where::Serving(*window), aside(true))?,
            Event::SentForSupplement { ticket, window, .. } => {
                self.goes(*ticket, Where::Serving(*window), aside(false))?;
            }
            Event::Transferred { ticket, window, to, .. } => {
                let bound = if let Target::Window(window) = to { Some(*window) } else { None };
                self.goes(*ticket, Where::Serving(*window), Where::Waiting(bound))?;
            }
            Event::Ended { ticket, .. } => {
                let visit = self.visit(*ticket)?;
                (visit.at, visit.cancelled) = (Where::Over, *by != Actor::System);
            }
            Event::ItemSet { ticket, item, .. } => self.visit(*ticket)?.item = *item,
            Event::LeaseVoided { device } => self.void(device),
            Event::SlipChanged { .. }
            | Event::Muted { .. }
            | Event::Unmuted { .. }
            | Event::Announced { .. }
            | Event::DeviceAdmitted { .. }
            | Event::DeviceRevoked { .. }
            | Event::Foreseen { .. }
            | Event::WindowOpened { .. }
            | Event::WindowClosed { .. }
            | Event::WrapUpStarted { .. }
            | Event::Paused { .. }
            | Event::PauseAsked { .. }
            | Event::SwitchTurned { .. }
            | Event::Resumed { .. }
            | Event::EmergencyRaised { .. }
            | Event::EmergencyCleared { .. } => {}
        }
        Ok(())
    }

    /// Only who has a card gets a living ticket again by himself; the staff has any printed again.
    fn reprint(&mut self, ticket: Ticket, by_staff: bool) -> Result<(), Broken> {
        let visit = self.visit(ticket)?;
        if (visit.visitor.is_none() && !by_staff) || visit.at == Where::Over {
            return Err(Broken::SecondTicket(format!("{ticket} is given again, and nobody with a card holds it")));
        }
        Ok(())
    }

    fn open_day(&mut self, day: Day) -> Result<(), Broken> {
        if self.day.is_some_and(|before| before >= day) {
            return Err(Broken::DayTwice(format!("{day} opens after {:?}", self.day)));
        }
        (self.day, self.is_open) = (Some(day), true);
        Ok(())
    }

    /// Of those that are given out here, a visitor gets none while one of the same day lives.
    fn holds_nothing(&self, new: Ticket, visitor: Option<VisitorKey>) -> Result<(), Broken> {
        let is_held = |(ticket, visit): &(&Ticket, &Visit)| {
            ticket.day == new.day && visit.visitor.is_some() && visit.visitor == visitor && visit.at != Where::Over
        };
        match self.visits.iter().find(is_held) {
            Some((held, _)) => Err(Broken::SecondTicket(format!("{new} is given to a visitor who holds {held}"))),
            None => Ok(()),
        }
    }

    fn issue(
        &mut self,
        at: Ticket,
        (lane, class): (Lane, Class),
        (token, visitor): (&str, Option<VisitorKey>),
        device: Option<&str>,
    ) -> Result<(), Broken> {
        let holder = self
            .reserved
            .iter()
            .find(|(day, of, first, last, _)| (*day, *of) == (at.day, lane) && (*first..=*last).contains(&at.number.n));
        if holder.map(|(.., holder)| holder.as_str()) != device {
            return Err(Broken::NumberTwice(format!("{at} is given out by {device:?} and reserved for {holder:?}")));
        }
        if device.is_none() && (!self.is_open || self.day != Some(at.day)) {
            return Err(Broken::DayTwice(format!("{at} is given out, and the day is {:?}", self.day)));
        }
        let visit = Visit {
            token: token.into(),
            at: Where::Issued,
            cancelled: false,
            visitor,
            lane,
            class,
            since_ms: self.at_ms,
            item: None,
        };
        match self.visits.insert(at, visit) {
            Some(_) => Err(Broken::NumberTwice(format!("{at} is given out for the second time"))),
            None => Ok(()),
        }
    }

    fn join(
        &mut self,
        ticket: Ticket,
        window: Option<WindowId>,
        (lane, class): (Lane, Class),
        since_ms: AtMs,
    ) -> Result<(), Broken> {
        let at_ms = self.at_ms;
        self.came_now.insert(ticket);
        let visit = self.visit(ticket)?;
        (visit.lane, visit.class, visit.since_ms, visit.at) = (lane, class, since_ms, Where::Waiting(window));
        if since_ms > at_ms && class != Class::Appointment {
            return Err(Broken::TimeWentBack(format!("{ticket} waits since {} ms later", since_ms - at_ms)));
        }
        Ok(())
    }

    fn lease(&mut self, device: &str, lane: Lane, first: u32, last: u32) -> Result<(), Broken> {
        let day = self.day.ok_or_else(|| Broken::DayTwice("numbers are reserved, and no day is open".into()))?;
        let letter = self.plan.as_ref().and_then(|plan| plan.letters.get(&lane)).copied();
        let given = self.visits.keys().any(|ticket| {
            ticket.day == day && Some(ticket.number.letter) == letter && (first..=last).contains(&ticket.number.n)
        });
        let overlaps = |(at, of, from, to, _): &(Day, Lane, u32, u32, String)| {
            (*at, *of) == (day, lane) && *from <= last && first <= *to
        };
        if given || self.reserved.iter().any(overlaps) {
            return Err(Broken::NumberTwice(format!("{first} to {last} are reserved for {device} and not free")));
        }
        self.reserved.push((day, lane, first, last, device.to_owned()));
        Ok(())
    }

    /// Nobody holds these numbers any more; they stay where they are.
    fn void(&mut self, device: &str) {
        let today = self.day;
        let of_device =
            |(day, .., holder): &&mut (Day, Lane, u32, u32, String)| Some(*day) == today && holder == device;
        self.reserved.iter_mut().filter(of_device).for_each(|(.., holder)| VOID.clone_into(holder));
    }

    /// Whether a number of today was written off with the reserve in which it stood.
    pub fn is_void(&self, number: &str) -> bool {
        let letters = self.plan.as_ref().map(|plan| &plan.letters);
        let is_there = |(day, lane, first, last, holder): &(Day, Lane, u32, u32, String)| {
            let letter = letters.and_then(|letters| letters.get(lane));
            let n = letter.and_then(|letter| number.strip_prefix(*letter)?.parse::<u32>().ok());
            holder == VOID && Some(*day) == self.day && n.is_some_and(|n| (*first..=*last).contains(&n))
        };
        self.reserved.iter().any(is_there)
    }

    /// Whether a clerk may call this one out of turn.
    fn may_choose(&self, window: WindowId, visit: &Visit) -> bool {
        let serves = |lane| self.plan.as_ref().is_some_and(|plan| plan.windows[&window].lanes.contains(lane));
        match visit.at {
            Where::Waiting(Some(bound)) => bound == window,
            Where::Waiting(None) => serves(&visit.lane) && self.may_serve(window, visit),
            _ => self.may_serve(window, visit),
        }
    }

    fn call(&mut self, ticket: Ticket, window: WindowId, why: &Why) -> Result<(), Broken> {
        let here = |visit: &Visit| matches!(visit.at, Where::Called(at) | Where::Serving(at) if at == window);
        if let Some((other, _)) = self.visits.iter().find(|(_, visit)| here(visit)) {
            return Err(Broken::TwoWindows(format!("{ticket} is called to window {window}, where {other} is")));
        }
        let next = self.next_for(window);
        if why.because != Because::ByHand && next != Some(ticket) {
            return Err(Broken::WrongChoice(format!("{ticket} is called to window {window}, and {next:?} is next")));
        }
        let visit = self.visit(ticket)?;
        if !matches!(visit.at, Where::Waiting(_) | Where::Aside { parked: true }) {
            return Err(Broken::TwoWindows(format!("{ticket} is called to window {window} and is {:?}", visit.at)));
        }
        if !self.visits.get(&ticket).is_some_and(|visit| self.may_choose(window, visit)) {
            return Err(Broken::WrongChoice(format!("{ticket} is called to window {window}, which may not serve it")));
        }
        self.visit(ticket)?.at = Where::Called(window);
        self.announce(ticket, window);
        Ok(())
    }

    fn recall(&mut self, ticket: Ticket, window: WindowId) -> Result<(), Broken> {
        self.is_at(ticket, Where::Called(window))?;
        self.announce(ticket, window);
        Ok(())
    }

    fn announce(&mut self, ticket: Ticket, window: WindowId) {
        let call = Call { seq: self.seq, number: ticket.number.to_string() };
        self.calls.entry(window).or_default().push(call);
    }

    fn goes(&mut self, ticket: Ticket, from: Where, to: Where) -> Result<(), Broken> {
        self.is_at(ticket, from)?;
        self.visit(ticket)?.at = to;
        Ok(())
    }

    fn is_at(&mut self, ticket: Ticket, expected: Where) -> Result<(), Broken> {
        let at = self.visit(ticket)?.at;
        if at == expected {
            Ok(())
        } else {
            Err(Broken::TwoWindows(format!("{ticket} is {at:?} and not {expected:?}")))
        }
    }

    fn visit(&mut self, ticket: Ticket) -> Result<&mut Visit, Broken> {
        self.visits.get_mut(&ticket).ok_or_else(|| Broken::Journal(format!("{ticket} was never given out")))
    }
}

fn aside(parked: bool) -> Where {
    Where::Aside { parked }
}
