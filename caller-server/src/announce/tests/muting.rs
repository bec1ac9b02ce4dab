//! A zone that somebody wants silent.

use super::*;

#[test]
fn what_sounds_breaks_off_and_what_waits_is_muted_without_an_alarm() {
    let mut announcer = Announcer::new(Speakers::new(), false, 0);
    let at = |announcer: &mut Announcer, line: &str| {
        let (at_ms, what) = read(line);
        announcer.handle(at_ms, what).iter().map(super::line).collect::<String>()
    };
    for line in
        ["0 voice d1", "0 voice d2", "0 voice d3", "1 call 1 at 7", "1 voice d1", "1 speaking d1 7", "2 call 2 at 8"]
    {
        at(&mut announcer, line);
    }
    assert_eq!(at(&mut announcer, "2 mute"), "1 breaks 7 off\n");
    assert_eq!(
        [(1, 7), (2, 8)].map(|(window, call)| announcer.speech(window, call)),
        [Some(Speech::Speaking), Some(Speech::Muted)]
    );
    assert_eq!(at(&mut announcer, "2 silent d1 7"), "");
    assert_eq!(at(&mut announcer, "3 call 3 at 9"), "");
    assert_eq!([(1, 7), (2, 8), (3, 9)].map(|(window, call)| announcer.speech(window, call)), [Some(Speech::Muted); 3]);
    assert_eq!(at(&mut announcer, "60 timer"), "");
    assert_eq!(announcer.alarms().all().count(), 0);
    assert_eq!(at(&mut announcer, "61 unmute"), "");
    assert_eq!(at(&mut announcer, "62 recall 3 at 10"), "ready? 3\n");
}

#[test]
fn one_that_was_only_asked_is_not_told_and_one_of_an_earlier_version_ends_its_sentence() {
    check(
        "> 0 voice d1
         > 0 voice d4
         > 1 call 1 at 7
         ready? 1
         > 1 mute
         > 1 voice d1
         > 2 unmute
         > 3 call 4 at 8
         ready? 4
         > 3 voice d4
         4 speaks 8 Full until 1005 s
         > 3 speaking d4 8
         > 4 mute
         > 7 spoken d4 8
         > 8 unmute
         > 9 recall 1 at 9
         ready? 1",
    );
}

#[test]
fn unmuted_before_it_broke_off_it_is_spoken_by_another() {
    let speakers = [('A', vec!["zone".to_owned()])].into();
    check_on(
        Announcer::new(speakers, false, 0),
        "> 0 voice zone
         > 0 voice d1
         > 1 call 1 at 7
         ready? 9
         > 1 voice zone
         9 speaks 7 Full until 1003 s
         > 1 speaking zone 7
         > 2 mute
         9 breaks 7 off
         > 2 unmute
         > 2.1 silent zone 7
         ready? 1",
    );
}

#[test]
fn a_voice_that_falls_silent_while_it_breaks_off_is_an_alarm_and_the_call_is_none() {
    check(
        "> 0 voice d1
         > 1 call 1 at 7
         ready? 1
         > 1 voice d1
         1 speaks 7 Full until 1003 s
         > 1 speaking d1 7
         > 2 mute
         1 breaks 7 off
         > 7 timer
         alarm Voice(\"d1\")",
    );
}

#[test]
fn a_voice_that_is_silent_by_its_hours_gives_the_call_back_and_nobody_is_alarmed() {
    check(
        "> 0 voice d1
         > 1 call 1 at 7
         ready? 1
         > 1 voice d1
         1 speaks 7 Full until 1003 s
         > 1 silent d1 7
         > 60 timer",
    );
}

#[test]
fn what_stood_when_the_server_was_started_again_in_a_muted_zone_is_muted() {
    let mut announcer = Announcer::new(Speakers::new(), true, 0);
    for line in ["0 mute", "0 call 1 at 7", "0 voice d1", "60 timer"] {
        let (at_ms, what) = read(line);
        assert_eq!(announcer.handle(at_ms, what), [], "{line}");
    }
    assert_eq!(announcer.speech(1, 7), Some(Speech::Muted));
}
