//! What stands in a journal's records: one JSON entry a line.

use hall::{Command, Entry, Event, Request, State, command::WindowAct, decide, words::Actor};

use crate::{
    invariants, lines,
    living::{MORNING_MS, look, reads_back},
    people,
};

/// Any entries, whether they fit each other or not: each reads back as the same; `evolve` takes them all, the hall's
/// indexes stay true, a snapshot reads back, and the hall can be looked at and asked.
pub fn any_entries(bytes: &[u8]) {
    let mut state = State::default();
    for line in lines(bytes) {
        if let Ok(event) = serde_json::from_str::<Event>(line) {
            reads_back(&event);
        }
        if let Ok(entry) = serde_json::from_str::<Entry>(line) {
            reads_back(&entry);
            state.apply(&entry);
            invariants::check_indexes(&state);
        }
    }
    reads_back(&state);
    let now_ms = state.at_ms.max(MORNING_MS);
    look(&state, now_ms);
    commands(&state).for_each(|request| {
        if let Err(refusal) = decide(&state, &request, now_ms) {
            people::can_understand(&caller_server::views::refused(&refusal));
        }
    });
}

/// One of each kind that needs no more than a window or a ticket.
fn commands(state: &State) -> impl Iterator<Item = Request> {
    let sitting = |name: &str| Actor::Clerk { name: name.into(), console: name.into() };
    let manager = || Actor::Manager("lin".into());
    let windows = state.windows.keys().flat_map(move |&window| {
        use WindowAct::{CallNext, Close, Finish, NoShow, Recall, Start};
        let at = move |act| (manager(), Command::AtWindow { window, act });
        let open = (sitting("ann"), Command::OpenWindow { window, take_over: true });
        [CallNext, Recall, Start, Finish, NoShow, Close].map(at).into_iter().chain([open])
    });
    let visits = state.visits.keys().flat_map(move |&ticket| {
        let leave = Command::Leave { ticket };
        [leave, Command::Rejoin { ticket }, Command::Return { ticket }, Command::CheckIn { ticket }]
            .map(|command| (Actor::Manager("lin".into()), command))
    });
    let day =
        state.day.as_ref().map(|day| Command::OpenDay { day: hall::words::Day { year: day.day.year + 1, ..day.day } });
    let whole = [Command::Tick, Command::CloseDay].into_iter().chain(day).map(|command| (Actor::System, command));
    windows.chain(visits).chain(whole).map(|(by, command)| Request { by, command })
}
