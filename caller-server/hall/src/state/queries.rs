//! What the choice, the forecast and the screens ask of a hall.

use super::{Line, State, Visit, WindowCount};
use crate::{
    balance::{Rank, auto_call_at, turns_at},
    plan::{ItemId, WindowPlan},
    words::{AtMs, Class, Day, Lane, Number, Ticket, VisitorKey, WindowId, ZoneId},
};

impl State {
    /// A visit of the business day, or carried over into it.
    #[must_use]
    pub fn visit(&self, ticket: Ticket) -> Option<&Visit> {
        self.visits.get(&ticket)
    }

    /// How many of the numbers that are reserved for a dispenser are not known to be given out.
    #[must_use]
    pub fn reserve_left(&self, device: &str) -> u32 {
        let (Some(day), Some(plan)) = (&self.day, &self.plan) else { return 0 };
        let numbers = day.leases.get(device).into_iter().flatten().flat_map(|range| {
            let letter = plan.letters.get(&range.lane).copied();
            letter.into_iter().flat_map(|letter| (range.first..=range.last).map(move |n| Number { letter, n }))
        });
        let unknown = numbers.filter(|&number| self.visit(Ticket { day: day.day, number }).is_none());
        u32::try_from(unknown.count()).unwrap_or(u32::MAX)
    }

    /// The ticket to which the token of a citizen's page belongs.
    #[must_use]
    pub fn ticket_of(&self, token: &str) -> Option<Ticket> {
        self.tokens.get(token).copied()
    }

    /// The living ticket that a visitor got today; of several (some were given out by dispensers that were cut off) the first.
    #[must_use]
    pub fn ticket_of_visitor(&self, visitor: VisitorKey) -> Option<Ticket> {
        let tickets = self.day.as_ref()?.visitors.get(&visitor)?;
        tickets.iter().copied().find(|ticket| self.visit(*ticket).is_some_and(Visit::is_live))
    }

    /// Whether numbers are given out.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.day.as_ref().is_some_and(|day| day.open)
    }

    /// When something is due next: a [`crate::Command::Tick`] at that time lets it happen. Several things may be due one after
    /// another at one time: a call by auto-call makes room for the next.
    #[must_use]
    pub fn next_deadline(&self) -> Option<AtMs> {
        let deadline = self.deadlines.first().map(|deadline| deadline.at_ms);
        deadline.into_iter().chain(turns_at(self)).chain(auto_call_at(self)).min()
    }

    /// The plan of a window.
    #[must_use]
    pub fn plan_of(&self, window: WindowId) -> Option<&WindowPlan> {
        self.plan.as_ref()?.windows.get(&window)
    }

    /// Whether a window serves a lane.
    #[must_use]
    pub fn serves(&self, window: WindowId, lane: Lane) -> bool {
        self.plan_of(window).is_some_and(|plan| plan.lanes.contains(&lane))
    }

    /// Whether a window may serve an item, as far as the item matters.
    #[must_use]
    pub fn may_serve(&self, window: WindowId, item: Option<ItemId>) -> bool {
        self.plan.as_ref().is_none_or(|plan| plan.may_serve(window, item))
    }

    /// The windows of a zone that serve a lane and may serve an item.
    pub(crate) fn windows_for(&self, lane: Lane, zone: ZoneId, item: Option<ItemId>) -> WindowCount {
        match (item, &self.plan) {
            (Some(item), Some(plan)) if plan.is_restricted(item) => {
                let fits = |(id, at): &(&WindowId, &WindowPlan)| {
                    at.zone == zone && at.lanes.contains(&lane) && plan.may_serve(**id, Some(item))
                };
                plan.windows.iter().filter(fits).filter_map(|(id, _)| self.windows.get(id)).collect()
            }
            _ => self.counts.windows.get(&(lane, zone)).copied().unwrap_or_default(),
        }
    }

    /// How many waiting tickets of the same line would be called before this one if all were called now, by score; `None` if it
    /// does not wait. Tickets that wait for one window alone stand in a line of their own, and so do those of a zone whose
    /// tickets other zones may not take at once. Turns of R2, kept windows of R3 and items that not every window serves are not
    /// foreseen.
    #[must_use]
    pub fn ahead(&self, ticket: Ticket, now_ms: AtMs) -> Option<u32> {
        let visit = self.visit(ticket)?;
        let (line, since_ms) = visit.place(self.plan.as_ref())?;
        let own = self.in_force().of(visit.class).rank(now_ms, since_ms, ticket);
        let queue = |line: Line| self.as_one(line).whatever_item();
        u32::try_from(self.before(|other| queue(other) == queue(line), &own, now_ms)).ok()
    }

    /// The line in which a ticket waits, its effective arrival there, ms, and how many of that line alone would be called before
    /// it; `None` if it does not wait.
    pub(crate) fn standing(&self, ticket: Ticket, now_ms: AtMs) -> Option<(Line, AtMs, usize)> {
        let visit = self.visit(ticket)?;
        let (line, since_ms) = visit.place(self.plan.as_ref())?;
        let own = self.in_force().of(visit.class).rank(now_ms, since_ms, ticket);
        Some((line, since_ms, self.before(|other| self.as_one(other) == self.as_one(line), &own, now_ms)))
    }

    /// How many waiting tickets of a line would be called before somebody who comes now.
    #[must_use]
    pub fn ahead_of_a_comer(&self, line: Line, class: Class, now_ms: AtMs) -> usize {
        let last =
            Ticket { day: Day { year: u16::MAX, month: 12, day: 31 }, number: Number { letter: 'Z', n: u32::MAX } };
        let own = self.in_force().of(class).rank(now_ms, now_ms, last);
        self.before(|other| self.as_one(other) == self.as_one(line), &own, now_ms)
    }

    fn before(&self, is_in: impl Fn(Line) -> bool, own: &Rank<Ticket>, now_ms: AtMs) -> usize {
        let rules = self.in_force();
        let before = |&(other, class): &(Line, Class)| {
            let rule = rules.of(class);
            self.lines.before(other, class, |since_ms, ticket| rule.rank(now_ms, since_ms, ticket) < *own)
        };
        self.lines.waiting.keys().filter(|(other, _)| is_in(*other)).map(before).sum()
    }

    /// The line in place of a line: where every window may take every ticket of a lane (rule R4), the lines of its zones are one.
    pub(crate) fn as_one(&self, line: Line) -> Line {
        let zone = || self.plan.iter().flat_map(|plan| &plan.zones).next().copied().unwrap_or(ZoneId('A'));
        match line {
            Line::Lane(lane, _) if self.in_force().zones.is_one_line() => Line::Lane(lane, zone()),
            Line::Item(lane, _, item) if self.in_force().zones.is_one_line() => Line::Item(lane, zone(), item),
            Line::Lane(..) | Line::Window(_) | Line::Item(..) => line,
        }
    }

    /// How many wait in a lane, those that wait for one window alone included.
    #[must_use]
    pub fn waiting_in(&self, lane: Lane) -> usize {
        let of_lane = self.lines.directed.iter().filter(|((directed, _), _)| *directed == lane);
        of_lane.map(|(_, count)| *count as usize).sum()
    }

    /// How many windows that serve a lane work now: neither closed nor paused nor in emergency.
    #[must_use]
    pub fn open_windows(&self, lane: Lane) -> usize {
        let of_lane = self.counts.windows.iter().filter(|((counted, _), _)| *counted == lane);
        of_lane.map(|(_, count)| usize::try_from(count.open).unwrap_or(usize::MAX)).sum()
    }
}
