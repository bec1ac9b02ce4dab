//! What is spoken, and what is said to the server about it.

use super::*;

#[test]
fn a_recall_is_a_call_of_its_own_and_a_busy_voice_says_when_it_is_ready() {
    check(
        "timer 5 s
         show 连接 Connecting
         > 0 view 11 calling A012 11 at 0 en
         show 请A012到05号窗口 A012 to window 05 call 11 blinking
         > 0 leave 11 A012 until 2
         speak A012 window 5 call 11 Zh Once
         > 3 view 12 calling A012 12 at 3 en
         show 请A012到05号窗口 A012 to window 05 call 12 blinking
         > 4 ready
         > 9 voice-spoken 11
         send Spoken { call: 11 }
         send Voice { clock_ms: 9000 }
         > 10 panel-shown 12
         send Shown { call: 12 }
         > 10 leave 12 A012 until 12
         speak A012 window 5 call 12 Zh Once",
    );
}

#[test]
fn leave_that_came_too_late_or_to_a_busy_voice_is_given_back() {
    check(
        "timer 5 s
         show 连接 Connecting
         > 3.1 leave 11 A012 until 3
         send failed 11: the leave to speak came too late
         > 4 leave 12 A013 until 4
         speak A013 window 5 call 12 Zh Once
         > 4 leave 13 A014 until 6
         send failed 13: the leave to speak came too late
         > 4 leave 12 A013 until 6
         > 8 voice-spoken 12
         send Spoken { call: 12 }
         > 8 leave 12 A013 until 10
         send Spoken { call: 12 }",
    );
}

#[test]
fn a_voice_of_a_zone_speaks_for_every_window_and_shows_nothing() {
    check_as(
        Setup::speaker(shanghai()),
        "timer 5 s
         > 0 up
         send trouble: none
         send Voice { clock_ms: 0 }
         > 1 ready
         send Voice { clock_ms: 1000 }
         > 1 leave 11 A012 until 3
         speak A012 window 5 call 11 Zh Once
         > 3 down
         > 5 voice-spoken 11
         send Spoken { call: 11 }
         > 6 up
         send trouble: none
         send Spoken { call: 11 }
         send Voice { clock_ms: 6000 }",
    );
}

#[test]
fn a_notice_is_spoken_with_leave_like_a_call_and_its_clips_are_fetched_before() {
    check_as(
        Setup::speaker(shanghai()),
        "timer 5 s
         > 0 prepare 00aa 11bb
         fetch 00aa 11bb
         > 1 say 11 until 3
         speak notice 11 at 100 %: Notice.
         > 1 voice-began 11
         send Speaking { call: 11, lasts_ms: 4000 }
         > 2 say 11 until 4
         > 2 leave 12 A012 until 4
         send failed 12: the leave to speak came too late
         > 5 voice-spoken 11
         send Spoken { call: 11 }
         > 6 say 11 until 8
         send Spoken { call: 11 }
         > 9 say 12 until 8
         send failed 12: the leave to speak came too late",
    );
}
