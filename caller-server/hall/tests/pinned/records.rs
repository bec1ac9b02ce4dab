//! A record of every event, with and without what is optional, by every kind of person.

use std::collections::{BTreeMap, BTreeSet};

use hall::{
    Entry, Event, Plan,
    balance::{
        Because, IdlePick, OtherWindow, PassedOver, Patch, Ratio, Reserve, Rules, RunnerUp, Switch, When, Why,
        WhyWindow, ZoneMode, ZoneRule,
    },
    command::Target,
    event::{JoinedWhy, Offline, Unserved},
    forecast::Wait,
    plan::{AtClosing, Clerk, Hours, ItemId, ItemPlan, WindowPlan},
    words::{Actor, Class, Day, Lane, Language, Number, Ticket, VisitorKey, WindowId, ZoneId},
};

const DAY: Day = Day { year: 2026, month: 11, day: 23 };
const TICKET: Ticket = Ticket { day: DAY, number: Number { letter: 'A', n: 1 } };
const WINDOW: WindowId = WindowId(5);
const AT_MS: u64 = 1_795_395_600_000;

/// Every record, in the order of the pinned lines.
pub fn all() -> Vec<Entry> {
    let by = |at: usize| match at % 5 {
        0 => Actor::System,
        1 => Actor::Citizen,
        2 => Actor::Device("kiosk-1".into()),
        3 => Actor::Manager("lin".into()),
        _ => Actor::Clerk { name: "ann".into(), console: "c1".into() },
    };
    let key = |at: usize| (at % 2 == 1).then(|| format!("key-{at}"));
    let entry = |(at, events)| Entry { seq: at as u64 + 1, at_ms: AT_MS + at as u64, by: by(at), key: key(at), events };
    let all = of_the_hall().into_iter().chain(of_visits()).chain(of_windows()).chain(of_visitors()).chain(of_slips());
    all.chain(of_forecasts())
        .chain(of_rules())
        .chain(of_slips_elsewhere())
        .chain(of_items())
        .chain(of_voices())
        .chain(of_devices())
        .enumerate()
        .map(entry)
        .collect()
}

fn of_slips() -> Vec<Vec<Event>> {
    let template = "first = \"zh\"\n".into();
    vec![vec![Event::SlipChanged { template, reason: "换页脚".into(), by: "王".into() }]]
}

fn of_slips_elsewhere() -> Vec<Vec<Event>> {
    vec![vec![Event::Reprinted { ticket: TICKET, at: Some("kiosk-2".into()) }]]
}

fn of_voices() -> Vec<Vec<Event>> {
    let (zone, by) = (ZoneId('B'), "王");
    vec![
        vec![Event::Muted { zone, reason: "开会".into(), by: by.into() }],
        vec![Event::Unmuted { zone, reason: "散会".into(), by: by.into() }],
        vec![Event::Announced { zone, zh: "快下班了".into(), en: "We close soon.".into(), by: by.into() }],
    ]
}

fn of_devices() -> Vec<Vec<Event>> {
    let admitted = |device: &str, window| Event::DeviceAdmitted { device: device.into(), window };
    vec![
        vec![admitted("display-5", Some(WINDOW))],
        vec![admitted("kiosk-2", None)],
        vec![Event::DeviceRevoked { device: "kiosk-2".into() }],
    ]
}

fn of_the_hall() -> Vec<Vec<Event>> {
    let plan = Plan {
        zones: vec![ZoneId('A'), ZoneId('B')],
        letters: [(Lane::Acceptance, 'A'), (Lane::Issuing, 'B'), (Lane::Consulting, 'C')].into(),
        windows: [(
            WINDOW,
            WindowPlan {
                zone: ZoneId('A'),
                lanes: vec![Lane::Acceptance, Lane::Consulting],
                hours: vec![],
                clerk: Clerk::default(),
                excludes: BTreeSet::new(),
            },
        )]
        .into(),
        items: BTreeMap::new(),
        at_closing: AtClosing::CarryOver,
        wrap_up_s: 30,
    };
    vec![
        vec![Event::PlanAdopted { plan: plan.clone() }],
        vec![Event::PlanAdopted { plan: Plan { at_closing: AtClosing::Expire, ..plan } }],
        vec![Event::RulesChanged { rules: Rules::default(), reason: "比较忙".into() }],
        vec![Event::DayOpened { day: DAY }],
        vec![Event::DayClosed, Event::Ended { ticket: TICKET, how: Unserved::Expired }],
        vec![Event::Leased { device: "kiosk-1".into(), lane: Lane::Acceptance, first: 2, last: 51 }],
        vec![Event::LeaseVoided { device: "kiosk-1".into() }],
    ]
}

