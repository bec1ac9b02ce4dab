//! A profile seen as a whole machine: what only then can be wrong, and what its program will read.

mod check;
mod settings;
#[cfg(test)]
mod tests;

use std::{fs, net::SocketAddr, path::Path};

use crate::{Profile, ProfileError, Role, fault::Problem, layers::Layer, machine::Browser, section::Reading};

/// What must survive a power cut lies here.
pub(crate) const STATE: &str = "/var/lib/yihao/device";
/// Where systemd shows a service the secrets that were given to it.
pub(crate) const CREDENTIALS: &str = "/run/credentials";
/// Where a technician writes the server's address on a card's first partition.
const SERVER_FILE_ON_CARD: &str = "/boot/yihao/server.txt";
/// The names of these secrets.
pub(crate) const KEY: &str = "device.key";
pub(crate) const VISITOR_SECRET: &str = "visitor.secret";
/// The UART on the header of a Raspberry Pi, by all its names.
const UARTS: [&str; 3] = ["/dev/serial0", "/dev/ttyAMA0", "/dev/ttyS0"];

/// A machine that is to be.
#[derive(Debug)]
pub struct Plan {
    /// Its profile.
    pub profile: Profile,
    /// Its name in the network.
    pub host_name: String,
    /// What its program reads.
    pub(crate) settings: toml::Table,
    /// What no other machine may have.
    pub(crate) own: Vec<Own>,
}

/// Something that no two machines may have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Own {
    /// What it is.
    pub value: String,
    /// Where it was said, as if it were wrong there.
    pub said: Problem,
}

impl Plan {
    /// Reads a profile with what it inherits, and looks at it as a whole.
    ///
    /// # Errors
    /// A file that can't be read, or everything that is wrong at once.
    pub fn read(path: &Path) -> Result<Self, ProfileError> {
        let text = fs::read_to_string(path).map_err(|why| ProfileError::Unreadable { path: path.into(), why })?;
        Self::parse(path, &text)
    }

    /// The same of the text of the profile that stands at `path`.
    ///
    /// # Errors
    /// Everything that is wrong at once.
    pub fn parse(path: &Path, text: &str) -> Result<Self, ProfileError> {
        let (profile, (host_name, settings, own)) = Profile::parse_with(path, text, look)?;
        Ok(Self { profile, host_name, settings, own })
    }

    /// The name of the service that it runs, without an ending.
    pub fn service(&self) -> &'static str {
        self.profile.role.service()
    }

    /// Whether it has a screen with a browser.
    pub fn has_screen(&self) -> bool {
        self.page().is_some()
    }

    /// Where the page is served that its browser shows, if it has one.
    pub(crate) fn page(&self) -> Option<SocketAddr> {
        page(&self.profile)
    }

    /// Whether its program looks for the server's address on its card.
    pub(crate) fn asks_card(&self) -> bool {
        asks_card(&self.profile)
    }

    /// Whether something hangs on the UART of the header.
    pub(crate) fn has_uart(&self) -> bool {
        has_uart(&self.profile)
    }
}

fn look(profile: &Profile, reading: &mut Reading<'_>, merged: &Layer<'_>) -> (String, toml::Table, Vec<Own>) {
    let mut check = check::Check { merged, reading };
    let host_name = check.host_name(profile);
    check.board(profile);
    check.small_uart(profile);
    check.voice(profile);
    check.pins(profile);
    check.screen(profile);
    check.files();
    let own = check.own(profile, &host_name);
    (host_name, settings::of(profile, reading), own)
}

fn page(profile: &Profile) -> Option<SocketAddr> {
    let (listen, by_itself) = match &profile.role {
        Role::Dispenser(dispenser) => (dispenser.kiosk_listen, false),
        Role::Display(display) => {
            (display.panel.page.listen, display.panel.back_end == crate::display::PanelBackEnd::Page)
        }
        Role::Speaker(_) => return None,
    };
    let is_shown = match profile.machine.screen.browser {
        Browser::Auto => by_itself,
        Browser::Chromium => true,
        Browser::None => false,
    };
    is_shown.then_some(listen)
}

fn asks_card(profile: &Profile) -> bool {
    let is_told = !profile.server.is_empty() || profile.server_file.is_some();
    profile.is_blank() && !is_told && profile.machine.board.is_pi()
}

fn has_uart(profile: &Profile) -> bool {
    profile.serial_lines().any(|line| UARTS.iter().any(|uart| line == Path::new(uart)))
}
