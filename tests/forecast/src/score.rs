//! Errors, bias, cover.

/// What was foretold and what came, min.
#[derive(Debug, Clone, Copy)]
pub struct Foretold {
    /// The mean.
    pub mean_min: f64,
    /// What four in five should not exceed, where it is foretold.
    pub p80_min: Option<f64>,
    /// The wait that came.
    pub came_min: f64,
}

/// How right a way to foretell was.
#[derive(Debug, Clone, Copy)]
pub struct Score {
    /// Root of the mean squared error, min.
    pub rms_min: f64,
    /// Mean error, min; above 0 = too much.
    pub bias_min: f64,
    /// Part that waited no longer than the 80th percentile; NaN without one.
    pub within_p80: f64,
}

impl Score {
    /// Over all tickets.
    pub fn of(all: &[Foretold]) -> Self {
        let n = all.len() as f64;
        let mean = |of: &dyn Fn(&Foretold) -> f64| all.iter().map(of).sum::<f64>() / n;
        let within =
            |one: &Foretold| one.p80_min.map_or(f64::NAN, |p80_min| f64::from(u8::from(one.came_min <= p80_min)));
        Self {
            rms_min: mean(&|one| (one.mean_min - one.came_min).powi(2)).sqrt(),
            bias_min: mean(&|one| one.mean_min - one.came_min),
            within_p80: mean(&within),
        }
    }
}
