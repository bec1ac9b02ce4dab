//! The devices' own programs, between a press on paper and a call in the hall.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use protocol::kiosk::{KioskScreen, KioskState, KioskTaken};
use protocol::{Subject, View};
use serde_json::json;
use tempfile::TempDir;
use tests::book::Book;
use tests::client::Client;
use tests::hall::{Hall, Setup, free_address, program};
use tests::socket::Socket;

use crate::until;

const FONT: &str = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc";

/// A device that runs, with its files.
struct Device {
    child: Child,
    own: TempDir,
}

impl Device {
    /// Starts a program on a profile.
    fn start(name: &str, profile: &str) -> Self {
        let own = tempfile::tempdir().unwrap();
        let path = own.path().join("profile.toml");
        fs::write(&path, profile).unwrap();
        let log = File::create(own.path().join("log")).unwrap();
        let mut command = Command::new(program(name));
        command.arg("--profile").arg(path).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        Self { child: command.spawn().unwrap(), own }
    }

    fn log(&self) -> String {
        fs::read_to_string(self.own.path().join("log")).unwrap_or_default()
    }

    /// Files of one kind in one of its directories.
    fn files(&self, dir: &str, kind: &str) -> Vec<PathBuf> {
        let Ok(entries) = fs::read_dir(self.own.path().join(dir)) else { return Vec::new() };
        let paths = entries.map(|entry| entry.unwrap().path());
        paths.filter(|path| path.extension().is_some_and(|extension| extension == kind)).collect()
    }
}

impl Drop for Device {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            println!("{}", self.log());
        }
    }
}

/// A dispenser with its kiosk page.
struct Dispenser {
    device: Device,
    kiosk: SocketAddr,
}

impl Dispenser {
    async fn start(hall: &Hall) -> Self {
        let kiosk = free_address();
        let (server, key) = (hall.address, &hall.dispenser_keys[0]);
        let profile = format!(
            r#"
            name = "dispenser-1"
            server = "http://{server}"
            key = "{key}"
            [dispenser]
            kiosk_listen = "{kiosk}"
            outbox = "outbox"
            press_gap_ms = 0
            slip = {{ back_end = "png", directory = "slips", font = "{FONT}" }}
            "#
        );
        let dispenser = Self { device: Device::start("ticket-dispenser", &profile), kiosk };
        until("the kiosk page is there", async || Client::try_connect(kiosk).await.is_some()).await;
        dispenser
    }

    /// What the screen shows, when it shows what is waited for.
    async fn screen(&self, what: &str, fits: impl Fn(&KioskState) -> bool) -> KioskState {
        let mut socket = Socket::connect(self.kiosk, None).await;
        let wait = async {
            loop {
                let text = socket.next_text().await.unwrap_or_else(|| panic!("the kiosk closed: {what}"));
                let state: KioskState = serde_json::from_str(&text).unwrap();
                if fits(&state) {
                    return state;
                }
            }
        };
        tokio::time::timeout(crate::PATIENCE, wait).await.unwrap_or_else(|_| panic!("not on the screen: {what}"))
    }

    async fn is_online(&self, online: bool) {
        self.screen(if online { "online" } else { "cut off" }, |state| state.online == online).await;
    }

