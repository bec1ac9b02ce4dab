use super::*;

fn noto() -> Face {
    Face::open(&[FontFile { path: NOTO.into(), face: NOTO_FACE }]).unwrap()
}

/// Every character of GB 2312, by row and cell.
fn gb2312(rows: std::ops::RangeInclusive<u8>) -> String {
    let cells = rows.flat_map(|row| (1..=94).map(move |cell| [row + 0xA0, cell + 0xA0]));
    let characters = cells.filter_map(|bytes| {
        let (text, _, wrong) = encoding_rs::GB18030.decode(&bytes);
        // The standard leaves cells empty; the decoder fills some of those for private use.
        (!wrong && !text.chars().any(|glyph| ('\u{E000}'..='\u{F8FF}').contains(&glyph))).then(|| text.into_owned())
    });
    characters.collect()
}

#[test]
fn all_of_gb2312_is_in_noto_and_in_the_built_in_font() {
    let hanzi = gb2312(16..=87);
    assert_eq!(hanzi.chars().count(), 6_763);
    let signs = gb2312(1..=9);
    assert!(signs.chars().count() >= 682, "{}", signs.chars().count());
    for (name, face) in [("Noto", noto()), ("Unifont", Face::built_in())] {
        assert_eq!(face.missing(&hanzi), [], "{name}");
        assert_eq!(face.missing(&signs), [], "{name}");
    }
}

#[test]
fn all_hanzi_of_gb2312_leave_ink() {
    for mut face in [noto(), Face::built_in()] {
        let (mut blank, hanzi) = (String::new(), gb2312(16..=87));
        // All in one, as more than SHAPES_MAX are kept until the next text: the font is opened once.
        face.learn(&hanzi);
        for glyph in hanzi.chars() {
            let mut raster = Raster::new(32, 32);
            face.draw(&mut raster, &glyph.to_string(), 0.0, 28.0, 24.0, false);
            if raster.bytes().iter().all(|byte| *byte == 0) {
                blank.push(glyph);
            }
        }
        assert_eq!(blank, "");
    }
}

/// Names that registers know: 𬱖 and 𰻝 are beyond the first plane.
#[test]
fn rare_characters_of_names_are_found_where_there_is_one() {
    assert_eq!(noto().missing("㐂㛃䶮龘堃喆犇赟甯"), []);
    assert_eq!(noto().missing("𠮷𡈽𠮟"), [], "Ext B as far as Noto goes");
}

#[test]
fn one_font_has_what_another_lacks() {
    let dejavu = FontFile { path: "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf".into(), face: 0 };
    let Ok(mut chain) = Face::open(&[dejavu, FontFile { path: NOTO.into(), face: NOTO_FACE }]) else { return };
    assert_eq!(chain.learn("A号"), []);
    assert!((chain.advance('号', false) - 1.0).abs() < 0.01, "Noto's");
    assert!((chain.advance('A', false) - 0.684).abs() < 0.01, "DejaVu's: {}", chain.advance('A', false));
}

#[test]
fn what_no_font_has_is_named_once_and_drawn_all_the_same() {
    let mut face = noto();
    assert_eq!(face.learn("号\u{10fffd}\u{10fffd}"), ['\u{10fffd}']);
    assert_eq!(face.learn("\u{10fffd}"), []);
    let mut raster = Raster::new(64, 64);
    face.draw(&mut raster, "\u{10fffd}", 0.0, 50.0, 48.0, false);
    assert!(raster.is_black(24, 20) && raster.is_black(24, 43) && !raster.is_black(24, 30), "two bars");
    let said = face.require("A\u{10fffd}").unwrap_err().to_string();
    assert!(said.contains("U+10FFFD") && said.contains("fonts-noto-cjk") && said.contains("请安装"), "{said}");
}

#[test]
fn what_steers_others_is_not_seen() {
    let mut face = noto();
    assert_eq!(face.learn("\u{200b}\u{fe0f}\u{202e}\u{7}\n\u{e0100}"), []);
    assert_eq!(face.width("\u{200b}\u{fe0f}\u{202e}\u{7}", false), 0.0);
}

#[test]
fn the_built_in_font_has_its_own_dots() {
    let mut face = Face::built_in();
    face.learn("口A");
    assert_eq!((face.advance('口', false), face.advance('A', false)), (1.0, 0.5));
    let mut raster = Raster::new(64, 64);
    face.draw(&mut raster, "口", 0.0, 56.0, 64.0, false);
    let black = |raster: &Raster| (0..64 * 64).filter(|at| raster.is_black(at % 64, at / 64)).count();
    let plain = black(&raster);
    assert!((200..2_000).contains(&plain), "{plain}");
    face.draw(&mut raster, "口", 0.0, 56.0, 64.0, true);
    assert!(black(&raster) > plain, "bold is thicker");
}

#[test]
fn outlines_do_not_fill_the_memory() {
    let mut face = Face::built_in();
    for start in (0x4E00..0x9000).step_by(100) {
        let text: String = (start..start + 100).filter_map(char::from_u32).collect();
        face.learn(&text);
        assert!(face.shapes.len() <= SHAPES_MAX && text.chars().all(|glyph| face.shapes.contains_key(&glyph)));
    }
}

#[test]
fn what_is_no_font_is_refused() {
    let open = |path: &str, face| Face::open(&[FontFile { path: path.into(), face }]).map(drop);
    assert!(matches!(open("/nowhere", 2), Err(FontError::Unreadable { .. })));
    assert!(matches!(open("Cargo.toml", 0), Err(FontError::NoFont { .. })));
    assert!(matches!(open(NOTO, 99), Err(FontError::NoFont { .. })));
}
