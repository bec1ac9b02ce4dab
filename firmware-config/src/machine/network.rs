//! How a device is on the network.

use std::{
    fmt, fs,
    net::{IpAddr, Ipv4Addr},
};

use crate::{
    fault::Fault,
    section::{Section, Use},
};

const ADDRESS: &str = "\"192.168.1.63/24\" or/或 \"dhcp\"";
const PASSWORD: Fault = Fault::Form("8–63 ASCII");

/// How a device is on the network.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Network {
    /// Its address; `None` = what the network gives it.
    pub address: Option<Address>,
    /// Where everything else is reached; `None` = the device stays in its own network.
    pub gateway: Option<Ipv4Addr>,
    /// Who knows names.
    pub dns: Vec<IpAddr>,
    /// Its radio network; `None` = it has a cable.
    pub wifi: Option<Wifi>,
}

/// An address and the length of its network's part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Address {
    /// The address.
    pub ip: Ipv4Addr,
    /// Bits that its network has in common: 1 to 30.
    pub prefix: u8,
}

/// A radio network.
#[derive(Clone, PartialEq, Eq)]
pub struct Wifi {
    /// Its name.
    pub ssid: String,
    /// Its password.
    pub password: String,
    /// The country whose channels are allowed, ISO 3166: `CN`.
    pub country: String,
}

impl fmt::Debug for Wifi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Wifi({} in {})", self.ssid, self.country)
    }
}

impl Network {
    pub(super) fn read(mut section: Section<'_, '_, '_>) -> Self {
        let address = section.text("address", ADDRESS, |text| text == "dhcp" || Address::parse(text).is_some());
        let address = address.as_deref().and_then(Address::parse);
        let gateway = section.text("gateway", "\"192.168.1.1\"", |text| text.parse::<Ipv4Addr>().is_ok());
        let gateway: Option<Ipv4Addr> = gateway.and_then(|text| text.parse().ok());
        match (gateway, address) {
            (Some(gateway), Some(address)) if !address.reaches(gateway) => section.wrong("gateway", Fault::Gateway),
            (Some(_), None) if !section.has("address") => {
                section.wrong("address", Fault::Missing("\"192.168.1.63/24\""))
            }
            _ => {}
        }
        // A hall's gateway is no matter of a device that asks the network.
        let gateway = gateway.filter(|_| address.is_some());
        let dns = section.texts("dns", "[\"192.168.1.1\"]", |text| text.parse::<IpAddr>().is_ok());
        let has_wifi = section.has("wifi");
        let wifi = Wifi::read(section.section("wifi"), has_wifi);
        section.end();
        let dns = dns.into_iter().flatten().filter_map(|text| text.parse().ok()).collect();
        Self { address, gateway, dns, wifi }
    }
}

impl Address {
    fn parse(text: &str) -> Option<Self> {
        let (ip, prefix) = text.split_once('/')?;
        let is_short = prefix.len() <= 2 && prefix.bytes().all(|byte| byte.is_ascii_digit());
        let (ip, prefix) = (ip.parse::<Ipv4Addr>().ok()?, prefix.parse::<u8>().ok()?);
        let is_host = !ip.is_unspecified() && !ip.is_multicast() && !ip.is_broadcast() && !ip.is_loopback();
        let is_one = is_short && is_host && (1..=30).contains(&prefix);
        // The first and the last of a network are nobody's own.
        let host_bits = u32::MAX.checked_shr(prefix.into()).unwrap_or(0);
        let own = ip.to_bits() & host_bits;
        (is_one && own != 0 && own != host_bits).then_some(Self { ip, prefix })
    }

    /// Whether the other one is in the same network and another.
    fn reaches(self, other: Ipv4Addr) -> bool {
        let mask = u32::MAX.checked_shl(32 - u32::from(self.prefix)).unwrap_or(0);
        self.ip != other && self.ip.to_bits() & mask == other.to_bits() & mask
    }
}

impl Wifi {
    /// `is_there`: the section is, so that it must say what it needs.
    fn read(mut section: Section<'_, '_, '_>, is_there: bool) -> Option<Self> {
        let ssid = match is_there {
            true => section.required("ssid", "\"hall\" (≤ 32)", is_ssid),
            false => section.text("ssid", "\"hall\" (≤ 32)", is_ssid).unwrap_or_default(),
        };
        let country = section.text("country", "\"CN\"", is_country).unwrap_or("CN".into());
        if is_there && !section.has("password_file") {
            section.wrong("password_file", Fault::Missing("\"wifi.password\""));
        }
        let password = read_password(&mut section).unwrap_or_default();
        section.end();
        is_there.then_some(Self { ssid, password, country })
    }
}

fn read_password(section: &mut Section<'_, '_, '_>) -> Option<String> {
    let file = section.optional_path("password_file", Use::Secret)?;
    let fault = match fs::read_to_string(&file) {
        Ok(text) if is_password(text.trim_end_matches(['\r', '\n'])) => {
            return Some(text.trim_end_matches(['\r', '\n']).to_owned());
        }
        Ok(_) => PASSWORD,
        Err(why) => Fault::KeyFile(format!("{}: {why}", file.display())),
    };
    section.wrong("password_file", fault);
    None
}

/// What a keyfile of NetworkManager holds without a need to escape it.
fn is_ssid(ssid: &str) -> bool {
    let plain = |c: char| !c.is_control() && c != ';' && c != '\\';
    (1..=32).contains(&ssid.len()) && ssid.trim() == ssid && ssid.chars().all(plain)
}

/// WPA's own limits; a backslash would have to be escaped.
fn is_password(password: &str) -> bool {
    let is_plain = |byte: u8| (b' '..=b'~').contains(&byte) && byte != b'\\';
    (8..=63).contains(&password.len()) && password.trim() == password && password.bytes().all(is_plain)
}

fn is_country(country: &str) -> bool {
    country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase())
}
