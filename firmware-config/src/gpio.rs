//! Buttons, lamp and paper sensor on the pins of a Raspberry Pi.

use crate::{fault::Fault, section::Section};

/// Pins of the 40-pin header that are free, by their BCM number: 0 and 1 belong to the identification of HATs.
const PIN_MIN: u32 = 2;
const PIN_MAX: u32 = 27;

/// What hangs on the pins; nothing, unless the profile says so.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Gpio {
    /// Buttons.
    pub buttons: Vec<(Button, InputPin)>,
    /// A sensor beside the printer, and what it means when it is active.
    pub paper: Option<(PaperSays, InputPin)>,
    /// The lamp of the big button.
    pub lamp: Option<LampPin>,
}

/// What a button is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Button {
    /// A number.
    Normal,
    /// A number for somebody with a right to be served sooner.
    Priority,
    /// The next number is for a visitor who wants to be called in English too.
    Language,
    /// Call the staff.
    Help,
}

/// What an active paper sensor means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaperSays {
    /// The roll ends soon.
    Low,
    /// There is no paper.
    Out,
}

/// An input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InputPin {
    /// BCM number.
    pub pin: u8,
    /// The resistor inside the Pi.
    pub pull: Pull,
    /// The level that means "pressed".
    pub active: Level,
    /// So long it must be steady, ms.
    pub debounce_ms: u32,
}

/// An output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LampPin {
    /// BCM number.
    pub pin: u8,
    /// The level that lights the lamp.
    pub active: Level,
}

/// A resistor inside the Pi.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pull {
    /// To 3.3 V.
    Up,
    /// To ground.
    Down,
    /// None.
    Off,
}

/// A level of a pin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Ground.
    Low,
    /// 3.3 V.
    High,
}

impl Gpio {
    /// Whether nothing hangs on the pins.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Every pin that is in use, with the name of its section.
    pub(crate) fn pins(&self) -> impl Iterator<Item = (&'static str, u8)> {
        let buttons = self.buttons.iter().map(|(button, input)| (button.as_str(), input.pin));
        let paper = self.paper.map(|(_, input)| ("paper", input.pin));
        buttons.chain(paper).chain(self.lamp.map(|lamp| ("lamp", lamp.pin)))
    }

    pub(crate) fn read(mut section: Section<'_, '_, '_>) -> Self {
        let mut taken = Vec::new();
        let mut buttons = Vec::new();
        for button in [Button::Normal, Button::Priority, Button::Language, Button::Help] {
            let key = button.as_str();
            let is_there = section.has(key);
            let input = InputPin::read(&mut section.section(key), is_there.then_some(&mut taken));
            buttons.extend(input.map(|input| (button, input)));
        }
        let paper = read_paper(&mut section, &mut taken);
        let lamp = read_lamp(&mut section, &mut taken);
        section.end();
        Self { buttons, paper, lamp }
    }
}

impl Button {
    /// The name of its section.
    fn as_str(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Priority => "priority",
            Self::Language => "language",
            Self::Help => "help",
        }
    }
}

impl InputPin {
    /// `taken`: pins so far; `None` = the section is not there, so it has no pin.
    fn read(section: &mut Section<'_, '_, '_>, taken: Option<&mut Vec<u32>>) -> Option<Self> {
        let pulls = [("up", Pull::Up), ("down", Pull::Down), ("off", Pull::Off)];
        let pin = read_pin(section, taken);
        let pull = section.choice("pull", Pull::Up, &pulls);
        let active = section.choice("active", Level::Low, &LEVELS);
        let debounce_ms = section.number("debounce_ms", 30, 1..501);
        section.check_unknown();
        Some(Self { pin: pin?, pull, active, debounce_ms })
    }
}

const LEVELS: [(&str, Level); 2] = [("low", Level::Low), ("high", Level::High)];

fn read_paper(gpio: &mut Section<'_, '_, '_>, taken: &mut Vec<u32>) -> Option<(PaperSays, InputPin)> {
    let is_there = gpio.has("paper");
    let mut section = gpio.section("paper");
    let says = section.choice("says", PaperSays::Low, &[("low", PaperSays::Low), ("out", PaperSays::Out)]);
    Some((says, InputPin::read(&mut section, is_there.then_some(taken))?))
}

fn read_lamp(gpio: &mut Section<'_, '_, '_>, taken: &mut Vec<u32>) -> Option<LampPin> {
    let is_there = gpio.has("lamp");
    let mut section = gpio.section("lamp");
    let pin = read_pin(&mut section, is_there.then_some(taken));
    let active = section.choice("active", Level::High, &LEVELS);
    section.check_unknown();
    Some(LampPin { pin: pin?, active })
}

fn read_pin(section: &mut Section<'_, '_, '_>, taken: Option<&mut Vec<u32>>) -> Option<u8> {
    let is_given = section.has("pin");
    let pin = section.number("pin", 0, PIN_MIN..PIN_MAX + 1);
    let taken = taken?;
    if !is_given {
        section.wrong("pin", Fault::Missing("17 (BCM)"));
    } else if taken.contains(&pin) && pin >= PIN_MIN {
        section.wrong("pin", Fault::PinTwice(pin));
    }
    taken.push(pin);
    u8::try_from(pin).ok().filter(|_| is_given && pin >= PIN_MIN)
}
