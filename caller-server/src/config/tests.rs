use hall::words::{Lane, WindowId, ZoneId};

use super::*;

const TONGXIANG: &str = include_str!("../../halls/tongxiang.toml");

/// The complaint about a text, in English.
fn complaint(text: &str) -> String {
    HallConfig::parse(text).unwrap_err().to_string()
}

#[test]
fn the_commented_file_writes_every_default() {
    let written: toml::Table = toml::from_str(DEFAULT_TOML).unwrap();
    let defaults = toml::Table::try_from(HallConfig::default()).unwrap();
    assert_eq!(written, defaults);
    assert_eq!(HallConfig::parse(DEFAULT_TOML).unwrap(), HallConfig::default());
}

#[test]
fn an_empty_file_is_the_default_hall_of_three_windows() {
    let config = HallConfig::parse("").unwrap();
    assert_eq!(config, HallConfig::default());
    let plan = config.plan().unwrap();
    assert_eq!((plan.zones.len(), plan.windows.len(), plan.letters.len()), (1, 3, 3));
}

#[test]
fn settings_without_a_default_are_in_the_commented_file_too() {
    let is_setting = |rest: &str| rest.starts_with(|c: char| c.is_ascii_lowercase());
    let uncommented: Vec<&str> = DEFAULT_TOML
        .lines()
        .map(|line| line.strip_prefix('#').filter(|rest| is_setting(rest)).unwrap_or(line))
        .collect();
    let config = HallConfig::parse(&uncommented.join("\n")).unwrap();
    assert!(config.public_url.is_some() && config.day.close_at.is_some());
    assert!(config.windows.iter().all(|group| !group.hours.is_empty()));
    let windows = config.windows.iter().map(|group| WindowGroup { hours: vec![], ..group.clone() }).collect();
    let day = DayConfig { close_at: None, ..config.day.clone() };
    let as_default = HallConfig { public_url: None, day, windows, ..config };
    assert_eq!(as_default, HallConfig::default());
}

#[test]
fn tongxiang_has_26_windows_in_two_zones_for_three_lanes() {
    let plan = HallConfig::parse(TONGXIANG).unwrap().plan().unwrap();
    let serving = |zone: char, lane| {
        let serves = |w: &&hall::plan::WindowPlan| w.zone == ZoneId(zone) && w.lanes == [lane];
        plan.windows.values().filter(serves).count()
    };
    assert_eq!(plan.windows.keys().copied().collect::<Vec<_>>(), (1..=26).map(WindowId).collect::<Vec<_>>());
    assert_eq!((serving('A', Lane::Acceptance), serving('B', Lane::Acceptance)), (10, 10));
    assert_eq!((serving('B', Lane::Issuing), serving('A', Lane::Consulting)), (3, 3));
    assert_eq!(plan.letters.values().collect::<String>(), "ABC");
}

#[test]
fn windows_are_called_by_their_number_unless_the_file_says_otherwise() {
    let names = HallConfig::parse(TONGXIANG).unwrap().names().unwrap();
    assert_eq!(names.window(WindowId(26)), Text::new("26号窗口", "Window 26"));
    assert_eq!(names.zone(ZoneId('B')).zh, "综合受理B厅");
    let own = r#"
        [[windows]]
        numbers = [7, 9]
        zone = "A"
        lanes = ["issuing"]
        name = { zh = "出证{n}号", en = "Desk {n}" }
    "#;
    let config = HallConfig::parse(own).unwrap();
    assert_eq!(config.names().unwrap().window(WindowId(9)), Text::new("出证9号", "Desk 9"));
    assert_eq!(config.plan().unwrap().windows.len(), 2, "windows that are written replace the default ones");
}

#[test]
fn a_misspelt_key_gets_its_line_and_what_was_meant() {
    let text = "wrap_up_s = 5\n\n[[windows]]\nfirst = 1\nlast = 2\nzonne = \"A\"\n";
    assert_eq!(complaint(text), "line 6 (第6行): unknown key `zonne`; did you mean `zone`?");
    let error = HallConfig::parse(text).unwrap_err();
    assert_eq!(error.zh(), "line 6 (第6行): 未知的键 `zonne`；是否应为 `zone`？");
    assert_eq!(
        complaint("[day]\nqqq = 1"),
        "line 2 (第2行): unknown key `qqq`; possible: auto, open_at, close_at, at_closing"
    );
    assert_eq!(
        complaint("name = { zh = \"厅\", en = \"Hall\", fr = \"Salle\" }"),
        "line 1 (第1行): unknown key `fr`; possible: zh, en"
    );
}

#[test]
fn a_misspelt_word_gets_its_line_its_key_and_what_was_meant() {
    assert_eq!(
        complaint("[day]\nat_closing = \"expired\""),
        "line 2 (第2行): day.at_closing: `expired` is not possible here; did you mean `expire`?"
    );
}

