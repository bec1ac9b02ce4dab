//! Zones, lanes, windows and items: as they are written, as the core wants them, and what they are called.

use std::collections::{BTreeMap, BTreeSet};

use hall::{
    Plan,
    plan::{BadPlan, Clerk, ItemId, ItemPlan, WINDOWS_MAX, WindowPlan},
    words::{Lane, WindowId, ZoneId},
};
use protocol::Text;
use serde::{Deserialize, Serialize};

use super::{ConfigError, HallConfig, PartOfDay, Problem};
use crate::announce::Speakers;
use crate::names::Names;

/// A part of the hall with its own seats, board and speakers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ZoneConfig {
    /// Its letter, A to Z.
    pub id: ZoneId,
    /// Its name in Chinese.
    pub zh: String,
    /// Its name in English.
    pub en: String,
    /// The devices that speak for the whole zone, by name, the first that can be reached; without one, the displays above the
    /// windows speak, each its own window's calls.
    #[serde(default)]
    pub speakers: Vec<String>,
}

/// A queue that is offered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LaneConfig {
    /// Which.
    pub lane: Lane,
    /// The letter before its numbers, A to Z.
    pub letter: char,
    /// Its name in Chinese.
    pub zh: String,
    /// Its name in English.
    pub en: String,
}

/// A kind of business that is told apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemConfig {
    /// Its name in orders: lower-case letters, digits, `-` and `_`.
    pub id: ItemId,
    /// Its name in Chinese.
    pub zh: String,
    /// Its name in English.
    pub en: String,
    /// Only experienced clerks serve it.
    #[serde(default)]
    pub experienced: bool,
}

/// Windows that are alike: listed by `numbers`, or all from `first` to `last`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WindowGroup {
    /// Their numbers, one by one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub numbers: Option<Vec<u16>>,
    /// The lowest number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<u16>,
    /// The highest number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<u16>,
    /// Where they stand.
    pub zone: ZoneId,
    /// The lanes that they serve.
    pub lanes: Vec<Lane>,
    /// When somebody is to sit there; the forecast knows openings and pauses from it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hours: Vec<PartOfDay>,
    /// Who sits there.
    #[serde(default)]
    pub clerk: Clerk,
    /// Items that are not served there.
    #[serde(default)]
    pub excludes: BTreeSet<ItemId>,
    /// What they are called; `{n}` stands for the number.
    #[serde(default = "window_name", deserialize_with = "super::values::text")]
    pub name: Text,
}

impl WindowGroup {
    /// All windows from `first` to `last`, under the usual name.
    pub fn of(first: u16, last: u16, zone: ZoneId, lanes: Vec<Lane>) -> Self {
        Self {
            numbers: None,
            first: Some(first),
            last: Some(last),
            zone,
            lanes,
            hours: Vec::new(),
            clerk: Clerk::default(),
            excludes: BTreeSet::new(),
            name: window_name(),
        }
    }

    /// Their numbers, or what is wrong with them.
    ///
    /// # Errors
    /// Neither a list nor a range, or an impossible one.
    pub fn windows(&self) -> Result<Vec<WindowId>, Problem> {
        let numbers = match (&self.numbers, self.first, self.last) {
            (Some(numbers), None, None) => numbers.clone(),
            (None, Some(first), Some(last)) if first <= last => (first..=last).collect(),
            (None, Some(first), Some(last)) => return Err(Problem::WindowRange { first, last }),
            _ => return Err(Problem::WindowNumbers),
        };
        match numbers.len() {
            1..=WINDOWS_MAX if !numbers.contains(&0) => Ok(numbers.into_iter().map(WindowId).collect()),
            _ => Err(Problem::WindowNumbers),
        }
    }
}

impl HallConfig {
    /// The hall as the core wants it.
    ///
    /// # Errors
    /// What makes no sense, such as a window in a zone that does not exist. [`HallConfig::load`] has checked it already.
    pub fn plan(&self) -> Result<Plan, ConfigError> {
        let plan = Plan {
            zones: self.zones.iter().map(|zone| zone.id).collect(),
            letters: self.letters()?,
            windows: self.window_plans()?,
            items: self.item_plans()?,
            at_closing: self.day.at_closing,
            wrap_up_s: self.wrap_up_s,
        };
        plan.validate().map_err(|bad| ConfigError::at(self.key_of(&bad), Problem::Plan(bad)))?;
        Ok(plan)
    }