fn of_visits() -> Vec<Vec<Event>> {
    let issued = |class, language, appointment_at_ms, offline| Event::Issued {
        ticket: TICKET,
        lane: Lane::Acceptance,
        class,
        language,
        token: "t0ken".into(),
        appointment_at_ms,
        offline,
        visitor: None,
    };
    let joined = |lane, window, class, why| Event::Joined {
        ticket: TICKET,
        lane,
        zone: ZoneId('A'),
        window,
        class,
        since_ms: AT_MS,
        why,
    };
    let offline = Offline { device: "kiosk-1".into(), at_ms: AT_MS - 1000 };
    vec![
        vec![
            issued(Class::Normal, Language::Zh, None, None),
            joined(Lane::Acceptance, None, Class::Normal, JoinedWhy::Arrived),
        ],
        vec![issued(Class::Appointment, Language::En, Some(AT_MS + 1), None)],
        vec![issued(Class::Priority, Language::Zh, None, Some(offline))],
        vec![joined(Lane::Acceptance, None, Class::Priority, JoinedWhy::Rejoined)],
        vec![joined(Lane::Issuing, None, Class::Returning, JoinedWhy::Returned)],
        vec![joined(Lane::Issuing, None, Class::Returning, JoinedWhy::Transferred)],
        vec![joined(Lane::Consulting, Some(WINDOW), Class::Returning, JoinedWhy::CameBack)],
        vec![joined(Lane::Acceptance, None, Class::Appointment, JoinedWhy::Released)],
        vec![joined(Lane::Acceptance, None, Class::Normal, JoinedWhy::CarriedOver)],
        vec![Event::Ended { ticket: TICKET, how: Unserved::Cancelled }],
        vec![Event::Ended { ticket: TICKET, how: Unserved::Left }],
    ]
}

/// One visit, one ticket.
fn of_visitors() -> Vec<Vec<Event>> {
    let issued = Event::Issued {
        ticket: TICKET,
        lane: Lane::Acceptance,
        class: Class::Normal,
        language: Language::Zh,
        token: "t0ken".into(),
        appointment_at_ms: None,
        offline: None,
        visitor: Some(VisitorKey(0x0123_4567_89ab_cdef)),
    };
    vec![vec![issued], vec![Event::Reprinted { ticket: TICKET, at: None }]]
}

fn of_windows() -> Vec<Vec<Event>> {
    let (ticket, window) = (TICKET, WINDOW);
    let runner_up =
        Some(RunnerUp { ticket: Ticket { number: Number { letter: 'C', n: 1000 }, ..TICKET }, score_ms: 5 });
    let called = |because, runner_up| Event::Called {
        ticket,
        window,
        why: Why {
            because,
            class: Class::Normal,
            waited_ms: 60_000,
            score_ms: 60_000,
            runner_up,
            window: None,
            from_zone: None,
            credits: Default::default(),
            item: None,
            barred: vec![],
            passed_over: vec![],
        },
    };
    let sent = |to, come_back| Event::Transferred { ticket, window, to, come_back };
    let parked = |until_ms| Event::Parked { ticket, window, until_ms, reason: "打电话".into() };
    vec![
        vec![Event::WindowOpened { window, clerk: "ann".into(), console: "c1".into() }],
        vec![Event::WindowClosed { window }],
        vec![called(Because::Score, runner_up)],
        vec![called(Because::Cap, None)],
        vec![called(Because::ByHand, None)],
        vec![Event::Recalled { ticket, window }],
        vec![Event::Started { ticket, window }],
        vec![Event::Finished { ticket, window }],
        vec![Event::NotShown { ticket, window, grace_until_ms: AT_MS + 1_800_000 }],
        vec![parked(None)],
        vec![parked(Some(AT_MS + 60_000))],
        vec![Event::SentForSupplement { ticket, window, missing: "照片".into() }],
        vec![sent(Target::Lane(Lane::Issuing), false)],
        vec![sent(Target::Window(WindowId(6)), true)],
        vec![Event::WrapUpStarted { window, until_ms: AT_MS + 30_000 }],
        vec![Event::Paused { window, reason: "午休".into() }],
        vec![Event::Resumed { window }],
        vec![Event::EmergencyRaised { window }],
        vec![Event::EmergencyCleared { window }],
    ]
}

