//! The outcomes of a script.

use hall::{
    Event, Refusal,
    command::Target,
    words::{Ticket, WindowId},
};

/// The events in a few words, or `refused:` and the code.
pub fn outcome(outcome: &Result<Vec<Event>, Refusal>) -> String {
    match outcome {
        Ok(events) if events.is_empty() => "nothing".into(),
        Ok(events) => events.iter().map(said).collect::<Vec<_>>().join(", "),
        Err(refusal) => format!("refused: {}", refusal.code()),
    }
}

fn said(event: &Event) -> String {
    match event {
        Event::PlanAdopted { .. } => "plan adopted".into(),
        Event::RulesChanged { reason, .. } => format!("rules changed: {reason}"),
        Event::SlipChanged { reason, by, .. } => format!("slip changed by {by}: {reason}"),
        Event::Muted { zone, reason, by } => format!("{zone} muted by {by}: {reason}"),
        Event::Unmuted { zone, reason, by } => format!("{zone} speaks again, by {by}: {reason}"),
        Event::Announced { zone, zh, by, .. } => format!("{zone} hears of {by}: {zh}"),
        Event::DayOpened { day } => format!("{day} opened"),
        Event::DayClosed => "day closed".into(),
        Event::Leased { device, first, last, .. } => format!("{device} holds {first} to {last}"),
        Event::LeaseVoided { device } => format!("{device} holds none"),
        Event::DeviceAdmitted { device, .. } => format!("{device} let in"),
        Event::DeviceRevoked { device } => format!("{device} shut out"),
        _ => of_a_visit(event).unwrap_or_else(|| of_a_window(event)),
    }
}

fn of_a_visit(event: &Event) -> Option<String> {
    Some(match event {
        Event::Issued { ticket, .. } => format!("{} issued", name(*ticket)),
        Event::Reprinted { ticket, at: None } => format!("{} printed again", name(*ticket)),
        Event::Reprinted { ticket, at: Some(at) } => format!("{} printed again at {at}", name(*ticket)),
        Event::Joined { ticket, window, why, .. } => {
            let bound = window.map(|window| format!(" for {window}")).unwrap_or_default();
            format!("{} waits{bound} ({})", name(*ticket), word(why))
        }
        Event::Called { ticket, window, why } => {
            format!("{} called to {window} ({})", name(*ticket), word(&why.because))
        }
        Event::ItemSet { ticket, item: None, .. } => format!("{} is anything", name(*ticket)),
        Event::ItemSet { ticket, item: Some(item), .. } => format!("{} is {item}", name(*ticket)),
        Event::Recalled { ticket, .. } => format!("{} recalled", name(*ticket)),
        Event::Started { ticket, .. } => format!("{} started", name(*ticket)),
        Event::Finished { ticket, .. } => format!("{} finished", name(*ticket)),
        Event::NotShown { ticket, .. } => format!("{} absent", name(*ticket)),
        Event::Parked { ticket, .. } => format!("{} parked", name(*ticket)),
        Event::SentForSupplement { ticket, .. } => format!("{} sent for a paper", name(*ticket)),
        Event::Transferred { ticket, to: Target::Lane(lane), .. } => {
            format!("{} sent to {}", name(*ticket), word(lane))
        }
        Event::Transferred { ticket, to: Target::Window(to), .. } => format!("{} sent to {to}", name(*ticket)),
        Event::Ended { ticket, how } => format!("{} {}", name(*ticket), word(how)),
        _ => return None,
    })
}

fn of_a_window(event: &Event) -> String {
    let says = |window: &WindowId, what: &str| format!("{window} {what}");
    match event {
        Event::WindowOpened { window, clerk, .. } => says(window, &format!("opened by {clerk}")),
        Event::WindowClosed { window } => says(window, "closed"),
        Event::WrapUpStarted { window, .. } => says(window, "wraps up"),
        Event::Paused { window, reason } => says(window, &format!("paused: {reason}")),
        Event::PauseAsked { window, reason } => says(window, &format!("pauses afterwards: {reason}")),
        Event::SwitchTurned { name, on } => format!("{name} {}", if *on { "on" } else { "off" }),
        Event::Resumed { window } => says(window, "resumed"),
        Event::EmergencyRaised { window } => says(window, "in emergency"),
        Event::EmergencyCleared { window } => says(window, "out of emergency"),
        _ => format!("{event:?}"),
    }
}

fn name(ticket: Ticket) -> String {
    ticket.number.to_string()
}

/// The word of a plain enum, as in JSON.
fn word(of: &impl serde::Serialize) -> String {
    serde_json::to_value(of).ok().and_then(|value| Some(value.as_str()?.to_owned())).unwrap_or_default()
}
