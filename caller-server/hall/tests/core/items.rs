//! Kinds of business: who may serve them, and what that changes.

use hall::{
    Plan, Refusal,
    balance::{PassedOver, auto_call, direction, next_for},
    command::Command,
    forecast::{Moment, Outlook},
    plan::{BadPlan, Clerk, ITEMS_MAX, ItemPlan},
    words::{Lane, WindowId, ZoneId},
};

use crate::harness::{Hall, MIDNIGHT_MS, clock, item, plan, read, script, ticket};

#[test]
fn a_window_passes_over_what_it_may_not_serve_and_says_so() {
    let mut hall = Hall::open(plan());
    hall.follow(
        "08:50 1 open                          | 1 opened by clerk1
         08:50 2 open                          | 2 opened by clerk2
         09:00 take acceptance item tax        | A001 issued, A001 is tax, A001 waits (arrived)
         09:01 take acceptance item deed       | A002 issued, A002 is deed, A002 waits (arrived)
         09:02 take acceptance item photo      | A003 issued, A003 is photo, A003 waits (arrived)
         09:03 take acceptance                 | A004 issued, A004 waits (arrived)",
    );
    assert_eq!((hall.order(1, "09:04"), hall.order(2, "09:04")), ("A002 A003 A004".into(), "A001 A003 A004".into()));
    assert_eq!(hall.order(5, "09:04"), "A001 A002 A003 A004");
    let (first, why) = next_for(&hall.state, WindowId(1), clock("09:04")).expect("A002 waits");
    assert_eq!((first, why.item, why.barred), (ticket("A002"), Some(item("deed")), vec![WindowId(2)]));
    assert_eq!(why.passed_over, vec![PassedOver { ticket: ticket("A001"), item: item("tax") }]);
    let (_, why) = next_for(&hall.state, WindowId(2), clock("09:04")).expect("A001 waits");
    assert_eq!((why.barred, why.passed_over), (vec![WindowId(1)], vec![]), "A002 came later than A001");
    // Four people in one queue: items do not make another.
    assert_eq!(hall.state.ahead(ticket("A004"), clock("09:04")), Some(3));
    hall.follow(
        "09:05 2 call A002                     | refused: item_not_served_here
         09:05 2 next                          | A001 called to 2 (score)
         09:05 2 start                         | A001 started
         09:06 2 transfer 1                    | refused: item_not_served_here
         09:06 2 transfer acceptance           | A001 sent to acceptance, A001 waits (transferred)
         09:07 1 next                          | A002 called to 1 (score)
         09:07 2 next                          | A001 called to 2 (score)",
    );
}

#[test]
fn a_clerk_says_what_the_visit_is_while_it_is_there() {
    script(
        "09:00 2 open                          | 2 opened by clerk2
         09:00 2 item deed                     | refused: nobody_here
         09:00 take acceptance item fishing    | refused: unknown_item
         09:00 take acceptance                 | A001 issued, A001 waits (arrived)
         09:01 2 next                          | A001 called to 2 (score)
         09:01 2 item photo                    | A001 is photo
         09:01 2 start                         | A001 started
         09:02 2 item fishing                  | refused: unknown_item
         09:02 2 item deed                     | A001 is deed
         09:02 2 item deed                     | nothing
         09:02 2 as bob item tax               | refused: window_taken
         09:03 2 transfer acceptance           | A001 sent to acceptance, A001 waits (transferred)
         09:03 2 next                          | refused: nobody_waiting
         09:04 1 open                          | 1 opened by clerk1
         09:04 1 next                          | A001 called to 1 (score)
         09:04 1 item none                     | A001 is anything",
    );
}

