//! Why somebody was called, for managers: each past call explained, and who was overtaken on a day.

use axum::{
    Json, Router,
    extract::{Query, State, rejection::QueryRejection},
    http::StatusCode,
    routing::get,
};
use hall::words::{Day, NotAWord, Ticket};
use protocol::Text;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    App,
    manager::{self, bad_query},
    refuse::Refusal,
};
use crate::{gate::Who, store, views};

/// Which visit.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct Which {
    /// The ticket, `2026-11-23/A001`.
    ticket: String,
}

/// Which day.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct OfDay {
    /// The business day, `2026-11-23`.
    day: String,
}

/// Every call of a visit, the first one first.
#[derive(Serialize, ToSchema)]
pub struct Calls {
    calls: Vec<Call>,
}

/// A call and its reasons.
#[derive(Serialize, ToSchema)]
pub struct Call {
    /// When, ms since 1970.
    at_ms: u64,
    /// Where to.
    window: u16,
    /// Why, in a sentence.
    #[schema(value_type = Object)]
    why: Text,
    /// Why, as it was decided: scores of the ticket and of the one that came next, measures of the windows.
    #[schema(value_type = Object)]
    decision: hall::balance::Why,
}

/// Everybody who was overtaken, in the order of the calls.
#[derive(Serialize, ToSchema)]
pub struct Overtaken {
    overtaken: Vec<Row>,
}

/// Somebody who was overtaken.
#[derive(Serialize, ToSchema)]
pub struct Row {
    #[schema(value_type = Object)]
    #[serde(flatten)]
    overtaking: store::Overtaking,
    /// In a sentence.
    #[schema(value_type = Object)]
    text: Text,
}

/// The paths of this audience.
pub fn routes() -> Router<App> {
    Router::new().route("/api/calls", get(calls)).route("/api/overtaken", get(overtaken))
}

/// Why a visit was called, each time.
#[utoipa::path(get, path = "/api/calls", tag = "hall", params(Which),
    responses((status = 200, body = Calls), (status = "4XX", body = protocol::Refused)),
    security(("session" = [])))]
pub async fn calls(
    State(app): State<App>,
    Who(who): Who,
    which: Result<Query<Which>, QueryRejection>,
) -> Result<Json<Calls>, Refusal> {
    manager::only(who.as_ref())?;
    let Query(which) = which.map_err(|rejection| bad_query(&rejection.body_text()))?;
    let ticket: Ticket = which.ticket.parse().map_err(|error: NotAWord| bad_query(&error.to_string()))?;
    let record = app.store.visit(ticket).map_err(|error| manager::no_search(&error))?;
    let record = record.ok_or_else(|| unknown(ticket))?;
    let call = |wait: store::WaitRecord| {
        let (at_ms, call) = (wait.until_ms?, wait.call?);
        let why = views::why(ticket, &call.why);
        Some(Call { at_ms, window: call.window.0, why, decision: call.why })
    };
    Ok(Json(Calls { calls: record.waits.into_iter().filter_map(call).collect() }))
}

/// Who was overtaken on a day, by whom, and under which rule.
#[utoipa::path(get, path = "/api/overtaken", tag = "hall", params(OfDay),
    responses((status = 200, body = Overtaken), (status = "4XX", body = protocol::Refused)),
    security(("session" = [])))]
pub async fn overtaken(
    State(app): State<App>,
    Who(who): Who,
    day: Result<Query<OfDay>, QueryRejection>,
) -> Result<Json<Overtaken>, Refusal> {
    manager::only(who.as_ref())?;
    let Query(OfDay { day }) = day.map_err(|rejection| bad_query(&rejection.body_text()))?;
    let day: Day = day.parse().map_err(|error: NotAWord| bad_query(&error.to_string()))?;
    // A whole day is compared with itself: not on a thread that answers others.
    let all = tokio::task::spawn_blocking(move || app.store.day(day).map(|visits| store::overtakings(&visits))).await;
    let all = all.map_err(|_| Refusal::busy())?.map_err(|error| manager::no_search(&error))?;
    let row = |overtaking: store::Overtaking| Row { text: views::overtaking(&overtaking), overtaking };
    Ok(Json(Overtaken { overtaken: all.into_iter().map(row).collect() }))
}

fn unknown(ticket: Ticket) -> Refusal {
    let zh = format!("没有找到{ticket}，请核对日期和号码");
    let en = format!("there is no ticket {ticket}; check its day and number");
    Refusal::new(StatusCode::NOT_FOUND, "unknown_ticket", zh, en)
}
