//! A slip as the bytes of ESC/POS: the picture in bands, a feed, a partial cut.

use std::cell::RefCell;

use escpos::{
    driver::Driver,
    errors::Result,
    printer::Printer,
    utils::{Encoder, Protocol},
};

use crate::raster::Raster;

/// Rows of a band, 3 mm: a printer prints one when it is whole, and one that breaks off must be filled up.
const BAND_ROWS: usize = 24;
/// Bytes in a row of the widest paper, 80 mm.
const ROW_BYTES_MAX: usize = 72;
/// Whatever a printer may still wait for when a slip broke off in a band, also one of a program that was killed: white dots. Else
/// it would take the next command for them. One that waits for nothing passes over zeros.
pub const REST_OF_A_BAND: [u8; ROW_BYTES_MAX * BAND_ROWS] = [0; ROW_BYTES_MAX * BAND_ROWS];
/// White below the slip; the command to cut brings the paper to the knife by itself.
const FEED_LINES: u8 = 1;
/// Tells of changes unasked: on and offline, errors, paper.
const REPORT_CHANGES: [u8; 3] = [0x1D, b'a', 0x0E];
/// Asks for the paper's state *after* everything before is done: unlike `DLE EOT` it waits its turn. The answer proves the slip.
pub const ARE_YOU_DONE: [u8; 3] = [0x1D, b'r', 1];

/// A slip. With `asks` the printer reports changes and, at the end, that it is done.
///
/// # Errors
/// The crate's; a driver that writes into memory has none.
pub fn slip(raster: &Raster, asks: bool) -> Result<Vec<u8>> {
    // The protocol's encoder is for texts, and there are none: Chinese comes as a picture.
    let mut printer = Printer::new(Sheet::default(), Protocol::new(Encoder::default()), None);
    printer.init()?;
    if asks {
        printer.custom(&REPORT_CHANGES)?;
    }
    let row_bytes = raster.width() / 8;
    for band in raster.bytes().chunks((row_bytes * BAND_ROWS).max(1)) {
        printer.custom(&band_bytes(row_bytes, band))?;
    }
    printer.feeds(FEED_LINES)?.partial_cut()?;
    if asks {
        printer.custom(&ARE_YOU_DONE)?;
    }
    printer.print()?;
    Ok(printer.driver().0.into_inner())
}

/// `GS v 0`: the width in bytes, the height in rows, each low byte first; then the rows.
fn band_bytes(row_bytes: usize, band: &[u8]) -> Vec<u8> {
    let [rows, width] =
        [band.len() / row_bytes.max(1), row_bytes].map(|count| u16::try_from(count).unwrap_or(u16::MAX));
    let mut bytes = vec![0x1D, b'v', b'0', 0];
    bytes.extend(width.to_le_bytes());
    bytes.extend(rows.to_le_bytes());
    bytes.extend(quiet(band));
    bytes
}

/// The rows without what printers take for a command even in the middle of a picture: `DLE` before `EOT`, `ENQ` or `DC4`. It is
/// one lone dot, in no letter and in no QR code, and is left out.
fn quiet(band: &[u8]) -> Vec<u8> {
    let next = band.iter().skip(1).copied().chain([0]);
    let is_command = |byte: u8, next: u8| byte == 0x10 && [0x04, 0x05, 0x14].contains(&next);
    band.iter().zip(next).map(|(&byte, next)| if is_command(byte, next) { 0 } else { byte }).collect()
}

/// Where the bytes gather. What goes wrong on the way to the printer is not the builder's to know: it would keep what it could
/// not send, and send it again before the next slip.
#[derive(Default)]
struct Sheet(RefCell<Vec<u8>>);

impl Driver for Sheet {
    fn name(&self) -> String {
        "memory".into()
    }

    fn write(&self, data: &[u8]) -> Result<()> {
        self.0.borrow_mut().extend(data);
        Ok(())
    }

    fn read(&self, _: &mut [u8]) -> Result<usize> {
        Ok(0)
    }

    fn flush(&self) -> Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_a_reset_its_bands_a_feed_a_cut_and_a_question() {
        let mut raster = Raster::new(16, 26);
        raster.blacken(0, 0);
        raster.blacken(15, 25);
        let mut expected = vec![0x1B, b'@', 0x1D, b'a', 0x0E, 0x1D, b'v', b'0', 0, 2, 0, 24, 0, 0x80];
        expected.extend([0; 47]);
        expected.extend([0x1D, b'v', b'0', 0, 2, 0, 2, 0, 0, 0, 0, 1]);
        expected.extend([0x1B, b'd', 1, 0x1D, b'V', b'A', 1, 0x1D, b'r', 1]);
        assert_eq!(slip(&raster, true).unwrap(), expected);
        let silent = slip(&raster, false).unwrap();
        assert!(silent.starts_with(&[0x1B, b'@', 0x1D, b'v']) && silent.ends_with(&[0x1D, b'V', b'A', 1]));
    }

    #[test]
    fn no_picture_holds_a_command() {
        assert_eq!(quiet(&[0x10, 0x04, 0x10, 0x14, 0x10, 0x10, 0x05, 0x10]), [0, 0x04, 0, 0x14, 0x10, 0, 0x05, 0x10]);
        // Beyond a band is the next command, which is none of these.
        assert_eq!(quiet(&[0x04, 0x10]), [0x04, 0x10]);
    }
}
