//! The study in short: what is promised of the forecast, with room for the chance of few days.

use forecast_study::{Load, Scale, study};

#[test]
fn the_forecast_is_nearly_as_good_as_can_be_and_better_than_others() {
    let table = study(Scale { days: 24, draws: 100, one_in: 4, seed: 2 });
    for case in &table.0 {
        let most = match case.load {
            Load::Steady => 1.05,
            Load::Lunch => 1.10,
            Load::Burst => 1.15,
        };
        assert!(case.tickets >= 200, "{table}");
        assert!(case.ratio() <= most, "{}: {table}", case.load.name());
        // Few days: their own chance moves the bias by more than what is promised over many.
        assert!(case.told.bias_min.abs() <= 0.6, "{}: {table}", case.load.name());
        assert!((0.72..=0.88).contains(&case.told.within_p80), "{}: {table}", case.load.name());
        for other in [case.configured, case.last_20] {
            assert!(case.told.rms_min < other.rms_min, "{}: {table}", case.load.name());
        }
    }
}
