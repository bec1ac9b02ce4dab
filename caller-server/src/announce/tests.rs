//! The announcer as sentences: a script of inputs, and what comes out under each.

mod muting;
mod notices;
mod properties;
mod trials;

use std::fmt::Write;

use protocol::order::Language;

use super::*;

/// Two windows' displays and a voice of the zone, each with a connection of the same number: `d1`, `d2`, `d3`; `zone`.
const ZONE_VOICE: VoiceId = 9;

/// Runs the lines that begin with `>` on a hall whose displays speak, and compares everything.
#[track_caller]
fn check(script: &str) {
    check_on(Announcer::new(Speakers::new(), false, 0), script);
}

#[track_caller]
fn check_on(mut announcer: Announcer, script: &str) {
    let script: Vec<&str> = script.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let mut actual = String::new();
    let mut alarms = Vec::new();
    for input in script.iter().filter_map(|line| line.strip_prefix("> ")) {
        let (at_ms, what) = read(input);
        writeln!(actual, "> {input}").unwrap();
        actual.extend(announcer.handle(at_ms, what).iter().map(line));
        let stand: Vec<String> = announcer.alarms().all().map(|(subject, _)| format!("{subject:?}")).collect();
        for gone in alarms.iter().filter(|alarm| !stand.contains(alarm)) {
            writeln!(actual, "over {gone}").unwrap();
        }
        for new in stand.iter().filter(|alarm| !alarms.contains(alarm)) {
            writeln!(actual, "alarm {new}").unwrap();
        }
        alarms = stand;
    }
    assert_eq!(actual, script.join("\n") + "\n", "\n--- what came:\n{actual}");
}

/// `2.5 call 3 at 7`: at 2.5 s window 3 calls, entry 7; `recall` likewise.
fn read(text: &str) -> (u64, Input) {
    let words: Vec<&str> = text.split(' ').collect();
    let at_ms = millis(words[0]);
    let number = |i: usize| words[i].parse::<u64>().unwrap();
    let said = |what| Input::Said { name: words[2].into(), call: number(3), what };
    let why = || Text::new("坏", "Broken.");
    let input = match words[1] {
        "call" => Input::Called(call(number(2), number(4), 0)),
        "recall" => Input::Called(call(number(2), number(4), 1)),
        "notice" => Input::Notice(notice(words[2])),
        "chime" => Input::Trial { name: words[2].into(), trial: Trial::Chime },
        "try" => Input::Trial { name: words[2].into(), trial: Trial::Call },
        "over" => Input::Over { window: u16::try_from(number(2)).unwrap() },
        "voice" => voice(words[2], at_ms),
        // The same device, begun anew.
        "anew" => match voice(words[2], at_ms) {
            Input::Voice { name, window, zone, clock_ms, more, .. } => {
                Input::Voice { voice: 100, name, window, zone, clock_ms, more }
            }
            other => other,
        },
        "display" => Input::Display { window: u16::try_from(number(2)).unwrap() },
        "gone" => Input::Gone { voice: id(words[2]) },
        "revoked" => Input::Revoked([words[2].to_owned()].into()),
        "speaking" => said(Word::Speaking(4_000)),
        "spoken" => said(Word::Spoken),
        "failed" => said(Word::Failed(why())),
        "silent" => said(Word::Silent),
        "mute" => Input::Mute(['A'].into()),
        "unmute" => Input::Mute(BTreeSet::new()),
        "timer" => Input::Timer,
        other => panic!("no input: {other}"),
    };
    (at_ms, input)
}

fn call(window: u64, seq: u64, recalls: u32) -> CallView {
    let (number, window) = (format!("A{window:03}"), u16::try_from(window).unwrap());
    CallView { seq, number, window, zone: 'A', at_ms: 0, recalls, language: Language::Zh }
}

/// `7` for zone A, `7B` for zone B.
fn notice(seq: &str) -> NoticeView {
    let zone = if seq.ends_with('B') { 'B' } else { 'A' };
    NoticeView { seq: seq.trim_end_matches('B').parse().unwrap(), zone, at_ms: 0, text: Text::new("通知", "Notice.") }
}

