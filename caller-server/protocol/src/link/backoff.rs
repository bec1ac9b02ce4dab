//! How long to wait before the next attempt.

/// The first wait is at most this long, ms; it doubles with each attempt.
const FIRST_MS_MAX: u64 = 250;
/// No wait is longer, ms: a hall that is back wants its displays within 3 s, 99 of 100 of them.
const WAIT_MS_MAX: u64 = 2_500;
/// No wait is shorter, ms: a server that closes at once must not be hammered.
const WAIT_MS_MIN: u64 = 20;
/// The longest wait after a refusal, ms. It ends only after somebody changed a key or a version.
const REFUSED_WAIT_MS_MAX: u64 = 30_000;

/// Waits that grow, with full jitter: anything from nothing to the bound, so that a thousand clients that lost the
/// server in one moment do not come back in one moment.
#[derive(Default)]
pub(super) struct Backoff {
    attempt: u32,
}

impl Backoff {
    /// The wait before the next attempt, ms; `chance` is any number.
    pub(super) fn next_ms(&mut self, refused: bool, chance: u64) -> u64 {
        let bound_ms = if refused { REFUSED_WAIT_MS_MAX } else { bound_ms(self.attempt) };
        self.attempt = self.attempt.saturating_add(1);
        let least_ms = if refused { REFUSED_WAIT_MS_MAX / 2 } else { WAIT_MS_MIN };
        least_ms + chance % (bound_ms - least_ms + 1)
    }

    /// After a conversation that lasted: begin small again.
    pub(super) fn reset(&mut self) {
        self.attempt = 0;
    }
}

fn bound_ms(attempt: u32) -> u64 {
    // 2^16 × 250 ms is far above the bound already.
    (FIRST_MS_MAX << attempt.min(16)).min(WAIT_MS_MAX)
}

#[cfg(test)]
mod tests {
    use super::super::network::{Network, Tcp};
    use super::*;

    #[test]
    fn waits_grow_to_two_and_a_half_seconds_and_begin_small_again() {
        let bounds: Vec<_> = (0..7).map(bound_ms).collect();
        assert_eq!(bounds, [250, 500, 1_000, 2_000, 2_500, 2_500, 2_500]);
        assert_eq!(bound_ms(u32::MAX), WAIT_MS_MAX);
        let (mut backoff, mut tcp) = (Backoff::default(), Tcp::default());
        for attempt in 0..1_000 {
            let wait_ms = backoff.next_ms(false, tcp.chance());
            assert!((WAIT_MS_MIN..=bound_ms(attempt)).contains(&wait_ms), "attempt {attempt} waits {wait_ms} ms");
        }
        backoff.reset();
        assert!(backoff.next_ms(false, tcp.chance()) <= FIRST_MS_MAX);
    }

    #[test]
    fn a_refusal_is_tried_again_only_now_and_then() {
        let (mut backoff, mut tcp) = (Backoff::default(), Tcp::default());
        for _ in 0..100 {
            assert!((15_000..=30_000).contains(&backoff.next_ms(true, tcp.chance())));
        }
    }

    #[test]
    fn a_thousand_clients_that_lost_the_server_together_come_back_spread() {
        let mut tenths = [0_u32; 10];
        for _ in 0..1_000 {
            let (mut backoff, mut tcp) = (Backoff::default(), Tcp::default());
            for _ in 0..6 {
                backoff.next_ms(false, tcp.chance());
            }
            let wait_ms = usize::try_from(backoff.next_ms(false, tcp.chance())).unwrap();
            tenths[(wait_ms * 10 / usize::try_from(WAIT_MS_MAX).unwrap()).min(9)] += 1;
        }
        // 100 a tenth are expected, with a deviation of 9.5.
        assert!(tenths.iter().all(|n| (50..=150).contains(n)), "{tenths:?}");
    }
}
