use proptest::prelude::*;

use super::*;
use crate::{
    check::WIDTHS_DOTS,
    raster::Raster,
    sheet::{self, HEIGHT_DOTS_MAX},
};

fn built_in() -> Template {
    template(BUILT_IN, URL_TYPICAL).unwrap()
}

fn drawn(slip: &Slip, width_dots: usize) -> Raster {
    sheet::draw(&mut Face::of_this_machine(), &built_in(), &slip.values(), width_dots).raster
}

/// What an independent program finds in a picture.
fn decoded(raster: &Raster) -> String {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("slip.png");
    std::fs::write(&path, raster.png().unwrap()).unwrap();
    let reader = std::process::Command::new("zbarimg").args(["--quiet", "--raw"]).arg(&path).output();
    let output = reader.expect("zbarimg is not installed: apt install zbar-tools");
    String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
}

/// The rows of a raster that are the same as those of another somewhere: where a picture stands in a picture.
fn stands_in(part: &Raster, whole: &Raster) -> bool {
    let row = part.width() / 8;
    (0..=whole.height() - part.height()).any(|top| whole.bytes()[top * row..].starts_with(part.bytes()))
}

/// The number alone, as the built-in template draws it.
fn number_alone(face: &mut Face, number: &str, width_dots: usize) -> Raster {
    let alone = "[[element]]\nkind = 'text'\ntext = '{number}'\nsize_percent = 36\nweight = 'bold'\nfit = 'shrink'\n\
                 [[element]]\nkind = 'text'\nzh = '{reprint}'\nen = '{reprint}'\nwhen = ['reprint']\n";
    let slip = Slip { number: number.into(), reprint: false, ..Sample::Normal.slip("u") };
    let mut raster =
        sheet::draw(face, &Template::parse(alone, &VOCABULARY).unwrap(), &slip.values(), width_dots).raster;
    // Without the white of the foot.
    let foot = width_dots / 25;
    raster.cut(raster.height() - foot);
    raster
}

#[test]
fn the_code_leads_to_the_citizens_page_on_every_slip_at_both_widths() {
    for sample in Sample::ALL {
        for width in WIDTHS_DOTS {
            assert_eq!(decoded(&drawn(&sample.slip(URL_TYPICAL), width)), URL_TYPICAL, "{sample:?} at {width} dots");
        }
    }
}

#[test]
fn longer_addresses_are_read_too_and_endless_ones_are_written_out() {
    let url = |length: usize| format!("http://hall.example/t/{}", "0".repeat(length));
    for length in [10, 100, 300] {
        let slip = Sample::Normal.slip(&url(length));
        assert_eq!(decoded(&drawn(&slip, 576)), url(length));
    }
    let slip = Sample::Normal.slip(&url(3_000));
    assert!(drawn(&slip, 384).height() <= HEIGHT_DOTS_MAX);
}

#[test]
fn what_changes_the_slip_is_seen_on_it() {
    let normal = Sample::Normal.slip(URL_TYPICAL);
    let plain = drawn(&normal, 576);
    let changes: [fn(&mut Slip); 9] = [
        |slip| slip.number = "A013".into(),
        |slip| slip.reprint = true,
        |slip| slip.zone = None,
        |slip| slip.ahead = None,
        |slip| slip.wait = None,
        |slip| (slip.wait, slip.offline) = (None, true),
        |slip| slip.time = "2026-11-23 17:46".into(),
        |slip| slip.class = Class::Priority,
        |slip| slip.language = Language::En,
    ];
    let mut seen = vec![plain];
    for change in changes {
        let mut slip = normal.clone();
        change(&mut slip);
        let raster = drawn(&slip, 576);
        assert!(!seen.contains(&raster), "{slip:?}");
        seen.push(raster);
    }
}