/// A device says that it could speak; its clock shows 1,000 s more than ours.
fn voice(name: &str, at_ms: u64) -> Input {
    let voice = id(name);
    let window = (voice != ZONE_VOICE).then(|| u16::try_from(voice).unwrap());
    // The fourth is of an earlier version.
    Input::Voice {
        voice,
        name: name.into(),
        window,
        zone: window.map(|_| 'A'),
        clock_ms: 1_000_000 + at_ms,
        more: voice != 4,
    }
}

fn id(name: &str) -> VoiceId {
    name.strip_prefix('d').map_or(ZONE_VOICE, |n| n.parse().unwrap())
}

fn millis(seconds: &str) -> u64 {
    let (whole, tenths) = seconds.split_once('.').unwrap_or((seconds, "0"));
    whole.parse::<u64>().unwrap() * 1_000 + tenths.parse::<u64>().unwrap() * 100
}

fn line(output: &Output) -> String {
    match output {
        Output::Ready(voice) => format!("ready? {voice}\n"),
        Output::Say { voice, notice, until_ms } => {
            format!("{voice} says {} until {} s\n", notice.seq, until_ms / 1_000)
        }
        Output::BreakOff { voice, call } => format!("{voice} breaks {call} off\n"),
        Output::Speak { voice, call, form, until_ms } => {
            format!("{voice} speaks {} {form:?} until {} s\n", call.seq, until_ms / 1_000)
        }
    }
}

#[test]
fn a_call_is_spoken_above_its_window_by_a_voice_that_is_ready() {
    check(
        "> 0 voice d1
         > 1 call 1 at 7
         ready? 1
         > 1 voice d1
         1 speaks 7 Full until 1003 s
         > 1 speaking d1 7
         > 5 spoken d1 7
         > 60 timer",
    );
}

#[test]
fn one_at_a_time_in_the_order_of_the_journal_and_recalls_first() {
    check(
        "> 0 voice d1
         > 0 voice d2
         > 0 voice d3
         > 0 voice d4
         > 1 call 1 at 7
         ready? 1
         > 1 voice d1
         1 speaks 7 Full until 1003 s
         > 1 speaking d1 7
         > 1 call 3 at 8
         > 1 call 2 at 9
         > 2 recall 4 at 10
         > 5 spoken d1 7
         ready? 4
         > 5 voice d4
         4 speaks 10 Once until 1007 s
         > 5 speaking d4 10
         > 9 spoken d4 10
         ready? 3
         > 9 voice d3
         3 speaks 8 Full until 1011 s
         > 9 speaking d3 8
         > 13 spoken d3 8
         ready? 2",
    );
}

#[test]
fn the_same_ticket_waits_only_once_and_nobody_is_called_to_a_window_that_has_gone_on() {
    check(
        "> 0 voice d1
         > 0 voice d2
         > 0 voice d3
         > 1 call 1 at 7
         ready? 1
         > 1 voice d1
         1 speaks 7 Full until 1003 s
         > 1 speaking d1 7
         > 2 call 2 at 8
         > 2 call 3 at 9
         > 3 recall 2 at 10
         > 3 over 3
         > 5 spoken d1 7
         ready? 2
         > 5 voice d2
         2 speaks 10 Full until 1007 s
         > 5 speaking d2 10
         > 9 spoken d2 10",
    );
}

