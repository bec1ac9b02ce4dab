//! A notice: rendered ahead of time by the hall's own program, fetched by the display, spoken between calls, shown on the board.

use std::fs;
use std::path::Path;
use std::time::Duration;

use protocol::view::{BoardView, ManagerView};
use protocol::{Subject, View};
use serde_json::{Value, json};
use tests::client::fresh_key;
use tests::hall::{Hall, Setup};
use tests::socket::Socket;

use crate::announce::record;
use crate::device::Display;
use crate::until_within;

const WITHIN: Duration = Duration::from_secs(20);
const PANEL: &str = r#"panel = { back_end = "file", file = "panel.txt" }"#;
const VOICE: &str = r#"voice = { back_end = "wav", directory = "voice", chime = false }"#;
/// Renders as the voice pack's script does: it puts a clip that was made before under the name of the sentence.
const RENDERER: &str = r#"[ "$2/$4" = "$2/en" ] && { echo "no English voice" >&2; exit 1; }
name=$(printf %s "$6" | sha256sum | cut -c1-16)
mkdir -p "$2/$4/say" && cp CLIP "$2/$4/say/$name.wav"
printf 'format = 1\n[[unit]]\nid = "say/%s"\nfile = "say/%s.wav"\nsha256 = "%s"\n' "$name" "$name" \
    "$(sha256sum < CLIP | cut -c1-64)" > "$2/$4/voice.toml"
"#;

/// What renders the clips of a hall, as its settings name it.
fn renderer(own: &Path) -> String {
    record(own, "say");
    let renderer = own.join("renderer");
    fs::write(&renderer, RENDERER.replace("CLIP", own.join("zh/say.wav").to_str().unwrap())).unwrap();
    renderer.to_str().unwrap().to_owned()
}

/// A hall whose settings name a notice and who renders it.
async fn hall(renderer: &[&str], notice: &str) -> Hall {
    let of_the_whole = format!("notices = [{notice}]\n");
    let speech = format!("\n[speech]\nrenderer = {renderer:?}\n");
    // Keys of the whole stand before the first section.
    let config = of_the_whole + &Setup::default().config + &speech;
    Hall::start(Setup { config, ..Setup::default() }).await
}

async fn manager_sees(hall: &Hall, what: &str, fits: impl Fn(&ManagerView) -> bool) {
    let mut office = Socket::open_as(hall.address, &hall.manager().await.cookie(), Subject::Manager).await;
    let seen = office.view(|view| if let View::Manager(view) = view { fits(view).then_some(()) } else { None });
    tokio::time::timeout(WITHIN, seen).await.unwrap_or_else(|_| panic!("the manager does not see {what}"));
}

async fn announce(hall: &Hall, text: &Value) {
    let act = json!({"act": "announce", "zone": "A", "text": text});
    let reply = hall.manager().await.post("/api/hall", Some(&fresh_key()), &act).await;
    assert_eq!(reply.status, 200, "{:?}", reply.body);
}

/// What the display spoke, by its cues, in order.
fn spoken(display: &Display) -> Vec<Value> {
    let mut cues: Vec<_> =
        fs::read_dir(display.0.path("voice")).into_iter().flatten().flatten().map(|e| e.path()).collect();
    cues.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    cues.sort();
    cues.iter().map(|path| serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()).collect()
}

