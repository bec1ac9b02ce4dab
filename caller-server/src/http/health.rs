//! For operators: is it alive, is it ready, how is it doing.

use axum::{
    Json, Router,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
    routing::get,
};
use metrics::gauge;
use serde::Serialize;

use super::App;
use crate::live::Hall;
use crate::views;

/// The paths of this audience.
pub fn routes() -> Router<App> {
    Router::new().route("/healthz", get(alive)).route("/readyz", get(ready)).route("/metrics", get(figures))
}

#[derive(Serialize)]
struct Ready {
    ready: bool,
    seq: u64,
    day: Option<String>,
    trouble: Option<protocol::Text>,
    store: crate::store::Status,
}

async fn alive() -> &'static str {
    "ok\n"
}

/// Ready when orders are taken: the journal takes records and a plan is in force.
async fn ready(State(app): State<App>) -> impl IntoResponse {
    let store = app.store.status();
    let seen = app.live.look(move |hall| report(hall, store)).await;
    match seen {
        Some(report) if report.ready => (StatusCode::OK, Json(report)).into_response(),
        Some(report) => (StatusCode::SERVICE_UNAVAILABLE, Json(report)).into_response(),
        None => (StatusCode::SERVICE_UNAVAILABLE, "stopping\n").into_response(),
    }
}

fn report(hall: &Hall, store: crate::store::Status) -> Ready {
    Ready {
        ready: hall.watch.storage.is_none() && hall.state.plan.is_some(),
        seq: hall.state.seq,
        day: hall.state.day.as_ref().map(|day| day.day.to_string()),
        trouble: hall.watch.storage.clone(),
        store,
    }
}

async fn figures(State(app): State<App>) -> impl IntoResponse {
    app.live.look(count).await;
    app.metrics.run_upkeep();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], app.metrics.render())
}

fn count(hall: &Hall) {
    gauge!("yihao_journal_seq").set(to_f64(hall.state.seq));
    gauge!("yihao_storage_trouble").set(if hall.watch.storage.is_some() { 1.0 } else { 0.0 });
    for lane in views::lanes(hall.scene()) {
        let name = format!("{:?}", lane.lane).to_lowercase();
        gauge!("yihao_waiting", "lane" => name.clone()).set(f64::from(lane.waiting));
        gauge!("yihao_open_windows", "lane" => name).set(f64::from(lane.open_windows));
    }
}

/// Exact up to 2^53 entries: more than a hall writes in a million years.
#[allow(clippy::cast_precision_loss)]
fn to_f64(seq: u64) -> f64 {
    seq as f64
}
