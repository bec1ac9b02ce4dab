//! The hall's furniture: settings, accounts, devices with their profiles.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;

use caller_server::{
    config::HallConfig,
    gate::{Gate, accounts::Role},
};
use protocol::view::DeviceRole;

use super::{Options, Problem, folder::Folder};
use crate::hall::PASSWORD;

/// The hall of Tongxiang.
const HALL: &str = include_str!("../../../caller-server/halls/tongxiang.toml");
/// The window where nobody sits: it is for the one who tries the demonstration.
pub const FREE_WINDOW: u16 = 5;
/// Windows where nobody sits either.
const CLOSED: [u16; 3] = [20, 23, 26];
/// Windows whose display speaks into files, one in each zone.
const SPEAKING: [u16; 2] = [1, 11];
/// Two dispensers stand in hall A and one in hall B.
const DISPENSERS: u16 = 3;
/// The dispensers' own pages begin at this port.
const KIOSK_PORT: u16 = 8_101;
/// Account of the one who tries the demonstration.
pub const YOU: &str = "you";
/// Account of the manager.
pub const MANAGER: &str = "manager";
/// Least time between two presses at one dispenser, ms of the hall's time; a person can't press faster.
pub const PRESS_GAP_MS: u32 = 1_500;

/// A hall that is ready to be started.
pub struct Furniture {
    /// Settings of the server.
    pub config: PathBuf,
    /// The server's own directory.
    pub data_dir: PathBuf,
    /// The hall's time zone.
    pub zone: String,
    /// All windows.
    pub windows: Vec<u16>,
    /// Dispensers and displays.
    pub devices: Vec<Device>,
}

/// A device and where its profile is.
pub struct Device {
    /// `display-07`.
    pub name: String,
    /// What it is.
    pub role: DeviceRole,
    /// Its profile.
    pub profile: PathBuf,
    /// A dispenser's own page.
    pub kiosk: Option<SocketAddr>,
}

/// Where simulated clerks sit, and under which name.
pub fn clerks(windows: &[u16]) -> Vec<(u16, String)> {
    let empty: BTreeSet<u16> = CLOSED.into_iter().chain([FREE_WINDOW]).collect();
    let staffed = windows.iter().filter(|window| !empty.contains(window));
    staffed.map(|&window| (window, format!("clerk-{window:02}"))).collect()
}

/// Writes everything that the programs of the hall read.
///
/// # Errors
/// The disk, or settings that make no sense.
pub fn furnish(folder: &Folder, server: SocketAddr, options: &Options) -> Result<Furniture, Problem> {
    let wrong = |error: caller_server::config::ConfigError| Problem::Settings(error.to_string());
    let settings = HallConfig::parse(HALL).map_err(wrong)?;
    let windows: Vec<u16> = settings.plan().map_err(wrong)?.windows.keys().map(|window| window.0).collect();
    let data_dir = folder.within("hall")?;
    let gate = Gate::open(&data_dir)?;
    gate.accounts().add(MANAGER, Role::Manager, PASSWORD, 0)?;
    gate.accounts().add(YOU, Role::Clerk, PASSWORD, 0)?;
    for (_, name) in clerks(&windows) {
        gate.accounts().add(&name, Role::Clerk, PASSWORD, 0)?;
    }
    let builder = Builder { folder, gate: &gate, server, options };
    let mut devices = builder.dispensers()?;
    for &window in &windows {
        devices.push(builder.display(window)?);
    }
    Ok(Furniture { config: folder.write("hall.toml", HALL)?, data_dir, zone: settings.time_zone, windows, devices })
}

struct Builder<'a> {
    folder: &'a Folder,
    gate: &'a Gate,
    server: SocketAddr,
    options: &'a Options,
}

