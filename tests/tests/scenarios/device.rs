//! The devices' own programs on their profiles, and what a person sees of them: the kiosk page, slips, a panel, a voice.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use protocol::kiosk::{KioskScreen, KioskState, KioskTaken};
use protocol::order::Lane;
use serde_json::{Value, json};
use tempfile::TempDir;
use tests::book;
use tests::client::Client;
use tests::hall::{Hall, command_under, program};
use tests::ports::free_address;
use tests::socket::Socket;
use ticket_dispenser::{dispenser::Book, outbox::Outbox};

use crate::fault::copy_all;
use crate::{until, until_within};

/// A dispenser whose line is bad may need many attempts.
const MERGES_WITHIN: Duration = Duration::from_secs(60);
pub const FONT: &str = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc";

/// A device that runs, with its files.
pub struct Device {
    child: Child,
    own: TempDir,
    name: &'static str,
    under: Vec<String>,
}

/// A dispenser with its kiosk page.
pub struct Dispenser {
    pub device: Device,
    /// Where its kiosk page is found.
    pub kiosk: SocketAddr,
}

/// Somebody who touched the screen and looks at it.
pub struct Touched {
    screen: Socket,
    /// What it showed before.
    before: KioskScreen,
    /// Slips that were out before.
    slips: usize,
}

/// A panel above window 1, with a voice.
pub struct Display(pub Device);

impl Device {
    /// Starts a program on a profile; `under` as in [`tests::hall::Setup`].
    pub fn start(name: &'static str, profile: &str, under: &[String]) -> Self {
        let own = tempfile::tempdir().unwrap();
        fs::write(own.path().join("profile.toml"), profile).unwrap();
        Self { child: spawn(name, own.path(), under), own, name, under: under.to_vec() }
    }

    /// A voice for a zone, which speaks from a pack.
    pub fn start_speaker(hall: &Hall, key: &str, pack: &Path) -> Self {
        let (server, pack) = (hall.address, pack.display());
        let profile = format!(
            r#"
            name = "speaker-1"
            server = "http://{server}"
            key = "{key}"
            [speaker]
            voice = {{ back_end = "wav", directory = "voice", pack = "{pack}" }}
            "#
        );
        Self::start("window-display", &profile, &[])
    }

