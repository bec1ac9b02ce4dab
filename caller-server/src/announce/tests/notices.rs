//! What is said between calls.

use super::*;

#[test]
fn a_notice_waits_for_every_call_and_is_said_by_the_zones_own_voice() {
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
         > 2 notice 8
         > 3 call 2 at 9
         > 5 spoken zone 7
         ready? 9
         > 5 voice zone
         9 speaks 9 Full until 1007 s
         > 5 speaking zone 9
         > 9 spoken zone 9
         ready? 9
         > 9 voice zone
         9 says 8 until 1011 s
         > 9 speaking zone 8
         > 13 spoken zone 8
         > 60 timer",
    );
}

#[test]
fn without_a_voice_of_the_zone_one_of_its_displays_says_it_and_none_of_an_earlier_version() {
    check(
        "> 0 voice d4
         > 1 notice 7
         > 2 voice d1
         ready? 1
         > 2 voice d1
         1 says 7 until 1004 s
         > 2 failed d1 7
         alarm NoNotice('A')
         > 60 notice 8
         ready? 1
         over NoNotice('A')",
    );
}

#[test]
fn a_notice_that_nobody_can_say_is_an_alarm_after_a_while_and_none_in_a_muted_zone() {
    check(
        "> 1 notice 7
         > 20 timer
         > 31 timer
         alarm NoNotice('A')",
    );
    check(
        "> 0 voice d1
         > 1 mute
         > 2 notice 7
         > 60 timer",
    );
}

#[test]
fn a_notice_for_all_is_said_in_each_zone_for_itself() {
    let speakers = [('A', vec!["zone".to_owned()]), ('B', vec!["d2".to_owned()])].into();
    check_on(
        Announcer::new(speakers, false, 0),
        "> 0 voice zone
         > 0 voice d2
         > 1 notice 7
         ready? 9
         > 1 notice 7B
         ready? 2
         > 1 voice zone
         9 says 7 until 1003 s
         > 1 speaking zone 7
         > 1.1 spoken zone 7
         > 1.1 voice d2
         2 says 7 until 1003 s",
    );
}

#[test]
fn a_notice_that_waits_is_said_once_however_often_it_is_wanted() {
    check(
        "> 0 voice d1
         > 1 call 1 at 7
         ready? 1
         > 1 voice d1
         1 speaks 7 Full until 1003 s
         > 1 speaking d1 7
         > 2 notice 8
         > 2 notice 9
         > 5 spoken d1 7
         ready? 1
         > 5 voice d1
         1 says 9 until 1007 s
         > 5 speaking d1 9
         > 9 spoken d1 9
         > 60 timer",
    );
}
