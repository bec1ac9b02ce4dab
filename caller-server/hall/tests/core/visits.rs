//! The ways of a visit.

use crate::harness::{Hall, clock, plan, script, ticket};

#[test]
fn a_visit_is_called_served_and_finished() {
    script(
        "08:55 1 open                | 1 opened by clerk1
         09:00 take acceptance       | A001 issued, A001 waits (arrived)
         09:01 1 next                | A001 called to 1 (score)
         09:02 1 start               | A001 started
         09:10 1 finish              | A001 finished
         09:11 1 finish              | refused: nobody_here
         09:11 1 next                | refused: nobody_waiting",
    );
}

#[test]
fn next_finishes_who_is_served_unless_nobody_waits() {
    script(
        "08:55 1 open                | 1 opened by clerk1
         09:00 take acceptance       | A001 issued, A001 waits (arrived)
         09:01 1 next                | A001 called to 1 (score)
         09:01 1 start               | A001 started
         09:02 1 next                | refused: nobody_waiting
         09:03 take acceptance       | A002 issued, A002 waits (arrived)
         09:04 1 next                | A001 finished, A002 called to 1 (score)
         09:05 1 next                | refused: not_started",
    );
}

#[test]
fn who_does_not_come_is_recalled_set_aside_and_may_rejoin() {
    script(
        "08:55 1 open                | 1 opened by clerk1
         09:00 take acceptance       | A001 issued, A001 waits (arrived)
         09:01:00 1 next             | A001 called to 1 (score)
         09:01:10 1 recall           | refused: recall_too_soon
         09:01:10 1 no-show          | refused: recall_first
         09:01:20 1 recall           | A001 recalled
         09:01:40 1 no-show          | refused: recall_first
         09:01:40 1 recall           | A001 recalled
         09:01:50 1 no-show          | refused: recall_too_soon
         09:02:00 1 no-show          | A001 absent
         09:02:01 take acceptance    | A002 issued, A002 waits (arrived)
         09:31:59 A001 rejoin        | A001 waits (rejoined)
         09:32:00 A001 rejoin        | refused: wrong_stage
         09:32:00 1 call A001        | A001 called to 1 (by_hand)",
    );
}

#[test]
fn a_rejoin_counts_from_the_original_arrival_plus_the_penalty() {
    let mut hall = Hall::open(plan());
    hall.follow(
        "08:55 1 open                | 1 opened by clerk1
         09:00 take acceptance       | A001 issued, A001 waits (arrived)
         09:01:00 1 next             | A001 called to 1 (score)
         09:01:20 1 recall           | A001 recalled
         09:01:40 1 recall           | A001 recalled
         09:02:00 1 no-show          | A001 absent
         09:04 take acceptance       | A002 issued, A002 waits (arrived)
         09:06 take acceptance       | A003 issued, A003 waits (arrived)
         09:07 A001 rejoin           | A001 waits (rejoined)",
    );
    assert_eq!(hall.order(1, "09:07"), "A002 A001 A003");
    assert_eq!(hall.state.ahead(ticket("A001"), clock("09:07")), Some(1));
}

#[test]
fn an_absent_holder_expires_when_the_grace_is_over() {
    script(
        "08:55 1 open                | 1 opened by clerk1
         09:00 take acceptance       | A001 issued, A001 waits (arrived)
         09:01:00 1 next             | A001 called to 1 (score)
         09:01:20 1 recall           | A001 recalled
         09:01:40 1 recall           | A001 recalled
         09:02:00 1 no-show          | A001 absent
         09:31:59 tick               | nothing
         09:32:00 A001 rejoin        | refused: grace_over
         09:32:00 tick               | A001 expired
         09:33:00 A001 rejoin        | refused: wrong_stage",
    );
}

#[test]
fn a_parked_visit_comes_back_by_itself_by_a_word_or_by_hand() {
    script(
        "08:55 1 open                | 1 opened by clerk1
         09:00 take acceptance       | A001 issued, A001 waits (arrived)
         09:01 1 next                | A001 called to 1 (score)
         09:01 1 park                | refused: not_started
         09:01 1 start               | A001 started
         09:02 1 park 09:02          | refused: time_over
         09:02 1 park 09:30          | A001 parked
         09:29 tick                  | nothing
         09:30 tick                  | A001 waits (returned)
         09:31 1 next                | A001 called to 1 (score)
         09:31 1 start               | A001 started
         09:32 1 park                | A001 parked
         09:40 1 call A001           | A001 called to 1 (by_hand)
         09:41 1 start               | A001 started
         09:42 1 park                | A001 parked
         09:50 A001 return           | A001 waits (returned)",
    );
}

