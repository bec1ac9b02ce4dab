//! Views as screens and devices get them.

use std::sync::Arc;
use std::time::Duration;

use ::hall::{
    Command, Entry, Request, State,
    command::{Issue, WindowAct},
    decide,
    words::{Actor, Class, Lane, Language, WindowId},
};
use axum::extract::ws::Utf8Bytes;
use protocol::{
    FromServer, Subject, View,
    health::Health,
    view::{Announced, Form, Speech, WindowView},
};
use tempfile::TempDir;
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::{Hall, Joining, Live, Said, Watched};
use crate::announce::Word;
use crate::clock::HallClock;
use crate::config::HallConfig;
use crate::gate::Gate;
use crate::journal::Head;
use crate::store::{Store, StoreWriter};

/// A hall of three windows, and its live views.
struct Rig {
    live: Live,
    state: State,
    _store: StoreWriter,
    _dir: TempDir,
}

impl Rig {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let config = HallConfig::default();
        let gate = Arc::new(Gate::open(dir.path()).unwrap());
        let store = Store::open(&dir.path().join("store"), Head::default(), Box::new(|_, _, _| Ok(())));
        let (store, reader) = StoreWriter::spawn(store.store).unwrap();
        let clock = HallClock::system(config.tz().unwrap());
        let watched = Watched::new(gate, Box::new(move |day| reader.day_figures(day).ok()));
        let hall = Hall::new(State::default(), config.names().unwrap(), clock, watched);
        let mut rig = Self { live: Live::spawn(hall), state: State::default(), _store: store, _dir: dir };
        rig.does(Actor::System, Command::AdoptPlan(config.plan().unwrap()));
        rig.does(Actor::System, Command::OpenDay { day: "2026-11-23".parse().unwrap() });
        rig.does(clerk(), Command::OpenWindow { window: WindowId(1), take_over: false });
        rig
    }

    /// The server ends and starts again.
    fn starts_again(&mut self) {
        let (config, gate) = (HallConfig::default(), Arc::new(Gate::open(self._dir.path()).unwrap()));
        let watched = Watched::new(gate, Box::new(|_| None));
        let clock = HallClock::system(config.tz().unwrap());
        self.live = Live::spawn(Hall::new(self.state.clone(), config.names().unwrap(), clock, watched));
    }

    fn does(&mut self, by: Actor, command: Command) {
        let now_ms = self.state.at_ms + 60_000;
        let events = decide(&self.state, &Request { by: by.clone(), command }, now_ms).unwrap();
        let entry = Entry { seq: self.state.seq + 1, at_ms: now_ms, by, key: None, events };
        self.state.apply(&entry);
        self.live.durable(vec![Arc::new(entry)]);
    }

    fn issue(&mut self) {
        let issue = Issue {
            lane: Lane::Acceptance,
            class: Class::Normal,
            language: Language::Zh,
            appointment_at_ms: None,
            token: format!("t{}", self.state.seq),
            present: true,
            visitor: None,
            item: None,
        };
        self.does(Actor::Device("d".into()), Command::Issue(issue));
    }

    /// One visit from the number to the end.
    fn visit(&mut self) {
        self.issue();
        for act in [WindowAct::CallNext, WindowAct::Start, WindowAct::Finish] {
            self.does(clerk(), Command::AtWindow { window: WindowId(1), act });
        }
    }

    fn join(&self, id: u64, subject: Subject, resume_from: Option<u64>, queue: usize) -> mpsc::Receiver<Utf8Bytes> {
        let (outbox, inbox) = mpsc::channel(queue);
        let device = matches!(subject, Subject::Display { .. }).then(|| "display-1".to_owned());
        self.live.join(Joining { id, subject, resume_from, device, outbox });
        inbox
    }
}

fn clerk() -> Actor {
    Actor::Clerk { name: "wang".into(), console: "c".into() }
}

