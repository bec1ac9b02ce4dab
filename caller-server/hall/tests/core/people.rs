//! Who may do what, and how a refusal is said.

use hall::{
    Command, Event, Refusal, Request, State,
    balance::{BadRules, Length, Rules},
    command::{Issue, Target, WindowAct},
    decide,
    plan::BadPlan,
    state::{Muted, StageName},
    words::{Actor, Class, Lane, Language, WindowId, ZoneId},
};

use crate::harness::{Hall, TODAY, clock, item, plan, read, ticket};

/// One of each command.
fn commands() -> Vec<(&'static str, Command)> {
    let issue = Issue {
        lane: Lane::Acceptance,
        class: Class::Normal,
        language: Language::Zh,
        appointment_at_ms: None,
        token: "t".into(),
        present: true,
        visitor: None,
        item: None,
    };
    let ticket = ticket("A001");
    let mut commands = vec![
        ("adopt plan", Command::AdoptPlan(plan())),
        ("set rules", Command::SetRules { rules: Rules::default(), reason: "r".into() }),
        ("set slip", Command::SetSlip { template: "t".into(), reason: "r".into() }),
        ("mute", Command::Mute { zone: None, muted: true, reason: "r".into() }),
        ("announce", Command::Announce { zone: None, zh: "一".into(), en: "one".into() }),
        ("open day", Command::OpenDay { day: TODAY }),
        ("close day", Command::CloseDay),
        ("tick", Command::Tick),
        ("issue", Command::Issue(issue)),
        ("check in", Command::CheckIn { ticket }),
        ("lease", Command::Lease { lane: Lane::Acceptance, count: 1 }),
        ("merge", Command::Merge { issued: vec![] }),
        ("void", Command::VoidLease { device: "k".into() }),
        ("admit", Command::AdmitDevice { device: "k".into(), window: None }),
        ("revoke", Command::RevokeDevice { device: "k".into() }),
        ("sit", Command::OpenWindow { window: WindowId(1), take_over: false }),
        ("cancel", Command::Cancel { ticket }),
        ("leave", Command::Leave { ticket }),
        ("rejoin", Command::Rejoin { ticket }),
        ("return", Command::Return { ticket }),
    ];
    let acts = [
        ("close", WindowAct::Close),
        ("next", WindowAct::CallNext),
        ("call", WindowAct::Call(ticket)),
        ("recall", WindowAct::Recall),
        ("start", WindowAct::Start),
        ("item", WindowAct::SetItem(None)),
        ("finish", WindowAct::Finish),
        ("no-show", WindowAct::NoShow),
        ("park", WindowAct::Park { until_ms: None, reason: "r".into() }),
        ("supplement", WindowAct::Supplement { missing: "m".into() }),
        ("transfer", WindowAct::Transfer { to: Target::Window(WindowId(2)), come_back: false }),
        ("pause", WindowAct::Pause { reason: "r".into() }),
        ("resume", WindowAct::Resume),
        ("alarm", WindowAct::RaiseEmergency),
        ("calm", WindowAct::ClearEmergency),
    ];
    commands.extend(acts.map(|(name, act)| (name, Command::AtWindow { window: WindowId(1), act })));
    commands
}

fn allowed(by: &Actor) -> String {
    let state = State::default();
    let may = |command: Command| {
        decide(&state, &Request { by: by.clone(), command }, clock("09:00")) != Err(Refusal::NotAllowed)
    };
    commands()
        .into_iter()
        .filter(|(_, command)| may(command.clone()))
        .map(|(name, _)| name)
        .collect::<Vec<_>>()
        .join(", ")
}

#[test]
fn each_may_do_what_the_table_of_permissions_says() {
    assert_eq!(allowed(&Actor::Citizen), "cancel, rejoin");
    assert_eq!(allowed(&read::device("k")), "issue, check in, lease, merge, rejoin");
    let system = "adopt plan, set rules, set slip, mute, announce, open day, close day, tick, void, admit, revoke";
    assert_eq!(allowed(&Actor::System), system);
    let clerk = "issue, check in, sit, cancel, leave, rejoin, return, close, next, call, recall, start, item, finish, no-show, \
                 park, supplement, transfer, pause, resume, alarm, calm";
    assert_eq!(allowed(&read::clerk("ann")), clerk);
    let manager = "set rules, set slip, mute, announce, open day, close day, issue, check in, void, admit, revoke, cancel, leave, \
                   rejoin, return, close, pause, resume, alarm, calm";
    assert_eq!(allowed(&read::manager()), manager);
}

