//! A simulated clerk: looks at the console, and does what a clerk does next. Whatever the console shows, also after a restart of
//! the server or somebody else's press, there is a next thing to do.

use std::sync::Arc;
use std::time::Duration;

use protocol::{
    Answer, FromServer, Refused, Subject, View,
    order::VisitAct,
    view::{ClerkView, VisitView, WindowState},
};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::{
    World,
    day::Course,
    ledger::Called,
    person::Person,
    shift::{Break, Shift},
};
use crate::client::Client;

/// Who pressed for real is served for so long, s, and walks for so long.
const STRANGER_SERVICE_S: u32 = 360;
const STRANGER_WALK_S: u32 = 25;
/// From the sight of somebody who waits to the press on "next", s.
const REACTION_S: std::ops::Range<u32> = 3..12;
/// After the gap between two announcements is over.
const RECALL_MARGIN_MS: u64 = 500;
/// A slip's number may be called before its holder has read it.
const READ_WITHIN: Duration = Duration::from_millis(1_500);
/// The console shows what was done within this time, or something else is going on.
const SEEN_WITHIN: Duration = Duration::from_secs(2);
/// Without news a clerk looks at the clock this often.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// What stands on the console, and its place in the journal.
#[derive(Clone)]
struct Seen {
    seq: u64,
    view: Arc<ClerkView>,
}

/// A clerk at a window.
pub struct Clerk {
    world: Arc<World>,
    person: Person,
    client: Option<Client>,
    shift: Shift,
    random: StdRng,
    seen: watch::Receiver<Option<Seen>>,
    /// Place in the journal of the last thing that was done here.
    done: u64,
}

impl Clerk {
    /// Somebody who is signed in sits down before the console.
    pub fn new(world: Arc<World>, person: Person, shift: Shift, seed: u64) -> Self {
        let subject = Subject::Clerk { window: shift.window, console: person.console() };
        let (show, seen) = watch::channel(None);
        tokio::spawn(person.screen(subject).follow(move |text| {
            if let Ok(FromServer::View { seq, view: View::Clerk(view), .. }) = serde_json::from_str(text) {
                show.send_replace(Some(Seen { seq, view: Arc::new(view) }));
            }
        }));
        let random = StdRng::seed_from_u64(seed ^ u64::from(shift.window) << 32);
        Self { world, person, client: None, shift, random, seen, done: 0 }
    }

    /// Works until the day is over, and goes home.
    pub async fn work(mut self) {
        self.world.clock.until(self.world.clock.at_ms(self.shift.begins_s)).await;
        loop {
            let Some(view) = self.look().await else { continue };
            match (view.window.state, &view.current) {
                (WindowState::Closed, _) if self.is_over() => return,
                (WindowState::Closed, _) => self.act(&json!({ "act": "open" })).await,
                // Somebody took the window over: it is theirs.
                _ if !view.mine => sleep(LOOK_EVERY).await,
                (WindowState::Calling, Some(visit)) => self.await_holder(&view, visit).await,
                (WindowState::Serving, Some(visit)) => self.serve(&view, visit).await,
                (WindowState::Paused, _) => self.rest().await,
                (WindowState::Idle, _) => self.idle(&view).await,
                _ => sleep(LOOK_EVERY).await,
            }
        }
    }

    /// What the console shows, once it shows what was done here last.
    async fn look(&mut self) -> Option<Arc<ClerkView>> {
        let done = self.done;
        let shows = |seen: &Option<Seen>| seen.as_ref().is_some_and(|seen| seen.seq >= done);
        let seen = timeout(SEEN_WITHIN, self.seen.wait_for(shows)).await;
        match seen {
            Ok(Ok(seen)) => seen.as_ref().map(|seen| seen.view.clone()),
            // The server was asked for something that it did before a restart: what it shows is what counts.
            _ => {
                self.done = 0;
                None
            }
        }
    }

    async fn idle(&mut self, view: &ClerkView) {
        if self.is_over() {
            return self.act(&json!({ "act": "close" })).await;
        }
        if let Some(due) = self.break_now() {
            return self.act(&json!({ "act": "pause", "reason": due.reason })).await;
        }
        if view.waiting_total == 0 {
            // News, or the time of a break.
            let _ = timeout(LOOK_EVERY, self.seen.changed()).await;
            return;
        }
        let reaction_s = self.random.random_range(REACTION_S);
        self.world.clock.pass_s(reaction_s).await;
        self.act(&json!({ "act": "call_next" })).await;
    }

