//! Blank devices are let in by what they show, and lost ones are shut out: real programs, a real server, a manager over HTTP.

use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use protocol::enrol::EnrolRow;
use protocol::kiosk::KioskScreen;
use protocol::view::DeviceRow;
use protocol::{Subject, View};
use serde_json::{Value, json};
use tests::book::Book;
use tests::client::{Client, Reply};
use tests::hall::{Hall, Setup, program};
use tests::ports::free_address;
use tests::socket::Socket;

use crate::device::{Device, Dispenser, FONT, freeze, thaw};
use crate::{refusals, until, until_within};

/// From the press on "revoke" to the end of the device's connection.
const CUT_WITHIN: Duration = Duration::from_secs(3);
/// A device asks once a second; a busy machine takes its time.
const LET_IN_WITHIN: Duration = Duration::from_secs(30);

/// A hall without devices.
pub async fn empty_hall() -> Hall {
    Hall::start(nobody()).await
}

/// What such a hall has.
pub fn nobody() -> Setup {
    Setup { dispensers: 0, displays: 0, ..Setup::default() }
}

/// A display without a key; `more` comes before its sections.
pub fn blank_display(more: &str, under: &[String]) -> Device {
    let profile = format!(
        "{more}\n[display]\npanel = {{ back_end = \"file\", file = \"panel.txt\" }}\nvoice = {{ back_end = \"none\" }}\n"
    );
    Device::start("window-display", &profile, under)
}

/// In a profile: the server is here.
pub fn at(server: SocketAddr) -> String {
    format!("server = \"http://{server}\"")
}

/// What the panel says now.
pub fn panel(display: &Device) -> String {
    fs::read_to_string(display.path("panel.txt")).unwrap_or_default()
}

/// Waits until the panel says something.
pub async fn says(display: &Device, text: &str) {
    until_within(LET_IN_WITHIN, &format!("the panel says {text}"), async || panel(display).contains(text)).await;
}

/// The digits on the panel of a blank display, as a person reads them there.
pub async fn digits(display: &Device) -> String {
    says(display, "登记 ").await;
    let panel = panel(display);
    let from = panel.find("登记 ").unwrap() + "登记 ".len();
    panel[from..].chars().take(7).collect()
}

/// The device that waits.
pub async fn waiting(hall: &Hall) -> EnrolRow {
    manager_sees(hall, |rows, _| rows.first().cloned()).await
}

/// Nothing was done, and people are told why.
pub fn is_refused(reply: &Reply, status: u16, code: &str) {
    refusals::is_refused(reply, status, code, code);
}

/// What the manager sees of devices, when it fits.
async fn manager_sees<T>(hall: &Hall, fits: impl Fn(&[EnrolRow], &[DeviceRow]) -> Option<T>) -> T {
    let cookie = hall.manager().await.cookie();
    let mut manager = Socket::open_as(hall.address, &cookie, Subject::Manager).await;
    let sees = |view: &View| match view {
        View::Manager(manager) => fits(&manager.enrolments, &manager.devices),
        _ => None,
    };
    manager.view(sees).await
}

/// A manager types these digits for a device.
pub async fn approve(hall: &Hall, id: &str, wish: &Value) -> Reply {
    hall.manager().await.post(&format!("/api/enrol/{id}/approve"), None, wish).await
}

async fn revoke(hall: &Hall, device: &str) -> Reply {
    hall.manager().await.post("/api/devices/revoke", None, &json!({ "device": device })).await
}

/// Waits until the manager sees a device connected, or not.
async fn is_connected(hall: &Hall, name: &str, connected: bool) {
    let fits = |row: &&DeviceRow| row.name == name && row.connected == connected;
    manager_sees(hall, |_, devices| devices.iter().find(fits).map(drop)).await;
}

/// What the device keeps.
fn identity(device: &Device) -> Value {
    serde_json::from_slice(&fs::read(device.path("identity.json")).unwrap()).unwrap()
}

/// The technician at the device's own command line.
pub fn technician(device: &Device, args: &[&str]) -> Output {
    let mut command = Command::new(program("firmware-config"));
    command.arg("enrol").args(args).arg(device.path("profile.toml")).output().unwrap()
}