#[test]
fn every_complaint_names_line_and_key() {
    let window = "[[windows]]\nzone = \"A\"\nlanes = [\"issuing\"]\n";
    let cases = [
        ("wrap_up_s = -1".to_owned(), "line 1 (第1行): wrap_up_s: "),
        ("wrap_up_s = 4000".into(), "line 1 (第1行): wrap_up_s: 4000 is out of bounds"),
        ("time_zone = \"Asia/Tongxiang\"".into(), "line 1 (第1行): time_zone: \"Asia/Tongxiang\" is not a time zone"),
        ("listen = \"8080\"".into(), "line 1 (第1行): listen: \"8080\" is not an address with a port"),
        ("public_url = \"hall.example\"".into(), "line 1 (第1行): public_url: \"hall.example\" is not an address"),
        ("[day]\nopen_at = \"8:5\"".into(), "line 2 (第2行): day.open_at: \"8:5\" is not a time of day"),
        ("[day]\nopen_at = \"09:00\"\nclose_at = \"08:00\"".into(), "line 3 (第3行): day.close_at: the day must close"),
        ("[log]\nlevel = \"caller=loud\"".into(), "line 2 (第2行): log.level: \"caller=loud\" is not a level"),
        ("[journal]\nsegment_mib = 0".into(), "line 2 (第2行): journal.segment_mib: 0 is out of bounds"),
        ("[limits]\nqueue_max = 1".into(), "line 2 (第2行): limits.queue_max: 1 is out of bounds"),
        ("name = { zh = \"\", en = \"Hall\" }".into(), "line 1 (第1行): name: the name is empty"),
        (window.into(), "line 1 (第1行): windows[0].numbers: say which windows"),
        (format!("{window}numbers = [0]"), "line 4 (第4行): windows[0].numbers: say which windows"),
        (format!("{window}first = 3\nlast = 2"), "line 1 (第1行): windows[0].numbers: windows can't go from 3 to 2"),
        (format!("{window}numbers = [4, 4]"), "line 4 (第4行): windows[0].numbers: window 4 is there already"),
        (
            "[[windows]]\nnumbers = [1]\nzone = \"Z\"\nlanes = [\"issuing\"]".into(),
            "line 3 (第3行): windows[0].zone: window 1 stands in zone Z",
        ),
        (
            "[[windows]]\nnumbers = [1]\nzone = \"A\"\nlanes = []".into(),
            "line 4 (第4行): windows[0].lanes: window 1 must serve",
        ),
        ("[[zones]]\nid = \"a\"\nzh = \"a\"\nen = \"a\"".into(), "line 2 (第2行): zones[0].id: 'a' can't name a zone"),
        ("zones = []".into(), "line 1 (第1行): zones: the plan names no zone"),
        (
            "[[lanes]]\nlane = \"issuing\"\nletter = \"a\"\nzh = \"z\"\nen = \"e\"".into(),
            "line 1 (第1行): lanes: 'a' can't stand before",
        ),
        ("wrap_up_s = ".into(), "line 1 (第1行): "),
    ];
    for (text, begins) in cases {
        let complaint = complaint(&text);
        assert!(complaint.starts_with(begins), "{text}\n  got:  {complaint}\n  want: {begins}");
    }
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let error = HallConfig::load(Some("nowhere/hall.toml".as_ref())).unwrap_err();
    assert!(error.to_string().starts_with("nowhere/hall.toml: the file can't be read"), "{error}");
    assert!(error.zh().starts_with("nowhere/hall.toml: 无法读取该文件"), "{}", error.zh());
}

#[test]
fn a_telephone_is_sent_to_the_public_address_or_else_to_the_one_that_is_listened_on() {
    let url = |text: &str| HallConfig::parse(text).unwrap().ticket_url();
    assert_eq!(url(""), "http://localhost:8080/t/");
    assert_eq!(url("listen = \"192.0.2.7:80\""), "http://192.0.2.7:80/t/");
    assert_eq!(url("listen = \"[2001:db8::7]:80\""), "http://[2001:db8::7]:80/t/");
    assert_eq!(url("public_url = \"https://hall.example/\""), "https://hall.example/t/");
}

#[test]
fn time_zones_are_known_without_the_systems_own_data() {
    let bundled = jiff::tz::TimeZoneDatabase::bundled();
    assert!(bundled.get("Asia/Shanghai").is_ok() && bundled.get("Europe/Berlin").is_ok());
}

#[test]
fn items_are_read_with_windows_that_exclude_them_and_new_clerks() {
    let items = "items = [{ id = \"tax-new\", zh = \"税务登记\", en = \"Tax registration\" }, \
                 { id = \"deed\", zh = \"不动产\", en = \"Deeds\", experienced = true }]\n";
    let lane = "[[lanes]]\nlane = \"acceptance\"\nletter = \"A\"\nzh = \"受\"\nen = \"A\"\n";
    let window =
        |n: u16, more: &str| format!("[[windows]]\nnumbers = [{n}]\nzone = \"A\"\nlanes = [\"acceptance\"]\n{more}\n");
    let (excludes, new) = ("excludes = [\"tax-new\"]", "clerk = \"new\"");
    let hall = |first: &str, second: &str| format!("{items}{lane}{}{}", window(1, first), window(2, second));
    let config = HallConfig::parse(&hall(excludes, new)).unwrap();
    let plan = config.plan().unwrap();
    let may = |window, item: &str| plan.may_serve(WindowId(window), Some(item.parse().unwrap()));
    assert_eq!([may(1, "tax-new"), may(1, "deed"), may(2, "tax-new"), may(2, "deed")], [false, true, true, false]);
    assert_eq!(config.names().unwrap().item("deed".parse().unwrap()).zh, "不动产");
    let said = complaint(&hall(new, new));
    assert!(said.contains("items[1].id: no window of lane Acceptance may serve item deed"), "{said}");
    let said = complaint(&hall("excludes = [\"fishing\"]", ""));
    assert!(said.contains("windows[0].excludes: window 1 excludes item fishing"), "{said}");
    let said = complaint(&hall(excludes, new).replace("\"deed\"", "\"tax-new\""));
    assert!(said.contains("items[1].id: this one is there already"), "{said}");
    let said = complaint(&hall(excludes, new).replace("\"deed\"", "\"Deed\""));
    assert!(said.contains("name of an item"), "{said}");
}
