//! The pins of a Raspberry Pi, through rppal.

use std::{thread, time::Duration};

use firmware_config::{
    Gpio,
    gpio::{InputPin, Level, Pull},
};
use rppal::gpio::{self, OutputPin, Trigger};
use thiserror::Error;
use tracing::warn;

use super::Bank;

/// Pins that can't be used.
#[derive(Debug, Error)]
pub enum PinError {
    /// Not a Pi, or one that is not known.
    #[error(
        "this machine is no Raspberry Pi, or one whose pins are not known. Take [dispenser.gpio] out of the profile; the kiosk page \
         and Enter on the terminal do the same.\n\
         本机不是树莓派，或型号无法识别。请删除配置中的 [dispenser.gpio]；取号页面和终端回车键同样可以取号。"
    )]
    NoPi,
    /// The system does not let them be used.
    #[error(
        "the pins can't be used: {0}. Is the user in the group gpio, and no other program at the same pin?\n\
         无法使用引脚：{0}。请检查用户是否在 gpio 组中，以及引脚是否被其他程序占用。"
    )]
    Pin(#[source] gpio::Error),
    /// A pin that was not opened.
    #[error("pin {0} was not opened. 引脚 {0} 未打开。")]
    NotOpen(u8),
}

/// The pins of this Pi.
pub struct Pi {
    gpio: gpio::Gpio,
    inputs: Vec<gpio::InputPin>,
    lamp: Option<OutputPin>,
    interrupts: bool,
}

impl Pi {
    /// Opens the pins of a profile.
    ///
    /// # Errors
    /// This is no Pi, or its pins can't be used.
    pub fn open(config: &Gpio) -> Result<Self, PinError> {
        let gpio = gpio::Gpio::new().map_err(|why| match why {
            gpio::Error::UnknownModel => PinError::NoPi,
            other => PinError::Pin(other),
        })?;
        let buttons = config.buttons.iter().map(|(_, pin)| pin);
        let pins = buttons.chain(config.paper.iter().map(|(_, pin)| pin));
        let mut inputs = pins.map(|pin| open(&gpio, pin)).collect::<Result<Vec<_>, _>>()?;
        let lamp = config.lamp.map(|lamp| {
            let pin = gpio.get(lamp.pin).map_err(PinError::Pin)?;
            // Dark until there is something to say.
            Ok(if lamp.active == Level::High { pin.into_output_low() } else { pin.into_output_high() })
        });
        let interrupts = inputs.iter_mut().all(|pin| match pin.set_interrupt(Trigger::Both, None) {
            Ok(()) => true,
            Err(why) => {
                warn!(%why, pin = pin.pin(), "no interrupts; the pins are looked at instead");
                false
            }
        });
        Ok(Self { gpio, inputs, lamp: lamp.transpose()?, interrupts })
    }
}

fn open(gpio: &gpio::Gpio, pin: &InputPin) -> Result<gpio::InputPin, PinError> {
    let free = gpio.get(pin.pin).map_err(PinError::Pin)?;
    Ok(match pin.pull {
        Pull::Up => free.into_input_pullup(),
        Pull::Down => free.into_input_pulldown(),
        Pull::Off => free.into_input(),
    })
}

impl Bank for Pi {
    fn is_high(&mut self, pin: u8) -> Result<bool, PinError> {
        let input = self.inputs.iter().find(|input| input.pin() == pin).ok_or(PinError::NotOpen(pin))?;
        Ok(input.is_high())
    }

    fn set(&mut self, pin: u8, high: bool) -> Result<(), PinError> {
        let lamp = self.lamp.as_mut().filter(|lamp| lamp.pin() == pin).ok_or(PinError::NotOpen(pin))?;
        if high {
            lamp.set_high()
        } else {
            lamp.set_low()
        }
        Ok(())
    }

    fn wait(&mut self, at_most: Duration) -> Result<(), PinError> {
        if !self.interrupts || self.inputs.is_empty() {
            thread::sleep(at_most);
            return Ok(());
        }
        let inputs: Vec<&gpio::InputPin> = self.inputs.iter().collect();
        self.gpio.poll_interrupts(&inputs, false, Some(at_most)).map(|_| ()).map_err(PinError::Pin)
    }
}
