//! Somebody between device and server, another server, a server that nobody named, and bodies that make no sense.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::{Json, Router, extract::State, http::StatusCode, routing::post};
use protocol::enrol::{
    Begin, Begun, Bytes32, Challenge, ENROL_VERSION, Open, Proof,
    agreement::{DeviceSide, Secret, ServerSide},
};
use serde_json::json;
use tests::client::Client;
use tests::hall::{Hall, Setup};

use crate::enrol::{
    approve, at, blank_display, digits, empty_hall, is_refused, nobody, panel, says, technician, waiting,
};
use crate::network::Network;
use crate::until;

/// Somebody who is a server to the device and a device to the server, with keys of their own.
struct Between {
    server: SocketAddr,
    lasting: Secret,
    sides: Mutex<Option<ServerSide>>,
}

fn random() -> Bytes32 {
    Bytes32(rand::random())
}

/// Begins at the real server in the device's place, and answers the device in the server's.
async fn begin(State(between): State<Arc<Between>>, Json(begin): Json<Begin>) -> Json<Begun> {
    let (device, commitment) = DeviceSide::begin(random(), random(), &begin.about);
    let own = Begin { version: ENROL_VERSION, about: begin.about.clone(), commitment };
    let mut server = Client::connect(between.server).await;
    let reply = server.post("/api/enrol", None, &serde_json::to_value(own).unwrap()).await;
    let begun: Begun = serde_json::from_slice(&reply.body).unwrap();
    let open = serde_json::to_value(device.open()).unwrap();
    assert_eq!(server.post(&format!("/api/enrol/{}/open", begun.id), None, &open).await.status, 204);
    let side = ServerSide::begin(random(), random(), begin.commitment, &begin.about);
    let answer = side.begun(begun.id, &between.lasting);
    *between.sides.lock().unwrap() = Some(side);
    Json(answer)
}

async fn open(State(between): State<Arc<Between>>, Json(open): Json<Open>) -> StatusCode {
    let side = between.sides.lock().unwrap().take().unwrap();
    assert!(side.agree(&between.lasting, &open).is_ok());
    StatusCode::NO_CONTENT
}

async fn between(server: SocketAddr) -> SocketAddr {
    let between = Between { server, lasting: Secret::new(random()), sides: Mutex::default() };
    let routes = Router::new()
        .route("/api/enrol", post(begin))
        .route("/api/enrol/{id}/open", post(open))
        .route("/api/enrol/{id}", axum::routing::get(|| async { Json(json!({ "is": "waiting" })) }))
        .with_state(Arc::new(between));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, routes).await });
    address
}

#[tokio::test]
async fn whoever_stands_between_gives_other_digits_and_nobody_is_let_in() {
    let hall = empty_hall().await;
    let between = between(hall.address).await;
    let display = blank_display(&at(between), &[]);
    let (digits, row) = (digits(&display).await, waiting(&hall).await);
    says(&display, &between.to_string()).await;
    let wish = json!({ "digits": digits, "name": "display-1", "window": 1 });
    for _ in 0..3 {
        let reply = approve(&hall, &row.id, &wish).await;
        is_refused(&reply, 422, "enrol_digits");
        assert!(reply.refused().text.en.contains("which server's address it shows"), "{:?}", reply.refused());
    }
    is_refused(&approve(&hall, &row.id, &wish).await, 404, "enrol_over");
    assert!(!display.path("identity.json").exists());
}

/// The device's key is a secret: it goes to no server but the one that gave it.
#[tokio::test]
async fn another_server_at_the_address_is_not_trusted_until_the_technician_says_so() {
    let (first, second) = (empty_hall().await, empty_hall().await);
    let mut display = blank_display(&at(first.address), &[]);
    let (shown, row) = (digits(&display).await, waiting(&first).await);
    let wish = |digits: &str| json!({ "digits": digits, "name": "display-1", "window": 1 });
    assert_eq!(approve(&first, &row.id, &wish(&shown)).await.status, 200);
    says(&display, "窗口关闭").await;
    let (old, new) = (first.address.to_string(), second.address.to_string());
    display.restart(|own| {
        let path = own.join("profile.toml");
        let profile = std::fs::read_to_string(&path).unwrap().replace(&old, &new);
        std::fs::write(path, profile).unwrap();
    });
    until("the log says that it is another server", async || {
        display.log().contains("is not the one that this device knows")
    })
    .await;
    assert!(panel(&display).contains("离线") || panel(&display).contains("连接"), "{}", panel(&display));

    assert!(technician(&display, &["anew"]).status.success());
    display.restart(|_| {});
    until("it does not enrol there either", async || panel(&display).contains("不是本机认识的服务器")).await;
    assert!(technician(&display, &["anew", "--other-server"]).status.success());
    display.restart(|_| {});
    let (shown, row) = (digits(&display).await, waiting(&second).await);
    assert_eq!(approve(&second, &row.id, &wish(&shown)).await.status, 200);
    says(&display, "窗口关闭").await;
}

