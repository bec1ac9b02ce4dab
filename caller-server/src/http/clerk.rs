//! What clerks do: at their window, and with one visit.

use axum::{
    Json, Router,
    extract::{Path, State},
    http::HeaderMap,
    routing::post,
};
use protocol::{Answer, Order, WindowAct, order::VisitAct};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    App,
    body::Body,
    refuse::Refusal,
    submit::{Key, submit},
};
use crate::gate::Who;

/// The header that names the browser tab of a clerk.
const CONSOLE_HEADER: &str = "x-console";

/// Something with one visit.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VisitOrder {
    /// `2026-11-23/A001`.
    ticket: String,
    act: VisitAct,
}

/// The paths of this audience.
pub fn routes() -> Router<App> {
    Router::new().route("/api/windows/{window}", post(at_window)).route("/api/visits", post(visit))
}

/// Do something at a window: open it, call the next ticket, finish, park, transfer, pause.
#[utoipa::path(post, path = "/api/windows/{window}", tag = "windows", request_body = WindowAct,
    params(("window" = u16, Path, description = "The window's number."),
        ("X-Console" = Option<String>, Header, description = "The clerk's console; a manager leaves it out."),
        ("Idempotency-Key" = String, Header, description = "Names this press.")),
    responses((status = 200, body = Answer), (status = "4XX", body = protocol::Refused), (status = 503, body = protocol::Refused)),
    security(("session" = [])))]
pub async fn at_window(
    State(app): State<App>,
    Who(who): Who,
    Path(window): Path<String>,
    key: Key,
    headers: HeaderMap,
    Body(act): Body<WindowAct>,
) -> Result<Json<Answer>, Refusal> {
    let window = window.parse().map_err(|_| Refusal::not_found())?;
    let console = headers.get(CONSOLE_HEADER).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    submit(&app, who.as_ref(), key, Order::Window { window, console, act }).await
}

/// Do something with one visit: check in, cancel, mark as left, rejoin, return.
#[utoipa::path(post, path = "/api/visits", tag = "windows", request_body = VisitOrder,
    params(("Idempotency-Key" = String, Header, description = "Names this wish.")),
    responses((status = 200, body = Answer), (status = "4XX", body = protocol::Refused), (status = 503, body = protocol::Refused)),
    security(("session" = []), ("device" = [])))]
pub async fn visit(
    State(app): State<App>,
    Who(who): Who,
    key: Key,
    Body(VisitOrder { ticket, act }): Body<VisitOrder>,
) -> Result<Json<Answer>, Refusal> {
    submit(&app, who.as_ref(), key, Order::Visit { ticket, act }).await
}