async fn next(inbox: &mut mpsc::Receiver<Utf8Bytes>) -> FromServer {
    let text = timeout(Duration::from_secs(5), inbox.recv()).await.expect("no message came").expect("cut");
    serde_json::from_str(&text).unwrap()
}

async fn next_window(inbox: &mut mpsc::Receiver<Utf8Bytes>) -> WindowView {
    match next(inbox).await {
        FromServer::View { view: View::Window(view), .. } => view,
        other => panic!("not a window's view: {other:?}"),
    }
}

/// Its views are a second apart otherwise.
#[tokio::test(start_paused = true)]
async fn a_dispenser_has_a_new_slip_at_once() {
    let mut rig = Rig::new();
    let mut inbox = rig.join(1, Subject::Dispenser, None, 100);
    next(&mut inbox).await;
    rig.issue();
    next(&mut inbox).await;
    let template = "first = \"zh\"";
    rig.does(Actor::Manager("lin".into()), Command::SetSlip { template: template.into(), reason: "换页脚".into() });
    let message = timeout(Duration::from_millis(100), inbox.recv()).await.expect("it waits").expect("cut");
    let FromServer::View { view: View::Dispenser(view), .. } = serde_json::from_str(&message).unwrap() else {
        panic!("not a dispenser's view: {message}");
    };
    assert_eq!(view.slip.as_deref(), Some(template));
}

#[tokio::test]
async fn a_display_sees_every_call_in_order() {
    let mut rig = Rig::new();
    let mut inbox = rig.join(1, Subject::Display { window: 1 }, None, 100);
    assert_eq!(next_window(&mut inbox).await.number, None);
    for _ in 0..3 {
        rig.visit();
    }
    let mut called = Vec::new();
    while called.len() < 3 {
        let view = next_window(&mut inbox).await;
        if let Some(call) = view.call.filter(|call| called.last() != Some(&call.number)) {
            called.push(call.number);
        }
    }
    assert_eq!(called, ["A001", "A002", "A003"]);
}

#[tokio::test]
async fn a_display_that_comes_back_hears_what_it_missed_and_sees_what_is() {
    let mut rig = Rig::new();
    let mut inbox = rig.join(1, Subject::Display { window: 1 }, None, 100);
    let FromServer::View { seq, .. } = next(&mut inbox).await else { panic!("no view") };
    rig.visit();
    rig.visit();
    rig.issue();
    rig.does(clerk(), Command::AtWindow { window: WindowId(1), act: WindowAct::CallNext });
    let mut again = rig.join(2, Subject::Display { window: 1 }, Some(seq), 100);
    for missed in ["A001", "A002"] {
        let FromServer::Missed { call } = next(&mut again).await else { panic!("{missed} was not told") };
        assert_eq!(call.number, missed);
    }
    let view = next_window(&mut again).await;
    assert_eq!((view.number.as_deref(), view.before), (Some("A003"), vec!["A002".to_owned(), "A001".to_owned()]));
}

#[tokio::test]
async fn a_reader_that_is_too_slow_is_cut_and_nobody_else() {
    let mut rig = Rig::new();
    let mut slow = rig.join(1, Subject::Display { window: 1 }, None, 2);
    let mut quick = rig.join(2, Subject::Window { window: 1 }, None, 100);
    rig.visit();
    rig.visit();
    // The task has worked off everything when it answers.
    rig.live.look(|_| ()).await;
    let (mut to_slow, mut to_quick) = (0, 0);
    while slow.recv().await.is_some() {
        to_slow += 1;
    }
    while quick.try_recv().is_ok() {
        to_quick += 1;
    }
    assert_eq!((to_slow, to_quick), (2, 7), "the slow one fills its outbox and is cut; the other gets a view an act");
}

