//! What follows from an event: the only way in which a hall changes.
//!
//! - `hall`: plan, rules, business day, reserved numbers
//! - `visit`: what befalls a visit away from a window
//! - `window`: what happens at a window, and to the visit there
//! - `pace`: what it teaches about how fast the hall works

mod hall;
mod pace;
mod visit;
mod window;

use crate::{event::Event, state::State};

/// Applies what happened. Never fails: an event that does not fit the state is passed over, so that a replay of any journal
/// ends. Reads the entry's position and time from [`State::seq`] and [`State::at_ms`].
pub fn evolve(state: &mut State, event: &Event) {
    pace::learn(state, event);
    match event {
        Event::PlanAdopted { .. }
        | Event::RulesChanged { .. }
        | Event::SlipChanged { .. }
        | Event::Muted { .. }
        | Event::Unmuted { .. }
        | Event::SwitchTurned { .. }
        | Event::DayOpened { .. }
        | Event::DayClosed
        | Event::Leased { .. }
        | Event::LeaseVoided { .. } => hall::evolve(state, event),
        Event::Issued { .. }
        | Event::ItemSet { .. }
        | Event::Reprinted { .. }
        | Event::Joined { .. }
        | Event::Ended { .. } => visit::evolve(state, event),
        Event::WindowOpened { .. }
        | Event::WindowClosed { .. }
        | Event::Called { .. }
        | Event::Recalled { .. }
        | Event::Started { .. }
        | Event::Finished { .. }
        | Event::NotShown { .. }
        | Event::Parked { .. }
        | Event::SentForSupplement { .. }
        | Event::Transferred { .. }
        | Event::WrapUpStarted { .. }
        | Event::Paused { .. }
        | Event::PauseAsked { .. }
        | Event::Resumed { .. }
        | Event::EmergencyRaised { .. }
        | Event::EmergencyCleared { .. } => window::evolve(state, event),
        // Right or wrong, said, let in or not: the hall is the same.
        Event::Foreseen { .. }
        | Event::Announced { .. }
        | Event::DeviceAdmitted { .. }
        | Event::DeviceRevoked { .. } => {}
    }
}