#[test]
fn nothing_touches_the_edge_but_the_mark_of_a_reprint() {
    for sample in Sample::ALL {
        for width in WIDTHS_DOTS {
            let slip = Slip { reprint: false, ..sample.slip(URL_TYPICAL) };
            let raster = drawn(&slip, width);
            let at_edge = |y: &usize| raster.is_black(0, *y) || raster.is_black(raster.width() - 1, *y);
            assert_eq!((0..raster.height()).find(at_edge), None, "{sample:?} at {width} dots");
        }
    }
}

#[test]
fn long_names_go_on_in_further_lines_and_a_long_number_gets_smaller() {
    let mut face = Face::of_this_machine();
    let long = Sample::LongNames.slip(URL_TYPICAL);
    assert!(drawn(&long, 384).height() > drawn(&Sample::Reprint.slip(URL_TYPICAL), 384).height());
    let one_line = number_alone(&mut face, "A1", 384).height();
    let shrunk = number_alone(&mut face, "A9999999", 384).height();
    assert!(shrunk < one_line, "one line, but smaller: {shrunk} < {one_line}");
    let longer = number_alone(&mut face, &"9".repeat(40), 384).height();
    assert!(longer <= one_line, "two lines of half the size: {longer}");
}

#[test]
fn a_name_that_no_font_has_is_named_and_the_slip_is_drawn() {
    let mut slip = Sample::Normal.slip(URL_TYPICAL);
    slip.hall.zh = "大\u{10fffd}厅".into();
    let mut face = Face::of_this_machine();
    let drawn = sheet::draw(&mut face, &built_in(), &slip.values(), 576);
    assert_eq!(drawn.missing, ['\u{10fffd}']);
    assert!(stands_in(&number_alone(&mut face, "A012", 576), &drawn.raster));
}

/// Any text that can arrive: any character, also rows of combining signs, directions, emoji.
fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => proptest::collection::vec(any::<char>(), 0..40).prop_map(String::from_iter),
        1 => "[一-龥]{0,400}",
        1 => "[ -~]{0,400}",
        1 => "\\PC{0,2000}",
    ]
}

fn any_slip() -> impl Strategy<Value = Slip> {
    let texts = proptest::collection::vec((any_text(), any_text()), 4);
    let wait = any::<Option<(u32, u32)>>();
    let flags = any::<[bool; 3]>();
    (texts, any_text(), wait, any::<Option<u32>>(), flags, any_text()).prop_map(
        |(texts, time, wait, ahead, flags, url)| {
            let mut texts = texts.into_iter().map(|(zh, en)| Text::new(zh, en));
            let mut text = || texts.next().unwrap_or_default();
            let [offline, reprint, english] = flags;
            Slip {
                number: "B907".into(),
                hall: text(),
                lane: text(),
                zone: (!offline).then(&mut text),
                ahead,
                wait: wait.map(|(low_min, high_min)| WaitRange { low_min, high_min }),
                time,
                class: Class::Priority,
                language: if english { Language::En } else { Language::Zh },
                url,
                footer: text(),
                offline,
                reprint,
            }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn whatever_the_words_the_slip_is_drawn_with_its_number_and_ends(slip in any_slip(), wide: bool) {
        let (mut face, width) = (Face::built_in(), if wide { 576 } else { 384 });
        let raster = sheet::draw(&mut face, &built_in(), &slip.values(), width).raster;
        prop_assert!(raster.height() <= HEIGHT_DOTS_MAX);
        prop_assert!(stands_in(&number_alone(&mut face, "B907", width), &raster));
    }

    #[test]
    fn whatever_the_number_the_slip_ends(number in any_text(), wide: bool) {
        let slip = Slip { number, ..Sample::LongNames.slip(URL_TYPICAL) };
        let raster = sheet::draw(&mut Face::built_in(), &built_in(), &slip.values(), if wide { 576 } else { 384 }).raster;
        prop_assert!(raster.height() <= HEIGHT_DOTS_MAX);
    }
}
