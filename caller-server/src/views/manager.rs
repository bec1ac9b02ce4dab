//! Everything, for managers.

use std::collections::VecDeque;

use hall::{balance::Rules, state::Doing, words::WindowId};
use protocol::{
    Text, order,
    view::{Alarm, ChoiceRow, DeviceRow, ManagerView, UnprintedRow, WindowRow},
};

use super::{
    Scene,
    board::is_open,
    class_out, lanes, seconds, window,
    window::{mean_service_s, pause_reason},
};

/// What is known beside the hall's state.
pub struct Watch<'a> {
    /// The day's counts and means.
    pub figures: Figures,
    /// The devices.
    pub devices: Vec<DeviceRow>,
    /// Alarms that do not follow from the hall's state.
    pub alarms: Vec<Alarm>,
    /// The last choices, oldest first.
    pub choices: &'a VecDeque<ChoiceRow>,
    /// Slips that may not have come out.
    pub unprinted: Vec<UnprintedRow>,
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
        windows: scene.state.windows.keys().filter_map(|&id| row(scene, id)).collect(),
        devices: watch.devices,
        alarms: watch.alarms.into_iter().chain(emergencies(scene)).collect(),
        choices: watch.choices.iter().rev().cloned().collect(),
        rules: rules(&scene.state.rules),
        unprinted: watch.unprinted,
    }
}

/// The rules, on the wire.
pub fn rules(rules: &Rules) -> order::Rules {
    let class = |(&class, rule): (&hall::words::Class, &hall::balance::ClassRule)| order::ClassRule {
        class: class_out(class),
        offset_s: rule.offset_s,
        rate_milli: rule.rate_milli,
        cap_s: rule.cap_s,
    };
    order::Rules {
        classes: rules.classes.iter().map(class).collect(),
        recalls: rules.no_show.recalls,
        recall_gap_s: rules.no_show.recall_gap_s,
        grace_s: rules.no_show.grace_s,
        penalty_s: rules.no_show.penalty_s,
    }
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