#[test]
fn auto_call_gives_a_ticket_to_a_window_that_may_serve_it_and_others_go_on() {
    let mut hall = Hall::open(plan());
    let auto_call = [1, 2].map(WindowId).into();
    let rules = hall::balance::Rules { auto_call, ..Default::default() };
    let why = "less pressing".into();
    hall.ask(read::manager(), Command::SetRules { rules, reason: why }, clock("08:00")).expect("sound rules");
    hall.follow(
        "08:50 1 open                          | 1 opened by clerk1
         09:00 take acceptance item tax        | A001 issued, A001 is tax, A001 waits (arrived)
         09:00 tick                            | nothing
         09:01 take acceptance                 | A002 issued, A002 waits (arrived)
         09:01 tick                            | A002 called to 1 (score)
         09:02 2 open                          | 2 opened by clerk2",
    );
    let (called, window, why) = self::auto_call(&hall.state, clock("09:03")).expect("window 2 is free");
    assert_eq!((called, window, why.barred), (ticket("A001"), WindowId(2), vec![]), "window 1 is busy");
    let with_passed = |entry: &hall::Entry| format!("{:?}", entry.events).contains("PassedOver");
    assert!(hall.entries.iter().any(with_passed), "window 1 told whom it passed over");
}

#[test]
fn a_new_plan_frees_who_was_kept_from_windows_and_unknown_items_are_served_everywhere() {
    let mut hall = Hall::open(plan());
    hall.follow(
        "09:00 take acceptance item tax        | A001 issued, A001 is tax, A001 waits (arrived)
         09:00 take acceptance                 | A002 issued, A002 waits (arrived)",
    );
    assert_eq!(hall.order(1, "09:01"), "A002");
    let mut other = plan();
    other.items.remove(&item("tax"));
    other.windows.values_mut().for_each(|window| window.excludes.clear());
    hall.ask(hall::words::Actor::System, Command::AdoptPlan(other), clock("09:01")).expect("a sound plan");
    assert_eq!(hall.order(1, "09:01"), "A001 A002");
}

#[test]
fn a_ticket_is_sent_where_a_window_may_serve_it() {
    let hall = Hall::open(plan());
    assert_eq!(direction(&hall.state, Lane::Acceptance, None), ZoneId('A'));
    assert_eq!(direction(&hall.state, Lane::Acceptance, Some(item("tax"))), ZoneId('A'), "3 does not serve it");
    let mut hall = hall;
    hall.follow("08:50 3 open | 3 opened by clerk3");
    assert_eq!(direction(&hall.state, Lane::Acceptance, None), ZoneId('B'), "there a window is open");
    assert_eq!(direction(&hall.state, Lane::Acceptance, Some(item("deed"))), ZoneId('B'));
    assert_eq!(direction(&hall.state, Lane::Acceptance, Some(item("tax"))), ZoneId('A'));
}

#[test]
fn a_plan_whose_items_make_no_sense_is_refused() {
    let refused = |change: &dyn Fn(&mut Plan)| {
        let mut plan = plan();
        change(&mut plan);
        plan.validate()
    };
    let many = |plan: &mut Plan| {
        plan.items.extend((0..=ITEMS_MAX).map(|n| (item(&format!("i{n}")), ItemPlan::default())));
    };
    assert_eq!(refused(&many), Err(BadPlan::Items(ITEMS_MAX + 4)));
    let unknown = |plan: &mut Plan| plan.items.retain(|name, _| *name != item("tax"));
    assert_eq!(refused(&unknown), Err(BadPlan::UnknownItem(WindowId(1), item("tax"))));
    let nobody = |plan: &mut Plan| plan.windows.values_mut().for_each(|window| window.clerk = Clerk::New);
    let why = BadPlan::NobodyServes(Lane::Acceptance, item("deed"));
    assert_eq!(refused(&nobody), Err(why.clone()));
    assert!(why.zh().contains("综合受理") && Refusal::from(why).to_string().contains("item deed"));
    for name in ["", "Tax", "报税", "a b", "a23456789012345678901234x"] {
        assert!(name.parse::<hall::plan::ItemId>().is_err(), "{name}");
    }
}

