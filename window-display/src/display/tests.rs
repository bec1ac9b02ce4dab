//! The machine as sentences: a script of inputs, and what comes out under each.

mod attending;
mod properties;
mod revoked;
mod speaking;
mod volume;

use std::fmt::Write;

use protocol::{
    order::Language,
    view::{Form, NoticeView, WindowState},
};

use super::*;

/// 2026-11-23 14:00 in the hall, when the script's clock is 0.
const HALL_MS: u64 = 1_795_413_600_000;

/// Runs the lines that begin with `>` and compares everything.
///
/// `> 2.5 view 12 calling A001 11 at 2 en`: at 2.5 s comes the view of position 12, with call 11 that was announced at
/// 2 s, in English.
#[track_caller]
fn check(script: &str) {
    check_as(Setup::new(5, shanghai()), script);
}

#[track_caller]
fn check_as(setup: Setup, script: &str) {
    let script: Vec<&str> = script.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let (mut display, first) = Display::start(setup, 0);
    let mut actual: String = first.into_iter().map(|output| line(&output)).collect();
    for input in script.iter().filter_map(|line| line.strip_prefix("> ")) {
        let (at_ms, what) = read(input);
        writeln!(actual, "> {input}").unwrap();
        actual.extend(display.handle(at_ms, what).iter().map(line));
    }
    assert_eq!(actual, script.join("\n") + "\n", "\n--- what came:\n{actual}");
}

fn read(text: &str) -> (u64, Input) {
    let words: Vec<&str> = text.split(' ').collect();
    let at_ms = millis(words[0]);
    let number = |i: usize| words[i].parse::<u64>().unwrap();
    let now_ms = HALL_MS + at_ms;
    let trouble = || Text::new("坏", words[3..].join(" "));
    let input = match words[1] {
        "zone" => Input::Zone(jiff::tz::offset(words[2].parse().unwrap()).to_time_zone()),
        "up" => Input::LinkUp { now_ms },
        "down" => Input::LinkDown,
        "revoked" => Input::Revoked,
        "timer" => Input::Timer,
        "stop" => Input::Stop,
        "pulse" => Input::Message(FromServer::Pulse { now_ms }),
        "missed" => Input::Message(FromServer::Missed { call: call("A000", number(2), 0) }),
        "view" => Input::Message(FromServer::View { seq: number(2), now_ms, view: View::Window(window(&words[3..])) }),
        "panel-shown" => Input::PanelShown { call: words.get(2).map(|call| call.parse().unwrap()) },
        "panel-failed" => Input::PanelFailed { trouble: Text::new("坏", words[2..].join(" ")) },
        "ready" => Input::Message(FromServer::Ready),
        "leave" => {
            let call = call(words[3], number(2), HALL_MS);
            let until_ms = millis(words[5]);
            Input::Message(FromServer::Speak { call, form: Form::Once, until_ms })
        }
        "voice-began" => Input::VoiceBegan { call: number(2), lasts_ms: 4_000 },
        "voice-spoken" if words.len() > 3 => Input::VoiceSpoken { call: number(2), trouble: Some(trouble()) },
        "voice-spoken" => Input::VoiceSpoken { call: number(2), trouble: None },
        "say" => {
            let (text, until_ms) = (Text::new("通知", "Notice."), millis(words[4]));
            let notice = NoticeView { seq: number(2), zone: 'A', at_ms: HALL_MS, text };
            Input::Message(FromServer::Say { notice, until_ms })
        }
        "prepare" => {
            let clip = |name: &&str| ClipRef { language: Language::Zh, name: (*name).into(), sha256: String::new() };
            Input::Message(FromServer::Prepare { clips: words[2..].iter().map(clip).collect() })
        }
        "identify" => Input::Message(FromServer::Attend { key: "k".into(), what: Attend::Identify }),
        "test" => Input::Message(FromServer::Attend { key: "k".into(), what: Attend::Test }),
        "break-off" => Input::Message(FromServer::BreakOff { call: number(2) }),
        "mute" => Input::Mute { muted: true },
        "unmute" => Input::Mute { muted: false },
        "voice-failed" => Input::VoiceFailed { call: number(2), trouble: trouble() },
        other => panic!("no input: {other}"),
    };
    (at_ms, input)
}

