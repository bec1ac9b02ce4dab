//! The numbers in place of chance: the same on every machine and in every run, spread evenly.
//!
//! A scenario needs one number for each service in it. For every service the numbers of [`BLOCK`] scenarios fall into as many
//! equal parts of the probability, one into each (a Latin hypercube; McKay, Beckman and Conover 1979), and those of all blocks
//! into all [`STRATA`]: so the mean over the scenarios is nearly free of noise, where plain chance would need a thousand times
//! as many.

use std::sync::LazyLock;

/// Equal parts of the probability.
pub(super) const STRATA: u16 = 512;
/// Scenarios that are even among themselves.
pub(super) const BLOCK: usize = 64;
const BLOCKS: usize = STRATA as usize / BLOCK;
/// Services with numbers of their own; then they come again in another order of the scenarios.
const SERVICES: usize = 1024;
/// The most scenarios: rounds through the table that begin at different services.
pub const SCENARIOS_MAX: usize = 4 * STRATA as usize;
/// Odd, and far from every power of two: rounds do not meet.
const ROUND_SHIFT: usize = 257;
const SEED: u64 = 1;

/// A megabyte that is never another: made once, in some milliseconds.
static TABLE: LazyLock<Draws> = LazyLock::new(Draws::new);

/// The table of all numbers: a row a scenario, a column a service, each a stratum.
#[derive(Debug)]
struct Draws {
    strata: Vec<u16>,
}

/// The numbers of one scenario.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scenario {
    draws: &'static Draws,
    block: usize,
    row: usize,
    shift: usize,
}

impl Draws {
    fn new() -> Self {
        let mut strata = vec![0; BLOCKS * BLOCK * SERVICES];
        let mut mix = Mix(SEED);
        for service in 0..SERVICES {
            let coarse: [[u16; BLOCK]; BLOCKS] = std::array::from_fn(|_| mix.shuffled());
            let fine: [[u16; BLOCKS]; BLOCK] = std::array::from_fn(|_| mix.shuffled());
            for (block, rows) in coarse.iter().enumerate() {
                for (row, part) in rows.iter().enumerate() {
                    let within = fine.get(usize::from(*part)).and_then(|order| order.get(block));
                    let place = (block * BLOCK + row) * SERVICES + service;
                    if let (Some(slot), Some(within)) = (strata.get_mut(place), within) {
                        *slot = part * (STRATA / 64) + within;
                    }
                }
            }
        }
        Self { strata }
    }
}

/// The first scenarios, in whole blocks: as many as `wanted`, at least one block, at most [`SCENARIOS_MAX`].
pub(super) fn scenarios(wanted: usize) -> impl Iterator<Item = Scenario> {
    let count = wanted.clamp(BLOCK, SCENARIOS_MAX).div_ceil(BLOCK) * BLOCK;
    let draws = &*TABLE;
    (0..count).map(move |at| Scenario {
        draws,
        block: at / BLOCK % BLOCKS,
        row: at % BLOCK,
        shift: at / usize::from(STRATA) * ROUND_SHIFT,
    })
}

impl Scenario {
    /// The stratum of a service, below [`STRATA`].
    pub fn stratum(&self, service: usize) -> usize {
        let at = service + self.shift;
        // Another row each time around, so that a number is not its own neighbour; the block stays even.
        let row = (self.row + at / SERVICES * 29) % BLOCK;
        let place = (self.block * BLOCK + row) * SERVICES + at % SERVICES;
        self.draws.strata.get(place).copied().map_or(0, usize::from)
    }
}

/// SplitMix64 (Steele, Lea and Flood 2014).
struct Mix(u64);

impl Mix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// 0 to N − 1 in an arbitrary order.
    fn shuffled<const N: usize>(&mut self) -> [u16; N] {
        let mut order: [u16; N] = std::array::from_fn(|at| u16::try_from(at).unwrap_or(0));
        for last in (1..N).rev() {
            let other = usize::try_from(self.next() % (last as u64 + 1)).unwrap_or(0);
            order.swap(last, other);
        }
        order
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_service_meets_every_stratum_once_in_all_scenarios_and_every_part_once_in_a_block() {
        for service in [0, 1, 500, 1023, 1024, 5000] {
            let strata: Vec<usize> = scenarios(512).map(|scenario| scenario.stratum(service)).collect();
            let mut sorted = strata.clone();
            sorted.sort_unstable();
            assert!(sorted.iter().copied().eq(0..512), "service {service}");
            let mut parts: Vec<usize> = strata[..64].iter().map(|stratum| stratum / 8).collect();
            parts.sort_unstable();
            assert!(parts.iter().copied().eq(0..64), "service {service}");
        }
    }

    #[test]
    fn two_services_know_nothing_of_each_other() {
        for (a, b) in [(0, 1), (7, 300), (3, 1027), (100, 4196)] {
            let centred = |service: usize, scenario: &Scenario| scenario.stratum(service) as f64 - 255.5;
            let products = scenarios(2048).map(|scenario| centred(a, &scenario) * centred(b, &scenario));
            let correlation = products.sum::<f64>() / 2048.0 / (512.0 * 512.0 / 12.0);
            assert!(correlation.abs() < 0.08, "{a} and {b}: {correlation}");
        }
    }
}
