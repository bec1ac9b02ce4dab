//! The fan-out without its surroundings: who sees what, what changed, what is to be sent when. Its time comes from whoever
//! drives it and from the hall's clock; it waits for nobody.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ::hall::{Entry, Event, words::WindowId};
use axum::extract::ws::Utf8Bytes;
use metrics::{counter, gauge};
use protocol::{FromServer, Subject, Text, View};
use tokio::time::Instant;

use super::topic::{self, Member, Topic};
use super::{ConnectionId, Hall, Joining, Said, Tell, attend::Waiting, speech, speech::Unspoken, text};
use crate::announce::{Announcer, Input};
use crate::views::{self, ClerkAt};

/// Views that are made before it is asked again for news: a call never waits for more than these.
const VIEWS_AT_ONCE: usize = 8;

/// The hall as the world may see it, and everybody who looks.
pub struct FanOut {
    pub(super) hall: Hall,
    pub(super) topics: BTreeMap<Subject, Topic>,
    /// Who speaks when.
    pub(super) announcer: Announcer,
    /// The announcer's time begins here.
    pub(super) began: Instant,
    /// When what is being taken in happened.
    pub(super) now: Instant,
    /// Voices that were told which clips there are.
    pub(super) prepared: BTreeSet<ConnectionId>,
    /// Notices that wait for their voice.
    pub(super) unspoken: Vec<Unspoken>,
    /// Who waits for the answer of a device.
    pub(super) attending: Waiting,
}

impl FanOut {
    /// Nobody looks yet.
    pub fn new(hall: Hall, now: Instant) -> Self {
        let announcer = speech::announcer(&hall);
        let (topics, prepared, unspoken, attending) = Default::default();
        let mut views = Self { hall, topics, announcer, began: now, now, prepared, unspoken, attending };
        views.mute();
        views.calls_that_stand();
        views
    }

    /// The hall as the world may see it.
    pub fn hall(&self) -> &Hall {
        &self.hall
    }

    /// How many look.
    pub fn members(&self) -> usize {
        self.topics.values().map(|topic| topic.members.len()).sum()
    }

    /// When [`FanOut::send_due`] has something to send.
    pub fn due_at(&self) -> Option<Instant> {
        self.topics.values().filter_map(Topic::due_at).chain(self.speech_due_at()).min()
    }

    /// Takes in news.
    pub fn apply(&mut self, tell: Tell, now: Instant) {
        self.now = now;
        match tell {
            Tell::Durable(entries) => self.durable(&entries),
            Tell::Storage(trouble) => self.storage(trouble),
            Tell::Alarm(refused) => self.hall.alarm(refused),
            Tell::Join(joining) => self.join(joining),
            Tell::Leave(id, subject) => self.leave(id, subject),
            Tell::Device(name, said) => self.device(&name, said),
            Tell::Rendered(text, refused) => self.rendered(&text, refused),
            Tell::Attend(attending) => self.attend(attending),
            Tell::Devices => self.cut_revoked(),
            Tell::Look(look) => look(&self.hall),
        }
    }

    /// Waits grow and alarms come up without an entry: looks over the manager's view.
    pub fn look_over(&mut self, now: Instant) {
        self.now = now;
        self.announcer(Input::Timer);
        let ms = self.ms(now);
        self.hall.look_for_unseen(ms);
        // The command line takes keys away, too.
        self.cut_revoked();
        self.stale(|subject| *subject == Subject::Manager);
    }

    /// Sends what is due, or the first part of it.
    pub fn send_due(&mut self, now: Instant) {
        self.now = now;
        if self.speech_due_at().is_some_and(|at| at <= now) {
            self.speak_notices();
            self.announcer(Input::Timer);
            self.stale(|subject| matches!(subject, Subject::Manager | Subject::Clerk { .. }));
        }
        let due = |(subject, topic): (&Subject, &Topic)| {
            topic.due_at().filter(|at| *at <= now).map(|at| (at, subject.clone()))
        };
        let mut due: Vec<(Instant, Subject)> = self.topics.iter().filter_map(due).collect();
        due.sort();
        for (_, subject) in due.iter().take(VIEWS_AT_ONCE) {
            self.send(subject);
        }
    }

