//! Buttons, sensor and lamp one by one, before the person who wired them.

use std::{
    io::{self, Write},
    time::{Duration, Instant},
};

use firmware_config::{
    Gpio,
    gpio::{Button, InputPin, LampPin, Level, PaperSays},
};
use thiserror::Error;

use super::{Bank, PinError, debounce::Debounce};

/// How long a press is waited for.
pub const PATIENCE: Duration = Duration::from_secs(15);
/// How often the lamp is lit, and half of each blink.
const BLINKS: u32 = 3;
const BLINK: Duration = Duration::from_millis(400);
const LOOK: Duration = Duration::from_millis(10);

/// Why a trial ends before its end.
#[derive(Debug, Error)]
pub enum TrialError {
    /// Nothing to try.
    #[error(
        "The profile names no pins: write [dispenser.gpio]; docs/KIOSK.md shows how.\n\
         配置中没有引脚，请填写 [dispenser.gpio]，参见 docs/KIOSK.md。"
    )]
    NoPins,
    /// A button that was not seen to be pressed.
    #[error(
        "Nothing came from {name} at pin {pin}. Is the button between this pin and ground (active = \"low\"), and is it the right \
         pin?\n引脚 {pin} 没有收到{zh}的按键。请检查按钮是否接在该引脚与地之间（active = \"low\"），引脚编号是否正确。"
    )]
    NotPressed {
        /// Of the button.
        name: &'static str,
        /// The same in Chinese.
        zh: &'static str,
        /// BCM number.
        pin: u8,
    },
    /// A button that is pressed although nobody presses it.
    #[error(
        "{name} at pin {pin} counts as pressed before anybody pressed it. Is it stuck, or should active be the other level?\n\
         引脚 {pin} 的{zh}未按下却已接通。请检查是否卡住，或 active 应取另一电平。"
    )]
    Stuck {
        /// Of the button.
        name: &'static str,
        /// The same in Chinese.
        zh: &'static str,
        /// BCM number.
        pin: u8,
    },
    /// The pins.
    #[error(transparent)]
    Pin(#[from] PinError),
    /// Nobody can be told.
    #[error("The system refuses: {0}. 系统错误。")]
    System(#[from] io::Error),
}

/// Tries every pin of a profile, in its order; each press is waited for so long.
///
/// # Errors
/// The first thing that is not as the profile says.
pub fn trial(gpio: &Gpio, bank: &mut dyn Bank, patience: Duration, out: &mut impl Write) -> Result<(), TrialError> {
    if gpio.is_empty() {
        return Err(TrialError::NoPins);
    }
    for (button, pin) in &gpio.buttons {
        press(*button, *pin, bank, patience, out)?;
    }
    if let Some((says, pin)) = gpio.paper {
        sensor(says, pin, bank, out)?;
    }
    if let Some(lamp) = gpio.lamp {
        blink(lamp, bank, out)?;
    }
    Ok(())
}

fn press(
    button: Button,
    pin: InputPin,
    bank: &mut dyn Bank,
    patience: Duration,
    out: &mut impl Write,
) -> Result<(), TrialError> {
    let (name, zh) = names(button);
    if is_active(pin, bank)? {
        return Err(TrialError::Stuck { name, zh, pin: pin.pin });
    }
    let (s, number) = (patience.as_secs(), pin.pin);
    writeln!(out, "Press {name} (pin {number}) within {s} s. 请在{s}秒内按{zh}（引脚{number}）。")?;
    let (began, mut debounce) = (Instant::now(), Debounce::new(pin.debounce_ms.into()));
    while began.elapsed() < patience {
        let now_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        if debounce.see(is_active(pin, bank)?, now_ms) == Some(true) {
            return Ok(writeln!(out, "✓ pressed 已按下")?);
        }
        std::thread::sleep(LOOK);
    }
    Err(TrialError::NotPressed { name, zh, pin: pin.pin })
}

fn sensor(says: PaperSays, pin: InputPin, bank: &mut dyn Bank, out: &mut impl Write) -> Result<(), TrialError> {
    let (number, state) = (pin.pin, is_active(pin, bank)?);
    let (en, zh) = match (says, state) {
        (_, false) => ("paper is there", "有纸"),
        (PaperSays::Low, true) => ("paper is low", "纸将用完"),
        (PaperSays::Out, true) => ("no paper", "无纸"),
    };
    Ok(writeln!(out, "Paper sensor (pin {number}): {en}. 纸张传感器（引脚{number}）：{zh}。")?)
}

fn blink(lamp: LampPin, bank: &mut dyn Bank, out: &mut impl Write) -> Result<(), TrialError> {
    let number = lamp.pin;
    writeln!(out, "The lamp (pin {number}) lights {BLINKS} times. 指示灯（引脚{number}）闪{BLINKS}次。")?;
    for _ in 0..BLINKS {
        for is_lit in [true, false] {
            bank.set(number, is_lit == (lamp.active == Level::High))?;
            std::thread::sleep(BLINK);
        }
    }
    Ok(())
}

fn is_active(pin: InputPin, bank: &mut dyn Bank) -> Result<bool, PinError> {
    Ok(bank.is_high(pin.pin)? == (pin.active == Level::High))
}

fn names(button: Button) -> (&'static str, &'static str) {
    match button {
        Button::Normal => ("the big button", "取号按钮"),
        Button::Priority => ("the priority button", "优先按钮"),
        Button::Language => ("the language button", "语言按钮"),
        Button::Help => ("the help button", "求助按钮"),
    }
}
