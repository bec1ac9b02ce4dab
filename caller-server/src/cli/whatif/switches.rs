//! R2, R3 and R6 of a what-if, from TOML: tables that name classes.

use std::collections::BTreeMap;

use hall::{
    balance::{IdlePick, Keep, RATIO_PART_MAX, Score, When},
    whatif::{Patch, Switch, TIME_MS_MAX},
    words::Lane,
};
use serde::Deserialize;

use super::{
    problem::FileProblem,
    rules::{AtKey, ClassTable, ZonesTable, score, zones},
};

/// R3.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReserveTable {
    class: String,
    windows: u64,
    #[serde(default)]
    release_after_ms: Option<u64>,
}

/// R6.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SwitchTable {
    when: WhenTable,
    #[serde(default)]
    dwell_ms: u64,
    then: PatchTable,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum WhenTable {
    Clock { from_min: u16, until_min: u16 },
    Waiting { over: u32, back_under: u32 },
    OldestWait { over_s: u32, back_under_s: u32 },
    OpenWindows { under: u32, back_over: u32 },
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct PatchTable {
    classes: BTreeMap<String, ClassTable>,
    ratio: Option<BTreeMap<String, u32>>,
    reserved: Option<Vec<ReserveTable>>,
    zones: Option<ZonesTable>,
    idle_pick: Option<IdlePick>,
}

/// The classes that have a rule, in their order.
pub(super) struct Classes<'a>(pub &'a [String]);

impl Classes<'_> {
    /// R2: a part for each class.
    pub fn ratio(&self, parts: &BTreeMap<String, u32>, key: &str) -> Result<Vec<u32>, AtKey> {
        for name in parts.keys() {
            self.place(name, || format!("{key}.{name}"))?;
        }
        let part = |name: &String| {
            let part = parts.get(name).copied().filter(|part| (1..=RATIO_PART_MAX).contains(part));
            part.ok_or_else(|| {
                let at = if parts.contains_key(name) { format!("{key}.{name}") } else { key.to_owned() };
                (at, FileProblem::RatioPart(name.clone()))
            })
        };
        self.0.iter().map(part).collect()
    }

    /// R3: each class once, with a release.
    pub fn reserved(&self, tables: Vec<ReserveTable>, key: &str) -> Result<Vec<Keep<usize>>, AtKey> {
        let mut all: Vec<Keep<usize>> = Vec::with_capacity(tables.len());
        for (at, ReserveTable { class: name, windows, release_after_ms }) in tables.into_iter().enumerate() {
            let class = self.place(&name, || format!("{key}[{at}].class"))?;
            if windows == 0 || all.iter().any(|kept| kept.class == class) {
                return Err((format!("{key}[{at}].windows"), FileProblem::ReserveTwice(name)));
            }
            let Some(after_ms) = release_after_ms.filter(|after_ms| *after_ms <= TIME_MS_MAX) else {
                return Err((format!("{key}[{at}].class"), FileProblem::NoRelease(name)));
            };
            all.push(Keep { class, windows, release_after_ms: Some(after_ms) });
        }
        Ok(all)
    }

    /// R6.
    pub fn switches(&self, tables: Vec<SwitchTable>) -> Result<Vec<Switch>, AtKey> {
        let each = tables.into_iter().enumerate();
        each.map(|(at, table)| self.switch(table, &format!("switches[{at}]"))).collect()
    }

    fn switch(&self, SwitchTable { when, dwell_ms, then }: SwitchTable, key: &str) -> Result<Switch, AtKey> {
        let when = when.when();
        if !when.is_steady() || dwell_ms > TIME_MS_MAX {
            return Err((format!("{key}.when"), FileProblem::Hysteresis));
        }
        let PatchTable { classes, ratio, reserved, zones: zoned, idle_pick } = then;
        let scored = |(name, class): (String, ClassTable)| -> Result<(usize, Score), AtKey> {
            let key = format!("{key}.then.classes.{name}");
            Ok((self.place(&name, || key.clone())?, score(&key, class)?))
        };
        let then = Patch {
            classes: classes.into_iter().map(scored).collect::<Result<_, _>>()?,
            ratio: ratio.map(|ratio| self.ratio(&ratio, &format!("{key}.then.ratio"))).transpose()?,
            reserved: reserved.map(|kept| self.reserved(kept, &format!("{key}.then.reserved"))).transpose()?,
            zones: zoned.map(|table| zones(Some(table), &format!("{key}.then.zones"))).transpose()?,
            idle_pick,
        };
        if then == Patch::default() {
            return Err((format!("{key}.then"), FileProblem::ChangesNothing));
        }
        Ok(Switch { when, dwell_ms, then })
    }

    fn place(&self, name: &str, key: impl Fn() -> String) -> Result<usize, AtKey> {
        let unknown = || FileProblem::UnknownClass { class: name.to_owned(), known: self.0.join(", ") };
        self.0.iter().position(|known| known == name).ok_or_else(|| (key(), unknown()))
    }
}

impl WhenTable {
    /// A file knows one lane: the first.
    fn when(self) -> When {
        let lane = Lane::Acceptance;
        match self {
            Self::Clock { from_min, until_min } => When::Clock { from_min, until_min, ahead_of_utc_min: 0 },
            Self::Waiting { over, back_under } => When::Waiting { lane, over, back_under },
            Self::OldestWait { over_s, back_under_s } => When::OldestWait { lane, over_s, back_under_s },
            Self::OpenWindows { under, back_over } => When::OpenWindows { lane, under, back_over },
        }
    }
}