impl Builder<'_> {
    fn dispensers(&self) -> Result<Vec<Device>, Problem> {
        self.folder.within("slips")?;
        let mut devices = Vec::new();
        let mut port = KIOSK_PORT;
        for n in 1..=DISPENSERS {
            let kiosk = free_from(port)?;
            port = kiosk.port().saturating_add(1);
            let voice = self.voice_pack("voice_pack")?;
            let section = format!(
                "[dispenser]\nkiosk_listen = \"{kiosk}\"\noutbox = \"outbox-{n}\"\npress_gap_ms = {}\n{voice}\
                 [dispenser.printer]\nback_end = \"png\"\ndirectory = \"../slips\"\n",
                PRESS_GAP_MS / self.options.speed,
            );
            let device = self.device(&format!("dispenser-{n}"), DeviceRole::Dispenser, None, &section)?;
            devices.push(Device { kiosk: Some(kiosk), ..device });
        }
        Ok(devices)
    }

    fn display(&self, window: u16) -> Result<Device, Problem> {
        self.folder.within("panels")?;
        let voice = match window {
            FREE_WINDOW if self.options.sound => "alsa",
            window if SPEAKING.contains(&window) => "wav",
            _ => "none",
        };
        let pack = self.voice_pack("pack")?;
        let section = format!(
            "[display]\nwindow = {window}\n\
             [display.panel]\nback_end = \"file\"\nfile = \"../panels/window-{window:02}.txt\"\n\
             [display.voice]\nback_end = \"{voice}\"\ndirectory = \"../voice\"\n{pack}",
        );
        self.device(&format!("display-{window:02}"), DeviceRole::Display, Some(window), &section)
    }

    /// The line that names the recorded voice, when there is one.
    fn voice_pack(&self, key: &str) -> Result<String, Problem> {
        let Some(pack) = &self.options.voice_pack else { return Ok(String::new()) };
        Ok(format!("{key} = {:?}\n", std::path::absolute(pack)?))
    }

    fn device(&self, name: &str, role: DeviceRole, window: Option<u16>, section: &str) -> Result<Device, Problem> {
        let key = self.gate.devices().add(name, role, window, 0)?;
        let head = format!("name = \"{name}\"\nserver = \"http://{}\"\nkey = \"{key}\"\nlog = \"warn\"\n", self.server);
        self.folder.within("devices")?;
        let profile = self.folder.write(&format!("devices/{name}.toml"), &format!("{head}\n{section}"))?;
        Ok(Device { name: name.to_owned(), role, profile, kiosk: None })
    }
}

/// Whether nobody listens at this port.
pub fn is_free(address: SocketAddr) -> bool {
    TcpListener::bind(address).is_ok()
}

/// The first free port from this one on.
fn free_from(port: u16) -> Result<SocketAddr, Problem> {
    let all = (port..=u16::MAX).map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    all.into_iter().find(|&address| is_free(address)).ok_or(Problem::PortTaken(port))
}

#[cfg(test)]
mod tests {
    use firmware_config::Profile;

    use clap::Parser;

    use super::*;
    use crate::demo::teller::Teller;

    #[test]
    fn every_profile_is_one_that_its_device_takes() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::make(dir.path(), &Teller::silent()).unwrap();
        let options = Options::parse_from(["demo", "--sound", "--voice-pack", "a \"pack\""]);
        let furniture = furnish(&folder, ([127, 0, 0, 1], 8_080).into(), &options).unwrap();
        for device in &furniture.devices {
            Profile::read(&device.profile).unwrap_or_else(|error| panic!("{}: {error}", device.name));
        }
        assert_eq!(furniture.devices.len(), 26 + usize::from(DISPENSERS));
    }

    #[test]
    fn clerks_sit_at_most_windows_and_not_at_the_free_one() {
        let windows: Vec<u16> = (1..=26).collect();
        let clerks = clerks(&windows);
        assert_eq!(clerks.len(), 22);
        assert!(clerks.iter().all(|(window, _)| *window != FREE_WINDOW));
    }
}