    fn durable(&mut self, entries: &[Arc<Entry>]) {
        let mut touched = BTreeSet::new();
        for entry in entries {
            let ms = self.ms(self.now);
            for window in self.hall.apply(entry, ms) {
                touched.insert(window);
                // The light first: it waits for nobody.
                self.send(&Subject::Window { window: window.0 });
                self.announce(window);
            }
            self.announce_notices(entry);
        }
        self.order_slips(entries);
        let now = self.now;
        let events = || entries.iter().flat_map(|entry| &entry.events);
        let all = events().any(Event::concerns_all_windows);
        let voices = events().any(Event::concerns_voices);
        if voices {
            self.mute();
        }
        // The next slip is to be the new one.
        let slip = events().any(|event| matches!(event, Event::SlipChanged { .. }));
        for (subject, topic) in &mut self.topics {
            match subject {
                Subject::Window { .. } if !all => {}
                Subject::Dispenser if slip => topic.is_due(now),
                Subject::Manager | Subject::Clerk { .. } if voices => topic.is_due(now),
                Subject::Clerk { window, .. } if touched.contains(&WindowId(*window)) => topic.is_due(now),
                _ => topic.is_stale(subject, now),
            }
        }
    }

    fn storage(&mut self, trouble: Option<Text>) {
        self.hall.watch.storage = trouble;
        self.stale(|subject| *subject == Subject::Manager);
    }

    fn join(&mut self, joining: Joining) {
        let subject = topic::shared(joining.subject);
        if let Some(name) = &joining.device {
            let now_ms = self.hall.now_ms();
            self.hall.watch.connected(name, joining.id, now_ms);
        }
        if let (Subject::Window { window }, Some(_)) = (&subject, &joining.device) {
            self.announcer(Input::Display { window: *window });
        }
        let device = joining.device.clone().filter(|_| subject == Subject::Dispenser);
        let member = Member { id: joining.id, device: joining.device, outbox: joining.outbox };
        for call in joining.resume_from.map(|seq| self.hall.missed(&subject, seq)).unwrap_or_default() {
            member.send(&text(&FromServer::Missed { call }));
        }
        if let Some(view) = self.view(&subject) {
            member.send(&self.numbered(view));
        }
        self.topics.entry(subject).or_default().members.push(member);
        self.count();
        if let Some(device) = device {
            self.print_at(&device);
        }
        self.stale(|subject| matches!(subject, Subject::Manager | Subject::Clerk { .. }));
    }

    fn leave(&mut self, id: ConnectionId, subject: Subject) {
        let subject = topic::shared(subject);
        let now_ms = self.hall.now_ms();
        self.hall.watch.gone(id, now_ms);
        self.prepared.remove(&id);
        self.announcer(Input::Gone { voice: id });
        #[cfg(feature = "planted")]
        if planted::is(planted::Bug::DroppedUnsubscribe) {
            return;
        }
        if let Some(topic) = self.topics.get_mut(&subject) {
            topic.members.retain(|member| member.id != id);
            if topic.members.is_empty() {
                self.topics.remove(&subject);
            }
        }
        self.count();
        self.stale(|subject| matches!(subject, Subject::Manager | Subject::Clerk { .. }));
    }

    fn device(&mut self, name: &str, said: Said) {
        let is_of_slips = matches!(said, Said::Slips(..) | Said::Printed(..));
        match said {
            Said::Voice(voice, window, clock_ms, more) => {
                let zone = window.and_then(|window| self.hall.zone_of(window));
                if more && self.prepared.insert(voice) {
                    self.prepare(voice);
                }
                self.announcer(Input::Voice { voice, name: name.to_owned(), window, zone, clock_ms, more });
            }
            Said::Attended(key, attended) => self.attended(name, &key, attended),
            Said::Word(call, what) => self.announcer(Input::Said { name: name.to_owned(), call, what }),
            said => {
                let now_ms = self.hall.now_ms();
                self.hall.watch.said(name, said, now_ms);
            }
        }
        if is_of_slips {
            self.tell_who_misses();
        }
        let now = self.now;
        for (subject, topic) in &mut self.topics {
            match subject {
                Subject::Clerk { .. } => topic.is_due(now),
                Subject::Manager => topic.is_stale(subject, now),
                _ => {}
            }
        }
    }

    /// The staff wants slips printed: the dispensers hear it at once.
    fn order_slips(&self, entries: &[Arc<Entry>]) {
        let chosen = |event: &Event| if let Event::Reprinted { at, .. } = event { at.clone() } else { None };
        let devices: BTreeSet<String> = entries.iter().flat_map(|entry| &entry.events).filter_map(chosen).collect();
        devices.iter().for_each(|device| self.print_at(device));
    }

