//! What is known of devices and of the server itself: connections, acknowledgements, troubles, alarms.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use hall::{
    state::Doing,
    words::{AtMs, Day, WindowId},
};
use protocol::{
    Text,
    view::{Alarm, Announced, DeviceRole, DeviceRow},
};
use tokio::time::Instant;

use super::{ConnectionId, Said, slips::Slips};
use crate::gate::{Gate, devices::Device};
use crate::views::{Figures, Scene};

/// A call that is not on the panel after this time is an alarm.
const SHOWN_WITHIN: Duration = Duration::from_secs(2);
/// A clock that stands behind by less is nobody's concern, ms.
const CLOCK_BEHIND_MS: u64 = 1_000;

/// Days whose forecasts a manager sees: two weeks with their Sundays.
const DAYS_SHOWN: usize = 14;

/// The figures of a day, from the store; `None` while it can't tell.
pub type DayFiguresOf = Box<dyn Fn(Day) -> Option<Figures> + Send>;

/// What is known of devices and of the server itself.
pub struct Watched {
    /// Why the journal takes nothing, if so.
    pub storage: Option<Text>,
    /// What stays wrong until the server is started again.
    pub standing: Vec<Alarm>,
    /// Slips that may not have come out.
    pub slips: Slips,
    gate: Arc<Gate>,
    figures: DayFiguresOf,
    connections: BTreeMap<ConnectionId, String>,
    /// How many connections each device has.
    connected: BTreeMap<String, usize>,
    troubles: BTreeMap<String, Text>,
    calls: BTreeMap<WindowId, Acknowledged>,
}

struct Acknowledged {
    call: u64,
    since: Instant,
    shown: bool,
    spoken: bool,
}

impl Watched {
    /// Nothing is known yet but who the devices are and where the figures of a day come from.
    pub fn new(gate: Arc<Gate>, figures: DayFiguresOf) -> Self {
        let (standing, slips, connections, connected, troubles, calls) = Default::default();
        Self { storage: None, standing, slips, gate, figures, connections, connected, troubles, calls }
    }

    /// A device connected.
    pub fn connected(&mut self, name: &str, id: ConnectionId) {
        if self.connections.insert(id, name.to_owned()).is_none() {
            *self.connected.entry(name.to_owned()).or_default() += 1;
        }
    }

    /// A connection is gone. What was wrong with its device is not known any more.
    pub fn gone(&mut self, id: ConnectionId) {
        let Some(name) = self.connections.remove(&id) else { return };
        let left = self.connected.get(&name).map_or(0, |count| count - 1);
        if left > 0 {
            self.connected.insert(name, left);
        } else {
            self.connected.remove(&name);
            self.troubles.remove(&name);
            self.slips.gone(&name);
        }
    }

    /// A device says something.
    pub fn said(&mut self, name: &str, said: Said) {
        match said {
            Said::Shown(window, call) => self.acknowledge(window, call, |known| known.shown = true),
            Said::Spoken(window, call) => self.acknowledge(window, call, |known| known.spoken = true),
            Said::Trouble(Some(trouble)) => {
                self.troubles.insert(name.to_owned(), trouble);
            }
            Said::Trouble(None) => {
                self.troubles.remove(name);
            }
            Said::Slips(prints, unprinted) => self.slips.said(name, prints, &unprinted),
            Said::Printed(key, whole) => self.slips.came(name, &key, whole),
        }
    }

    /// A window announces a call from now on.
    pub fn called(&mut self, window: WindowId, call: u64, now: Instant) {
        let known = Acknowledged { call, since: now, shown: false, spoken: false };
        self.calls.insert(window, known);
    }

    /// Whether a call reached people.
    pub fn announced(&self, window: WindowId, call: Option<u64>, display: bool) -> Announced {
        let known = self.calls.get(&window).filter(|known| Some(known.call) == call);
        let (shown, spoken) = known.map_or((false, false), |known| (known.shown, known.spoken));
        Announced { display, shown, spoken }
    }

    /// The day's figures.
    pub fn figures(&self, day: Option<Day>) -> Figures {
        day.and_then(|day| (self.figures)(day)).unwrap_or_default()
    }