#[test]
fn a_voice_that_does_not_answer_costs_a_second_and_is_an_alarm_until_it_speaks() {
    check(
        "> 0 voice d1
         > 0 voice d2
         > 1 call 1 at 7
         ready? 1
         > 1 call 2 at 8
         > 2 timer
         ready? 2
         alarm Voice(\"d1\")
         > 2 voice d2
         2 speaks 8 Full until 1004 s
         > 2 speaking d2 8
         > 3 voice d1
         > 6 spoken d2 8
         ready? 1
         > 6 voice d1
         1 speaks 7 Full until 1008 s
         > 6 speaking d1 7
         > 10 spoken d1 7
         > 12 timer
         over Voice(\"d1\")",
    );
}

#[test]
fn a_voice_that_was_given_up_and_then_says_why_is_asked_again() {
    check(
        "> 0 voice d1
         > 1 call 1 at 7
         ready? 1
         > 1 voice d1
         1 speaks 7 Full until 1003 s
         > 1 speaking d1 7
         > 7 timer
         alarm NotSpoken(1)
         alarm Voice(\"d1\")
         > 8 failed d1 7
         > 9 call 1 at 8
         ready? 1",
    );
}

#[test]
fn a_voice_that_may_have_begun_keeps_the_floor_until_it_cannot_sound_any_more() {
    check(
        "> 0 voice d1
         > 0 voice d2
         > 1 call 1 at 7
         ready? 1
         > 1 voice d1
         1 speaks 7 Full until 1003 s
         > 1 call 2 at 8
         > 2 gone d1
         > 16 timer
         alarm Late('A')
         > 23.9 timer
         > 24 timer
         ready? 2
         alarm NotSpoken(1)
         alarm Voice(\"d1\")",
    );
}

#[test]
fn what_another_voice_says_of_a_call_does_not_take_the_floor_from_the_one_that_speaks_it() {
    check(
        "> 0 voice d1
         > 0 voice d2
         > 1 call 1 at 7
         ready? 1
         > 1 voice d1
         1 speaks 7 Full until 1003 s
         > 1 speaking d1 7
         > 1 call 2 at 8
         > 2 spoken d2 7
         > 3 spoken d1 7
         ready? 2",
    );
}

#[test]
fn a_voice_that_is_cut_off_while_it_speaks_goes_on_to_its_end() {
    check(
        "> 0 voice d1
         > 0 voice d2
         > 1 call 1 at 7
         ready? 1
         > 1 voice d1
         1 speaks 7 Full until 1003 s
         > 1 speaking d1 7
         > 1 call 2 at 8
         > 2 gone d1
         > 6.9 timer
         > 7 timer
         ready? 2
         alarm NotSpoken(1)
         alarm Voice(\"d1\")
         > 7 voice d2
         2 speaks 8 Full until 1009 s
         > 7 speaking d2 8
         > 7.5 spoken d1 7
         > 11 spoken d2 8
         > 17 timer
         over NotSpoken(1)
         over Voice(\"d1\")",
    );
}

#[test]
fn what_cannot_be_spoken_is_said_with_the_devices_name_and_until_the_call_is_over() {
    check(
        "> 0 voice d1
         > 1 call 1 at 7
         ready? 1
         > 1 voice d1
         1 speaks 7 Full until 1003 s
         > 1 failed d1 7
         alarm NotSpoken(1)
         > 60 timer
         > 60 over 1
         over NotSpoken(1)",
    );
    let mut announcer = Announcer::new(Speakers::new(), false, 0);
    for input in ["0 voice d1", "1 call 1 at 7", "1 voice d1", "1 failed d1 7"] {
        let (at_ms, input) = read(input);
        announcer.handle(at_ms, input);
    }
    assert_eq!(announcer.speech(1, 7), Some(Speech::Failed));
    let (_, raised) = announcer.alarms().all().next().unwrap();
    assert_eq!(raised.text.en, "The call of A001 to window 1 was not spoken (device 'd1'): Broken.");
    assert_eq!(raised.text.zh, "1号窗口叫A001号没有播报（设备“d1”）：坏");
}

#[test]
fn nobody_misses_a_voice_that_was_taken_away() {
    check(
        "> 0 voice d1
         > 1 gone d1
         > 2 display 1
         > 3 call 1 at 7
         > 40 timer
         > 41 voice d2
         > 42 gone d2
         > 43 revoked d2
         > 44 call 2 at 8
         > 90 timer",
    );
    // One that is only away is missed, and a display that comes back beside its old connection keeps its voice.
    check(
        "> 0 voice d1
         > 1 display 1
         > 2 gone d1
         > 3 call 1 at 7
         > 18 timer
         alarm Late('A')
         > 33 timer
         over Late('A')
         alarm NotSpoken(1)",
    );
}

#[test]
fn a_device_that_begins_anew_in_the_middle_of_a_word_speaks_the_next_call() {
    check(
        "> 0 voice d1
         > 1 call 1 at 7
         ready? 1
         > 1 voice d1
         1 speaks 7 Full until 1003 s
         > 1 speaking d1 7
         > 2 gone d1
         > 2 anew d1
         > 3 recall 1 at 8
         > 7 timer
         ready? 100
         alarm Voice(\"d1\")
         > 7 anew d1
         100 speaks 8 Full until 1009 s",
    );
}

#[test]
fn a_voice_is_silent_until_it_says_something_or_is_none_any_more() {
    check(
        "> 0 voice d1
         > 1 call 1 at 7
         ready? 1
         > 2 timer
         alarm Voice(\"d1\")
         > 3 over 1
         > 13 voice d1
         over Voice(\"d1\")
         > 14 call 1 at 8
         ready? 1
         > 15 timer
         alarm Voice(\"d1\")
         > 16 over 1
         > 16 gone d1
         > 17 revoked d1
         > 25 timer
         over Voice(\"d1\")",
    );
}

#[test]
fn who_waits_too_long_is_named_with_the_device_that_should_speak() {
    let mut announcer = Announcer::new(Speakers::new(), false, 0);
    for input in ["0 voice d1", "1 gone d1", "2 call 1 at 7", "17 timer"] {
        let (at_ms, input) = read(input);
        announcer.handle(at_ms, input);
    }
    let (_, raised) = announcer.alarms().all().next().unwrap();
    assert_eq!(raised.text.en, "1 calls of zone A wait to be spoken, the longest for 15 s (device 'd1')");
    assert_eq!(raised.text.zh, "A区有1个叫号等待播报，最久已等15秒（设备“d1”）");
}

#[test]
fn a_zones_voice_speaks_for_all_its_windows_and_their_own_stand_in() {
    let speakers = Speakers::from([('A', vec!["zone".to_owned()])]);
    check_on(
        Announcer::new(speakers, false, 0),
        "> 0 voice d1
         > 0 voice zone
         > 1 call 1 at 7
         ready? 9
         > 1 voice zone
         9 speaks 7 Full until 1003 s
         > 1 call 2 at 8
         > 1 failed zone 7
         ready? 1
         > 1 voice d1
         1 speaks 7 Full until 1003 s
         > 1 speaking d1 7
         > 5 spoken d1 7
         ready? 9",
    );
}

#[test]
fn a_call_without_a_reachable_voice_blocks_nobody_and_is_an_alarm() {
    check(
        "> 0 voice d1
         > 0 voice d2
         > 0 gone d1
         > 1 call 1 at 7
         > 1 call 2 at 8
         ready? 2
         > 1 voice d2
         2 speaks 8 Full until 1003 s
         > 1 speaking d2 8
         > 5 spoken d2 8
         > 16 timer
         alarm Late('A')
         > 20 voice d1
         ready? 1
         > 20 voice d1
         1 speaks 7 Full until 1022 s
         > 20 speaking d1 7
         > 24 spoken d1 7
         > 26 timer
         over Late('A')
         > 30 gone d1
         > 30 call 1 at 9
         > 60 timer
         alarm NotSpoken(1)",
    );
}

#[test]
fn a_hall_without_voices_has_no_alarms() {
    check(
        "> 1 call 1 at 7
         > 20 timer
         > 31 timer
         > 60 timer",
    );
}

#[test]
fn after_a_restart_nobody_is_given_leave_while_somebody_may_still_speak() {
    check_on(
        Announcer::new(Speakers::new(), true, 0),
        "> 0 call 1 at 7
         > 0 call 2 at 8
         > 1 voice d1
         > 1 voice d2
         > 2 spoken d1 7
         > 15 timer
         alarm Late('A')
         > 22 timer
         ready? 2",
    );
}

#[test]
fn the_longer_the_queue_the_shorter_the_sentence() {
    let forms: Vec<Form> = [0, 1, 2, 3, 4, 20].map(limits::form).to_vec();
    assert_eq!(forms, [Form::Full, Form::Full, Form::Once, Form::Once, Form::Short, Form::Short]);
}
