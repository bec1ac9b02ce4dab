use std::path::Path;

use protocol::enrol::{Bytes32, Grant};

use super::*;
use crate::{Loaded, Plan, render::render};

const KEY: Bytes32 = Bytes32([7; 32]);

fn load(text: &str) -> (tempfile::TempDir, Loaded) {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("p.toml"), text).unwrap();
    let loaded = Profile::load(&dir.path().join("p.toml")).unwrap();
    (dir, loaded)
}

fn blank(text: &str) -> (tempfile::TempDir, Blank) {
    match load(text) {
        (dir, Loaded::Blank(blank)) => (dir, blank),
        (_, Loaded::Whole(profile)) => panic!("{profile:?} has a key"),
    }
}

fn identity(window: Option<u16>) -> Identity {
    let device = Grant { name: "display-3".into(), window, key: "k".into() };
    Identity::new("http://10.0.0.9:8080".into(), KEY, Some(device))
}

#[test]
fn a_profile_without_a_key_is_blank_and_may_lack_name_window_and_server() {
    let (dir, bare) = blank("[display]\n");
    assert_eq!(
        (bare.name(), bare.server(), bare.identity()),
        ("yihao-display", None, &*dir.path().join("identity.json"))
    );
    assert!(matches!(bare.role(), Role::Display(Display { window: 0, .. })));
    let (_, named) = blank("name = 'a'\nserver = 'http://h:1'\n[display]\nwindow = 4\n[machine]\nhost_name = 'b'\n");
    assert_eq!((named.name(), named.server()), ("a", Some("http://h:1")));
    assert_eq!(blank("[dispenser]\n[machine]\nhost_name = 'b'\n").1.name(), "b");
    assert!(matches!(load("name='a'\nserver='http://h:1'\nkey='k'\n[dispenser]\n").1, Loaded::Whole(_)));
}

#[test]
fn what_the_manager_chose_makes_a_profile_whole() {
    let (_, bare) = blank("[display]\n");
    assert_eq!(bare.with(&identity(None)), None, "a display hangs above a window");
    let whole = bare.with(&identity(Some(3))).unwrap();
    assert_eq!(
        (whole.name.as_str(), whole.key.as_str(), whole.server.as_str()),
        ("display-3", "k", "http://10.0.0.9:8080")
    );
    assert_eq!(whole.known, Some(KnownServer { key: KEY, discovers: true }));
    assert!(matches!(whole.role, Role::Display(Display { window: 3, .. })));
    assert_eq!(bare.with(&identity(Some(3)).without_key()), None, "it is to enrol anew");
    let (_, named) = blank("server = 'http://h:1'\n[display]\nwindow = 4\n");
    let whole = named.with(&identity(Some(3))).unwrap();
    assert_eq!(
        (whole.server.as_str(), whole.known.unwrap().discovers),
        ("http://h:1", false),
        "the profile says where"
    );
    assert!(matches!(whole.role, Role::Display(Display { window: 3, .. })), "the manager says which");
}

#[test]
fn where_the_server_is_says_the_profile_or_the_card_or_what_is_known() {
    let card = tempfile::tempdir().unwrap();
    let file = card.path().join("server.txt");
    let (_, bare) = blank(&format!("server_file = '{}'\n[display]\nwindow = 3\n", file.display()));
    let (known, at) = (identity(None), |known| address(&bare, known).unwrap());
    assert_eq!((at(None), at(Some(&known)).as_deref()), (None, Some("http://10.0.0.9:8080")));
    std::fs::write(&file, "10.0.0.7").unwrap();
    assert_eq!(at(Some(&known)).as_deref(), Some("http://10.0.0.7:8080"), "the server has moved");
    let moved = whole(&bare, &known).unwrap();
    assert_eq!((moved.server.as_str(), moved.known.unwrap().discovers), ("http://10.0.0.7:8080", true));
    std::fs::write(&file, "up the stairs").unwrap();
    assert!(address(&bare, None).unwrap_err().en.contains("up the stairs"));
    assert_eq!(whole(&bare, &known).unwrap().server, "http://10.0.0.9:8080", "who was let in goes on");
    let (_, told) = blank(&format!("server = 'http://h:1'\nserver_file = '{}'\n[dispenser]\n", file.display()));
    assert_eq!(address(&told, Some(&known)).unwrap().as_deref(), Some("http://h:1"), "the profile comes first");
}

#[test]
fn the_system_of_a_blank_device_holds_no_key_and_lets_its_program_look_for_the_server() {
    let rendered = |text: &str| render(&Plan::parse(Path::new("p.toml"), text).unwrap());
    let files = rendered("[display]\npanel = { back_end = 'terminal' }\nvoice = { back_end = 'none' }\n");
    assert_eq!(files.get("etc/yihao/device.key"), None);
    let unit = files.get("etc/systemd/system/window-display.service").unwrap().text();
    assert!(!unit.contains("LoadCredential") && unit.contains("AF_UNIX AF_NETLINK"), "{unit}");
    let profile = files.get(crate::render::PROFILE).unwrap().text();
    assert!(
        profile.contains("identity = \"/var/lib/yihao/device/identity.json\"") && !profile.contains("key_file"),
        "{profile}"
    );
    assert!(profile.contains("server_file = \"/boot/yihao/server.txt\"") && unit.contains("After=boot-yihao.mount\n"));
    let no_card = rendered("[dispenser]\n[machine]\nboard = 'debian'\n");
    assert!(!no_card.get(crate::render::PROFILE).unwrap().text().contains("server_file"), "it has no first partition");
    let told = rendered("server = 'http://h:1'\n[dispenser]\n");
    assert!(!told.get("etc/systemd/system/ticket-dispenser.service").unwrap().text().contains("AF_NETLINK"));
}

#[tokio::test]
async fn a_device_that_was_let_in_needs_nobody() {
    let (_dir, bare) = blank("[display]\n");
    identity(Some(3)).save(bare.identity()).unwrap();
    let (show, _shown) = watch::channel(Notice::Beginning);
    let profile = take_up(&bare, "p 1", protocol::link::Tcp::default(), &show).await.unwrap();
    assert_eq!(profile.name, "display-3");
    identity(None).save(bare.identity()).unwrap();
    let told = take_up(&bare, "p 1", protocol::link::Tcp::default(), &show).await;
    assert!(matches!(told, Err(EnrolError::NoWindow(_))));
}

#[test]
fn the_words_on_a_panel_fit_it() {
    let text = || protocol::Text::new("错", "wrong");
    for notice in [Notice::Beginning, Notice::Searching, Notice::Refused(text()), Notice::Trouble(text())] {
        let (zh, en) = notice.short();
        let dots: usize = zh.chars().map(|c| if c.is_ascii() { 8 } else { 16 }).sum();
        assert!(dots <= 128 && en.len() * 8 <= 128, "{zh} {en}");
    }
}
