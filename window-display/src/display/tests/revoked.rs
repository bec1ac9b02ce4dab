use super::{check, check_as, shanghai};
use crate::display::Setup;

#[test]
fn shut_out_it_says_so_until_the_server_knows_it_again() {
    check(
        "timer 5 s
         show 连接 Connecting
         > 0 up
         send trouble: none
         send Voice { clock_ms: 0 }
         > 0 view 11 calling A012 11 at 0
         show 请A012到05号窗口 call 11 blinking
         > 1 revoked
         show 已停用 Revoked
         > 2 revoked
         > 7 timer
         > 30 down
         > 60 up
         send trouble: none
         send Voice { clock_ms: 60000 }
         > 60 view 12 idle
         timer 65 s
         show 05号窗口",
    );
    let two_lines = Setup { two_lines: true, voice: false, ..Setup::new(5, shanghai()) };
    check_as(two_lines, "timer 5 s\nshow 连接 / Connecting\n> 1 revoked\nshow 已停用 / Revoked");
}
