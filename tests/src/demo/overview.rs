//! What a manager sees, as the line that lives, and how the demonstration knows that the day is over.

use std::sync::Arc;

use protocol::{
    FromServer, Subject, View,
    view::{ManagerView, WindowState},
};
use tokio::sync::watch;

use super::{World, clock::Clock, person::Person, setup::FREE_WINDOW};

/// The manager's screen. It also tells the clock what time it is.
pub fn watch_hall(manager: &Person, clock: Arc<Clock>) -> watch::Receiver<Option<ManagerView>> {
    let (show, seen) = watch::channel(None);
    tokio::spawn(manager.screen(Subject::Manager).follow(move |text| match serde_json::from_str(text) {
        Ok(FromServer::View { view: View::Manager(view), .. }) => drop(show.send_replace(Some(view))),
        // These are sent when they are made; a view may have waited.
        Ok(FromServer::Welcome { now_ms, .. } | FromServer::Pulse { now_ms }) => clock.hear(now_ms),
        _ => {}
    }));
    seen
}

/// The line that lives; narrower than 80 columns.
pub fn line(world: &World, hall: &ManagerView) -> String {
    let time = world.clock.local().time();
    format!(
        "{:02}:{:02} │ 取号 issued {} │ 等候 waiting {} │ 办理中 at windows {} │ 办结 served {} │ 均候 wait {:.1} min",
        time.hour(),
        time.minute(),
        hall.issued,
        waiting(hall),
        at_windows(hall).count(),
        hall.finished,
        f64::from(hall.mean_wait_s) / 60.0,
    )
}

/// Whether nobody waits and nobody is at a window, but for the one that is not ours.
pub fn is_empty(hall: &ManagerView) -> bool {
    waiting(hall) == 0 && at_windows(hall).all(|window| window == FREE_WINDOW)
}

fn waiting(hall: &ManagerView) -> u32 {
    hall.lanes.iter().map(|lane| lane.waiting).sum()
}

fn at_windows(hall: &ManagerView) -> impl Iterator<Item = u16> {
    let busy = |state| matches!(state, WindowState::Calling | WindowState::Serving);
    hall.windows.iter().filter(move |row| busy(row.window.state)).map(|row| row.window.window)
}
