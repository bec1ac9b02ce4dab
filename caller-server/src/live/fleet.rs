//! How the machines of the devices are, and which alarms follow: each begins at one limit and ends at another, so that none flutters.

use std::collections::{BTreeMap, BTreeSet};

use protocol::{
    Text,
    health::Health,
    view::{Alarm, ShownRow},
};

/// A Raspberry Pi slows down at 80 °C.
const HOT_C: i16 = 80;
const COOL_C: i16 = 72;
/// A disk so full soon takes nothing.
const FULL_PERCENT: u8 = 5;
const ROOM_PERCENT: u8 = 10;
/// A radio link so weak loses every other message.
const WEAK_PERCENT: u8 = 25;
const STRONG_PERCENT: u8 = 40;
/// A weak supply comes and goes; it counts until it has been well for so long, ms.
const STEADY_MS: u64 = 120_000;

/// What is wrong with a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Ill {
    Hot,
    WeakSupply,
    DiskFull,
    WeakLink,
}

/// One machine.
#[derive(Debug, Default)]
struct Known {
    health: Option<Health>,
    /// When it was heard last, the hall's time; a device that is connected is heard all the time.
    seen_ms: u64,
    /// The last call that it reported to be on its panel.
    shown: Option<ShownRow>,
    ills: BTreeMap<Ill, u64>,
    supply_bad_ms: u64,
}

/// All machines, by the names of the devices.
#[derive(Debug, Default)]
pub struct Fleet(BTreeMap<String, Known>);

impl Fleet {
    /// A device was heard.
    pub fn seen(&mut self, name: &str, now_ms: u64) {
        self.0.entry(name.to_owned()).or_default().seen_ms = now_ms;
    }

    /// A device says how its machine is.
    pub fn said(&mut self, name: &str, health: Health, now_ms: u64) {
        let known = self.0.entry(name.to_owned()).or_default();
        known.seen_ms = now_ms;
        if health.under_voltage == Some(true) {
            known.supply_bad_ms = now_ms;
        }
        for ill in [Ill::Hot, Ill::WeakSupply, Ill::DiskFull, Ill::WeakLink] {
            if known.is_ill(ill, &health, now_ms) {
                known.ills.entry(ill).or_insert(now_ms);
            } else {
                known.ills.remove(&ill);
            }
        }
        known.health = Some(health);
    }

    /// A call is on the panel of a device.
    pub fn shown(&mut self, name: &str, shown: ShownRow) {
        self.0.entry(name.to_owned()).or_default().shown = Some(shown);
    }

    /// The last call that a device reported to be on its panel.
    pub fn last_shown(&self, name: &str) -> Option<ShownRow> {
        self.0.get(name)?.shown.clone()
    }

    /// A device is gone: how its machine is, nobody knows any more.
    pub fn gone(&mut self, name: &str, now_ms: u64) {
        if let Some(known) = self.0.get_mut(name) {
            *known = Known { seen_ms: now_ms, shown: known.shown.take(), ..Known::default() };
        }
    }

    /// How a machine said that it is, and when it was heard last.
    pub fn of(&self, name: &str) -> (Option<Health>, Option<u64>) {
        self.0.get(name).map_or((None, None), |known| (known.health.clone(), Some(known.seen_ms)))
    }

    /// Whether a call can be seen at a device, as far as is known.
    pub fn has_panel(&self, name: &str) -> bool {
        let health = self.0.get(name).and_then(|known| known.health.as_ref());
        health.is_none_or(|health| !health.voice_alone)
    }

    /// What is wrong with these devices.
    pub fn alarms<'a>(&'a self, names: &'a BTreeSet<&'a str>) -> impl Iterator<Item = Alarm> + 'a {
        let known = self.0.iter().filter(|(name, _)| names.contains(name.as_str()));
        known.flat_map(|(name, known)| {
            known.ills.iter().filter_map(|(ill, since_ms)| known.alarm(name, *ill, *since_ms))
        })
    }
}

impl Known {
    fn is_ill(&self, ill: Ill, now: &Health, now_ms: u64) -> bool {
        let was = self.ills.contains_key(&ill);
        let below =
            |value: Option<u8>, begins, ends| value.is_some_and(|value| value < if was { ends } else { begins });
        match ill {
            Ill::Hot => now.temperature_c.is_some_and(|value| value >= if was { COOL_C } else { HOT_C }),
            Ill::WeakSupply => {
                now.under_voltage == Some(true) || (was && now_ms.saturating_sub(self.supply_bad_ms) < STEADY_MS)
            }
            Ill::DiskFull => below(now.disk_free_percent, FULL_PERCENT, ROOM_PERCENT),
            Ill::WeakLink => below(now.link_percent, WEAK_PERCENT, STRONG_PERCENT),
        }
    }

