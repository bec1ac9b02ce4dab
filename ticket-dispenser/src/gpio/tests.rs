//! The loop between the machine and pins that a test moves.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, mpsc},
    time::{Duration, Instant},
};

use firmware_config::gpio::{Button, InputPin, LampPin, Level, PaperSays, Pull};
use protocol::order::{Class, Language};

use super::*;

const NORMAL: u8 = 17;
const PRIORITY: u8 = 27;
const LANGUAGE: u8 = 22;
const HELP: u8 = 23;
const PAPER: u8 = 24;
const LAMP: u8 = 18;

fn gpio() -> Gpio {
    let input = |pin, active| InputPin { pin, pull: Pull::Up, active, debounce_ms: 20 };
    Gpio {
        buttons: vec![
            (Button::Normal, input(NORMAL, Level::Low)),
            (Button::Priority, input(PRIORITY, Level::Low)),
            (Button::Language, input(LANGUAGE, Level::Low)),
            (Button::Help, input(HELP, Level::Low)),
        ],
        paper: Some((PaperSays::Out, input(PAPER, Level::High))),
        lamp: Some(LampPin { pin: LAMP, active: Level::Low }),
    }
}

/// Levels that the test sets and the loop sees, and the other way round.
#[derive(Clone, Default)]
struct Pins(Arc<Mutex<BTreeMap<u8, bool>>>);

impl Pins {
    fn put(&self, pin: u8, high: bool) {
        self.0.lock().unwrap().insert(pin, high);
    }

    fn get(&self, pin: u8) -> Option<bool> {
        self.0.lock().unwrap().get(&pin).copied()
    }
}

/// Pins that break when there is no level for one.
struct FakeBank(Pins);

impl Bank for FakeBank {
    fn is_high(&mut self, pin: u8) -> Result<bool, PinError> {
        self.0.get(pin).ok_or(PinError::NotOpen(pin))
    }

    fn set(&mut self, pin: u8, high: bool) -> Result<(), PinError> {
        self.0.put(pin, high);
        Ok(())
    }

    fn wait(&mut self, at_most: Duration) -> Result<(), PinError> {
        thread::sleep(at_most.min(Duration::from_millis(2)));
        Ok(())
    }
}

struct Running {
    pins: Pins,
    happened: mpsc::Receiver<Happened>,
    signal: watch::Sender<Signal>,
}

fn start() -> Running {
    let pins = Pins::default();
    [NORMAL, PRIORITY, LANGUAGE, HELP].into_iter().for_each(|pin| pins.put(pin, true));
    pins.put(PAPER, false);
    let (tell, happened) = mpsc::channel();
    let (signal, signals) = watch::channel(Signal::Off);
    let bank = Box::new(FakeBank(pins.clone()));
    thread::spawn(move || run(&gpio(), bank, &signals, |what| tell.send(what).is_ok()));
    // The levels at rest must have been seen.
    thread::sleep(Duration::from_millis(80));
    Running { pins, happened, signal }
}

impl Running {
    fn press(&self, pin: u8) {
        for (high, ms) in [(false, 1), (true, 2), (false, 60), (true, 60)] {
            self.pins.put(pin, high);
            thread::sleep(Duration::from_millis(ms));
        }
    }

    fn next(&self) -> Option<Happened> {
        self.happened.recv_timeout(Duration::from_millis(300)).ok()
    }
}

#[test]
fn bouncing_buttons_are_presses_and_english_holds_for_one() {
    let running = start();
    running.press(NORMAL);
    assert_eq!(running.next(), Some(Happened::Press(Class::Normal, Language::Zh)));
    running.press(LANGUAGE);
    running.press(PRIORITY);
    assert_eq!(running.next(), Some(Happened::Press(Class::Priority, Language::En)));
    running.press(NORMAL);
    assert_eq!(running.next(), Some(Happened::Press(Class::Normal, Language::Zh)));
    running.press(HELP);
    assert_eq!(running.next(), Some(Happened::Help));
    assert_eq!(running.next(), None);
}

#[test]
fn english_chosen_twice_is_chosen_no_longer_and_is_forgotten() {
    let mut board = Board::new(&gpio());
    let mut press = |pin: u8, at_ms: u64| {
        let levels = [(true, 0), (true, 20), (false, 30), (false, 50), (true, 60), (true, 80)];
        levels.into_iter().fold(None, |before, (high, ms)| board.level(pin, high, at_ms + ms).or(before))
    };
    assert_eq!(press(LANGUAGE, 0), None);
    assert_eq!(press(LANGUAGE, 1_000), None);
    assert_eq!(press(NORMAL, 2_000), Some(Happened::Press(Class::Normal, Language::Zh)));
    assert_eq!(press(LANGUAGE, 3_000), None);
    assert_eq!(press(NORMAL, 19_000), Some(Happened::Press(Class::Normal, Language::Zh)), "16 s later");
}

