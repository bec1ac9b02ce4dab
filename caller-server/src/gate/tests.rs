use std::{
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use axum::http::{HeaderValue, header::COOKIE};
use axum_extra::extract::cookie::CookieJar;
use tempfile::TempDir;

use super::*;

const PASSWORD: &str = "correct horse";
const HOUR_MS: u64 = 3_600_000;

/// A clock that stands still until a test moves it.
#[derive(Clone, Default)]
struct Hand(Arc<AtomicU64>);

impl Source for Hand {
    fn wall_ms(&self) -> u64 {
        self.monotonic_ms()
    }

    fn monotonic_ms(&self) -> u64 {
        self.0.load(Relaxed)
    }
}

/// A gate with the clerk `wang` and a hand on its clock.
fn gate() -> (TempDir, Hand, Gate) {
    let dir = tempfile::tempdir().unwrap();
    let hand = Hand::default();
    let gate = Gate::open_with(dir.path(), hand.clone(), Checker::spawn().unwrap()).unwrap();
    gate.accounts().add("wang", Role::Clerk, PASSWORD, 0).unwrap();
    (dir, hand, gate)
}

/// The headers that a browser would send after this account signed in.
fn signed_in(gate: &Gate, name: &str) -> HeaderMap {
    let account = gate.accounts().find(name).unwrap().unwrap();
    let jar = axum_extra::extract::cookie::SignedCookieJar::from_headers(&HeaderMap::new(), gate.key());
    let response = axum::response::IntoResponse::into_response(jar.add(gate.cookie(&account)));
    let set = response.headers()["set-cookie"].to_str().unwrap().to_owned();
    cookies(set.split(';').next().unwrap())
}

fn cookies(text: &str) -> HeaderMap {
    HeaderMap::from_iter([(COOKIE, HeaderValue::from_str(text).unwrap())])
}

fn bearer(key: &str) -> HeaderMap {
    HeaderMap::from_iter([(AUTHORIZATION, HeaderValue::from_str(&format!("Bearer {key}")).unwrap())])
}

#[tokio::test]
async fn the_right_password_opens_and_a_wrong_one_or_an_unknown_name_does_not() {
    let (_dir, _, gate) = gate();
    assert_eq!(gate.sign_in("wang", PASSWORD.into()).await.unwrap().role, Role::Clerk);
    assert!(matches!(gate.sign_in("wang", "wrong horse".into()).await, Err(SignInError::Wrong)));
    assert!(matches!(gate.sign_in("li", PASSWORD.into()).await, Err(SignInError::Wrong)));
}

#[tokio::test]
async fn after_five_wrong_passwords_a_name_waits_a_minute() {
    let (_dir, hand, gate) = gate();
    for _ in 0..5 {
        assert!(matches!(gate.sign_in("wang", "wrong horse".into()).await, Err(SignInError::Wrong)));
    }
    hand.0.store(20_000, Relaxed);
    let refused = gate.sign_in("wang", PASSWORD.into()).await;
    assert!(matches!(refused, Err(SignInError::TooOften { wait_s: 40 })), "{refused:?}");
    hand.0.store(60_000, Relaxed);
    assert!(gate.sign_in("wang", PASSWORD.into()).await.is_ok());
    assert!(gate.attempts().begin("wang", 60_001).is_ok(), "a right password forgets the wrong ones");
}

#[tokio::test]
async fn one_name_that_waits_keeps_nobody_else_out() {
    let (_dir, _, gate) = gate();
    for _ in 0..6 {
        let _ = gate.sign_in("li", "wrong horse".into()).await;
    }
    assert!(matches!(gate.sign_in("li", PASSWORD.into()).await, Err(SignInError::TooOften { .. })));
    assert!(gate.sign_in("wang", PASSWORD.into()).await.is_ok());
}

#[test]
fn a_cookie_tells_who_it_is_also_after_a_restart_and_for_14_hours() {
    let (dir, hand, gate) = gate();
    let headers = signed_in(&gate, "wang");
    assert_eq!(gate.identify(&headers).unwrap(), Some(Identity::Clerk("wang".into())));
    drop(gate);
    let gate = Gate::open_with(dir.path(), hand.clone(), Checker::spawn().unwrap()).unwrap();
    hand.0.store(14 * HOUR_MS - 1, Relaxed);
    assert_eq!(gate.identify(&headers).unwrap(), Some(Identity::Clerk("wang".into())));
    hand.0.store(14 * HOUR_MS, Relaxed);
    assert!(matches!(gate.identify(&headers), Err(Unknown::SignedOut)));
}

#[test]
fn the_name_in_a_cookie_may_be_chinese() {
    let (_dir, _, gate) = gate();
    gate.accounts().add("王芳", Role::Manager, PASSWORD, 0).unwrap();
    assert_eq!(gate.identify(&signed_in(&gate, "王芳")).unwrap(), Some(Identity::Manager("王芳".into())));
}

#[test]
fn a_cookie_does_not_outlive_its_password_or_its_account() {
    let (_dir, _, gate) = gate();
    let headers = signed_in(&gate, "wang");
    gate.accounts().set_password("wang", "battery staple").unwrap();
    assert!(matches!(gate.identify(&headers), Err(Unknown::SignedOut)), "another password");
    let headers = signed_in(&gate, "wang");
    gate.accounts().remove("wang").unwrap();
    assert!(matches!(gate.identify(&headers), Err(Unknown::SignedOut)), "removed");
    gate.accounts().add("wang", Role::Clerk, "battery staple", 0).unwrap();
    assert!(matches!(gate.identify(&headers), Err(Unknown::SignedOut)), "a namesake");
}

#[test]
fn a_cookie_that_was_changed_or_signed_elsewhere_is_refused() {
    let (_dir, _, gate) = gate();
    let (_elsewhere, _, other) = self::gate();
    assert!(matches!(gate.identify(&signed_in(&other, "wang")), Err(Unknown::SignedOut)), "another hall's key");
    let own = signed_in(&gate, "wang");
    let changed = own[COOKIE].to_str().unwrap().replace("clerk", "manager");
    assert!(changed.contains("manager"), "{changed}");
    assert!(matches!(gate.identify(&cookies(&changed)), Err(Unknown::SignedOut)));
    assert!(CookieJar::from_headers(&own).get(cookie::NAME).is_some());
}

#[test]
fn who_shows_nothing_is_a_stranger() {
    let (_dir, _, gate) = gate();
    assert_eq!(gate.identify(&HeaderMap::new()).unwrap(), None);
    assert_eq!(gate.identify(&cookies("other=1")).unwrap(), None);
}

#[test]
fn a_device_is_known_by_its_key_until_it_is_revoked() {
    let (_dir, _, gate) = gate();
    let key = gate.devices().add("display-5", DeviceRole::Display, Some(5), 0).unwrap();
    let identity = Identity::Device { name: "display-5".into(), role: DeviceRole::Display, window: Some(5) };
    assert_eq!(gate.identify(&bearer(&key)).unwrap(), Some(identity));
    assert!(matches!(gate.identify(&bearer("0123")), Err(Unknown::BadKey)));
    let basic = HeaderMap::from_iter([(AUTHORIZATION, HeaderValue::from_static("Basic dTpw"))]);
    assert!(matches!(gate.identify(&basic), Err(Unknown::BadKey)));
    gate.devices().revoke("display-5").unwrap();
    assert!(matches!(gate.identify(&bearer(&key)), Err(Unknown::BadKey)));
}

#[test]
fn no_password_and_no_key_stands_in_a_file() {
    let (dir, _, gate) = gate();
    let key = gate.devices().add("kiosk", DeviceRole::Dispenser, None, 0).unwrap();
    for file in fs::read_dir(dir.path()).unwrap() {
        let path = file.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        let contains = |secret: &str| bytes.windows(secret.len()).any(|part| part == secret.as_bytes());
        assert!(!contains(PASSWORD) && !contains(&key), "{}", path.display());
    }
}

#[test]
fn only_the_owner_reads_the_files() {
    let (dir, _, gate) = gate();
    gate.devices().add("kiosk", DeviceRole::Dispenser, None, 0).unwrap();
    for name in ["accounts.json", "devices.json", "secret.key"] {
        let mode = fs::metadata(dir.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[test]
fn what_root_changes_belongs_to_the_owner_of_the_directory() {
    let (dir, _, gate) = gate();
    // Only root can give a directory away; to others this says what holds anyway.
    let _ = std::os::unix::fs::chown(dir.path(), Some(1_234), Some(1_234));
    fs::remove_file(dir.path().join("gate.lock")).unwrap();
    gate.accounts().remove("wang").unwrap();
    let owner = fs::metadata(dir.path()).unwrap().uid();
    for name in ["accounts.json", "gate.lock"] {
        assert_eq!(fs::metadata(dir.path().join(name)).unwrap().uid(), owner, "{name}");
    }
}

#[test]
fn a_running_server_sees_what_the_command_line_changes() {
    let (dir, _, gate) = gate();
    let elsewhere = Accounts::open(dir.path()).unwrap();
    elsewhere.add("li", Role::Manager, PASSWORD, 0).unwrap();
    assert!(gate.accounts().find("li").unwrap().is_some());
    elsewhere.remove("wang").unwrap();
    assert!(gate.accounts().find("wang").unwrap().is_none());
}

#[test]
fn two_programs_that_add_at_once_lose_nobody() {
    let (dir, _, gate) = gate();
    std::thread::scope(|scope| {
        for program in 0..4 {
            let dir = dir.path();
            scope.spawn(move || {
                let devices = Devices::open(dir).unwrap();
                for n in 0..10 {
                    devices.add(&format!("d{program}-{n}"), DeviceRole::Terminal, None, 0).unwrap();
                }
            });
        }
    });
    assert_eq!(gate.devices().all().unwrap().len(), 40);
}

#[test]
fn what_can_not_be_is_refused_and_changes_nothing() {
    let (dir, _, gate) = gate();
    let before = fs::read(dir.path().join("accounts.json")).unwrap();
    let add = |name: &str, password: &str| gate.accounts().add(name, Role::Clerk, password, 0).unwrap_err();
    assert!(matches!(add("wang", PASSWORD), GateError::NameTaken(_)));
    assert!(matches!(add("li", "seven77"), GateError::PasswordLength(7)));
    assert!(matches!(add("li", &"x".repeat(257)), GateError::PasswordLength(257)));
    for name in ["", "a b", "a|b", "-a", "a.", "x\n", &"x".repeat(33)] {
        assert!(matches!(add(name, PASSWORD), GateError::BadName(_)), "{name:?}");
    }
    assert!(matches!(gate.accounts().remove("li"), Err(GateError::NoSuchName(_))));
    assert_eq!(fs::read(dir.path().join("accounts.json")).unwrap(), before);
}

#[test]
fn a_display_has_a_window_and_no_other_device_has() {
    let (_dir, _, gate) = gate();
    for (role, window) in
        [(DeviceRole::Display, None), (DeviceRole::Dispenser, Some(1)), (DeviceRole::Terminal, Some(1))]
    {
        assert!(matches!(gate.devices().add("d", role, window, 0), Err(GateError::WindowOfDevice)), "{role:?}");
    }
}

#[test]
fn a_damaged_file_is_named_and_never_taken_for_an_empty_one() {
    for (name, bytes) in
        [("accounts.json", "{"), ("devices.json", r#"{"version":9,"entries":[]}"#), ("secret.key", "short")]
    {
        let (dir, ..) = gate();
        fs::write(dir.path().join(name), bytes).unwrap();
        let error = Gate::open(dir.path()).err().unwrap();
        assert!(matches!(&error, GateError::Damaged { path, .. } if path.ends_with(name)), "{error}");
    }
}

#[test]
fn one_bit_that_changed_in_a_list_or_in_the_key_is_noticed() {
    let (dir, _, gate) = gate();
    gate.devices().add("kiosk", DeviceRole::Dispenser, None, 0).unwrap();
    for name in ["accounts.json", "devices.json", "secret.key"] {
        let path = dir.path().join(name);
        let whole = fs::read(&path).unwrap();
        // The end of the last line says nothing.
        let said = whole.len() - usize::from(name.ends_with("json"));
        for at in 0..said {
            let mut damaged = whole.clone();
            damaged[at] ^= 1 << (at % 8);
            fs::write(&path, damaged).unwrap();
            let error = Gate::open(dir.path()).err().unwrap_or_else(|| panic!("{name}: byte {at} may be anything"));
            assert!(error.to_string().contains(name), "{error}");
        }
        fs::write(&path, whole).unwrap();
    }
    assert!(Gate::open(dir.path()).is_ok());
}

#[test]
fn a_list_that_is_damaged_while_the_hall_is_open_shuts_nobody_out() {
    let (dir, _, gate) = gate();
    let headers = signed_in(&gate, "wang");
    let path = dir.path().join("accounts.json");
    let whole = fs::read(&path).unwrap();
    for damage in [&whole[..whole.len() / 2], b"", b"{}"] {
        fs::write(&path, damage).unwrap();
        assert_eq!(gate.identify(&headers).unwrap(), Some(Identity::Clerk("wang".into())));
        let added = gate.accounts().add("li", Role::Clerk, PASSWORD, 0);
        assert!(matches!(added, Err(GateError::Damaged { .. })), "{added:?}");
        assert_eq!(fs::read(&path).unwrap(), damage, "what is damaged is evidence, and was written over");
    }
    fs::write(&path, whole).unwrap();
    gate.accounts().remove("wang").unwrap();
    assert!(gate.identify(&headers).is_err(), "the list that was put right does not hold");
}

#[test]
fn a_list_that_is_gone_while_the_hall_is_open_shuts_nobody_out_and_no_other_begins_in_its_place() {
    let (dir, _, gate) = gate();
    let headers = signed_in(&gate, "wang");
    let path = dir.path().join("accounts.json");
    let whole = fs::read(&path).unwrap();
    for has_lock in [true, false] {
        fs::remove_file(&path).unwrap();
        if !has_lock {
            fs::remove_file(dir.path().join("gate.lock")).unwrap();
        }
        for _ in 0..2 {
            assert_eq!(gate.identify(&headers).unwrap(), Some(Identity::Clerk("wang".into())));
        }
        let added = gate.accounts().add("li", Role::Clerk, PASSWORD, 0);
        assert!(matches!(added, Err(GateError::Gone { .. })), "{added:?}");
        assert!(!path.exists(), "another list began in its place");
        fs::write(&path, &whole).unwrap();
        assert_eq!(gate.identify(&headers).unwrap(), Some(Identity::Clerk("wang".into())));
    }
    gate.accounts().remove("wang").unwrap();
    assert!(gate.identify(&headers).is_err(), "the list that was put back does not hold");
}

#[test]
fn a_list_that_is_gone_is_named_by_every_program_and_by_the_next_start() {
    let (dir, _, gate) = gate();
    gate.devices().add("kiosk", DeviceRole::Dispenser, None, 0).unwrap();
    fs::remove_file(dir.path().join("devices.json")).unwrap();
    let (elsewhere, start) = (Devices::open(dir.path()).err().unwrap(), Gate::open(dir.path()).err().unwrap());
    for error in [elsewhere, start] {
        assert!(matches!(&error, GateError::Gone { path } if path.ends_with("devices.json")), "{error}");
    }
    fs::remove_file(dir.path().join("gate.lock")).unwrap();
    let anew = Devices::open(dir.path()).unwrap();
    assert!(anew.all().unwrap().is_empty(), "who removes both begins anew");
}

#[test]
fn files_from_before_there_was_a_sum_are_read() {
    let (dir, hand, gate) = gate();
    let headers = signed_in(&gate, "wang");
    let path = dir.path().join("accounts.json");
    let mut page: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    page.as_object_mut().unwrap().remove("crc32").unwrap();
    fs::write(&path, page.to_string()).unwrap();
    let key = fs::read(dir.path().join("secret.key")).unwrap();
    fs::write(dir.path().join("secret.key"), &key[..64]).unwrap();
    let gate = Gate::open_with(dir.path(), hand, Checker::spawn().unwrap()).unwrap();
    assert_eq!(gate.identify(&headers).unwrap(), Some(Identity::Clerk("wang".into())));
}
