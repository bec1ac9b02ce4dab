//! The one place where a visit or a window changes: lines, deadlines and tokens follow.

use super::{Doing, Stage, State, Visit, Window};
use crate::words::{Ticket, WindowId};

impl State {
    /// Takes in a new visit; one whose ticket or token is known already is passed over.
    pub(crate) fn add_visit(&mut self, ticket: Ticket, visit: Visit) {
        if self.visits.contains_key(&ticket) || self.tokens.contains_key(&visit.token) {
            return;
        }
        self.tokens.insert(visit.token.clone(), ticket);
        self.link(ticket, &visit);
        self.visits.insert(ticket, visit);
    }

    /// Drops the visits that have ended; a store keeps them.
    pub(crate) fn drop_ended_visits(&mut self) {
        let tokens = &mut self.tokens;
        // An ended visit stands in no line and has no deadline: only its token goes with it.
        self.visits.retain(|_, visit| {
            if !visit.is_live() {
                tokens.remove(&visit.token);
            }
            visit.is_live()
        });
    }

    /// Moves a visit to another stage.
    pub(crate) fn set_stage(&mut self, ticket: Ticket, stage: Stage) {
        self.update_visit(ticket, |visit| visit.stage = stage);
    }

    /// Changes a visit; its token must stay.
    pub(crate) fn update_visit(&mut self, ticket: Ticket, change: impl FnOnce(&mut Visit)) {
        let Some(mut visit) = self.visits.remove(&ticket) else { return };
        self.unlink(ticket, &visit);
        change(&mut visit);
        self.link(ticket, &visit);
        self.visits.insert(ticket, visit);
    }

    /// Lets something else go on at a window, from now on.
    pub(crate) fn set_doing(&mut self, id: WindowId, doing: Doing) {
        let since_ms = self.at_ms;
        self.update_window(id, |window| {
            window.doing = doing;
            window.since_ms = since_ms;
        });
    }

    /// Changes a window.
    pub(crate) fn update_window(&mut self, id: WindowId, change: impl FnOnce(&mut Window)) {
        let Some(window) = self.windows.get_mut(&id) else { return };
        if let Some(deadline) = window.doing.deadline(id) {
            self.deadlines.remove(&deadline);
        }
        change(window);
        self.deadlines.extend(window.doing.deadline(id));
    }

    /// Takes a window away.
    pub(crate) fn remove_window(&mut self, id: WindowId) {
        if let Some(deadline) = self.windows.remove(&id).and_then(|window| window.doing.deadline(id)) {
            self.deadlines.remove(&deadline);
        }
    }

    fn link(&mut self, ticket: Ticket, visit: &Visit) {
        self.deadlines.extend(visit.stage.deadline(ticket));
        if let Some((line, since_ms)) = visit.place() {
            self.lines.add(line, visit.class, since_ms, ticket);
            self.lines.direct(visit.lane, visit.zone);
        }
    }

    fn unlink(&mut self, ticket: Ticket, visit: &Visit) {
        if let Some(deadline) = visit.stage.deadline(ticket) {
            self.deadlines.remove(&deadline);
        }
        if let Some((line, since_ms)) = visit.place() {
            self.lines.take(line, visit.class, since_ms, ticket);
            self.lines.undirect(visit.lane, visit.zone);
        }
    }
}
