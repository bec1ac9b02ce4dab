//! What follows from a command, or why it is refused.
//!
//! - `permit`: who may ask for what
//! - `day`: plan, rules, business day; `visit`: what holders do; `tick`: what is due
//! - `issue`: numbers given out, reserved and brought in; `numbers`: which are free
//! - `window`: the acts at a window, of which `call` binds and announces, and `service` serves
//! - `join`: a visit takes its place in a queue

mod call;
mod day;
mod issue;
mod join;
mod numbers;
mod permit;
mod service;
mod tick;
mod visit;
mod window;

use crate::{
    command::{Command, REASON_CHARS_MAX, Request},
    event::Event,
    plan::ItemId,
    refusal::Refusal,
    state::{State, Visit},
    words::{AtMs, Ticket},
};

/// Says what follows from a request at a time. No events means that it is so already: there is nothing to record.
///
/// # Errors
/// Why it can't be done; then nothing happens.
pub fn decide(state: &State, request: &Request, now_ms: AtMs) -> Result<Vec<Event>, Refusal> {
    let Request { by, command } = request;
    if !permit::may(by, command) {
        return Err(Refusal::NotAllowed);
    }
    if now_ms < state.at_ms {
        return Err(Refusal::ClockBehind { behind_s: (state.at_ms - now_ms).div_ceil(1000) });
    }
    match command {
        Command::AdoptPlan(plan) => day::adopt_plan(state, plan),
        Command::SetRules { rules, reason } => day::set_rules(state, rules, reason),
        Command::SetSlip { template, reason } => day::set_slip(state, by, template, reason),
        Command::Mute { zone, muted, reason } => day::mute(state, by, *zone, *muted, reason),
        Command::Announce { zone, zh, en } => day::announce(state, by, *zone, zh, en),
        Command::OpenDay { day } => day::open(state, *day),
        Command::CloseDay => day::close(state),
        Command::Tick => Ok(tick::due(state, now_ms)),

        Command::Issue(issue) => issue::issue(state, issue, now_ms),
        Command::Withdraw { ticket } => visit::withdraw(state, *ticket),
        Command::Reprint { ticket, at } => visit::reprint(state, *ticket, at),
        Command::CheckIn { ticket } => visit::check_in(state, *ticket, now_ms),
        Command::Lease { lane, count } => issue::lease(state, by, *lane, *count),
        Command::Merge { issued } => issue::merge(state, by, issued, now_ms),
        Command::VoidLease { device } => Ok(issue::void_lease(state, device)),
        Command::AdmitDevice { device, window } => {
            Ok(vec![Event::DeviceAdmitted { device: device.clone(), window: *window }])
        }
        Command::RevokeDevice { device } => Ok(vec![Event::DeviceRevoked { device: device.clone() }]),

        Command::OpenWindow { window, take_over } => window::open(state, by, *window, *take_over),
        Command::AtWindow { window, act } => {
            permit::seated(state, by, *window)?;
            window::act(state, *window, act, now_ms)
        }

        Command::Cancel { ticket } => visit::cancel(state, *ticket),
        Command::Leave { ticket } => visit::leave(state, *ticket),
        Command::Rejoin { ticket } => visit::rejoin(state, *ticket, now_ms),
        Command::Return { ticket } => visit::come_back(state, *ticket),
    }
}

fn known(state: &State, ticket: Ticket) -> Result<&Visit, Refusal> {
    state.visit(ticket).ok_or(Refusal::UnknownTicket { ticket })
}

fn wrong_stage(ticket: Ticket, visit: &Visit) -> Refusal {
    Refusal::WrongStage { ticket, stage: visit.stage.name() }
}

/// Only an item that the plan names can be told.
fn known_item(state: &State, item: Option<ItemId>) -> Result<(), Refusal> {
    let is_known = |item: ItemId| state.plan.as_ref().is_some_and(|plan| plan.items.contains_key(&item));
    item.filter(|item| !is_known(*item)).map_or(Ok(()), |item| Err(Refusal::UnknownItem { item }))
}

/// A text that a person typed, without the blanks around it.
fn reason(text: &str) -> Result<String, Refusal> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > REASON_CHARS_MAX {
        return Err(Refusal::BadReason { chars_max: REASON_CHARS_MAX });
    }
    Ok(text.to_owned())
}
