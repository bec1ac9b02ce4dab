//! What is due by itself: ends of parking, wrap-up and grace, switches (R6), and the next call by auto-call (R8).

use super::join::Joining;
use crate::{
    balance::{auto_call, turning},
    event::{Event, JoinedWhy, Unserved},
    state::{Due, State},
    words::AtMs,
};

/// Everything that is due, in the order of its time. What it leads to waits for the next tick: switches are looked at when no
/// deadline is left, and a ticket is called when no switch turns.
pub(super) fn due(state: &State, now_ms: AtMs) -> Vec<Event> {
    let due = state.deadlines.iter().take_while(|deadline| deadline.at_ms <= now_ms);
    let mut events: Vec<Event> = due.filter_map(|deadline| happens(state, deadline.due)).collect();
    if events.is_empty() {
        let turned = |(name, on): (&str, bool)| Event::SwitchTurned { name: name.to_owned(), on };
        events = turning(state, now_ms).map(turned).collect();
    }
    if events.is_empty() {
        let called = auto_call(state, now_ms);
        events = called.map(|(ticket, window, why)| Event::Called { ticket, window, why }).into_iter().collect();
    }
    events
}

fn happens(state: &State, due: Due) -> Option<Event> {
    Some(match due {
        Due::Unpark(ticket) => Joining::again(state.visit(ticket)?, JoinedWhy::Returned).event(state, ticket),
        Due::Expire(ticket) => Event::Ended { ticket, how: Unserved::Expired },
        Due::WrapUp(window) => Event::Resumed { window },
    })
}
