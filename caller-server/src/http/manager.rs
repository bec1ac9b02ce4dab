//! What managers do: the day, the rules, the search.

use axum::{
    Json, Router,
    extract::{Query, State, rejection::QueryRejection},
    http::StatusCode,
    routing::{get, post},
};
use protocol::{Answer, Order, order::HallAct};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    App,
    body::Body,
    refuse::Refusal,
    submit::{Answered, Key, submit},
};
use crate::gate::{Identity, Who};
use crate::store;

/// The most visits that a search shows: more than anybody reads.
const FOUND_MAX: usize = 200;

/// What is looked for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct Search {
    /// The business day, `2026-11-23`, or several, `2026-11-01..2026-11-23`; all days when left out.
    #[serde(default)]
    day: Option<String>,
    /// The beginning of a number, `A01`.
    #[serde(default)]
    q: Option<String>,
    /// The window that served.
    #[serde(default)]
    window: Option<u16>,
}

/// What was found.
#[derive(Serialize, ToSchema)]
pub struct Found {
    #[schema(value_type = Vec<Object>)]
    visits: Vec<store::VisitRecord>,
}

/// The paths of this audience.
pub fn routes() -> Router<App> {
    Router::new().route("/api/hall", post(hall)).route("/api/search", get(search))
}

/// Open or close the business day, or put rules in force.
#[utoipa::path(post, path = "/api/hall", tag = "hall", request_body = HallAct,
    params(("Idempotency-Key" = String, Header, description = "Names this wish.")),
    responses((status = 200, body = Answer), (status = "4XX", body = protocol::Refused), (status = 503, body = protocol::Refused)),
    security(("session" = [])))]
pub async fn hall(State(app): State<App>, Who(who): Who, key: Key, Body(act): Body<HallAct>) -> Answered {
    submit(&app, who.as_ref(), key, Order::Hall(act)).await
}

/// Find visits of today and before.
#[utoipa::path(get, path = "/api/search", tag = "hall", params(Search),
    responses((status = 200, body = Found), (status = "4XX", body = protocol::Refused)),
    security(("session" = [])))]
pub async fn search(
    State(app): State<App>,
    Who(who): Who,
    search: Result<Query<Search>, QueryRejection>,
) -> Result<Json<Found>, Refusal> {
    only(who.as_ref())?;
    let Query(search) = search.map_err(|rejection| bad_query(&rejection.body_text()))?;
    let query = store::Query {
        day: search.day.map(|day| day.parse()).transpose().map_err(|error| bad_query(&format!("{error}")))?,
        text: search.q,
        window: search.window.map(hall::words::WindowId),
        stage: None,
        limit: FOUND_MAX,
    };
    // A wide search looks through 100,000 visits: not on a thread that answers others.
    let found = tokio::task::spawn_blocking(move || app.store.search(&query)).await;
    let visits = found.map_err(|_| Refusal::busy())?.map_err(|error| no_search(&error))?;
    Ok(Json(Found { visits }))
}

/// Whether a manager asks.
///
/// # Errors
/// Somebody else does, or nobody who is known.
pub(super) fn only(who: Option<&Identity>) -> Result<(), Refusal> {
    match who {
        Some(Identity::Manager(_)) => Ok(()),
        Some(_) => Err(Refusal::wrong_role()),
        None => Err(Refusal::unauthorised()),
    }
}

pub(super) fn bad_query(detail: &str) -> Refusal {
    let zh = format!("查询条件无法识别：{detail}");
    Refusal::new(StatusCode::BAD_REQUEST, "bad_query", zh, format!("the search can't be read: {detail}"))
}

pub(super) fn no_search(error: &store::StoreError) -> Refusal {
    Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "no_search", error.zh(), error.to_string())
}
