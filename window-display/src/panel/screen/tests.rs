//! Panels as they look, dot by dot: `#` is lit.

use std::sync::{Arc, Mutex};

use super::*;

/// Keeps the last frame.
#[derive(Clone, Default)]
struct Glass(Arc<Mutex<String>>);

impl Panel for Glass {
    fn put(&mut self, frame: &Frame, _text: &str) -> io::Result<()> {
        let row = |row: &[bool]| row.iter().map(|lit| if *lit { '#' } else { '.' }).collect::<String>();
        *self.0.lock().unwrap() = frame.rows().map(row).collect::<Vec<_>>().join("\n");
        Ok(())
    }

    fn frame_every(&self) -> Option<Duration> {
        Some(Duration::from_millis(25))
    }
}

fn screen(columns: u32, rows: u32) -> (Screen, Glass) {
    let glass = Glass::default();
    (Screen::new(Box::new(glass.clone()), Size::new(columns, rows)), glass)
}

impl Glass {
    fn seen(&self) -> String {
        self.0.lock().unwrap().clone()
    }

    fn is_dark(&self) -> bool {
        !self.seen().contains('#')
    }
}

#[test]
fn a_call_fills_a_common_led_bar_exactly() {
    assert_eq!(text::width("请A012到05号窗口"), 128);
    let (mut screen, glass) = screen(128, 16);
    screen.show("请A012到05号窗口", false).unwrap();
    assert_eq!(glass.seen(), include_str!("tests/call.txt").trim_end());
}

#[test]
fn a_short_line_stands_in_the_middle_of_a_larger_panel() {
    let (mut screen, glass) = screen(12, 18);
    screen.show("1", false).unwrap();
    let rows: Vec<String> = glass.seen().lines().map(Into::into).collect();
    assert_eq!(rows.len(), 18);
    assert_eq!(rows[5], "......#.....");
    assert_eq!(rows[14], "....#####...");
    assert!(rows.iter().all(|row| row.starts_with("..") && row.ends_with("..")));
    assert_eq!(screen.next_frame(0), None);
}

#[test]
fn a_line_that_is_too_long_moves_and_follows_itself() {
    let (mut screen, glass) = screen(16, 16);
    screen.show("一一一", false).unwrap();
    let first = glass.seen();
    assert_eq!(screen.next_frame(0), Some(Duration::from_millis(25)));
    screen.draw(1_500 + 8 * 25).unwrap();
    assert_ne!(glass.seen(), first);
    // 48 dots of text and 32 of gap later it looks as at first.
    screen.draw(1_500 + 79 * 25).unwrap();
    assert_ne!(glass.seen(), first);
    screen.draw(1_500 + 80 * 25).unwrap();
    assert_eq!(glass.seen(), first);
}

#[test]
fn a_new_call_blinks_and_an_old_one_stands() {
    let (mut screen, glass) = screen(128, 16);
    screen.show("A012", true).unwrap();
    assert!(!glass.is_dark());
    screen.draw(700).unwrap();
    assert!(glass.is_dark());
    screen.draw(3_000).unwrap();
    assert!(!glass.is_dark());
    assert_eq!(screen.next_frame(3_000), None);
}

#[test]
fn a_character_that_the_font_lacks_is_seen_to_be_missing() {
    let (mut screen, glass) = screen(16, 16);
    screen.show("😀", false).unwrap();
    let emoji = glass.seen();
    screen.show("\u{fffd}", false).unwrap();
    assert_eq!(emoji, glass.seen());
    assert!(!glass.is_dark());
}
