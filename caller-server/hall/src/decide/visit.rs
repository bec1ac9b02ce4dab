//! What a holder does away from a window.

use super::{issue::effective_arrival, join::Joining, known, wrong_stage};
use crate::{
    event::{Event, JoinedWhy, Unserved},
    refusal::Refusal,
    state::{Stage, State},
    words::{AtMs, Ticket},
};

pub(super) fn check_in(state: &State, ticket: Ticket, now_ms: AtMs) -> Result<Vec<Event>, Refusal> {
    let visit = known(state, ticket)?;
    if visit.stage != Stage::Issued {
        return Err(wrong_stage(ticket, visit));
    }
    let since_ms = effective_arrival(now_ms, visit.appointment_at_ms);
    Ok(vec![Joining { since_ms, ..Joining::again(visit, JoinedWhy::Arrived) }.event(state, ticket)])
}

pub(super) fn cancel(state: &State, ticket: Ticket) -> Result<Vec<Event>, Refusal> {
    let visit = known(state, ticket)?;
    if !visit.is_live() || visit.stage.at_window().is_some() {
        return Err(wrong_stage(ticket, visit));
    }
    Ok(vec![Event::Ended { ticket, how: Unserved::Cancelled }])
}

/// Paper that came out elsewhere since is worth more than a dispenser's word that nobody holds any.
pub(super) fn withdraw(state: &State, ticket: Ticket) -> Result<Vec<Event>, Refusal> {
    let stays = known(state, ticket)?.reprints > 0;
    #[cfg(feature = "planted")]
    let stays = stays && !planted::is(planted::Bug::WithdrawnPaper);
    if stays { Ok(vec![]) } else { cancel(state, ticket) }
}

/// A slip is worth something while its visit lives.
pub(super) fn reprint(state: &State, ticket: Ticket, at: &str) -> Result<Vec<Event>, Refusal> {
    let visit = known(state, ticket)?;
    if !visit.is_live() {
        return Err(wrong_stage(ticket, visit));
    }
    Ok(vec![Event::Reprinted { ticket, at: Some(at.to_owned()) }])
}

pub(super) fn leave(state: &State, ticket: Ticket) -> Result<Vec<Event>, Refusal> {
    let visit = known(state, ticket)?;
    if !matches!(visit.stage, Stage::Waiting { .. }) {
        return Err(wrong_stage(ticket, visit));
    }
    Ok(vec![Event::Ended { ticket, how: Unserved::Left }])
}

/// R7: counts from the original arrival plus a penalty.
pub(super) fn rejoin(state: &State, ticket: Ticket, now_ms: AtMs) -> Result<Vec<Event>, Refusal> {
    let visit = known(state, ticket)?;
    let Stage::NoShow { grace_until_ms } = visit.stage else { return Err(wrong_stage(ticket, visit)) };
    if now_ms >= grace_until_ms {
        return Err(Refusal::GraceOver { ticket });
    }
    let penalty_ms = u64::from(state.rules.no_show.penalty_s) * 1000;
    let since_ms = visit.arrival_ms.saturating_add(penalty_ms);
    Ok(vec![Joining { since_ms, ..Joining::again(visit, JoinedWhy::Rejoined) }.event(state, ticket)])
}

pub(super) fn come_back(state: &State, ticket: Ticket) -> Result<Vec<Event>, Refusal> {
    let visit = known(state, ticket)?;
    if !matches!(visit.stage, Stage::Parked { .. } | Stage::Supplement { .. }) {
        return Err(wrong_stage(ticket, visit));
    }
    Ok(vec![Joining::again(visit, JoinedWhy::Returned).event(state, ticket)])
}