#[test]
fn the_paper_sensor_tells_when_it_changes_and_at_the_start_when_it_is_active() {
    let running = start();
    running.pins.put(PAPER, true);
    assert_eq!(running.next(), Some(Happened::Paper(PaperSays::Out, true)));
    running.pins.put(PAPER, false);
    assert_eq!(running.next(), Some(Happened::Paper(PaperSays::Out, false)));
    let mut board = Board::new(&gpio());
    assert_eq!(board.level(PAPER, true, 0), None);
    assert_eq!(board.settles_in_ms(5), Some(15));
    assert_eq!(board.level(PAPER, true, 20), Some(Happened::Paper(PaperSays::Out, true)));
}

#[test]
fn the_lamp_follows_the_signal() {
    let running = start();
    let is = |high: bool| {
        let began = Instant::now();
        while running.pins.get(LAMP) != Some(high) {
            assert!(began.elapsed() < Duration::from_secs(2), "the lamp stays {:?}", running.pins.get(LAMP));
            thread::sleep(Duration::from_millis(2));
        }
    };
    is(true);
    running.signal.send_replace(Signal::Steady);
    is(false);
    running.signal.send_replace(Signal::Fast);
    for high in [true, false, true, false] {
        is(high);
    }
}

#[test]
fn pins_that_fail_are_told_once() {
    let running = start();
    running.pins.0.lock().unwrap().remove(&HELP);
    assert_eq!(running.next(), Some(Happened::Failed));
    assert_eq!(running.next(), None);
}

#[test]
fn off_a_pi_it_says_so_and_what_to_do() {
    if let Err(why) = pi::Pi::open(&gpio()) {
        let text = why.to_string();
        assert!(matches!(why, PinError::NoPi) && text.contains("no Raspberry Pi") && text.contains("树莓派"), "{text}");
    }
}

/// What a trial says, with somebody who presses these pins in turn, and its end.
fn try_out(gpio: &Gpio, pins: &Pins, presses: &'static [u8]) -> (String, Result<(), trial::TrialError>) {
    let hand = pins.clone();
    thread::spawn(move || {
        for &pin in presses {
            thread::sleep(Duration::from_millis(150));
            hand.put(pin, false);
            thread::sleep(Duration::from_millis(80));
            hand.put(pin, true);
        }
    });
    let mut out = Vec::new();
    let ended = trial::trial(gpio, &mut FakeBank(pins.clone()), Duration::from_secs(2), &mut out);
    (String::from_utf8(out).unwrap(), ended)
}

#[test]
fn a_trial_asks_for_each_button_tells_the_sensor_and_lights_the_lamp() {
    let pins = Pins::default();
    [NORMAL, PRIORITY, LANGUAGE, HELP].into_iter().for_each(|pin| pins.put(pin, true));
    pins.put(PAPER, true);
    let (said, ended) = try_out(&gpio(), &pins, &[NORMAL, PRIORITY, LANGUAGE, HELP]);
    ended.unwrap();
    let asked: Vec<usize> = ["取号按钮（引脚17）", "优先按钮", "语言按钮", "求助按钮", "无纸", "指示灯（引脚18）"]
        .map(|word| said.find(word).unwrap_or_else(|| panic!("{word} is not in {said}")))
        .into();
    assert!(asked.is_sorted(), "{said}");
    assert_eq!(said.matches('✓').count(), 4);
    assert_eq!(pins.get(LAMP), Some(true), "it is dark again: a low level lights it");
}

#[test]
fn a_trial_names_the_button_that_does_nothing_or_hangs_and_a_profile_without_pins() {
    let pins = Pins::default();
    [NORMAL, PRIORITY, LANGUAGE, HELP].into_iter().for_each(|pin| pins.put(pin, true));
    let error = try_out(&gpio(), &pins, &[NORMAL]).1.unwrap_err().to_string();
    assert!(error.contains("the priority button at pin 27") && error.contains("引脚 27"), "{error}");
    pins.put(NORMAL, false);
    let error = try_out(&gpio(), &pins, &[]).1.unwrap_err().to_string();
    assert!(error.contains("the big button at pin 17 counts as pressed"), "{error}");
    assert!(matches!(try_out(&Gpio::default(), &pins, &[]).1, Err(trial::TrialError::NoPins)));
}
