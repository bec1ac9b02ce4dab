//! The disk takes nothing: the hall refuses, says why, announces nothing, and goes on as soon as it can.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use protocol::{FromServer, Subject, View, view::WindowState};
use serde_json::{Value, json};
use tests::book::Book;
use tests::client::{Client, fresh_key};
use tests::hall::{Hall, Setup};
use tests::socket::Socket;

use crate::mount::{Mount, run};
use crate::until;

/// When the cause is gone, orders are taken again within this time.
const RESUMES_WITHIN: Duration = Duration::from_secs(5);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_refuses_and_goes_on_when_there_is_room() {
    let Some(disk) = Mount::new(24) else { return };
    let trouble = Trouble::begin(&disk).await;
    let filler = disk.dir("filler");
    fill(&filler);
    let trouble = trouble.refuse_everything().await;
    fs::remove_file(filler).unwrap();
    trouble.go_on().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_journal_that_may_not_be_written_refuses_and_goes_on_when_it_may() {
    let Some(disk) = Mount::new(24) else { return };
    let trouble = Trouble::begin(&disk).await;
    // A file system can't be mounted read-only while a file is open for writing; one file can be made so at any time.
    let journal = trouble.hall.journal_dir();
    run(Command::new("chattr").args(["-R", "+i"]).arg(&journal)).unwrap();
    let trouble = trouble.refuse_everything().await;
    run(Command::new("chattr").args(["-R", "-i"]).arg(&journal)).unwrap();
    trouble.go_on().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_system_that_turned_read_only_refuses_and_goes_on_after_it_is_mounted_anew() {
    let Some(disk) = Mount::new(24) else { return };
    let trouble = Trouble::begin(&disk).await;
    disk.turn_read_only();
    let mut trouble = trouble.refuse_everything().await;
    trouble.hall.kill();
    disk.power_on();
    trouble.hall.run().await;
    trouble.dispenser = trouble.dispenser.twin(trouble.hall.address).await;
    trouble.clerk = trouble.clerk.twin(trouble.hall.address).await;
    trouble.display = display(&trouble.hall).await;
    assert_eq!(called(&mut trouble.display).await, trouble.first);
    trouble.go_on().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_starts_on_a_full_disk_is_there_and_goes_on_when_there_is_room() {
    let Some(disk) = Mount::new(24) else { return };
    let mut hall = Hall::start(Setup { data_dir: Some(disk.dir("hall")), ..Setup::default() }).await;
    let mut dispenser = hall.dispenser(1).await;
    for _ in 0..500 {
        dispenser.issue().await.number();
    }
    hall.kill();
    let filler = disk.dir("filler");
    fill(&filler);
    // Nothing, and a little: what is opened first finds room, and what comes then does not.
    for room in [0, 4096, 64 * 1024] {
        let file = OpenOptions::new().write(true).open(&filler).unwrap();
        file.set_len(file.metadata().unwrap().len() - room).unwrap();
        file.sync_all().unwrap();
        hall.launch(&[]);
        until("the server answers", async || Client::try_connect(hall.address).await.is_some()).await;
        hall.kill();
    }
    hall.launch(&[]);
    fs::remove_file(filler).unwrap();
    hall.wait_until_ready().await;
    hall.settle().await;
    assert_eq!(hall.dispenser(1).await.issue().await.number(), "A501");
}

/// A hall with one call on its display and one more person who waits.
struct Trouble {
    hall: Hall,
    dispenser: Client,
    clerk: Client,
    display: Socket,
    /// Who was called before the trouble.
    first: String,
    /// What was refused: path, key, order.
    refused: Vec<(&'static str, String, Value)>,
}

impl Trouble {
    async fn begin(disk: &Mount) -> Self {
        let hall = Hall::start(Setup { data_dir: Some(disk.dir("hall")), ..Setup::default() }).await;
        let (mut dispenser, mut clerk) = (hall.dispenser(1).await, hall.clerk(1).await);
        let mut display = display(&hall).await;
        assert_eq!(clerk.at(1, "open").await.status, 200);
        dispenser.issue().await.number();
        dispenser.issue().await.number();
        let first = clerk.at(1, "call_next").await.number();
        assert_eq!(called(&mut display).await, first);
        Self { hall, dispenser, clerk, display, first, refused: Vec::new() }
    }

    /// The disk takes nothing: everybody is told, and nothing is announced.
    async fn refuse_everything(mut self) -> Self {
        self.fail_for_the_first_time().await;
        self.refuse("/api/windows/1", json!({ "act": "start" })).await;
        self.refuse("/api/tickets", json!({ "lane": "acceptance" })).await;
        let hall = &self.hall;
        until("the trouble is on /readyz", async || {
            let (status, ready) = hall.health().await;
            status == 503 && ready["ready"] == false && ready["trouble"]["zh"].is_string()
        })
        .await;
        assert!(alarms(&self.hall).await.contains(&"storage".to_owned()), "the manager has no alarm");
        // What somebody sees who looks only now is what was durable.
        let mut board = Socket::open(self.hall.address, None, Subject::Board { zone: None }, None).await;
        let calls = board.view(|view| if let View::Board(board) = view { Some(board.calls.len()) } else { None }).await;
        assert_eq!(calls, 1, "something is announced that is not durable");
        self
    }

    /// The cause is gone: the hall goes on by itself, and does what is asked again, once.
    async fn go_on(mut self) {
        let began = Instant::now();
        while self.hall.health().await.0 != 200 || !self.takes_orders().await {
            assert!(began.elapsed() < RESUMES_WITHIN, "orders are still refused\n{}", self.hall.log());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let refused = std::mem::take(&mut self.refused);
        for (path, key, order) in &refused {
            let client = if *path == "/api/tickets" { &mut self.dispenser } else { &mut self.clerk };
            let first = client.post(path, Some(key), order).await;
            let second = client.post(path, Some(key), order).await;
            assert_eq!((first.status, &first.body), (200, &second.body), "{order} is answered in two ways");
        }
        let second = self.clerk.at(1, "call_next").await.number();
        assert_eq!(called(&mut self.display).await, second, "the display shows what was never called");
        until("no alarm is left", async || !alarms(&self.hall).await.contains(&"storage".to_owned())).await;
        self.hall.stop();
        let book = Book::read(&self.hall.journal_dir());
        for (_, key, order) in &refused {
            assert!(book.under(key).is_some(), "{order} was answered, and the journal does not have it");
        }
        assert_eq!(book.of_kind("called").len(), 2);
    }

    /// There may be room for a few more records.
    async fn fail_for_the_first_time(&mut self) {
        let order = json!({ "lane": "acceptance" });
        for _ in 0..500 {
            let key = fresh_key();
            let reply = self.dispenser.post("/api/tickets", Some(&key), &order).await;
            if reply.status != 200 {
                return self.is_refused("/api/tickets", key, order, &reply);
            }
        }
        panic!("the disk takes everything");
    }

    async fn refuse(&mut self, path: &'static str, order: Value) {
        let key = fresh_key();
        let client = if path == "/api/tickets" { &mut self.dispenser } else { &mut self.clerk };
        let reply = client.post(path, Some(&key), &order).await;
        self.is_refused(path, key, order, &reply);
    }

    fn is_refused(&mut self, path: &'static str, key: String, order: Value, reply: &tests::client::Reply) {
        let refused = reply.refused();
        assert_eq!((reply.status, refused.code.as_str()), (503, "storage_failed"), "{order}");
        assert!(!refused.text.zh.is_ascii() && refused.text.en.contains("Nothing was changed"), "{refused:?}");
        self.refused.push((path, key, order));
    }

    async fn takes_orders(&mut self) -> bool {
        self.dispenser.issue().await.status == 200
    }
}

/// The display above window 1.
async fn display(hall: &Hall) -> Socket {
    Socket::open(hall.address, Some(&hall.display_keys[0]), Subject::Display { window: 1 }, None).await
}

/// The next number that a display is told to announce.
async fn called(display: &mut Socket) -> String {
    loop {
        let Some(message) = display.next().await else { panic!("the display was cut") };
        match message {
            FromServer::View { view: View::Window(window), .. } if window.state == WindowState::Calling => {
                return window.number.unwrap();
            }
            FromServer::Pulse { .. } => display.say(&protocol::FromClient::Pulse).await,
            _ => {}
        }
    }
}

/// The codes of the manager's alarms.
pub async fn alarms(hall: &Hall) -> Vec<String> {
    let cookie = hall.manager().await.cookie();
    let mut socket = Socket::open_as(hall.address, &cookie, Subject::Manager).await;
    let codes = |alarms: &[protocol::view::Alarm]| alarms.iter().map(|alarm| alarm.code.clone()).collect();
    socket.view(|view| if let View::Manager(manager) = view { Some(codes(&manager.alarms)) } else { None }).await
}

/// Writes zeros until nothing more fits.
pub fn fill(path: &Path) {
    let mut file = OpenOptions::new().create(true).append(true).open(path).unwrap();
    for size in [1 << 20, 4096, 512] {
        while file.write_all(&vec![0; size]).is_ok() {}
    }
    // Only what is on the disk takes room that others can't have.
    let _ = file.sync_all();
}