#[test]
fn who_waits_for_the_only_window_that_may_serve_it_is_told_so() {
    let mut hall = Hall::open(plan());
    hall.follow(
        "08:50 1 open                          | 1 opened by clerk1
         08:50 2 open                          | 2 opened by clerk2
         08:50 3 open                          | 3 opened by clerk3
         09:00 take acceptance                 | A001 issued, A001 waits (arrived)
         09:00 take acceptance                 | A002 issued, A002 waits (arrived)
         09:00 take acceptance                 | A003 issued, A003 waits (arrived)
         09:00 1 next                          | A001 called to 1 (score)
         09:00 2 next                          | A002 called to 2 (score)
         09:00 3 next                          | A003 called to 3 (score)
         09:00 take acceptance item tax        | A004 issued, A004 is tax, A004 waits (arrived)
         09:00 take acceptance                 | A005 issued, A005 waits (arrived)",
    );
    let moment = Moment { now_ms: clock("09:00"), midnight_ms: MIDNIGHT_MS };
    let mut outlook = Outlook::default();
    let mut minutes = |number: &str| {
        let wait = outlook.of(&hall.state, ticket(number), moment).expect("it waits");
        wait.mean_ms.expect("windows are open") as f64 / 60_000.0
    };
    let (tax, anything) = (minutes("A004"), minutes("A005"));
    // One window of three: a whole service; and the other takes the first of two.
    assert!((tax - 10.3).abs() < 0.4, "{tax}");
    assert!(anything < 7.0, "{anything}");
}

#[test]
fn services_that_are_known_to_be_long_are_foreseen_as_long() {
    let mut hall = Hall::open(plan());
    hall.follow("08:00 1 open | 1 opened by clerk1");
    // 40 short visits and 20 long ones at one window, one after another.
    let mut at_ms = clock("08:00");
    for n in 0..60 {
        let is_long = n % 3 == 0;
        let name = if is_long { "deed" } else { "photo" };
        hall.follow(&format!(
            "{time} take acceptance item {name} | A{n:03} issued, A{n:03} is {name}, A{n:03} waits (arrived)
             {time} 1 next                      | A{n:03} called to 1 (score)
             {time} 1 start                     | A{n:03} started",
            time = time(at_ms),
            n = n + 1,
        ));
        at_ms += if is_long { 1_200_000 } else { 300_000 };
        hall.follow(&format!("{} 1 finish | A{:03} finished", time(at_ms), n + 1));
    }
    let pace = &hall.state.pace;
    let minutes = |name| pace.occupied_by(Lane::Acceptance, Some(item(name))).mean_ms() as f64 / 60_000.0;
    assert!((16.0..20.0).contains(&minutes("deed")), "{}", minutes("deed"));
    assert!((5.0..6.5).contains(&minutes("photo")), "{}", minutes("photo"));
    let wait_behind = |name: &str| {
        let mut hall = Hall { state: hall.state.clone(), entries: vec![] };
        let at = time(at_ms);
        hall.follow(&format!(
            "{at} take acceptance item {name} | A061 issued, A061 is {name}, A061 waits (arrived)
             {at} take acceptance             | A062 issued, A062 waits (arrived)"
        ));
        let moment = Moment { now_ms: at_ms, midnight_ms: MIDNIGHT_MS };
        let wait = Outlook::default().of(&hall.state, ticket("A062"), moment).expect("it waits");
        wait.mean_ms.expect("a window is open") as f64 / 60_000.0
    };
    let (long, short) = (wait_behind("deed"), wait_behind("photo"));
    assert!(long > 2.5 * short && long > 15.0, "behind a long one {long}, behind a short one {short}");
}

/// A time of the first day as a script writes it.
fn time(at_ms: u64) -> String {
    let s = (at_ms - MIDNIGHT_MS) / 1000;
    format!("{:02}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60)
}