#[tokio::test]
async fn a_blank_display_is_let_in_by_what_its_panel_shows_and_works_and_is_shut_out_at_once() {
    let mut hall = empty_hall().await;
    let mut display = blank_display(&at(hall.address), &[]);
    let (digits, row) = (digits(&display).await, waiting(&hall).await);
    says(&display, &hall.address.to_string()).await;
    let status = String::from_utf8(technician(&display, &["status"]).stdout).unwrap();
    assert!(status.contains("Not enrolled") && status.contains(&digits), "{status}");

    let wish = json!({ "digits": digits, "name": "display-3", "window": 3 });
    is_refused(&approve(&hall, &row.id, &json!({ "digits": digits, "name": "display-3" })).await, 422, "no_window");
    let nowhere = json!({ "digits": digits, "name": "display-3", "window": 99 });
    is_refused(&approve(&hall, &row.id, &nowhere).await, 404, "unknown_window");
    let mut clerk = hall.clerk(1).await;
    is_refused(&clerk.post(&format!("/api/enrol/{}/approve", row.id), None, &wish).await, 403, "wrong_role");
    assert_eq!(approve(&hall, &row.id, &wish).await.status, 200);
    assert_eq!(approve(&hall, &row.id, &wish).await.status, 200, "a retry hears the same");
    says(&display, "窗口关闭").await;
    is_connected(&hall, "display-3", true).await;
    assert_eq!(clerk.at(3, "open").await.status, 200);
    says(&display, "03号窗口").await;
    let mode = fs::metadata(display.path("identity.json")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);

    display.restart(|_| {});
    says(&display, "03号窗口").await;
    let key = identity(&display)["device"]["key"].as_str().unwrap().to_owned();
    until("the server has forgotten the sealed key", async || {
        !fs::read_to_string(hall.data_dir().join("devices.json")).unwrap().contains("on_its_way")
    })
    .await;

    let mut other = Socket::open(hall.address, Some(&key), Subject::Display { window: 3 }, None).await;
    other.view(|_| Some(())).await;
    let began = Instant::now();
    assert_eq!(revoke(&hall, "display-3").await.status, 200);
    while other.hear_and_live().await.is_some() {}
    assert!(began.elapsed() < CUT_WITHIN, "cut after {:?}", began.elapsed());
    println!("from revocation to the end of the connection: {:?}", began.elapsed());
    says(&display, "已停用").await;
    is_refused(&Client::connect(hall.address).await.with_key(&key).issue().await, 401, "bad_key");
    is_refused(&revoke(&hall, "display-3").await, 404, "unknown_device");

    assert!(technician(&display, &["anew"]).status.success());
    display.restart(|_| {});
    let (digits, row) = (self::digits(&display).await, waiting(&hall).await);
    let wish = json!({ "digits": digits, "name": "display-3", "window": 3 });
    assert_eq!(approve(&hall, &row.id, &wish).await.status, 200);
    says(&display, "03号窗口").await;
    assert_ne!(identity(&display)["device"]["key"].as_str(), Some(key.as_str()));

    hall.stop();
    let book = Book::read(&hall.journal_dir());
    let names = |kind| book.of_kind(kind).iter().map(|event| event["device"].clone()).collect::<Vec<_>>();
    assert_eq!((names("device_admitted").len(), names("device_revoked")), (2, vec![json!("display-3")]));
}

#[tokio::test]
async fn an_address_that_was_written_onto_the_card_is_taken_and_what_is_none_is_told() {
    let (hall, card) = (empty_hall().await, tempfile::tempdir().unwrap());
    let file = card.path().join("server.txt");
    fs::write(&file, "the server is upstairs").unwrap();
    let mut display = blank_display(&format!("server_file = \"{}\"", file.display()), &[]);
    says(&display, "服务器地址不正确").await;

    fs::write(&file, format!("\u{feff}# 服务器\r\n{}\r\n", hall.address)).unwrap();
    let (digits, row) = (digits(&display).await, waiting(&hall).await);
    let wish = json!({ "digits": digits, "name": "display-3", "window": 3 });
    assert_eq!(approve(&hall, &row.id, &wish).await.status, 200);
    is_connected(&hall, "display-3", true).await;

    // Who has been let in goes on with what it knows, whatever nonsense stands there.
    fs::write(&file, "up the stairs").unwrap();
    display.restart(|own| fs::remove_file(own.join("panel.txt")).unwrap());
    says(&display, "窗口关闭").await;
}

