//! What a slip looks like: the number very large, where to wait, how long, and the way to the citizen's page.

use jiff::{Timestamp, tz::TimeZone};
use protocol::{Text, view::WaitRange};
use qrcode::{Color, EcLevel, QrCode};
use thiserror::Error;

use crate::{
    dispenser::Slip,
    face::{Face, FontError, dots},
    raster::Raster,
};

#[cfg(test)]
mod tests;

/// Every character of the slip's own sentences; the font must have them.
pub const CHARACTERS: &str = " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~–\
    补打请在等候看叫号屏前面还有位预计分钟时间未知网络中断扫码查进度，（）、。：";
/// Dots of a module of the QR code at least: what phones read from thermal paper.
const MODULE_DOTS_MIN: usize = 4;
/// White around a QR code, modules (ISO/IEC 18004).
const QUIET_MODULES: usize = 4;
/// Nothing is longer; the paper is cut after the last line.
const HEIGHT_MAX: usize = 4_000;

/// How slips look in one hall.
#[derive(Debug, Clone)]
pub struct Style {
    /// Width of the paper, dots.
    pub width_dots: usize,
    /// The last lines.
    pub footer: Text,
    /// Where the clock of the hall hangs.
    pub zone: TimeZone,
}

/// A slip that can't be drawn.
#[derive(Debug, Error)]
pub enum SlipError {
    /// The font can't draw it.
    #[error(transparent)]
    Font(#[from] FontError),
    /// The address is too long for a QR code on this paper.
    #[error("'{0}' is too long for a QR code on this paper. 网址过长，无法生成二维码。")]
    LongUrl(String),
}

/// Draws a slip.
///
/// # Errors
/// A character is missing in the font, or the address is too long.
pub fn render(face: &mut Face, slip: &Slip, style: &Style) -> Result<Raster, SlipError> {
    let lines = lines(slip, style);
    for (text, _) in &lines.0 {
        face.learn(text)?;
    }
    lines.1.iter().try_for_each(|(text, _)| face.learn(text))?;
    let mut sheet = Sheet { face, raster: Raster::new(style.width_dots, HEIGHT_MAX), y: 0 };
    lines.0.iter().for_each(|(text, size)| sheet.text(text, *size));
    sheet.qr(&slip.url)?;
    lines.1.iter().for_each(|(text, size)| sheet.text(text, *size));
    sheet.gap(0.04);
    let Sheet { mut raster, y, .. } = sheet;
    raster.cut(y);
    Ok(raster)
}

/// The calendar day and the time of day at a place.
pub fn clock(at_ms: u64, zone: &TimeZone) -> String {
    let at = i64::try_from(at_ms).ok().and_then(|at_ms| Timestamp::from_millisecond(at_ms).ok());
    at.map_or_else(String::new, |at| zone.to_datetime(at).strftime("%Y-%m-%d %H:%M").to_string())
}

/// A line of text and its em, as a share of the paper's width.
type Line = (String, f32);

/// The lines above and below the QR code.
fn lines(slip: &Slip, style: &Style) -> (Vec<Line>, Vec<Line>) {
    const LARGE: f32 = 0.062;
    const SMALL: f32 = 0.042;
    let mut above = vec![(slip.hall.zh.clone(), LARGE), (slip.hall.en.clone(), SMALL)];
    if slip.reprint {
        above.push(("补打 reprint".into(), LARGE));
    }
    above.extend([(slip.lane_name.zh.clone(), LARGE), (slip.lane_name.en.clone(), SMALL)]);
    above.push((slip.number.clone(), 0.36));
    for Text { zh, en } in [place(slip), ahead(slip), wait(slip)] {
        above.extend([(zh, LARGE), (en, SMALL)]);
    }
    let Text { zh, en } = &style.footer;
    let below = vec![
        ("扫码查看等候进度 Scan for your place in line".to_owned(), SMALL),
        (clock(slip.at_ms, &style.zone), SMALL),
        (zh.clone(), SMALL),
        (en.clone(), SMALL),
    ];
    (above, below)
}

fn place(slip: &Slip) -> Text {
    slip.zone.as_ref().map_or_else(
        || Text::new("请看叫号屏", "Please watch the screens"),
        |zone| Text::new(format!("请在 {} 等候", zone.zh), format!("Please wait in {}", zone.en)),
    )
}

fn ahead(slip: &Slip) -> Text {
    slip.ahead
        .map_or_else(Text::default, |ahead| Text::new(format!("前面还有 {ahead} 位"), format!("{ahead} ahead of you")))
}

fn wait(slip: &Slip) -> Text {
    match slip.wait {
        Some(WaitRange { low_min, high_min }) => Text::new(
            format!("预计等候约 {low_min} 至 {high_min} 分钟"),
            format!("Expected wait {low_min} to {high_min} minutes"),
        ),
        None if slip.offline => Text::new("网络中断，等候时间未知", "Cut off from the server: wait unknown"),
        None => Text::new("等候时间未知", "Expected wait unknown"),
    }
}

/// A slip that is being drawn, from the top.
struct Sheet<'a> {
    face: &'a Face,
    raster: Raster,
    /// The first free row.
    y: usize,
}

impl Sheet<'_> {
    /// A text in the middle; when it is too wide, on several lines.
    fn text(&mut self, text: &str, size: f32) {
        let em = size * self.share(1.0);
        for line in wrap(self.face, text, em, self.share(0.96)) {
            let x = (self.share(1.0) - self.face.width(&line, em)) / 2.0;
            // Characters of a CJK font reach 0.88 em above their baseline and 0.12 below; a third of that stays free.
            self.face.draw(&mut self.raster, &line, x, self.y as f32 + em * 1.02, em);
            self.y += dots(em * 1.28);
        }
    }

    /// White paper; a share of the width.
    fn gap(&mut self, share: f32) {
        self.y += dots(self.share(share));
    }

    fn qr(&mut self, url: &str) -> Result<(), SlipError> {
        let too_long = || SlipError::LongUrl(url.to_owned());
        let code = QrCode::with_error_correction_level(url, EcLevel::M).map_err(|_| too_long())?;
        let modules = code.width() + 2 * QUIET_MODULES;
        // Half of the paper is enough for a phone; less than the least is not.
        let module = (self.raster.width() / 2 / modules).max(MODULE_DOTS_MIN);
        if modules * module > self.raster.width() {
            return Err(too_long());
        }
        let (left, top) = ((self.raster.width() - code.width() * module) / 2, self.y + QUIET_MODULES * module);
        for (at, _) in code.to_colors().iter().enumerate().filter(|(_, color)| **color == Color::Dark) {
            let (x, y) = (at % code.width(), at / code.width());
            self.raster.fill(left + x * module, top + y * module, module, module);
        }
        self.y += modules * module;
        Ok(())
    }

    /// A share of the paper's width, dots.
    fn share(&self, share: f32) -> f32 {
        share * self.raster.width() as f32
    }
}

/// Breaks a text into lines that fit: at the last space if there is one, else between any two characters.
fn wrap(face: &Face, text: &str, em: f32, width: f32) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for glyph in text.chars() {
        line.push(glyph);
        if face.width(&line, em) > width && line.chars().count() > 1 {
            let at = line.rfind(' ').map_or(line.len() - glyph.len_utf8(), |space| space + 1);
            let rest = line.split_off(at);
            lines.push(std::mem::replace(&mut line, rest).trim_end().to_owned());
        }
    }
    lines.extend((!line.is_empty()).then_some(line));
    lines
}
