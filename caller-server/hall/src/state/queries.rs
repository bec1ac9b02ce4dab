//! What the choice, the forecast and the screens ask of a hall.

use super::{Line, State, Visit};
use crate::{
    balance::{auto_call_at, turns_at},
    plan::WindowPlan,
    words::{AtMs, Lane, Ticket, WindowId},
};

/// The service time that is assumed before any visit was served, ms.
pub const PRIOR_SERVICE_MS: u64 = 600_000;
/// How many served visits the assumption weighs as much as.
pub const PRIOR_VISITS: u64 = 20;

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

    /// How many waiting tickets of the same line would be called before this one if all were called now, by score; `None` if it
    /// does not wait. Tickets that wait for one window alone stand in a line of their own, and so do those of a zone whose
    /// tickets other zones may not take at once. Turns of R2 and kept windows of R3 are not foreseen.
    #[must_use]
    pub fn ahead(&self, ticket: Ticket, now_ms: AtMs) -> Option<u32> {
        let visit = self.visit(ticket)?;
        let (line, since_ms) = visit.place()?;
        let rules = self.in_force();
        let own = rules.of(visit.class).rank(now_ms, since_ms, ticket);
        let before = |&line, class| {
            let rule = rules.of(class);
            self.lines.before(line, class, |since_ms, other| rule.rank(now_ms, since_ms, other) < own)
        };
        let is_one = rules.zones.is_one_line();
        let with = |other: Line| other == line || is_one && matches!(line, Line::Lane(lane, _) if other.is_of(lane));
        let lines = self.lines.waiting.keys().filter(|(other, _)| with(*other));
        u32::try_from(lines.map(|(line, class)| before(line, *class)).sum::<usize>()).ok()
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

    /// The mean service time of today's finished visits, ms, with [`PRIOR_SERVICE_MS`] counted in as [`PRIOR_VISITS`] visits:
    /// a first short visit does not promise a short day.
    #[must_use]
    pub fn mean_service_ms(&self) -> u64 {
        let time_ms = self.counts.served_ms.saturating_add(PRIOR_SERVICE_MS * PRIOR_VISITS);
        time_ms / (self.counts.served + PRIOR_VISITS)
    }
}
