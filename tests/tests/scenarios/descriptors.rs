//! More connections than the operating system gives a server descriptors for.

use std::fs;
use std::time::{Duration, Instant};

use protocol::Subject;
use tests::hall::{Hall, Setup};
use tests::socket::Socket;
use tokio::net::TcpStream;
use tokio::time::timeout;

use tests::book::Book;

/// Descriptors of the server; a service manager gives it many thousands.
const DESCRIPTORS: usize = 96;
/// Of these, 64 are no connection's, and of the rest a quarter no screen's.
const SCREENS: usize = (DESCRIPTORS - 64) / 4 * 3;
/// Connections that are opened at it: more than it has, and fewer than the kernel keeps waiting before the door.
const FLOOD: usize = 110;
/// Numbers that are taken meanwhile: enough for another segment of the journal.
const ISSUES: usize = 3_000;
/// What the server may write about it while the flood lasts.
const LOG_BYTES_MAX: usize = 8 * 1024;
/// How long its idle work is watched, and how much of that time it may take.
const WATCHED: Duration = Duration::from_secs(2);
const BUSY_PERCENT_MAX: u64 = 20;
/// Who comes during the flood is not answered for at least so long.
const WAITS: Duration = Duration::from_millis(500);
/// The kernel counts a process's time in hundredths of a second.
const TICK_MS: u64 = 10;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_connections_stops_nobody_who_is_connected_and_nothing_that_is_written() {
    let under = ["prlimit".to_owned(), format!("--nofile={DESCRIPTORS}:{DESCRIPTORS}")].to_vec();
    let config = Setup::default().config.replacen("[[zones]]", "[journal]\nsegment_mib = 1\n\n[[zones]]", 1);
    let mut hall = Hall::start(Setup { under, config, ..Setup::default() }).await;
    let (mut dispenser, mut clerk) = (hall.dispenser(1).await, hall.clerk(1).await);
    assert_eq!(clerk.at(1, "open").await.status, 200);
    let said = hall.log().len();
    let mut flood = Vec::new();
    for _ in 0..FLOOD {
        flood.push(TcpStream::connect(hall.address).await.unwrap());
    }
    let busy = busy_ms(&hall);
    tokio::time::sleep(WATCHED).await;
    let busy = (busy_ms(&hall) - busy) * 100 / u64::try_from(WATCHED.as_millis()).unwrap();
    assert!(busy <= BUSY_PERCENT_MAX, "the server has nothing to do, and takes {busy} % of a processor");

    let began = Instant::now();
    for _ in 0..ISSUES {
        dispenser.issue().await.number();
    }
    clerk.at(1, "call_next").await.number();
    println!("{ISSUES} numbers during the flood in {:?}, idle work before {busy} %", began.elapsed());
    assert!(segments(&hall) > 1, "the journal did not need another file");
    let log = hall.log()[said..].to_owned();
    assert!(log.len() <= LOG_BYTES_MAX, "the server writes too much about it:\n{log}");

    leave(&hall, flood).await;
    hall.settle().await;
    hall.stop();
    assert_eq!(Book::read(&hall.journal_dir()).of_kind("issued").len(), ISSUES);
}

/// Screens take no more than the places that are theirs: a clerk who comes after them still presses "next".
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn screens_leave_places_for_orders() {
    let under = ["prlimit".to_owned(), format!("--nofile={DESCRIPTORS}:{DESCRIPTORS}")].to_vec();
    let hall = Hall::start(Setup { under, ..Setup::default() }).await;
    let mut screens = Vec::new();
    while screens.len() < FLOOD
        && let Some(screen) = Socket::try_connect(hall.address, None).await
    {
        screens.push(screen.hello(Subject::Board { zone: None }, None).await);
    }
    assert_eq!(screens.len(), SCREENS, "places that screens have");
    assert!(hall.log().contains("LimitNOFILE"), "the log does not say what to do:\n{}", hall.log());

    let orders = async {
        hall.dispenser(1).await.issue().await.number();
        let mut clerk = hall.clerk(1).await;
        assert_eq!(clerk.at(1, "open").await.status, 200);
        clerk.at(1, "call_next").await.number();
        hall.health().await.0
    };
    let health = timeout(crate::PATIENCE, orders).await.unwrap_or_else(|_| panic!("the screens hold every place"));
    assert_eq!(health, 200);
}

/// Somebody waits before the door until the others leave.
async fn leave(hall: &Hall, flood: Vec<TcpStream>) {
    let waiting = hall.health();
    tokio::pin!(waiting);
    assert!(timeout(WAITS, &mut waiting).await.is_err(), "there was room for one more: this is no flood");
    drop(flood);
    let (status, _) = timeout(crate::PATIENCE, waiting).await.unwrap_or_else(|_| panic!("who waited is not let in"));
    assert_eq!(status, 200);
}

fn segments(hall: &Hall) -> usize {
    let files = fs::read_dir(hall.journal_dir()).unwrap().map(|entry| entry.unwrap().path());
    files.filter(|file| file.extension().is_some_and(|ending| ending == "seg")).count()
}

/// Processor time that the server has taken.
fn busy_ms(hall: &Hall) -> u64 {
    let stat = fs::read_to_string(format!("/proc/{}/stat", hall.pid())).unwrap();
    // The name of the program stands in brackets and is the second of the fields.
    let fields: Vec<&str> = stat.rsplit(") ").next().unwrap().split(' ').collect();
    (fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()) * TICK_MS
}
