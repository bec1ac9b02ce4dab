//! Everything, for managers.

use std::collections::VecDeque;

use hall::{
    state::Doing,
    words::{Day, WindowId, ZoneId},
};
use protocol::{
    Text,
    enrol::EnrolRow,
    view::{
        Alarm, ChoiceRow, DeviceRow, ForecastRow, ManagerView, MutedBy, NoticeRow, UnprintedRow, WindowRow, ZoneRow,
    },
};

use crate::store::Accuracy;

use super::{
    Scene,
    board::is_open,
    lanes, seconds, window,
    window::{mean_service_s, pause_reason},
};

/// What is known beside the hall's state.
pub struct Watch<'a> {
    /// The day's counts and means.
    pub figures: Figures,
    /// Those of the last days, newest first.
    pub days: Vec<(Day, Figures)>,
    /// The devices.
    pub devices: Vec<DeviceRow>,
    /// Blank devices that wait to be let in.
    pub enrolments: Vec<EnrolRow>,
    /// Alarms that do not follow from the hall's state.
    pub alarms: Vec<Alarm>,
    /// The last choices, oldest first.
    pub choices: &'a VecDeque<ChoiceRow>,
    /// Slips that may not have come out.
    pub unprinted: Vec<UnprintedRow>,
    /// The zones and their voices.
    pub zones: Vec<ZoneRow>,
    /// Notices of the hall's settings.
    pub notices: Vec<NoticeRow>,
}

pub use crate::store::DayFigures as Figures;

/// The manager's view.
pub fn manager(scene: Scene<'_>, watch: Watch<'_>) -> ManagerView {
    let figures = &watch.figures;
    ManagerView {
        day: scene.state.day.as_ref().map(|day| day.day.to_string()),
        open: is_open(scene),
        lanes: lanes(scene),
        longest_wait_s: longest_wait_s(scene),
        issued: figures.issued,
        finished: figures.finished,
        unserved: figures.unserved(),
        mean_wait_s: seconds(figures.mean_wait_ms()),
        mean_service_s: seconds(figures.mean_service_ms()),
        forecasts: watch.days.iter().filter_map(|(day, figures)| forecast_row(*day, &figures.accuracy)).collect(),
        windows: scene.state.windows.keys().filter_map(|&id| row(scene, id)).collect(),
        devices: watch.devices,
        alarms: watch.alarms.into_iter().chain(emergencies(scene)).chain(muted(scene)).collect(),
        choices: watch.choices.iter().rev().cloned().collect(),
        rules: super::rules(&scene.state.rules),
        unprinted: watch.unprinted,
        zones: watch.zones,
        notices: watch.notices,
        enrolments: watch.enrolments,
    }
}

/// The zones in the order of the plan; `unspoken` says how many calls wait for a voice there.
pub fn zones(scene: Scene<'_>, unspoken: impl Fn(char) -> u32) -> Vec<ZoneRow> {
    let zones = scene.state.plan.iter().flat_map(|plan| &plan.zones);
    let row = |zone: &ZoneId| ZoneRow {
        zone: zone.0,
        name: scene.names.zone(*zone),
        unspoken: unspoken(zone.0),
        muted: scene.state.muted.get(zone).map(|muted| MutedBy {
            by: muted.by.clone(),
            reason: muted.reason.clone(),
            since_ms: muted.at_ms,
        }),
    };
    zones.map(row).collect()
}

fn row(scene: Scene<'_>, id: WindowId) -> Option<WindowRow> {
    let at = scene.state.windows.get(&id)?;
    Some(WindowRow {
        window: window(scene, id),
        clerk: at.seat.as_ref().map(|seat| seat.clerk.clone()),
        since_ms: at.since_ms,
        pause_reason: pause_reason(at),
        served: at.served,
        mean_service_s: mean_service_s(at),
    })
}

fn forecast_row(day: Day, accuracy: &Accuracy) -> Option<ForecastRow> {
    (accuracy.visits > 0).then(|| ForecastRow {
        day: day.to_string(),
        visits: accuracy.visits,
        bias_s: i32::try_from(accuracy.bias_s()).unwrap_or(i32::MAX),
        rms_error_s: u32::try_from(accuracy.rms_error_s()).unwrap_or(u32::MAX),
        within_p80_percent: accuracy.within_p80_percent(),
    })
}

fn longest_wait_s(scene: Scene<'_>) -> u32 {
    let heads = scene.state.lines.waiting.values().filter_map(|line| line.first());
    let earliest = heads.map(|&(since_ms, _)| since_ms).min();
    seconds(earliest.map_or(0, |since_ms| scene.now_ms.saturating_sub(since_ms)))
}

fn emergencies(scene: Scene<'_>) -> impl Iterator<Item = Alarm> {
    let windows = scene.state.windows.iter();
    windows.filter(|(_, window)| matches!(window.doing, Doing::Emergency { .. })).map(|(id, window)| Alarm {
        code: "emergency".into(),
        text: Text::new(format!("{id}号窗口紧急求助"), format!("Emergency at window {id}")),
        since_ms: window.since_ms,
    })
}

/// A zone that was forgotten would stay silent for days.
fn muted(scene: Scene<'_>) -> impl Iterator<Item = Alarm> {
    scene.state.muted.iter().map(move |(zone, muted)| {
        let (name, by, why) = (scene.names.zone(*zone), &muted.by, &muted.reason);
        let text = Text::new(
            format!("{}语音已静音（{by}：{why}），叫号只显示", name.zh),
            format!("{} is muted ({by}: {why}); calls are only shown", name.en),
        );
        Alarm { code: "muted".into(), text, since_ms: muted.at_ms }
    })
}