#[test]
fn who_fetches_a_missing_paper_does_not_wait_anew() {
    let mut hall = Hall::open(plan());
    hall.follow(
        "08:55 1 open                | 1 opened by clerk1
         09:00 take acceptance       | A001 issued, A001 waits (arrived)
         09:01 1 next                | A001 called to 1 (score)
         09:01 1 start               | A001 started
         09:05 1 supplement          | A001 sent for a paper
         09:05 take acceptance       | A002 issued, A002 waits (arrived)
         09:40 1 call A001           | refused: wrong_stage
         09:40 A001 return           | A001 waits (returned)",
    );
    assert_eq!(hall.order(1, "09:40"), "A001 A002");
}

#[test]
fn a_visit_is_sent_to_another_queue_and_keeps_its_arrival_and_number() {
    let mut hall = Hall::open(plan());
    hall.follow(
        "08:55 1 open                | 1 opened by clerk1
         08:55 4 open                | 4 opened by clerk4
         09:00 take acceptance       | A001 issued, A001 waits (arrived)
         09:01 1 next                | A001 called to 1 (score)
         09:01 1 start               | A001 started
         09:02 take issuing          | B001 issued, B001 waits (arrived)
         09:03 1 transfer issuing    | A001 sent to issuing, A001 waits (transferred)",
    );
    assert_eq!(hall.order(4, "09:03"), "A001 B001");
    hall.follow(
        "09:04 4 next                | A001 called to 4 (score)
         09:05 4 start               | A001 started
         09:06 4 finish              | A001 finished",
    );
}

#[test]
fn a_visit_that_was_sent_with_return_comes_back_to_the_sender_alone() {
    script(
        "08:55 1 open                | 1 opened by clerk1
         08:55 2 open                | 2 opened by clerk2
         08:55 5 open                | 5 opened by clerk5
         09:00 take acceptance       | A001 issued, A001 waits (arrived)
         09:01 1 next                | A001 called to 1 (score)
         09:01 1 start               | A001 started
         09:02 1 transfer 5 and back | A001 sent to 5, A001 waits for 5 (transferred)
         09:02 2 next                | refused: nobody_waiting
         09:02 2 call A001           | refused: not_served_here
         09:03 5 next                | A001 called to 5 (score)
         09:03 5 start               | A001 started
         09:05 5 finish              | A001 sent to 1, A001 waits for 1 (came_back)
         09:05 2 next                | refused: nobody_waiting
         09:06 1 next                | A001 called to 1 (score)
         09:06 1 start               | A001 started
         09:07 1 finish              | A001 finished",
    );
}

#[test]
fn a_visit_whose_sender_went_home_comes_back_to_the_senders_queue() {
    script(
        "08:55 1 open                         | 1 opened by clerk1
         08:55 2 open                         | 2 opened by clerk2
         08:55 5 open                         | 5 opened by clerk5
         09:00 take acceptance                | A001 issued, A001 waits (arrived)
         09:01 1 next                         | A001 called to 1 (score)
         09:01 1 start                        | A001 started
         09:02 1 transfer consulting and back | A001 sent to consulting, A001 waits (transferred)
         09:02 1 close                        | 1 closed
         09:03 5 next                         | A001 called to 5 (score)
         09:03 5 start                        | A001 started
         09:05 5 finish                       | A001 sent to acceptance, A001 waits (came_back)
         09:05 2 next                         | A001 called to 2 (score)
         09:05 2 start                        | A001 started
         09:06 2 finish                       | A001 finished",
    );
}

#[test]
fn a_visit_can_be_sent_only_where_somebody_can_take_it() {
    script(
        "08:55 1 open                | 1 opened by clerk1
         08:55 2 open                | 2 opened by clerk2
         09:00 take acceptance       | A001 issued, A001 waits (arrived)
         09:01 1 next                | A001 called to 1 (score)
         09:01 1 transfer 2          | refused: not_started
         09:01 1 start               | A001 started
         09:02 1 transfer 1          | refused: already_here
         09:02 1 transfer 3          | refused: window_closed
         09:02 1 transfer 9          | refused: unknown_window
         09:02 2 alarm               | 2 in emergency
         09:02 1 transfer 2          | refused: window_in_emergency",
    );
}

#[test]
fn a_holder_gives_up_or_is_seen_to_leave() {
    script(
        "08:55 1 open                | 1 opened by clerk1
         09:00 take acceptance       | A001 issued, A001 waits (arrived)
         09:00 take acceptance later | A002 issued
         09:00 take acceptance       | A003 issued, A003 waits (arrived)
         09:01 A001 leave            | A001 left
         09:01 A002 leave            | refused: wrong_stage
         09:01 A002 cancel           | A002 cancelled
         09:01 A002 check-in         | refused: wrong_stage
         09:02 1 next                | A003 called to 1 (score)
         09:02 A003 cancel           | refused: wrong_stage
         09:02 A009 cancel           | refused: unknown_ticket",
    );
}
