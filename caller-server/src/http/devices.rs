//! Numbers: for dispensers, terminals, ID-card readers, booking portals and scripts.

use axum::{Router, extract::State, routing::post};
use protocol::{
    Answer, IssueOrder, Order,
    order::{Lane, OfflineIssue},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    App,
    body::Body,
    submit::{Answered, Key, submit},
};
use crate::gate::Who;

/// A reserve of numbers.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LeaseOrder {
    lane: Lane,
    count: u32,
}

/// What was given out while cut off.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MergeOrder {
    issued: Vec<OfflineIssue>,
}

/// The paths of this audience.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/api/tickets", post(issue))
        .route("/api/tickets/lease", post(lease))
        .route("/api/tickets/merge", post(merge))
}

/// Give out a number.
#[utoipa::path(post, path = "/api/tickets", tag = "tickets", request_body = IssueOrder,
    params(("Idempotency-Key" = String, Header, description = "Names this wish; a retry under the same key gets the first answer again.")),
    responses((status = 200, body = Answer), (status = "4XX", body = protocol::Refused), (status = 503, body = protocol::Refused)),
    security(("device" = []), ("session" = [])))]
pub async fn issue(State(app): State<App>, Who(who): Who, key: Key, Body(order): Body<IssueOrder>) -> Answered {
    submit(&app, who.as_ref(), key, Order::Issue(order)).await
}

/// Reserve numbers for a dispenser that may be cut off.
#[utoipa::path(post, path = "/api/tickets/lease", tag = "tickets", request_body = LeaseOrder,
    params(("Idempotency-Key" = String, Header, description = "Names this wish.")),
    responses((status = 200, body = Answer), (status = "4XX", body = protocol::Refused), (status = 503, body = protocol::Refused)),
    security(("device" = [])))]
pub async fn lease(
    State(app): State<App>,
    Who(who): Who,
    key: Key,
    Body(LeaseOrder { lane, count }): Body<LeaseOrder>,
) -> Answered {
    submit(&app, who.as_ref(), key, Order::Lease { lane, count }).await
}

/// Bring in the tickets that a dispenser gave out while it was cut off.
#[utoipa::path(post, path = "/api/tickets/merge", tag = "tickets", request_body = MergeOrder,
    params(("Idempotency-Key" = String, Header, description = "Names this wish.")),
    responses((status = 200, body = Answer), (status = "4XX", body = protocol::Refused), (status = 503, body = protocol::Refused)),
    security(("device" = [])))]
pub async fn merge(
    State(app): State<App>,
    Who(who): Who,
    key: Key,
    Body(MergeOrder { issued }): Body<MergeOrder>,
) -> Answered {
    submit(&app, who.as_ref(), key, Order::Merge { issued }).await
}
