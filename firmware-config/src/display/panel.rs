//! What a display shows on: the panel, its back-end, its brightness.

mod hardware;

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

pub use hardware::{CardLink, CardLinkKind, Corner, Max7219, Onbon, Rotation};
use protocol::Text;

use super::DayPlan;
use crate::{fault::Fault, section::Section};

/// Modules and cards are made of blocks of so many dots.
const BLOCK_DOTS: u32 = 8;
/// The longest idle text, characters a language: what scrolls past in ten seconds.
const IDLE_CHARS_MAX: usize = 40;

/// The panel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Panel {
    /// What shows.
    pub back_end: PanelBackEnd,
    /// What the back-ends `file` and `png` keep up to date.
    pub file: PathBuf,
    /// Width in dots.
    pub columns: u32,
    /// Height in dots.
    pub rows: u32,
    /// How bright it is, by time of day.
    pub brightness: DayPlan,
    /// What an open window says while nobody is called, such as a greeting; `None` = its name.
    pub idle: Option<Text>,
    /// For the back-end `max7219`.
    pub max7219: Max7219,
    /// For the back-end `onbon`.
    pub onbon: Onbon,
    /// For the back-end `page`.
    pub page: Page,
}

/// What shows calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PanelBackEnd {
    /// Drawn in the terminal.
    Terminal,
    /// Drawn into a text file.
    File,
    /// Drawn into a PNG picture.
    Png,
    /// A chain of MAX7219 modules on the SPI bus of a Raspberry Pi.
    Max7219,
    /// An LED bar with an Onbon card (仰邦 BX-5K, BX-6K).
    Onbon,
    /// A page in a browser on this machine, for a screen with HDMI.
    Page,
    /// Not at all.
    None,
}

/// The page for a screen with HDMI.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// Where it is served; this machine only.
    pub listen: SocketAddr,
}

const BACK_ENDS: [(&str, PanelBackEnd); 7] = [
    ("terminal", PanelBackEnd::Terminal),
    ("file", PanelBackEnd::File),
    ("png", PanelBackEnd::Png),
    ("max7219", PanelBackEnd::Max7219),
    ("onbon", PanelBackEnd::Onbon),
    ("page", PanelBackEnd::Page),
    ("none", PanelBackEnd::None),
];

impl Panel {
    /// Where an LED card is on the network, if one is.
    pub(crate) fn card_host(&self) -> Option<String> {
        let is_used = self.back_end == PanelBackEnd::Onbon && self.onbon.link.kind != CardLinkKind::Serial;
        is_used.then(|| self.onbon.link.address.ip().to_string())
    }

    /// The serial line, if an LED card is on one.
    pub(crate) fn line(&self) -> Option<&Path> {
        let is_used = self.back_end == PanelBackEnd::Onbon && self.onbon.link.kind == CardLinkKind::Serial;
        is_used.then_some(self.onbon.link.device.as_path())
    }

    pub(super) fn read(mut section: Section<'_, '_, '_>) -> Self {
        let back_end = section.choice("back_end", PanelBackEnd::Terminal, &BACK_ENDS);
        let default_file = if back_end == PanelBackEnd::Png { "panel.png" } else { "panel.txt" };
        let panel = Self {
            back_end,
            file: section.path("file", default_file),
            columns: section.number("columns", 128, 32..1_025),
            rows: section.number("rows", 16, 16..129),
            brightness: DayPlan::read(&mut section, "brightness", false),
            idle: read_idle(section.section("idle")),
            max7219: Max7219::read(section.section("max7219")),
            onbon: Onbon::read(section.section("onbon"), back_end == PanelBackEnd::Onbon),
            page: Page::read(section.section("page")),
        };
        panel.check(&mut section);
        section.end();
        panel
    }

    fn check(&self, section: &mut Section<'_, '_, '_>) {
        let in_blocks = |dots: u32| dots.is_multiple_of(BLOCK_DOTS);
        if matches!(self.back_end, PanelBackEnd::Max7219 | PanelBackEnd::Onbon) && !in_blocks(self.columns) {
            section.wrong("columns", Fault::Steps(BLOCK_DOTS));
        }
        if self.back_end == PanelBackEnd::Max7219 && !in_blocks(self.rows) {
            section.wrong("rows", Fault::Steps(BLOCK_DOTS));
        }
    }
}

impl Page {
    fn read(mut section: Section<'_, '_, '_>) -> Self {
        let listen = section.text("listen", "\"127.0.0.1:8102\"", is_local);
        section.end();
        let listen = listen.and_then(|at| at.parse().ok());
        Self { listen: listen.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8102))) }
    }
}

/// The page takes acknowledgements without a key, so it must not be open to the network.
fn is_local(address: &str) -> bool {
    address.parse::<SocketAddr>().is_ok_and(|address| address.ip().is_loopback())
}

fn read_idle(mut section: Section<'_, '_, '_>) -> Option<Text> {
    const FORM: &str = "\"…\" (≤ 40)";
    let (zh, en) = (section.text("zh", FORM, is_idle), section.text("en", FORM, is_idle));
    section.end();
    zh.map(|zh| Text { en: en.unwrap_or_else(|| zh.clone()), zh })
}

fn is_idle(text: &str) -> bool {
    (1..=IDLE_CHARS_MAX).contains(&text.chars().count()) && !text.chars().any(char::is_control)
}
