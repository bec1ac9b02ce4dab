//! The wait that a ticket should expect: for now a plain range from the tickets ahead and the open windows.

use serde::{Deserialize, Serialize};

/// A wait that about three in five holders see, minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitRange {
    /// From.
    pub low_min: u32,
    /// To; at least one minute.
    pub high_min: u32,
}

/// The standard normal distribution's 80th percentile, thousandths.
const Z80_MILLI: u128 = 842;
/// Variance of one service in means squared, thousandths: the shape of the wait is `(ahead + 1) / 0.7`, as measured on simulated halls.
const DISPERSION_MILLI: u64 = 700;
const MINUTE_MS: u128 = 60_000;

/// The range of the wait with `ahead` tickets before this one; `None` without an open window.
///
/// A placeholder, plainly: mean = `(ahead + 1) × mean service / open windows`, blind to what the windows are doing at this
/// moment and to later openings and closings. The range is mean ± 0.842 standard deviations, a normal stand-in for the 20th to
/// the 80th percentile of a Gamma distribution with that mean and shape `(ahead + 1) / 0.7`, in whole minutes outwards.
#[must_use]
pub fn range(ahead: u32, open_windows: u32, mean_service_ms: u64) -> Option<WaitRange> {
    let services = u128::from(ahead) + 1;
    let mean_ms = (services * u128::from(mean_service_ms)).checked_div(u128::from(open_windows))?;
    // The relative deviation is 1 / √shape; at most √0.7, so that the low end stays positive.
    let deviation_milli = u128::from((DISPERSION_MILLI * 1000 / (u64::from(ahead) + 1)).isqrt());
    let half_ms = mean_ms / 1000 * deviation_milli * Z80_MILLI / 1000;
    let minutes = |count: u128| u32::try_from(count).unwrap_or(u32::MAX);
    Some(WaitRange {
        low_min: minutes((mean_ms - half_ms) / MINUTE_MS),
        high_min: minutes((mean_ms + half_ms).div_ceil(MINUTE_MS).max(1)),
    })
}
