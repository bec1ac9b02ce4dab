//! The bytes of versions 1 and 2, one line for every variant on the wire.
//!
//! A line here is never edited and never removed: somewhere a terminal speaks it. What changes gets a new line beside
//! it, or a new version of the protocol with a test of its own. A new variant makes `each_has_a_line` fail to compile
//! until it has its line.

#![expect(clippy::unwrap_used, reason = "a helper of the tests fails the test")]

#[path = "pinned/enrol.rs"]
mod enrol;
#[path = "pinned/fixtures.rs"]
mod fixtures;
#[path = "pinned/kiosk.rs"]
mod kiosk;
#[path = "pinned/orders.rs"]
mod orders;
#[path = "pinned/views.rs"]
mod views;

use std::fmt::Debug;

use protocol::{
    answer::{Answer, Refused},
    attend::{Attend, Attended},
    health::Health,
    hello::{FromClient, FromServer, Subject, UnprintedSlip},
    kiosk::KioskPress,
    order::{Class, HallAct, IssueOrder, Lane, Language, Order, WindowAct},
    view::{ClipRef, Form, NoticeView, View},
};
use serde::{Serialize, de::DeserializeOwned};

use fixtures::{CALL, CLOSED_WINDOW, call, closed_window, text, whole_health};

/// The value is written as this line, and this line is read as the value.
#[track_caller]
fn pinned<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: T, line: &str) {
    assert_eq!(serde_json::to_string(&value).unwrap(), line);
    assert_eq!(serde_json::from_str::<T>(line).unwrap(), value);
}

/// An older or shorter line that must still be read as the value.
#[track_caller]
fn read_as<T: DeserializeOwned + PartialEq + Debug>(line: &str, value: T) {
    assert_eq!(serde_json::from_str::<T>(line).unwrap(), value);
}

#[track_caller]
fn refused<T: DeserializeOwned + Debug>(line: &str) {
    assert!(serde_json::from_str::<T>(line).is_err(), "was taken: {line}");
}

#[test]
fn the_version_is_two_and_one_is_understood() {
    assert_eq!((protocol::VERSION, protocol::VERSION_MIN), (2, 1));
}

