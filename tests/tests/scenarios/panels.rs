//! Real displays with an LED card, which is emulated: what people read on it, and who hears of it when it fails.

use std::time::{Duration, Instant};

use protocol::view::{ManagerView, WindowView};
use protocol::{Subject, View};
use tests::hall::{Hall, Setup};
use tests::onbon::{Card, Mood};
use tests::socket::Socket;

use crate::device::{Display, freeze, thaw};
use crate::{until, until_within};

/// From the answer that the clerk gets to the light.
const CALL_TO_LIGHT_MS_MAX: u128 = 1_000;

/// More states of a window than words of a panel wait for its display.
const QUEUED: u32 = 20;

/// A hall, a card, and a display between them that shows the open window.
async fn hall_with(card: &Card) -> (Hall, Display) {
    let hall = Hall::start(Setup::default()).await;
    let display = Display::start_on(&hall, &card.settings(), &[]);
    assert_eq!(hall.clerk(1).await.at(1, "open").await.status, 200);
    reads(card, "01号窗口").await;
    (hall, display)
}

async fn reads(card: &Card, text: &str) {
    until(&format!("the card shows {text}, not {:?}", card.shows()), async || card.shows() == text).await;
}

async fn call(hall: &Hall) -> String {
    let number = hall.dispenser(1).await.issue().await.number();
    assert_eq!(hall.clerk(1).await.at(1, "call_next").await.number(), number);
    format!("请{number}到01号窗口")
}

/// What the manager sees, when it fits.
async fn manager_sees<T>(hall: &Hall, fits: impl Fn(&ManagerView) -> Option<T>) -> T {
    let cookie = hall.manager().await.cookie();
    let mut socket = Socket::open_as(hall.address, &cookie, Subject::Manager).await;
    socket.view(|view| if let View::Manager(manager) = view { fits(manager) } else { None }).await
}

async fn trouble_is(hall: &Hall, words: &str) {
    let has = |manager: &ManagerView| {
        let display = manager.devices.iter().find(|device| device.name == "display-1")?;
        display.trouble.as_ref().filter(|trouble| trouble.en.contains(words)).map(|trouble| trouble.zh.clone())
    };
    let zh = manager_sees(hall, has).await;
    assert!(zh.contains("LED 控制卡"), "{zh}");
}

async fn no_trouble(hall: &Hall) {
    let has_none = |manager: &ManagerView| manager.devices.iter().all(|device| device.trouble.is_none()).then_some(());
    manager_sees(hall, has_none).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_is_read_on_a_card_over_every_line_and_flashes_three_times() {
    for card in [Card::tcp(), Card::udp(), Card::serial()] {
        let (hall, _display) = hall_with(&card).await;
        let began = Instant::now();
        let text = call(&hall).await;
        until_within(Duration::from_secs(5), "the call is read", async || card.shows() == text).await;
        let took_ms = began.elapsed().as_millis();
        println!("press to light, a number taken meanwhile: {took_ms} ms");
        assert!(took_ms < CALL_TO_LIGHT_MS_MAX, "{took_ms} ms");
        let shown = |view: &View| match view {
            View::Clerk(clerk) if clerk.announced.shown => Some(()),
            _ => None,
        };
        let console = Subject::Clerk { window: 1, console: "console-1".into() };
        let mut screen = Socket::open_as(hall.address, &hall.clerk(1).await.cookie(), console).await;
        screen.view(shown).await;
        let flashed = || card.history().iter().skip_while(|line| **line != text).count();
        until("it flashes three times", async || flashed() == 7).await;
        assert_eq!((card.shows(), card.complaints()), (text, Vec::new()));
        assert_eq!(card.brightness(), Some(15));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_card_that_is_silent_is_an_alarm_and_shows_the_present_state_when_it_is_back() {
    let card = Card::tcp();
    let (hall, _display) = hall_with(&card).await;
    card.loses_power();
    trouble_is(&hall, "no answer within 300 ms").await;
    let text = call(&hall).await;
    let not_shown = |manager: &ManagerView| manager.alarms.iter().any(|alarm| alarm.code == "not_shown").then_some(());
    manager_sees(&hall, not_shown).await;
    assert_eq!(card.shows(), "");
    card.is(Mood::Well);
    reads(&card, &text).await;
    no_trouble(&hall).await;
    assert_eq!(card.brightness(), Some(15), "it is told everything anew");
    let stands: WindowView = {
        let mut socket = Socket::open(hall.address, None, Subject::Window { window: 1 }, None).await;
        socket.view(|view| if let View::Window(window) = view { Some(window.clone()) } else { None }).await
    };
    assert!(text.contains(&stands.number.unwrap()), "what it shows is what stands");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_card_that_refuses_or_talks_nonsense_is_named_so() {
    let card = Card::udp();
    let (hall, _display) = hall_with(&card).await;
    for (mood, words) in [
        (Mood::Refuses(12), "code 12, the font is not on the card"),
        (Mood::Garbage, "cannot be read"),
        (Mood::WrongSum, "a wrong check sum"),
    ] {
        card.is(mood);
        trouble_is(&hall, words).await;
    }
    card.is(Mood::Well);
    no_trouble(&hall).await;
    assert_eq!(card.complaints(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_does_not_outlive_the_server_or_the_display() {
    let card = Card::tcp();
    let (mut hall, display) = hall_with(&card).await;
    let text = call(&hall).await;
    reads(&card, &text).await;
    hall.kill();
    until("the card says that it is cut off, and since when", async || {
        card.shows().len() == "离线 14:05 Offline".len() && card.shows().starts_with("离线 ")
    })
    .await;
    hall.run().await;
    reads(&card, &text).await;
    // The program hangs: nobody tells the card anything, and it darkens by itself.
    freeze(display.0.pid());
    until("the card is dark", async || card.shows().is_empty()).await;
    thaw(display.0.pid());
    until("it is told again", async || !card.shows().is_empty()).await;
}

/// A panel that takes nothing while a whole morning passes at its window: nobody waits for it, and what it shows then is the
/// present state, not the first of the many that it missed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_card_that_takes_nothing_for_long_holds_nobody_up_and_shows_only_the_last() {
    let card = Card::tcp();
    let (hall, _display) = hall_with(&card).await;
    card.is(Mood::Silent);
    let mut clerk = hall.clerk(1).await;
    let mut dispenser = hall.dispenser(1).await;
    for _ in 0..QUEUED {
        dispenser.issue().await.number();
        for act in ["call_next", "start", "finish"] {
            assert_eq!(clerk.at(1, act).await.status, 200);
        }
    }
    trouble_is(&hall, "no answer within 300 ms").await;
    let text = call(&hall).await;
    let before = card.history().len();
    card.is(Mood::Well);
    reads(&card, &text).await;
    no_trouble(&hall).await;
    let missed: Vec<String> =
        card.history().into_iter().skip(before).filter(|line| !line.is_empty() && *line != text).collect();
    assert!(missed.len() <= 1, "what was over for long was shown all the same: {missed:?}");
}
