//! How much of the processors an order takes, at the server and at the client that loads it: both share the machine, so a rate
//! alone doesn't tell whose cost it is.

use std::time::Duration;

use serde::Serialize;

/// The kernel counts in hundredths of a second, whatever its own clock is (`USER_HZ`).
const TICK: Duration = Duration::from_millis(10);

/// Processor time of each order, µs: everything divided by the orders, the flushes and what goes on beside included.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Cost {
    /// At the server, all threads.
    pub server_us: f64,
    /// At the client: the benchmark's own process.
    pub client_us: f64,
}

/// Measures while it lives.
pub struct Meter {
    server: u32,
    server_began: Duration,
    client_began: Duration,
}

impl Meter {
    /// Begins to measure beside the server with this process number.
    pub fn start(server: u32) -> Self {
        Self { server, server_began: used_by(server), client_began: used_by(std::process::id()) }
    }

    /// What each of `orders` took since the start.
    pub fn cost_of(&self, orders: u32) -> Cost {
        let each = |used: Duration| used.as_secs_f64() * 1e6 / f64::from(orders);
        Cost {
            server_us: each(used_by(self.server) - self.server_began),
            client_us: each(used_by(std::process::id()) - self.client_began),
        }
    }
}

/// Processor time that a process has used, in its own code and in the kernel.
fn used_by(pid: u32) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    // The name in brackets may hold blanks; user and system time are the 12th and 13th fields behind it.
    let behind_name = stat.rsplit_once(')').unwrap().1;
    let ticks = behind_name.split_whitespace().skip(11).take(2).map(|ticks| ticks.parse::<u32>().unwrap());
    TICK * ticks.sum::<u32>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_counted() {
        let meter = Meter::start(std::process::id());
        let before = used_by(std::process::id());
        while used_by(std::process::id()) < before + 5 * TICK {
            std::hint::black_box(fib(20));
        }
        assert!(meter.cost_of(1).client_us >= 50_000.0);
    }

    fn fib(n: u32) -> u32 {
        if n < 2 { n } else { fib(n - 1) + fib(n - 2) }
    }
}
