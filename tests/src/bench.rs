//! The benchmark's measurements, each beside the limit of the machine in the same run.
//!
//! - `limits`: fdatasync, and a bare axum hello over the same client
//! - `rates`: durable issues and calls a second
//! - `latency`: a hall's load; from the press to the answer and to the display
//! - `fanout`: one call to very many displays, one of them stalled
//! - [`first_byte`]: from a press to the first byte at the printer
//! - [`first_sound`]: from a call to the first sample at the sound card
//! - [`reconnect`]: a server that is started again, and very many displays
//! - `startup`: start after 10,000 and 1,000,000 entries
//! - `slips`: how long drawing a slip takes
//! - `choice`: one decision in a full hall, days replayed under other rules
//! - `cpu`: the processor time of an order, at the server and at the client

mod choice;
mod cpu;
mod fanout;
pub mod first_byte;
pub mod first_sound;
mod latency;
mod limits;
mod rates;
pub mod reconnect;
mod slips;
pub mod startup;
mod stats;

use std::path::PathBuf;

use serde::Serialize;

pub use limits::be_hello_if_told;
pub use stats::Percentiles;

/// How much is done.
#[derive(Debug, Clone, Copy)]
pub struct Scale {
    /// Orders of each rate.
    orders: u32,
    /// Seconds of a hall's load.
    hall_s: u32,
    /// Displays of the fan-out.
    displays: u32,
    /// Entries of the long journal.
    entries: u64,
    /// Presses at a dispenser.
    pub presses: u32,
    /// Calls that are listened to.
    pub calls: u32,
    /// Displays that come back.
    pub returning: u32,
}

impl Scale {
    /// The measurement.
    pub const FULL: Self = Self {
        orders: 20_000,
        hall_s: 30,
        displays: 2_000,
        entries: 1_000_000,
        presses: 200,
        calls: 30,
        returning: 1_000,
    };
    /// A tenth: shows that everything works.
    pub const QUICK: Self =
        Self { orders: 2_000, hall_s: 3, displays: 200, entries: 100_000, presses: 20, calls: 3, returning: 100 };
}

/// Everything that was measured.
#[derive(Debug, Serialize)]
pub struct Report {
    limits: limits::Limits,
    rates: rates::Rates,
    rates_to_limits: RatesToLimits,
    slips: slips::Slips,
    choices: choice::Choices,
    #[serde(flatten)]
    rest: Option<Rest>,
}

/// What takes minutes.
#[derive(Debug, Serialize)]
struct Rest {
    hall_load: latency::HallLoad,
    press_to_display_p50_to_fdatasync_p50: f64,
    fan_out: fanout::FanOut,
    first_byte: first_byte::FirstByte,
    first_sound: first_sound::FirstSound,
    reconnect: Vec<reconnect::Reconnect>,
    start: startup::Start,
}

/// What can be compared between machines.
#[derive(Debug, Serialize)]
struct RatesToLimits {
    issues_at_64_to_bare_hello_at_64: f64,
    /// A "next" is two orders, of which the hello has one: the limit of this ratio is a half.
    next_at_20_to_bare_hello_at_20: f64,
    window_orders_at_20_to_bare_hello_at_20: f64,
    issues_at_1_to_fdatasync_rate: f64,
    issues_at_64_to_fqm_13_3_a_second: f64,
    next_to_fqm_39_a_second: f64,
}

impl RatesToLimits {
    fn of(rates: &rates::Rates, limits: &limits::Limits) -> Self {
        Self {
            issues_at_64_to_bare_hello_at_64: rates.issues_per_s_at_64 / limits.bare_hello_per_s_at_64,
            next_at_20_to_bare_hello_at_20: rates.next_per_s_at_20 / limits.bare_hello_per_s_at_20,
            window_orders_at_20_to_bare_hello_at_20: rates.window_orders_per_s_at_20 / limits.bare_hello_per_s_at_20,
            issues_at_1_to_fdatasync_rate: rates.issues_per_s_at_1 * limits.fdatasync_ms.p50 / 1000.0,
            issues_at_64_to_fqm_13_3_a_second: rates.issues_per_s_at_64 / 13.3,
            next_to_fqm_39_a_second: rates.next_per_s_at_20 / 39.0,
        }
    }
}

/// Measures everything, one thing after the other; or only the rates and their limits.
pub async fn run(scale: Scale, data_dir: Option<PathBuf>, only_rates: bool) -> Report {
    let limits = limits::measure(scale.orders, data_dir.clone()).await;
    let rates = rates::measure(scale.orders, data_dir.clone()).await;
    let rates_to_limits = RatesToLimits::of(&rates, &limits);
    let slips = slips::measure();
    let rest = if only_rates { None } else { Some(measure_rest(scale, data_dir, &limits).await) };
    progress("choices");
    let choices = choice::measure();
    Report { limits, rates, rates_to_limits, slips, choices, rest }
}

async fn measure_rest(scale: Scale, data_dir: Option<PathBuf>, limits: &limits::Limits) -> Rest {
    let hall_load = latency::measure(scale.hall_s, data_dir.clone()).await;
    let press_to_display_p50_to_fdatasync_p50 = hall_load.press_to_display_ms.p50 / limits.fdatasync_ms.p50;
    let fan_out = fanout::measure(scale.displays).await;
    let first_byte = first_byte::measure(scale.presses).await;
    let first_sound = first_sound::measure(scale.calls).await;
    let reconnect = reconnect::measure(scale.returning, &reconnect::ABSENCES).await;
    let start = startup::measure(scale.entries, data_dir).await;
    Rest { hall_load, press_to_display_p50_to_fdatasync_p50, fan_out, first_byte, first_sound, reconnect, start }
}

/// Says on stderr what is going on: the whole takes minutes.
pub fn progress(what: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "… {what}");
}