fn window(words: &[&str]) -> WindowView {
    let state = match words[0] {
        "closed" => WindowState::Closed,
        "idle" => WindowState::Idle,
        "calling" => WindowState::Calling,
        "serving" => WindowState::Serving,
        "wrap-up" => WindowState::WrapUp,
        "paused" => WindowState::Paused,
        "emergency" => WindowState::Emergency,
        other => panic!("no state: {other}"),
    };
    let mut view =
        WindowView { window: 5, zone: 'A', name: Text::default(), state, number: None, call: None, before: vec![] };
    view.number = words.get(1).map(|number| (*number).into());
    if let [_, number, seq, "at", at, language @ ..] = words {
        let mut call = call(number, seq.parse().unwrap(), HALL_MS + millis(at));
        call.language = if language == ["en"] { Language::En } else { Language::Zh };
        view.call = Some(call);
    }
    view
}

fn call(number: &str, seq: u64, at_ms: u64) -> CallView {
    CallView { seq, number: number.into(), window: 5, zone: 'A', at_ms, recalls: 0, language: Language::Zh }
}

fn millis(seconds: &str) -> u64 {
    let (whole, tenths) = seconds.split_once('.').unwrap_or((seconds, "0"));
    whole.parse::<u64>().unwrap() * 1_000 + tenths.parse::<u64>().unwrap() * 100
}

fn line(output: &Output) -> String {
    let text = match output {
        Output::Show { panel, blink } => {
            let call = panel.call.map(|call| format!(" call {call}")).unwrap_or_default();
            format!("show {}{call}{}", panel.text.replace('\n', " / "), if *blink { " blinking" } else { "" })
        }
        Output::Dim { percent } => format!("dim {percent} %"),
        Output::Fetch(clips) => {
            format!("fetch {}", clips.iter().map(|clip| clip.name.as_str()).collect::<Vec<_>>().join(" "))
        }
        Output::Speak(Announcement { call, what: Sentence::Notice(text), volume_percent, .. }) => {
            format!("speak notice {call} at {volume_percent} %: {}", text.en)
        }
        Output::Speak(Announcement {
            call,
            what: Sentence::Call { number, window, language },
            volume_percent,
            form,
        }) => {
            let quieter = Some(*volume_percent).filter(|percent| *percent < 100);
            let quieter = quieter.map(|percent| format!(" at {percent} %")).unwrap_or_default();
            format!("speak {number} window {window} call {call} {language:?} {form:?}{quieter}")
        }
        Output::Send(FromClient::Failed { call, why, wanted }) => {
            format!("send failed {call}{}: {}", if *wanted { " as wanted" } else { "" }, why.en)
        }
        Output::Send(FromClient::Attended { attended, .. }) => {
            format!("send {}: {}", if attended.done { "done" } else { "not done" }, attended.text.en)
        }
        Output::Send(FromClient::Voice { clock_ms, more: true }) => format!("send Voice {{ clock_ms: {clock_ms} }}"),
        Output::Send(FromClient::Trouble { trouble }) => {
            format!("send trouble: {}", trouble.as_ref().map_or("none", |text| &text.en))
        }
        Output::Mute { muted } => format!("mute {muted}"),
        Output::Send(message) => format!("send {message:?}"),
        Output::SetTimer { at_ms } => format!("timer {} s", at_ms / 1_000),
    };
    text + "\n"
}

fn shanghai() -> TimeZone {
    jiff::tz::offset(8).to_time_zone()
}

#[test]
fn a_call_is_shown_at_once_and_spoken_with_leave_and_both_are_confirmed() {
    check(
        "timer 5 s
         show 连接 Connecting
         > 0 up
         send trouble: none
         send Voice { clock_ms: 0 }
         > 0 view 10 idle
         show 05号窗口
         > 1 view 11 calling A012 11 at 1
         show 请A012到05号窗口 call 11 blinking
         > 1.1 panel-shown 11
         send Shown { call: 11 }
         > 1.2 ready
         send Voice { clock_ms: 1200 }
         > 1.3 leave 11 A012 until 3
         speak A012 window 5 call 11 Zh Once
         > 1.3 voice-began 11
         send Speaking { call: 11, lasts_ms: 4000 }
         > 2 view 12 calling A012 11 at 1
         > 9 voice-spoken 11
         send Spoken { call: 11 }
         > 9.1 panel-shown 11
         > 9.2 voice-spoken 11
         > 10 view 13 serving A012
         show A012 正在办理",
    );
}

#[test]
fn a_higher_panel_has_a_line_for_each_language() {
    check_as(
        Setup { two_lines: true, voice: false, ..Setup::new(5, shanghai()) },
        "timer 5 s
         show 连接 / Connecting
         > 0 up
         send trouble: none
         > 0 view 10 idle
         show 05号窗口 / Window 05
         > 1 view 11 calling A012 11 at 1
         show 请A012到05号窗口 / A012 to window 05 call 11 blinking
         > 2 view 12 serving A012
         show A012 正在办理 / Serving A012
         > 3 view 13 paused
         show 暂停服务 / Paused
         > 7.9 timer
         timer 8 s
         > 8 timer
         show 离线 14:00 / Offline 14:00",
    );
}

