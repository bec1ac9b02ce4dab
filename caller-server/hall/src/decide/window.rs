//! Acts at a window.

use super::{
    call,
    day::released,
    reason,
    service::{self, finished},
};
use crate::{
    command::WindowAct,
    event::Event,
    refusal::Refusal,
    state::{Doing, Line, State, Window},
    words::{Actor, AtMs, Class, Ticket, WindowId},
};

/// Who takes a window over goes on with what it is doing.
pub(super) fn open(state: &State, by: &Actor, window: WindowId, take_over: bool) -> Result<Vec<Event>, Refusal> {
    let Actor::Clerk { name: clerk, console } = by else { return Err(Refusal::NotAllowed) };
    let seat = there(state, window)?.seat.as_ref();
    let sits_at = |other: &Window| other.seat.iter().any(|seat| seat.clerk == *clerk || seat.console == *console);
    if let Some((&other, _)) = state.windows.iter().find(|&(&id, other)| id != window && sits_at(other)) {
        return Err(Refusal::HasOtherWindow { window: other });
    }
    match seat {
        Some(seat) if seat.clerk == *clerk && seat.console == *console => Ok(vec![]),
        Some(seat) if !take_over => Err(Refusal::WindowTaken { window, clerk: seat.clerk.clone() }),
        _ => Ok(vec![Event::WindowOpened { window, clerk: clerk.clone(), console: console.clone() }]),
    }
}

/// An act of one who may act at this window.
pub(super) fn act(state: &State, window: WindowId, act: &WindowAct, now_ms: AtMs) -> Result<Vec<Event>, Refusal> {
    let doing = &there(state, window)?.doing;
    match doing {
        Doing::Closed => return Err(Refusal::WindowClosed { window }),
        Doing::Emergency { .. } if *act != WindowAct::ClearEmergency => {
            return Err(Refusal::WindowInEmergency { window });
        }
        _ => {}
    }
    match act {
        WindowAct::Close => close(state, window, doing),
        WindowAct::CallNext => call::next(state, window, now_ms),
        WindowAct::Call(ticket) => call::by_hand(state, window, *ticket, now_ms),
        WindowAct::Recall => call::again(state, window, now_ms),
        WindowAct::NoShow => call::not_shown(state, window, now_ms),
        WindowAct::Start => Ok(vec![Event::Started { ticket: called_at(state, window)?, window }]),
        WindowAct::SetItem(item) => service::set_item(state, window, *item),
        WindowAct::Finish => finished(state, window, now_ms),
        WindowAct::Park { until_ms, reason } => service::park(state, window, *until_ms, reason, now_ms),
        WindowAct::Supplement { missing } => service::supplement(state, window, missing, now_ms),
        WindowAct::Transfer { to, come_back } => service::transfer(state, window, *to, *come_back, now_ms),
        WindowAct::Pause { reason } => pause(state, window, doing, reason),
        WindowAct::Resume => match doing {
            Doing::Paused { .. } | Doing::WrapUp { .. } => Ok(vec![Event::Resumed { window }]),
            _ if pause_asked(state, window).is_some() => Ok(vec![Event::Resumed { window }]),
            _ => Err(Refusal::WindowNotPaused { window }),
        },
        WindowAct::RaiseEmergency => Ok(vec![Event::EmergencyRaised { window }]),
        WindowAct::ClearEmergency => match doing {
            Doing::Emergency { .. } => Ok(vec![Event::EmergencyCleared { window }]),
            _ => Err(Refusal::NoEmergency { window }),
        },
    }
}

/// Visits that wait for this window alone wait for their lane.
fn close(state: &State, window: WindowId, doing: &Doing) -> Result<Vec<Event>, Refusal> {
    if let Some(ticket) = doing.ticket() {
        return Err(Refusal::WindowBusy { window, ticket });
    }
    let bound = Class::ALL.into_iter().flat_map(|class| state.lines.of(Line::Window(window), class));
    let released = bound.filter_map(|(_, ticket)| Some(released(state, ticket, state.visit(ticket)?)));
    Ok(std::iter::once(Event::WindowClosed { window }).chain(released).collect())
}

/// With auto-call the next ticket would come before a clerk could pause: there a pause can be asked for during a visit.
fn pause(state: &State, window: WindowId, doing: &Doing, why: &str) -> Result<Vec<Event>, Refusal> {
    match doing {
        Doing::Calling { .. } | Doing::Serving { .. } if state.in_force().auto_call.contains(&window) => {
            Ok(vec![Event::PauseAsked { window, reason: reason(why)? }])
        }
        Doing::Calling { ticket } | Doing::Serving { ticket } => Err(Refusal::WindowBusy { window, ticket: *ticket }),
        Doing::Paused { .. } => Err(Refusal::WindowPaused { window }),
        _ => Ok(vec![Event::Paused { window, reason: reason(why)? }]),
    }
}

/// Why the window pauses after the present visit, if that was asked for.
pub(super) fn pause_asked(state: &State, window: WindowId) -> Option<&String> {
    state.windows.get(&window)?.pause_after.as_ref()
}

pub(super) fn there(state: &State, window: WindowId) -> Result<&Window, Refusal> {
    state.windows.get(&window).ok_or(Refusal::UnknownWindow { window })
}

/// The ticket that was called to the window and has not come.
pub(super) fn called_at(state: &State, window: WindowId) -> Result<Ticket, Refusal> {
    match there(state, window)?.doing {
        Doing::Calling { ticket } => Ok(ticket),
        Doing::Serving { ticket } => Err(Refusal::AlreadyStarted { ticket }),
        _ => Err(Refusal::NobodyHere { window }),
    }
}

/// The ticket that is served at the window.
pub(super) fn served_at(state: &State, window: WindowId) -> Result<Ticket, Refusal> {
    match there(state, window)?.doing {
        Doing::Serving { ticket } => Ok(ticket),
        Doing::Calling { ticket } => Err(Refusal::NotStarted { ticket }),
        _ => Err(Refusal::NobodyHere { window }),
    }
}
