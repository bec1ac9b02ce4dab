//! What is known of devices and of the server itself: connections, acknowledgements, troubles, alarms.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use hall::{
    State,
    state::Doing,
    words::{Day, WindowId},
};
use protocol::{
    Text,
    enrol::EnrolRow,
    view::{Alarm, CallView, DeviceRole, DeviceRow, ShownRow},
};

use super::{ConnectionId, NotAttended, Said, fleet::Fleet, slips::Slips};
use crate::announce::alarms::{Alarms, Subject};
use crate::gate::{Gate, devices::Device};
use crate::views::{Figures, Scene};

/// A call that is not on the panel after this time is an alarm, ms.
const SHOWN_MS_MAX: u64 = 2_000;
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
    /// The hashes of the devices' keys, by name, when it was looked last.
    keys: BTreeMap<String, String>,
    figures: DayFiguresOf,
    connections: BTreeMap<ConnectionId, String>,
    /// How many connections each device has.
    connected: BTreeMap<String, usize>,
    troubles: BTreeMap<String, Text>,
    fleet: Fleet,
    calls: BTreeMap<WindowId, Acknowledged>,
    /// Calls that are on no panel.
    pub unseen: Alarms,
}

struct Acknowledged {
    call: u64,
    number: String,
    since_ms: u64,
    shown: bool,
}

impl Watched {
    /// Nothing is known yet but who the devices are and where the figures of a day come from.
    pub fn new(gate: Arc<Gate>, figures: DayFiguresOf) -> Self {
        let (standing, slips, connections, connected, troubles, fleet, calls, unseen) = Default::default();
        let keys = keys(&gate.devices().all().unwrap_or_default());
        Self {
            storage: None,
            standing,
            slips,
            gate,
            keys,
            figures,
            connections,
            connected,
            troubles,
            fleet,
            calls,
            unseen,
        }
    }

    /// A device connected.
    pub fn connected(&mut self, name: &str, id: ConnectionId, now_ms: u64) {
        self.fleet.seen(name, now_ms);
        if self.connections.insert(id, name.to_owned()).is_none() {
            *self.connected.entry(name.to_owned()).or_default() += 1;
        }
    }

    /// A connection is gone. What was wrong with its device is not known any more.
    pub fn gone(&mut self, id: ConnectionId, now_ms: u64) {
        let Some(name) = self.connections.remove(&id) else { return };
        let left = self.connected.get(&name).map_or(0, |count| count - 1);
        if left > 0 {
            self.connected.insert(name, left);
        } else {
            self.connected.remove(&name);
            self.troubles.remove(&name);
            self.fleet.gone(&name, now_ms);
            self.slips.gone(&name);
        }
    }

    /// A device says something.
    pub fn said(&mut self, name: &str, said: Said, now_ms: u64) {
        match said {
            Said::Shown(window, call) => {
                let known = self.calls.get_mut(&WindowId(window)).filter(|known| known.call == call);
                if let Some(known) = known {
                    known.shown = true;
                    self.fleet.shown(name, ShownRow { number: known.number.clone(), at_ms: now_ms });
                }
            }
            Said::Trouble(Some(trouble)) => {
                self.troubles.insert(name.to_owned(), trouble);
            }
            Said::Trouble(None) => {
                self.troubles.remove(name);
            }
            Said::Health(health) => self.fleet.said(name, health, now_ms),
            Said::Slips(prints, unprinted) => self.slips.said(name, prints, &unprinted),
            Said::Printed(key, whole) => self.slips.came(name, &key, whole),
            Said::Voice(..) | Said::Word(..) | Said::Attended(..) => {}
        }
    }

    /// A window announces a call from now on.
    pub fn called(&mut self, call: &CallView, now_ms: u64) {
        let (number, window) = (call.number.clone(), WindowId(call.window));
        self.calls.insert(window, Acknowledged { call: call.seq, number, since_ms: now_ms, shown: false });
    }

    /// Whether a call is on a panel.
    pub fn is_shown(&self, window: WindowId, call: Option<u64>) -> bool {
        self.calls.get(&window).is_some_and(|known| Some(known.call) == call && known.shown)
    }

