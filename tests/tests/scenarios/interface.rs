//! The description of the HTTP interface is true.

use std::collections::BTreeSet;

use hyper::{Method, body::Bytes};
use protocol::Refused;
use serde_json::Value;
use tests::client::Client;
use tests::hall::{Hall, Setup};

/// What programs may use, method by method; a path that is added to the server must be added here and be documented.
const PATHS: &str = "
    DELETE /api/session
    GET /api/calls
    GET /api/my/{token}
    GET /api/overtaken
    GET /api/search
    GET /api/session
    GET /api/slip
    POST /api/hall
    POST /api/my/{token}
    POST /api/session
    POST /api/slip/preview
    POST /api/tickets
    POST /api/tickets/lease
    POST /api/tickets/merge
    POST /api/tickets/reprint
    POST /api/visits
    POST /api/windows/{window}
    GET /api/course
    GET /api/days
    GET /api/rules
    POST /api/whatif
    GET /api/whatif/{id}
    DELETE /api/whatif/{id}
    GET /api/speech/{language}/{name}
    POST /api/devices/{name}/attend
    POST /api/devices/revoke
    POST /api/enrol
    POST /api/enrol/prove
    GET /api/enrol/{id}
    POST /api/enrol/{id}/open
    POST /api/enrol/{id}/done
    POST /api/enrol/{id}/approve
    POST /api/enrol/{id}/refuse
";

#[tokio::test]
async fn every_path_is_documented_and_every_documented_path_answers() {
    let hall = Hall::start(Setup::default()).await;
    let mut client = Client::connect(hall.address).await;
    let description: Value = serde_json::from_slice(&client.get("/api/openapi.json").await.body).unwrap();
    assert!(description["openapi"].as_str().unwrap().starts_with("3.1"), "{}", description["openapi"]);
    let documented: BTreeSet<String> = paths(&description);
    let known: BTreeSet<String> =
        PATHS.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect();
    assert_eq!(documented, known);
    for line in &documented {
        let (method, path) = line.split_once(' ').unwrap();
        let method: Method = method.parse().unwrap();
        let path = path.replace("{token}", "nobody").replace("{window}", "1").replace("{id}", "1");
        let path = path.replace("{language}", "zh").replace("{name}", "0");
        let reply = client.request(method, &path, Some("k"), Bytes::from_static(b"{}")).await.unwrap();
        assert_ne!(reply.status, 405, "{line}");
        // A token that nobody has is not found, in words of its own.
        let not_there = reply.status == 404 && code(&reply.body) == Some("not_found".into());
        assert!(!not_there && reply.status < 500, "{line} answers {}: {:?}", reply.status, reply.body);
    }
}

#[tokio::test]
async fn an_answer_to_an_order_says_how_long_the_disk_took_and_no_other_does() {
    let hall = Hall::start(Setup::default()).await;
    let mut clerk = hall.clerk(1).await;
    let opened = clerk.at(1, "open").await;
    assert_eq!(opened.status, 200);
    assert!(opened.flush.is_some_and(|flush| !flush.is_zero()), "{:?}", opened.flush);
    assert_eq!(clerk.get("/api/session").await.flush, None);
}

#[tokio::test]
async fn what_the_description_refers_to_is_in_it() {
    let hall = Hall::start(Setup::default()).await;
    let reply = Client::connect(hall.address).await.get("/api/openapi.json").await;
    let description: Value = serde_json::from_slice(&reply.body).unwrap();
    let mut references = BTreeSet::new();
    collect_references(&description, &mut references);
    assert!(references.len() > 10, "{references:?}");
    for reference in &references {
        let pointer = reference.strip_prefix('#').unwrap_or_else(|| panic!("{reference} leads elsewhere"));
        assert!(description.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
}

#[tokio::test]
async fn an_address_without_anything_says_so_in_both_languages() {
    let hall = Hall::start(Setup::default()).await;
    let mut client = Client::connect(hall.address).await;
    crate::refusals::is_refused(&client.get("/api/nothing").await, 404, "not_found", "an unknown path");
}

fn paths(description: &Value) -> BTreeSet<String> {
    let paths = description["paths"].as_object().unwrap();
    let methods = |path: &Value| path.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    paths
        .iter()
        .flat_map(|(path, of)| methods(of).into_iter().map(move |m| format!("{} {path}", m.to_uppercase())))
        .collect()
}

fn collect_references(value: &Value, references: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            references.extend(fields.get("$ref").and_then(Value::as_str).map(str::to_owned));
            fields.values().for_each(|value| collect_references(value, references));
        }
        Value::Array(items) => items.iter().for_each(|item| collect_references(item, references)),
        _ => {}
    }
}

fn code(body: &[u8]) -> Option<String> {
    serde_json::from_slice::<Refused>(body).ok().map(|refused| refused.code)
}
