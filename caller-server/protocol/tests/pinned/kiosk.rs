//! Between a dispenser and its own kiosk page.

use protocol::{
    kiosk::{KioskHelp, KioskPress, KioskScan, KioskScreen, KioskState, KioskTaken, ScanText},
    order::{Class, Lane, Language},
};

use crate::{
    fixtures::{LANE, TEXT, lane, text},
    pinned, read_as,
};

#[test]
fn what_a_kiosk_page_and_its_dispenser_say() {
    pinned(
        KioskPress { lane: Lane::Acceptance, class: Class::Priority, language: Language::En },
        r#"{"lane":"acceptance","class":"priority","language":"en"}"#,
    );
    read_as(
        r#"{"lane":"acceptance"}"#,
        KioskPress { lane: Lane::Acceptance, class: Class::Normal, language: Language::Zh },
    );
    let scan = KioskScan { text: ScanText("330483".into()), language: Language::En };
    assert!(!format!("{scan:?}").contains("330483"), "what was read can't reach a log");
    pinned(scan, r#"{"text":"330483","language":"en"}"#);
    let state = KioskState {
        hall: text(),
        online: true,
        lanes: vec![lane()],
        screen: KioskScreen::Ready,
        reader: false,
        card: false,
        unreadable: None,
        here: false,
        help: None,
    };
    let said =
        |more: &str| format!(r#"{{"hall":{TEXT},"online":true,"lanes":[{LANE}],"screen":{{"screen":"ready"}}{more}}}"#);
    let help = |help| KioskState { reader: true, card: true, help: Some(help), ..state.clone() };
    pinned(help(KioskHelp::Told), &said(r#","reader":true,"card":true,"help":"told""#));
    pinned(KioskState { unreadable: Some(text()), ..state.clone() }, &said(&format!(r#","unreadable":{TEXT}"#)));
    pinned(KioskState { here: true, ..state.clone() }, &said(r#","here":true"#));
    pinned(help(KioskHelp::Unreached), &said(r#","reader":true,"card":true,"help":"unreached""#));
    pinned(state, &format!(r#"{{"hall":{TEXT},"online":true,"lanes":[{LANE}],"screen":{{"screen":"ready"}}}}"#));
    pinned(KioskScreen::Working, r#"{"screen":"working"}"#);
    let taken = KioskTaken {
        number: "A001".into(),
        lane: Lane::Acceptance,
        zone: Some(text()),
        ahead: None,
        wait: None,
        url: "http://h/t/x".into(),
        offline: true,
        reprint: false,
    };
    pinned(
        KioskTaken { zone: None, reprint: true, ..taken.clone() },
        r#"{"number":"A001","lane":"acceptance","zone":null,"ahead":null,"wait":null,"url":"http://h/t/x","offline":true,"reprint":true}"#,
    );
    pinned(
        KioskScreen::Taken(taken),
        &format!(
            r#"{{"screen":"taken","number":"A001","lane":"acceptance","zone":{TEXT},"ahead":null,"wait":null,"url":"http://h/t/x","offline":true}}"#
        ),
    );
    pinned(KioskScreen::Closed, r#"{"screen":"closed"}"#);
    pinned(KioskScreen::Trouble { text: text() }, &format!(r#"{{"screen":"trouble","text":{TEXT}}}"#));
}

/// Fails to compile when a variant comes. Give it its line above, then name it here.
#[expect(dead_code, reason = "it is there to be compiled")]
fn each_has_a_line(screen: &KioskScreen) {
    match screen {
        KioskScreen::Ready | KioskScreen::Working | KioskScreen::Taken(_) => {}
        KioskScreen::Closed | KioskScreen::Trouble { .. } => {}
    }
}
