//! What clerks do: at their window, and with one visit.

use std::convert::Infallible;

use axum::{
    Router,
    extract::{FromRequestParts, Path, State},
    http::{StatusCode, request::Parts},
    routing::post,
};
use protocol::{Answer, Order, Refused, WindowAct, order::VisitAct, view::DeviceRole};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    App,
    body::Body,
    refuse::Refusal,
    submit::{Answered, Key, submit},
};
use crate::gate::Who;

/// The header that names the browser tab of a clerk.
const CONSOLE_HEADER: &str = "x-console";

/// The browser tab of a clerk, as far as the request names one.
pub struct Console(String);

impl<S: Sync> FromRequestParts<S> for Console {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let name = parts.headers.get(CONSOLE_HEADER).and_then(|value| value.to_str().ok());
        Ok(Self(name.unwrap_or_default().to_owned()))
    }
}

/// Something with one visit.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VisitOrder {
    /// `2026-11-23/A001`.
    ticket: String,
    act: VisitAct,
}

/// A slip that is to be printed again.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReprintOrder {
    /// `2026-11-23/A001`.
    ticket: String,
    /// The dispenser that prints it.
    at: String,
}

/// The paths of this audience.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/api/windows/{window}", post(at_window))
        .route("/api/visits", post(visit))
        .route("/api/tickets/reprint", post(reprint))
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
    Console(console): Console,
    Body(act): Body<WindowAct>,
) -> Answered {
    let window = window.parse().map_err(|_| Refusal::not_found())?;
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
) -> Answered {
    submit(&app, who.as_ref(), key, Order::Visit { ticket, act }).await
}

/// Print the slip of a living visit once more at a dispenser, with the word for a reprint on it.
#[utoipa::path(post, path = "/api/tickets/reprint", tag = "tickets", request_body = ReprintOrder,
    params(("Idempotency-Key" = String, Header, description = "Names this wish.")),
    responses((status = 200, body = Answer), (status = "4XX", body = protocol::Refused), (status = 503, body = protocol::Refused)),
    security(("session" = [])))]
pub async fn reprint(
    State(app): State<App>,
    Who(who): Who,
    key: Key,
    Body(ReprintOrder { ticket, at }): Body<ReprintOrder>,
) -> Answered {
    submit(&app, who.as_ref(), key, Order::Reprint { ticket, at }).await
}

/// Whether the dispenser that an order names exists, so that nobody waits for paper from one that does not.
///
/// # Errors
/// No dispenser has that name.
pub fn knows_dispenser(app: &App, order: &Order) -> Result<(), Refused> {
    let Order::Reprint { at, .. } = order else { return Ok(()) };
    let devices = app.gate.devices().all().map_err(|_| Refusal::storage_failed().refused)?;
    if devices.iter().any(|device| device.role == DeviceRole::Dispenser && device.name == *at) {
        return Ok(());
    }
    let (zh, en) = (format!("没有名为“{at}”的取号机。"), format!("There is no dispenser called '{at}'."));
    Err(Refusal::new(StatusCode::NOT_FOUND, "unknown_device", zh, en).refused)
}