    /// Kills it, lets something happen to its files, and starts it again.
    pub fn restart(&mut self, happens: impl FnOnce(&Path)) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        happens(self.own.path());
        self.child = spawn(self.name, self.own.path(), &self.under);
    }

    /// What it wrote about its work.
    pub fn log(&self) -> String {
        fs::read_to_string(self.own.path().join("log")).unwrap_or_default()
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// One of its files.
    pub fn path(&self, name: &str) -> PathBuf {
        self.own.path().join(name)
    }

    /// Files of one kind in one of its directories.
    pub fn files(&self, dir: &str, kind: &str) -> Vec<PathBuf> {
        let Ok(entries) = fs::read_dir(self.path(dir)) else { return Vec::new() };
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

impl Dispenser {
    /// Dispenser 1 of a hall, on this machine.
    pub async fn start(hall: &Hall) -> Self {
        let kiosk = free_address();
        Self::start_at(hall, kiosk, kiosk, &[]).await
    }

    /// Dispenser `n` of a hall, with more in its profile.
    pub async fn start_with(hall: &Hall, n: usize, more: &str) -> Self {
        let kiosk = free_address();
        Self::start_as(hall, n, (kiosk, kiosk), &[], &format!("{}\n{more}", png())).await
    }

    /// Dispenser 1 of a hall in another world, where its page listens on `listen`; from here that is `kiosk`.
    pub async fn start_at(hall: &Hall, listen: SocketAddr, kiosk: SocketAddr, under: &[String]) -> Self {
        Self::start_as(hall, 1, (listen, kiosk), under, &png()).await
    }

    /// The same on this machine, with a printer as the profile names it, and paper so many dots wide.
    pub async fn start_on(hall: &Hall, printer: &str, width_dots: u32) -> Self {
        Self::start_nth_on(hall, 1, printer, width_dots).await
    }

    /// The same for dispenser `n`.
    pub async fn start_nth_on(hall: &Hall, n: usize, printer: &str, width_dots: u32) -> Self {
        let kiosk = free_address();
        let more = format!("slip = {{ width_dots = {width_dots}, font = \"{FONT}\" }}\n{printer}");
        Self::start_as(hall, n, (kiosk, kiosk), &[], &more).await
    }

    async fn start_as(
        hall: &Hall,
        n: usize,
        (listen, kiosk): (SocketAddr, SocketAddr),
        under: &[String],
        more: &str,
    ) -> Self {
        let (server, key) = (hall.address, &hall.dispenser_keys[n - 1]);
        let profile = format!(
            r#"
            name = "dispenser-{n}"
            server = "http://{server}"
            key = "{key}"
            [dispenser]
            kiosk_listen = "{listen}"
            outbox = "outbox"
            press_gap_ms = 0
            {more}
            "#
        );
        let dispenser = Self { device: Device::start("ticket-dispenser", &profile, under), kiosk };
        until("the kiosk page is there", async || Client::try_connect(kiosk).await.is_some()).await;
        dispenser
    }

    /// Kills it, lets something happen to its list, and starts it again.
    pub async fn restart(&mut self, happens: impl FnOnce(&Path)) {
        self.device.restart(|own| happens(&own.join("outbox/outbox.jsonl")));
        self.comes_up().await;
    }

    /// Waits until its kiosk page is there; one that enrols has another.
    pub async fn comes_up(&self) {
        let kiosk = self.kiosk;
        let is_there = async || match Client::try_connect(kiosk).await {
            // A page that gives way breaks off.
            Some(mut client) => {
                client.try_post("/enrol", None, &json!({})).await.is_ok_and(|reply| reply.status == 404)
            }
            None => false,
        };
        until("the kiosk page is there", is_there).await;
    }

    /// What it wrote down of its numbers until now.
    pub fn book(&self) -> Book {
        let copy = tempfile::tempdir().unwrap();
        copy_all(&self.device.path("outbox"), copy.path());
        Outbox::open(copy.path()).unwrap().0.book().clone()
    }

    /// What the screen shows, when it shows what is waited for.
    pub async fn screen(&self, what: &str, fits: impl Fn(&KioskState) -> bool) -> KioskState {
        see(&mut Socket::connect(self.kiosk, None).await, what, fits).await
    }

    /// Waits until it knows that it is connected, or cut off.
    pub async fn is_online(&self, online: bool) {
        self.screen(if online { "online" } else { "cut off" }, |state| state.online == online).await;
    }

    /// Waits until numbers for a time without the server are in its outbox.
    pub async fn has_reserve(&self) {
        until("numbers are reserved", async || self.book().reserve.contains_key(&Lane::Acceptance)).await;
    }

    /// Waits until the server knows of everything that was given out, and what came of everything that was asked.
    pub async fn owes_nothing(&self) {
        let owes_nothing = |book: Book| book.unmerged.is_empty() && book.asked.is_empty();
        until_within(MERGES_WITHIN, "everything is merged", async || owes_nothing(self.book())).await;
    }

    /// Presses, and takes the slip.
    pub async fn press(&self) -> KioskTaken {
        let touched = self.touch().await;
        self.take(touched).await
    }

    /// Holds a card to the reader of the kiosk page, and takes the slip.
    pub async fn scan(&self, card: &str) -> KioskTaken {
        let touched = self.touch_with("/scan", &json!({ "text": card })).await;
        self.take(touched).await
    }

    /// Touches the screen and does not look at it: nobody may be there to answer.
    pub async fn touch_unseen(&self) {
        if let Some(mut kiosk) = Client::try_connect(self.kiosk).await {
            let _ = kiosk.try_post("/press", None, &json!({ "lane": "acceptance" })).await;
        }
    }

    /// Touches the screen.
    pub async fn touch(&self) -> Touched {
        self.touch_with("/press", &json!({ "lane": "acceptance" })).await
    }

    async fn touch_with(&self, path: &str, what: &Value) -> Touched {
        let mut screen = Socket::connect(self.kiosk, None).await;
        let ready = |state: &KioskState| matches!(state.screen, KioskScreen::Ready | KioskScreen::Taken(_));
        let before = see(&mut screen, "ready for a touch", ready).await.screen;
        let touched = Touched { screen, before, slips: self.slips() };
        let reply = Client::connect(self.kiosk).await.post(path, None, what).await;
        assert_eq!(reply.status, 200, "{:?}", reply.body);
        touched
    }

    /// Takes the slip that comes out after a touch. The screen may still show the number of the one before.
    pub async fn take(&self, mut touched: Touched) -> KioskTaken {
        let before = touched.before;
        let taken = |state: &KioskState| matches!(state.screen, KioskScreen::Taken(_)) && state.screen != before;
        let KioskScreen::Taken(taken) = see(&mut touched.screen, "a number", taken).await.screen else {
            panic!("no number")
        };
        until("the slip is printed", async || self.slips() > touched.slips).await;
        taken
    }

    /// How many slips came out.
    pub fn slips(&self) -> usize {
        self.device.files("slips", "png").len()
    }

    /// What the QR codes of all slips say, as an independent reader sees them.
    pub fn codes(&self) -> BTreeSet<String> {
        self.device.files("slips", "png").iter().map(|slip| read_code(slip)).collect()
    }
}

impl Display {
    /// Display 1 of a hall, on this machine.
    pub fn start(hall: &Hall) -> Self {
        Self::start_at(hall, &[])
    }

    /// Display 1 of a hall in another world.
    pub fn start_at(hall: &Hall, under: &[String]) -> Self {
        Self::start_on(hall, r#"panel = { back_end = "file", file = "panel.txt" }"#, under)
    }

    /// The same on another panel, by its lines in the profile.
    pub fn start_on(hall: &Hall, panel: &str, under: &[String]) -> Self {
        Self::start_with(hall, panel, r#"voice = { back_end = "wav", directory = "voice" }"#, under)
    }

    /// The same with another voice.
    pub fn start_with(hall: &Hall, panel: &str, voice: &str, under: &[String]) -> Self {
        let (server, key) = (hall.address, &hall.display_keys[0]);
        let profile = format!(
            r#"
            name = "display-1"
            server = "http://{server}"
            key = "{key}"
            [display]
            window = 1
            {panel}
            {voice}
            "#
        );
        Self(Device::start("window-display", &profile, under))
    }

    /// Display `n` of a hall, above window `n`, which speaks from a pack once and without a chime.
    pub fn start_quick(hall: &Hall, n: u16, pack: &Path) -> Self {
        let (server, key) = (hall.address, &hall.display_keys[usize::from(n) - 1]);
        let pack = pack.display();
        let profile = format!(
            r#"
            name = "display-{n}"
            server = "http://{server}"
            key = "{key}"
            [display]
            window = {n}
            panel = {{ back_end = "file", file = "panel.txt" }}
            voice = {{ back_end = "wav", directory = "voice", pack = "{pack}", times = 1, chime = false }}
            "#
        );
        Self(Device::start("window-display", &profile, &[]))
    }

    /// Whether the panel says something.
    pub fn says(&self, text: &str) -> bool {
        fs::read_to_string(self.0.path("panel.txt")).is_ok_and(|panel| panel.contains(text))
    }

    /// Waits until the panel says something.
    pub async fn shows(&self, text: &str) {
        until(&format!("the panel shows {text}"), async || self.says(text)).await;
    }

    /// How many announcements were spoken.
    pub fn spoken(&self) -> usize {
        self.0.files("voice", "wav").len()
    }
}

/// Every slip is in the journal, once; those of the reserve in the order in which they came out; and whoever has no slip does
/// not stand in line. `others` are numbers that somebody else took.
pub fn check_slips(book: &book::Book, taken: &[KioskTaken], others: &[String]) {
    let token = |taken: &KioskTaken| taken.url.rsplit('/').next().unwrap().to_owned();
    let tokens: BTreeSet<String> = taken.iter().map(token).collect();
    let numbers: BTreeSet<&str> = taken.iter().map(|taken| taken.number.as_str()).collect();
    assert_eq!((tokens.len(), numbers.len()), (taken.len(), taken.len()), "a number came out twice: {taken:?}");
    let issued = book.of_kind("issued");
    let is_mine = |event: &&&Value| tokens.contains(event["token"].as_str().unwrap());
    let mine: Vec<&&Value> = issued.iter().filter(is_mine).collect();
    assert_eq!(mine.len(), taken.len(), "a slip is out whose number the journal does not know");
    let merged: Vec<&str> =
        mine.iter().filter(|event| !event["offline"].is_null()).map(|event| number(event)).collect();
    let offline: Vec<&str> = taken.iter().filter(|taken| taken.offline).map(|taken| taken.number.as_str()).collect();
    assert_eq!(merged, offline, "merged in another order than printed");
    let gone = ["ended", "called"].into_iter().flat_map(|kind| book.of_kind(kind)).map(number);
    let gone: BTreeSet<&str> = gone.chain(others.iter().map(String::as_str)).collect();
    let in_line = issued.iter().filter(|event| !is_mine(event)).map(|event| number(event));
    let in_line: Vec<&str> = in_line.filter(|number| !gone.contains(number)).collect();
    assert!(in_line.is_empty(), "nobody has a slip of {in_line:?}, which stand in line");
}

fn number(event: &Value) -> &str {
    event["ticket"].as_str().unwrap().split('/').nth(1).unwrap()
}

/// Stops a process where it stands, without its knowledge.
pub fn freeze(pid: u32) {
    signal("-STOP", pid);
}

/// Lets it go on.
pub fn thaw(pid: u32) {
    signal("-CONT", pid);
}

fn signal(which: &str, pid: u32) {
    assert!(Command::new("kill").args([which, &pid.to_string()]).status().unwrap().success(), "kill {which} {pid}");
}

fn spawn(name: &str, own: &Path, under: &[String]) -> Child {
    let log = File::options().create(true).append(true).open(own.join("log")).unwrap();
    let mut command = command_under(under, &program(name));
    command.arg("--profile").arg(own.join("profile.toml")).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
    command.spawn().unwrap()
}

async fn see(screen: &mut Socket, what: &str, fits: impl Fn(&KioskState) -> bool) -> KioskState {
    let wait = async {
        loop {
            let text = screen.next_text().await.unwrap_or_else(|| panic!("the kiosk closed: {what}"));
            let state: KioskState = serde_json::from_str(&text).unwrap();
            if fits(&state) {
                return state;
            }
        }
    };
    tokio::time::timeout(crate::PATIENCE, wait).await.unwrap_or_else(|_| panic!("not on the screen: {what}"))
}

/// What the QR code on a picture says, as an independent reader sees it.
pub fn read_code(slip: &Path) -> String {
    let output = Command::new("zbarimg").args(["-q", "--raw"]).arg(slip).output();
    let output = output.unwrap_or_else(|error| panic!("zbarimg reads the slips (Debian's zbar-tools): {error}"));
    assert!(output.status.success(), "no QR code on {}", slip.display());
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// In a profile: slips become pictures.
fn png() -> String {
    format!("slip = {{ font = \"{FONT}\" }}\nprinter = {{ back_end = \"png\", directory = \"slips\" }}")
}
