//! Rules from the wire: the core's may change under pinned wire bytes.

use std::collections::BTreeMap;

use hall::{
    balance::{ClassRule, IdlePick, NoShowRule, Patch, Ratio, Reserve, Rules, Switch, When, ZoneMode, ZoneRule},
    words::{Class, WindowId},
};
use protocol::{balance as wire, order};

use super::{BadOrder, any_class, lane_in};

/// Rules from the wire.
///
/// # Errors
/// They name a class twice.
pub fn rules_in(rules: order::Rules) -> Result<Rules, BadOrder> {
    let balance = rules.balance.unwrap_or_default();
    let switches = balance.switches.into_iter().map(switch_in).collect::<Result<_, _>>()?;
    Ok(Rules {
        classes: classes_in(&rules.classes)?,
        no_show: NoShowRule {
            recalls: rules.recalls,
            recall_gap_s: rules.recall_gap_s,
            grace_s: rules.grace_s,
            penalty_s: rules.penalty_s,
        },
        ratio: ratio_in(&balance.ratio),
        reserved: balance.reserved.iter().map(reserve_in).collect(),
        zones: zones_in(&balance.zones),
        idle_pick: pick_in(balance.idle_pick),
        switches,
        auto_call: balance.auto_call.into_iter().map(WindowId).collect(),
    })
}

fn classes_in(rules: &[order::ClassRule]) -> Result<BTreeMap<Class, ClassRule>, BadOrder> {
    let mut classes = BTreeMap::new();
    for rule in rules {
        let known = ClassRule { offset_s: rule.offset_s, rate_milli: rule.rate_milli, cap_s: rule.cap_s };
        if classes.insert(any_class(rule.class), known).is_some() {
            return Err(BadOrder::ClassTwice(rule.class));
        }
    }
    Ok(classes)
}

fn ratio_in(parts: &BTreeMap<order::Class, u32>) -> Option<Ratio> {
    let ratio = Ratio(parts.iter().map(|(class, part)| (any_class(*class), *part)).collect());
    (!parts.is_empty()).then_some(ratio)
}

fn reserve_in(kept: &wire::Reserve) -> Reserve {
    Reserve { class: any_class(kept.class), windows: kept.windows, release_after_s: kept.release_after_s }
}

fn zones_in(zones: &wire::ZoneRule) -> ZoneRule {
    let mode = match zones.mode {
        wire::ZoneMode::Shared => ZoneMode::Shared,
        wire::ZoneMode::Given => ZoneMode::Given,
        wire::ZoneMode::Jsq => ZoneMode::Jsq,
        wire::ZoneMode::Lew => ZoneMode::Lew,
        wire::ZoneMode::RoundRobin => ZoneMode::RoundRobin,
    };
    ZoneRule { mode, steal_after_s: zones.steal_after_s }
}

fn pick_in(pick: wire::IdlePick) -> IdlePick {
    match pick {
        wire::IdlePick::LongestIdle => IdlePick::LongestIdle,
        wire::IdlePick::FewestAccepted => IdlePick::FewestAccepted,
        wire::IdlePick::LeastBusy => IdlePick::LeastBusy,
        wire::IdlePick::LowestNumber => IdlePick::LowestNumber,
    }
}

fn switch_in(switch: wire::Switch) -> Result<Switch, BadOrder> {
    let wire::Patch { classes, ratio, reserved, zones, idle_pick } = switch.then;
    Ok(Switch {
        name: switch.name,
        when: when_in(switch.when),
        dwell_s: switch.dwell_s,
        then: Patch {
            classes: classes_in(&classes)?,
            ratio: ratio_in(&ratio),
            reserved: reserved.map(|reserved| reserved.iter().map(reserve_in).collect()),
            zones: zones.as_ref().map(zones_in),
            idle_pick: idle_pick.map(pick_in),
        },
    })
}

fn when_in(when: wire::When) -> When {
    match when {
        wire::When::Clock { from_min, until_min, ahead_of_utc_min } => {
            When::Clock { from_min, until_min, ahead_of_utc_min }
        }
        wire::When::Waiting { lane, over, back_under } => When::Waiting { lane: lane_in(lane), over, back_under },
        wire::When::OldestWait { lane, over_s, back_under_s } => {
            When::OldestWait { lane: lane_in(lane), over_s, back_under_s }
        }
        wire::When::OpenWindows { lane, under, back_over } => {
            When::OpenWindows { lane: lane_in(lane), under, back_over }
        }
    }
}
