//! What-if for managers: begin one, look how far it is, cancel it.

use axum::{
    Json, Router,
    extract::{Path, State, rejection::PathRejection},
    http::StatusCode,
    routing::{get, post},
};
use protocol::whatif::{WhatIf, WhatIfState};

use super::{App, body::Body, manager, refuse::Refusal};
use crate::{gate::Who, whatif::Ground};

/// The paths of this audience.
pub fn routes() -> Router<App> {
    Router::new().route("/api/whatif", post(begin)).route("/api/whatif/{id}", get(look).delete(cancel))
}

/// Begin a what-if. It is worked out beside the living hall and changes nothing.
#[utoipa::path(post, path = "/api/whatif", tag = "hall", request_body = WhatIf,
    responses((status = 202, body = WhatIfState), (status = "4XX", body = protocol::Refused), (status = 503, body = protocol::Refused)),
    security(("session" = [])))]
pub async fn begin(
    State(app): State<App>,
    Who(who): Who,
    Body(ask): Body<WhatIf>,
) -> Result<(StatusCode, Json<WhatIfState>), Refusal> {
    manager::only(who.as_ref())?;
    let (clock, store) = (app.clock.clone(), app.store.clone());
    let ground = app.live.look(|hall| Ground::of(hall, clock, store)).await.ok_or_else(Refusal::busy)?;
    let id = app.whatifs.start(ask, ground.ok_or_else(Refusal::busy)?).ok_or_else(too_many)?;
    let state = app.whatifs.state(id).ok_or_else(Refusal::busy)?;
    Ok((StatusCode::ACCEPTED, Json(state)))
}

/// How far a what-if is, and what came out.
#[utoipa::path(get, path = "/api/whatif/{id}", tag = "hall", params(("id" = u32, Path, description = "Its number.")),
    responses((status = 200, body = WhatIfState), (status = "4XX", body = protocol::Refused)),
    security(("session" = [])))]
pub async fn look(
    State(app): State<App>,
    Who(who): Who,
    id: Result<Path<u32>, PathRejection>,
) -> Result<Json<WhatIfState>, Refusal> {
    manager::only(who.as_ref())?;
    let Path(id) = id.map_err(|_| Refusal::not_found())?;
    app.whatifs.state(id).map(Json).ok_or_else(gone)
}

/// Cancel a what-if, and forget it.
#[utoipa::path(delete, path = "/api/whatif/{id}", tag = "hall", params(("id" = u32, Path, description = "Its number.")),
    responses((status = 204), (status = "4XX", body = protocol::Refused)),
    security(("session" = [])))]
pub async fn cancel(
    State(app): State<App>,
    Who(who): Who,
    id: Result<Path<u32>, PathRejection>,
) -> Result<StatusCode, Refusal> {
    manager::only(who.as_ref())?;
    let Path(id) = id.map_err(|_| Refusal::not_found())?;
    if app.whatifs.cancel(id) { Ok(StatusCode::NO_CONTENT) } else { Err(gone()) }
}

fn too_many() -> Refusal {
    let (zh, en) = (
        "正在进行的推演已经很多，请等其中一个完成或取消后再试",
        "several what-ifs are under way; wait until one is done, or cancel one",
    );
    Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "too_many_whatifs", zh, en)
}

fn gone() -> Refusal {
    let (zh, en) =
        ("没有这次推演，或已取消、已被更新的代替", "there is no such what-if: cancelled, or others took its place");
    Refusal::new(StatusCode::NOT_FOUND, "unknown_whatif", zh, en)
}