#[test]
fn an_open_window_greets_if_it_was_told_to() {
    let idle = Some(Text::new("欢迎光临", "Welcome"));
    check_as(
        Setup { idle, voice: false, ..Setup::new(5, shanghai()) },
        "timer 5 s
         show 连接 Connecting
         > 0 view 10 idle
         show 欢迎光临
         > 1 view 11 closed
         show 窗口关闭 Closed",
    );
}

#[test]
fn an_open_window_says_the_name_that_the_hall_gave_it() {
    let named = |zh: &str| {
        let (mut display, _) = Display::start(Setup::new(5, shanghai()), 0);
        let view = WindowView { name: Text::new(zh, "Certificates"), ..window(&["idle"]) };
        let message = FromServer::View { seq: 1, now_ms: HALL_MS, view: View::Window(view) };
        display.handle(0, Input::Message(message)).iter().map(line).collect::<String>()
    };
    assert_eq!(named("统一出证"), "show 统一出证\n");
    assert_eq!(named("5号窗口"), "show 05号窗口\n");
}

#[test]
fn brightness_follows_the_halls_time_of_day() {
    let profile = "name='d'\nserver='http://h:1'\nkey='k'\n[display]\nwindow=5\n[display.panel]\nbrightness=['06:00 80', '14:00 50']\n";
    let profile = firmware_config::Profile::parse("p.toml".as_ref(), profile).unwrap();
    let firmware_config::Role::Display(device) = profile.role else { panic!("no display") };
    let brightness = device.panel.brightness;
    check_as(
        Setup { brightness, voice: false, ..Setup::new(5, shanghai()) },
        "timer 5 s
         dim 80 %
         show 连接 Connecting
         > 0 up
         dim 50 %
         send trouble: none
         > 1 pulse
         > 2 down",
    );
}

#[test]
fn a_young_call_blinks_after_a_cut_and_an_old_one_does_not() {
    check_as(
        Setup { voice: false, ..Setup::new(5, shanghai()) },
        "timer 5 s
         show 连接 Connecting
         > 0 up
         send trouble: none
         > 29.9 view 11 calling A012 11 at 0
         show 请A012到05号窗口 call 11 blinking
         > 30 down
         > 31 up
         send trouble: none
         > 43 view 12 calling A013 12 at 13
         show 请A013到05号窗口 call 12
         > 50 view 13 calling A013 12 at 13
         > 51 view 14 calling A014 14 at 0
         show 请A014到05号窗口 call 14 blinking",
    );
}

#[test]
fn what_was_missed_is_never_announced() {
    check(
        "timer 5 s
         show 连接 Connecting
         > 0 up
         send trouble: none
         send Voice { clock_ms: 0 }
         > 0 missed 11
         > 0 missed 12
         > 0 view 13 calling A012 12 at 0
         show 请A012到05号窗口 call 12",
    );
}

#[test]
fn without_a_word_for_five_seconds_no_call_stands_on_the_panel() {
    check(
        "timer 5 s
         show 连接 Connecting
         > 0 view 11 calling A012 11 at 0
         show 请A012到05号窗口 call 11 blinking
         > 0 panel-shown 11
         send Shown { call: 11 }
         > 4 pulse
         > 5 timer
         timer 9 s
         > 9 timer
         show 离线 14:00 Offline
         > 70 pulse
         timer 75 s
         show 请A012到05号窗口 call 11
         > 70 panel-shown 11
         > 75 timer
         show 离线 14:01 Offline",
    );
}

#[test]
fn a_display_that_never_heard_anything_says_so() {
    check(
        "timer 5 s
         show 连接 Connecting
         > 1 down
         > 5 timer
         show 离线 Offline
         > 6 timer
         > 9 up
         send trouble: none
         send Voice { clock_ms: 9000 }",
    );
}

#[test]
fn after_a_cut_no_old_call_stands_on_the_panel_before_the_first_view() {
    check(
        "timer 5 s
         show 连接 Connecting
         > 0 view 11 calling A012 11 at 0
         show 请A012到05号窗口 call 11 blinking
         > 5 timer
         show 离线 14:00 Offline
         > 5 down
         > 60 up
         send trouble: none
         send Voice { clock_ms: 60000 }
         > 60 missed 12
         > 60 pulse
         > 60.1 view 15 idle
         timer 65 s
         show 05号窗口",
    );
}

