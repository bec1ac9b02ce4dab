//! What is kept of a visit for ever, and how every event changes it.
//!
//! The token of the citizen's page is not in the record: whoever reads a list of visits can't act for a citizen.

use hall::{
    Event,
    event::Unserved,
    forecast::Wait,
    plan::ItemId,
    state::StageName,
    words::{Actor, AtMs, Class, Lane, Language, Ticket, WindowId, ZoneId},
};
use serde::{Deserialize, Serialize};

use super::{CallRecord, WaitRecord};

/// A visit as it is looked up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitRecord {
    /// The number, and the day on which it was issued.
    pub ticket: Ticket,
    /// Whose queue it is in, or was last.
    pub lane: Lane,
    /// How it competes.
    pub class: Class,
    /// How its holder wants to be called.
    pub language: Language,
    /// Where it is.
    pub stage: StageName,
    /// The zone to which its holder was directed last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<ZoneId>,
    /// When the number was given out.
    pub issued_at_ms: AtMs,
    /// The effective arrival from which its first wait counts; `None` before the check-in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arrived_at_ms: Option<AtMs>,
    /// When it was called for the first time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_called_at_ms: Option<AtMs>,
    /// When it was called last; a recall does not count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub called_at_ms: Option<AtMs>,
    /// When service began last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at_ms: Option<AtMs>,
    /// When it was finished or ended without service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at_ms: Option<AtMs>,
    /// Time at windows that is over, ms.
    pub served_ms: u64,
    /// Every window to which it was called, the last one last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub windows: Vec<WindowId>,
    /// Who sat at the last of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clerk: Option<String>,
    /// Recalls since the last call.
    pub recalls: u32,
    /// Why it waits aside, or what is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The device that gave the number out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// The device was cut off when it gave the number out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub offline: bool,
    /// The appointed time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appointment_at_ms: Option<AtMs>,
    /// The kind of business, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<ItemId>,
    /// The wait that was foretold when the number was given out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub foreseen: Option<Wait>,
    /// Every wait, with the call that ended it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waits: Vec<WaitRecord>,
}

/// What is known beside the event.
#[derive(Clone, Copy, Debug)]
pub struct Circumstances<'a> {
    /// When it happened.
    pub at_ms: AtMs,
    /// Who asked.
    pub by: &'a Actor,
    /// Who sits at the window of the event.
    pub clerk: Option<&'a str>,
}

impl VisitRecord {
    /// The record with which a visit begins; `None` unless the event is [`Event::Issued`].
    #[must_use]
    pub fn begin(now: Circumstances<'_>, event: &Event) -> Option<Self> {
        let Event::Issued { ticket, lane, class, language, appointment_at_ms, offline, .. } = event else {
            return None;
        };
        let by_device = if let Actor::Device(name) = now.by { Some(name) } else { None };
        Some(Self {
            ticket: *ticket,
            lane: *lane,
            class: *class,
            language: *language,
            stage: StageName::Issued,
            zone: None,
            // A dispenser's clock may run ahead of the hall's.
            issued_at_ms: offline.as_ref().map_or(now.at_ms, |offline| offline.at_ms.min(now.at_ms)),
            arrived_at_ms: None,
            first_called_at_ms: None,
            called_at_ms: None,
            started_at_ms: None,
            ended_at_ms: None,
            served_ms: 0,
            windows: Vec::new(),
            clerk: None,
            recalls: 0,
            note: None,
            device: offline.as_ref().map(|offline| &offline.device).or(by_device).cloned(),
            offline: offline.is_some(),
            appointment_at_ms: *appointment_at_ms,
            item: None,
            foreseen: None,
            waits: Vec::new(),
        })
    }

    /// The window to which it was called last.
    #[must_use]
    pub fn window(&self) -> Option<WindowId> {
        self.windows.last().copied()
    }

    /// Its first wait, ms: from the effective arrival to the first call.
    #[must_use]
    pub fn wait_ms(&self) -> Option<u64> {
        Some(self.first_called_at_ms?.saturating_sub(self.arrived_at_ms?))
    }

    fn call(&mut self, call: CallRecord, now: Circumstances<'_>) {
        let window = call.window;
        if self.stage != StageName::Waiting {
            // Called by hand from where it was parked: it did not stand in a queue.
            let (from_ms, since_ms) = (now.at_ms, self.arrived_at_ms.unwrap_or(now.at_ms));
            let (lane, zone, class, item) = (self.lane, self.zone, self.class, self.item);
            let (until_ms, bound, call) = (None, None, None);
            let wait = WaitRecord { from_ms, until_ms, lane, zone, class, since_ms, item, bound, call };
            self.begin_wait(wait);
        }
        self.end_wait(now.at_ms, Some(call));
        self.stage = StageName::Called;
        self.first_called_at_ms.get_or_insert(now.at_ms);
        self.called_at_ms = Some(now.at_ms);
        self.windows.retain(|before| *before != window);
        self.windows.push(window);
        self.clerk = now.clerk.map(str::to_owned);
        self.recalls = 0;
        self.note = None;
    }

