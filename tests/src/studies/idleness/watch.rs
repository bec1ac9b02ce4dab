//! Who waits and which windows are free, in plain lists made of events.

use std::collections::{BTreeMap, BTreeSet};

use hall::{
    Entry, Event, Plan,
    balance::{Because, Rules},
    plan::{Clerk, ItemId},
    words::{Class, Ticket, WindowId},
};

/// What was seen.
#[derive(Debug, Default)]
pub struct Watch {
    /// Time in which a free window might have served somebody who waited; each window counts, ms.
    pub idled_ms: u64,
    /// Time in which a window was free beside people whom it may not serve, ms.
    pub window_waits_ms: u64,
    /// Calls.
    pub calls: u64,
    /// Calls before somebody who came earlier and whom this window may not serve.
    pub passed_over: u64,
    /// Of those whom the window might have served: who came earlier, by no more than the offsets explain.
    pub overtaken: u64,
    /// And by more.
    pub beyond: u64,
    at_ms: u64,
    plan: Option<Plan>,
    rules: Rules,
    is_free: BTreeMap<WindowId, bool>,
    /// Windows with somebody: to go on there only takes a pause back that was asked for.
    busy: BTreeSet<WindowId>,
    items: BTreeMap<Ticket, ItemId>,
    waiting: BTreeMap<Ticket, (Class, u64)>,
}

impl Watch {
    /// Follows an entry: first the time that passed before it, then what it says.
    pub fn follow(&mut self, entry: &Entry) {
        let passed_ms = entry.at_ms - self.at_ms;
        if passed_ms > 0 && !self.waiting.is_empty() {
            let free: Vec<WindowId> = self.is_free.iter().filter(|(_, free)| **free).map(|(id, _)| *id).collect();
            for window in free {
                let idles = self.waiting.keys().any(|ticket| self.may_serve(window, *ticket));
                *(if idles { &mut self.idled_ms } else { &mut self.window_waits_ms }) += passed_ms;
            }
        }
        self.at_ms = entry.at_ms;
        entry.events.iter().for_each(|event| self.see(event));
    }

    fn see(&mut self, event: &Event) {
        match event {
            Event::PlanAdopted { plan } => self.plan = Some(plan.clone()),
            Event::RulesChanged { rules, .. } => self.rules = rules.clone(),
            Event::ItemSet { ticket, item: Some(item), .. } => drop(self.items.insert(*ticket, *item)),
            Event::Joined { ticket, class, since_ms, .. } => drop(self.waiting.insert(*ticket, (*class, *since_ms))),
            Event::Ended { ticket, .. } => drop(self.waiting.remove(ticket)),
            Event::Called { ticket, window, why } => {
                self.called(*ticket, *window, why.because);
                self.is_free.insert(*window, false);
                self.busy.insert(*window);
            }
            Event::Resumed { window } if self.busy.contains(window) => {}
            Event::WrapUpStarted { window, .. } | Event::Paused { window, .. } | Event::WindowClosed { window } => {
                self.is_free.insert(*window, false);
            }
            Event::WindowOpened { window, .. } | Event::Resumed { window } => drop(self.is_free.insert(*window, true)),
            Event::Finished { window, .. } | Event::NotShown { window, .. } | Event::Transferred { window, .. } => {
                self.busy.remove(window);
                self.is_free.insert(*window, true);
            }
            _ => {}
        }
    }

    fn called(&mut self, ticket: Ticket, window: WindowId, because: Because) {
        let Some((class, since_ms)) = self.waiting.remove(&ticket) else { return };
        self.calls += 1;
        let offset_ms = |class: Class| self.rules.classes.get(&class).map_or(0, |rule| u64::from(rule.offset_s) * 1000);
        let earlier: Vec<(Ticket, Class, u64)> = (self.waiting.iter())
            .filter(|(_, (_, since))| *since < since_ms && because != Because::ByHand)
            .map(|(ticket, (class, since))| (*ticket, *class, *since))
            .collect();
        let (mine, others): (Vec<_>, Vec<_>) =
            earlier.into_iter().partition(|(other, ..)| self.may_serve(window, *other));
        self.passed_over += u64::from(!others.is_empty());
        for (_, other, since) in mine {
            let head_start_ms = offset_ms(class).saturating_sub(offset_ms(other));
            // All rates are one: who came so much later is not before.
            let within = since_ms - since <= head_start_ms;
            *(if within { &mut self.overtaken } else { &mut self.beyond }) += 1;
        }
    }

    /// By the letter of the plan.
    fn may_serve(&self, window: WindowId, ticket: Ticket) -> bool {
        let Some(plan) = &self.plan else { return false };
        let Some(item) = self.items.get(&ticket) else { return true };
        let window = &plan.windows[&window];
        let is_too_hard = plan.items[item].experienced && window.clerk == Clerk::New;
        !window.excludes.contains(item) && !is_too_hard
    }
}
