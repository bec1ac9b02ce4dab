//! What a manager tunes. Every value has a limit with a name, and a safe default.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Rate, Score};
use crate::words::Class;

/// The largest offset, cap, grace, gap or penalty: one day, seconds.
pub const SECONDS_MAX: u32 = 86_400;
/// The largest rate, in thousandths.
pub const RATE_MILLI_MAX: u32 = 100_000;
/// The most recalls before a holder may be marked as absent.
pub const RECALLS_MAX: u32 = 10;

/// The rules that are in force: R1 and R7. The others of the design join here as fields with a default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rules {
    /// R1: how each class competes.
    pub classes: BTreeMap<Class, ClassRule>,
    /// R7: what becomes of a holder who was called and did not come.
    pub no_show: NoShowRule,
}

/// R1 for one class: `score = offset + rate × wait`; the highest score is next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClassRule {
    /// Head start, seconds of waiting.
    pub offset_s: u32,
    /// Growth of the score with the wait, thousandths; 1000 = one second a second.
    pub rate_milli: u32,
    /// A ticket that waited longer than this joins the top band, first come first served, seconds.
    pub cap_s: u32,
}

/// R7: recall, then set aside; a rejoin counts from the original arrival plus a penalty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NoShowRule {
    /// Recalls before a holder may be marked as absent.
    pub recalls: u32,
    /// Least time between two announcements of one call, seconds.
    pub recall_gap_s: u32,
    /// Within this time after being marked as absent a rejoin is possible, seconds.
    pub grace_s: u32,
    /// Added to the effective arrival at a rejoin, seconds.
    pub penalty_s: u32,
}

/// Rules that make no sense. [`BadRules::zh`] says it in Chinese.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum BadRules {
    /// A class without a rule.
    #[error("class {0:?} has no rule; every class needs one")]
    ClassMissing(Class),
    /// Too large a time.
    #[error("{what} is {value} s; at most {SECONDS_MAX} s are possible")]
    TooLong {
        /// Which value.
        what: Length,
        /// What it is, seconds.
        value: u32,
    },
    /// Too large a rate.
    #[error("a rate of {0} thousandths is too large; at most {RATE_MILLI_MAX} are possible")]
    Rate(u32),
    /// Too many recalls.
    #[error("{0} recalls are too many; at most {RECALLS_MAX} are possible")]
    Recalls(u32),
}

/// A length of time in the rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// See [`ClassRule::offset_s`].
    Offset,
    /// See [`ClassRule::cap_s`].
    Cap,
    /// See [`NoShowRule::recall_gap_s`].
    RecallGap,
    /// See [`NoShowRule::grace_s`].
    Grace,
    /// See [`NoShowRule::penalty_s`].
    Penalty,
}

impl Default for Rules {
    fn default() -> Self {
        let rule = |offset_s| ClassRule { offset_s, rate_milli: 1000, cap_s: 2700 };
        let offsets = [(Class::Normal, 0), (Class::Returning, 300), (Class::Priority, 600), (Class::Appointment, 600)];
        Self {
            classes: offsets.into_iter().map(|(class, offset_s)| (class, rule(offset_s))).collect(),
            no_show: NoShowRule::default(),
        }
    }
}

impl Default for NoShowRule {
    fn default() -> Self {
        Self { recalls: 2, recall_gap_s: 20, grace_s: 1800, penalty_s: 300 }
    }
}

impl Rules {
    /// Checks that every class has a rule and every value is within its limit.
    ///
    /// # Errors
    /// The first value that is not.
    pub fn validate(&self) -> Result<(), BadRules> {
        for class in Class::ALL {
            self.classes.get(&class).ok_or(BadRules::ClassMissing(class))?.validate()?;
        }
        let no_show = &self.no_show;
        if no_show.recalls > RECALLS_MAX {
            return Err(BadRules::Recalls(no_show.recalls));
        }
        within(Length::RecallGap, no_show.recall_gap_s)?;
        within(Length::Grace, no_show.grace_s)?;
        within(Length::Penalty, no_show.penalty_s)
    }
}

impl Rules {
    /// R1 for a class; rules that passed [`Rules::validate`] have one for each.
    #[must_use]
    pub fn of(&self, class: Class) -> Score {
        let first_come = ClassRule { offset_s: 0, rate_milli: 1000, cap_s: SECONDS_MAX };
        self.classes.get(&class).copied().unwrap_or(first_come).score()
    }
}

impl ClassRule {
    fn score(self) -> Score {
        Score {
            offset_ms: i64::from(self.offset_s) * 1000,
            rate: Rate::new(self.rate_milli, 1000).unwrap_or(Rate::ONE),
            cap_ms: Some(u64::from(self.cap_s) * 1000),
        }
    }

    fn validate(&self) -> Result<(), BadRules> {
        if self.rate_milli > RATE_MILLI_MAX {
            return Err(BadRules::Rate(self.rate_milli));
        }
        within(Length::Offset, self.offset_s)?;
        within(Length::Cap, self.cap_s)
    }
}

impl BadRules {
    /// The sentence in Chinese.
    #[must_use]
    pub fn zh(&self) -> String {
        match self {
            Self::ClassMissing(class) => format!("类别“{}”没有规则，每个类别都要有", class.zh()),
            Self::TooLong { what, value } => format!("{}为 {value} 秒，最多 {SECONDS_MAX} 秒", what.zh()),
            Self::Rate(rate) => format!("速率千分之 {rate} 太大，最多千分之 {RATE_MILLI_MAX}"),
            Self::Recalls(recalls) => format!("重呼 {recalls} 次太多，最多 {RECALLS_MAX} 次"),
        }
    }
}

impl Length {
    fn zh(self) -> &'static str {
        match self {
            Self::Offset => "起始加分",
            Self::Cap => "等候上限",
            Self::RecallGap => "重呼间隔",
            Self::Grace => "过号保留时间",
            Self::Penalty => "过号推迟时间",
        }
    }
}

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Offset => "an offset",
            Self::Cap => "a cap",
            Self::RecallGap => "the gap between recalls",
            Self::Grace => "the grace time",
            Self::Penalty => "the penalty",
        })
    }
}

fn within(what: Length, value: u32) -> Result<(), BadRules> {
    if value <= SECONDS_MAX { Ok(()) } else { Err(BadRules::TooLong { what, value }) }
}
