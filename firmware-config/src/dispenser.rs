//! What a ticket dispenser's profile adds: its page, its slips, its reserve; `printer`: what prints them.

mod printer;

use std::{net::SocketAddr, path::PathBuf};

use protocol::{Text, order::Lane};

pub use self::printer::{BackEnd, Flow, Printer};
use crate::{
    Gpio, Scanner,
    fault::Fault,
    section::{Section, Use},
};

/// The most numbers that the server reserves for one dispenser and lane.
const RESERVE_MAX: u32 = 200;
/// Debian's package fonts-noto-cjk.
const FONT: &str = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc";
/// Noto Sans CJK SC in that collection.
const FONT_FACE: u32 = 2;
/// The longest footer, characters a language: four lines of the narrow paper.
const FOOTER_CHARS_MAX: usize = 100;

/// A ticket dispenser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispenser {
    /// Where the kiosk page is served; this machine only.
    pub kiosk_listen: SocketAddr,
    /// The recorded voice with which the page speaks to people who do not see it.
    pub voice_pack: Option<PathBuf>,
    /// The queue of a press without a choice: a button, or Enter on the terminal.
    pub lane: Lane,
    /// Where given numbers are kept until the server knows them.
    pub outbox: PathBuf,
    /// Presses closer together than this are one press, ms.
    pub press_gap_ms: u32,
    /// How long the server may take to answer before a reserved number is given, ms.
    pub answer_ms_max: u32,
    /// A torn slip that is not out after so long is shown to the staff, who can print it at another dispenser, s.
    pub elsewhere_after_s: u32,
    /// Numbers to be given out while cut off.
    pub reserve: Reserve,
    /// What prints.
    pub printer: Printer,
    /// The paper.
    pub slip: Slip,
    /// Buttons, lamp and paper sensor.
    pub gpio: Gpio,
    /// The reader for cards and codes.
    pub scanner: Scanner,
}

/// Numbers to be given out while cut off, for each lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reserve {
    /// How many are asked for at a time; 0 = no reserve.
    pub count: u32,
    /// More are asked for when so many or fewer are left.
    pub refill_at: u32,
}

/// How a slip looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slip {
    /// Width of the paper in dots.
    pub width_dots: u32,
    /// The font file; it needs Chinese.
    pub font: PathBuf,
    /// Which face of a font collection, from 0.
    pub font_face: u32,
    /// Fonts that are asked for what the font lacks, in this order; after them comes the built-in one.
    pub fallback_fonts: Vec<PathBuf>,
    /// The last lines.
    pub footer: Text,
}

const LANES: [(&str, Lane); 3] =
    [("acceptance", Lane::Acceptance), ("issuing", Lane::Issuing), ("consulting", Lane::Consulting)];
const WIDTHS: Fault = Fault::Form("576 (80 mm) or/或 384 (58 mm)");

impl Dispenser {
    pub(crate) fn read(mut section: Section<'_, '_, '_>) -> Self {
        let listen = section.text("kiosk_listen", "\"127.0.0.1:8101\"", is_local);
        let dispenser = Self {
            kiosk_listen: listen.and_then(|at| at.parse().ok()).unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8101))),
            voice_pack: section.optional_path("voice_pack", Use::Read),
            lane: section.choice("lane", Lane::Acceptance, &LANES),
            outbox: section.path("outbox", "outbox"),
            press_gap_ms: section.number("press_gap_ms", 2_000, 0..10_001),
            answer_ms_max: section.number("answer_ms_max", 300, 50..5_001),
            elsewhere_after_s: section.number("elsewhere_after_s", 10, 0..601),
            reserve: Reserve::read(section.section("reserve")),
            printer: Printer::read(section.section("printer")),
            slip: Slip::read(section.section("slip")),
            gpio: Gpio::read(section.section("gpio")),
            scanner: Scanner::read(section.section("scanner")),
        };
        section.end();
        dispenser
    }
}

impl Reserve {
    fn read(mut section: Section<'_, '_, '_>) -> Self {
        let count = section.number("count", 50, 0..RESERVE_MAX + 1);
        let refill_at = section.number("refill_at", count.min(20), 0..RESERVE_MAX + 1);
        if refill_at > count {
            section.wrong("refill_at", Fault::Above("count", count));
        }
        section.end();
        Self { count, refill_at }
    }
}

impl Slip {
    fn read(mut section: Section<'_, '_, '_>) -> Self {
        let width_dots = section.number("width_dots", 576, 0..u32::MAX);
        if ![576, 384].contains(&width_dots) {
            section.wrong("width_dots", WIDTHS);
        }
        let slip = Self {
            width_dots,
            font: section.path_to_read("font", FONT),
            font_face: section.number("font_face", FONT_FACE, 0..100),
            fallback_fonts: section.paths("fallback_fonts"),
            footer: read_footer(section.section("footer")),
        };
        section.end();
        slip
    }
}

fn read_footer(mut section: Section<'_, '_, '_>) -> Text {
    const FORM: &str = "\"…\" (≤ 100)";
    let zh = section.text("zh", FORM, is_footer).unwrap_or_else(|| "过号请到咨询台".into());
    let en =
        section.text("en", FORM, is_footer).unwrap_or_else(|| "Missed your call? Ask at the consulting desk.".into());
    section.end();
    Text { zh, en }
}

fn is_footer(text: &str) -> bool {
    text.chars().count() <= FOOTER_CHARS_MAX && !text.chars().any(char::is_control)
}

/// The kiosk page presses without a key, so it must not be open to the network.
fn is_local(address: &str) -> bool {
    address.parse::<SocketAddr>().is_ok_and(|address| address.ip().is_loopback())
}
