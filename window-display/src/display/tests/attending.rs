//! Somebody at the office looks for a display, or tries it.

use super::*;

#[test]
fn a_display_shows_for_a_while_that_it_is_here() {
    check(
        "timer 5 s
         show 连接 Connecting
         > 0 up
         send trouble: none
         send Voice { clock_ms: 0 }
         > 0 view 10 idle
         show 05号窗口
         > 1 identify
         timer 6 s
         show ★本机★ Here blinking
         send done: the panel says for 10 s that it is here; the voice chimes in its turn
         > 5 pulse
         > 6 timer
         timer 10 s
         > 9 pulse
         > 10 timer
         timer 11 s
         > 11 timer
         show 05号窗口
         timer 14 s",
    );
}

#[test]
fn no_call_is_covered_and_a_call_ends_a_trial() {
    check(
        "timer 5 s
         show 连接 Connecting
         > 0 view 10 idle
         show 05号窗口
         > 1 test
         timer 6 s
         show 测试 A001 Test 88 blinking
         send done: the panel shows a test for 10 s; the voice calls A001 in its turn
         > 2 view 11 calling A012 11 at 2
         show 请A012到05号窗口 call 11 blinking
         > 3 identify
         send not done: a call stands on the panel; try again in a while
         > 6 timer
         timer 8 s
         > 8 timer
         show 离线 14:00 Offline",
    );
}

#[test]
fn a_panel_without_a_voice_does_not_promise_one() {
    check_as(
        Setup { voice: false, ..Setup::new(5, shanghai()) },
        "timer 5 s
         show 连接 Connecting
         > 0 up
         send trouble: none
         > 0 view 10 idle
         show 05号窗口
         > 1 test
         timer 6 s
         show 测试 A001 Test 88 blinking
         send done: the panel shows a test for 10 s; it has no voice",
    );
}

#[test]
fn a_voice_without_a_panel_is_heard_alone() {
    check_as(
        Setup::speaker(shanghai()),
        "timer 5 s
         > 0 up
         send trouble: none
         send Voice { clock_ms: 0 }
         > 1 identify
         timer 6 s
         send done: the voice is heard in its turn",
    );
}
