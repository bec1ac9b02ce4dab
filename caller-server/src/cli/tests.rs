use std::fs;

use tempfile::TempDir;

use super::*;

/// What a command came to.
struct Done {
    code: u8,
    out: String,
    err: String,
}

/// Runs a command line, with `{}` for the data directory, and a piped input.
fn run_in(dir: &TempDir, line: &str, input: &str) -> Done {
    let data_dir = dir.path().to_str().unwrap();
    let words = ["caller-server"].into_iter().chain(line.split(' '));
    let args: Vec<OsString> = words.map(|word| word.replace("{}", data_dir).into()).collect();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut console = Console {
        input: Box::new(input.as_bytes()),
        out: Box::new(&mut out),
        err: Box::new(&mut err),
        is_terminal: false,
    };
    let code = run(args, &mut console);
    drop(console);
    Done { code, out: String::from_utf8(out).unwrap(), err: String::from_utf8(err).unwrap() }
}

fn run_line(line: &str) -> Done {
    run_in(&tempfile::tempdir().unwrap(), line, "")
}

#[test]
fn an_account_is_added_listed_changed_and_removed() {
    let dir = tempfile::tempdir().unwrap();
    let added = run_in(&dir, "account add 王芳 --role manager --data-dir {}", "correct horse\n");
    assert_eq!((added.code, added.out.as_str()), (0, "王芳 can sign in. 王芳可以登录。\n"), "{}", added.err);
    let listed = run_in(&dir, "account list --data-dir {}", "");
    assert!(listed.out.ends_with("  manager 管理员  王芳\n"), "{}", listed.out);
    assert_eq!(run_in(&dir, "account password 王芳 --password-stdin --data-dir {}", "battery staple\n").code, 0);
    assert_eq!(run_in(&dir, "account remove 王芳 --data-dir {}", "").code, 0);
    assert_eq!(run_in(&dir, "account list --data-dir {}", "").out, "");
}

#[test]
fn a_complaint_is_in_both_languages_and_ends_with_1() {
    let done = run_in(&tempfile::tempdir().unwrap(), "account add wang --role clerk --data-dir {}", "short\n");
    assert_eq!((done.code, done.out.as_str()), (1, ""));
    assert_eq!(
        done.err,
        "caller-server: a password has 8 to 256 characters; this one has 5\n密码须为8至256个字符，现为5个\n"
    );
}

#[test]
fn wrong_use_ends_with_2_and_help_with_0() {
    for line in
        ["", "sing", "account add wang", "serve --demo-speed 60", "device add d --role toaster", "serve --listen x"]
    {
        let done = run_line(line);
        assert_eq!((done.code, done.out.as_str()), (2, ""), "{line}");
        assert!(!done.err.is_empty(), "{line}");
    }
    let help = run_line("serve --help");
    assert_eq!((help.code, help.err.as_str()), (0, ""));
    assert!(help.out.contains("For demonstrations only") && help.out.contains("仅供演示"), "{}", help.out);
}

#[test]
fn the_key_of_a_device_stands_alone_on_stdout_and_is_shown_once() {
    let dir = tempfile::tempdir().unwrap();
    let added = run_in(&dir, "device add display-3 --role display --window 3 --data-dir {}", "");
    let key = added.out.trim_end();
    assert!(key.len() == 64 && key.bytes().all(|byte| byte.is_ascii_hexdigit()), "{key}");
    let listed = run_in(&dir, "device list --data-dir {}", "").out;
    assert!(listed.contains("display-3  window 3 3号窗口") && !listed.contains(key), "{listed}");
    assert_eq!(run_in(&dir, "device revoke display-3 --data-dir {}", "").code, 0);
    assert_eq!(run_in(&dir, "device revoke display-3 --data-dir {}", "").code, 1);
}

#[test]
fn a_display_hangs_above_a_window_of_the_hall() {
    let dir = tempfile::tempdir().unwrap();
    let done = run_in(&dir, "device add display-4 --role display --window 4 --data-dir {}", "");
    assert_eq!(done.err, "caller-server: the settings have no window 4\n设置中没有4号窗口\n");
    assert!(!dir.path().join("devices.json").exists());
}

#[test]
fn settings_are_checked_and_the_default_ones_printed() {
    let dir = tempfile::tempdir().unwrap();
    let default = run_line("config show-default").out;
    fs::write(dir.path().join("hall.toml"), &default).unwrap();
    let checked = run_in(&dir, "config check {}/hall.toml", "");
    assert!(checked.out.contains("Public Service Hall; windows: 3, zones: 1, lanes: 3."), "{}", checked.out);
    fs::write(dir.path().join("hall.toml"), default.replace("wrap_up_s", "wrapup_s")).unwrap();
    let complained = run_in(&dir, "config check {}/hall.toml", "");
    assert_eq!(complained.code, 1);
    assert!(complained.err.contains("unknown key `wrapup_s`; did you mean `wrap_up_s`?"), "{}", complained.err);
    assert!(complained.err.contains("未知的键"), "{}", complained.err);
}

