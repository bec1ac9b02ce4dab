//! Rules with plain names, to begin with.

use super::{ClassRule, IdlePick, Rules, SECONDS_MAX};
use crate::words::Class;

/// Rules with a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preset {
    /// Whoever came first is next, whatever the class.
    FirstCome,
    /// An appointment is worth an hour of waiting.
    AppointmentsFirst,
    /// 均衡接件: every window takes as many visits as the others.
    EqualCases,
    /// Every window works as long as the others.
    EqualWork,
    /// As in Tongxiang: small head starts, one pooled line, the longest idle window.
    Tongxiang,
}

/// What an appointment is worth under [`Preset::AppointmentsFirst`], seconds.
const APPOINTMENT_S: u32 = 3600;

impl Preset {
    /// Every preset, in the order in which a manager reads them.
    pub const ALL: [Self; 5] =
        [Self::FirstCome, Self::AppointmentsFirst, Self::EqualCases, Self::EqualWork, Self::Tongxiang];

    /// The name, in Chinese and English.
    #[must_use]
    pub fn name(self) -> (&'static str, &'static str) {
        match self {
            Self::FirstCome => ("先到先办", "first come, first served"),
            Self::AppointmentsFirst => ("预约优先", "appointments first"),
            Self::EqualCases => ("均衡接件", "equal cases"),
            Self::EqualWork => ("均衡工时", "equal work"),
            Self::Tongxiang => ("桐乡规则", "Tongxiang"),
        }
    }

    /// The rules; which windows call by themselves (R8) and what holds for no-shows stays as it is.
    #[must_use]
    pub fn on(self, rules: &Rules) -> Rules {
        let default = Rules { auto_call: rules.auto_call.clone(), no_show: rules.no_show, ..Rules::default() };
        match self {
            Self::FirstCome => {
                let rule = ClassRule { offset_s: 0, rate_milli: 1000, cap_s: SECONDS_MAX };
                Rules { classes: Class::ALL.into_iter().map(|class| (class, rule)).collect(), ..default }
            }
            Self::AppointmentsFirst => {
                let mut rules = default;
                rules.classes.entry(Class::Appointment).and_modify(|rule| rule.offset_s = APPOINTMENT_S);
                rules
            }
            Self::EqualCases => Rules { idle_pick: IdlePick::FewestAccepted, ..default },
            Self::EqualWork => Rules { idle_pick: IdlePick::LeastBusy, ..default },
            Self::Tongxiang => default,
        }
    }
}
