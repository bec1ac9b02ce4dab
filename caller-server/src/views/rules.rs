//! Rules on the wire.

use std::collections::BTreeMap;

use hall::{
    balance::{ClassRule, IdlePick, Patch, Ratio, Reserve, Rules, Switch, When, ZoneMode, ZoneRule},
    words::Class,
};
use protocol::{balance as wire, order};

use super::{class_out, lane_out};

/// Rules on the wire; what is as by default is left out.
pub fn rules(rules: &Rules) -> order::Rules {
    let balance = wire::Balance {
        ratio: ratio_out(rules.ratio.as_ref()),
        reserved: rules.reserved.iter().map(reserve_out).collect(),
        zones: zones_out(rules.zones),
        idle_pick: pick_out(rules.idle_pick),
        switches: rules.switches.iter().map(switch_out).collect(),
        auto_call: rules.auto_call.iter().map(|window| window.0).collect(),
    };
    order::Rules {
        classes: classes_out(&rules.classes),
        recalls: rules.no_show.recalls,
        recall_gap_s: rules.no_show.recall_gap_s,
        grace_s: rules.no_show.grace_s,
        penalty_s: rules.no_show.penalty_s,
        balance: Some(balance).filter(|balance| *balance != wire::Balance::default()),
    }
}

fn classes_out(classes: &BTreeMap<Class, ClassRule>) -> Vec<order::ClassRule> {
    let class = |(&class, rule): (&Class, &ClassRule)| order::ClassRule {
        class: class_out(class),
        offset_s: rule.offset_s,
        rate_milli: rule.rate_milli,
        cap_s: rule.cap_s,
    };
    classes.iter().map(class).collect()
}

fn ratio_out(ratio: Option<&Ratio>) -> BTreeMap<order::Class, u32> {
    ratio.into_iter().flat_map(|ratio| &ratio.0).map(|(class, part)| (class_out(*class), *part)).collect()
}

fn reserve_out(kept: &Reserve) -> wire::Reserve {
    wire::Reserve { class: class_out(kept.class), windows: kept.windows, release_after_s: kept.release_after_s }
}

fn zones_out(zones: ZoneRule) -> wire::ZoneRule {
    let mode = match zones.mode {
        ZoneMode::Shared => wire::ZoneMode::Shared,
        ZoneMode::Given => wire::ZoneMode::Given,
        ZoneMode::Jsq => wire::ZoneMode::Jsq,
        ZoneMode::Lew => wire::ZoneMode::Lew,
        ZoneMode::RoundRobin => wire::ZoneMode::RoundRobin,
    };
    wire::ZoneRule { mode, steal_after_s: zones.steal_after_s }
}

fn pick_out(pick: IdlePick) -> wire::IdlePick {
    match pick {
        IdlePick::LongestIdle => wire::IdlePick::LongestIdle,
        IdlePick::FewestAccepted => wire::IdlePick::FewestAccepted,
        IdlePick::LeastBusy => wire::IdlePick::LeastBusy,
        IdlePick::LowestNumber => wire::IdlePick::LowestNumber,
    }
}

fn switch_out(switch: &Switch) -> wire::Switch {
    let then: &Patch = &switch.then;
    wire::Switch {
        name: switch.name.clone(),
        when: when_out(switch.when),
        dwell_s: switch.dwell_s,
        then: wire::Patch {
            classes: classes_out(&then.classes),
            ratio: ratio_out(then.ratio.as_ref()),
            reserved: then.reserved.as_ref().map(|reserved| reserved.iter().map(reserve_out).collect()),
            zones: then.zones.map(zones_out),
            idle_pick: then.idle_pick.map(pick_out),
        },
    }
}

fn when_out(when: When) -> wire::When {
    match when {
        When::Clock { from_min, until_min, ahead_of_utc_min } => {
            wire::When::Clock { from_min, until_min, ahead_of_utc_min }
        }
        When::Waiting { lane, over, back_under } => wire::When::Waiting { lane: lane_out(lane), over, back_under },
        When::OldestWait { lane, over_s, back_under_s } => {
            wire::When::OldestWait { lane: lane_out(lane), over_s, back_under_s }
        }
        When::OpenWindows { lane, under, back_over } => {
            wire::When::OpenWindows { lane: lane_out(lane), under, back_over }
        }
    }
}
