//! What was, for managers: the course of a day, and the rules as they were.

use std::iter::successors;

use axum::{
    Json, Router,
    extract::{Query, State, rejection::QueryRejection},
    routing::get,
};
use hall::{
    balance::presets::Preset,
    plan::ItemId,
    state::StageName,
    whatif::WaitTally,
    words::{Day, Lane, NotAWord, WindowId},
};
use protocol::{
    Text,
    view::ItemName,
    whatif::{self as wire, DayCourse, PastDay, PastDays, RulesBook, ServiceRow},
};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    App,
    manager::{self, bad_query, no_search},
    refuse::Refusal,
};
use crate::{
    gate::Who,
    names::Names,
    store::{DayFigures, RulesChange, VisitRecord},
    views,
    whatif::{half_hours, mean_s, seconds, trim},
};

/// So many changes of the rules are shown.
const CHANGES_MAX: usize = 50;

/// Days are looked for so far back.
const DAYS_BACK_MAX: usize = 60;

/// Which day.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct OfDay {
    /// The business day, `2026-11-23`.
    day: String,
}

/// The paths of this audience.
pub fn routes() -> Router<App> {
    Router::new().route("/api/course", get(course)).route("/api/rules", get(rules)).route("/api/days", get(days))
}

/// The waits of a day by half hour of arrival, and the times at windows.
#[utoipa::path(get, path = "/api/course", tag = "hall", params(OfDay),
    responses((status = 200, body = DayCourse), (status = "4XX", body = protocol::Refused)),
    security(("session" = [])))]
pub async fn course(
    State(app): State<App>,
    Who(who): Who,
    day: Result<Query<OfDay>, QueryRejection>,
) -> Result<Json<DayCourse>, Refusal> {
    manager::only(who.as_ref())?;
    let Query(OfDay { day }) = day.map_err(|rejection| bad_query(&rejection.body_text()))?;
    let day: Day = day.parse().map_err(|error: NotAWord| bad_query(&error.to_string()))?;
    let clock = app.clock.clone();
    let names = app.live.look(|hall| hall.names.clone()).await.ok_or_else(Refusal::busy)?;
    let course = move || {
        let visits = app.store.day(day)?;
        let midnight_ms = visits.first().map_or(0, |visit| clock.midnight_ms(visit.issued_at_ms));
        let services = services(&visits, &names);
        Ok(course_of(day, &visits, services, (midnight_ms, clock.now_ms())))
    };
    let made = tokio::task::spawn_blocking(course).await.map_err(|_| Refusal::busy())?;
    made.map(Json).map_err(|error| no_search(&error))
}

/// The last days on which somebody came, newest first, today among them.
#[utoipa::path(get, path = "/api/days", tag = "hall",
    responses((status = 200, body = PastDays), (status = "4XX", body = protocol::Refused)),
    security(("session" = [])))]
pub async fn days(State(app): State<App>, Who(who): Who) -> Result<Json<PastDays>, Refusal> {
    manager::only(who.as_ref())?;
    let back = successors(Some(app.clock.today()), |day| day.before()).take(DAYS_BACK_MAX);
    let figures = back.map(|day| Ok((day, app.store.day_figures(day)?))).collect::<Result<Vec<_>, _>>();
    let came = figures.map_err(|error| no_search(&error))?.into_iter().filter(|(_, figures)| figures.issued > 0);
    let row = |(day, figures): (Day, DayFigures)| PastDay {
        day: day.to_string(),
        issued: figures.issued,
        mean_wait_s: u32::try_from(figures.mean_wait_ms() / 1000).unwrap_or(u32::MAX),
    };
    Ok(Json(PastDays { days: came.map(row).collect() }))
}

/// Every change of the rules, newest first, and rules to begin with.
#[utoipa::path(get, path = "/api/rules", tag = "hall",
    responses((status = 200, body = RulesBook), (status = "4XX", body = protocol::Refused)),
    security(("session" = [])))]
