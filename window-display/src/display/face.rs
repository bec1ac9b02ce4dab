//! The words on the panel. Those that stand for long fit 128 dots, so that they need not move.

use jiff::{Timestamp, tz::TimeZone};
use protocol::{
    order::Language,
    view::{CallView, WindowState, WindowView},
};

/// What a panel says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PanelText {
    /// One line.
    pub text: String,
    /// The call that it shows, to be acknowledged.
    pub call: Option<u64>,
}

/// Before the first word of the server.
pub(super) fn connecting() -> PanelText {
    plain("连接 Connecting")
}

/// Without a word of the server: never a call, which might be over, but how old the panel's knowledge is.
pub(super) fn offline(last_ms: Option<u64>, zone: &TimeZone) -> PanelText {
    match last_ms.and_then(|last_ms| clock(last_ms, zone)) {
        Some(clock) => plain(format!("离线 Offline {clock}")),
        None => plain("离线 Offline"),
    }
}

/// A window as it is.
pub(super) fn window(view: &WindowView) -> PanelText {
    let window = view.window;
    match (view.state, &view.call, &view.number) {
        (WindowState::Calling, Some(call), _) => calling(call),
        (WindowState::Serving, _, Some(number)) => plain(format!("{number} 正在办理")),
        (WindowState::WrapUp | WindowState::Serving, ..) => plain(format!("{window:02}号窗口 请稍候")),
        // What is wrong at a window is for staff; the public needs to know that it does not serve.
        (WindowState::Paused | WindowState::Emergency, ..) => plain("暂停服务 Paused"),
        (WindowState::Closed, ..) => plain("窗口关闭 Closed"),
        (WindowState::Idle | WindowState::Calling, ..) => plain(format!("{window:02}号窗口")),
    }
}

fn calling(call: &CallView) -> PanelText {
    let CallView { number, window, .. } = call;
    let chinese = format!("请{number}到{window:02}号窗口");
    let text = match call.language {
        Language::Zh => chinese,
        Language::En => format!("{chinese} {number} to window {window:02}"),
    };
    PanelText { text, call: Some(call.seq) }
}

fn plain(text: impl Into<String>) -> PanelText {
    PanelText { text: text.into(), call: None }
}

/// `14:05` on the hall's wall; `None` for a time that no calendar has.
fn clock(at_ms: u64, zone: &TimeZone) -> Option<String> {
    let at = Timestamp::from_millisecond(i64::try_from(at_ms).ok()?).ok()?;
    let wall = zone.to_datetime(at);
    Some(format!("{:02}:{:02}", wall.hour(), wall.minute()))
}
