//! What is asked, and what comes of it.

use protocol::{
    answer::{Answer, TicketAnswer},
    order::{CitizenAct, Class, HallAct, IssueOrder, Lane, Language, OfflineIssue, Order, VisitAct, WindowAct},
    view::WaitRange,
};

use crate::{
    fixtures::{CALL, RULES, call, issue, rules, text},
    pinned, read_as,
};

#[test]
fn orders_to_issue_lease_and_merge() {
    pinned(
        Order::Issue(issue(Class::Appointment, Some(9))),
        r#"{"order":"issue","lane":"consulting","class":"appointment","language":"en","appointment_at_ms":9,"present":true}"#,
    );
    pinned(
        Order::Issue(issue(Class::Priority, None)),
        r#"{"order":"issue","lane":"consulting","class":"priority","language":"en","present":true}"#,
    );
    let plain = IssueOrder {
        lane: Lane::Acceptance,
        class: Class::Normal,
        language: Language::Zh,
        appointment_at_ms: None,
        present: true,
        visitor: None,
        item: None,
    };
    read_as(r#"{"lane":"acceptance"}"#, plain.clone());
    pinned(
        IssueOrder { visitor: Some("00ff".into()), ..plain.clone() },
        r#"{"lane":"acceptance","class":"normal","language":"zh","present":true,"visitor":"00ff"}"#,
    );
    pinned(
        IssueOrder { item: Some("tax-new".into()), ..plain.clone() },
        r#"{"lane":"acceptance","class":"normal","language":"zh","present":true,"item":"tax-new"}"#,
    );
    read_as(r#"{"order":"issue","lane":"acceptance"}"#, Order::Issue(plain));
    pinned(Order::Lease { lane: Lane::Acceptance, count: 50 }, r#"{"order":"lease","lane":"acceptance","count":50}"#);
    let issued = OfflineIssue {
        ticket: "2026-11-23/A951".into(),
        class: Class::Returning,
        language: Language::Zh,
        token: "t".into(),
        at_ms: 6,
        visitor: None,
    };
    pinned(
        OfflineIssue { visitor: Some("00ff".into()), ..issued.clone() },
        r#"{"ticket":"2026-11-23/A951","class":"returning","language":"zh","token":"t","at_ms":6,"visitor":"00ff"}"#,
    );
    pinned(
        Order::Merge { issued: vec![issued] },
        r#"{"order":"merge","issued":[{"ticket":"2026-11-23/A951","class":"returning","language":"zh","token":"t","at_ms":6}]}"#,
    );
}

#[test]
fn orders_at_a_window() {
    let at = |act| Order::Window { window: 5, console: "c".into(), act };
    let item = Some("tax-new".to_owned());
    pinned(
        at(WindowAct::SetItem { item }),
        r#"{"order":"window","window":5,"console":"c","act":{"act":"set_item","item":"tax-new"}}"#,
    );
    pinned(WindowAct::SetItem { item: None }, r#"{"act":"set_item"}"#);
    pinned(at(WindowAct::CallNext), r#"{"order":"window","window":5,"console":"c","act":{"act":"call_next"}}"#);
    read_as(
        r#"{"order":"window","window":5,"act":{"act":"close"}}"#,
        Order::Window { window: 5, console: String::new(), act: WindowAct::Close },
    );
    pinned(WindowAct::Open { take_over: true }, r#"{"act":"open","take_over":true}"#);
    read_as(r#"{"act":"open"}"#, WindowAct::Open { take_over: false });
    pinned(WindowAct::Close, r#"{"act":"close"}"#);
    pinned(WindowAct::CallNext, r#"{"act":"call_next"}"#);
    pinned(WindowAct::Call { ticket: "2026-11-23/A001".into() }, r#"{"act":"call","ticket":"2026-11-23/A001"}"#);
    pinned(WindowAct::Recall, r#"{"act":"recall"}"#);
    pinned(WindowAct::Start, r#"{"act":"start"}"#);
    pinned(WindowAct::Finish, r#"{"act":"finish"}"#);
    pinned(WindowAct::NoShow, r#"{"act":"no_show"}"#);
    pinned(WindowAct::Park { minutes: Some(10), reason: "r".into() }, r#"{"act":"park","minutes":10,"reason":"r"}"#);
    pinned(WindowAct::Park { minutes: None, reason: "r".into() }, r#"{"act":"park","reason":"r"}"#);
    pinned(WindowAct::Supplement { missing: "m".into() }, r#"{"act":"supplement","missing":"m"}"#);
    pinned(
        WindowAct::Transfer { to_lane: Some(Lane::Issuing), to_window: None, come_back: true },
        r#"{"act":"transfer","to_lane":"issuing","come_back":true}"#,
    );
    pinned(
        WindowAct::Transfer { to_lane: None, to_window: Some(7), come_back: false },
        r#"{"act":"transfer","to_window":7,"come_back":false}"#,
    );
    pinned(WindowAct::Pause { reason: "r".into() }, r#"{"act":"pause","reason":"r"}"#);
    pinned(WindowAct::Resume, r#"{"act":"resume"}"#);
    pinned(WindowAct::RaiseEmergency, r#"{"act":"raise_emergency"}"#);
    pinned(WindowAct::ClearEmergency, r#"{"act":"clear_emergency"}"#);
}

#[test]
fn orders_for_a_visit_its_holder_and_the_hall() {
    let visit = |act| Order::Visit { ticket: "2026-11-23/A001".into(), act };
    for (act, word) in [
        (VisitAct::Withdraw, "withdraw"),
        (VisitAct::CheckIn, "check_in"),
        (VisitAct::Cancel, "cancel"),
        (VisitAct::Leave, "leave"),
        (VisitAct::Rejoin, "rejoin"),
        (VisitAct::Return, "return"),
    ] {
        pinned(visit(act), &format!(r#"{{"order":"visit","ticket":"2026-11-23/A001","act":"{word}"}}"#));
    }
    pinned(
        Order::Reprint { ticket: "2026-11-23/A001".into(), at: "kiosk-2".into() },
        r#"{"order":"reprint","ticket":"2026-11-23/A001","at":"kiosk-2"}"#,
    );
    for (act, word) in [(CitizenAct::Cancel, "cancel"), (CitizenAct::Rejoin, "rejoin")] {
        let order = Order::Citizen { token: "t".into(), act };
        pinned(order, &format!(r#"{{"order":"citizen","token":"t","act":"{word}"}}"#));
    }
    pinned(Order::Hall(HallAct::OpenDay), r#"{"order":"hall","act":"open_day"}"#);
    pinned(Order::Hall(HallAct::CloseDay), r#"{"order":"hall","act":"close_day"}"#);
    pinned(
        Order::Hall(HallAct::SetRules { rules: rules(), reason: "r".into() }),
        &format!(r#"{{"order":"hall","act":"set_rules","rules":{RULES},"reason":"r"}}"#),
    );
    pinned(
        Order::Hall(HallAct::SetSlip { template: "first = 'zh'".into(), reason: "r".into() }),
        r#"{"order":"hall","act":"set_slip","template":"first = 'zh'","reason":"r"}"#,
    );
    pinned(
        Order::Hall(HallAct::Mute { zone: Some('B'), muted: true, reason: "r".into() }),
        r#"{"order":"hall","act":"mute","zone":"B","muted":true,"reason":"r"}"#,
    );
    pinned(
        Order::Hall(HallAct::Mute { zone: None, muted: false, reason: "r".into() }),
        r#"{"order":"hall","act":"mute","muted":false,"reason":"r"}"#,
    );
    pinned(
        Order::Hall(HallAct::Announce { zone: Some('B'), text: text() }),
        r#"{"order":"hall","act":"announce","zone":"B","text":{"zh":"一","en":"one"}}"#,
    );
    pinned(
        Order::Hall(HallAct::VoidLease { device: "d".into() }),
        r#"{"order":"hall","act":"void_lease","device":"d"}"#,
    );
}

/// A ticket that somebody gets again.
pub fn ticket_again() -> TicketAnswer {
    TicketAnswer { reprint: true, ..ticket() }
}

fn ticket() -> TicketAnswer {
    let wait = Some(WaitRange { low_min: 8, high_min: 14 });
    TicketAnswer {
        ticket: "2026-11-23/A001".into(),
        number: "A001".into(),
        lane: Lane::Issuing,
        zone: Some('B'),
        ahead: 2,
        wait,
        token: "t".into(),
        at_ms: 5,
        reprint: false,
    }
}

#[test]
fn what_comes_of_an_order() {
    let mut ticket = ticket();
    pinned(
        Answer::Ticket(ticket_again()),
        r#"{"got":"ticket","ticket":"2026-11-23/A001","number":"A001","lane":"issuing","zone":"B","ahead":2,"wait":{"low_min":8,"high_min":14},"token":"t","at_ms":5,"reprint":true}"#,
    );
    pinned(
        Answer::Ticket(ticket.clone()),
        r#"{"got":"ticket","ticket":"2026-11-23/A001","number":"A001","lane":"issuing","zone":"B","ahead":2,"wait":{"low_min":8,"high_min":14},"token":"t","at_ms":5}"#,
    );
    (ticket.zone, ticket.wait) = (None, None);
    pinned(
        Answer::Ticket(ticket),
        r#"{"got":"ticket","ticket":"2026-11-23/A001","number":"A001","lane":"issuing","zone":null,"ahead":2,"wait":null,"token":"t","at_ms":5}"#,
    );
    pinned(Answer::Called { call: call() }, &format!(r#"{{"got":"called","call":{CALL}}}"#));
    pinned(
        Answer::Leased { first: "A051".into(), last: "A100".into(), day: "2026-11-23".into() },
        r#"{"got":"leased","first":"A051","last":"A100","day":"2026-11-23"}"#,
    );
    pinned(Answer::Done { seq: 4 }, r#"{"got":"done","seq":4}"#);
}

/// Fails to compile when a variant comes. Give it its line above, then name it here.
#[expect(dead_code, reason = "it is there to be compiled")]
fn each_has_a_line(order: &Order, at_window: &WindowAct, hall: &HallAct, answer: &Answer) {
    match order {
        Order::Issue(_) | Order::Lease { .. } | Order::Merge { .. } | Order::Window { .. } => {}
        Order::Visit { .. } | Order::Citizen { .. } | Order::Hall(_) | Order::Reprint { .. } => {}
    }
    match at_window {
        WindowAct::Open { .. } | WindowAct::Close | WindowAct::CallNext | WindowAct::Call { .. } => {}
        WindowAct::Recall | WindowAct::Start | WindowAct::Finish | WindowAct::NoShow => {}
        WindowAct::SetItem { .. }
        | WindowAct::Park { .. }
        | WindowAct::Supplement { .. }
        | WindowAct::Transfer { .. } => {}
        WindowAct::Pause { .. } | WindowAct::Resume => {}
        WindowAct::RaiseEmergency | WindowAct::ClearEmergency => {}
    }
    match hall {
        HallAct::OpenDay | HallAct::CloseDay | HallAct::SetRules { .. } | HallAct::SetSlip { .. } => {}
        HallAct::VoidLease { .. } | HallAct::Mute { .. } | HallAct::Announce { .. } => {}
    }
    match answer {
        Answer::Ticket(_) | Answer::Called { .. } | Answer::Leased { .. } | Answer::Done { .. } => {}
    }
}
