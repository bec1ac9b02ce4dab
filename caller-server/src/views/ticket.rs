//! One visit, for its holder. Nothing personal, nothing of others.

use hall::{state::Stage, words::Ticket};
use protocol::view::{self, TicketView};

use super::{Scene, clerk::note, lane_out, range, stage_out};

/// The view of a ticket; `None` for one that is not known today.
pub fn ticket(scene: Scene<'_>, ticket: Ticket) -> Option<TicketView> {
    let visit = scene.state.visits.get(&ticket)?;
    let ahead = scene.state.ahead(ticket, scene.now_ms);
    let stage = stage_out(visit.stage.name());
    let (window, called_at_ms) = match visit.stage {
        Stage::Called { window, announced_at_ms, .. } => (Some(window.0), Some(announced_at_ms)),
        Stage::Serving { window, .. } => (Some(window.0), None),
        _ => (None, None),
    };
    Some(TicketView {
        number: ticket.number.to_string(),
        lane: lane_out(visit.lane),
        lane_name: scene.names.lane(visit.lane),
        zone_name: scene.names.zone(visit.zone),
        stage,
        ahead,
        wait: scene.outlook.borrow_mut().of(scene.state, ticket, scene.moment()).as_ref().and_then(range),
        window,
        called_at_ms,
        grace_until_ms: match visit.stage {
            Stage::NoShow { grace_until_ms } => Some(grace_until_ms),
            _ => None,
        },
        note: note(&visit.stage),
        can_cancel: can_cancel(stage),
    })
}

fn can_cancel(stage: view::Stage) -> bool {
    use view::Stage::{Issued, NoShow, Parked, Supplement, Waiting};
    matches!(stage, Issued | Waiting | Parked | Supplement | NoShow)
}