fn of_forecasts() -> Vec<Vec<Event>> {
    let hours = vec![Hours { from_s: 30_600, until_s: 42_300 }, Hours { from_s: 48_600, until_s: 61_200 }];
    let window = WindowPlan {
        zone: ZoneId('A'),
        lanes: vec![Lane::Acceptance],
        hours,
        clerk: Clerk::default(),
        excludes: BTreeSet::new(),
    };
    let plan = Plan {
        zones: vec![ZoneId('A')],
        letters: [(Lane::Acceptance, 'A')].into(),
        windows: [(WINDOW, window)].into(),
        items: BTreeMap::new(),
        at_closing: AtClosing::Expire,
        wrap_up_s: 0,
    };
    let wait = Wait { mean_ms: None, p10_ms: Some(1), p20_ms: Some(2), p50_ms: Some(3), p80_ms: Some(4), p90_ms: None };
    vec![vec![Event::Foreseen { ticket: TICKET, wait }], vec![Event::PlanAdopted { plan }]]
}

/// Rules R2 to R6 and R8, and what they add to a call.
fn of_rules() -> Vec<Vec<Event>> {
    let (ticket, window) = (TICKET, WINDOW);
    let each = |part| Some(Ratio(Class::ALL.into_iter().map(|class| (class, part)).collect()));
    let kept = vec![Reserve { class: Class::Priority, windows: 2, release_after_s: Some(300) }];
    let zones = ZoneRule { mode: ZoneMode::RoundRobin, steal_after_s: None };
    let switch = |name: &str, when, then| Switch { name: name.into(), when, dwell_s: 60, then };
    let lane = Lane::Acceptance;
    let patch = Patch {
        classes: Rules::default().classes.into_iter().take(1).collect(),
        ratio: each(1),
        reserved: Some(vec![]),
        zones: Some(ZoneRule::default()),
        idle_pick: Some(IdlePick::LowestNumber),
    };
    let pick = || Patch { idle_pick: Some(IdlePick::LeastBusy), ..Patch::default() };
    let rules = Rules {
        ratio: each(3),
        reserved: kept,
        zones,
        idle_pick: IdlePick::FewestAccepted,
        switches: vec![
            switch("午间", When::Clock { from_min: 690, until_min: 780, ahead_of_utc_min: 480 }, patch),
            switch("b", When::Waiting { lane, over: 20, back_under: 10 }, pick()),
            switch("c", When::OldestWait { lane, over_s: 1200, back_under_s: 600 }, pick()),
            switch("d", When::OpenWindows { lane, under: 5, back_over: 6 }, pick()),
        ],
        auto_call: [WindowId(1), WINDOW].into(),
        ..Rules::default()
    };
    let why = Why {
        because: Because::Turn,
        class: Class::Normal,
        waited_ms: 60_000,
        score_ms: 60_000,
        runner_up: None,
        window: Some(WhyWindow {
            pick: IdlePick::FewestAccepted,
            measure: 3,
            others: vec![OtherWindow { window: WindowId(6), measure: 4 }],
        }),
        from_zone: Some(ZoneId('B')),
        credits: [(Class::Normal, -2), (Class::Priority, 2)].into(),
        item: None,
        barred: vec![],
        passed_over: vec![],
    };
    vec![
        vec![Event::RulesChanged { rules, reason: "均衡".into() }],
        vec![Event::SwitchTurned { name: "午间".into(), on: true }],
        vec![Event::Called { ticket, window, why }],
        vec![Event::PauseAsked { window, reason: "午休".into() }],
    ]
}

