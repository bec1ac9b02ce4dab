//! The durable hall and what is remembered beside it: calls, choices, acknowledgements.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use hall::{
    Entry, Event, Refusal, State,
    forecast::Outlook,
    state::Doing,
    words::{AtMs, WindowId, ZoneId},
};
use protocol::{
    Refused, Subject,
    view::{Alarm, CallView, ChoiceRow, NoticeView},
};

use super::watch::Watched;
use crate::announce::Speakers;
use crate::clock::HallClock;
use crate::names::Names;
use crate::orders::BadOrder;
use crate::speech::Notices;
use crate::views::{self, Scene};

/// The most announcements that are remembered, for boards and for displays that come back: half an hour of a full hall.
const CALLS_MAX: usize = 1_000;
/// The most choices on the manager's screen.
const CHOICES_MAX: usize = 20;

/// The hall as the world may see it.
pub struct Hall {
    /// What is durable.
    pub state: State,
    /// What its parts are called.
    pub names: Names,
    /// Announcements of late, oldest first.
    pub calls: VecDeque<CallView>,
    /// What is known of devices and of the server itself.
    pub watch: Watched,
    /// Which devices speak for each zone.
    pub speakers: Speakers,
    /// What can be said between calls, and the clips of it.
    pub notices: Notices,
    /// The last notice of each zone.
    pub notice: BTreeMap<char, NoticeView>,
    choices: VecDeque<ChoiceRow>,
    /// Made when a view wants one: a cell, because views only look.
    outlook: RefCell<Outlook>,
    clock: HallClock,
}

impl Hall {
    /// The hall as the journal left it.
    pub fn new(state: State, names: Names, clock: HallClock, watch: Watched) -> Self {
        let mut calls: Vec<CallView> =
            state.windows.keys().filter_map(|&window| views::last_call(&state, window)).collect();
        calls.sort_by_key(|call| call.seq);
        let (speakers, choices, outlook) = (Speakers::new(), VecDeque::new(), RefCell::default());
        let (notices, notice) = Default::default();
        Self { state, names, calls: calls.into(), watch, speakers, notices, notice, choices, outlook, clock }
    }

    /// The same, with these voices for its zones.
    #[must_use]
    pub fn spoken_by(self, speakers: Speakers) -> Self {
        Self { speakers, ..self }
    }

    /// The same, whose waits are foretold so.
    #[must_use]
    pub fn foretold_by(self, outlook: Outlook) -> Self {
        Self { outlook: RefCell::new(outlook), ..self }
    }

    /// The same, with these notices.
    #[must_use]
    pub fn saying(self, notices: Notices) -> Self {
        Self { notices, ..self }
    }

    /// What a view is made from.
    pub fn scene(&self) -> Scene<'_> {
        let now_ms = self.now_ms();
        let midnight_ms = self.clock.midnight_ms(now_ms);
        Scene { state: &self.state, names: &self.names, now_ms, midnight_ms, outlook: &self.outlook }
    }

    /// The hall's time; never before the last entry.
    pub fn now_ms(&self) -> AtMs {
        self.clock.now_ms().max(self.state.at_ms)
    }

    /// Applies an entry and says which windows it touched.
    pub fn apply(&mut self, entry: &Entry, now_ms: u64) -> BTreeSet<WindowId> {
        self.state.apply(entry);
        self.outlook.get_mut().apply(entry);
        for event in &entry.events {
            self.remember(event, now_ms);
            if let Some(notice) = views::notice(entry, event) {
                self.notice.insert(notice.zone, notice);
            }
            if let Event::Reprinted { ticket, at: Some(at) } = event {
                self.watch.slips.ordered(&self.state, *ticket, at, format!("r{}", entry.seq));
            }
        }
        entry.events.iter().filter_map(Event::window).collect()
    }

    /// Whoever was called before the server started is expected on panels from `since_ms` on.
    pub fn calls_stand(&mut self, since_ms: u64) {
        for call in &self.calls {
            let at = self.state.windows.get(&WindowId(call.window));
            if at.is_some_and(|at| matches!(at.doing, Doing::Calling { .. })) {
                self.watch.called(call, since_ms);
            }
        }
    }

    /// Something stays wrong until the server is started again.
    pub fn alarm(&mut self, refused: Refused) {
        self.watch.standing.push(Alarm { code: refused.code, text: refused.text, since_ms: self.now_ms() });
    }

    /// The refusal for a subject that this hall does not have.
    pub fn not_there(&self, subject: &Subject) -> Option<Refused> {
        match subject {
            Subject::Window { window } | Subject::Display { window } | Subject::Clerk { window, .. } => {
                let window = WindowId(*window);
                let unknown = !self.state.windows.contains_key(&window);
                unknown.then(|| views::refused(&Refusal::UnknownWindow { window }))
            }
            Subject::Board { zone: Some(zone) } => {
                let known = self.state.plan.iter().any(|plan| plan.zones.contains(&ZoneId(*zone)));
                (!known).then(|| views::refused(&Refusal::UnknownZone { zone: ZoneId(*zone) }))
            }
            Subject::Ticket { token } if self.state.ticket_of(token).is_none() => {
                Some(BadOrder::UnknownToken.refused())
            }
            Subject::Board { zone: None }
            | Subject::Dispenser
            | Subject::Speaker
            | Subject::Manager
            | Subject::Ticket { .. } => None,
        }
    }

    /// The calls that a display missed after `seq`; the last one is part of its view.
    pub fn missed(&self, subject: &Subject, seq: u64) -> Vec<CallView> {
        let Subject::Window { window } = subject else { return Vec::new() };
        let mut missed: Vec<CallView> =
            self.calls.iter().filter(|call| call.window == *window && call.seq > seq).cloned().collect();
        missed.pop();
        missed
    }

    /// The zone in which a window stands.
    pub fn zone_of(&self, window: u16) -> Option<char> {
        let plan = self.state.plan.as_ref()?;
        plan.windows.get(&WindowId(window)).map(|window| window.zone.0)
    }

    /// Looks whether a call is on no panel.
    pub fn look_for_unseen(&mut self, now_ms: u64) {
        self.watch.look_for_unseen(&self.state, now_ms);
    }

    /// What a manager sees beside the state.
    pub fn watched(&self) -> views::Watch<'_> {
        let today = self.state.day.as_ref().map(|day| day.day);
        views::Watch {
            figures: self.watch.figures(today),
            days: self.watch.days(today),
            devices: self.watch.devices(&self.state),
            enrolments: self.watch.enrolments(),
            alarms: self.alarms(),
            unprinted: self.watch.slips.rows(&self.state),
            zones: Vec::new(),
            notices: self.notices.rows(),
            choices: &self.choices,
        }
    }

    fn alarms(&self) -> Vec<Alarm> {
        let mut alarms = self.watch.alarms(self.scene(), self.clock.behind_ms());
        alarms.extend(self.notices.alarms().cloned());
        alarms
    }

    fn remember(&mut self, event: &Event, now_ms: u64) {
        let (Event::Called { window, .. } | Event::Recalled { window, .. }) = event else { return };
        let Some(call) = views::last_call(&self.state, *window) else { return };
        self.watch.called(&call, now_ms);
        if let Event::Called { ticket, why, .. } = event {
            keep(&mut self.choices, CHOICES_MAX, ChoiceRow { call: call.clone(), why: views::why(*ticket, why) });
        }
        keep(&mut self.calls, CALLS_MAX, call);
    }
}

fn keep<T>(list: &mut VecDeque<T>, max: usize, item: T) {
    if list.len() == max {
        list.pop_front();
    }
    list.push_back(item);
}