    /// Looks whether a call is on no panel although there is one.
    pub fn look_for_unseen(&mut self, state: &State, now_ms: u64) {
        let devices = self.known();
        for (window, known) in &self.calls {
            let calling = state.windows.get(window).is_some_and(|at| matches!(at.doing, Doing::Calling { .. }));
            let panels =
                devices.iter().filter(|device| device.window == Some(window.0) && self.has_panel(&device.name));
            let names: Vec<&str> = panels.map(name).collect();
            let late = now_ms.saturating_sub(known.since_ms) > SHOWN_MS_MAX;
            if calling && late && !known.shown && !names.is_empty() {
                self.unseen.raise(Subject::NotShown(window.0), not_shown(*window, &names.join(", ")), now_ms);
            } else {
                self.unseen.clear(&Subject::NotShown(window.0), now_ms);
            }
        }
        self.unseen.forget(now_ms);
    }

    /// Whether a call can be seen at a device, as far as is known.
    pub fn has_panel(&self, name: &str) -> bool {
        self.fleet.has_panel(name)
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

    /// Whether something can be wanted of a device.
    ///
    /// # Errors
    /// Why not.
    pub fn may_attend(&self, name: &str) -> Result<(), NotAttended> {
        match self.known().iter().any(|device| device.name == name) {
            false => Err(NotAttended::Unknown),
            true if !self.is_connected(name) => Err(NotAttended::Away),
            // Who tells how its machine is understands more.
            true => self.fleet.of(name).0.map(drop).ok_or(NotAttended::Old),
        }
    }

    /// The devices that have a key.
    pub fn devices(&self, state: &State) -> Vec<DeviceRow> {
        let row = |device: &Device| {
            let (connected, (health, seen_ms)) = (self.is_connected(&device.name), self.fleet.of(&device.name));
            DeviceRow {
                name: device.name.clone(),
                role: device.role,
                connected,
                trouble: self.troubles.get(&device.name).cloned(),
                reserved: state.reserve_left(&device.name),
                health,
                shown: self.fleet.last_shown(&device.name),
                seen_ms: seen_ms.filter(|_| !connected),
            }
        };
        self.known().iter().map(row).collect()
    }

    /// The devices whose key opens nothing any more since this was asked last: revoked, or replaced by another.
    pub fn revoked(&mut self) -> BTreeSet<String> {
        let now = keys(&self.known());
        let before = std::mem::replace(&mut self.keys, now);
        before.into_iter().filter(|(name, key)| self.keys.get(name) != Some(key)).map(|(name, _)| name).collect()
    }

    /// Blank devices that wait to be let in.
    pub fn enrolments(&self) -> Vec<EnrolRow> {
        self.gate.enrol().rows(self.gate.now().0)
    }

    /// What needs somebody, beside what the state itself says.
    pub fn alarms(&self, scene: Scene<'_>, behind_ms: u64) -> Vec<Alarm> {
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
        let known = self.known();
        let names = known.iter().map(name).collect();
        alarms.extend(self.fleet.alarms(&names));
        alarms
    }

    /// The devices that have a key. A list that can't be read is the gate's to report; the hall goes on.
    fn known(&self) -> Arc<Vec<Device>> {
        self.gate.devices().all().unwrap_or_default()
    }

    fn is_connected(&self, name: &str) -> bool {
        self.connected.contains_key(name)
    }
}

fn keys(devices: &[Device]) -> BTreeMap<String, String> {
    devices.iter().map(|device| (device.name.clone(), device.key_sha256.clone())).collect()
}

/// Whether somebody misses a device that is not connected: a closed window's display may be switched off.
fn is_missed(scene: Scene<'_>, device: &Device) -> bool {
    match device.role {
        DeviceRole::Dispenser | DeviceRole::Speaker => true,
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

fn name(device: &Device) -> &str {
    &device.name
}

fn not_shown(window: WindowId, names: &str) -> Text {
    Text::new(
        format!("{window}号窗口的叫号没有显示（设备“{names}”）"),
        format!("The call from window {window} is not shown (device '{names}')"),
    )
}
