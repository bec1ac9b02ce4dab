//! What a device runs on: the board, its network, its sound card, its screen. The device programs have no use for it; it is what
//! [`crate::render`] makes the files of an operating system from.

mod board;
mod network;
mod screen;
mod sound;
mod ssh;
mod updates;

use jiff::tz;

pub use self::{
    board::Board,
    network::{Address, Network, Wifi},
    screen::{Browser, Screen, Turn},
    sound::{Card, Sound},
    updates::{Updates, Window},
};
use crate::section::Section;

/// The longest that the watchdog of a Raspberry Pi can wait, s.
const WATCHDOG_S_MAX: u32 = 15;
/// The zone of the hall for which Yihao was made.
const TIME_ZONE: &str = "Asia/Shanghai";

/// What a device runs on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Machine {
    /// The board.
    pub board: Board,
    /// Its name in the network; `None` = made of the device's name.
    pub host_name: Option<String>,
    /// Its time zone, as IANA names it.
    pub time_zone: String,
    /// Who tells the time; empty = Debian's own servers.
    pub time_servers: Vec<String>,
    /// The machine starts again when nothing has moved for so long, s; 0 = never.
    pub watchdog_s: u32,
    /// The most memory that logs may take, MiB.
    pub log_mib: u32,
    /// Whether the system is mounted read-only, with one small partition for what must survive a power cut.
    pub read_only: bool,
    /// The network.
    pub network: Network,
    /// The sound card.
    pub sound: Sound,
    /// The screen.
    pub screen: Screen,
    /// Whether the device speaks English where it must choose: in its browser's own few words and in what its system says.
    pub english: bool,
    /// Where it gets a new system from.
    pub updates: Updates,
    /// The public keys of those who may log in over SSH, as root; none = it has no SSH.
    pub ssh_keys: Vec<String>,
}

impl Default for Machine {
    fn default() -> Self {
        Self {
            board: Board::Pi4,
            host_name: None,
            time_zone: TIME_ZONE.into(),
            time_servers: Vec::new(),
            watchdog_s: WATCHDOG_S_MAX,
            log_mib: 16,
            read_only: true,
            network: Network::default(),
            sound: Sound::default(),
            screen: Screen::default(),
            english: false,
            updates: Updates::default(),
            ssh_keys: Vec::new(),
        }
    }
}

impl Machine {
    pub(crate) fn read(mut section: Section<'_, '_, '_>) -> Self {
        let default = Self::default();
        let machine = Self {
            board: section.choice("board", default.board, &Board::CHOICES),
            host_name: section.text("host_name", "\"display-3\"", is_host_name),
            time_zone: section.text("time_zone", "\"Asia/Shanghai\"", is_time_zone).unwrap_or(default.time_zone),
            time_servers: section.texts("time_servers", "[\"192.168.1.10\"]", is_host).unwrap_or_default(),
            watchdog_s: section.number("watchdog_s", default.watchdog_s, 0..WATCHDOG_S_MAX + 1),
            log_mib: section.number("log_mib", default.log_mib, 4..257),
            read_only: section.flag("read_only", default.read_only),
            network: Network::read(section.section("network")),
            sound: Sound::read(section.section("sound")),
            screen: Screen::read(section.section("screen")),
            english: section.choice("language", default.english, &[("zh", false), ("en", true)]),
            updates: Updates::read(section.section("updates")),
            ssh_keys: ssh::read(&mut section),
        };
        section.end();
        machine
    }
}

/// One label of a name in the network, in small letters (RFC 1123).
pub(crate) fn is_host_name(name: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let ends = name.bytes().next().is_some_and(is_inner) && name.bytes().last().is_some_and(is_inner);
    ends && name.len() <= 63 && name.bytes().all(|byte| is_inner(byte) || byte == b'-')
}

/// A name or an address.
fn is_host(host: &str) -> bool {
    host.parse::<std::net::IpAddr>().is_ok()
        || (host.len() <= 253
            && !host.is_empty()
            && host.split('.').all(|label| is_host_name(&label.to_ascii_lowercase())))
}

/// One that the zones know, written as they write it: it becomes the name of a file.
fn is_time_zone(name: &str) -> bool {
    tz::db().get(name).is_ok_and(|zone| zone.iana_name() == Some(name))
}