#[test]
fn a_journal_is_verified_printed_and_exported_where_it_lies() {
    use crate::journal::{FileJournal, Journal, Options};

    let dir = tempfile::tempdir().unwrap();
    let (mut journal, _) = FileJournal::open(&dir.path().join("journal"), Options::default()).unwrap();
    journal.append(1, &[br#"{"a":1}"#.to_vec(), br#"{"b":2}"#.to_vec()]).unwrap();
    let verified = run_in(&dir, "journal verify --data-dir {}", "");
    assert!(
        verified.out.contains("The journal is sound") && verified.out.contains("日志完好"),
        "{}{}",
        verified.out,
        verified.err
    );
    let printed = run_in(&dir, "journal print {}/journal --from 2", "").out;
    assert!(printed.contains(r#"{"b":2}"#) && !printed.contains(r#"{"a":1}"#), "{printed}");
    assert_eq!(run_in(&dir, "journal export --data-dir {}", "").out.lines().count(), 2);
    assert_eq!(run_in(&dir, "journal verify {}/nowhere", "").code, 1);
}

/// The results of `forecast` for these states.
fn forecast(states: &str) -> (Done, Option<serde_json::Value>) {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("s.json"), states).unwrap();
    let done = run_in(&dir, "forecast --states {}/s.json --out {}/f.json", "");
    let out = fs::read_to_string(dir.path().join("f.json")).ok();
    (done, out.map(|out| serde_json::from_str(&out).unwrap()))
}

#[test]
fn a_forecast_is_asked_from_a_file() {
    let (done, results) = forecast(
        r#"[{"id": "a", "mean_ms": 600000, "cv": 0.8, "queue": 0, "elapsed_ms": [null, 60000]},
            {"id": 2, "mean_ms": 600000, "cv": 0, "queue": 1, "elapsed_ms": [60000], "resume_in_ms": [], "pause_in_ms": null},
            {"id": 3, "mean_ms": 600000, "cv": 0.8, "queue": 5, "elapsed_ms": [], "resume_in_ms": [1000]},
            {"id": 4, "mean_ms": 600000, "cv": 0.8, "queue": 0, "elapsed_ms": [null], "pause_in_ms": {"0": 0}}]"#,
    );
    assert_eq!(done.code, 0, "{}", done.err);
    let results = results.unwrap();
    let line = |at: usize| results[at].to_string();
    assert_eq!(line(0), r#"{"id":"a","mean_ms":0,"p10_ms":0,"p50_ms":0,"p80_ms":0,"p90_ms":0}"#);
    assert_eq!(
        line(1),
        r#"{"id":2,"mean_ms":1140000,"p10_ms":1140000,"p50_ms":1140000,"p80_ms":1140000,"p90_ms":1140000}"#
    );
    let mean_ms = results[2]["mean_ms"].as_f64().unwrap();
    assert!((mean_ms / 3_001_000.0 - 1.0).abs() < 0.005, "five services after a second: {mean_ms}");
    assert_eq!(line(3), r#"{"id":4,"mean_ms":null,"p10_ms":null,"p50_ms":null,"p80_ms":null,"p90_ms":null}"#);
}

#[test]
fn a_single_state_gives_a_single_forecast() {
    let state = r#"{"id": null, "mean_ms": 1000, "cv": 0.5, "queue": 3, "elapsed_ms": [0, 5]}"#;
    assert!(forecast(state).1.unwrap().is_object());
}

#[test]
fn what_is_wrong_with_a_state_is_said_with_its_place_in_both_languages() {
    let good = r#"{"id": 1, "mean_ms": 600000, "cv": 0.8, "queue": 0, "elapsed_ms": [null]}"#;
    for (states, en, zh) in [
        (format!("[{good},\n {{]"), "line 2, column 3 is not JSON", "第 2 行第 3 列不是 JSON"),
        (format!("[{good}, {{\"id\": \"x\"}}]"), "state 2 (id \"x\") is not as", "第 2 个状态（id \"x\"）不符合"),
        (good.replace("0.8", "-1"), "state 1 (id 1): the coefficient of variation is -1", "变异系数为 -1"),
        (good.replace("\"queue\": 0", "\"queue\": 10001"), "10001 tickets wait", "等候号数为 10001"),
        (good.replace("[null]", "[null], \"pause_in_ms\": {\"1\": 5}"), "names window \"1\"", "窗口“1”不存在"),
        (good.replace("mean_ms", "mean"), "unknown field `mean`", "第 1 个状态（id 1）"),
    ] {
        let (done, results) = forecast(&states);
        assert_eq!((done.code, results), (1, None), "{states}");
        assert!(done.err.contains("s.json: ") && done.err.contains(en) && done.err.contains(zh), "{}", done.err);
    }
    let help = run_line("forecast --help");
    assert!(help.code == 0 && help.out.contains("elapsed_ms") && help.out.contains("状态文件"), "{}", help.out);
}
