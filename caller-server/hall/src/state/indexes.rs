//! The one place where a visit or a window changes: lines, deadlines, tokens and counts follow.

use std::collections::{BTreeSet, btree_map::Entry};

use super::{Counts, Deadline, Doing, Lines, Stage, State, Visit, Window};
use crate::{
    plan::Plan,
    words::{Ticket, WindowId},
};

impl State {
    /// Takes in a new visit; one whose ticket or token is known already is passed over.
    pub(crate) fn add_visit(&mut self, ticket: Ticket, visit: Visit) {
        let Entry::Vacant(place) = self.visits.entry(ticket) else { return };
        let Entry::Vacant(token) = self.tokens.entry(visit.token.clone()) else { return };
        token.insert(ticket);
        link(&mut self.lines, &mut self.deadlines, self.plan.as_ref(), ticket, &visit);
        place.insert(visit);
    }

    /// Another plan: which items have lines of their own follows from it.
    pub(crate) fn set_plan(&mut self, plan: Plan) {
        self.plan = Some(plan);
        self.lines = Lines::default();
        for (ticket, visit) in &self.visits {
            link(&mut self.lines, &mut self.deadlines, self.plan.as_ref(), *ticket, visit);
        }
        self.count_windows();
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
        let Some(visit) = self.visits.get_mut(&ticket) else { return };
        unlink(&mut self.lines, &mut self.deadlines, self.plan.as_ref(), ticket, visit);
        change(visit);
        link(&mut self.lines, &mut self.deadlines, self.plan.as_ref(), ticket, visit);
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
        let (was_open, was_free) = (window.doing.is_open(), window.doing == Doing::Idle);
        change(window);
        self.deadlines.extend(window.doing.deadline(id));
        let is_free = window.doing == Doing::Idle;
        if window.doing.is_open() != was_open {
            self.count_windows();
        } else if is_free != was_free
            && let Some(plan) = self.plan.as_ref().and_then(|plan| plan.windows.get(&id))
        {
            self.counts.set_free(plan, is_free);
        }
    }

    /// Sums up the windows anew. Whoever changes windows or plan in another way than [`State::update_window`] must ask for it.
    pub(crate) fn count_windows(&mut self) {
        self.counts = Counts::of(self.plan.as_ref(), &self.windows);
    }

    /// Takes a window away.
    pub(crate) fn remove_window(&mut self, id: WindowId) {
        if let Some(deadline) = self.windows.remove(&id).and_then(|window| window.doing.deadline(id)) {
            self.deadlines.remove(&deadline);
        }
    }
}

fn link(lines: &mut Lines, deadlines: &mut BTreeSet<Deadline>, plan: Option<&Plan>, ticket: Ticket, visit: &Visit) {
    deadlines.extend(visit.stage.deadline(ticket));
    if let Some((line, since_ms)) = visit.place(plan) {
        lines.add(line, visit.class, since_ms, ticket);
        lines.direct(visit.lane, visit.zone);
    }
}

fn unlink(lines: &mut Lines, deadlines: &mut BTreeSet<Deadline>, plan: Option<&Plan>, ticket: Ticket, visit: &Visit) {
    if let Some(deadline) = visit.stage.deadline(ticket) {
        deadlines.remove(&deadline);
    }
    if let Some((line, since_ms)) = visit.place(plan) {
        lines.take(line, visit.class, since_ms, ticket);
        lines.undirect(visit.lane, visit.zone);
    }
}
