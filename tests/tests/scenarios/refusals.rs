//! What is wrong over HTTP is refused with a status, a code and a sentence in both languages, and changes nothing.

use std::collections::BTreeMap;

use caller_server::gate::Gate;
use http_body_util::Full;
use hyper::{Method, body::Bytes};
use protocol::{MESSAGE_BYTES_MAX, Refused};
use serde_json::{Value, json};
use tests::book::Book;
use tests::client::{Client, Reply, fresh_key};
use tests::hall::{Hall, Setup};

const ISSUE: &str = r#"{"lane":"acceptance"}"#;
const ISSUES: &str = "/api/tickets";

/// A request over HTTP, and what is to come of it.
struct Wrong<'a> {
    by: &'a mut Client,
    path: &'a str,
    key: Option<&'a str>,
    kind: &'a str,
    body: &'a str,
}

impl Wrong<'_> {
    async fn gets(self, status: u16, code: &str) -> Refused {
        let mut request = self.by.builder(Method::POST, self.path).header("content-type", self.kind);
        if let Some(key) = self.key {
            request = request.header("idempotency-key", key);
        }
        let request = request.body(Full::new(Bytes::copy_from_slice(self.body.as_bytes()))).unwrap();
        let reply = self.by.send(request).await.unwrap();
        is_refused(&reply, status, code, self.body.get(..80).unwrap_or(self.body))
    }
}

/// A refusal that people understand.
pub fn is_refused(reply: &Reply, status: u16, code: &str, what: &str) -> Refused {
    let refused = reply.refused();
    assert_eq!((reply.status, refused.code.as_str()), (status, code), "{what}: {refused:?}");
    is_in_both_languages(&refused);
    refused
}

/// There is a sentence in Chinese and one in English.
pub fn is_in_both_languages(refused: &Refused) {
    let has_chinese = refused.text.zh.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    assert!(has_chinese && refused.text.en.split(' ').count() > 2, "not a sentence in each language: {refused:?}");
}