/// Items, and what they add to a plan and to a call.
fn of_items() -> Vec<Vec<Event>> {
    let (ticket, window) = (TICKET, WINDOW);
    let item = |name: &str| name.parse::<ItemId>().expect("the name of an item");
    let window_plan = |clerk, excludes| WindowPlan {
        zone: ZoneId('A'),
        lanes: vec![Lane::Acceptance],
        hours: vec![],
        clerk,
        excludes,
    };
    let plan = Plan {
        zones: vec![ZoneId('A')],
        letters: [(Lane::Acceptance, 'A')].into(),
        windows: [
            (WINDOW, window_plan(Clerk::New, [item("tax-new")].into())),
            (WindowId(6), window_plan(Clerk::Experienced, BTreeSet::new())),
        ]
        .into(),
        items: [(item("deed"), ItemPlan { experienced: true }), (item("tax-new"), ItemPlan { experienced: false })]
            .into(),
        at_closing: AtClosing::Expire,
        wrap_up_s: 0,
    };
    let other = Ticket { number: Number { letter: 'A', n: 2 }, ..TICKET };
    let why = Why {
        because: Because::Score,
        class: Class::Normal,
        waited_ms: 60_000,
        score_ms: 60_000,
        runner_up: None,
        window: None,
        from_zone: None,
        credits: BTreeMap::new(),
        item: Some(item("deed")),
        barred: vec![WINDOW],
        passed_over: vec![PassedOver { ticket: other, item: item("tax-new") }],
    };
    vec![
        vec![Event::PlanAdopted { plan }],
        vec![Event::ItemSet { ticket, window: None, item: Some(item("deed")) }],
        vec![Event::ItemSet { ticket, window: Some(window), item: None }],
        vec![Event::Called { ticket, window: WindowId(6), why }],
    ]
}

/// How many kinds of event there are.
pub const EVENTS: usize = 35;

/// The position of an event's kind; a new kind does not compile until it stands here, and fails until it is pinned.
pub fn position(event: &Event) -> usize {
    match event {
        Event::PlanAdopted { .. } => 0,
        Event::RulesChanged { .. } => 1,
        Event::DayOpened { .. } => 2,
        Event::DayClosed => 3,
        Event::Issued { .. } => 4,
        Event::Joined { .. } => 5,
        Event::Leased { .. } => 6,
        Event::LeaseVoided { .. } => 7,
        Event::WindowOpened { .. } => 8,
        Event::WindowClosed { .. } => 9,
        Event::Called { .. } => 10,
        Event::Recalled { .. } => 11,
        Event::Started { .. } => 12,
        Event::Finished { .. } => 13,
        Event::NotShown { .. } => 14,
        Event::Parked { .. } => 15,
        Event::SentForSupplement { .. } => 16,
        Event::Transferred { .. } => 17,
        Event::WrapUpStarted { .. } => 18,
        Event::Paused { .. } => 19,
        Event::Resumed { .. } => 20,
        Event::EmergencyRaised { .. } => 21,
        Event::EmergencyCleared { .. } => 22,
        Event::Ended { .. } => 23,
        Event::Reprinted { .. } => 24,
        Event::SlipChanged { .. } => 25,
        Event::Foreseen { .. } => 26,
        Event::SwitchTurned { .. } => 27,
        Event::PauseAsked { .. } => 28,
        Event::ItemSet { .. } => 29,
        Event::Muted { .. } => 30,
        Event::Unmuted { .. } => 31,
        Event::Announced { .. } => 32,
        Event::DeviceAdmitted { .. } => 33,
        Event::DeviceRevoked { .. } => 34,
    }
}
