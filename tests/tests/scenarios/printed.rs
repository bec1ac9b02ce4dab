//! What came out of a printer, held against what should stand on it: dot for dot, by way of a program that is not ours.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use firmware_config::{Profile, Role};
use image::GrayImage;
use jiff::tz::TimeZone;
use ticket_dispenser::{
    dispenser::{Record, Slip},
    raster::Raster,
    shell, slip,
};

use crate::device::{Device, read_code};

/// How every slip begins: a reset, and "report changes".
const BEGIN: [u8; 5] = [0x1B, b'@', 0x1D, b'a', 0x0E];

/// The picture that comes out of a printer, as another program reads its bytes.
pub struct Picture {
    png: PathBuf,
    dots: GrayImage,
}

impl Picture {
    /// Of the last slip in these bytes: before it may hang what broke off.
    pub fn of(bytes: &[u8], width_dots: u32, device: &Device) -> Self {
        Self::at(bytes, width_dots, device.path("printed.png"))
    }

    /// The same, kept in this file.
    pub fn at(bytes: &[u8], width_dots: u32, png: PathBuf) -> Self {
        let begin = bytes.windows(BEGIN.len()).rposition(|here| here == BEGIN).unwrap_or(0);
        fs::write(&png, interpret(&bytes[begin..], width_dots)).unwrap();
        let dots = image::open(&png).unwrap().into_luma8();
        Self { png, dots }
    }

    /// What its QR code says.
    pub fn code(&self) -> String {
        read_code(&self.png)
    }

    /// Whether it is this slip, and each dot is where it should be; but for a lone dot that would be a command (see
    /// docs/PRINTERS.md).
    pub fn is(&self, slip: &Slip, device: &Device) -> bool {
        let drawn = drawn(slip, &device.path("profile.toml"));
        let width = drawn.width();
        let is_command = |x: usize, y: usize| {
            let at = y * width / 8 + x / 8;
            matches!(drawn.bytes()[at..], [0x10, 0x04 | 0x05 | 0x14, ..])
        };
        let is_right = |x: usize, y: usize, black: bool| black == drawn.is_black(x, y) || (!black && is_command(x, y));
        (self.dots.width() as usize, self.dots.height() as usize) == (width, drawn.height())
            && self.dots.enumerate_pixels().all(|(x, y, dot)| is_right(x as usize, y as usize, dot.0[0] == 0))
    }
}

/// The slips of all numbers that a dispenser wrote down, as they should look the first time.
pub fn given(device: &Device) -> Vec<Slip> {
    let lines = fs::read_to_string(device.path("outbox/outbox.jsonl")).unwrap();
    let record = |line: &str| serde_json::from_str(line.split_once(' ')?.1).ok();
    let slip = |record| if let Record::Given(given) = record { Some(given.slip) } else { None };
    lines.lines().filter_map(record).filter_map(slip).collect()
}

/// The same slip once more.
pub fn again(slip: &Slip) -> Slip {
    Slip { reprint: true, ..slip.clone() }
}

fn drawn(slip: &Slip, profile: &Path) -> Raster {
    let Role::Dispenser(settings) = Profile::read(profile).unwrap().role else { panic!("a dispenser") };
    let (mut face, style, _) = shell::drawing(&settings, &TimeZone::system()).unwrap();
    slip::render(&mut face, slip, &style)
}

/// PNG from a printer's bytes; see tests/interpret.py.
fn interpret(bytes: &[u8], width_dots: u32) -> Vec<u8> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/interpret.py");
    let mut command = Command::new("python3");
    command.args([script, &width_dots.to_string()]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(bytes).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "the interpreter makes nothing of the slip (./test installs it)");
    output.stdout
}
