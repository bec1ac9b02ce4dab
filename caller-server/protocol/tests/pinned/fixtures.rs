//! Parts that several lines have in common.

use protocol::{
    health::Health,
    order::{Class, ClassRule, IssueOrder, Lane, Language, Rules},
    text::Text,
    view::{CallView, DeviceRole, DeviceRow, LaneView, Stage, VisitView, WaitRange, WindowState, WindowView},
};

pub const TEXT: &str = r#"{"zh":"一","en":"one"}"#;
pub const CALL: &str = r#"{"seq":12,"number":"A001","window":5,"zone":"A","at_ms":6,"recalls":1,"language":"zh"}"#;
pub const CLOSED_WINDOW: &str =
    r#""window":6,"zone":"B","name":{"zh":"一","en":"one"},"state":"closed","number":null,"call":null"#;
pub const CALLING_WINDOW: &str = r#""window":5,"zone":"A","name":{"zh":"一","en":"one"},"state":"calling","number":"A001","call":{"seq":12,"number":"A001","window":5,"zone":"A","at_ms":6,"recalls":1,"language":"zh"}"#;
pub const LANE: &str = r#"{"lane":"acceptance","name":{"zh":"一","en":"one"},"waiting":3,"open_windows":2,"wait":{"low_min":8,"high_min":14}}"#;
pub const VISIT: &str = r#"{"ticket":"2026-11-23/A001","number":"A001","lane":"acceptance","class":"normal","language":"zh","stage":"called","since_ms":2,"note":null}"#;
pub const RULES: &str = r#"{"classes":[{"class":"normal","offset_s":0,"rate_milli":1000,"cap_s":2700}],"recalls":2,"recall_gap_s":20,"grace_s":900,"penalty_s":300}"#;

pub fn text() -> Text {
    Text::new("一", "one")
}

pub fn call() -> CallView {
    let number = "A001".into();
    CallView { seq: 12, number, window: 5, zone: 'A', at_ms: 6, recalls: 1, language: Language::Zh }
}

pub fn closed_window() -> WindowView {
    WindowView {
        window: 6,
        zone: 'B',
        name: text(),
        state: WindowState::Closed,
        number: None,
        call: None,
        before: vec![],
    }
}

pub fn calling_window() -> WindowView {
    let (number, call) = (Some("A001".into()), Some(call()));
    WindowView { window: 5, zone: 'A', name: text(), state: WindowState::Calling, number, call, before: vec![] }
}

pub fn lane() -> LaneView {
    let wait = Some(WaitRange { low_min: 8, high_min: 14 });
    LaneView { lane: Lane::Acceptance, name: text(), waiting: 3, open_windows: 2, wait }
}

pub fn visit() -> VisitView {
    VisitView {
        ticket: "2026-11-23/A001".into(),
        number: "A001".into(),
        lane: Lane::Acceptance,
        class: Class::Normal,
        language: Language::Zh,
        stage: Stage::Called,
        since_ms: 2,
        note: None,
        item: None,
    }
}

pub fn rules() -> Rules {
    let normal = ClassRule { class: Class::Normal, offset_s: 0, rate_milli: 1000, cap_s: 2700 };
    Rules { classes: vec![normal], recalls: 2, recall_gap_s: 20, grace_s: 900, penalty_s: 300, balance: None }
}

pub fn issue(class: Class, appointment_at_ms: Option<u64>) -> IssueOrder {
    IssueOrder {
        lane: Lane::Consulting,
        class,
        language: Language::En,
        appointment_at_ms,
        present: true,
        visitor: None,
        item: None,
    }
}

pub fn device(role: DeviceRole, trouble: Option<Text>) -> DeviceRow {
    DeviceRow {
        name: "d".into(),
        role,
        connected: true,
        trouble,
        reserved: 3,
        health: None,
        shown: None,
        seen_ms: None,
    }
}

pub fn whole_health() -> Health {
    Health {
        program: "d 1".into(),
        up_s: 9,
        temperature_c: Some(-3),
        under_voltage: Some(true),
        disk_free_percent: Some(4),
        memory_free_percent: Some(5),
        link_percent: Some(6),
        voice_alone: true,
    }
}