#[test]
fn what_a_client_says() {
    let hello = |subject, resume_from| FromClient::Hello { version: 1, program: "p 1".into(), subject, resume_from };
    pinned(
        hello(Subject::Dispenser, Some(9)),
        r#"{"say":"hello","version":1,"program":"p 1","subject":{"of":"dispenser"},"resume_from":9}"#,
    );
    pinned(hello(Subject::Manager, None), r#"{"say":"hello","version":1,"program":"p 1","subject":{"of":"manager"}}"#);
    pinned(FromClient::Pulse, r#"{"say":"pulse"}"#);
    pinned(
        FromClient::Do { key: "k".into(), order: Order::Lease { lane: Lane::Acceptance, count: 50 } },
        r#"{"say":"do","key":"k","order":{"order":"lease","lane":"acceptance","count":50}}"#,
    );
    pinned(FromClient::Shown { call: 7 }, r#"{"say":"shown","call":7}"#);
    pinned(FromClient::Spoken { call: 7 }, r#"{"say":"spoken","call":7}"#);
    pinned(FromClient::Voice { clock_ms: 5, more: false }, r#"{"say":"voice","clock_ms":5}"#);
    pinned(FromClient::Voice { clock_ms: 5, more: true }, r#"{"say":"voice","clock_ms":5,"more":true}"#);
    pinned(FromClient::Speaking { call: 7, lasts_ms: 9 }, r#"{"say":"speaking","call":7,"lasts_ms":9}"#);
    let failed = |wanted| FromClient::Failed { call: 7, why: text(), wanted };
    pinned(failed(false), r#"{"say":"failed","call":7,"why":{"zh":"一","en":"one"}}"#);
    pinned(failed(true), r#"{"say":"failed","call":7,"why":{"zh":"一","en":"one"},"wanted":true}"#);
    pinned(FromClient::Trouble { trouble: Some(text()) }, r#"{"say":"trouble","trouble":{"zh":"一","en":"one"}}"#);
    pinned(FromClient::Trouble { trouble: None }, r#"{"say":"trouble","trouble":null}"#);
    let health = Health { program: "d 1".into(), up_s: 9, ..Health::default() };
    let bare = r#"{"program":"d 1","up_s":9}"#;
    pinned(FromClient::Health { health: health.clone() }, &format!(r#"{{"say":"health","health":{bare}}}"#));
    pinned(health, bare);
    pinned(
        whole_health(),
        r#"{"program":"d 1","up_s":9,"temperature_c":-3,"under_voltage":true,"disk_free_percent":4,"memory_free_percent":5,"link_percent":6,"voice_alone":true}"#,
    );
    let attended = |attended| FromClient::Attended { key: "k".into(), attended };
    pinned(
        attended(Attended::not(text())),
        r#"{"say":"attended","key":"k","attended":{"done":false,"text":{"zh":"一","en":"one"}}}"#,
    );
    pinned(
        attended(Attended { done: true, text: text(), lines: vec!["l".into()] }),
        r#"{"say":"attended","key":"k","attended":{"done":true,"text":{"zh":"一","en":"one"},"lines":["l"]}}"#,
    );
    pinned(
        FromClient::Slips {
            prints: false,
            unprinted: vec![UnprintedSlip { ticket: "2026-11-23/A001".into(), at_ms: 5 }],
        },
        r#"{"say":"slips","prints":false,"unprinted":[{"ticket":"2026-11-23/A001","at_ms":5}]}"#,
    );
    pinned(FromClient::Printed { key: "r9".into(), whole: true }, r#"{"say":"printed","key":"r9","whole":true}"#);
}

#[test]
fn what_a_client_wants_to_see() {
    pinned(Subject::Board { zone: Some('A') }, r#"{"of":"board","zone":"A"}"#);
    pinned(Subject::Board { zone: None }, r#"{"of":"board"}"#);
    pinned(Subject::Window { window: 5 }, r#"{"of":"window","window":5}"#);
    pinned(Subject::Display { window: 5 }, r#"{"of":"display","window":5}"#);
    pinned(Subject::Speaker, r#"{"of":"speaker"}"#);
    pinned(Subject::Dispenser, r#"{"of":"dispenser"}"#);
    pinned(Subject::Clerk { window: 5, console: "c".into() }, r#"{"of":"clerk","window":5,"console":"c"}"#);
    pinned(Subject::Manager, r#"{"of":"manager"}"#);
    pinned(Subject::Ticket { token: "t".into() }, r#"{"of":"ticket","token":"t"}"#);
}

#[test]
fn what_the_server_says() {
    pinned(
        FromServer::Welcome { version: 1, hall: text(), time_zone: "Asia/Shanghai".into(), now_ms: 3 },
        r#"{"say":"welcome","version":1,"hall":{"zh":"一","en":"one"},"time_zone":"Asia/Shanghai","now_ms":3}"#,
    );
    pinned(
        FromServer::View { seq: 8, now_ms: 3, view: View::Window(closed_window()) },
        &format!(r#"{{"say":"view","seq":8,"now_ms":3,"view":{{"of":"window",{CLOSED_WINDOW}}}}}"#),
    );
    pinned(FromServer::Missed { call: call() }, &format!(r#"{{"say":"missed","call":{CALL}}}"#));
    pinned(FromServer::Ready, r#"{"say":"ready"}"#);
    for (form, word) in [(Form::Full, "full"), (Form::Once, "once"), (Form::Short, "short")] {
        pinned(
            FromServer::Speak { call: call(), form, until_ms: 8 },
            &format!(r#"{{"say":"speak","call":{CALL},"form":"{word}","until_ms":8}}"#),
        );
    }
    let clip = ClipRef { language: Language::En, name: "00ff".into(), sha256: "aa".into() };
    pinned(
        FromServer::Prepare { clips: vec![clip] },
        r#"{"say":"prepare","clips":[{"language":"en","name":"00ff","sha256":"aa"}]}"#,
    );
    let notice = NoticeView { seq: 7, zone: 'B', at_ms: 5, text: text() };
    pinned(
        FromServer::Say { notice, until_ms: 8 },
        r#"{"say":"say","notice":{"seq":7,"zone":"B","at_ms":5,"text":{"zh":"一","en":"one"}},"until_ms":8}"#,
    );
    pinned(FromServer::BreakOff { call: 7 }, r#"{"say":"break_off","call":7}"#);
    pinned(FromServer::Pulse { now_ms: 3 }, r#"{"say":"pulse","now_ms":3}"#);
    let (key, class, language) = ("r9".into(), Class::Normal, Language::Zh);
    pinned(
        FromServer::Print { key, ticket: orders::ticket_again(), class, language },
        r#"{"say":"print","key":"r9","ticket":{"ticket":"2026-11-23/A001","number":"A001","lane":"issuing","zone":"B","ahead":2,"wait":{"low_min":8,"high_min":14},"token":"t","at_ms":5,"reprint":true},"class":"normal","language":"zh"}"#,
    );
    pinned(
        FromServer::PrintedElsewhere { ticket: "2026-11-23/A001".into() },
        r#"{"say":"printed_elsewhere","ticket":"2026-11-23/A001"}"#,
    );
    pinned(
        FromServer::Answer { key: "k".into(), answer: Answer::Done { seq: 4 } },
        r#"{"say":"answer","key":"k","answer":{"got":"done","seq":4}}"#,
    );
    let no = || Refused { code: "c".into(), text: text() };
    pinned(
        FromServer::Refused { key: Some("k".into()), refused: no() },
        r#"{"say":"refused","key":"k","refused":{"code":"c","text":{"zh":"一","en":"one"}}}"#,
    );
    pinned(
        FromServer::Refused { key: None, refused: no() },
        r#"{"say":"refused","refused":{"code":"c","text":{"zh":"一","en":"one"}}}"#,
    );
}

#[test]
fn what_the_office_wants_of_a_device() {
    for (what, word) in
        [(Attend::Identify, "identify"), (Attend::Test, "test"), (Attend::Restart, "restart"), (Attend::Log, "log")]
    {
        let line = format!(r#"{{"say":"attend","key":"k","what":"{word}"}}"#);
        pinned(FromServer::Attend { key: "k".into(), what }, &line);
    }
}

#[test]
fn what_is_unknown_is_an_error_and_never_half_done() {
    refused::<FromClient>(r#"{"say":"dance"}"#);
    refused::<FromClient>(r#"{"say":"shown"}"#);
    refused::<FromClient>(r#"{"say":"shown","call":-1}"#);
    refused::<FromServer>(r#"{"say":"dance"}"#);
    refused::<Subject>(r#"{"of":"everything"}"#);
    refused::<Order>(r#"{"order":"explode"}"#);
    refused::<Order>(r#"{"order":"lease","lane":"acceptance","count":5,"colour":1}"#);
    refused::<Order>(r#"{"order":"issue","lane":"acceptance","colour":1}"#);
    refused::<Order>(r#"{"order":"issue","lane":"tea"}"#);
    refused::<Order>(r#"{"order":"visit","ticket":"2026-11-23/A001","act":"explode"}"#);
    refused::<IssueOrder>(r#"{"lane":"acceptance","clas":"priority"}"#);
    refused::<WindowAct>(r#"{"act":"explode"}"#);
    refused::<WindowAct>(r#"{"act":"pause","reason":"r","colour":1}"#);
    refused::<HallAct>(r#"{"act":"void_lease","device":"d","colour":1}"#);
    refused::<KioskPress>(r#"{"lane":"acceptance","colour":1}"#);
}

/// Fails to compile when a variant comes. Give it its line above, then name it here.
#[expect(dead_code, reason = "it is there to be compiled")]
fn each_has_a_line(client: &FromClient, server: &FromServer, subject: &Subject) {
    match client {
        FromClient::Hello { .. } | FromClient::Pulse | FromClient::Do { .. } => {}
        FromClient::Shown { .. }
        | FromClient::Spoken { .. }
        | FromClient::Trouble { .. }
        | FromClient::Health { .. }
        | FromClient::Attended { .. } => {}
        FromClient::Slips { .. } | FromClient::Printed { .. } => {}
        FromClient::Voice { .. } | FromClient::Speaking { .. } | FromClient::Failed { .. } => {}
    }
    match server {
        FromServer::Welcome { .. } | FromServer::View { .. } | FromServer::Missed { .. } => {}
        FromServer::Pulse { .. } | FromServer::Answer { .. } | FromServer::Refused { .. } => {}
        FromServer::Print { .. } | FromServer::PrintedElsewhere { .. } => {}
        FromServer::Ready | FromServer::Speak { .. } | FromServer::BreakOff { .. } => {}
        FromServer::Prepare { .. } | FromServer::Say { .. } | FromServer::Attend { .. } => {}
    }
    match subject {
        Subject::Board { .. } | Subject::Window { .. } | Subject::Display { .. } | Subject::Dispenser => {}
        Subject::Clerk { .. } | Subject::Manager | Subject::Ticket { .. } | Subject::Speaker => {}
    }
}
