//! Every threshold of the announcements, with its reason.

use protocol::view::Form;

/// A voice that was asked whether it is ready answers within this time: two ways over a slow network, and its program, ms.
pub const ANSWER_MS_MAX: u64 = 1_000;
/// A voice begins within this time of its answer, or not at all; also the time that a clip is loaded in, ms.
pub const START_MS_MAX: u64 = 2_000;
/// That it has begun is known here within this time more, ms.
pub const REPORT_MS_MAX: u64 = 500;
/// An announcement that should be over is waited for so long, ms.
pub const END_MS_MAX: u64 = 2_000;
/// No announcement is longer: chime, and a sentence in two languages, twice, take 18 s, ms.
pub const LONGEST_MS: u64 = 20_000;
/// What waits unspoken for so long is an alarm, ms.
pub const LATE_MS: u64 = 15_000;
/// The alarm is over when nothing waits for so long any more: well below, so that it does not flicker, ms.
pub const LATE_CLEARED_MS: u64 = 5_000;
/// A call for which there was no voice so long is not spoken any more, ms: who heard nothing has asked somebody, or gets a recall, which
/// comes after 20 s.
pub const YOUNG_MS_MAX: u64 = 30_000;
/// An alarm stands at least so long: time to read it, ms.
pub const ALARM_MS_MIN: u64 = 10_000;
/// With more behind it than this a call is said once.
pub const FULL_BEHIND_MAX: usize = 1;
/// With more behind it than this a call is said once and without the chime.
pub const ONCE_BEHIND_MAX: usize = 3;

/// How much of a call is spoken when so many wait behind it in its zone.
pub fn form(behind: usize) -> Form {
    if behind <= FULL_BEHIND_MAX {
        Form::Full
    } else if behind <= ONCE_BEHIND_MAX {
        Form::Once
    } else {
        Form::Short
    }
}
