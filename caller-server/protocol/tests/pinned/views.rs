//! What the server shows.

use protocol::{
    order::Lane,
    view::{
        Again, Alarm, Announced, BoardView, ChoiceRow, ClerkView, DeviceRole, DeviceRow, DispenserView, ForecastRow,
        ItemName, ManagerView, MutedBy, NoticeRow, ShownRow, Speech, Stage, TicketView, UnprintedRow, View, VisitView,
        WindowRow, WindowState, ZoneName, ZoneRow,
    },
};

use crate::{
    fixtures::{
        CALL, CALLING_WINDOW, CLOSED_WINDOW, LANE, RULES, TEXT, VISIT, call, calling_window, closed_window, device,
        lane, rules, text, visit,
    },
    pinned,
};

#[test]
fn what_anybody_may_see() {
    let board = BoardView {
        name: text(),
        open: true,
        calls: vec![call()],
        windows: vec![closed_window(), calling_window()],
        lanes: vec![lane()],
        notice: None,
    };
    pinned(
        View::Board(board),
        &format!(
            r#"{{"of":"board","name":{TEXT},"open":true,"calls":[{CALL}],"windows":[{{{CLOSED_WINDOW}}},{{{CALLING_WINDOW}}}],"lanes":[{LANE}]}}"#
        ),
    );
    pinned(View::Window(calling_window()), &format!(r#"{{"of":"window",{CALLING_WINDOW}}}"#));
    for (state, word) in [
        (WindowState::Closed, "closed"),
        (WindowState::Idle, "idle"),
        (WindowState::Calling, "calling"),
        (WindowState::Serving, "serving"),
        (WindowState::WrapUp, "wrap_up"),
        (WindowState::Paused, "paused"),
        (WindowState::Emergency, "emergency"),
    ] {
        pinned(state, &format!(r#""{word}""#));
    }
}

#[test]
fn what_devices_and_holders_see() {
    let mut dispenser = DispenserView {
        hall: text(),
        ticket_url: "http://h/t/".into(),
        day: Some("2026-11-23".into()),
        open: true,
        lanes: vec![lane()],
        zones: vec![ZoneName { zone: 'A', name: text() }],
        slip: None,
    };
    pinned(
        View::Dispenser(dispenser.clone()),
        &format!(
            r#"{{"of":"dispenser","hall":{TEXT},"ticket_url":"http://h/t/","day":"2026-11-23","open":true,"lanes":[{LANE}],"zones":[{{"zone":"A","name":{TEXT}}}]}}"#
        ),
    );
    dispenser.slip = Some("first = 'zh'".into());
    pinned(
        View::Dispenser(dispenser),
        &format!(
            r#"{{"of":"dispenser","hall":{TEXT},"ticket_url":"http://h/t/","day":"2026-11-23","open":true,"lanes":[{LANE}],"zones":[{{"zone":"A","name":{TEXT}}}],"slip":"first = 'zh'"}}"#
        ),
    );
    let ticket = TicketView {
        number: "A001".into(),
        lane: Lane::Acceptance,
        lane_name: text(),
        zone_name: text(),
        stage: Stage::NoShow,
        ahead: Some(2),
        wait: None,
        window: Some(5),
        called_at_ms: Some(6),
        grace_until_ms: Some(7),
        note: None,
        can_cancel: false,
    };
    pinned(
        View::Ticket(ticket),
        &format!(
            r#"{{"of":"ticket","number":"A001","lane":"acceptance","lane_name":{TEXT},"zone_name":{TEXT},"stage":"no_show","ahead":2,"wait":null,"window":5,"called_at_ms":6,"grace_until_ms":7,"note":null,"can_cancel":false}}"#
        ),
    );
}

fn clerk() -> ClerkView {
    ClerkView {
        window: calling_window(),
        clerk: Some("w".into()),
        mine: true,
        since_ms: 1,
        pause_reason: None,
        current: Some(visit()),
        announced: Announced { display: true, shown: true, spoken: false, speech: None },
        recalls_missing: 2,
        recall_at_ms: 3,
        waiting: vec![visit()],
        waiting_total: 1,
        aside: vec![],
        served: 4,
        mean_service_s: 600,
        lanes: vec![lane()],
        open_windows: vec![5, 6],
        unprinted: vec![],
        items: vec![],
    }
}

#[test]
fn a_clerk_sees_the_items_of_the_hall_and_that_of_the_visit() {
    let clerk = clerk();
    let item = ItemName { item: "tax-new".into(), name: text() };
    let named = VisitView { item: Some("tax-new".into()), ..visit() };
    let with_items = ClerkView { items: vec![item], current: Some(named), waiting: vec![], ..clerk };
    let bytes = serde_json::to_string(&with_items).expect("JSON");
    assert!(bytes.contains(r#""note":null,"item":"tax-new"}"#), "{bytes}");
    assert!(
        bytes.ends_with(r#""open_windows":[5,6],"items":[{"item":"tax-new","name":{"zh":"一","en":"one"}}]}"#),
        "{bytes}"
    );
}

#[test]
fn what_a_clerk_sees() {
    let clerk = clerk();
    pinned(
        View::Clerk(clerk),
        &format!(
            r#"{{"of":"clerk","window":{{{CALLING_WINDOW}}},"clerk":"w","mine":true,"since_ms":1,"pause_reason":null,"current":{VISIT},"announced":{{"display":true,"shown":true,"spoken":false}},"recalls_missing":2,"recall_at_ms":3,"waiting":[{VISIT}],"waiting_total":1,"aside":[],"served":4,"mean_service_s":600,"lanes":[{LANE}],"open_windows":[5,6]}}"#
        ),
    );
    for (speech, word) in [
        (Speech::Queued, "queued"),
        (Speech::Speaking, "speaking"),
        (Speech::Spoken, "spoken"),
        (Speech::Failed, "failed"),
        (Speech::Muted, "muted"),
    ] {
        let line = format!(r#"{{"display":true,"shown":false,"spoken":false,"speech":"{word}"}}"#);
        pinned(Announced { display: true, shown: false, spoken: false, speech: Some(speech) }, &line);
    }
    for (stage, word) in [
        (Stage::Issued, "issued"),
        (Stage::Waiting, "waiting"),
        (Stage::Called, "called"),
        (Stage::Serving, "serving"),
        (Stage::Parked, "parked"),
        (Stage::Supplement, "supplement"),
        (Stage::NoShow, "no_show"),
        (Stage::Finished, "finished"),
        (Stage::Cancelled, "cancelled"),
        (Stage::Left, "left"),
        (Stage::Expired, "expired"),
    ] {
        pinned(stage, &format!(r#""{word}""#));
    }
}

#[test]
fn what_the_staff_sees_of_slips_that_are_not_out() {
    let row = |again| UnprintedRow {
        ticket: "2026-11-23/A001".into(),
        number: "A001".into(),
        device: "kiosk-2".into(),
        at_ms: 5,
        ready: vec!["kiosk-1".into()],
        again,
    };
    pinned(
        row(None),
        r#"{"ticket":"2026-11-23/A001","number":"A001","device":"kiosk-2","at_ms":5,"ready":["kiosk-1"],"again":null}"#,
    );
    pinned(
        row(Some(Again { at: "kiosk-1".into(), failed: true })),
        r#"{"ticket":"2026-11-23/A001","number":"A001","device":"kiosk-2","at_ms":5,"ready":["kiosk-1"],"again":{"at":"kiosk-1","failed":true}}"#,
    );
}

#[test]
fn what_a_manager_sees() {
    let row = WindowRow {
        window: closed_window(),
        clerk: None,
        since_ms: 1,
        pause_reason: Some("r".into()),
        served: 4,
        mean_service_s: 600,
    };
    let manager = ManagerView {
        day: None,
        open: false,
        lanes: vec![],
        longest_wait_s: 1,
        issued: 2,
        finished: 3,
        unserved: 4,
        mean_wait_s: 5,
        mean_service_s: 6,
        forecasts: vec![],
        windows: vec![row],
        devices: vec![device(DeviceRole::Display, Some(text()))],
        alarms: vec![Alarm { code: "not_shown".into(), text: text(), since_ms: 7 }],
        choices: vec![ChoiceRow { call: call(), why: text() }],
        rules: rules(),
        unprinted: vec![],
        zones: vec![],
        notices: vec![],
        enrolments: vec![],
    };
    pinned(
        View::Manager(manager),
        &format!(
            r#"{{"of":"manager","day":null,"open":false,"lanes":[],"longest_wait_s":1,"issued":2,"finished":3,"unserved":4,"mean_wait_s":5,"mean_service_s":6,"windows":[{{"window":{{{CLOSED_WINDOW}}},"clerk":null,"since_ms":1,"pause_reason":"r","served":4,"mean_service_s":600}}],"devices":[{{"name":"d","role":"display","connected":true,"trouble":{TEXT},"reserved":3}}],"alarms":[{{"code":"not_shown","text":{TEXT},"since_ms":7}}],"choices":[{{"call":{CALL},"why":{TEXT}}}],"rules":{RULES}}}"#
        ),
    );
}

#[test]
fn the_rows_of_what_a_manager_sees() {
    let muted = |muted| ZoneRow { zone: 'B', name: text(), unspoken: 2, muted };
    pinned(muted(None), &format!(r#"{{"zone":"B","name":{TEXT},"unspoken":2,"muted":null}}"#));
    pinned(
        muted(Some(MutedBy { by: "lin".into(), reason: "r".into(), since_ms: 5 })),
        &format!(r#"{{"zone":"B","name":{TEXT},"unspoken":2,"muted":{{"by":"lin","reason":"r","since_ms":5}}}}"#),
    );
    pinned(NoticeRow { text: text(), ready: true }, &format!(r#"{{"text":{TEXT},"ready":true}}"#));
    let forecast =
        ForecastRow { day: "2026-11-23".into(), visits: 8, bias_s: -9, rms_error_s: 10, within_p80_percent: 80 };
    pinned(forecast, r#"{"day":"2026-11-23","visits":8,"bias_s":-9,"rms_error_s":10,"within_p80_percent":80}"#);
    for (role, word) in [
        (DeviceRole::Dispenser, "dispenser"),
        (DeviceRole::Display, "display"),
        (DeviceRole::Speaker, "speaker"),
        (DeviceRole::Terminal, "terminal"),
    ] {
        let line = format!(r#"{{"name":"d","role":"{word}","connected":true,"trouble":null,"reserved":3}}"#);
        pinned(device(role, None), &line);
        let shown = Some(ShownRow { number: "A001".into(), at_ms: 5 });
        let line = line.replace('}', r#","shown":{"number":"A001","at_ms":5}}"#);
        pinned(DeviceRow { shown, ..device(role, None) }, &line);
    }
}

/// Fails to compile when a variant comes. Give it its line above, then name it here.
#[expect(dead_code, reason = "it is there to be compiled")]
fn each_has_a_line(view: &View, window: WindowState, stage: Stage, role: DeviceRole, speech: Speech) {
    match view {
        View::Board(_) | View::Window(_) | View::Dispenser(_) => {}
        View::Clerk(_) | View::Manager(_) | View::Ticket(_) => {}
    }
    match window {
        WindowState::Closed | WindowState::Idle | WindowState::Calling | WindowState::Serving => {}
        WindowState::WrapUp | WindowState::Paused | WindowState::Emergency => {}
    }
    match stage {
        Stage::Issued | Stage::Waiting | Stage::Called | Stage::Serving | Stage::Parked | Stage::Supplement => {}
        Stage::NoShow | Stage::Finished | Stage::Cancelled | Stage::Left | Stage::Expired => {}
    }
    match speech {
        Speech::Queued | Speech::Speaking | Speech::Spoken | Speech::Failed | Speech::Muted => {}
    }
    match role {
        DeviceRole::Dispenser | DeviceRole::Display | DeviceRole::Speaker | DeviceRole::Terminal => {}
    }
}
