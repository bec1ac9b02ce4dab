use axum::{
    body::{Body, to_bytes},
    http::{Request, header},
};
use protocol::{Refused, view::DeviceRole};
use tempfile::TempDir;
use tower::ServiceExt;

use super::*;

const PASSWORD: &str = "correct horse";

/// What came back.
struct Came {
    status: u16,
    cookie: Option<String>,
    body: String,
}

impl Came {
    /// The code of a refusal that has a sentence in both languages.
    fn refused(&self) -> (u16, String) {
        let refused: Refused = serde_json::from_str(&self.body).unwrap();
        assert!(!refused.text.zh.is_empty() && !refused.text.en.is_empty(), "{}", self.body);
        (self.status, refused.code)
    }
}

fn gate() -> (TempDir, Arc<Gate>) {
    let dir = tempfile::tempdir().unwrap();
    let gate = Gate::open(dir.path()).unwrap();
    gate.accounts().add("wang", Role::Clerk, PASSWORD, 0).unwrap();
    (dir, Arc::new(gate))
}

async fn send(gate: &Arc<Gate>, method: &str, headers: &[(header::HeaderName, &str)], body: &str) -> Came {
    let mut request = Request::builder().method(method).uri("/api/session");
    for (name, value) in headers {
        request = request.header(name, *value);
    }
    let app: Router = routes::<Arc<Gate>>().with_state(gate.clone());
    let response = app.oneshot(request.body(Body::from(body.to_owned())).unwrap()).await.unwrap();
    let cookie = response.headers().get(header::SET_COOKIE).map(|value| value.to_str().unwrap().to_owned());
    let status = response.status().as_u16();
    let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
    Came { status, cookie, body: String::from_utf8(bytes.to_vec()).unwrap() }
}

async fn sign_in_with(gate: &Arc<Gate>, body: &str) -> Came {
    send(gate, "POST", &[(header::CONTENT_TYPE, "application/json")], body).await
}

fn credentials(password: &str) -> String {
    format!(r#"{{"name":"wang","password":"{password}"}}"#)
}

#[tokio::test]
async fn a_clerk_signs_in_is_known_and_signs_out() {
    let (_dir, gate) = gate();
    let came = sign_in_with(&gate, &credentials(PASSWORD)).await;
    assert_eq!((came.status, came.body.as_str()), (200, r#"{"name":"wang","role":"clerk"}"#));
    let cookie = came.cookie.unwrap();
    for part in ["yihao_session=", "HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=50400"] {
        assert!(cookie.contains(part), "{part} in {cookie}");
    }
    let cookie = cookie.split(';').next().unwrap();
    let came = send(&gate, "GET", &[(header::COOKIE, cookie)], "").await;
    assert_eq!((came.status, came.body.as_str()), (200, r#"{"name":"wang","role":"clerk"}"#));
    let came = send(&gate, "DELETE", &[(header::COOKIE, cookie)], "").await;
    assert_eq!(came.status, 204);
    let removal = came.cookie.unwrap();
    assert!(removal.starts_with("yihao_session=;") && removal.contains("Max-Age=0"), "{removal}");
}

#[tokio::test]
async fn whoever_is_not_known_is_told_why() {
    let (_dir, gate) = gate();
    assert_eq!(send(&gate, "GET", &[], "").await.refused(), (401, "unauthorised".into()));
    let stale = [(header::COOKIE, "yihao_session=stale")];
    let came = send(&gate, "GET", &stale, "").await;
    assert_eq!(came.refused(), (401, "signed_out".into()));
    assert!(came.cookie.is_some_and(|cookie| cookie.contains("Max-Age=0")), "the stale cookie is taken away");
    let wrong_key = [(header::AUTHORIZATION, "Bearer 0123")];
    assert_eq!(send(&gate, "GET", &wrong_key, "").await.refused(), (401, "bad_key".into()));
    let key = format!("Bearer {}", gate.devices().add("kiosk", DeviceRole::Dispenser, None, 0).unwrap());
    let device = [(header::AUTHORIZATION, key.as_str())];
    assert_eq!(send(&gate, "GET", &device, "").await.refused(), (403, "wrong_role".into()));
}

#[tokio::test]
async fn a_stale_cookie_hinders_nobody_from_signing_in_again() {
    let (_dir, gate) = gate();
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::COOKIE, "yihao_session=stale")];
    assert_eq!(send(&gate, "POST", &headers, &credentials(PASSWORD)).await.status, 200);
}

#[tokio::test]
async fn a_wrong_password_gets_401_and_the_sixth_429() {
    let (_dir, gate) = gate();
    for _ in 0..5 {
        let came = sign_in_with(&gate, &credentials("wrong horse")).await;
        assert!(came.cookie.is_none());
        assert_eq!(came.refused(), (401, "wrong_password".into()));
    }
    assert_eq!(sign_in_with(&gate, &credentials(PASSWORD)).await.refused(), (429, "too_many_attempts".into()));
}

#[tokio::test]
async fn what_is_not_the_expected_json_is_refused_with_a_reason() {
    let (_dir, gate) = gate();
    let form = [(header::CONTENT_TYPE, "application/x-www-form-urlencoded")];
    assert_eq!(send(&gate, "POST", &form, "name=wang").await.refused(), (415, "not_json".into()));
    for body in ["{", "{}", r#"{"name":"wang","password":1}"#, r#"{"name":"w","password":"p","role":"manager"}"#] {
        assert_eq!(sign_in_with(&gate, body).await.refused(), (400, "bad_json".into()), "{body}");
    }
    let huge = credentials(&"x".repeat(4 << 20));
    assert_eq!(sign_in_with(&gate, &huge).await.refused(), (413, "too_large".into()));
}

#[tokio::test]
async fn a_list_that_was_damaged_meanwhile_lets_in_whom_it_knew_and_nobody_else() {
    let (dir, gate) = gate();
    assert!(sign_in_with(&gate, &credentials(PASSWORD)).await.cookie.is_some());
    std::fs::write(dir.path().join("accounts.json"), "{").unwrap();
    assert_eq!(sign_in_with(&gate, &credentials("wrong horse")).await.refused(), (401, "wrong_password".into()));
    assert!(sign_in_with(&gate, &credentials(PASSWORD)).await.cookie.is_some());
}
