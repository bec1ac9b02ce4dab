//! Percent by time of day: how bright a panel is, how loud a voice.

use crate::{fault::Fault, section::Section};

/// Minutes of a day.
const DAY_MIN: u32 = 24 * 60;
const FORM: &str = "[\"07:00 100\", \"18:00 40\"]";

/// Steps over the day; never empty, in the order of their time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayPlan(Vec<Step>);

/// From this time on so bright.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Step {
    from_min: u32,
    percent: u32,
}

impl DayPlan {
    /// The same all day.
    pub fn always(percent: u32) -> Self {
        Self(vec![Step { from_min: 0, percent }])
    }

    /// At this minute of the day, percent. Before the first step of a day the last one of the day before holds.
    pub fn at(&self, minute: u32) -> u32 {
        let before = self.0.iter().rev().find(|step| step.from_min <= minute);
        before.or(self.0.last()).map_or(100, |step| step.percent)
    }

    /// The most of the day, for while the time of day is not known: what can be read, and heard, by day and night.
    pub fn highest(&self) -> u32 {
        self.0.iter().map(|step| step.percent).max().unwrap_or(100)
    }

    /// One that may be 0, and one that may not.
    pub(super) fn read(section: &mut Section<'_, '_, '_>, key: &'static str, zero: bool) -> Self {
        let is: fn(&str) -> bool =
            if zero { |text: &str| step(text).is_some() } else { |text: &str| step(text).is_some_and(is_lit) };
        let Some(texts) = section.texts(key, FORM, is) else { return Self::always(100) };
        let steps: Vec<Step> = texts.iter().filter_map(|text| step(text)).collect();
        if !steps.is_sorted_by(|one, next| one.from_min < next.from_min) {
            section.wrong(key, Fault::Form(FORM));
            return Self::always(100);
        }
        Self(steps)
    }
}

fn is_lit(step: Step) -> bool {
    step.percent > 0
}

/// `07:30 80`
fn step(text: &str) -> Option<Step> {
    let (time, percent) = text.split_once(' ')?;
    let (hour, minute) = time.split_once(':')?;
    if !text.bytes().all(|byte| byte.is_ascii_digit() || b": ".contains(&byte)) {
        return None;
    }
    let two = |digits: &str| digits.parse::<u32>().ok().filter(|_| digits.len() == 2);
    let (hour, minute) = (two(hour)?, two(minute).filter(|minute| *minute < 60)?);
    let percent = percent.parse::<u32>().ok().filter(|percent| *percent <= 100)?;
    Some(Step { from_min: hour * 60 + minute, percent }).filter(|step| step.from_min < DAY_MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn before_the_first_step_of_a_day_the_last_one_holds() {
        let plan = DayPlan(["07:00 100", "18:30 40"].iter().map(|text| step(text).unwrap()).collect());
        let at = |hour: u32, minute: u32| plan.at(hour * 60 + minute);
        assert_eq!([at(0, 0), at(6, 59), at(7, 0), at(18, 29), at(18, 30), at(23, 59)], [40, 40, 100, 100, 40, 40]);
        assert_eq!((plan.highest(), DayPlan::always(7).at(100)), (100, 7));
    }

    #[test]
    fn what_is_no_step_is_none() {
        for text in ["", "7:00 100", "07:00", "07:00 101", "24:00 5", "07:60 5", "07:00  5", "+7:00 5"] {
            assert_eq!(step(text), None, "{text}");
        }
    }
}