    /// What the hall's parts are called.
    ///
    /// # Errors
    /// As [`HallConfig::plan`].
    pub fn names(&self) -> Result<Names, ConfigError> {
        let named = |(_, group, window): (usize, &WindowGroup, WindowId)| {
            let numbered = |name: &str| name.replace("{n}", &window.to_string());
            (window, Text::new(numbered(&group.name.zh), numbered(&group.name.en)))
        };
        Ok(Names {
            hall: self.name.clone(),
            zones: self.zones.iter().map(|zone| (zone.id, Text::new(&zone.zh, &zone.en))).collect(),
            lanes: self.lanes.iter().map(|lane| (lane.lane, Text::new(&lane.zh, &lane.en))).collect(),
            windows: self.each_window()?.into_iter().map(named).collect(),
            items: self.items.iter().map(|item| (item.id, Text::new(&item.zh, &item.en))).collect(),
            ticket_url: self.ticket_url(),
        })
    }

    /// Which devices speak for each zone.
    pub fn speakers(&self) -> Speakers {
        self.zones.iter().map(|zone| (zone.id.0, zone.speakers.clone())).collect()
    }

    /// Whether there is a window of this number.
    pub fn has_window(&self, number: u16) -> bool {
        let has = |group: &WindowGroup| group.windows().is_ok_and(|windows| windows.contains(&WindowId(number)));
        self.windows.iter().any(has)
    }

    fn letters(&self) -> Result<BTreeMap<Lane, char>, ConfigError> {
        let mut letters = BTreeMap::new();
        for (at, LaneConfig { lane, letter, .. }) in self.lanes.iter().enumerate() {
            if letters.insert(*lane, *letter).is_some() {
                return Err(ConfigError::at(format!("lanes[{at}].lane"), Problem::Twice));
            }
        }
        Ok(letters)
    }

    fn item_plans(&self) -> Result<BTreeMap<ItemId, ItemPlan>, ConfigError> {
        let mut plans = BTreeMap::new();
        for (at, ItemConfig { id, experienced, .. }) in self.items.iter().enumerate() {
            if plans.insert(*id, ItemPlan { experienced: *experienced }).is_some() {
                return Err(ConfigError::at(format!("items[{at}].id"), Problem::Twice));
            }
        }
        Ok(plans)
    }

    fn window_plans(&self) -> Result<BTreeMap<WindowId, WindowPlan>, ConfigError> {
        let mut plans = BTreeMap::new();
        for (at, group, window) in self.each_window()? {
            let plan = WindowPlan {
                zone: group.zone,
                lanes: group.lanes.clone(),
                hours: group.hours.iter().map(|part| (*part).into()).collect(),
                clerk: group.clerk,
                excludes: group.excludes.clone(),
            };
            if plans.insert(window, plan).is_some() {
                return Err(ConfigError::at(format!("windows[{at}].numbers"), Problem::WindowTwice(window)));
            }
        }
        Ok(plans)
    }

    /// Every window with its group and the group's place in the file.
    fn each_window(&self) -> Result<Vec<(usize, &WindowGroup, WindowId)>, ConfigError> {
        let mut all = Vec::new();
        for (at, group) in self.windows.iter().enumerate() {
            let windows =
                group.windows().map_err(|problem| ConfigError::at(format!("windows[{at}].numbers"), problem))?;
            all.extend(windows.into_iter().map(|window| (at, group, window)));
        }
        Ok(all)
    }

    fn key_of(&self, bad: &BadPlan) -> String {
        let in_group = |window: WindowId, key: &str| {
            let has = |group: &WindowGroup| group.windows().is_ok_and(|windows| windows.contains(&window));
            self.windows.iter().position(has).map_or_else(|| "windows".into(), |at| format!("windows[{at}].{key}"))
        };
        match bad {
            BadPlan::NoZone => "zones".into(),
            BadPlan::WindowCount(_) => "windows".into(),
            BadPlan::Letter(_) | BadPlan::LetterInUse(_) => "lanes".into(),
            BadPlan::UnknownZone(window, _) => in_group(*window, "zone"),
            BadPlan::Lanes(window) => in_group(*window, "lanes"),
            BadPlan::Hours(window) => in_group(*window, "hours"),
            BadPlan::UnknownItem(window, _) => in_group(*window, "excludes"),
            BadPlan::Items(_) => "items".into(),
            BadPlan::NobodyServes(_, item) => {
                let named = self.items.iter().position(|other| other.id == *item);
                named.map_or_else(|| "items".into(), |at| format!("items[{at}].id"))
            }
        }
    }
}

fn window_name() -> Text {
    Text::new("{n}号窗口", "Window {n}")
}