#[tokio::test]
async fn a_request_that_is_not_well_formed_is_refused_and_changes_nothing() {
    let hall = Hall::start(Setup::default()).await;
    let before = hall.seq().await;
    let mut dispenser = hall.dispenser(1).await;
    let json = "application/json";
    let (long, longest) = ("k".repeat(65), "k".repeat(64));
    let huge = format!(r#"{{"lane":"{}"}}"#, "x".repeat(MESSAGE_BYTES_MAX));
    for (key, kind, body, status, code) in [
        (Some("a"), json, r#"{"lane":"#, 400, "bad_json"),
        (Some("b"), json, "", 400, "bad_json"),
        (Some("c"), json, r#"{"lane":"cashier"}"#, 400, "bad_json"),
        (Some("d"), json, r#"{"lane":"acceptance","colour":"red"}"#, 400, "bad_json"),
        (Some("e"), json, r#""acceptance""#, 400, "bad_json"),
        (Some("f"), "text/plain", ISSUE, 415, "not_json"),
        (None, json, ISSUE, 400, "no_idempotency_key"),
        (Some(""), json, ISSUE, 400, "no_idempotency_key"),
        (Some("two words"), json, ISSUE, 400, "no_idempotency_key"),
        (Some(long.as_str()), json, ISSUE, 400, "no_idempotency_key"),
        (Some("g"), json, huge.as_str(), 413, "too_large"),
        (Some("h"), json, r#"{"lane":"acceptance","class":"returning"}"#, 422, "returning_class"),
        (Some("i"), json, r#"{"lane":"acceptance","class":"appointment"}"#, 422, "appointment_time"),
    ] {
        Wrong { by: &mut dispenser, path: ISSUES, key, kind, body }.gets(status, code).await;
        // A server that refuses a body unread may close the connection.
        dispenser = hall.dispenser(1).await;
    }
    assert_eq!(hall.seq().await, before, "something changed");
    let body = Bytes::from_static(ISSUE.as_bytes());
    assert_eq!(dispenser.request(Method::POST, ISSUES, Some(&longest), body).await.unwrap().status, 200);
}

#[tokio::test]
async fn nobody_does_what_is_not_theirs() {
    let mut hall = Hall::start(Setup { dispensers: 2, ..Setup::default() }).await;
    let stranger = Client::connect(hall.address).await;
    let mut people = BTreeMap::from([
        ("a dispenser", hall.dispenser(1).await),
        ("a clerk", hall.clerk(1).await),
        ("a manager", hall.manager().await),
        ("a display", stranger.twin(hall.address).await.with_key(&hall.display_keys[0])),
        ("one who guesses", stranger.twin(hall.address).await.with_key("0123456789abcdef")),
        ("a revoked device", hall.dispenser(2).await),
        ("a stranger", stranger),
    ]);
    Gate::open(hall.data_dir()).unwrap().devices().revoke("dispenser-2").unwrap();
    let before = hall.seq().await;
    let (open, act) = (json!({ "act": "open" }), json!({ "act": "close_day" }));
    let issue = json!({ "lane": "acceptance" });
    let lease = json!({ "lane": "acceptance", "count": 10 });
    let table: [(&str, &str, &Value, u16, &str); 12] = [
        ("a dispenser", "/api/windows/1", &open, 403, "not_allowed"),
        ("a manager", "/api/windows/1", &open, 403, "not_allowed"),
        ("a dispenser", "/api/hall", &act, 403, "not_allowed"),
        ("a clerk", "/api/hall", &act, 403, "not_allowed"),
        ("a clerk", "/api/tickets/lease", &lease, 403, "not_allowed"),
        ("a display", ISSUES, &issue, 403, "wrong_role"),
        ("a stranger", ISSUES, &issue, 401, "unauthorised"),
        ("a stranger", "/api/windows/1", &open, 401, "unauthorised"),
        ("one who guesses", ISSUES, &issue, 401, "bad_key"),
        ("a revoked device", ISSUES, &issue, 401, "bad_key"),
        ("a clerk", "/api/windows/99", &open, 404, "unknown_window"),
        ("a clerk", "/api/windows/one", &open, 404, "not_found"),
    ];
    for (by, path, order, status, code) in table {
        let reply = people.get_mut(by).unwrap().post(path, Some(&fresh_key()), order).await;
        is_refused(&reply, status, code, &format!("{by}: {path} {order}"));
    }
    is_refused(&people.get_mut("a clerk").unwrap().get("/api/search").await, 403, "wrong_role", "a clerk searches");
    let stranger = people.get_mut("a stranger").unwrap();
    is_refused(&stranger.get("/api/search").await, 401, "unauthorised", "a stranger searches");
    is_refused(&stranger.get("/api/my/nobody-has-this-token").await, 404, "unknown_token", "a token of nobody");
    let reply = stranger.post("/api/my/nobody-has-this-token", Some("k"), &json!({ "act": "cancel" })).await;
    is_refused(&reply, 404, "unknown_token", "cancel with a token of nobody");
    assert_eq!(hall.seq().await, before, "something changed");
    hall.stop();
}

#[tokio::test]
async fn one_key_is_for_one_order() {
    let mut hall = Hall::start(Setup::default()).await;
    let mut dispenser = hall.dispenser(1).await;
    let first = dispenser.post(ISSUES, Some("my-key"), &json!({ "lane": "acceptance" })).await;
    let before = hall.seq().await;
    let other = dispenser.post(ISSUES, Some("my-key"), &json!({ "lane": "issuing" })).await;
    is_refused(&other, 422, "key_reused", "another order under the same key");
    let again = dispenser.post(ISSUES, Some("my-key"), &json!({ "lane": "acceptance" })).await;
    assert_eq!((again.status, again.body), (200, first.body));
    // A key belongs to the one who uses it.
    let manager = hall.manager().await.post(ISSUES, Some("my-key"), &json!({ "lane": "acceptance" })).await;
    assert_eq!(manager.status, 200, "{:?}", manager.body);
    assert_eq!(hall.seq().await, before + 1);
    hall.stop();
    assert_eq!(Book::read(&hall.journal_dir()).of_kind("issued").len(), 2);
}

#[tokio::test]
async fn a_setting_that_is_misspelt_is_named_with_its_line_and_its_remedy() {
    let config = "wrap_up_s = 0\n\n[day]\nopen_att = \"09:00\"\n".to_owned();
    let mut hall = Hall::set_up(Setup { config, ..Setup::default() });
    hall.launch(&[]);
    assert_eq!(hall.wait_until_ended().await, Some(1));
    let said = hall.log();
    for part in ["hall.toml:4:", "open_att", "did you mean `open_at`?", "是否应为 `open_at`？"] {
        assert!(said.contains(part), "{part} is missing in:\n{said}");
    }
    assert!(!said.contains("panicked"), "{said}");
    assert!(!hall.journal_dir().exists(), "a server that does not start makes no journal");
}
