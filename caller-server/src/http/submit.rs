//! From a request to the desk and back: the same for every audience, over HTTP and on a WebSocket.

use std::sync::Arc;
use std::time::Duration;

use axum::{
    Json,
    extract::FromRequestParts,
    http::{StatusCode, request::Parts},
    response::{IntoResponse, Response},
};
use protocol::{Answer, KEY_CHARS_MAX, Order, Refused, view::DeviceRole};

use super::{App, clerk, refuse::Refusal, slip};
use crate::desk::What;
use crate::gate::Identity;
use crate::orders;

/// The header that names a wish.
const KEY_HEADER: &str = "idempotency-key";

/// The idempotency key of a request: 1 to [`KEY_CHARS_MAX`] visible ASCII characters.
pub struct Key(pub String);

impl<S: Sync> FromRequestParts<S> for Key {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        let text = parts.headers.get(KEY_HEADER).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if is_key(text) { Ok(Self(text.to_owned())) } else { Err(no_key()) }
    }
}

/// Whether a text can name a wish.
pub fn is_key(text: &str) -> bool {
    (1..=KEY_CHARS_MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// The request names no wish.
pub fn no_key() -> Refusal {
    let zh = format!("请求须带Idempotency-Key，1至{KEY_CHARS_MAX}个可见ASCII字符");
    let en = format!("send an Idempotency-Key of 1 to {KEY_CHARS_MAX} visible ASCII characters");
    Refusal::new(StatusCode::BAD_REQUEST, "no_idempotency_key", zh, en)
}

/// Says how long the disk took, for whoever looks why an answer took long: a browser shows it beside the request.
const TIMING_HEADER: &str = "server-timing";

/// An order was done.
pub struct Performed {
    /// The first answer is kept for retries: it is shared, not copied.
    pub answer: Arc<Answer>,
    /// How long the flush took that made it durable.
    flush: Duration,
}

impl IntoResponse for Performed {
    fn into_response(self) -> Response {
        let flush_ms = format!("flush;dur={:.3}", self.flush.as_secs_f64() * 1_000.0);
        ([(TIMING_HEADER, flush_ms)], Json(self.answer)).into_response()
    }
}

/// What a handler gives for an order.
pub type Answered = Result<Performed, Refusal>;

/// Does an order over HTTP.
///
/// # Errors
/// It was refused; nothing changed.
pub async fn submit(app: &App, who: Option<&Identity>, key: Key, order: Order) -> Answered {
    let done = perform(app, who, key.0, order).await;
    done.map_err(|refused| Refusal { status: status(&refused.code), refused })
}

/// Does an order.
///
/// # Errors
/// It was refused; nothing changed.
pub async fn perform(app: &App, who: Option<&Identity>, key: String, order: Order) -> Result<Performed, Refused> {
    let Some(actor) = orders::actor(who, &order) else { return Err(Refusal::unauthorised().refused) };
    if matches!(who, Some(Identity::Device { role: DeviceRole::Display | DeviceRole::Speaker, .. })) {
        return Err(Refusal::wrong_role().refused);
    }
    slip::look_over(app, &order).await?;
    clerk::knows_dispenser(app, &order)?;
    let told = app.desk.ask(actor, Some(key), What::Order(order)).await;
    let answer = told.outcome.map_err(Arc::unwrap_or_clone)?;
    Ok(Performed { answer, flush: told.flush })
}

/// The HTTP status that goes with a refusal.
fn status(code: &str) -> StatusCode {
    match code {
        "storage_failed" | "busy" | "stopping" => StatusCode::SERVICE_UNAVAILABLE,
        "unauthorised" => StatusCode::UNAUTHORIZED,
        "not_allowed" | "wrong_role" => StatusCode::FORBIDDEN,
        "unknown_zone" | "unknown_window" | "unknown_ticket" | "unknown_token" | "unknown_device" => {
            StatusCode::NOT_FOUND
        }
        "bad_plan" | "bad_rules" | "bad_template" | "bad_notice" | "slip_too_large" | "bad_reason" | "bad_word"
        | "bad_token" | "transfer_target" | "returning_class" | "class_twice" | "appointment_time" | "lease_size"
        | "merge_size" | "time_over" => StatusCode::UNPROCESSABLE_ENTITY,
        "key_reused" => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::CONFLICT,
    }
}
