//! A hall's load: 50 orders a second, 26 displays, 30 screens; from the press to the answer and to the display.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use protocol::{FromClient, FromServer, Subject, View};
use serde::Serialize;
use tokio::task::JoinHandle;

use super::{Percentiles, progress};
use crate::client::{Client, fresh_key};
use crate::hall::{Hall, Setup};
use crate::socket::Socket;

/// Every window has a display.
const DISPLAYS: u16 = 26;
/// Windows that call; each has a console.
const CLERKS: u16 = 20;
/// Boards, managers' screens and citizens' pages, beside the consoles.
const BOARDS: u16 = 4;
const MANAGERS: u16 = 2;
const CITIZENS: u16 = 4;
/// Orders a second.
const ORDERS_PER_S: u32 = 50;

/// What a hall's load was like.
#[derive(Debug, Serialize)]
pub struct HallLoad {
    /// Orders a second that were really done.
    pub orders_per_s: f64,
    /// From the press on "next" until its answer.
    pub press_to_answer_ms: Percentiles,
    /// From the press on "next" until the window's display has it.
    pub press_to_display_ms: Percentiles,
    /// fdatasync of a record while the load runs, for comparison.
    pub fdatasync_under_load_ms: Percentiles,
    /// Resident memory of the server at the end, MiB.
    pub memory_mib: f64,
}

/// When each display had each number, and whether it did.
type Seen = Arc<Mutex<BTreeMap<(u16, String), Instant>>>;

/// Measures for `seconds`.
pub async fn measure(seconds: u32, data_dir: Option<PathBuf>) -> HallLoad {
    progress("a hall's load: 50 orders a second, 26 displays, 30 screens");
    let data_dir = data_dir.map(|dir| dir.join("hall-load"));
    let hall = Hall::start(Setup { clerks: CLERKS, displays: DISPLAYS, data_dir, ..Setup::default() }).await;
    let seen = Seen::default();
    let mut watching = displays(&hall, &seen).await;
    watching.extend(screens(&hall).await);
    let syncing = tokio::task::spawn_blocking({
        let dir = hall.data_dir().to_owned();
        move || syncs(&dir, seconds)
    });
    let began = Instant::now();
    let pressed = press(&hall, seconds).await;
    let orders_per_s = 3.0 * f64::from(u32::try_from(pressed.len()).unwrap()) / began.elapsed().as_secs_f64();
    tokio::time::sleep(Duration::from_millis(300)).await;
    let report = HallLoad {
        orders_per_s,
        press_to_answer_ms: Percentiles::of(pressed.iter().map(|press| press.answered - press.began).collect()),
        press_to_display_ms: Percentiles::of(to_displays(&pressed, &seen)),
        fdatasync_under_load_ms: Percentiles::of(syncing.await.unwrap()),
        memory_mib: kib_to_mib(hall.memory_kib()),
    };
    watching.iter().for_each(JoinHandle::abort);
    report
}

/// KiB in MiB.
pub fn kib_to_mib(kib: u64) -> f64 {
    f64::from(u32::try_from(kib).unwrap()) / 1024.0
}

struct Press {
    window: u16,
    number: String,
    began: Instant,
    answered: Instant,
}

/// One number is given out, called and started, again and again, at the pace of the load.
async fn press(hall: &Hall, seconds: u32) -> Vec<Press> {
    let mut dispenser = hall.dispenser(1).await;
    let mut clerks = Vec::new();
    for window in 1..=CLERKS {
        let mut clerk = hall.clerk(window).await;
        assert_eq!(clerk.at(window, "open").await.status, 200);
        clerks.push(clerk);
    }
    let mut pace = tokio::time::interval(Duration::from_secs(3) / ORDERS_PER_S);
    let mut presses = Vec::new();
    for turn in 0..seconds * ORDERS_PER_S / 3 {
        pace.tick().await;
        assert_eq!(dispenser.issue().await.status, 200);
        let window = u16::try_from(turn % u32::from(CLERKS)).unwrap() + 1;
        presses.push(press_next(&mut clerks[usize::from(window) - 1], window).await);
    }
    presses
}