#[tokio::test]
async fn a_blank_dispenser_is_let_in_by_its_slip_and_keeps_its_promises_when_it_is_shut_out() {
    let hall = empty_hall().await;
    let kiosk = free_address();
    let profile = format!(
        "{}\n[dispenser]\nkiosk_listen = \"{kiosk}\"\noutbox = \"outbox\"\npress_gap_ms = 0\n\
         slip = {{ font = \"{FONT}\" }}\nprinter = {{ back_end = \"png\", directory = \"slips\" }}\n",
        at(hall.address)
    );
    let device = Device::start("ticket-dispenser", &profile, &[]);
    until("a slip is out", async || !device.files("slips", "png").is_empty()).await;
    let slip = device.files("slips", "png")[0].clone();
    let name = slip.file_stem().unwrap().to_str().unwrap().to_owned();
    let digits = name.rsplit('-').next().unwrap();
    let page: Value = serde_json::from_slice(&Client::connect(kiosk).await.get("/enrol").await.body).unwrap();
    assert_eq!(page["digits"].as_str().unwrap().replace(' ', ""), digits);
    let row = waiting(&hall).await;
    assert_eq!(approve(&hall, &row.id, &json!({ "digits": digits, "name": "dispenser-7" })).await.status, 200);

    let mut dispenser = Dispenser { device, kiosk };
    dispenser.comes_up().await;
    dispenser.is_online(true).await;
    let first = dispenser.press().await;
    dispenser.restart(|_| {}).await;
    dispenser.is_online(true).await;
    dispenser.has_reserve().await;
    let second = dispenser.press().await;
    assert_ne!(first.number, second.number);

    assert_eq!(revoke(&hall, "dispenser-7").await.status, 200);
    let is_shut = |screen: &KioskScreen| matches!(screen, KioskScreen::Trouble { text } if text.en.contains("revoked"));
    dispenser.screen("that it is shut out", |state| is_shut(&state.screen)).await;
    let slips = dispenser.slips();
    dispenser.touch_unseen().await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(dispenser.slips(), slips, "a number was given out that stands in no line");
    // What it had reserved stays its own: nobody else gets these numbers, and a device of its name may bring them in.
    let reserved = dispenser.book();
    assert!(technician(&dispenser.device, &["anew"]).status.success());
    dispenser.device.restart(|_| {});
    until("another slip is out", async || dispenser.slips() > slips).await;
    let page: Value = serde_json::from_slice(&Client::connect(kiosk).await.get("/enrol").await.body).unwrap();
    let wish = json!({ "digits": page["digits"], "name": "dispenser-7" });
    assert_eq!(approve(&hall, &waiting(&hall).await.id, &wish).await.status, 200);
    dispenser.comes_up().await;
    dispenser.is_online(true).await;
    dispenser.press().await;
    assert_eq!(dispenser.book().reserve, reserved.reserve, "its reserve is what it was");
}

#[tokio::test]
async fn a_server_that_dies_between_approval_and_fetch_still_gives_the_key() {
    let mut hall = empty_hall().await;
    let display = blank_display(&at(hall.address), &[]);
    let (digits, row) = (digits(&display).await, waiting(&hall).await);
    freeze(display.pid());
    let wish = json!({ "digits": digits, "name": "display-1", "window": 1 });
    assert_eq!(approve(&hall, &row.id, &wish).await.status, 200);
    hall.kill();
    hall.run().await;
    thaw(display.pid());
    says(&display, "窗口关闭").await;
    is_connected(&hall, "display-1", true).await;
}

#[tokio::test]
async fn a_device_that_is_replaced_is_shut_out_by_its_successor() {
    let hall = empty_hall().await;
    let (old, wish) = (
        blank_display(&at(hall.address), &[]),
        |digits: &str, replace: bool| json!({ "digits": digits, "name": "display-1", "window": 1, "replace": replace }),
    );
    let (shown, row) = (digits(&old).await, waiting(&hall).await);
    assert_eq!(approve(&hall, &row.id, &wish(&shown, false)).await.status, 200);
    says(&old, "窗口关闭").await;
    let new = blank_display(&at(hall.address), &[]);
    let (shown, row) = (digits(&new).await, waiting(&hall).await);
    is_refused(&approve(&hall, &row.id, &wish(&shown, false)).await, 409, "name_taken");
    assert_eq!(approve(&hall, &row.id, &wish(&shown, true)).await.status, 200);
    says(&new, "窗口关闭").await;
    says(&old, "已停用").await;
}

#[tokio::test]
async fn a_manager_refuses_a_device_and_it_says_so() {
    let hall = empty_hall().await;
    let display = blank_display(&at(hall.address), &[]);
    digits(&display).await;
    let row = waiting(&hall).await;
    assert_eq!(hall.manager().await.post(&format!("/api/enrol/{}/refuse", row.id), None, &json!({})).await.status, 200);
    says(&display, "管理员拒绝了这台设备的登记").await;
}
