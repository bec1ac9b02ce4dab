//! What-if for managers: a day of this hall once more, under other rules, schedules or numbers of windows.
//!
//! The replay itself is [`hall::whatif`], which decides with the functions of the living hall. Here: which people come and
//! which windows are open, from the store; what is otherwise; the figures; and the work beside the living hall.
//!
//! - `ground`: the hall as it is; `people`: recorded and made-up days; `openings`: when windows worked
//! - `change`: what is otherwise; `draw`: what is left to chance, from a seed
//! - `figures`: one replay in figures, and several in their mean; `compare`, `staffing`: the questions
//! - `jobs`: one or two at a time, with progress, until somebody cancels

mod change;
mod compare;
mod draw;
mod error;
mod figures;
mod ground;
mod jobs;
mod openings;
mod people;
mod staffing;

pub use error::WhatIfError;
pub use figures::{cv, half_hours, mean_s, real, seconds, trim};
pub use ground::Ground;
pub use jobs::{Job, Jobs};

use protocol::whatif::{WhatIf, WhatIfOutcome};

/// The most days of one what-if.
pub const DAYS_MAX: usize = 31;
/// The most replays of one what-if, on each side.
pub const RUNS_MAX: u32 = 1_000;
/// The most people of a made-up day.
pub const VISITS_MAX: u32 = 10_000;
/// The longest target: a day, seconds.
pub const TARGET_S_MAX: u32 = 86_400;
/// Minutes of a day.
pub const DAY_MIN: u16 = 1_440;

/// How far it is, and whether to go on.
pub trait Progress {
    /// So many replays will be made.
    fn expect(&self, replays: u32);
    /// One is done.
    ///
    /// # Errors
    /// Somebody cancelled.
    fn step(&self) -> Result<(), WhatIfError>;
}

/// Finds it out.
///
/// # Errors
/// The question names what does not exist, or somebody cancelled.
pub fn answer(ask: &WhatIf, ground: &Ground, progress: &impl Progress) -> Result<WhatIfOutcome, WhatIfError> {
    match ask {
        WhatIf::Compare(ask) => {
            compare::compare(ask, ground, progress).map(|made| WhatIfOutcome::Comparison(Box::new(made)))
        }
        WhatIf::Windows(ask) => staffing::windows_needed(ask, ground, progress).map(WhatIfOutcome::Staffing),
        WhatIf::NextHour(ask) => staffing::next_hour(ask, ground, progress).map(WhatIfOutcome::Staffing),
    }
}