    /// Whether numbers for a time without the server are in its outbox.
    fn has_reserve(&self) -> bool {
        let outbox = fs::read_to_string(self.device.own.path().join("outbox/outbox.jsonl")).unwrap_or_default();
        outbox.lines().any(|line| line.contains(r#""is":"leased""#) && line.contains(r#""acceptance""#))
    }

    /// Presses, and takes the slip.
    async fn press(&self) -> KioskTaken {
        let before = self.device.files("slips", "png").len();
        let reply = Client::connect(self.kiosk).await.post("/press", None, &json!({ "lane": "acceptance" })).await;
        assert_eq!(reply.status, 200, "{:?}", reply.body);
        let taken = |state: &KioskState| matches!(state.screen, KioskScreen::Taken(_));
        let KioskScreen::Taken(taken) = self.screen("a number", taken).await.screen else { panic!("no number") };
        until("the slip is printed", async || self.device.files("slips", "png").len() > before).await;
        self.screen("ready for the next one", |state| matches!(state.screen, KioskScreen::Ready)).await;
        taken
    }

    /// What the QR codes of all slips say, as an independent reader sees them.
    fn codes(&self) -> BTreeSet<String> {
        let slips = self.device.files("slips", "png").into_iter();
        let read = |slip: PathBuf| {
            let output = Command::new("zbarimg").args(["-q", "--raw"]).arg(&slip).output();
            let output =
                output.unwrap_or_else(|error| panic!("zbarimg reads the slips (Debian's zbar-tools): {error}"));
            assert!(output.status.success(), "no QR code on {}", slip.display());
            String::from_utf8(output.stdout).unwrap().trim().to_owned()
        };
        slips.map(read).collect()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_press_becomes_a_slip_whose_code_leads_to_the_visit() {
    let hall = Hall::start(Setup::default()).await;
    let dispenser = Dispenser::start(&hall).await;
    dispenser.is_online(true).await;
    let taken = dispenser.press().await;
    assert_eq!((taken.number.as_str(), taken.offline), ("A001", false));
    assert_eq!(dispenser.codes(), BTreeSet::from([taken.url.clone()]));
    let token = taken.url.strip_prefix(&format!("http://{}/t/", hall.address)).unwrap_or_else(|| panic!("{taken:?}"));
    let visit = Client::connect(hall.address).await.get(&format!("/api/my/{token}")).await;
    let visit: protocol::view::TicketView = serde_json::from_slice(&visit.body).unwrap();
    assert_eq!((visit.number, visit.ahead), ("A001".into(), Some(0)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dispenser_that_is_cut_off_gives_out_its_reserve_and_brings_it_in_order() {
    let mut hall = Hall::start(Setup::default()).await;
    let dispenser = Dispenser::start(&hall).await;
    dispenser.is_online(true).await;
    let mut taken = vec![dispenser.press().await];
    until("numbers are reserved", async || dispenser.has_reserve()).await;
    hall.kill();
    dispenser.is_online(false).await;
    for _ in 0..5 {
        let number = dispenser.press().await;
        assert!(number.offline && !number.url.is_empty(), "{number:?}");
        taken.push(number);
    }
    hall.run().await;
    dispenser.is_online(true).await;
    taken.push(dispenser.press().await);
    for number in &taken {
        let token = number.url.rsplit('/').next().unwrap();
        until("a ticket that was given out while cut off is known", async || {
            Client::connect(hall.address).await.get(&format!("/api/my/{token}")).await.status == 200
        })
        .await;
    }
    assert_eq!(dispenser.codes(), taken.iter().map(|taken| taken.url.clone()).collect());
    hall.stop();
    let book = Book::read(&hall.journal_dir());
    let issued = book.of_kind("issued");
    let number = |event: &serde_json::Value| event["ticket"].as_str().unwrap().split('/').nth(1).unwrap().to_owned();
    let offline: Vec<String> =
        issued.iter().filter(|event| !event["offline"].is_null()).map(|event| number(event)).collect();
    let printed: Vec<String> = taken.iter().filter(|taken| taken.offline).map(|taken| taken.number.clone()).collect();
    assert_eq!(offline, printed, "merged in the order in which they were printed");
    assert_eq!(issued.len(), taken.len(), "every number was given out once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_is_shown_and_spoken_and_a_display_that_is_cut_off_says_so() {
    let mut hall = Hall::start(Setup::default()).await;
    let (server, key) = (hall.address, &hall.display_keys[0]);
    let display = Device::start(
        "window-display",
        &format!(
            r#"
            name = "display-1"
            server = "http://{server}"
            key = "{key}"
            [display]
            window = 1
            panel = {{ back_end = "file", file = "panel.txt" }}
            voice = {{ back_end = "wav", directory = "voice" }}
            "#
        ),
    );
    let says =
        |text: &str| fs::read_to_string(display.own.path().join("panel.txt")).is_ok_and(|panel| panel.contains(text));
    let mut clerk = hall.clerk(1).await;
    assert_eq!(clerk.at(1, "open").await.status, 200);
    until("the panel shows the window", async || says("01号窗口")).await;
    let number = hall.dispenser(1).await.issue().await.number();
    assert_eq!(clerk.at(1, "call_next").await.number(), number);
    until("the call is on the panel", async || says(&number)).await;
    let console = Subject::Clerk { window: 1, console: "console-1".into() };
    let mut screen = Socket::open_as(hall.address, &clerk.cookie(), console).await;
    let announced = |view: &View| match view {
        View::Clerk(clerk) if clerk.announced.shown && clerk.announced.spoken => Some(()),
        _ => None,
    };
    screen.view(announced).await;
    assert_eq!(display.files("voice", "wav").len(), 1, "one call is one announcement");
    hall.kill();
    until("the panel says that it is cut off", async || says("离线")).await;
    hall.run().await;
    until("the panel shows the call again", async || says(&number) && !says("离线")).await;
    assert_eq!(display.files("voice", "wav").len(), 1, "nothing is announced again");
}
