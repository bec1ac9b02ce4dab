//! The holder of a ticket, known by the secret name in the slip's QR code.

use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    routing::get,
};
use protocol::{Answer, Order, order::CitizenAct, view::TicketView};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    App,
    body::Body,
    refuse::Refusal,
    submit::{Answered, Key, submit},
};
use crate::orders::BadOrder;
use crate::views;

/// The holder's wish.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CitizenOrder {
    act: CitizenAct,
}

/// The paths of this audience.
pub fn routes() -> Router<App> {
    Router::new().route("/api/my/{token}", get(look).post(wish))
}

/// One's own visit: place in line, expected wait, window.
#[utoipa::path(get, path = "/api/my/{token}", tag = "citizen",
    params(("token" = String, Path, description = "The secret name from the slip's QR code.")),
    responses((status = 200, body = TicketView), (status = 404, body = protocol::Refused)))]
pub async fn look(State(app): State<App>, Path(token): Path<String>) -> Result<Json<TicketView>, Refusal> {
    let seen = app.live.look(move |hall| views::ticket(hall.scene(), hall.state.ticket_of(&token)?)).await;
    seen.flatten().map(Json).ok_or_else(unknown_token)
}

/// Give up, or come back after a missed call.
#[utoipa::path(post, path = "/api/my/{token}", tag = "citizen", request_body = CitizenOrder,
    params(("token" = String, Path, description = "The secret name from the slip's QR code."),
        ("Idempotency-Key" = String, Header, description = "Names this wish.")),
    responses((status = 200, body = Answer), (status = "4XX", body = protocol::Refused), (status = 503, body = protocol::Refused)))]
pub async fn wish(
    State(app): State<App>,
    Path(token): Path<String>,
    key: Key,
    Body(CitizenOrder { act }): Body<CitizenOrder>,
) -> Answered {
    submit(&app, None, key, Order::Citizen { token, act }).await
}

fn unknown_token() -> Refusal {
    let refused = BadOrder::UnknownToken.refused();
    Refusal { status: StatusCode::NOT_FOUND, refused }
}
