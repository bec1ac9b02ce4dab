//! What the levels of the pins mean.

use firmware_config::{
    Gpio,
    gpio::{Button, InputPin, Level, PaperSays},
};
use protocol::order::{Class, Language};

use super::debounce::Debounce;

/// A choice of language holds for the next press within this time, ms.
const LANGUAGE_MS: u64 = 15_000;

/// What happened at the pins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happened {
    /// Somebody wants a number.
    Press(Class, Language),
    /// Somebody calls for the staff.
    Help,
    /// The paper sensor says this, or no longer.
    Paper(PaperSays, bool),
    /// The pins can't be used any more.
    Failed,
}

#[derive(Debug, Clone, Copy)]
enum Means {
    Button(Button),
    Paper(PaperSays),
}

#[derive(Debug)]
struct Input {
    means: Means,
    pin: InputPin,
    debounce: Debounce,
    /// What its level meant last; a paper sensor is told at the start, too.
    told: bool,
}

/// Buttons and sensor.
#[derive(Debug)]
pub struct Board {
    inputs: Vec<Input>,
    /// English was chosen at this time, ms.
    english_at_ms: Option<u64>,
}

impl Board {
    /// The inputs of a profile.
    pub fn new(gpio: &Gpio) -> Self {
        let input =
            |means, pin: InputPin| Input { means, pin, debounce: Debounce::new(pin.debounce_ms.into()), told: false };
        let buttons = gpio.buttons.iter().map(|(button, pin)| input(Means::Button(*button), *pin));
        let paper = gpio.paper.iter().map(|(says, pin)| input(Means::Paper(*says), *pin));
        Self { inputs: buttons.chain(paper).collect(), english_at_ms: None }
    }

    /// The pins to be looked at.
    pub fn pins(&self) -> Vec<u8> {
        self.inputs.iter().map(|input| input.pin.pin).collect()
    }

    /// A pin is high or low at a time, ms; what happened, if anything.
    pub fn level(&mut self, pin: u8, high: bool, now_ms: u64) -> Option<Happened> {
        let input = self.inputs.iter_mut().find(|input| input.pin.pin == pin)?;
        let changed = input.debounce.see(high == (input.pin.active == Level::High), now_ms);
        match input.means {
            Means::Button(button) if changed == Some(true) => self.pressed(button, now_ms),
            Means::Button(_) => None,
            Means::Paper(says) => {
                let active = input.debounce.counts().filter(|active| *active != input.told)?;
                input.told = active;
                Some(Happened::Paper(says, active))
            }
        }
    }

    /// In how long a level that was seen will count, ms; `None` = nothing is under way.
    pub fn settles_in_ms(&self, now_ms: u64) -> Option<u64> {
        self.inputs.iter().filter_map(|input| input.debounce.settles_in_ms(now_ms)).min()
    }

    fn pressed(&mut self, button: Button, now_ms: u64) -> Option<Happened> {
        match button {
            Button::Normal => Some(Happened::Press(Class::Normal, self.language(now_ms))),
            Button::Priority => Some(Happened::Press(Class::Priority, self.language(now_ms))),
            Button::Language => {
                let is_chosen = self.language(now_ms) == Language::En;
                self.english_at_ms = (!is_chosen).then_some(now_ms);
                None
            }
            Button::Help => Some(Happened::Help),
        }
    }

    /// The language of a press now; the choice is used up by it.
    fn language(&mut self, now_ms: u64) -> Language {
        let chosen = self.english_at_ms.take().is_some_and(|at_ms| now_ms.saturating_sub(at_ms) <= LANGUAGE_MS);
        if chosen { Language::En } else { Language::Zh }
    }
}
