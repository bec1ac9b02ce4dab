//! The only translator from the hall's state and events to the words on the wire.
//!
//! - here: small words, waits, calls, answers, refusals
//! - `window`, `board`, `clerk`, `manager`, `ticket`: one file a view
//! - `why`: a choice in one sentence

mod board;
mod clerk;
mod manager;
mod overtaking;
mod rules;
mod ticket;
mod why;
mod window;

use std::cell::RefCell;

use hall::{
    Entry, Event, Refusal, State,
    forecast::{self, Moment, Outlook, Wait},
    state::{LastCall, StageName},
    words::{AtMs, Class, Lane, Language, Ticket, WindowId},
};
use protocol::{
    Answer, FromServer, Refused, Text, TicketAnswer, order,
    view::{self, CallView, LaneView, NoticeView, WaitRange},
};

pub use board::{board, dispenser};
pub use clerk::{ClerkAt, clerk};
pub use manager::{Figures, Watch, manager, zones};
pub use overtaking::overtaking;
pub use rules::rules;
pub use ticket::ticket;
pub use why::why;
pub use window::{window, window_with_calls};

use crate::names::Names;

/// What a view is made from.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    /// The hall; only what is durable.
    pub state: &'a State,
    /// What its parts are called.
    pub names: &'a Names,
    /// The hall's time.
    pub now_ms: AtMs,
    /// The midnight before, in the hall.
    pub midnight_ms: AtMs,
    /// How long people will wait.
    pub outlook: &'a RefCell<Outlook>,
}

/// What came of an entry, for the one who asked. `state` is the hall right after it.
pub fn answer(state: &State, entry: &Entry) -> Answer {
    entry
        .events
        .iter()
        .rev()
        .find_map(|event| answer_of(state, entry, event))
        .unwrap_or(Answer::Done { seq: entry.seq })
}

/// A refusal, for people and programs.
pub fn refused(refusal: &Refusal) -> Refused {
    Refused { code: refusal.code().into(), text: Text::new(refusal.zh(), refusal.to_string()) }
}

/// A call, as it is shown and spoken; `None` when the state does not know the ticket or window.
pub fn call(state: &State, window: WindowId, call: LastCall) -> Option<CallView> {
    let plan = state.plan.as_ref()?.windows.get(&window)?;
    let language = state.visits.get(&call.ticket).map_or(Language::Zh, |visit| visit.language);
    Some(CallView {
        seq: call.seq,
        number: call.ticket.number.to_string(),
        window: window.0,
        zone: plan.zone.0,
        at_ms: call.at_ms,
        recalls: call.recalls,
        language: language_out(language),
    })
}

/// The notice that an event of an entry wants, if it does.
pub fn notice(entry: &Entry, event: &Event) -> Option<NoticeView> {
    let Event::Announced { zone, zh, en, .. } = event else { return None };
    Some(NoticeView { seq: entry.seq, zone: zone.0, at_ms: entry.at_ms, text: Text::new(zh, en) })
}

/// The last call from a window.
pub fn last_call(state: &State, window: WindowId) -> Option<CallView> {
    call(state, window, state.windows.get(&window)?.last_call?)
}

/// The queues that the hall offers.
pub fn lanes(scene: Scene<'_>) -> Vec<LaneView> {
    let offered = scene.state.plan.iter().flat_map(|plan| plan.letters.keys());
    offered.map(|&lane| lane_view(scene, lane)).collect()
}

fn answer_of(state: &State, entry: &Entry, event: &Event) -> Option<Answer> {
    match event {
        Event::Called { window, .. } | Event::Recalled { window, .. } => {
            last_call(state, *window).map(|call| Answer::Called { call })
        }
        Event::Issued { ticket, offline: None, .. } => {
            let wait = foreseen(entry, *ticket);
            ticket_answer(state, entry.at_ms, *ticket, wait.as_ref()).map(Answer::Ticket)
        }
        Event::Reprinted { ticket, at: None } => {
            let wait = foreseen(entry, *ticket);
            let again = ticket_answer(state, entry.at_ms, *ticket, wait.as_ref())?;
            Some(Answer::Ticket(TicketAnswer { reprint: true, ..again }))
        }
        Event::Leased { lane, first, last, .. } => leased(state, *lane, *first, *last),
        _ => None,
    }
}

