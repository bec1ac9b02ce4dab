//! MAX7219 modules on the SPI bus of a Raspberry Pi.

use std::{path::PathBuf, time::Duration};

use firmware_config::display::Max7219;
use rppal::spi::{Bus, Mode, SlaveSelect, Spi as Device};

use super::{Panel, PanelError, Picture, max7219::transfers};

/// Twenty pictures a second: 2 dots a step of a moving line, and 14 transfers of 64 bytes take 8 ms of 50 at 1 MHz.
const FRAME_EVERY: Duration = Duration::from_millis(50);
/// A module that lost its power is dark for at most so long.
const REFRESH_EVERY: Duration = Duration::from_secs(1);

/// A chain on one chip select.
pub(super) struct Spi {
    wiring: Max7219,
    /// Opened when it is first used, and again after an error.
    device: Option<Device>,
}

impl Spi {
    pub(super) fn new(wiring: Max7219) -> Self {
        Self { wiring, device: None }
    }

    fn write(&mut self, transfers: &[Vec<u8>]) -> rppal::spi::Result<()> {
        let mut device = match self.device.take() {
            Some(device) => device,
            None => open(&self.wiring)?,
        };
        for transfer in transfers {
            device.write(transfer)?;
        }
        self.device = Some(device);
        Ok(())
    }
}

impl Panel for Spi {
    fn put(&mut self, picture: Picture<'_>) -> Result<(), PanelError> {
        let transfers = transfers(picture.frame, &self.wiring, picture.brightness_percent);
        self.write(&transfers).map_err(|why| {
            let device = PathBuf::from(format!("/dev/spidev{}.{}", self.wiring.spi_bus, self.wiring.spi_select));
            PanelError::Spi { device, why: why.to_string() }
        })
    }

    fn frame_every(&self) -> Option<Duration> {
        Some(FRAME_EVERY)
    }

    fn refresh_every(&self) -> Option<Duration> {
        Some(REFRESH_EVERY)
    }
}

fn open(wiring: &Max7219) -> rppal::spi::Result<Device> {
    let bus = match wiring.spi_bus {
        0 => Bus::Spi0,
        1 => Bus::Spi1,
        2 => Bus::Spi2,
        3 => Bus::Spi3,
        4 => Bus::Spi4,
        5 => Bus::Spi5,
        _ => Bus::Spi6,
    };
    let select = match wiring.spi_select {
        0 => SlaveSelect::Ss0,
        1 => SlaveSelect::Ss1,
        _ => SlaveSelect::Ss2,
    };
    Device::new(bus, select, wiring.spi_clock_hz, Mode::Mode0)
}
