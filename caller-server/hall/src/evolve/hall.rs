//! Plan, rules, business day and reserved numbers.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    event::Event,
    plan::Plan,
    state::{BusinessDay, LeasedRange, Muted, SlipForm, State, Window},
    words::{Day, Lane},
};

pub(super) fn evolve(state: &mut State, event: &Event) {
    match event {
        Event::PlanAdopted { plan } => adopt_plan(state, plan),
        Event::RulesChanged { rules, .. } => state.set_rules(rules),
        Event::SwitchTurned { name, on } => state.turn(name, *on),
        Event::SlipChanged { template, reason, by } => set_slip(state, template, reason, by),
        Event::Muted { zone, reason, by } => {
            let muted = Muted { reason: reason.clone(), by: by.clone(), at_ms: state.at_ms };
            state.muted.insert(*zone, muted);
        }
        Event::Unmuted { zone, .. } => drop(state.muted.remove(zone)),
        Event::DayOpened { day } => open_day(state, *day),
        Event::DayClosed => state.day.iter_mut().for_each(|day| day.open = false),
        Event::Leased { device, lane, first, last } => {
            lease(state, device, LeasedRange { lane: *lane, first: *first, last: *last });
        }
        Event::LeaseVoided { device } => state.day.iter_mut().for_each(|day| drop(day.leases.remove(device))),
        _ => {}
    }
}

fn adopt_plan(state: &mut State, plan: &Plan) {
    let gone: Vec<_> = state.windows.keys().filter(|id| !plan.windows.contains_key(id)).copied().collect();
    for id in gone {
        state.remove_window(id);
    }
    for id in plan.windows.keys() {
        state.windows.entry(*id).or_insert_with(|| Window::closed(state.at_ms));
    }
    if let (Some(day), Some(before)) = (&mut state.day, &state.plan) {
        drop_relettered(day, before, plan);
    }
    state.muted.retain(|zone, _| plan.zones.contains(zone));
    state.set_plan(plan.clone());
}

fn set_slip(state: &mut State, template: &Arc<str>, reason: &str, by: &str) {
    let before = state.slip.take();
    state.slip = Some(SlipForm {
        version: before.as_ref().map_or(1, |form| form.version.saturating_add(1)),
        template: template.clone(),
        reason: reason.to_owned(),
        by: by.to_owned(),
        at_ms: state.at_ms,
        former: before.map(|form| form.template),
    });
}

/// Reserved numbers are known by their letter on paper: under another letter they would be somebody else's.
fn drop_relettered(day: &mut BusinessDay, before: &Plan, after: &Plan) {
    let stays = |lane: Lane| before.letters.get(&lane) == after.letters.get(&lane);
    day.leases.values_mut().for_each(|ranges| ranges.retain(|range| stays(range.lane)));
    day.leases.retain(|_, ranges| !ranges.is_empty());
}

fn open_day(state: &mut State, day: Day) {
    state.day = Some(BusinessDay {
        day,
        opened_at_ms: state.at_ms,
        open: true,
        last_number: BTreeMap::new(),
        reserved: BTreeMap::new(),
        leases: BTreeMap::new(),
        visitors: BTreeMap::new(),
    });
    state.drop_ended_visits();
    for window in state.windows.values_mut() {
        (window.served, window.served_ms) = (0, 0);
        if window.doing.ticket().is_none() {
            window.last_call = None;
        }
    }
    state.count_windows();
}

fn lease(state: &mut State, device: &str, range: LeasedRange) {
    let Some(day) = &mut state.day else { return };
    let last = day.reserved.entry(range.lane).or_default().entry(range.first).or_default();
    *last = range.last.max(*last);
    day.leases.entry(device.to_owned()).or_default().push(range);
}
