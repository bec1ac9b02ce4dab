//! The ways of a window.

use hall::{Command, Plan, words::Actor};

use crate::harness::{Hall, clock, plan, script};

#[test]
fn a_clerk_has_one_window_and_a_window_one_console() {
    script(
        "08:50 1 as ann open           | 1 opened by ann
         08:50 1 as ann open           | nothing
         08:51 2 as ann open           | refused: has_other_window
         08:51 2 as bob@ann open       | refused: has_other_window
         08:51 1 as bob open           | refused: window_taken
         08:52 1 as ann@laptop open    | refused: window_taken
         08:52 1 as ann@laptop pause x | refused: window_taken
         08:53 9 as bob open           | refused: unknown_window
         08:53 9 as bob next           | refused: unknown_window
         08:53 2 as bob next           | refused: window_closed
         08:54 2 as bob open           | 2 opened by bob
         08:54 1 as bob next           | refused: window_taken",
    );
}

#[test]
fn who_takes_over_goes_on_with_the_visit() {
    script(
        "08:50 1 as ann open           | 1 opened by ann
         09:00 take acceptance         | A001 issued, A001 waits (arrived)
         09:01 1 as ann next           | A001 called to 1 (score)
         09:02 1 as bob open over      | 1 opened by bob
         09:02 1 as ann start          | refused: window_taken
         09:02 1 as bob start          | A001 started
         09:03 1 as bob finish         | A001 finished",
    );
}

#[test]
fn two_clerks_who_press_together_get_two_people() {
    script(
        "08:50 1 open                  | 1 opened by clerk1
         08:50 2 open                  | 2 opened by clerk2
         09:00 take acceptance         | A001 issued, A001 waits (arrived)
         09:00 take acceptance         | A002 issued, A002 waits (arrived)
         09:01 1 next                  | A001 called to 1 (score)
         09:01 2 next                  | A002 called to 2 (score)",
    );
}

#[test]
fn a_paused_window_calls_nobody_until_it_resumes() {
    script(
        "08:50 1 open                  | 1 opened by clerk1
         09:00 take acceptance         | A001 issued, A001 waits (arrived)
         09:00 1 resume                | refused: window_not_paused
         09:00 1 pause                 | refused: bad_reason
         09:00 1 pause lunch           | 1 paused: lunch
         09:01 1 pause lunch           | refused: window_paused
         09:01 1 next                  | refused: window_paused
         09:01 1 recall                | refused: nobody_here
         09:30 1 resume                | 1 resumed
         09:30 1 next                  | A001 called to 1 (score)
         09:30 1 pause lunch           | refused: window_busy
         09:30 1 close                 | refused: window_busy
         09:31 1 start                 | A001 started
         09:31 1 start                 | refused: already_started
         09:31 1 no-show               | refused: already_started
         09:31 1 close                 | refused: window_busy",
    );
}

#[test]
fn a_window_tidies_up_after_a_visit_for_as_long_as_the_plan_says() {
    let mut hall = Hall::open(Plan { wrap_up_s: 60, ..plan() });
    hall.follow(
        "08:50 1 open                  | 1 opened by clerk1
         09:00 take acceptance         | A001 issued, A001 waits (arrived)
         09:00 take acceptance         | A002 issued, A002 waits (arrived)
         09:00 take acceptance         | A003 issued, A003 waits (arrived)
         09:01 1 next                  | A001 called to 1 (score)
         09:01 1 start                 | A001 started
         09:02 1 finish                | A001 finished, 1 wraps up
         09:02:59 tick                 | nothing
         09:03 tick                    | 1 resumed
         09:03 tick                    | nothing
         09:04 1 next                  | A002 called to 1 (score)
         09:04 1 start                 | A002 started
         09:05 1 supplement            | A002 sent for a paper, 1 wraps up
         09:05 1 next                  | A003 called to 1 (score)
         09:06 1 start                 | A003 started
         09:07 1 finish                | A003 finished, 1 wraps up
         09:07 1 resume                | 1 resumed",
    );
    assert_eq!(hall.state.next_deadline(), None);
}

#[test]
fn an_emergency_stops_everything_at_a_window_until_it_is_over() {
    script(
        "08:50 1 open                  | 1 opened by clerk1
         08:50 1 calm                  | refused: no_emergency
         09:00 take acceptance         | A001 issued, A001 waits (arrived)
         09:01 1 next                  | A001 called to 1 (score)
         09:01 1 start                 | A001 started
         09:02 1 alarm                 | 1 in emergency
         09:02 1 alarm                 | refused: window_in_emergency
         09:03 1 finish                | refused: window_in_emergency
         09:03 1 manager close         | refused: window_in_emergency
         09:04 1 manager calm          | 1 out of emergency
         09:05 1 finish                | A001 finished",
    );
}

#[test]
fn a_manager_can_pause_resume_and_close_any_window_but_not_call_there() {
    script(
        "08:50 1 manager close         | refused: window_closed
         08:50 1 open                  | 1 opened by clerk1
         08:51 1 manager pause drill   | 1 paused: drill
         08:52 1 manager resume        | 1 resumed
         08:53 1 manager next          | refused: not_allowed
         08:53 1 manager open          | refused: not_allowed
         08:54 1 manager close         | 1 closed
         08:55 1 next                  | refused: window_closed",
    );
}

#[test]
fn who_waits_for_a_window_alone_waits_for_its_queue_when_it_closes() {
    script(
        "08:50 1 open                  | 1 opened by clerk1
         08:50 2 open                  | 2 opened by clerk2
         09:00 take acceptance         | A001 issued, A001 waits (arrived)
         09:01 1 next                  | A001 called to 1 (score)
         09:01 1 start                 | A001 started
         09:02 1 transfer 2            | A001 sent to 2, A001 waits for 2 (transferred)
         09:03 2 close                 | 2 closed, A001 waits (released)
         09:04 1 next                  | A001 called to 1 (score)",
    );
}

#[test]
fn a_window_that_leaves_the_plan_gives_its_visit_back() {
    let mut hall = Hall::open(plan());
    hall.follow(
        "08:50 1 open                  | 1 opened by clerk1
         08:50 2 open                  | 2 opened by clerk2
         09:00 take acceptance         | A001 issued, A001 waits (arrived)
         09:01 1 next                  | A001 called to 1 (score)",
    );
    let mut smaller = plan();
    smaller.windows.pop_first();
    let adopt = |plan: &Plan| Command::AdoptPlan(plan.clone());
    assert_eq!(hall.ask(Actor::System, adopt(&smaller), clock("09:02")).map(|events| events.len()), Ok(2));
    assert_eq!(hall.ask(Actor::System, adopt(&smaller), clock("09:02")), Ok(vec![]));
    hall.follow(
        "09:03 1 start                 | refused: unknown_window
         09:03 2 next                  | A001 called to 2 (score)",
    );
}
