//! What managers want of a device beside the hall's business: to find it, try it, start it anew, read its log.

use std::time::Duration;

use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    routing::post,
};
use protocol::attend::{Attend, Attended};
use serde::Deserialize;
use tokio::time::timeout;
use utoipa::ToSchema;

use super::{App, body::Body, manager, refuse::Refusal};
use crate::gate::{Identity, Who};
use crate::live::NotAttended;

/// A slip takes two seconds; a device that says nothing for so long will say nothing.
const ANSWERS_WITHIN: Duration = Duration::from_secs(10);

/// What is wanted of a device.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    what: Attend,
}

/// The paths of this audience.
pub fn routes() -> Router<App> {
    Router::new().route("/api/devices/{name}/attend", post(attend))
}

/// Find a device, try it, start it anew, or read its log. Nothing of the hall changes.
#[utoipa::path(post, path = "/api/devices/{name}/attend", tag = "devices", request_body = Wanted,
    params(("name" = String, Path, description = "The device's name.")),
    responses((status = 200, body = Attended), (status = "4XX", body = protocol::Refused), (status = 504, body = protocol::Refused)),
    security(("session" = [])))]
pub async fn attend(
    State(app): State<App>,
    Who(who): Who,
    Path(name): Path<String>,
    Body(Wanted { what }): Body<Wanted>,
) -> Result<Json<Attended>, Refusal> {
    manager::only(who.as_ref())?;
    if let Some(Identity::Manager(person)) = &who {
        tracing::info!(device = name, ?what, by = person, "a manager attends to a device");
    }
    let answer = timeout(ANSWERS_WITHIN, app.live.attend(name.clone(), what)).await;
    let answer = answer.map_err(|_| silent(&name))?.ok_or_else(Refusal::busy)?;
    answer.map(Json).map_err(|why| not_attended(why, &name))
}

fn not_attended(why: NotAttended, name: &str) -> Refusal {
    let (status, code, zh, en) = match why {
        NotAttended::Unknown => (
            StatusCode::NOT_FOUND,
            "unknown_device",
            format!("没有名为“{name}”的设备"),
            format!("there is no device '{name}'"),
        ),
        NotAttended::Away => (
            StatusCode::CONFLICT,
            "device_away",
            format!("设备“{name}”未连接，请检查电源和网络"),
            format!("device '{name}' is not connected; look at its power and network"),
        ),
        NotAttended::Old => (
            StatusCode::CONFLICT,
            "device_old",
            format!("设备“{name}”的程序版本过旧，不支持此操作，请先升级"),
            format!("the program of device '{name}' is too old for this; update it first"),
        ),
    };
    Refusal::new(status, code, zh, en)
}

fn silent(name: &str) -> Refusal {
    let s = ANSWERS_WITHIN.as_secs();
    let (zh, en) = (
        format!("设备“{name}”在{s}秒内没有应答；若仍显示已连接，请断电重启"),
        format!("device '{name}' did not answer within {s} s; if it stays connected, switch it off and on"),
    );
    Refusal::new(StatusCode::GATEWAY_TIMEOUT, "device_silent", zh, en)
}
