//! A panel in a PNG picture, with the look of LEDs.

use std::{io, path::PathBuf, time::Duration};

use embedded_graphics::geometry::OriginDimensions;
use image::{
    Rgb, RgbImage,
    codecs::png::{CompressionType, FilterType, PngEncoder},
};

use super::{Frame, Panel, PanelError, Picture, file::replace};

/// An LED and the gap beside it, pixels.
const PITCH_PX: u32 = 8;
/// The radius of an LED, half pixels, so that it has a middle.
const RADIUS_HALF_PX: i64 = 6;
const BOARD: [u8; 3] = [12, 12, 14];
const DARK: [u8; 3] = [38, 30, 24];
/// The amber of an LED bar at its brightest.
const LIT: [u8; 3] = [255, 170, 0];
/// How bright an LED at 0 % would look, percent of [`LIT`]: even the dimmest panel can be read, as on a real one.
const FLOOR_PERCENT: u32 = 40;

/// Shows stills.
pub(super) struct Png {
    path: PathBuf,
}

impl Png {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path }
    }
}

impl Panel for Png {
    fn put(&mut self, picture: Picture<'_>) -> Result<(), PanelError> {
        let mut content = Vec::new();
        // Rows repeat those above them: this makes it ten times smaller than what the encoder takes by itself.
        let encoder = PngEncoder::new_with_quality(&mut content, CompressionType::Default, FilterType::Up);
        draw(picture.frame, picture.brightness_percent).write_with_encoder(encoder).map_err(io::Error::other)?;
        Ok(replace(&self.path, &content)?)
    }

    fn frame_every(&self) -> Option<Duration> {
        None
    }
}

fn draw(frame: &Frame, brightness_percent: u32) -> RgbImage {
    let size = frame.size();
    let mut image = RgbImage::from_pixel(size.width * PITCH_PX, size.height * PITCH_PX, Rgb(BOARD));
    let lit_color = LIT.map(|channel| dimmed(channel, brightness_percent));
    for (y, row) in (0..).zip(frame.rows()) {
        for (x, lit) in (0..).zip(row) {
            led(&mut image, (x * PITCH_PX, y * PITCH_PX), Rgb(if *lit { lit_color } else { DARK }));
        }
    }
    image
}

fn dimmed(channel: u8, percent: u32) -> u8 {
    let share = FLOOR_PERCENT + percent.min(100) * (100 - FLOOR_PERCENT) / 100;
    u8::try_from(u32::from(channel) * share / 100).unwrap_or(u8::MAX)
}

/// A disc in the square of one LED.
fn led(image: &mut RgbImage, (left, top): (u32, u32), color: Rgb<u8>) {
    let half = |at: u32| i64::from(2 * at + 1) - i64::from(PITCH_PX);
    for y in 0..PITCH_PX {
        for x in 0..PITCH_PX {
            if half(x).pow(2) + half(y).pow(2) <= RADIUS_HALF_PX.pow(2) {
                image.put_pixel(left + x, top + y, color);
            }
        }
    }
}

#[cfg(test)]
mod tests;
