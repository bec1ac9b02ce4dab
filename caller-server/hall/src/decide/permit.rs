//! Who may ask for what.

use crate::{
    command::{Command as C, WindowAct as W},
    refusal::Refusal,
    state::State,
    words::{Actor, WindowId},
};

/// The table of permissions. A clerk's acts at a window also need the seat there: see [`seated`].
pub(super) fn may(by: &Actor, command: &C) -> bool {
    match by {
        Actor::Citizen => matches!(command, C::Cancel { .. } | C::Rejoin { .. }),
        Actor::Device(_) => {
            matches!(
                command,
                C::Issue(_)
                    | C::Withdraw { .. }
                    | C::CheckIn { .. }
                    | C::Lease { .. }
                    | C::Merge { .. }
                    | C::Rejoin { .. }
            )
        }
        Actor::Clerk { .. } => of_the_staff(command) || matches!(command, C::OpenWindow { .. } | C::AtWindow { .. }),
        Actor::Manager(_) => {
            of_the_staff(command)
                || of_the_house(command)
                || matches!(command, C::AtWindow { act, .. } if of_a_manager(act))
        }
        Actor::System => of_the_house(command) || matches!(command, C::AdoptPlan(_) | C::Tick),
    }
}

fn of_the_staff(command: &C) -> bool {
    matches!(
        command,
        C::Issue(_)
            | C::Reprint { .. }
            | C::CheckIn { .. }
            | C::Cancel { .. }
            | C::Leave { .. }
            | C::Rejoin { .. }
            | C::Return { .. }
    )
}

fn of_the_house(command: &C) -> bool {
    matches!(
        command,
        C::SetRules { .. }
            | C::SetSlip { .. }
            | C::Mute { .. }
            | C::Announce { .. }
            | C::OpenDay { .. }
            | C::CloseDay
            | C::VoidLease { .. }
            | C::AdmitDevice { .. }
            | C::RevokeDevice { .. }
    )
}

fn of_a_manager(act: &W) -> bool {
    matches!(act, W::Close | W::Pause { .. } | W::Resume | W::RaiseEmergency | W::ClearEmergency)
}

/// A clerk acts only at the own window, from the console that holds it; a manager at any.
pub(super) fn seated(state: &State, by: &Actor, window: WindowId) -> Result<(), Refusal> {
    let there = state.windows.get(&window).ok_or(Refusal::UnknownWindow { window })?;
    let seat = there.seat.as_ref().ok_or(Refusal::WindowClosed { window })?;
    match by {
        Actor::Clerk { name, console } if seat.clerk != *name || seat.console != *console => {
            Err(Refusal::WindowTaken { window, clerk: seat.clerk.clone() })
        }
        _ => Ok(()),
    }
}