#[test]
fn a_display_that_is_switched_off_leaves_no_call_behind() {
    check(
        "timer 5 s
         show 连接 Connecting
         > 0 view 11 calling A012 11 at 0
         show 请A012到05号窗口 call 11 blinking
         > 1 stop
         show 离线 14:00 Offline",
    );
}

#[test]
fn after_a_cut_the_server_hears_again_what_became_of_the_call() {
    check(
        "timer 5 s
         show 连接 Connecting
         > 0 view 11 calling A012 11 at 0
         show 请A012到05号窗口 call 11 blinking
         > 0 leave 11 A012 until 2
         speak A012 window 5 call 11 Zh Once
         > 0 panel-shown 11
         send Shown { call: 11 }
         > 1 down
         > 1.5 up
         send trouble: none
         > 1.5 view 11 calling A012 11 at 0
         send Shown { call: 11 }
         > 1.6 down
         > 2 voice-spoken 11
         send Spoken { call: 11 }
         send Voice { clock_ms: 2000 }
         > 3 up
         send trouble: none
         send Spoken { call: 11 }
         send Voice { clock_ms: 3000 }
         > 3 view 11 calling A012 11 at 0
         send Shown { call: 11 }",
    );
}

#[test]
fn a_hall_that_begins_a_new_journal_is_announced_again() {
    check(
        "timer 5 s
         show 连接 Connecting
         > 0 view 911 calling A012 911 at 0
         show 请A012到05号窗口 call 911 blinking
         > 1 down
         > 2 view 7 calling A001 7 at 2
         show 请A001到05号窗口 call 7 blinking
         > 2 leave 7 A001 until 4
         speak A001 window 5 call 7 Zh Once",
    );
}

#[test]
fn the_window_tells_why_it_does_not_serve() {
    check(
        "timer 5 s
         show 连接 Connecting
         > 0 view 1 closed
         show 窗口关闭 Closed
         > 1 view 2 paused
         show 暂停服务 Paused
         > 2 view 3 emergency
         show 请听工作人员指引
         > 3 view 4 idle
         show 05号窗口",
    );
}

#[test]
fn troubles_are_told_when_they_come_and_when_they_go() {
    check(
        "timer 5 s
         show 连接 Connecting
         > 0 view 11 calling A012 11 at 0
         show 请A012到05号窗口 call 11 blinking
         > 0 leave 11 A012 until 2
         speak A012 window 5 call 11 Zh Once
         > 0 panel-failed No panel.
         send trouble: No panel.
         > 8 voice-spoken 11 No A012.
         send trouble: No panel. No A012.
         send Spoken { call: 11 }
         > 9 up
         send trouble: No panel. No A012.
         send Spoken { call: 11 }
         send Voice { clock_ms: 9000 }
         > 9 view 12 calling A013 12 at 9
         show 请A013到05号窗口 call 12 blinking
         > 9 leave 12 A013 until 11
         speak A013 window 5 call 12 Zh Once
         > 9 panel-shown
         send trouble: No A012.
         > 9 panel-shown 12
         send Shown { call: 12 }
         > 10 voice-failed 12 Disk full.
         send trouble: Disk full.
         send failed 12: Disk full.
         > 11 leave 13 A013 until 13
         speak A013 window 5 call 13 Zh Once
         > 18 voice-spoken 13
         send trouble: none
         send Spoken { call: 13 }",
    );
}

#[test]
fn without_panel_or_voice_nothing_is_claimed() {
    let setup = Setup { panel: false, voice: false, ..Setup::new(5, shanghai()) };
    check_as(
        setup,
        "timer 5 s
         > 0 up
         send trouble: none
         > 0 view 11 calling A012 11 at 0
         > 0 ready
         > 0 leave 11 A012 until 2
         send failed 11: this device has no voice
         > 1 panel-shown 11
         > 1 voice-began 11
         > 1 voice-spoken 11
         > 9 timer",
    );
}

#[test]
fn another_windows_view_is_a_word_but_nothing_to_show() {
    let (mut display, _) = Display::start(Setup::new(5, shanghai()), 0);
    let mut other = window(&["calling", "A001", "3", "at", "0"]);
    other.window = 6;
    let view = FromServer::View { seq: 3, now_ms: HALL_MS, view: View::Window(other) };
    assert_eq!(display.handle(4_000, Input::Message(view)), []);
    assert_eq!(display.handle(5_000, Input::Timer), [Output::SetTimer { at_ms: 9_000 }]);
}
