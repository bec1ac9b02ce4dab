//! How often a password may be wrong: nobody guesses on for ever, and nobody is shut out for long.

use std::collections::HashMap;

use super::SignInError;

/// Wrong passwords for one name before it has to wait.
pub const FAILURES_MAX: u32 = 5;
/// How long it then waits, ms; a failure that is older is forgotten.
pub const WAIT_MS: u64 = 60_000;
/// The most names that are remembered. Checking takes tens of milliseconds, so that fewer fail within the wait.
const NAMES_MAX: usize = 4_096;

/// Wrong passwords of late, by name. Times are those of a monotonic clock.
#[derive(Default)]
pub struct Attempts(HashMap<String, Failures>);

struct Failures {
    count: u32,
    last_ms: u64,
}

impl Attempts {
    /// Counts an attempt, unless the name has to wait.
    pub fn begin(&mut self, name: &str, now_ms: u64) -> Result<(), SignInError> {
        self.0.retain(|_, failures| now_ms < failures.last_ms + WAIT_MS);
        if !self.0.contains_key(name) && self.0.len() >= NAMES_MAX {
            return Err(SignInError::Busy);
        }
        let failures = self.0.entry(name.into()).or_insert(Failures { count: 0, last_ms: now_ms });
        if failures.count >= FAILURES_MAX {
            let wait_ms = failures.last_ms + WAIT_MS - now_ms;
            return Err(SignInError::TooOften { wait_s: wait_ms.div_ceil(1_000) });
        }
        failures.count += 1;
        failures.last_ms = now_ms;
        Ok(())
    }

    /// The password was right.
    pub fn forget(&mut self, name: &str) {
        self.0.remove(name);
    }
}
