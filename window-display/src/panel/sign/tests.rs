//! Panels as they look, dot by dot: `#` is lit.

use super::*;

fn drawn(sign: &Sign, elapsed_ms: u64) -> String {
    let row = |row: &[bool]| row.iter().map(|lit| if *lit { '#' } else { '.' }).collect::<String>();
    sign.frame(elapsed_ms).rows().map(row).collect::<Vec<_>>().join("\n")
}

fn sign(columns: u32, rows: u32, text: &str, blink: bool) -> Sign {
    Sign::new(Size::new(columns, rows), text, blink)
}

#[test]
fn a_call_fills_a_common_led_bar_exactly() {
    assert_eq!(text::width("请A012到05号窗口"), 128);
    let sign = sign(128, 16, "请A012到05号窗口", false);
    assert_eq!(drawn(&sign, 0), include_str!("tests/call.txt").trim_end());
}

#[test]
fn a_short_line_stands_in_the_middle_of_a_larger_panel() {
    let sign = sign(12, 18, "1", false);
    let drawn = drawn(&sign, 0);
    let rows: Vec<&str> = drawn.lines().collect();
    assert_eq!(rows.len(), 18);
    assert_eq!(rows[5], "......#.....");
    assert_eq!(rows[14], "....#####...");
    assert!(rows.iter().all(|row| row.starts_with("..") && row.ends_with("..")));
    assert!(!sign.moves_after(0));
}

#[test]
fn a_line_that_is_too_long_moves_and_follows_itself() {
    let sign = sign(16, 16, "一一一", false);
    let first = drawn(&sign, 0);
    assert!(sign.moves_after(u64::MAX));
    assert_ne!(drawn(&sign, 1_500 + 8 * 25), first);
    // 48 dots of text and 32 of gap later it looks as at first.
    assert_ne!(drawn(&sign, 1_500 + 79 * 25), first);
    assert_eq!(drawn(&sign, 1_500 + 80 * 25), first);
}

#[test]
fn a_new_call_blinks_and_an_old_one_stands() {
    let sign = sign(128, 16, "A012", true);
    let lit = |ms| drawn(&sign, ms).contains('#');
    assert!(lit(0) && !lit(700) && lit(3_000));
    assert!(sign.moves_after(2_999) && !sign.moves_after(3_000));
}

#[test]
fn two_lines_have_a_half_each_and_only_the_long_one_moves() {
    let both = sign(32, 32, "一\nwindow 05", false);
    let (first, later) = (drawn(&both, 0), drawn(&both, 1_500 + 40 * 25));
    let half = |drawn: &str, half: usize| drawn.lines().skip(16 * half).take(16).collect::<Vec<_>>().join("\n");
    assert_eq!(half(&first, 0), drawn(&sign(32, 16, "一", false), 0));
    assert_eq!(half(&first, 0), half(&later, 0));
    assert_ne!(half(&first, 1), half(&later, 1));
}

#[test]
fn a_line_without_room_is_left_out() {
    assert_eq!(drawn(&sign(32, 16, "一\n二", false), 0), drawn(&sign(32, 16, "一", false), 0));
}

#[test]
fn a_character_that_the_font_lacks_is_seen_to_be_missing() {
    let emoji = drawn(&sign(16, 16, "😀", false), 0);
    assert_eq!(emoji, drawn(&sign(16, 16, "\u{fffd}", false), 0));
    assert!(emoji.contains('#'));
}