fn lasts_ms(cue: &Value) -> u64 {
    cue["end_ms"].as_u64().unwrap() - cue["start_ms"].as_u64().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_notice_is_rendered_fetched_spoken_between_calls_and_shown_on_the_board() {
    let own = tempfile::tempdir().unwrap();
    let hall = hall(&["sh", &renderer(own.path())], "{ zh = \"快下班了\" }").await;
    let display = Display::start_with(&hall, PANEL, VOICE, &[]);
    display.shows("窗口关闭").await;
    manager_sees(&hall, "that the notice has a voice", |view| view.notices.iter().all(|row| row.ready)).await;
    let fetched = || fs::read_dir(display.0.path("voice/notices")).is_ok_and(|mut files| files.next().is_some());
    until_within(WITHIN, "the display fetches the clip", async || fetched()).await;

    announce(&hall, &json!({"zh": "快下班了", "en": ""})).await;
    let board = Subject::Board { zone: Some('A') };
    let mut board = Socket::open(hall.address, None, board, None).await;
    let shown =
        |view: &BoardView| view.notice.as_ref().is_some_and(|notice| notice.text.zh == "快下班了").then_some(());
    board.view(|view| if let View::Board(view) = view { shown(view) } else { None }).await;
    until_within(WITHIN, "the notice is spoken", async || !spoken(&display).is_empty()).await;
    let cue = spoken(&display).remove(0);
    assert_eq!(cue["text"], "快下班了");
    assert!((50..200).contains(&lasts_ms(&cue)), "the clip of 60 ms alone: {cue}");

    // One that is typed gets its voice then, and keeps it.
    for nth in [2, 3] {
        announce(&hall, &json!({"zh": "请勿吸烟", "en": ""})).await;
        until_within(WITHIN, "what was typed is spoken", async || spoken(&display).len() == nth).await;
        let cue = spoken(&display).remove(nth - 1);
        assert_eq!(cue["text"], "请勿吸烟");
        assert!(lasts_ms(&cue) < 200, "its clip: {cue}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_notice_that_nobody_renders_is_a_chime_at_once() {
    for renderer in [&[][..], &["false"]] {
        let hall = hall(renderer, "{ zh = \"快下班了\" }").await;
        let display = Display::start_with(&hall, PANEL, VOICE, &[]);
        display.shows("窗口关闭").await;
        announce(&hall, &json!({"zh": "请勿吸烟", "en": ""})).await;
        until_within(WITHIN, "it is a chime", async || spoken(&display).len() == 1).await;
        let cue = spoken(&display).remove(0);
        assert!(lasts_ms(&cue) > 1_000, "{cue}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_notice_waits_for_a_call_that_came_after_it() {
    let own = tempfile::tempdir().unwrap();
    let hall = hall(&["sh", &renderer(own.path())], "{ zh = \"快下班了\" }").await;
    for unit in ["tail/01", "head/A001", "head/A002"] {
        record(own.path(), unit);
    }
    // Long enough for a second call meanwhile.
    let pack = own.path().display();
    let voice =
        format!(r#"voice = {{ back_end = "wav", directory = "voice", chime = false, times = 3, pack = "{pack}" }}"#);
    let display = Display::start_with(&hall, PANEL, &voice, &[]);
    let mut clerk = hall.clerk(1).await;
    assert_eq!(clerk.at(1, "open").await.status, 200);
    display.shows("01号窗口").await;
    for _ in 0..2 {
        hall.dispenser(1).await.issue().await;
    }
    assert_eq!(clerk.at(1, "call_next").await.status, 200);
    until_within(WITHIN, "the first call sounds", async || !spoken(&display).is_empty()).await;
    announce(&hall, &json!({"zh": "快下班了", "en": ""})).await;
    for act in ["start", "finish", "call_next"] {
        assert_eq!(clerk.at(1, act).await.status, 200);
    }
    until_within(WITHIN, "all is spoken", async || spoken(&display).len() == 3).await;
    let mut cues = spoken(&display);
    cues.sort_by_key(|cue| cue["start_ms"].as_u64());
    let said: Vec<&str> = cues.iter().map(|cue| cue["text"].as_str().unwrap()).collect();
    assert!(said[0].contains("A001") && said[1].contains("A002") && said[2] == "快下班了", "{said:?}");
    assert!(cues.windows(2).all(|pair| pair[0]["end_ms"].as_u64() <= pair[1]["start_ms"].as_u64()), "{cues:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_renderer_that_fails_is_an_alarm_that_names_the_sentence() {
    let own = tempfile::tempdir().unwrap();
    let hall = hall(&["sh", &renderer(own.path())], "{ zh = \"快下班了\", en = \"We close soon.\" }").await;
    manager_sees(&hall, "which sentence has no voice, and why", |view| {
        let alarm = view.alarms.iter().find(|alarm| alarm.code == "notice_not_rendered");
        alarm.is_some_and(|alarm| {
            alarm.text.en.contains("'We close soon.'") && alarm.text.en.contains("no English voice")
        })
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_renderer_that_is_not_there_is_an_alarm_that_names_it() {
    let hall = hall(&["/no/such/renderer"], "{ zh = \"快下班了\" }").await;
    manager_sees(&hall, "that the renderer is not there", |view| {
        let alarm = view.alarms.iter().find(|alarm| alarm.code == "notice_not_rendered");
        alarm.is_some_and(|alarm| alarm.text.en.contains("/no/such/renderer can't be started"))
    })
    .await;
}