#[tokio::test]
async fn a_server_proves_itself_to_those_who_know_its_key() {
    let hall = empty_hall().await;
    let asked = Secret::new(random());
    let challenge = serde_json::to_value(Challenge { key: asked.public() }).unwrap();
    let mut client = Client::connect(hall.address).await;
    let proof: Proof = serde_json::from_slice(&client.post("/api/enrol/prove", None, &challenge).await.body).unwrap();
    let (_, commitment) = DeviceSide::begin(random(), random(), &about());
    let begin = serde_json::to_value(Begin { version: ENROL_VERSION, about: about(), commitment }).unwrap();
    let begun: Begun = serde_json::from_slice(&client.post("/api/enrol", None, &begin).await.body).unwrap();
    assert_eq!(proof.proof, asked.proof(begun.server, asked.public(), begun.server).unwrap());
    let weak = json!({ "key": "00".repeat(32) });
    is_refused(&client.post("/api/enrol/prove", None, &weak).await, 400, "enrol_key");
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_in_words() {
    let hall = empty_hall().await;
    let mut client = Client::connect(hall.address).await;
    let (_, commitment) = DeviceSide::begin(random(), random(), &about());
    let begin = serde_json::to_value(Begin { version: ENROL_VERSION, about: about(), commitment }).unwrap();
    is_refused(&client.post("/api/enrol", None, &json!({ "version": 1 })).await, 400, "bad_json");
    let mut wrong = begin.clone();
    wrong["commitment"] = json!("abc");
    is_refused(&client.post("/api/enrol", None, &wrong).await, 400, "bad_json");
    let mut wrong = begin.clone();
    wrong["about"]["machine"] = json!("m".repeat(65));
    is_refused(&client.post("/api/enrol", None, &wrong).await, 400, "enrol_about");
    wrong["about"]["machine"] = json!("m".repeat(5_000));
    is_refused(&client.post("/api/enrol", None, &wrong).await, 413, "too_large");
    let mut wrong = begin.clone();
    wrong["about"]["role"] = json!("terminal");
    is_refused(&client.post("/api/enrol", None, &wrong).await, 422, "enrol_role");
    is_refused(&client.get("/api/enrol/nobody").await, 404, "enrol_over");
    is_refused(
        &client.post("/api/enrol/nobody/approve", None, &json!({ "digits": "1", "name": "d" })).await,
        401,
        "unauthorised",
    );
    is_refused(&client.post("/api/devices/revoke", None, &json!({ "device": "d" })).await, 401, "unauthorised");
    // One address can't take all places: eight wait, the next hears so.
    let mut statuses = Vec::new();
    for _ in 0..9 {
        statuses.push(client.post("/api/enrol", None, &begin).await.status);
    }
    assert_eq!(statuses, [[200; 8].as_slice(), &[503]].concat());
}

/// mDNS between two network namespaces: the profile names no server at all.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_blank_display_finds_the_server_that_nobody_named() {
    let Some(network) = Network::new() else { return };
    let setup = Setup { address: Some(network.server()), under: network.in_hall(), ..nobody() };
    let hall = Hall::start(setup).await;
    let mut display = blank_display("", &network.in_device());
    let (digits, row) = (digits(&display).await, waiting(&hall).await);
    says(&display, &network.server().to_string()).await;
    let wish = json!({ "digits": digits, "name": "display-1", "window": 1 });
    assert_eq!(approve(&hall, &row.id, &wish).await.status, 200);
    says(&display, "窗口关闭").await;
    display.restart(|_| {});
    says(&display, "窗口关闭").await;
}

fn about() -> protocol::enrol::About {
    let role = protocol::view::DeviceRole::Display;
    protocol::enrol::About { role, program: "p 1".into(), machine: "m".into(), name: None, window: None }
}