pub async fn rules(State(app): State<App>, Who(who): Who) -> Result<Json<RulesBook>, Refusal> {
    manager::only(who.as_ref())?;
    let now = app.live.look(|hall| hall.state.rules.clone()).await.ok_or_else(Refusal::busy)?;
    let changes = app.store.rules_changes(u64::MAX, CHANGES_MAX).map_err(|error| no_search(&error))?;
    let change = |change: RulesChange| wire::RulesChange {
        at_ms: change.at_ms,
        by: change.by,
        reason: change.reason,
        rules: views::rules(&change.rules),
    };
    let preset = |preset: Preset| {
        let (zh, en) = preset.name();
        wire::Preset { name: Text::new(zh, en), rules: views::rules(&preset.on(&now)) }
    };
    let changes = changes.into_iter().map(change).collect();
    Ok(Json(RulesBook { changes, presets: Preset::ALL.into_iter().map(preset).collect() }))
}

fn course_of(
    day: Day,
    visits: &[VisitRecord],
    services: Vec<ServiceRow>,
    (midnight_ms, now_ms): (u64, u64),
) -> DayCourse {
    let wait = |visit: &VisitRecord| {
        let arrived_ms = visit.arrived_at_ms?;
        let waits = visit.first_called_at_ms.is_none() && visit.stage == StageName::Waiting;
        let until_ms = visit.first_called_at_ms.or(waits.then_some(now_ms))?;
        Some((arrived_ms.saturating_sub(midnight_ms), Some(until_ms.saturating_sub(arrived_ms))))
    };
    let half_hours = trim(half_hours(visits.iter().filter_map(wait)));
    DayCourse { day: day.to_string(), half_hours, services }
}

/// By lane, by item within its lane, by class and by window.
fn services(visits: &[VisitRecord], names: &Names) -> Vec<ServiceRow> {
    let finished: Vec<&VisitRecord> = visits.iter().filter(|visit| visit.stage == StageName::Finished).collect();
    let mut windows: Vec<WindowId> = finished.iter().filter_map(|visit| visit.window()).collect();
    windows.sort_unstable();
    windows.dedup();
    let row = |is_in: &dyn Fn(&VisitRecord) -> bool| {
        let served_ms = finished.iter().filter(|visit| is_in(visit)).map(|visit| Some(visit.served_ms));
        let tally = WaitTally::of(served_ms, 0);
        (tally.served > 0).then(|| ServiceRow {
            lane: None,
            class: None,
            window: None,
            item: None,
            visits: u32::try_from(tally.served).unwrap_or(u32::MAX),
            mean_s: mean_s(&tally),
            p50_s: seconds(tally.p50_ms),
            p95_s: seconds(tally.p95_ms),
        })
    };
    let lanes = Lane::ALL
        .into_iter()
        .filter_map(|lane| Some(ServiceRow { lane: Some(views::lane_out(lane)), ..row(&|visit| visit.lane == lane)? }));
    let classes = hall::words::Class::ALL.into_iter().filter_map(|class| {
        Some(ServiceRow { class: Some(views::class_out(class)), ..row(&|visit| visit.class == class)? })
    });
    let windows = windows.into_iter().filter_map(|window| {
        Some(ServiceRow { window: Some(window.0), ..row(&|visit| visit.window() == Some(window))? })
    });
    let mut known: Vec<(Lane, ItemId)> = finished.iter().filter_map(|visit| Some((visit.lane, visit.item?))).collect();
    known.sort_unstable();
    known.dedup();
    let items = known.into_iter().filter_map(|(lane, item)| {
        let name = ItemName { item: item.to_string(), name: names.item(item) };
        let row = row(&|visit| (visit.lane, visit.item) == (lane, Some(item)))?;
        Some(ServiceRow { lane: Some(views::lane_out(lane)), item: Some(name), ..row })
    });
    lanes.chain(items).chain(classes).chain(windows).collect()
}
