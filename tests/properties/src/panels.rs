//! What an LED card answers, and every text that a panel is given.

use embedded_graphics::geometry::Size;
use window_display::panel::{
    Sign,
    onbon::{Answer, Area, Command, Decoder},
};

/// The size of the pieces in which bytes come over a line.
const PIECE_BYTES: usize = 7;

/// Any bytes from a card: the same packets whatever pieces they come in, each of which is written as it was read; and as a
/// text, something that both a panel of dots and a card take.
pub fn card_answer(bytes: &[u8]) {
    let whole = Decoder::default().push(bytes);
    let mut decoder = Decoder::default();
    let pieces: Vec<_> = bytes.chunks(PIECE_BYTES).flat_map(|piece| decoder.push(piece)).collect();
    assert_eq!(whole, pieces, "the pieces make a difference");
    for packet in whole.into_iter().flatten() {
        let _ = Answer::read(&packet.data);
        assert_eq!(Decoder::default().push(&packet.encode()), [Ok(packet)], "it reads back as something else");
    }
    let text = String::from_utf8_lossy(bytes);
    let sign = Sign::new(Size::new(64, 32), &text, true);
    for ms in [0, 700, 12_345, u64::MAX] {
        assert_eq!(sign.frame(ms).rows().count(), 32);
    }
    let area = Area { screen: 1, area: 0, font: Some(0), columns: 64, rows: 32 };
    let packet = area.packet(&Command::Text(text.into_owned()));
    assert_eq!(Decoder::default().push(&packet.encode()), [Ok(packet)]);
}
