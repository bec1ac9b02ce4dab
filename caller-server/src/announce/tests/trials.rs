//! A voice that somebody at the office wants to hear.

use super::*;

/// The first and second trial.
const FIRST: u64 = (1 << 52) + 1;
const SECOND: u64 = (1 << 52) + 2;

#[test]
fn a_voice_is_heard_alone_after_the_calls_that_wait_and_no_other_takes_its_place() {
    let speakers = [('A', vec!["zone".to_owned()])].into();
    check_on(
        Announcer::new(speakers, false, 0),
        &format!(
            "> 0 voice zone
             > 0 voice d1
             > 0 voice d2
             > 1 call 2 at 7
             ready? 9
             > 1 voice zone
             9 speaks 7 Full until 1003 s
             > 1 speaking zone 7
             > 2 try d1
             > 2 chime zone
             > 5 spoken zone 7
             ready? 1
             > 5 voice d1
             1 speaks {FIRST} Full until 1007 s
             > 5 failed d1 {FIRST}
             ready? 9
             > 6 voice zone
             9 says {SECOND} until 1008 s
             > 6 speaking zone {SECOND}
             > 8 spoken zone {SECOND}
             > 60 timer"
        ),
    );
}

#[test]
fn a_voice_that_is_silent_or_is_none_makes_nobody_wait_and_is_no_late_call() {
    check(
        "> 0 voice d1
         > 1 mute
         > 1 try d1
         > 2 unmute
         > 3 try d7
         > 4 timer
         > 5 try d1
         ready? 1
         > 6 gone d1
         > 40 timer
         > 41 voice d1
         > 42 timer",
    );
}
