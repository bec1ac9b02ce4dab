//! What screens and devices see, and when they are cut.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use protocol::{FromClient, FromServer, SILENCE_MS_MAX, Subject, View, view::WindowState};
use serde_json::Value;
use tests::book::Book;
use tests::client::Client;
use tests::hall::{Hall, Setup};
use tests::socket::{Socket, pulse};
use tokio::time::timeout;

use crate::kill::together;
use crate::until;

/// One call reaches so many displays.
const DISPLAYS: usize = 300;
/// A silent client is cut within this time.
const CUT_WITHIN: Duration = Duration::from_secs(20);
/// A reader that reads nothing is cut before so many calls were sent to it: they fill the megabytes that the kernel keeps for a
/// connection, and the server's queue.
const UNREAD_CALLS_MAX: u32 = 20_000;
/// Calls that one display follows.
const CALLS: usize = 100;
/// Everything that the public may see of a hall, by name.
const PUBLIC_KEYS: &str = "ahead at_ms call called_at_ms calls can_cancel en grace_until_ms high_min lane lane_name lanes \
     language low_min name note now_ms number of open open_windows recalls say seq stage state view wait waiting window \
     windows zh zone zone_name";

#[tokio::test]
async fn a_display_gets_every_call_in_the_order_of_the_journal() {
    let mut hall = Hall::start(Setup::default()).await;
    let mut display = display(&hall, None).await;
    let (mut dispenser, mut clerk) = (hall.dispenser(1).await, open_window(&hall).await);
    // Beside the presses: a display that says nothing for five seconds is cut.
    let heard = tokio::spawn(async move {
        let mut calls: Vec<(u64, String)> = Vec::new();
        while calls.len() < CALLS {
            let message = serde_json::from_str(&display.hear_and_live().await.expect("cut")).unwrap();
            calls.extend(calling(message));
        }
        calls
    });
    let mut pressed = Vec::new();
    for _ in 0..CALLS {
        dispenser.issue().await.number();
        pressed.push(clerk.at(1, "call_next").await.number());
        assert_eq!(clerk.at(1, "start").await.status, 200);
    }
    let calls = heard.await.unwrap();
    hall.stop();
    let (seqs, numbers): (Vec<u64>, Vec<String>) = calls.into_iter().unzip();
    assert_eq!(numbers, pressed);
    assert_eq!(seqs, Book::read(&hall.journal_dir()).announced_at(1));
}

