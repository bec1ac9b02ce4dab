//! What-if over HTTP: a past that the core itself wrote, replayed by the server and, beside it, directly.

use std::time::{Duration, Instant};

use hall::{
    balance::{IdlePick, Keep, Rate, Rules, Score, When, ZoneMode, presets::Preset},
    whatif::{Day, Lanes, Opening, PACE_MILLI, Patch, Switch, Terms, Visit, WaitTally, Window, replay},
    words::{Class, Lane, WindowId},
};
use serde_json::{Value, json};
use tests::book::Book;
use tests::client::{Client, fresh_key};
use tests::hall::{Hall, Setup};
use tests::past::{Past, write};

const PATIENCE: Duration = Duration::from_secs(60);
const TARGET_S: u64 = 900;
/// Windows of Tongxiang.
const WINDOWS: u64 = 26;
const LANES: [&str; 3] = ["acceptance", "issuing", "consulting"];
const CLASSES: [&str; 4] = ["normal", "returning", "priority", "appointment"];

/// A hall with some days behind it, and its manager.
async fn hall_with_a_past(days: u32, one_in: usize) -> (Hall, Client, Vec<String>) {
    let setup = Setup::default();
    let mut hall = Hall::set_up(setup.clone());
    let days = write(Past { days, one_in, seed: 7 }, &setup.config, hall.data_dir());
    hall.run().await;
    hall.settle().await;
    let manager = hall.manager().await;
    (hall, manager, days)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_what_if_over_http_is_the_replay_and_an_unchanged_one_is_the_day_as_it_was() {
    let (mut hall, mut manager, days) = hall_with_a_past(2, 1).await;
    let day = days.last().unwrap();
    let made = done(&mut manager, &compare(day, &json!({}))).await;
    let figures = |side: &Value| ["mean_s", "p50_s", "p95_s", "max_s"].map(|name| side[name]["mean"].as_f64().unwrap());
    assert_eq!(made["base"], made["changed"], "nothing is changed");

    let course: Value = read(&mut manager, &format!("/api/course?day={day}")).await;
    assert!(course["half_hours"].as_array().unwrap().len() >= 15 && course["services"][0]["lane"] == "acceptance");
    let past: Value = read(&mut manager, "/api/days").await;
    assert_eq!(past["days"][0]["day"], **day, "today nobody came");

    let preset = Preset::AppointmentsFirst.on(&Rules::default());
    let wanted = rules_json(&mut manager, "appointments first").await;
    let changed = done(&mut manager, &compare(day, &json!({ "rules": wanted }))).await;
    let mut more = rules_json(&mut manager, "first come, first served").await;
    more["balance"] = json!({"ratio": {"normal": 3, "returning": 1, "priority": 1, "appointment": 2},
    "reserved": [{"class": "priority", "windows": 2, "release_after_s": 240}],
    "switches": [
        {"name": "crowd", "when": {"waiting": {"lane": "acceptance", "over": 3, "back_under": 2}}, "dwell_s": 300,
         "then": {"idle_pick": "fewest_accepted", "reserved": [], "zones": {"mode": "jsq", "steal_after_s": 60}}},
        {"name": "morning", "when": {"clock": {"from_min": 570, "until_min": 660, "ahead_of_utc_min": 480}},
         "dwell_s": 0, "then": {"classes": [{"class": "normal", "offset_s": 900, "rate_milli": 1000, "cap_s": 3000}]}}
    ]});
    let all_rules = done(&mut manager, &compare(day, &json!({ "rules": more }))).await;
    hall.stop();

    let played = Played::read(&Book::read(&hall.journal_dir()), day, made["press_gap_ms"].as_u64().unwrap());
    for (rules, side) in [(&Rules::default(), &made["base"]), (&preset, &changed["changed"])] {
        let waits_s = played.waits_s(rules);
        assert_eq!(figures(&side["all"]), waits_s, "the server and the replay differ");
    }
    let first_come = Preset::FirstCome.on(&Rules::default());
    let terms = with_all_rules(played.terms(&first_come));
    assert_eq!(figures(&all_rules["changed"]["all"]), played.waits_of(&terms), "R2, R3 and R6");
    assert_ne!(played.waits_of(&terms), played.waits_s(&first_come), "they change something");
    // The clerks of this past press 20 s after each visit, which the server learned: the unchanged replay is the day itself,
    // but for the few who left and the pauses that waited for a visit.
    let (recorded, base) = (figures(&made["recorded"]), figures(&made["base"]["all"]));
    assert!((recorded[0] - base[0]).abs() < 0.15 * recorded[0] + 5.0, "recorded {recorded:?}, replayed {base:?}");
}

/// R2, R3 and R6 as the test asks for them over HTTP, in the words of a replay.
fn with_all_rules(terms: Terms) -> Terms {
    let waiting = When::Waiting { lane: Lane::Acceptance, over: 3, back_under: 2 };
    let crowd = Patch {
        idle_pick: Some(IdlePick::FewestAccepted),
        reserved: Some(vec![]),
        zones: Some((ZoneMode::Jsq, Some(60_000))),
        ..Patch::default()
    };
    let clock = When::Clock { from_min: 570, until_min: 660, ahead_of_utc_min: 0 };
    let head_start = Score { offset_ms: 900_000, rate: Rate::ONE, cap_ms: Some(3_000_000) };
    let morning = Patch { classes: vec![(0, head_start)], ..Patch::default() };
    Terms {
        ratio: Some(vec![3, 1, 1, 2]),
        reserved: vec![Keep { class: 2, windows: 2, release_after_ms: Some(240_000) }],
        switches: vec![
            Switch { when: waiting, dwell_ms: 300_000, then: crowd },
            Switch { when: clock, dwell_ms: 0, then: morning },
        ],
        ..terms
    }
}

/// The same day as the journal tells it, taken by other hands than the server's.
struct Played {
    day: Day,
    gap_ms: u64,
}

impl Played {
    fn read(book: &Book, day: &str, gap_ms: u64) -> Self {
        let plan = &all(book).find(|(_, event)| event["e"] == "plan_adopted").unwrap().1["plan"];
        let opened = |event: &Value| event["e"] == "day_opened" && event["day"] == day;
        let midnight_ms = all(book).find(|(_, event)| opened(event)).unwrap().0 - 60_000;
        let zones = plan["zones"].as_array().unwrap();
        let window = |number: u64| &plan["windows"][number.to_string()];
        let windows = (1..=WINDOWS).map(|number| Window {
            zone: zones.iter().position(|zone| *zone == window(number)["zone"]).unwrap(),
            lanes: Lanes::of(window(number)["lanes"].as_array().unwrap().iter().map(|name| place(&LANES, name))),
            pace_milli: PACE_MILLI,
        });
        let visits = visits(book, day, midnight_ms);
        let openings = (1..=WINDOWS).flat_map(|number| openings(book, number, midnight_ms)).collect();
        let day = Day { visits, windows: windows.collect(), zones: zones.len(), openings };
        Self { day, gap_ms }
    }

    fn waits_s(&self, rules: &Rules) -> [f64; 4] {
        self.waits_of(&self.terms(rules))
    }

    fn terms(&self, rules: &Rules) -> Terms {
        Terms {
            classes: Class::ALL.into_iter().map(|class| rules.of(class)).collect(),
            zone_mode: rules.zones.mode,
            steal_after_ms: rules.zones.steal_after_s.map(|s| u64::from(s) * 1000),
            idle_pick: rules.idle_pick,
            ratio: None,
            reserved: vec![],
            switches: vec![],
            press_gap_ms: self.gap_ms,
        }
    }

    fn waits_of(&self, terms: &Terms) -> [f64; 4] {
        let served = replay(&self.day, terms).unwrap();
        let waits = self.day.visits.iter().zip(&served);
        let waits = waits.map(|(visit, served)| served.map(|served| served.start_ms - visit.arrival_ms));
        let tally = WaitTally::of(waits, TARGET_S * 1000);
        let real = |ms: u64| f64::from(u32::try_from(ms).unwrap());
        let mean = real(u64::try_from(tally.sum_ms).unwrap()) / 1000.0 / real(tally.served);
        [mean, real(tally.p50_ms) / 1000.0, real(tally.p95_ms) / 1000.0, real(tally.max_ms) / 1000.0]
    }
}

fn all(book: &Book) -> impl Iterator<Item = (u64, &Value)> {
    book.entries.iter().flat_map(|entry| entry.events.iter().map(move |event| (entry.at_ms, event)))
}

fn place(names: &[&str], name: &Value) -> usize {
    names.iter().position(|known| name == known).unwrap()
}

/// Whoever was called, from the number to the end; all of this past come once and are finished.
fn visits(book: &Book, day: &str, midnight_ms: u64) -> Vec<Visit> {
    let at = |kind: &str, ticket: &Value| {
        all(book).find(|(_, event)| event["e"] == kind && event["ticket"] == *ticket).map(|(at_ms, _)| at_ms)
    };
    let of_day = |event: &Value| event["ticket"].as_str().is_some_and(|ticket| ticket.starts_with(day));
    let visit = |(at_ms, event): (u64, &Value)| {
        let called_ms = at("called", &event["ticket"])?;
        Some(Visit {
            arrival_ms: at_ms - midnight_ms,
            effective_arrival_ms: event["since_ms"].as_u64()? - midnight_ms,
            service_ms: at("finished", &event["ticket"])? - called_ms,
            class: place(&CLASSES, &event["class"]),
            lane: place(&LANES, &event["lane"]),
            zone: None,
        })
    };
    all(book).filter(|(_, event)| event["e"] == "joined" && of_day(event)).filter_map(visit).collect()
}

fn openings(book: &Book, number: u64, midnight_ms: u64) -> Vec<Opening> {
    let window = usize::try_from(number).unwrap() - 1;
    let (mut openings, mut since) = (Vec::new(), None);
    for (at_ms, event) in all(book).filter(|(_, event)| event["window"].as_u64() == Some(number)) {
        if !(midnight_ms..midnight_ms + 86_400_000).contains(&at_ms) {
            continue;
        }
        match event["e"].as_str().unwrap() {
            "window_opened" | "resumed" => since = since.or(Some(at_ms - midnight_ms)),
            "paused" | "window_closed" => openings.extend(since.take().map(|open_ms| {
                let close_ms = Some(at_ms - midnight_ms);
                Opening { window, open_ms, close_ms }
            })),
            _ => {}
        }
    }
    openings
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fewer_windows_mean_longer_waits_and_the_least_number_that_is_enough_is_found() {
    let (_hall, mut manager, days) = hall_with_a_past(8, 2).await;
    let day = &days[6];
    let open = |windows: u32| json!({ "open": [{"lane": "acceptance", "from_min": 510, "until_min": 1020, "windows": windows}] });
    let mut means = Vec::new();
    for windows in [20, 8, 5] {
        let made = done(&mut manager, &compare(day, &open(windows))).await;
        means.push(made["changed"]["all"]["mean_s"]["mean"].as_f64().unwrap());
    }
    assert!(means.is_sorted() && means[2] > 4.0 * means[0] + 60.0, "{means:?}");

    let ask = json!({"ask": "windows", "days": [day], "lane": "acceptance", "from_min": 600, "until_min": 660, "target_s": 300});
    let made = done(&mut manager, &ask).await;
    let (needed, tried) = (made["needed"].as_u64().unwrap(), made["tried"].as_array().unwrap());
    let p95 = |windows: u64| tried[usize::try_from(windows).unwrap() - 1]["p95_s"].as_f64();
    assert!(needed > 1 && p95(needed).is_some_and(|s| s <= 300.0), "{made}");
    assert!(p95(needed - 1).is_none_or(|s| s > 300.0), "{made}");

    let made = done(&mut manager, &json!({"ask": "next_hour", "lane": "acceptance", "target_s": 600})).await;
    assert!(made["windows"] == 20 && made["open"] == 0 && made["needed"].as_u64().is_some(), "{made}");

    // Drawn services: an interval stands beside each mean, and holds the mean of the recorded services' replay or is near it.
    let drawn = json!({"ask": "compare", "people": {"from": "days", "days": [day]}, "target_s": TARGET_S, "draws": 20});
    let made = done(&mut manager, &drawn).await;
    assert_eq!(made["runs"], 20);
    assert!(
        made["base"]["all"]["mean_s"]["plus_minus"].as_f64().is_some_and(|half| half > 0.0),
        "{}",
        made["base"]["all"]
    );
    assert_eq!(made["base"], made["changed"], "both sides have the same draws");

    let people = json!({"from": "made", "lane": "acceptance", "visits": 860, "from_min": 510, "until_min": 990,
        "service_s": 540, "cv_percent": 80});
    let made = done(&mut manager, &json!({"ask": "compare", "people": people, "target_s": TARGET_S, "draws": 5})).await;
    assert!(made["base"]["all"]["served"] == 860.0 && made.get("recorded").is_none(), "{made}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_what_if_that_makes_no_sense_is_refused_in_both_languages() {
    let (hall, mut manager, days) = hall_with_a_past(1, 20).await;
    let day = &days[0];
    let mut broken = rules_json(&mut manager, "Tongxiang").await;
    broken["classes"][0]["rate_milli"] = json!(1_000_000);
    let hours = |window: u32| {
        json!({"hours": [{"window": window, "from_min": 600, "until_min": 700},
        {"window": window, "from_min": 650, "until_min": 720}]})
    };
    let bad = [
        (compare("2019-01-01", &json!({})), "empty_day", "2019-01-01", "另选一天"),
        (compare("yesterday", &json!({})), "bad_whatif", "day", "有效的格式"),
        (compare(day, &json!({"rules": broken})), "bad_rules", "rate", "速率"),
        (compare(day, &hours(99)), "bad_whatif", "no window 99", "99号窗口"),
        (compare(day, &hours(1)), "bad_whatif", "open twice", "互相重叠"),
        (
            compare(day, &json!({"open": [{"lane": "issuing", "from_min": 1, "until_min": 2, "windows": 4}]})),
            "bad_whatif",
            "3 serve this lane",
            "只有3个",
        ),
        (
            json!({"ask": "windows", "days": [], "lane": "issuing", "from_min": 1, "until_min": 2, "target_s": 1}),
            "bad_whatif",
            "0 days",
            "0天",
        ),
        (
            json!({"ask": "windows", "days": [day], "lane": "issuing", "from_min": 2, "until_min": 2, "target_s": 1}),
            "bad_whatif",
            "minutes after midnight",
            "时段",
        ),
        (json!({"ask": "next_hour", "lane": "issuing", "target_s": 0}), "bad_whatif", "target", "目标"),
    ];
    for (ask, code, en, zh) in bad {
        let state = outcome(&mut manager, &ask).await;
        let refused = &state["refused"];
        assert_eq!(refused["code"], code, "{ask}: {state}");
        let says = |language: &str, words: &str| refused["text"][language].as_str().unwrap().contains(words);
        assert!(says("en", en) && says("zh", zh), "{ask}: {refused}");
    }
    assert_eq!(manager.post("/api/whatif", None, &json!({"ask": "guess"})).await.status, 400);
    assert_eq!(hall.clerk(1).await.post("/api/whatif", None, &compare(day, &json!({}))).await.status, 403);
    assert_eq!(Client::connect(hall.address).await.get("/api/whatif/1").await.status, 401);
    assert_eq!(manager.get("/api/whatif/4000").await.status, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_what_if_shows_its_progress_is_cancelled_and_only_a_few_are_under_way() {
    let (_hall, mut manager, days) = hall_with_a_past(1, 1).await;
    let long =
        json!({"ask": "compare", "people": {"from": "days", "days": [days[0]]}, "target_s": TARGET_S, "draws": 1000});
    let mut ids = Vec::new();
    let refused = loop {
        let reply = manager.post("/api/whatif", None, &long).await;
        if reply.status != 202 {
            break reply;
        }
        ids.push(serde_json::from_slice::<Value>(&reply.body).unwrap()["id"].as_u64().unwrap());
        assert!(ids.len() < 50, "no end of what-ifs");
    };
    assert_eq!((refused.status, refused.refused().code.as_str()), (503, "too_many_whatifs"));
    let first = ids[0];
    let began = Instant::now();
    loop {
        let state = read(&mut manager, &format!("/api/whatif/{first}")).await;
        if state["done"].as_u64().unwrap() > 0 {
            assert_eq!(state["of"], 2000);
            break;
        }
        assert!(began.elapsed() < PATIENCE, "{state}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    for id in ids {
        let request = manager.builder(hyper::Method::DELETE, &format!("/api/whatif/{id}"));
        let request = request.body(http_body_util::Full::default()).unwrap();
        assert_eq!(manager.send(request).await.unwrap().status, 204);
        assert_eq!(manager.get(&format!("/api/whatif/{id}")).await.status, 404);
    }
    // What was cancelled has made room.
    let made = done(&mut manager, &compare(&days[0], &json!({}))).await;
    assert!(made["base"]["all"]["served"].as_f64().unwrap() > 500.0);
}

#[tokio::test]
async fn the_rules_as_they_were_are_kept_with_who_and_why() {
    let hall = Hall::start(Setup::default()).await;
    let mut manager = hall.manager().await;
    let before = read(&mut manager, "/api/rules").await;
    assert_eq!((before["changes"].as_array().unwrap().len(), before["presets"].as_array().unwrap().len()), (0, 5));
    for (name, why) in [("equal work", "均衡"), ("first come, first served", "简单")] {
        let rules = rules_json(&mut manager, name).await;
        let act = json!({"act": "set_rules", "reason": why, "rules": rules});
        assert_eq!(manager.post("/api/hall", Some(&fresh_key()), &act).await.status, 200);
    }
    hall.settle().await;
    let book = read(&mut manager, "/api/rules").await;
    let changes = book["changes"].as_array().unwrap();
    assert_eq!((changes.len(), &changes[0]["by"], &changes[0]["reason"]), (2, &json!("manager"), &json!("简单")));
    assert_eq!(changes[1]["rules"]["balance"]["idle_pick"], "least_busy");
    let window = WindowId(1);
    assert!(book["presets"][4]["rules"]["balance"].is_null(), "Tongxiang is the default, {window} calls by hand");
}

fn compare(day: &str, change: &Value) -> Value {
    json!({"ask": "compare", "people": {"from": "days", "days": [day]}, "change": change, "target_s": TARGET_S})
}

async fn done(manager: &mut Client, ask: &Value) -> Value {
    let state = outcome(manager, ask).await;
    assert!(state["refused"].is_null(), "{ask}: {state}");
    state["outcome"].clone()
}

async fn outcome(manager: &mut Client, ask: &Value) -> Value {
    let reply = manager.post("/api/whatif", None, ask).await;
    assert_eq!(reply.status, 202, "{ask}: {:?}", reply.body);
    let id = serde_json::from_slice::<Value>(&reply.body).unwrap()["id"].clone();
    let began = Instant::now();
    loop {
        let state = read(manager, &format!("/api/whatif/{id}")).await;
        if state["running"] == false {
            return state;
        }
        assert!(began.elapsed() < PATIENCE, "{ask}: {state}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn rules_json(manager: &mut Client, preset: &str) -> Value {
    let book = read(manager, "/api/rules").await;
    let presets = book["presets"].as_array().unwrap().clone();
    presets.into_iter().find(|one| one["name"]["en"] == preset).unwrap()["rules"].clone()
}

async fn read(manager: &mut Client, path: &str) -> Value {
    let reply = manager.get(path).await;
    assert_eq!(reply.status, 200, "{path}: {:?}", reply.body);
    serde_json::from_slice(&reply.body).unwrap()
}
