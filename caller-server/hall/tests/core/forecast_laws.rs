//! What holds of every forecast, whatever the line looks like.

use hall::forecast::{AtWindow, BadQueue, Queue, Shapes, Wait, WaitRange, printed};
use proptest::prelude::*;

fn window() -> impl Strategy<Value = AtWindow> {
    let ms = || 0..20_000_000u64;
    (proptest::option::of(ms()), prop_oneof![3 => Just(0), 1 => ms()], proptest::option::weighted(0.2, ms()))
        .prop_map(|(elapsed_ms, opens_in_ms, pauses_in_ms)| AtWindow { elapsed_ms, opens_in_ms, pauses_in_ms })
}

fn queue() -> impl Strategy<Value = Queue> {
    let windows = proptest::collection::vec(window(), 0..25);
    (0..3_600_000u64, 0.0..3.0f64, 0..150u64, windows).prop_map(|(mean_ms, cv, waiting, windows)| Queue {
        mean_ms,
        cv,
        waiting,
        windows,
    })
}

fn foresee(queue: &Queue) -> Wait {
    printed(queue, &mut Shapes::default()).expect("within the limits")
}

/// What never happens stands behind every time.
fn or_never(ms: Option<u64>) -> u64 {
    ms.unwrap_or(u64::MAX)
}

fn band(wait: &Wait) -> [u64; 5] {
    [wait.p10_ms, wait.p20_ms, wait.p50_ms, wait.p80_ms, wait.p90_ms].map(or_never)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_band_is_in_order_and_the_same_again(queue in queue()) {
        let wait = foresee(&queue);
        prop_assert!(band(&wait).is_sorted(), "{:?}", wait);
        prop_assert_eq!(foresee(&queue), wait);
        if let (Some(p10), Some(mean)) = (wait.p10_ms, wait.mean_ms) {
            prop_assert!(mean >= p10 / 2);
        }
        prop_assert_eq!(WaitRange::of(&wait).is_some(), wait.p80_ms.is_some());
    }

    #[test]
    fn one_more_before_makes_no_wait_shorter(queue in queue()) {
        let more = Queue { waiting: queue.waiting + 1, ..queue.clone() };
        let (less, more) = (foresee(&queue), foresee(&more));
        for (less, more) in band(&less).into_iter().zip(band(&more)) {
            prop_assert!(less <= more);
        }
        // Where a window stays for good everybody is called, and the mean is one over all.
        if queue.windows.iter().any(|window| window.pauses_in_ms.is_none()) {
            prop_assert!(less.mean_ms <= more.mean_ms && less.mean_ms.is_some());
        }
    }

    #[test]
    fn who_comes_to_an_idle_window_is_called_at_once(mut queue in queue()) {
        queue.windows.push(AtWindow::default());
        queue.waiting = 0;
        let zero = Some(0);
        let all = Wait { mean_ms: zero, p10_ms: zero, p20_ms: zero, p50_ms: zero, p80_ms: zero, p90_ms: zero };
        prop_assert_eq!(foresee(&queue), all);
    }

    #[test]
    fn nobody_knows_a_wait_where_no_window_ever_serves(mut queue in queue()) {
        for window in &mut queue.windows {
            window.pauses_in_ms = Some(window.opens_in_ms);
        }
        prop_assert_eq!(foresee(&queue), Wait::default());
    }

    #[test]
    fn numbers_without_sense_are_refused(mean_ms: u64, cv: f64, waiting: u64, elapsed_ms: u64, pauses_in_ms: u64) {
        let at = AtWindow { elapsed_ms: Some(elapsed_ms), opens_in_ms: 0, pauses_in_ms: Some(pauses_in_ms) };
        let queue = Queue { mean_ms, cv, waiting: waiting % 20_000, windows: vec![at] };
        if let Err(bad) = printed(&queue, &mut Shapes::default()) {
            let text = bad.zh();
            prop_assert!(!text.is_empty() && matches!(bad, BadQueue::Cv(_) | BadQueue::Waiting(_) | BadQueue::Span(_)));
        }
    }
}

#[test]
fn the_mean_of_many_windows_is_that_of_a_renewal_process() {
    // Windows that all have just begun: after a long time the line moves by n windows / mean; at the start by what is left.
    let windows = vec![AtWindow { elapsed_ms: Some(0), ..AtWindow::default() }; 10];
    let waits = |waiting| foresee(&Queue { mean_ms: 600_000, cv: 0.8, waiting, windows: windows.clone() });
    let step_ms = (waits(1_000).mean_ms.unwrap_or(0) - waits(600).mean_ms.unwrap_or(0)) as f64 / 400.0;
    assert!((step_ms / 60_000.0 - 1.0).abs() < 0.01, "{step_ms}");
    // Renewal theory: n·(t/m + (cv² − 1)/2) services end by t, so t = m·((q + 1)/n − (cv² − 1)/2), half a service more or less.
    let right_ms = 600_000.0 * (1_000.5 / 10.0 + (1.0 - 0.64) / 2.0);
    let mean_ms = waits(1_000).mean_ms.unwrap_or(0) as f64;
    assert!((mean_ms / right_ms - 1.0).abs() < 0.005, "{mean_ms}, not {right_ms}");
}