    /// The figures of the last days until `today`, newest first.
    pub fn days(&self, today: Option<Day>) -> Vec<(Day, Figures)> {
        let days = std::iter::successors(today, |day| day.before()).take(DAYS_SHOWN);
        days.filter_map(|day| Some((day, (self.figures)(day)?))).collect()
    }

    /// The devices that have a key.
    pub fn devices(&self) -> Vec<DeviceRow> {
        let row = |device: &Device| DeviceRow {
            name: device.name.clone(),
            role: device.role,
            connected: self.is_connected(&device.name),
            trouble: self.troubles.get(&device.name).cloned(),
        };
        self.known().iter().map(row).collect()
    }

    /// What needs somebody, beside what the state itself says.
    pub fn alarms(&self, scene: Scene<'_>, behind_ms: u64, now: Instant) -> Vec<Alarm> {
        let mut alarms = self.standing.clone();
        let mut raise = |code: &str, text, since_ms| alarms.push(Alarm { code: code.into(), text, since_ms });
        if let Some(text) = &self.storage {
            raise("storage", text.clone(), scene.now_ms);
        }
        if behind_ms > CLOCK_BEHIND_MS {
            raise("clock", clock_behind(behind_ms), scene.now_ms);
        }
        for device in self.known().iter() {
            if !self.is_connected(&device.name) && is_missed(scene, device) {
                raise("device_offline", offline(&device.name), scene.now_ms);
            }
            if let Some(trouble) = self.troubles.get(&device.name) {
                raise("device_trouble", in_trouble(&device.name, trouble), scene.now_ms);
            }
        }
        for (window, since_ms) in self.not_shown(scene, now) {
            raise("not_shown", not_shown(window), since_ms);
        }
        alarms
    }

    /// The devices that have a key. A list that can't be read is the gate's to report; the hall goes on.
    fn known(&self) -> Arc<Vec<Device>> {
        self.gate.devices().all().unwrap_or_default()
    }

    fn acknowledge(&mut self, window: u16, call: u64, how: impl FnOnce(&mut Acknowledged)) {
        self.calls.get_mut(&WindowId(window)).filter(|known| known.call == call).map(how);
    }

    fn is_connected(&self, name: &str) -> bool {
        self.connected.contains_key(name)
    }

    fn not_shown(&self, scene: Scene<'_>, now: Instant) -> Vec<(WindowId, AtMs)> {
        let late = |window: &WindowId, known: &Acknowledged| {
            let calling = scene.state.windows.get(window).filter(|at| matches!(at.doing, Doing::Calling { .. }))?;
            let has_display = self.known().iter().any(|device| device.window == Some(window.0));
            let late = has_display && !known.shown && now.saturating_duration_since(known.since) > SHOWN_WITHIN;
            late.then_some((*window, calling.since_ms))
        };
        self.calls.iter().filter_map(|(window, known)| late(window, known)).collect()
    }
}

/// Whether somebody misses a device that is not connected: a closed window's display may be switched off.
fn is_missed(scene: Scene<'_>, device: &Device) -> bool {
    match device.role {
        DeviceRole::Dispenser => true,
        DeviceRole::Terminal => false,
        DeviceRole::Display => {
            let window = device.window.and_then(|window| scene.state.windows.get(&WindowId(window)));
            window.is_some_and(|window| window.doing != Doing::Closed)
        }
    }
}

fn clock_behind(behind_ms: u64) -> Text {
    let behind_s = behind_ms / 1000;
    Text::new(
        format!("服务器时钟落后{behind_s}秒，大厅时间已保持，请检查对时。"),
        format!("The server's clock went back by {behind_s} s; the hall's time is held. Check the time source."),
    )
}

fn offline(name: &str) -> Text {
    Text::new(format!("设备“{name}”未连接"), format!("Device '{name}' is not connected"))
}

fn in_trouble(name: &str, trouble: &Text) -> Text {
    Text::new(format!("设备“{name}”：{}", trouble.zh), format!("Device '{name}': {}", trouble.en))
}

fn not_shown(window: WindowId) -> Text {
    Text::new(format!("{window}号窗口的叫号没有显示"), format!("The call from window {window} is not shown"))
}