async fn press_next(clerk: &mut Client, window: u16) -> Press {
    let began = Instant::now();
    let called = clerk.at(window, "call_next").await;
    let answered = Instant::now();
    assert_eq!(called.status, 200, "{:?}", called.body);
    assert_eq!(clerk.at(window, "start").await.status, 200);
    Press { window, number: called.number(), began, answered }
}

async fn displays(hall: &Hall, seen: &Seen) -> Vec<JoinHandle<()>> {
    let mut tasks = Vec::new();
    for window in 1..=DISPLAYS {
        let key = &hall.display_keys[usize::from(window) - 1];
        let socket = Socket::open(hall.address, Some(key), Subject::Display { window }, None).await;
        tasks.push(tokio::spawn(show(socket, window, seen.clone())));
    }
    tasks
}

/// A display: notes each call, and says that it is shown.
async fn show(mut socket: Socket, window: u16, seen: Seen) {
    while let Some(message) = socket.next().await {
        if let FromServer::View { view: View::Window(view), .. } = message
            && let Some(call) = view.call
        {
            let is_new = seen.lock().unwrap().insert_if_absent((window, call.number), Instant::now());
            if is_new {
                socket.say(&FromClient::Shown { call: call.seq }).await;
            }
        }
        socket.say(&FromClient::Pulse).await;
    }
}

trait InsertIfAbsent<K, V> {
    fn insert_if_absent(&mut self, key: K, value: V) -> bool;
}

impl<K: Ord, V> InsertIfAbsent<K, V> for BTreeMap<K, V> {
    fn insert_if_absent(&mut self, key: K, value: V) -> bool {
        let absent = !self.contains_key(&key);
        if absent {
            self.insert(key, value);
        }
        absent
    }
}

async fn screens(hall: &Hall) -> Vec<JoinHandle<()>> {
    let mut sockets = Vec::new();
    for n in 0..BOARDS {
        let zone = [None, Some('A'), Some('B')][usize::from(n) % 3];
        sockets.push(Socket::open(hall.address, None, Subject::Board { zone }, None).await);
    }
    for _ in 0..MANAGERS {
        let cookie = hall.manager().await.cookie();
        sockets.push(Socket::open_as(hall.address, &cookie, Subject::Manager).await);
    }
    for window in 1..=CLERKS {
        let cookie = hall.clerk(window).await.cookie();
        let subject = Subject::Clerk { window, console: format!("console-{window}") };
        sockets.push(Socket::open_as(hall.address, &cookie, subject).await);
    }
    let mut dispenser = hall.dispenser(1).await;
    for _ in 0..CITIZENS {
        let body = serde_json::json!({ "lane": "consulting" });
        let protocol::Answer::Ticket(ticket) = dispenser.post("/api/tickets", Some(&fresh_key()), &body).await.answer()
        else {
            panic!("a number was to be given out")
        };
        sockets.push(Socket::open(hall.address, None, Subject::Ticket { token: ticket.token }, None).await);
    }
    sockets.into_iter().map(|socket| tokio::spawn(socket.look())).collect()
}

fn to_displays(pressed: &[Press], seen: &Seen) -> Vec<Duration> {
    let seen = seen.lock().unwrap();
    let time = |press: &Press| {
        let at = seen.get(&(press.window, press.number.clone()));
        *at.unwrap_or_else(|| panic!("the display of window {} never had {}", press.window, press.number)) - press.began
    };
    pressed.iter().map(time).collect()
}

/// fdatasync about 20 times a second beside the journal, while the load runs.
fn syncs(dir: &std::path::Path, seconds: u32) -> Vec<Duration> {
    use std::io::Write;
    let mut file = std::fs::File::create(dir.join("fdatasync.tmp")).unwrap();
    let mut once = || {
        std::thread::sleep(Duration::from_millis(50));
        let began = Instant::now();
        file.write_all(&[7; 400]).unwrap();
        file.sync_data().unwrap();
        began.elapsed()
    };
    (0..seconds * 18).map(|_| once()).collect()
}
