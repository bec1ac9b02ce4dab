//! What is due by itself.

use super::join::Joining;
use crate::{
    event::{Event, JoinedWhy, Unserved},
    state::{Due, State},
    words::AtMs,
};

/// Everything that is due, in the order of its time.
pub(super) fn due(state: &State, now_ms: AtMs) -> Vec<Event> {
    let due = state.deadlines.iter().take_while(|deadline| deadline.at_ms <= now_ms);
    due.filter_map(|deadline| happens(state, deadline.due)).collect()
}

fn happens(state: &State, due: Due) -> Option<Event> {
    Some(match due {
        Due::Unpark(ticket) => Joining::again(state.visit(ticket)?, JoinedWhy::Returned).event(state, ticket),
        Due::Expire(ticket) => Event::Ended { ticket, how: Unserved::Expired },
        Due::WrapUp(window) => Event::Resumed { window },
    })
}
