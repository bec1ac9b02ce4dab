//! Which faults come, and when. Each seed has a climate: some are calm but for one kind, some have all at once.

use caller_server::journal::forgetful::Trouble;
use rand::{RngExt, seq::IndexedRandom};

use crate::act::{Act, Fault, Ms};
use crate::net::Place;
use crate::stage::Stage;

const SECOND_MS: i64 = 1_000;
const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;

/// How often each kind of fault comes, and how many of what there are.
#[derive(Debug, Clone, Copy)]
pub struct Climate {
    kinds: [u32; 5],
    gap_ms_max: Ms,
    dispensers: usize,
    windows: usize,
}

impl Climate {
    /// A climate for so many dispensers and windows.
    pub fn new(stage: &mut Stage, dispensers: usize, windows: usize) -> Self {
        let mut kinds = [0; 5];
        for kind in &mut kinds {
            *kind = if stage.percent(60) { stage.dice.random_range(1..10) } else { 0 };
        }
        let gap_ms_max = *[8_000, 20_000, 60_000].choose(&mut stage.dice).expect("some");
        Self { kinds, gap_ms_max, dispensers, windows }
    }

    /// Lets the next fault come, and plans the one after.
    pub fn turn(&self, stage: &mut Stage) {
        let ms = stage.between(500, self.gap_ms_max);
        stage.after(ms, Act::Weather);
        let all: u32 = self.kinds.iter().sum();
        if all == 0 {
            return;
        }
        let mut roll = stage.dice.random_range(0..all);
        let kind = self.kinds.iter().position(|weight| roll.checked_sub(*weight).map(|rest| roll = rest).is_none());
        stage.witness.seen.faults += 1;
        match kind.unwrap_or(0) {
            0 => self.death(stage),
            1 => self.cut(stage),
            2 => self.disk(stage),
            3 => self.clock(stage),
            _ => self.device_death(stage),
        }
    }

    /// Everything that is mended at the end.
    pub fn mended(&self) -> Vec<Fault> {
        let mut all = vec![Fault::DiskHeals];
        all.extend((0..self.dispensers).map(|dispenser| Fault::DispenserDisk { dispenser, full: false }));
        all.extend(self.places().into_iter().map(|place| Fault::Cut { place, up: false, down: false }));
        all
    }

    fn death(&self, stage: &mut Stage) {
        let power = stage.percent(60);
        stage.after(0, Act::Fault(Fault::ServerDies { power }));
    }

    fn cut(&self, stage: &mut Stage) {
        let place = *self.places().choose(&mut stage.dice).expect("some");
        let both = stage.percent(60);
        let up = both || stage.percent(50);
        stage.after(0, Act::Fault(Fault::Cut { place, up, down: both || !up }));
        let ms = if stage.percent(60) { stage.between(200, 6_000) } else { stage.between(6_000, 60_000) };
        stage.after(ms, Act::Fault(Fault::Cut { place, up: false, down: false }));
    }

    fn disk(&self, stage: &mut Stage) {
        if stage.percent(30) {
            let dispenser = stage.dice.random_range(0..self.dispensers);
            stage.after(0, Act::Fault(Fault::DispenserDisk { dispenser, full: true }));
            let ms = stage.between(500, 15_000);
            return stage.after(ms, Act::Fault(Fault::DispenserDisk { dispenser, full: false }));
        }
        let troubles = [Trouble::Full, Trouble::ReadOnly, Trouble::SyncFails, Trouble::SyncFailsLate];
        let trouble = *troubles.choose(&mut stage.dice).expect("some");
        let calls = stage.dice.random_range(0..8);
        stage.after(0, Act::Fault(Fault::Disk(trouble, calls)));
        let ms = stage.between(200, 12_000);
        stage.after(ms, Act::Fault(Fault::DiskHeals));
    }

    fn clock(&self, stage: &mut Stage) {
        let steps = [HOUR_MS, -HOUR_MS, DAY_MS, -DAY_MS, 3 * SECOND_MS, -3 * SECOND_MS, 90 * SECOND_MS];
        let by_ms = *steps.choose(&mut stage.dice).expect("some");
        let fault = if stage.percent(50) {
            Fault::ServerClock(by_ms)
        } else {
            Fault::DispenserClock { dispenser: stage.dice.random_range(0..self.dispensers), by_ms }
        };
        stage.after(0, Act::Fault(fault));
    }

    fn device_death(&self, stage: &mut Stage) {
        let place = if stage.percent(70) {
            Place::Dispenser(stage.dice.random_range(0..self.dispensers))
        } else {
            Place::Display(stage.dice.random_range(0..self.windows))
        };
        let power = stage.percent(60);
        stage.after(0, Act::Fault(Fault::DeviceDies { place, power }));
    }

    fn places(&self) -> Vec<Place> {
        let dispensers = (0..self.dispensers).map(Place::Dispenser);
        let windows = (0..self.windows).flat_map(|window| [Place::Display(window), Place::Console(window)]);
        dispensers.chain(windows).collect()
    }
}