    /// Tells a dispenser what it still has to print for the staff.
    fn print_at(&self, device: &str) {
        for (key, ticket) in self.hall.watch.slips.due_at(device) {
            if let Some(message) = views::print(self.hall.scene(), key, ticket) {
                self.tell(device, &message);
            }
        }
    }

    /// Tells the dispensers which of the slips that they miss came out elsewhere.
    fn tell_who_misses(&self) {
        for (device, ticket) in self.hall.watch.slips.out_elsewhere() {
            self.tell(&device, &FromServer::PrintedElsewhere { ticket: ticket.to_string() });
        }
    }

    /// Says something to one device, over each of its connections; `false` when nothing of it is taken. What a dispenser misses,
    /// because it is gone or slow, it hears when it comes back.
    pub(super) fn tell(&self, device: &str, message: &FromServer) -> bool {
        let members = self.topics.values().flat_map(|topic| &topic.members);
        let of_device = members.filter(|member| member.device.as_deref() == Some(device));
        // Each of them, whatever became of the others.
        of_device.filter(|member| member.send(&text(message))).count() > 0
    }

    pub(super) fn stale(&mut self, which: impl Fn(&Subject) -> bool) {
        let now = self.now;
        for (subject, topic) in self.topics.iter_mut().filter(|(subject, _)| which(subject)) {
            topic.is_stale(subject, now);
        }
    }

    fn send(&mut self, subject: &Subject) {
        if !self.topics.contains_key(subject) {
            return;
        }
        let view = self.view(subject);
        let now = self.now;
        let changed = self.topics.get_mut(subject).is_some_and(|topic| topic.sent(view.as_ref(), now));
        let Some(view) = view.filter(|_| changed) else { return };
        let text = self.numbered(view);
        if let Some(topic) = self.topics.get_mut(subject) {
            let before = topic.members.len();
            topic.members.retain(|member| member.send(&text));
            counter!("yihao_slow_readers_cut_total").increment((before - topic.members.len()) as u64);
        }
    }

    fn view(&self, subject: &Subject) -> Option<View> {
        let scene = self.hall.scene();
        Some(match subject {
            Subject::Board { zone } => {
                View::Board(views::board(scene, zone.map(::hall::words::ZoneId), &self.hall.calls, &self.hall.notice))
            }
            Subject::Window { window } | Subject::Display { window } => {
                View::Window(views::window_with_calls(scene, WindowId(*window), &self.hall.calls))
            }
            Subject::Dispenser => View::Dispenser(views::dispenser(scene)),
            Subject::Clerk { window, console } => {
                let announced = self.announced(*window);
                let unprinted = self.hall.watch.slips.rows(scene.state);
                View::Clerk(views::clerk(scene, ClerkAt { window: WindowId(*window), console, announced, unprinted })?)
            }
            Subject::Manager => {
                let mut watch = self.hall.watched();
                watch.alarms.extend(self.announcer_alarms());
                watch.zones = self.zones();
                View::Manager(views::manager(scene, watch))
            }
            Subject::Speaker => return None,
            Subject::Ticket { token } => View::Ticket(views::ticket(scene, self.hall.state.ticket_of(token)?)?),
        })
    }

    /// Ends the connections of devices whose key opens nothing any more; each learns why when it comes back.
    fn cut_revoked(&mut self) {
        let revoked = self.hall.watch.revoked();
        if revoked.is_empty() {
            return;
        }
        for topic in self.topics.values_mut() {
            topic.members.retain(|member| !member.device.as_ref().is_some_and(|device| revoked.contains(device)));
        }
        self.announcer(Input::Revoked(revoked));
        self.stale(|subject| matches!(subject, Subject::Manager | Subject::Clerk { .. }));
    }

    pub(super) fn has_display(&self, window: u16) -> bool {
        let topic = self.topics.get(&Subject::Window { window });
        let mut devices = topic.iter().flat_map(|topic| &topic.members).filter_map(|member| member.device.as_ref());
        devices.any(|device| self.hall.watch.has_panel(device))
    }

    fn numbered(&self, view: View) -> Utf8Bytes {
        text(&FromServer::View { seq: self.hall.state.seq, now_ms: self.hall.now_ms(), view })
    }

    fn count(&self) {
        gauge!("yihao_connections").set(u32::try_from(self.members()).unwrap_or(u32::MAX));
    }
}
