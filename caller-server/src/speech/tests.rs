//! A cache, and programs that fill it or not.

use std::time::Duration;

use tempfile::TempDir;

use super::*;

/// As `voice-pack say` writes: a clip under its name, and a line in the manifest. `$2` is the cache, `$4` the language.
const SAY: &str = r#"name=$(printf %s "$6" | sha256sum | cut -c1-16)
mkdir -p "$2/$4/say" && printf %s "$6" > "$2/$4/say/$name.ogg"
[ -e "$2/$4/voice.toml" ] || echo 'format = 1' > "$2/$4/voice.toml"
printf '[[unit]]\nid = "say/%s"\nfile = "say/%s.ogg"\nsha256 = "%s"\n' "$name" "$name" "$(printf %s "$6" | sha256sum | cut -c1-64)" >> "$2/$4/voice.toml"
echo "$6" >> "$2/rendered"
"#;

struct Rig {
    own: TempDir,
    clips: Clips,
}

impl Rig {
    fn new() -> Self {
        let own = tempfile::tempdir().unwrap();
        let clips = Clips::in_dir(own.path().join("speech"));
        Self { own, clips }
    }

    fn renderer(&self, program: &str) -> Renderer {
        let words = ["sh", "-c", program, "renderer"].map(String::from).to_vec();
        Renderer { words, max: Duration::from_secs(2), clips: self.clips.clone() }
    }

    /// The first complaint.
    async fn render(&self, program: &str, texts: &[Text]) -> Result<(), String> {
        let mut all = Ok(());
        for text in texts {
            let done = self.renderer(program).render(text).await;
            all = all.and(done.map_err(|(error, sentence)| error.refused(&sentence).text.en));
        }
        all
    }
}

fn texts() -> Vec<Text> {
    vec![Text::new("快下班了", "We close soon."), Text::new("请勿吸烟", "")]
}

#[tokio::test]
async fn what_is_missing_is_rendered_once_and_found_again_by_the_next_server() {
    let rig = Rig::new();
    assert!(!rig.clips.has(&texts()[0]));
    assert_eq!(rig.render(SAY, &texts()[..1]).await, Ok(()));
    assert_eq!(rig.render(SAY, &texts()).await, Ok(()), "only what is new");
    let again = Clips::in_dir(rig.own.path().join("speech"));
    assert!(texts().iter().all(|text| again.has(text)));
    let of = again.of(&texts());
    assert_eq!(of.len(), 3);
    for clip in &of {
        let bytes = again.read(clip.language, &clip.name).unwrap().unwrap();
        let hash = Sha256::digest(&bytes).iter().fold(String::new(), |hash, byte| format!("{hash}{byte:02x}"));
        assert_eq!(hash, clip.sha256);
    }
    assert_eq!(again.read(Language::Zh, "../voice.toml").unwrap(), None);
    let rendered = fs::read_to_string(rig.own.path().join("speech/rendered")).unwrap();
    assert_eq!(rendered, "快下班了\nWe close soon.\n请勿吸烟\n");
}

#[tokio::test]
async fn one_sentence_that_fails_keeps_no_other_back() {
    let rig = Rig::new();
    let renderer = format!("[ \"$4\" = en ] && {{ echo 'no English voice' >&2; exit 1; }}\n{SAY}");
    let said = rig.render(&renderer, &texts()).await.unwrap_err();
    assert!(said.contains("'We close soon.'") && said.contains("no English voice"), "{said}");
    assert!(!rig.clips.has(&texts()[0]) && rig.clips.has(&texts()[1]));
}

#[tokio::test]
async fn a_sentence_may_begin_with_a_dash() {
    let rig = Rig::new();
    assert_eq!(rig.render(SAY, &[Text::new("-5 度以下停止室外排队", "")]).await, Ok(()));
}

#[tokio::test]
async fn a_renderer_that_fails_hangs_or_lies_is_named_with_the_sentence() {
    let rig = Rig::new();
    for (program, words) in [
        ("echo 'no model' >&2\nexit 1\n", "says: no model"),
        ("sleep 60", "took longer than 2 s"),
        ("true", "no clip named after the sentence"),
    ] {
        let said = rig.render(program, &texts()).await.unwrap_err();
        assert!(said.contains("'快下班了'") && said.contains(words), "{said}");
    }
    assert_eq!(rig.render(SAY, &texts()).await, Ok(()), "it is well again");
}

#[tokio::test]
async fn a_manifest_that_names_files_elsewhere_or_is_none_has_no_clips() {
    let rig = Rig::new();
    fs::create_dir_all(rig.clips.dir.join("zh")).unwrap();
    let text = Text::new("快下班了", "");
    for manifest in ["[[unit]", &format!("[[unit]]\nid='say/{}'\nfile='../x'\nsha256='0'\n", name("快下班了"))] {
        fs::write(rig.clips.dir.join("zh/voice.toml"), manifest).unwrap();
        rig.clips.look();
        assert!(!rig.clips.has(&text), "{manifest}");
    }
}

#[tokio::test]
async fn what_somebody_waits_for_is_rendered_before_what_is_rendered_ahead_of_time() {
    let rig = Rig::new();
    let (ask, asked) = tokio::sync::mpsc::channel(8);
    let mut notices = Notices::new(texts(), rig.clips.clone()).rendered_by(ask);
    let typed = Text::new("三号窗口有人遗失钱包", "");
    assert!(notices.ask(&typed) && notices.ask(&typed), "asked for twice, rendered once");
    let (done, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let renderer = rig.renderer(SAY);
    let running = tokio::spawn(renderer.run(texts(), asked, move |text, _| done.send(text).unwrap()));
    let mut order = Vec::new();
    for _ in 0..3 {
        order.push(heard.recv().await.unwrap());
    }
    let [first, second] = texts().try_into().unwrap();
    assert_eq!(order, [typed.clone(), first, second]);
    assert!(notices.rendered(&typed, None) && !notices.ask(&typed));
    assert_eq!(notices.clips().len(), 4, "two notices of the settings, one of them in English too, and what was typed");
    drop(notices);
    running.await.unwrap();
}

#[test]
fn devices_keep_the_clips_of_the_twenty_notices_that_were_typed_last() {
    let (ask, mut asked) = tokio::sync::mpsc::channel(8);
    let mut notices = Notices::default().rendered_by(ask);
    let alarm =
        |text: &Text| protocol::view::Alarm { code: "notice_not_rendered".into(), text: text.clone(), since_ms: 1 };
    for at in 0..25 {
        let text = Text::new(format!("{at}"), "");
        assert!(notices.ask(&text));
        assert_eq!(asked.try_recv().unwrap(), text);
        assert!(!notices.rendered(&text, Some(alarm(&text))), "nothing can be spoken");
    }
    assert_eq!(notices.alarms().count(), 20);
    let again = Text::new("24", "");
    assert!(notices.ask(&again), "what failed is tried again");
    asked.try_recv().unwrap();
    notices.rendered(&again, None);
    assert_eq!(notices.alarms().count(), 19, "and is no alarm any more");
    for at in 0..8 {
        assert!(notices.ask(&Text::new(format!("new {at}"), "")));
    }
    assert!(!notices.ask(&Text::new("one more", "")), "nobody waits for what can't be kept up with");
}
