//! What the choice, the forecast and the screens ask of a hall.

use super::{Line, State, Visit};
use crate::{
    balance::{Rank, rank},
    plan::WindowPlan,
    words::{AtMs, Class, Day, Lane, Number, Ticket, VisitorKey, WindowId},
};

impl State {
    /// A visit of the business day, or carried over into it.
    #[must_use]
    pub fn visit(&self, ticket: Ticket) -> Option<&Visit> {
        self.visits.get(&ticket)
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

    /// When something is due next: a [`crate::Command::Tick`] at that time lets it happen.
    #[must_use]
    pub fn next_deadline(&self) -> Option<AtMs> {
        self.deadlines.first().map(|deadline| deadline.at_ms)
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

    /// How many waiting tickets of the same line would be called before this one if all were called now; `None` if it does
    /// not wait. Tickets that wait for one window alone stand in a line of their own.
    #[must_use]
    pub fn ahead(&self, ticket: Ticket, now_ms: AtMs) -> Option<u32> {
        let visit = self.visit(ticket)?;
        let (line, since_ms) = visit.place()?;
        let own = rank(self.rules.of(visit.class), now_ms, since_ms, ticket);
        u32::try_from(self.before(line, own, now_ms)).ok()
    }

    /// How many waiting tickets of a line would be called before somebody who comes now.
    #[must_use]
    pub fn ahead_of_a_comer(&self, line: Line, class: Class, now_ms: AtMs) -> usize {
        let last =
            Ticket { day: Day { year: u16::MAX, month: 12, day: 31 }, number: Number { letter: 'Z', n: u32::MAX } };
        self.before(line, rank(self.rules.of(class), now_ms, now_ms, last), now_ms)
    }

    fn before(&self, line: Line, own: Rank, now_ms: AtMs) -> usize {
        let before = |class| {
            let rule = self.rules.of(class);
            self.lines.before(line, class, |since_ms, other| rank(rule, now_ms, since_ms, other) < own)
        };
        Class::ALL.into_iter().map(before).sum()
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

    /// The line of a window alone, then those of the lanes that it serves.
    pub(crate) fn lines_of(&self, window: WindowId) -> impl Iterator<Item = Line> + use<'_> {
        let lanes = self.plan_of(window).into_iter().flat_map(|plan| &plan.lanes);
        std::iter::once(Line::Window(window)).chain(lanes.map(|&lane| Line::Lane(lane)))
    }
}
