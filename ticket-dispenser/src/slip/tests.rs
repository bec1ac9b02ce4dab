use std::{path::Path, process::Command, time::Instant};

use jiff::tz::TimeZone;
use protocol::{Text, order::Lane, view::WaitRange};

use super::*;
use crate::paper;

const NOTO: &str = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc";
const URL: &str = "http://hall.example:8080/t/0123456789abcdef0123456789abcdef";

fn face() -> Face {
    Face::open(Path::new(NOTO), 2, CHARACTERS).unwrap()
}

fn style(width_dots: usize) -> Style {
    let footer = Text::new("过号请到咨询台", "Missed your call? Ask at the consulting desk.");
    Style { width_dots, footer, zone: TimeZone::UTC }
}

fn slip() -> Slip {
    Slip {
        key: "p1".into(),
        number: "A012".into(),
        hall: Text::new("桐乡市行政服务中心", "Tongxiang Service Centre"),
        lane: Lane::Acceptance,
        lane_name: Text::new("综合受理", "Acceptance"),
        zone: Some(Text::new("综合受理A厅", "Hall A")),
        ahead: Some(7),
        wait: Some(WaitRange { low_min: 8, high_min: 14 }),
        at_ms: 1_795_427_100_000,
        url: URL.into(),
        offline: false,
        reprint: false,
    }
}

fn drawn(slip: &Slip, width: usize) -> Raster {
    render(&mut face(), slip, &style(width)).unwrap()
}

/// What an independent reader finds in the picture of a slip.
fn decoded(raster: &Raster) -> String {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("slip.png");
    paper::write_png(&path, raster).unwrap();
    let reader = Command::new("zbarimg").args(["--quiet", "--raw"]).arg(&path).output();
    let output = reader.expect("zbarimg is not installed: apt install zbar-tools");
    String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
}

#[test]
fn the_qr_code_leads_to_the_citizens_page_at_both_widths() {
    for width in [576, 384] {
        assert_eq!(decoded(&drawn(&slip(), width)), URL, "{width} dots");
    }
}

/// Another version of the font may change this: look at the picture, then write the new sums here.
#[test]
fn a_slip_looks_as_it_did() {
    let picture = |width| {
        let raster = drawn(&slip(), width);
        (raster.width(), raster.height(), crc32fast::hash(raster.bytes()))
    };
    assert_eq!([picture(576), picture(384)], [(576, 1070, 1_915_007_228), (384, 685, 2_116_100_313)]);
}

#[test]
fn what_changes_the_slip_is_seen_on_it() {
    let plain = drawn(&slip(), 576);
    let changes: [fn(&mut Slip); 6] = [
        |slip| slip.number = "A013".into(),
        |slip| slip.reprint = true,
        |slip| slip.zone = None,
        |slip| slip.ahead = None,
        |slip| slip.wait = None,
        |slip| slip.at_ms += 60_000,
    ];
    for change in changes {
        let mut changed = slip();
        change(&mut changed);
        assert_ne!(drawn(&changed, 576), plain, "{changed:?}");
    }
}

#[test]
fn nothing_touches_the_edge_and_long_names_go_on_several_lines() {
    let mut long = slip();
    long.hall = Text::new("很长的名字".repeat(12), "A very long name of a hall ".repeat(6));
    long.number = "A9999999".into();
    for width in [576, 384] {
        let raster = drawn(&long, width);
        assert!(raster.height() > drawn(&slip(), width).height());
        let edge = (0..raster.height()).any(|y| raster.is_black(0, y) || raster.is_black(raster.width() - 1, y));
        assert!(!edge, "{width} dots");
    }
}

#[test]
fn a_name_that_the_font_lacks_and_an_endless_address_are_refused() {
    let mut bad = slip();
    bad.hall.zh = "\u{10fffd}".into();
    assert!(matches!(render(&mut face(), &bad, &style(576)), Err(SlipError::Font(FontError::MissingGlyph { .. }))));
    let mut bad = slip();
    bad.url = "x".repeat(1_500);
    assert!(matches!(render(&mut face(), &bad, &style(576)), Err(SlipError::LongUrl(_))));
}

#[test]
fn a_slip_is_drawn_within_20_ms() {
    let mut face = face();
    render(&mut face, &slip(), &style(576)).unwrap();
    let best = (0..10).map(|_| {
        let start = Instant::now();
        render(&mut face, &slip(), &style(576)).unwrap();
        start.elapsed()
    });
    let best = best.min().unwrap();
    println!("a slip of 576 dots is drawn in {best:?}");
    assert!(best.as_millis() < 20, "{best:?}");
}

#[test]
fn the_time_is_that_of_the_hall() {
    let china = TimeZone::fixed(jiff::tz::offset(8));
    assert_eq!(clock(1_795_427_100_000, &china), "2026-11-23 17:45");
}
