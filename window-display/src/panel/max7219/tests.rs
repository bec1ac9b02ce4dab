//! The transfers against a model of the modules.

mod model;

use embedded_graphics::{Pixel, draw_target::DrawTarget, geometry::Point, pixelcolor::BinaryColor};
use proptest::prelude::*;

use self::model::{Chain, Chip};
use super::*;
use crate::panel::Sign;

/// What goes wrong with the bytes of a transfer.
type Wrong<'a> = &'a dyn Fn(&Vec<u8>) -> Vec<u8>;

fn show(chain: &mut Chain, frame: &Frame, wiring: &Max7219, percent: u32) {
    for transfer in transfers(frame, wiring, percent) {
        assert_eq!(transfer.len(), chain.0.len() * 2, "a word for each module");
        chain.transfer(&transfer);
    }
}

const COMMON: Max7219 = Max7219 {
    spi_bus: 0,
    spi_select: 0,
    spi_clock_hz: 1_000_000,
    first: Corner::TopRight,
    serpentine: false,
    rotation: Rotation::None,
    mirror: false,
};

fn call() -> Frame {
    Sign::new(Size::new(128, 16), "请A012到05号窗口", false).frame(0)
}

#[test]
fn a_call_is_seen_as_it_was_drawn() {
    let mut chain = Chain::powered_on(32);
    show(&mut chain, &call(), &COMMON, 100);
    assert!(chain.seen(16, 2, &COMMON).iter().map(Vec::as_slice).eq(call().rows()));
    assert!(chain.0.iter().all(|chip| chip.intensity == 15 && chip.scan_limit == 7 && !chip.test));
}

#[test]
fn a_module_that_lost_its_power_comes_back_with_the_next_frame() {
    let mut chain = Chain::powered_on(32);
    show(&mut chain, &call(), &COMMON, 100);
    chain.0[5] = Chip::powered_on();
    chain.0[5].test = false;
    assert!(!chain.seen(16, 2, &COMMON).iter().map(Vec::as_slice).eq(call().rows()));
    show(&mut chain, &call(), &COMMON, 100);
    assert!(chain.seen(16, 2, &COMMON).iter().map(Vec::as_slice).eq(call().rows()));
}

/// Dots of so many modules.
fn dots_of(modules: usize) -> u32 {
    8 * u32::try_from(modules).unwrap()
}

#[test]
fn the_model_notices_bits_and_modules_in_the_wrong_order() {
    let bits = |transfer: &Vec<u8>| transfer.iter().map(|byte| byte.reverse_bits()).collect::<Vec<u8>>();
    let modules = |transfer: &Vec<u8>| transfer.chunks(2).rev().flatten().copied().collect::<Vec<u8>>();
    let bytes = |transfer: &Vec<u8>| transfer.chunks(2).flat_map(|word| [word[1], word[0]]).collect::<Vec<u8>>();
    let wrong: [Wrong<'_>; 3] = [&bits, &modules, &bytes];
    for wrong in wrong {
        let mut chain = Chain::powered_on(32);
        let noticed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            transfers(&call(), &COMMON, 100).iter().for_each(|transfer| chain.transfer(&wrong(transfer)));
            chain.seen(16, 2, &COMMON)
        }));
        assert!(noticed.map_or(true, |seen| !seen.iter().map(Vec::as_slice).eq(call().rows())));
    }
}

#[test]
fn the_first_words_of_a_frame_are_these() {
    let mut frame = Frame::new(Size::new(16, 8));
    let dots = [(0, 0), (15, 0), (8, 7)].map(|(x, y)| Pixel(Point::new(x, y), BinaryColor::On));
    let Ok(()) = frame.draw_iter(dots);
    let words = transfers(&frame, &Max7219 { first: Corner::TopLeft, ..COMMON }, 50);
    assert_eq!(
        words[..5],
        [
            vec![0x0F, 0, 0x0F, 0],
            vec![0x09, 0, 0x09, 0],
            vec![0x0B, 7, 0x0B, 7],
            vec![0x0A, 8, 0x0A, 8],
            // The right module is the last of the chain, and its word comes first.
            vec![0x01, 0b0000_0001, 0x01, 0b1000_0000],
        ]
    );
    assert_eq!(words[11..], [vec![0x08, 0b1000_0000, 0x08, 0], vec![0x0C, 1, 0x0C, 1]]);
}

fn any_wiring() -> impl Strategy<Value = Max7219> {
    let corner = prop::sample::select(vec![Corner::TopLeft, Corner::TopRight, Corner::BottomLeft, Corner::BottomRight]);
    let rotation =
        prop::sample::select(vec![Rotation::None, Rotation::Quarter, Rotation::Half, Rotation::ThreeQuarters]);
    (corner, rotation, any::<bool>(), any::<bool>()).prop_map(|(first, rotation, serpentine, mirror)| Max7219 {
        first,
        serpentine,
        rotation,
        mirror,
        ..COMMON
    })
}

proptest! {
    #[test]
    fn any_picture_is_seen_on_any_wiring(
        wiring in any_wiring(),
        (columns, rows) in (1_usize..6, 1_usize..4),
        dots in prop::collection::vec((0_i32..48, 0_i32..32), 0..200),
        percent in 1_u32..101,
    ) {
        let mut frame = Frame::new(Size::new(dots_of(columns), dots_of(rows)));
        let Ok(()) = frame.draw_iter(dots.iter().map(|(x, y)| Pixel(Point::new(*x, *y), BinaryColor::On)));
        let mut chain = Chain::powered_on(columns * rows);
        show(&mut chain, &frame, &wiring, percent);
        prop_assert!(chain.seen(columns, rows, &wiring).iter().map(Vec::as_slice).eq(frame.rows()));
    }
}
