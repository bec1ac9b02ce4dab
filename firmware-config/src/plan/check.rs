//! What is wrong with a profile only when it is seen as a machine: boards, pins, files on the device.

use std::path::Path;

use super::{Own, STATE, has_uart, page};
use crate::{
    Profile, Role,
    display::{PanelBackEnd, VoiceBackEnd},
    fault::{Fault, Problem},
    layers::{Layer, Place, Value},
    machine::{Browser, Card, is_host_name},
    section::{Reading, Use},
};

const PINS_OF_I2S: std::ops::RangeInclusive<u8> = 18..=21;
const PINS_OF_UART: std::ops::RangeInclusive<u8> = 14..=15;

pub(super) struct Check<'c, 'a, 't> {
    pub merged: &'c Layer<'t>,
    pub reading: &'c mut Reading<'a>,
}

impl Check<'_, '_, '_> {
    /// The machine's name in the network.
    pub fn host_name(&mut self, profile: &Profile) -> String {
        if let Some(name) = &profile.machine.host_name {
            return name.clone();
        }
        let name = profile.name.to_lowercase().replace(['_', '.'], "-");
        if !profile.name.is_empty() && !is_host_name(&name) {
            self.wrong("name", Fault::HostName);
        }
        name
    }

    /// What the board can't do.
    pub fn board(&mut self, profile: &Profile) {
        let board = profile.machine.board;
        const PIS: &str = "board = \"pi3\", \"pi4\", \"pi5\", \"zero2w\"";
        match &profile.role {
            Role::Dispenser(dispenser) if !dispenser.gpio.is_empty() && !board.is_pi() => {
                self.wrong("dispenser.gpio", Fault::Board(PIS));
            }
            Role::Display(display) if display.panel.back_end == PanelBackEnd::Max7219 => {
                let (buses, there) = board.spi_buses();
                if !buses.contains(&display.panel.max7219.spi_bus) {
                    self.wrong("display.panel.max7219.spi_bus", Fault::Board(there));
                }
            }
            _ => {}
        }
        let card = &profile.machine.sound.card;
        if card.is_i2s() && !board.is_pi() {
            self.wrong("machine.sound.card", Fault::Board(PIS));
        }
        if *card == Card::Headphones && !board.has_headphones() {
            self.wrong(
                "machine.sound.card",
                Fault::Board("card = \"hdmi\", \"hifiberry-dac\", \"max98357a\", \"usb\""),
            );
        }
    }

    /// The small UART of a Raspberry Pi: its pins are given to the good one.
    pub fn small_uart(&mut self, profile: &Profile) {
        let lines = match &profile.role {
            Role::Dispenser(dispenser) => vec![
                ("dispenser.printer.serial", dispenser.printer.line()),
                ("dispenser.scanner.device", dispenser.scanner.line()),
            ],
            Role::Display(display) => vec![("display.panel.onbon.device", display.panel.line())],
            Role::Speaker(_) => return,
        };
        for (key, line) in lines {
            if profile.machine.board.is_pi() && line == Some(Path::new("/dev/ttyS0")) {
                self.wrong(key, Fault::Form("\"/dev/serial0\""));
            }
        }
    }

    /// A voice that would play on a card that is not there.
    pub fn voice(&mut self, profile: &Profile) {
        let (voice, key) = match &profile.role {
            Role::Display(display) => (&display.voice, "display.voice.back_end"),
            Role::Speaker(voice) => (voice, "speaker.voice.back_end"),
            Role::Dispenser(_) => return,
        };
        if voice.back_end == VoiceBackEnd::Alsa && profile.machine.sound.card == Card::None {
            self.wrong(key, Fault::NoCard);
        }
    }

    /// Pins that two things want.
    pub fn pins(&mut self, profile: &Profile) {
        let Role::Dispenser(dispenser) = &profile.role else { return };
        let (i2s, uart) = (profile.machine.sound.card.is_i2s(), has_uart(profile));
        for (name, pin) in dispenser.gpio.pins() {
            let key = format!("dispenser.gpio.{name}.pin");
            if i2s && PINS_OF_I2S.contains(&pin) {
                self.wrong(&key, Fault::PinBelongs(pin.into(), "machine.sound.card (I2S: 18–21)"));
            }
            if uart && PINS_OF_UART.contains(&pin) {
                self.wrong(&key, Fault::PinBelongs(pin.into(), "the serial line 串口 (UART: 14, 15)"));
            }
        }
    }

    /// A browser without a page.
    pub fn screen(&mut self, profile: &Profile) {
        let is_wanted = profile.machine.screen.browser == Browser::Chromium;
        match &profile.role {
            Role::Display(display) if is_wanted && display.panel.back_end != PanelBackEnd::Page => {
                self.wrong("machine.screen.browser", Fault::Form("display.panel.back_end = \"page\""));
            }
            Role::Display(display) if display.panel.page.listen.port() == 0 && page(profile).is_some() => {
                self.wrong("display.panel.page.listen", Fault::Form("\"127.0.0.1:8102\""));
            }
            Role::Dispenser(dispenser) if dispenser.kiosk_listen.port() == 0 && is_wanted => {
                self.wrong("dispenser.kiosk_listen", Fault::Form("\"127.0.0.1:8101\""));
            }
            _ => {}
        }
    }

    /// Files that must be on the device.
    pub fn files(&mut self) {
        for named in self.reading.paths.clone() {
            let (path, Some(place)) = (Path::new(&named.path), named.place) else { continue };
            // What a driver makes appears on the device alone, wherever the profile stands.
            let is_plain = named.path.chars().all(|c| !c.is_control() && c != '"' && c != '\\');
            let up = path.components().any(|part| part == std::path::Component::ParentDir);
            match named.use_ {
                Use::Read if path.is_relative() || up || !is_plain => {
                    self.reading.wrong(named.key, place, Fault::OnDevice)
                }
                Use::Written if up || !is_plain || (path.is_absolute() && !path.starts_with(STATE)) => {
                    self.reading.wrong(named.key, place, Fault::Form("\"outbox\" (/var/lib/yihao/device/outbox)"));
                }
                _ => {}
            }
        }
    }

    /// What no other machine may have.
    pub fn own(&mut self, profile: &Profile, host_name: &str) -> Vec<Own> {
        let key = if self.merged.contains_key("key") { "key" } else { "key_file" };
        let named = if profile.machine.host_name.is_some() { "machine.host_name" } else { "name" };
        let mut own = vec![self.owned("name", profile.name.clone()), self.owned(named, format!("host {host_name}"))];
        if !profile.key.is_empty() {
            own.push(self.owned(key, format!("key {}", profile.key)));
        }
        let address = profile.machine.network.address;
        own.extend(address.map(|address| self.owned("machine.network.address", format!("ip {}", address.ip))));
        own.into_iter().flatten().collect()
    }

    fn owned(&self, key: &str, value: String) -> Option<Own> {
        let place = place(self.merged, key);
        let source = self.reading.sources.get(place.file)?;
        let said = Problem {
            file: source.path.clone(),
            key: key.into(),
            line: source.line(place.at),
            fault: Fault::Twice(source.path.clone()),
        };
        Some(Own { value, said })
    }

    fn wrong(&mut self, key: &str, fault: Fault) {
        self.reading.wrong(key, place(self.merged, key), fault);
    }
}

/// Where a key stands, or the section that it would stand in.
fn place(layer: &Layer<'_>, key: &str) -> Place {
    let (mut layer, mut place) = (layer, Place { file: 0, at: 0 });
    for part in key.split('.') {
        let Some(entry) = layer.get(part) else { break };
        place = entry.key;
        match &entry.value {
            Value::Table(table) => layer = table,
            Value::Plain(_) => break,
        }
    }
    place
}