/// One of each refusal.
fn refusals() -> Vec<Refusal> {
    let (window, ticket) = (WindowId(5), ticket("A001"));
    vec![
        Refusal::NoPlan,
        BadPlan::NoZone.into(),
        BadRules::Recalls(11).into(),
        Refusal::NotAllowed,
        Refusal::ClockBehind { behind_s: 5 },
        Refusal::DayClosed,
        Refusal::DayNotLater { day: TODAY },
        Refusal::NoSuchDay { day: TODAY },
        Refusal::LaneNotOffered { lane: Lane::Issuing },
        Refusal::NumbersUsedUp { lane: Lane::Issuing },
        Refusal::AppointmentTime,
        Refusal::BadToken,
        Refusal::LeaseSize { max: 200 },
        Refusal::LeasedUnused { max: 1_000 },
        Refusal::MergeSize { max: 500 },
        Refusal::NotLeased { ticket },
        Refusal::BadReason { chars_max: 200 },
        Refusal::BadNotice { chars_max: 120 },
        Refusal::SlipTooLarge { bytes_max: 8 * 1024 },
        Refusal::TimeOver,
        Refusal::UnknownItem { item: item("tax") },
        Refusal::UnknownZone { zone: ZoneId('C') },
        Refusal::UnknownWindow { window },
        Refusal::WindowClosed { window },
        Refusal::WindowTaken { window, clerk: "ann".into() },
        Refusal::HasOtherWindow { window },
        Refusal::WindowBusy { window, ticket },
        Refusal::NobodyHere { window },
        Refusal::NotStarted { ticket },
        Refusal::AlreadyStarted { ticket },
        Refusal::WindowPaused { window },
        Refusal::WindowNotPaused { window },
        Refusal::WindowInEmergency { window },
        Refusal::NoEmergency { window },
        Refusal::NobodyWaiting { window },
        Refusal::RecallTooSoon { ticket, wait_s: 5 },
        Refusal::RecallFirst { ticket, missing: 1 },
        Refusal::UnknownTicket { ticket },
        Refusal::WrongStage { ticket, stage: StageName::Parked },
        Refusal::NotServedHere { window, ticket },
        Refusal::ItemNotServedHere { window, ticket, item: item("tax") },
        Refusal::AlreadyHere { window, ticket },
        Refusal::GraceOver { ticket },
    ]
}

#[test]
fn every_refusal_has_the_code_of_its_json_and_a_sentence_in_both_languages() {
    for refusal in refusals() {
        let json = serde_json::to_value(&refusal).expect("a refusal is JSON");
        assert_eq!(json["code"], refusal.code());
        assert_eq!(serde_json::from_value::<Refusal>(json).expect("and reads back"), refusal);
        let (en, zh) = (refusal.to_string(), refusal.zh());
        assert!(en.is_ascii() && en.ends_with('.') && !en.contains('{'), "{en}");
        assert!(zh.ends_with('。') && !zh.contains('{') && !zh.contains("2026-11-23/"), "{zh}");
    }
}

#[test]
fn a_refusal_names_number_window_and_stage_as_people_know_them() {
    let wrong = Refusal::WrongStage { ticket: ticket("A001"), stage: StageName::Parked };
    assert_eq!(wrong.to_string(), "A001 can't do this now: it is parked.");
    assert_eq!(wrong.zh(), "A001 已挂起，不能这样操作。");
    assert_eq!(Refusal::NobodyWaiting { window: WindowId(5) }.zh(), "目前没有人在等候。");
    let plan = BadPlan::UnknownZone(WindowId(5), ZoneId('C'));
    assert_eq!(Refusal::from(plan).zh(), "大厅设置有误：5 号窗口所在的 C 区没有设置。");
    let rules = BadRules::TooLong { what: Length::Grace, value: 90_000 };
    assert_eq!(Refusal::from(rules).zh(), "均衡规则有误：过号保留时间为 90000 秒，最多 86400 秒。");
}

