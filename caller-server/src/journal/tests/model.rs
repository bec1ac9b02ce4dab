//! Random appends, failures and power cuts against the simplest model there is: the list of what was acknowledged.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::super::error::{Fault, OpenError};
use super::super::forgetful::Trouble;
use super::super::{FileJournal, Journal};
use super::dice::Dice;
use super::{Place, contents};

#[derive(Clone, Debug)]
enum Act {
    /// Append a batch with payloads of these lengths.
    Append(Vec<usize>),
    Settle,
    /// Close and open.
    Restart,
    /// Let the disk fail after so many calls, append until it does, heal and recover.
    Fail(Trouble, u32),
    /// Cut the power after so many calls, and again so many calls after it came back.
    PowerCut {
        calls: u32,
        calls_of_opening: u32,
        seed: u64,
    },
}

fn act() -> impl Strategy<Value = Act> {
    let trouble = prop_oneof![
        Just(Trouble::Full),
        Just(Trouble::ReadOnly),
        Just(Trouble::SyncFails),
        Just(Trouble::SyncFailsLate)
    ];
    prop_oneof![
        4 => vec(0..700_usize, 1..5).prop_map(Act::Append),
        1 => Just(Act::Settle),
        1 => Just(Act::Restart),
        2 => (trouble, 0..9_u32).prop_map(|(trouble, calls)| Act::Fail(trouble, calls)),
        3 => (0..12_u32, 0..14_u32, any::<u64>())
            .prop_map(|(calls, calls_of_opening, seed)| Act::PowerCut { calls, calls_of_opening, seed }),
    ]
}

struct World {
    place: Place,
    journal: Option<FileJournal>,
    acknowledged: Vec<Vec<u8>>,
    /// The batch that got an error for an answer: any beginning of it may be there after a restart.
    in_flight: Vec<Vec<u8>>,
    dice: Dice,
}

impl World {
    fn new() -> Self {
        let place = Place::new();
        let journal = Some(place.open().0);
        Self { place, journal, acknowledged: Vec::new(), in_flight: Vec::new(), dice: Dice(1) }
    }

    fn apply(&mut self, act: &Act) {
        match act {
            Act::Append(lengths) => assert!(self.append(lengths)),
            Act::Settle => self.journal().settle().expect("settled"),
            Act::Restart => {
                self.journal = None;
                self.reopen();
            }
            Act::Fail(trouble, calls) => {
                self.place.disk.trouble_after(*calls, *trouble);
                while self.append(&[100, 300]) {}
                self.place.disk.heal();
                self.journal().recover().expect("the disk is well again");
                let found = contents(self.journal());
                assert_eq!(found, self.acknowledged);
                self.in_flight.clear();
            }
            Act::PowerCut { calls, calls_of_opening, seed } => self.cut_power(*calls, *calls_of_opening, *seed),
        }
    }

    fn cut_power(&mut self, calls: u32, calls_of_opening: u32, seed: u64) {
        self.place.disk.trouble_after(calls, Trouble::PowerOff);
        while self.append(&[400, 90, 700]) {}
        self.journal = None;
        self.place.disk.cut_power(self.place.path(), seed).expect("the directory can be written");
        self.place.disk.trouble_after(calls_of_opening, Trouble::PowerOff);
        if let Err(error) = self.place.try_open() {
            assert!(matches!(error, OpenError::Fault(Fault::Io(_))), "no damage, only no power: {error}");
        }
        self.place.disk.cut_power(self.place.path(), seed.wrapping_add(1)).expect("the directory can be written");
        self.reopen();
    }

    /// Whether the batch was acknowledged.
    fn append(&mut self, lengths: &[usize]) -> bool {
        let batch: Vec<Vec<u8>> = lengths.iter().map(|&length| vec![self.dice.byte(); length]).collect();
        let next = self.acknowledged.len() as u64 + 1;
        let done = self.journal().append(next, &batch).is_ok();
        if done {
            self.acknowledged.extend(batch)
        } else {
            self.in_flight = batch
        }
        done
    }

    fn reopen(&mut self) {
        let (journal, opened) = self.place.open();
        let found = contents(&journal);
        assert_eq!(found.len() as u64, opened.seq);
        assert!(found.starts_with(&self.acknowledged), "every acknowledged record is there");
        assert!(self.in_flight.starts_with(&found[self.acknowledged.len()..]), "and nothing that was never appended");
        self.acknowledged = found;
        self.in_flight.clear();
        self.journal = Some(journal);
    }

    fn journal(&mut self) -> &mut FileJournal {
        self.journal.as_mut().expect("open between two acts")
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 150,
        rng_seed: RngSeed::Fixed(20_180_423),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn every_acknowledged_record_survives_whatever_happens(acts in vec(act(), 1..25)) {
        let mut world = World::new();
        for act in &acts {
            world.apply(act);
        }
        world.journal = None;
        world.reopen();
    }
}