fn ticket_answer(state: &State, now_ms: AtMs, ticket: Ticket, wait: Option<&Wait>) -> Option<TicketAnswer> {
    let visit = state.visits.get(&ticket)?;
    let ahead = state.ahead(ticket, now_ms);
    Some(TicketAnswer {
        ticket: ticket.to_string(),
        number: ticket.number.to_string(),
        lane: lane_out(visit.lane),
        zone: ahead.map(|_| visit.zone.0),
        ahead: ahead.unwrap_or(0),
        wait: wait.and_then(range),
        token: visit.token.clone(),
        at_ms: visit.issued_at_ms,
        reprint: false,
    })
}

/// The order to a dispenser to print a slip again; `None` for a visit that is not known.
pub fn print(scene: Scene<'_>, key: String, ticket: Ticket) -> Option<FromServer> {
    let visit = scene.state.visit(ticket)?;
    let wait = scene.outlook.borrow_mut().of(scene.state, ticket, scene.moment());
    let again = ticket_answer(scene.state, scene.now_ms, ticket, wait.as_ref())?;
    let (class, language) = (class_out(visit.class), language_out(visit.language));
    Some(FromServer::Print { key, ticket: TicketAnswer { reprint: true, ..again }, class, language })
}

fn leased(state: &State, lane: Lane, first: u32, last: u32) -> Option<Answer> {
    let letter = *state.plan.as_ref()?.letters.get(&lane)?;
    let number = |n| hall::words::Number { letter, n }.to_string();
    Some(Answer::Leased { first: number(first), last: number(last), day: state.day.as_ref()?.day.to_string() })
}

fn lane_view(scene: Scene<'_>, lane: Lane) -> LaneView {
    LaneView {
        lane: lane_out(lane),
        name: scene.names.lane(lane),
        waiting: count(scene.state.waiting_in(lane)),
        open_windows: count(scene.state.open_windows(lane)),
        wait: scene.outlook.borrow_mut().of_a_comer(scene.state, lane, scene.moment()).as_ref().and_then(range),
    }
}

impl Scene<'_> {
    fn moment(&self) -> Moment {
        Moment { now_ms: self.now_ms, midnight_ms: self.midnight_ms }
    }
}

/// What the holder of a number that was given out in an entry was told.
fn foreseen(entry: &Entry, of: Ticket) -> Option<Wait> {
    entry.events.iter().find_map(|event| match event {
        Event::Foreseen { ticket, wait } if *ticket == of => Some(*wait),
        _ => None,
    })
}

/// A forecast as people read it; `None` when nobody knows, such as while no window will serve.
fn range(wait: &Wait) -> Option<WaitRange> {
    let forecast::WaitRange { low_min, high_min } = forecast::WaitRange::of(wait)?;
    Some(WaitRange { low_min, high_min })
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn seconds(ms: u64) -> u32 {
    u32::try_from(ms / 1000).unwrap_or(u32::MAX)
}

/// The lane, on the wire.
pub fn lane_out(lane: Lane) -> order::Lane {
    match lane {
        Lane::Acceptance => order::Lane::Acceptance,
        Lane::Issuing => order::Lane::Issuing,
        Lane::Consulting => order::Lane::Consulting,
    }
}

/// The class, on the wire.
pub fn class_out(class: Class) -> order::Class {
    match class {
        Class::Normal => order::Class::Normal,
        Class::Returning => order::Class::Returning,
        Class::Priority => order::Class::Priority,
        Class::Appointment => order::Class::Appointment,
    }
}

fn language_out(language: Language) -> order::Language {
    match language {
        Language::Zh => order::Language::Zh,
        Language::En => order::Language::En,
    }
}

/// The stage of a visit, on the wire.
pub fn stage_out(stage: StageName) -> view::Stage {
    match stage {
        StageName::Issued => view::Stage::Issued,
        StageName::Waiting => view::Stage::Waiting,
        StageName::Called => view::Stage::Called,
        StageName::Serving => view::Stage::Serving,
        StageName::Parked => view::Stage::Parked,
        StageName::Supplement => view::Stage::Supplement,
        StageName::NoShow => view::Stage::NoShow,
        StageName::Finished => view::Stage::Finished,
        StageName::Cancelled => view::Stage::Cancelled,
        StageName::Left => view::Stage::Left,
        StageName::Expired => view::Stage::Expired,
    }
}