#[test]
fn a_manager_mutes_a_zone_or_the_hall_and_it_is_kept_who_did_and_why() {
    let mut hall = Hall::open(plan());
    let mute = |zone: Option<char>, muted, reason: &str| {
        let zone = zone.map(ZoneId);
        Command::Mute { zone, muted, reason: reason.into() }
    };
    let event = |zone, muted, reason: &str| {
        let (zone, reason, by) = (ZoneId(zone), reason.into(), "lin".into());
        if muted { Event::Muted { zone, reason, by } } else { Event::Unmuted { zone, reason, by } }
    };
    let mut ask = |command| hall.ask(read::manager(), command, clock("09:00"));
    assert_eq!(ask(mute(Some('B'), true, "a visit")), Ok(vec![event('B', true, "a visit")]));
    assert_eq!(ask(mute(Some('B'), true, "again")), Ok(vec![]));
    assert_eq!(ask(mute(None, true, "a speech")), Ok(vec![event('A', true, "a speech")]));
    assert_eq!(ask(mute(Some('A'), false, "")), Err(Refusal::BadReason { chars_max: 200 }));
    assert_eq!(ask(mute(Some('X'), true, "a visit")), Err(Refusal::UnknownZone { zone: ZoneId('X') }));
    assert_eq!(ask(mute(Some('A'), false, "over")), Ok(vec![event('A', false, "over")]));
    let muted = &hall.state.muted;
    let why = Muted { reason: "a visit".into(), by: "lin".into(), at_ms: clock("09:00") };
    assert_eq!(muted, &[(ZoneId('B'), why)].into());
}

#[test]
fn a_notice_goes_to_a_zone_or_to_all_and_is_one_line_in_chinese_at_least() {
    let mut hall = Hall::open(plan());
    let mut ask = |zone: Option<char>, zh: &str, en: &str| {
        let command = Command::Announce { zone: zone.map(ZoneId), zh: zh.into(), en: en.into() };
        hall.ask(read::manager(), command, clock("09:00")).map(|events| events.len())
    };
    assert_eq!(ask(Some('B'), "快下班了", ""), Ok(1));
    assert_eq!(ask(None, " 快下班了 ", "We close soon."), Ok(2));
    let bad = Err(Refusal::BadNotice { chars_max: 120 });
    for (zh, en) in [("", "We close soon."), ("两\n行", ""), ("好", "two\nlines"), (&"长".repeat(121), "")] {
        assert_eq!(ask(None, zh, en), bad, "{zh} {en}");
    }
    assert_eq!(ask(Some('X'), "快下班了", ""), Err(Refusal::UnknownZone { zone: ZoneId('X') }));
}

#[test]
fn a_zone_that_is_gone_is_not_silent_when_it_comes_back() {
    let mut hall = Hall::open(plan());
    let mute = Command::Mute { zone: None, muted: true, reason: "a speech".into() };
    assert!(hall.ask(read::manager(), mute, clock("09:00")).is_ok());
    let mut one = plan();
    one.zones.retain(|zone| *zone == ZoneId('A'));
    one.windows.retain(|_, window| window.zone == ZoneId('A'));
    for plan in [one, plan()] {
        assert!(hall.ask(Actor::System, Command::AdoptPlan(plan), clock("09:00")).is_ok());
    }
    assert_eq!(hall.state.muted.keys().collect::<Vec<_>>(), [&ZoneId('A')]);
}

#[test]
fn rules_and_plans_that_make_no_sense_are_refused_with_what_is_wrong() {
    let mut hall = Hall::open(plan());
    let mut rules = Rules::default();
    rules.no_show.recalls = 11;
    let set = |rules: &Rules, reason: &str| Command::SetRules { rules: rules.clone(), reason: reason.into() };
    let refused = hall.ask(read::manager(), set(&rules, "busy"), clock("09:00"));
    assert_eq!(refused, Err(BadRules::Recalls(11).into()));
    rules.no_show.recalls = 3;
    assert_eq!(hall.ask(read::manager(), set(&rules, " "), clock("09:00")), Err(Refusal::BadReason { chars_max: 200 }));
    assert!(hall.ask(read::manager(), set(&rules, "busy"), clock("09:00")).is_ok_and(|events| events.len() == 1));
    assert_eq!(hall.ask(read::manager(), set(&rules, "busy"), clock("09:00")), Ok(vec![]));
    let mut nowhere = plan();
    nowhere.zones.remove(0);
    let refused = hall.ask(Actor::System, Command::AdoptPlan(nowhere), clock("09:00"));
    assert_eq!(refused, Err(BadPlan::UnknownZone(WindowId(1), ZoneId('A')).into()));
}