    /// The visit goes from where it is to another stage; time at a window ends there.
    fn go(&mut self, at_ms: AtMs, stage: StageName) {
        if self.stage == StageName::Serving {
            let since_ms = self.started_at_ms.unwrap_or(at_ms);
            self.served_ms = self.served_ms.saturating_add(at_ms.saturating_sub(since_ms));
        }
        self.stage = stage;
        self.note = None;
    }

    fn go_aside(&mut self, at_ms: AtMs, stage: StageName, note: &str) {
        self.go(at_ms, stage);
        self.note = Some(note.to_owned());
    }

    fn end(&mut self, at_ms: AtMs, stage: StageName) {
        self.end_wait(at_ms, None);
        self.go(at_ms, stage);
        self.ended_at_ms = Some(at_ms);
    }

    fn join(&mut self, at_ms: AtMs, event: &Event) {
        let Event::Joined { lane, zone, class, since_ms, window, .. } = event else { return };
        self.go(at_ms, StageName::Waiting);
        (self.lane, self.zone, self.class) = (*lane, Some(*zone), *class);
        self.arrived_at_ms.get_or_insert(*since_ms);
        let (lane, zone, class, since_ms, bound) = (*lane, Some(*zone), *class, *since_ms, *window);
        let (from_ms, until_ms, item, call) = (at_ms, None, self.item, None);
        self.begin_wait(WaitRecord { from_ms, until_ms, lane, zone, class, since_ms, item, bound, call });
    }
}

/// Lets an event change the record of the visit that it names. Pure: the same events lead to the same record.
pub fn project(record: &mut VisitRecord, now: Circumstances<'_>, event: &Event) {
    let at_ms = now.at_ms;
    match event {
        Event::Joined { .. } => record.join(at_ms, event),
        Event::Called { window, why, .. } => record.call(CallRecord { window: *window, why: why.clone() }, now),
        Event::Recalled { .. } => record.recalls = record.recalls.saturating_add(1),
        Event::Started { .. } => {
            record.stage = StageName::Serving;
            record.started_at_ms = Some(at_ms);
            record.clerk = now.clerk.map(str::to_owned);
        }
        Event::Finished { .. } => record.end(at_ms, StageName::Finished),
        Event::NotShown { .. } => record.go(at_ms, StageName::NoShow),
        Event::Parked { reason, .. } => record.go_aside(at_ms, StageName::Parked, reason),
        Event::SentForSupplement { missing, .. } => record.go_aside(at_ms, StageName::Supplement, missing),
        Event::Transferred { .. } => record.go(at_ms, StageName::Waiting),
        Event::Ended { how, .. } => record.end(at_ms, unserved(*how)),
        Event::Foreseen { wait, .. } => record.foreseen = Some(*wait),
        Event::ItemSet { item, .. } => record.item = *item,
        // The first is where a record begins; the others concern the hall or a window.
        Event::Issued { .. }
        | Event::Reprinted { .. }
        | Event::PlanAdopted { .. }
        | Event::RulesChanged { .. }
        | Event::SlipChanged { .. }
        | Event::Muted { .. }
        | Event::Unmuted { .. }
        | Event::Announced { .. }
        | Event::DayOpened { .. }
        | Event::DayClosed
        | Event::Leased { .. }
        | Event::LeaseVoided { .. }
        | Event::DeviceAdmitted { .. }
        | Event::DeviceRevoked { .. }
        | Event::WindowOpened { .. }
        | Event::WindowClosed { .. }
        | Event::WrapUpStarted { .. }
        | Event::Paused { .. }
        | Event::PauseAsked { .. }
        | Event::SwitchTurned { .. }
        | Event::Resumed { .. }
        | Event::EmergencyRaised { .. }
        | Event::EmergencyCleared { .. } => {}
    }
}

/// The visit that an event names, and the window where it happened.
pub(super) fn concerns(event: &Event) -> Option<(Ticket, Option<WindowId>)> {
    match event {
        Event::Issued { ticket, .. }
        | Event::Joined { ticket, .. }
        | Event::Foreseen { ticket, .. }
        | Event::Ended { ticket, .. } => Some((*ticket, None)),
        Event::ItemSet { ticket, window, .. } => Some((*ticket, *window)),
        Event::Called { ticket, window, .. }
        | Event::Recalled { ticket, window }
        | Event::Started { ticket, window }
        | Event::Finished { ticket, window }
        | Event::NotShown { ticket, window, .. }
        | Event::Parked { ticket, window, .. }
        | Event::SentForSupplement { ticket, window, .. }
        | Event::Transferred { ticket, window, .. } => Some((*ticket, Some(*window))),
        _ => None,
    }
}

fn unserved(how: Unserved) -> StageName {
    match how {
        Unserved::Cancelled => StageName::Cancelled,
        Unserved::Left => StageName::Left,
        Unserved::Expired => StageName::Expired,
    }
}