    async fn rest(&mut self) {
        if let Some(due) = self.break_now() {
            self.world.clock.until(self.world.clock.at_ms(due.ends_s)).await;
        }
        self.act(&json!({ "act": "resume" })).await;
    }

    /// Somebody was called: they come, or are called again and given up.
    async fn await_holder(&mut self, view: &ClerkView, visit: &VisitView) {
        let called_at_ms = view.window.call.as_ref().map_or(view.since_ms, |call| call.at_ms);
        let walk_s = match self.called(&visit.number, called_at_ms).await {
            Called::Comes { walk_s } => walk_s,
            Called::Stranger => STRANGER_WALK_S,
            Called::Absent => return self.call_again(view, visit).await,
        };
        self.world.clock.until(called_at_ms + u64::from(walk_s) * 1_000).await;
        self.act(&json!({ "act": "start" })).await;
    }

    async fn called(&self, number: &str, at_ms: u64) -> Called {
        let known = async {
            loop {
                match self.world.ledger.called(number, at_ms) {
                    Called::Stranger => sleep(Duration::from_millis(20)).await,
                    called => return called,
                }
            }
        };
        timeout(READ_WITHIN, known).await.unwrap_or(Called::Stranger)
    }

    async fn call_again(&mut self, view: &ClerkView, visit: &VisitView) {
        self.world.clock.until(view.recall_at_ms + RECALL_MARGIN_MS).await;
        if view.recalls_missing > 0 {
            return self.act(&json!({ "act": "recall" })).await;
        }
        if self.ask(&json!({ "act": "no_show" })).await.is_err() {
            return;
        }
        if let Some((after_s, token)) = self.world.ledger.given_up(&visit.number) {
            self.world.clone().later(after_s, async move |world| drop(world.citizen.rejoin(&token).await));
        }
    }

    /// Serves to the end, or to what interrupts it.
    async fn serve(&mut self, view: &ClerkView, visit: &VisitView) {
        let service_s = self.world.ledger.service_s(&visit.number).unwrap_or(STRANGER_SERVICE_S);
        self.world.clock.until(view.since_ms + u64::from(service_s) * 1_000).await;
        match self.world.ledger.interrupts(&visit.number) {
            Course::Straight => self.act(&json!({ "act": "finish" })).await,
            Course::Park { minutes } => {
                let act = json!({ "act": "park", "minutes": minutes, "reason": "填写表格 fills in a form" });
                self.act(&act).await;
                // The server calls them back by itself.
                self.world.clone().later(minutes * 60 + 60, async |_| ());
            }
            Course::Supplement { minutes } => {
                self.act(&json!({ "act": "supplement", "missing": "身份证复印件 copy of the identity card" })).await;
                let ticket = visit.ticket.clone();
                self.world.clone().later(minutes * 60, async move |world| {
                    // Refused when the day is over: then the server has ended the visit itself.
                    let _ = world.manager.with_visit(&ticket, VisitAct::Return).await;
                });
            }
            Course::Transfer { to } => self.act(&json!({ "act": "transfer", "to_lane": to })).await,
        }
    }

    async fn act(&mut self, act: &Value) {
        if self.ask(act).await.is_err() {
            // The console shows why soon enough.
            sleep(LOOK_EVERY).await;
        }
    }

    async fn ask(&mut self, act: &Value) -> Result<(), Refused> {
        let answer = self.person.at(&mut self.client, self.shift.window, act).await?;
        self.done = match answer {
            Answer::Called { call } => call.seq,
            Answer::Done { seq } => seq,
            Answer::Ticket(_) | Answer::Leased { .. } => self.done,
        };
        Ok(())
    }

    fn break_now(&self) -> Option<Break> {
        let now_ms = self.world.clock.now_ms();
        let is_now =
            |due: &&Break| (self.world.clock.at_ms(due.begins_s)..self.world.clock.at_ms(due.ends_s)).contains(&now_ms);
        self.shift.breaks.iter().find(is_now).copied()
    }

    fn is_over(&self) -> bool {
        *self.world.over.borrow()
    }
}
