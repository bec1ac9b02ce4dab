use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use super::*;

const NINE: AtMs = 1_795_395_600_000; // 2026-11-23T01:00Z, 09:00 in Shanghai
const MINUTE: u64 = 60_000;

/// Clocks that stand still until a test moves them.
#[derive(Clone, Default)]
struct Hands(Arc<(AtomicU64, AtomicU64)>);

impl Source for Hands {
    fn wall_ms(&self) -> AtMs {
        self.0.0.load(Relaxed)
    }

    fn monotonic_ms(&self) -> u64 {
        self.0.1.load(Relaxed)
    }
}

impl Hands {
    fn set_wall(&self, at_ms: AtMs) {
        self.0.0.store(at_ms, Relaxed);
    }

    fn pass(&self, ms: u64) {
        self.0.0.fetch_add(ms, Relaxed);
        self.0.1.fetch_add(ms, Relaxed);
    }
}

fn at_nine() -> (Hands, HallClock) {
    let hands = Hands::default();
    hands.set_wall(NINE);
    let clock = HallClock::from_source(hands.clone(), TimeZone::get("Asia/Shanghai").unwrap());
    assert_eq!(clock.now_ms(), NINE);
    (hands, clock)
}

#[test]
fn the_hall_follows_the_wall_clock() {
    let (hands, clock) = at_nine();
    hands.pass(MINUTE);
    assert_eq!((clock.now_ms(), clock.behind_ms()), (NINE + MINUTE, 0));
    hands.set_wall(NINE + 60 * MINUTE);
    assert_eq!(clock.now_ms(), NINE + 60 * MINUTE, "a step forward is followed");
}

#[test]
fn a_wall_clock_that_is_set_back_is_waited_for_without_standing_still() {
    let (hands, clock) = at_nine();
    hands.set_wall(NINE - 10 * MINUTE);
    assert_eq!((clock.now_ms(), clock.behind_ms()), (NINE, 10 * MINUTE));
    hands.pass(10 * MINUTE);
    assert_eq!((clock.now_ms(), clock.behind_ms()), (NINE + 9 * MINUTE, 9 * MINUTE), "nine tenths of the speed");
    hands.pass(90 * MINUTE);
    assert_eq!((clock.now_ms(), clock.behind_ms()), (NINE + 90 * MINUTE, 0), "caught up");
    hands.pass(MINUTE);
    assert_eq!(clock.now_ms(), NINE + 91 * MINUTE, "full speed again");
}

#[test]
fn time_never_goes_back_whatever_the_wall_clock_does() {
    let (hands, clock) = at_nine();
    let mut before = clock.now_ms();
    for step in 0..2_000_u64 {
        hands.pass(step % 7);
        if step % 11 == 0 {
            hands.set_wall(NINE + step * 37 % 1_000);
        }
        let now = clock.now_ms();
        assert!(now >= before, "step {step}: {now} after {before}");
        before = now;
    }
}

#[test]
fn the_hall_does_not_start_before_the_last_entry_of_its_journal() {
    let (hands, clock) = at_nine();
    clock.start_at_least(NINE + MINUTE);
    assert_eq!((clock.now_ms(), clock.behind_ms()), (NINE + MINUTE, MINUTE));
    hands.pass(20 * MINUTE);
    assert_eq!((clock.now_ms(), clock.behind_ms()), (NINE + 20 * MINUTE, 0));
    clock.start_at_least(NINE);
    assert_eq!(clock.now_ms(), NINE + 20 * MINUTE, "an older entry changes nothing");
}

#[test]
fn a_demonstration_goes_on_where_its_journal_ends_and_lags_behind_nothing() {
    let clock = HallClock::accelerated(NINE, 60, TimeZone::UTC);
    clock.start_at_least(NINE + 60 * MINUTE);
    let now = clock.now_ms();
    assert!((NINE + 60 * MINUTE..NINE + 90 * MINUTE).contains(&now), "{now}");
    assert_eq!(clock.behind_ms(), 0);
}

#[test]
fn at_sixty_times_the_speed_a_minute_takes_a_second() {
    let clock = HallClock::accelerated(NINE, 60, TimeZone::UTC);
    assert_eq!(clock.sleep_ms(MINUTE), Duration::from_secs(1));
    assert_eq!(at_nine().1.sleep_ms(MINUTE), Duration::from_secs(60));
}

#[test]
fn days_begin_at_midnight_of_the_hall() {
    let (hands, clock) = at_nine();
    assert_eq!((clock.today().to_string(), clock.local_time().to_string()), ("2026-11-23".into(), "09:00:00".into()));
    hands.pass(15 * 60 * MINUTE - 1);
    assert_eq!(clock.today().to_string(), "2026-11-23");
    hands.pass(1);
    assert_eq!(clock.today().to_string(), "2026-11-24");
}

#[test]
fn a_moment_beyond_the_calendar_is_its_last_day() {
    let (_, clock) = at_nine();
    assert_eq!(clock.day_of(u64::MAX).to_string(), "9999-12-31");
}