#[tokio::test]
async fn a_display_that_comes_back_hears_of_the_calls_that_it_missed_and_sees_the_present_one() {
    let mut hall = Hall::start(Setup::default()).await;
    let (mut dispenser, mut clerk) = (hall.dispenser(1).await, open_window(&hall).await);
    let mut calls = Vec::new();
    for _ in 0..4 {
        dispenser.issue().await.number();
        let protocol::Answer::Called { call } = clerk.at(1, "call_next").await.answer() else { panic!("no call") };
        calls.push(call);
        assert_eq!(clerk.at(1, "start").await.status, 200);
    }
    let mut back = display(&hall, Some(calls[0].seq)).await;
    let mut missed = Vec::new();
    let present = loop {
        match back.next().await.unwrap() {
            FromServer::Missed { call } => missed.push(call),
            FromServer::View { view: View::Window(window), .. } => break window,
            _ => {}
        }
    };
    assert_eq!(missed, calls[1..3]);
    assert_eq!(present.call.as_ref(), calls.last());

    // The server is started again: what stands now is seen at once, and the numbers go on.
    hall.kill();
    hall.run().await;
    let mut back = display(&hall, Some(calls[3].seq)).await;
    let present = back.view(|view| if let View::Window(window) = view { Some(window.clone()) } else { None }).await;
    assert_eq!((present.state, present.call.as_ref()), (WindowState::Serving, calls.last()));
    let mut dispenser = dispenser.twin(hall.address).await;
    dispenser.issue().await.number();
    let next = clerk.twin(hall.address).await.at(1, "call_next").await.number();
    loop {
        if let Some((seq, number)) = calling(back.next().await.unwrap()) {
            assert!(seq > calls[3].seq && number == next, "{number} at {seq}");
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_that_reads_nothing_is_cut_and_slows_nobody() {
    let hall = Hall::start(Setup::default()).await;
    let header = ("authorization", format!("Bearer {}", hall.display_keys[0]));
    let subject = Subject::Display { window: 1 };
    let mut stalled = Socket::connect_narrow(hall.address, Some(header)).await.hello(subject, None).await;
    let mut tame = display(&hall, None).await;
    let (mut dispenser, mut clerk) = (hall.dispenser(1).await, open_window(&hall).await);
    until("both are connected", async || connections(&hall).await == 2).await;
    let mut calls = 0;
    // It says that it is there, and reads nothing.
    while connections(&hall).await > 1 {
        assert!(calls < UNREAD_CALLS_MAX, "a reader that reads nothing is still connected");
        calls += 50;
        stalled.try_say(pulse()).await;
        assert!(tame.try_say(pulse()).await);
        for _ in 0..50 {
            dispenser.issue().await.number();
            let number = clerk.at(1, "call_next").await.number();
            assert_eq!(clerk.at(1, "start").await.status, 200);
            loop {
                if calling(tame.next().await.unwrap()).is_some_and(|(_, called)| called == number) {
                    break;
                }
            }
        }
    }
}

#[tokio::test]
async fn a_silent_client_is_cut_and_one_that_speaks_is_not() {
    let hall = Hall::start(Setup::default()).await;
    let board = Subject::Board { zone: None };
    let mut silent = Socket::open(hall.address, None, board.clone(), None).await;
    let mut tame = Socket::open(hall.address, None, board, None).await;
    let began = Instant::now();
    let silence = async { while silent.next().await.is_some() {} };
    let speaking = async {
        while began.elapsed() < 2 * Duration::from_millis(SILENCE_MS_MAX) {
            if let FromServer::Pulse { .. } = tame.next().await.unwrap() {
                tame.say(&FromClient::Pulse).await;
            }
        }
    };
    let cut = async {
        timeout(CUT_WITHIN, silence).await.unwrap_or_else(|_| panic!("the silent client is still connected"));
        began.elapsed()
    };
    let (cut_after, ()) = tokio::join!(cut, speaking);
    assert!(cut_after >= Duration::from_millis(SILENCE_MS_MAX - 100), "it was cut after {cut_after:?} already");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_call_reaches_three_hundred_displays() {
    let hall = Hall::start(Setup::default()).await;
    let mut displays = Vec::new();
    for _ in 0..DISPLAYS {
        displays.push(display(&hall, None).await);
    }
    let (mut dispenser, mut clerk) = (hall.dispenser(1).await, open_window(&hall).await);
    dispenser.issue().await.number();
    let number = clerk.at(1, "call_next").await.number();
    let seen = together(displays.into_iter().map(|mut display| async move {
        loop {
            if let Some((_, number)) = calling(display.next().await.unwrap()) {
                return number;
            }
        }
    }));
    let seen = timeout(Duration::from_secs(10), seen).await.unwrap_or_else(|_| panic!("the call did not reach all"));
    assert_eq!(seen, vec![number; DISPLAYS]);
}

#[tokio::test]
async fn the_clerk_sees_that_a_call_is_shown_and_spoken_and_the_manager_that_it_is_not() {
    let hall = Hall::start(Setup::default()).await;
    let mut display = display(&hall, None).await;
    let (mut dispenser, mut clerk) = (hall.dispenser(1).await, open_window(&hall).await);
    let console = Subject::Clerk { window: 1, console: "console-1".into() };
    let mut screen = Socket::open_as(hall.address, &clerk.cookie(), console).await;
    let cookie = hall.manager().await.cookie();
    let mut manager = Socket::open_as(hall.address, &cookie, Subject::Manager).await;
    dispenser.issue().await.number();
    let protocol::Answer::Called { call } = clerk.at(1, "call_next").await.answer() else { panic!("no call") };
    let alarmed = |view: &View| match view {
        View::Manager(manager) => Some(manager.alarms.iter().any(|alarm| alarm.code == "not_shown")),
        _ => None,
    };
    let announced = |view: &View| match view {
        View::Clerk(clerk) => Some((clerk.announced.shown, clerk.announced.spoken)),
        _ => None,
    };
    // The display says nothing of the call, until somebody should look after it.
    alive(&mut display, manager.view(|view| alarmed(view).filter(|alarm| *alarm))).await;
    display.say(&FromClient::Shown { call: call.seq }).await;
    screen.view(|view| announced(view).filter(|announced| *announced == (true, false))).await;
    // An acknowledgement of another call says nothing of this one.
    display.say(&FromClient::Spoken { call: call.seq - 1 }).await;
    display.say(&FromClient::Spoken { call: call.seq }).await;
    screen.view(|view| announced(view).filter(|announced| *announced == (true, true))).await;
    // An alarm stands long enough to be read.
    alive(&mut display, manager.view(|view| alarmed(view).filter(|alarm| !*alarm))).await;
}

/// Waits for something, with a display that says no more than that it is there.
async fn alive<T>(display: &mut Socket, something: impl Future<Output = T>) -> T {
    let pulses = async {
        loop {
            tokio::time::sleep(Duration::from_secs(1)).await;
            display.say(&FromClient::Pulse).await;
        }
    };
    tokio::select! {
        done = something => done,
        () = pulses => unreachable!("pulses go on"),
    }
}

#[tokio::test]
async fn what_the_public_sees_holds_nothing_personal() {
    let hall = Hall::start(Setup::default()).await;
    let (mut dispenser, mut clerk) = (hall.dispenser(1).await, open_window(&hall).await);
    let protocol::Answer::Ticket(called) = dispenser.issue().await.answer() else { panic!("no ticket") };
    let protocol::Answer::Ticket(waits) = dispenser.issue().await.answer() else { panic!("no ticket") };
    assert_eq!(clerk.at(1, "call_next").await.number(), called.number);
    let known: BTreeSet<&str> = PUBLIC_KEYS.split_whitespace().collect();
    for subject in [
        Subject::Board { zone: None },
        Subject::Board { zone: Some('A') },
        Subject::Window { window: 1 },
        Subject::Ticket { token: waits.token.clone() },
        Subject::Ticket { token: called.token.clone() },
    ] {
        let mut socket = Socket::open(hall.address, None, subject.clone(), None).await;
        let text = loop {
            let text = socket.next_text().await.unwrap();
            if text.contains(r#""say":"view""#) {
                break text;
            }
        };
        for secret in [&called.token, &waits.token, "clerk-1", "console-1", "dispenser-1"] {
            assert!(!text.contains(secret), "{subject:?} shows {secret}: {text}");
        }
        let mut keys = BTreeSet::new();
        collect_keys(&serde_json::from_str(&text).unwrap(), &mut keys);
        let unknown: Vec<&String> = keys.iter().filter(|key| !known.contains(key.as_str())).collect();
        assert!(unknown.is_empty(), "{subject:?} shows {unknown:?}, which nobody allowed");
    }
    let stranger = Client::connect(hall.address).await.get(&format!("/api/my/{}", waits.token)).await;
    assert_eq!(stranger.status, 200, "the token is the key to one's own visit: {:?}", stranger.body);
}

/// The display above window 1.
async fn display(hall: &Hall, resume_from: Option<u64>) -> Socket {
    Socket::open(hall.address, Some(&hall.display_keys[0]), Subject::Display { window: 1 }, resume_from).await
}

/// Clerk 1 at window 1.
async fn open_window(hall: &Hall) -> Client {
    let mut clerk = hall.clerk(1).await;
    assert_eq!(clerk.at(1, "open").await.status, 200);
    clerk
}

/// The call in a view of a window that calls: its name and the number.
fn calling(message: FromServer) -> Option<(u64, String)> {
    match message {
        FromServer::View { view: View::Window(window), .. } if window.state == WindowState::Calling => {
            Some((window.call.unwrap().seq, window.number.unwrap()))
        }
        _ => None,
    }
}

/// How many connections the server's figures show.
pub async fn connections(hall: &Hall) -> u32 {
    let figures = Client::connect(hall.address).await.get("/metrics").await;
    let text = String::from_utf8(figures.body.to_vec()).unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix("yihao_connections "));
    line.map_or(0, |count| count.parse().unwrap())
}

fn collect_keys(value: &Value, keys: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, value)| {
            keys.insert(key.clone());
            collect_keys(value, keys);
        }),
        Value::Array(items) => items.iter().for_each(|item| collect_keys(item, keys)),
        _ => {}
    }
}
