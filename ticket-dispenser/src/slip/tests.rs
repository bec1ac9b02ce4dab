use std::{process::Command, sync::Arc};

use jiff::tz::TimeZone;
use protocol::{
    Text,
    order::{Class, Lane, Language},
    view::WaitRange,
};
use tempfile::TempDir;
use typeset::face::{FontFile, NOTO, NOTO_FACE};

use super::*;
use crate::{
    dispenser::{HallFacts, Slip},
    paper,
};

const URL: &str = "http://hall.example:8080/t/0123456789abcdef0123456789abcdef";
/// Another template: everything that must be there and nothing else.
const BARE: &str = "[[element]]\nkind = 'text'\ntext = '{number}'\nsize_percent = 36\n\
                    [[element]]\nkind = 'text'\nzh = '{reprint}'\nen = '{reprint}'\nwhen = ['reprint']\n";

fn face() -> Face {
    Face::open(&[FontFile { path: NOTO.into(), face: NOTO_FACE }]).unwrap()
}

fn style(width_dots: usize, form: &Form) -> Style {
    let footer = Text::new("过号请到咨询台", "Missed your call? Ask at the consulting desk.");
    Style { width_dots, footer, zone: TimeZone::UTC, template: form.in_force() }
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
        class: Class::Normal,
        language: Language::Zh,
    }
}

fn facts(template: Option<&str>) -> HallFacts {
    HallFacts {
        hall: Text::new("大厅", "Hall"),
        ticket_url: "http://h/t/".into(),
        day: None,
        confirmed_on: "2026-11-23".into(),
        open: true,
        lanes: Vec::new(),
        zones: Vec::new(),
        slip: template.map(Arc::from),
    }
}

fn write(directory: &TempDir, raster: &Raster) -> std::path::PathBuf {
    let path = directory.path().join("slip.png");
    paper::write_png(&path, raster).unwrap();
    path
}

/// An independent program reads the code.
#[test]
fn the_qr_code_leads_to_the_citizens_page_at_both_widths() {
    let directory = tempfile::tempdir().unwrap();
    for width in [576, 384] {
        let path = write(&directory, &render(&mut face(), &slip(), &style(width, &Form::new(face()))));
        let reader = Command::new("zbarimg").args(["--quiet", "--raw"]).arg(&path).output();
        let output = reader.expect("zbarimg is not installed: apt install zbar-tools");
        assert_eq!(String::from_utf8(output.stdout).unwrap().trim_end(), URL, "{width} dots");
    }
}

#[test]
fn the_template_of_the_server_is_in_force_at_once_and_a_bad_one_never() {
    let mut form = Form::new(face());
    let style = style(576, &form);
    let height = || render(&mut face(), &slip(), &style).height();
    let built_in = height();
    assert!(form.look_at(&facts(Some(BARE))).is_empty());
    let bare = height();
    assert!(bare < built_in / 2, "{bare} {built_in}");
    let wrong = form.look_at(&facts(Some("[[element]]")));
    assert!(matches!(wrong.as_slice(), [form::FormError::Template(_)]), "{wrong:?}");
    assert_eq!(height(), bare, "the one before stays");
    assert!(form.look_at(&facts(Some("[[element]]"))).is_empty(), "said once");
    assert!(form.look_at(&facts(None)).is_empty());
    assert_eq!(height(), built_in, "the built-in one again");
}

#[test]
fn names_that_no_font_has_are_told_once_by_name() {
    let mut form = Form::new(face());
    let odd = HallFacts { hall: Text::new("大\u{10fffd}厅", "Hall"), ..facts(None) };
    let wrong: Vec<String> = form.look_at(&odd).iter().map(ToString::to_string).collect();
    assert!(wrong.len() == 1 && wrong[0].contains("U+10FFFD") && wrong[0].contains("fallback_fonts"), "{wrong:?}");
    assert!(form.look_at(&odd).is_empty());
}

#[test]
fn a_name_that_the_font_lacks_and_an_endless_address_do_not_stop_a_slip() {
    let mut bad = slip();
    bad.hall.zh = "\u{10fffd}".into();
    bad.url = "x".repeat(5_000);
    let raster = render(&mut face(), &bad, &style(384, &Form::new(face())));
    assert!((300..=4_000).contains(&raster.height()));
}

#[test]
fn the_time_is_that_of_the_hall() {
    let china = TimeZone::fixed(jiff::tz::offset(8));
    assert_eq!(clock(1_795_427_100_000, &china), "2026-11-23 17:45");
}

#[test]
fn an_outbox_of_before_reads_as_a_normal_slip_in_chinese() {
    let mut value = serde_json::to_value(slip()).unwrap();
    let fields = value.as_object_mut().unwrap();
    assert!(fields.remove("class").is_some() && fields.remove("language").is_some());
    assert_eq!(serde_json::from_value::<Slip>(value).unwrap(), slip());
}