#[tokio::test]
async fn a_board_is_not_told_what_it_shows_already_and_ends_with_the_last_state() {
    let mut rig = Rig::new();
    let mut inbox = rig.join(1, Subject::Board { zone: None }, None, 1_000);
    for _ in 0..100 {
        rig.issue();
    }
    let mut views = 0;
    let waiting = loop {
        let FromServer::View { view: View::Board(board), .. } = next(&mut inbox).await else { panic!("no board") };
        views += 1;
        if board.lanes[0].waiting == 100 {
            break board.lanes[0].waiting;
        }
    };
    assert_eq!(waiting, 100);
    assert!(views < 100, "a board needs no view for each of 100 numbers in a moment");
    assert!(timeout(Duration::from_millis(300), inbox.recv()).await.is_err(), "the same view came again");
}

#[tokio::test]
async fn a_clerk_sees_that_a_call_is_shown_and_how_far_its_voice_has_come() {
    let mut rig = Rig::new();
    let console = Subject::Clerk { window: 1, console: "c".into() };
    let mut inbox = rig.join(1, console, None, 100);
    let mut display = rig.join(2, Subject::Display { window: 1 }, None, 100);
    rig.issue();
    rig.does(clerk(), Command::AtWindow { window: WindowId(1), act: WindowAct::CallNext });
    let call = rig.state.seq;
    let says = |said| rig.live.device("display-1".into(), said);
    says(Said::Shown(1, call));
    clerk_sees(&mut inbox, |announced| announced.shown && announced.speech.is_none()).await;
    says(Said::Voice(2, Some(1), 500, true));
    while next(&mut display).await != FromServer::Ready {}
    clerk_sees(&mut inbox, |announced| announced.speech == Some(Speech::Queued)).await;
    says(Said::Voice(2, Some(1), 700, true));
    let FromServer::Speak { call: spoken, form, until_ms } = next(&mut display).await else { panic!("no leave") };
    assert_eq!((spoken.seq, form, until_ms), (call, Form::Full, 2_700));
    says(Said::Word(call, Word::Speaking(4_000)));
    clerk_sees(&mut inbox, |announced| announced.speech == Some(Speech::Speaking) && !announced.spoken).await;
    says(Said::Word(call, Word::Spoken));
    clerk_sees(&mut inbox, |announced| announced.display && announced.shown && announced.spoken).await;
    // A voice beside a screen that confirms nothing is no panel.
    says(Said::Health(Health { voice_alone: true, ..Health::default() }));
    clerk_sees(&mut inbox, |announced| !announced.display && announced.spoken).await;
}

#[tokio::test]
async fn a_display_that_comes_back_to_a_new_server_still_shows_the_call() {
    let mut rig = Rig::new();
    rig.issue();
    rig.does(clerk(), Command::AtWindow { window: WindowId(1), act: WindowAct::CallNext });
    rig.starts_again();
    let mut inbox = rig.join(1, Subject::Clerk { window: 1, console: "c".into() }, None, 100);
    clerk_sees(&mut inbox, |announced| !announced.shown).await;
    rig.live.device("display-1".into(), Said::Shown(1, rig.state.seq));
    clerk_sees(&mut inbox, |announced| announced.shown).await;
}

async fn clerk_sees(inbox: &mut mpsc::Receiver<Utf8Bytes>, fits: impl Fn(&Announced) -> bool) {
    loop {
        let FromServer::View { view: View::Clerk(view), .. } = next(inbox).await else { panic!("no console") };
        if fits(&view.announced) {
            return;
        }
    }
}

#[tokio::test]
async fn an_acknowledgement_of_another_call_counts_for_nothing() {
    let mut rig = Rig::new();
    rig.issue();
    rig.does(clerk(), Command::AtWindow { window: WindowId(1), act: WindowAct::CallNext });
    rig.live.device("display-1".into(), Said::Shown(1, rig.state.seq + 7));
    let call = rig.state.seq;
    let shown = rig.live.look(move |hall| hall.watch.is_shown(WindowId(1), Some(call))).await.unwrap();
    assert!(!shown);
}
