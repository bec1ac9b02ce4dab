//! The words on the panel: one line, or where there is room one in each language. Lines that stand for long fit 128 dots, so
//! that they need not move.

use jiff::{Timestamp, tz::TimeZone};
use protocol::{
    attend::Attend,
    order::Language,
    view::{CallView, WindowState, WindowView},
};

use super::Setup;

/// What a panel says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PanelText {
    /// One line, or several parted by `\n`.
    pub text: String,
    /// The call that it shows, to be acknowledged.
    pub call: Option<u64>,
}

/// Before the first word of the server.
pub(super) fn connecting(setup: &Setup) -> PanelText {
    both(setup, "连接", "Connecting")
}

/// Without a word of the server: never a call, which might be over, but how old the panel's knowledge is.
pub(super) fn offline(setup: &Setup, last_ms: Option<u64>) -> PanelText {
    match last_ms.and_then(|last_ms| wall(last_ms, &setup.zone)) {
        Some((hour, minute)) if setup.two_lines => {
            plain(format!("离线 {hour:02}:{minute:02}\nOffline {hour:02}:{minute:02}"))
        }
        // Too long for 128 dots: the time is among what stands before it moves.
        Some((hour, minute)) => plain(format!("离线 {hour:02}:{minute:02} Offline")),
        None => both(setup, "离线", "Offline"),
    }
}

/// Somebody looks for this display, or tries it.
pub(super) fn itself(setup: &Setup, what: Attend) -> PanelText {
    match what {
        Attend::Test => both(setup, "测试 A001", "Test 88"),
        Attend::Identify | Attend::Restart | Attend::Log => both(setup, "★本机★", "Here"),
    }
}

/// The server knows this device no more: whoever looks after it must enrol it anew.
pub(super) fn revoked(setup: &Setup) -> PanelText {
    both(setup, "已停用", "Revoked")
}

/// A window as it is.
pub(super) fn window(setup: &Setup, view: &WindowView) -> PanelText {
    let window = view.window;
    match (view.state, &view.call, &view.number) {
        (WindowState::Calling, Some(call), _) => calling(setup, call),
        (WindowState::Serving, _, Some(number)) => {
            chinese(setup, format!("{number} 正在办理"), format!("Serving {number}"))
        }
        (WindowState::WrapUp | WindowState::Serving, ..) => {
            chinese(setup, format!("{window:02}号窗口 请稍候"), "One moment, please")
        }
        (WindowState::Paused, ..) => both(setup, "暂停服务", "Paused"),
        // What is wrong is for staff; the public needs to know what to do.
        (WindowState::Emergency, ..) => chinese(setup, "请听工作人员指引", "Please follow the staff"),
        (WindowState::Closed, ..) => both(setup, "窗口关闭", "Closed"),
        (WindowState::Idle | WindowState::Calling, ..) => idle(setup, view),
    }
}

fn calling(setup: &Setup, call: &CallView) -> PanelText {
    let CallView { number, window, .. } = call;
    let (zh, en) = (format!("请{number}到{window:02}号窗口"), format!("{number} to window {window:02}"));
    let text = match call.language {
        _ if setup.two_lines => format!("{zh}\n{en}"),
        Language::Zh => zh,
        Language::En => format!("{zh} {en}"),
    };
    PanelText { text, call: Some(call.seq) }
}

/// The greeting of the profile, the name that the hall gave the window, or its number.
fn idle(setup: &Setup, view: &WindowView) -> PanelText {
    let window = view.window;
    if let Some(idle) = &setup.idle {
        return chinese(setup, &idle.zh, &idle.en);
    }
    if view.name.zh.is_empty() || view.name.zh == format!("{window}号窗口") {
        return chinese(setup, format!("{window:02}号窗口"), format!("Window {window:02}"));
    }
    chinese(setup, &view.name.zh, &view.name.en)
}

/// Both languages, beside or below each other.
fn both(setup: &Setup, zh: &str, en: &str) -> PanelText {
    plain(format!("{zh}{}{en}", if setup.two_lines { "\n" } else { " " }))
}

/// Chinese, and English where there is room below it. What comes from people is one line each.
fn chinese(setup: &Setup, zh: impl AsRef<str>, en: impl AsRef<str>) -> PanelText {
    let line = |text: &str| text.replace(char::is_control, " ");
    let zh = line(zh.as_ref());
    plain(if setup.two_lines { format!("{zh}\n{}", line(en.as_ref())) } else { zh })
}

fn plain(text: impl Into<String>) -> PanelText {
    PanelText { text: text.into(), call: None }
}

/// Hour and minute on the hall's wall; `None` for a time that no calendar has.
pub(super) fn wall(at_ms: u64, zone: &TimeZone) -> Option<(u32, u32)> {
    let at = Timestamp::from_millisecond(i64::try_from(at_ms).ok()?).ok()?;
    let wall = zone.to_datetime(at);
    Some((u32::try_from(wall.hour()).ok()?, u32::try_from(wall.minute()).ok()?))
}