    fn alarm(&self, name: &str, ill: Ill, since_ms: u64) -> Option<Alarm> {
        let health = self.health.as_ref()?;
        let (code, zh, en) = match ill {
            Ill::Hot => {
                let degrees = health.temperature_c.unwrap_or_default();
                let zh = format!("温度{degrees}℃，请检查通风和灰尘");
                ("device_hot", zh, format!("is at {degrees} °C; look at its fan and the dust"))
            }
            Ill::WeakSupply => (
                "device_supply",
                "供电不足，请更换电源或电源线".into(),
                "has too weak a power supply; change the supply or its cable".into(),
            ),
            Ill::DiskFull => {
                let free = health.disk_free_percent.unwrap_or_default();
                let zh = format!("存储仅剩{free}%，请清理或更换存储卡");
                ("device_disk", zh, format!("has {free} % of its disk left; make room or change the card"))
            }
            Ill::WeakLink => {
                let link = health.link_percent.unwrap_or_default();
                let zh = format!("无线信号弱（{link}%），请调整位置或改用网线");
                ("device_link", zh, format!("has a weak radio link ({link} %); move it or use a cable"))
            }
        };
        Some(Alarm {
            code: code.into(),
            text: Text::new(format!("设备“{name}”{zh}。"), format!("Device '{name}' {en}.")),
            since_ms,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(fleet: &Fleet) -> Vec<(String, u64)> {
        fleet.alarms(&BTreeSet::from(["d"])).map(|alarm| (alarm.code, alarm.since_ms)).collect()
    }

    /// The alarms after each of these words, one a minute.
    fn told(words: &[Health]) -> Vec<Vec<(String, u64)>> {
        let mut fleet = Fleet::default();
        let minutes = words.iter().zip(0..);
        minutes
            .map(|(word, minute)| {
                fleet.said("d", word.clone(), minute * 60_000);
                codes(&fleet)
            })
            .collect()
    }

    #[test]
    fn heat_is_an_alarm_from_one_limit_to_another() {
        let at = |degrees| Health { temperature_c: Some(degrees), ..Health::default() };
        let hot = vec![("device_hot".to_owned(), 60_000)];
        assert_eq!(told(&[at(79), at(80), at(73), at(71), at(79)]), [vec![], hot.clone(), hot, vec![], vec![]]);
    }

    #[test]
    fn a_weak_supply_counts_until_it_was_well_for_a_while() {
        let is = |weak| Health { under_voltage: Some(weak), ..Health::default() };
        let weak = vec![("device_supply".to_owned(), 0)];
        assert_eq!(told(&[is(true), is(false), is(false)]), [weak.clone(), weak, vec![]]);
    }

    #[test]
    fn a_full_disk_and_a_weak_link_are_named_with_their_figures() {
        let health = Health { disk_free_percent: Some(4), link_percent: Some(24), ..Health::default() };
        let better = Health { disk_free_percent: Some(9), link_percent: Some(39), ..Health::default() };
        let mut fleet = Fleet::default();
        fleet.said("d", health, 0);
        let names = BTreeSet::from(["d"]);
        let texts: Vec<String> = fleet.alarms(&names).map(|alarm| alarm.text.en).collect();
        assert!(texts[0].contains("4 % of its disk") && texts[1].contains("(24 %)"), "{texts:?}");
        fleet.said("d", better, 1);
        assert_eq!(codes(&fleet).len(), 2, "9 and 39 % are not enough to end it");
        assert!(fleet.alarms(&BTreeSet::new()).next().is_none(), "who was revoked raises none");
    }

    #[test]
    fn who_is_gone_is_remembered_by_the_time_and_the_last_call() {
        let mut fleet = Fleet::default();
        fleet.said("d", Health { temperature_c: Some(90), ..Health::default() }, 1_000);
        let shown = ShownRow { number: "A001".into(), at_ms: 2_000 };
        fleet.shown("d", shown.clone());
        fleet.gone("d", 5_000);
        assert_eq!((codes(&fleet), fleet.of("d")), (vec![], (None, Some(5_000))));
        assert_eq!((fleet.last_shown("d"), fleet.last_shown("never")), (Some(shown), None), "its last word");
        assert_eq!(fleet.of("never"), (None, None));
    }
}
