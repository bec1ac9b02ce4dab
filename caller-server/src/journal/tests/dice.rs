//! Seeded dice, and the one test of the real disk.

use std::fs::{self, File};

use super::super::disk::{Disk, RealDisk};

/// SplitMix64, so that a seed repeats a power cut.
pub struct Dice(pub u64);

impl Dice {
    pub fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[0]
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }
}

/// The real disk does what the seam promises: a name is taken once, and bytes land where they should.
#[test]
fn the_real_disk_writes_cuts_and_removes() {
    let dir = tempfile::TempDir::new().expect("a temporary directory");
    let path = dir.path().join("file");
    let mut file = RealDisk.create(&path).expect("a new file");
    file.write_all_at(b"number", 2).expect("written");
    file.set_len(5).expect("cut");
    file.sync_all().expect("synced");
    assert_eq!(fs::read(&path).expect("a readable file"), b"\0\0num");
    assert!(RealDisk.create(&path).is_err(), "the name is taken");
    RealDisk.remove(&path).expect("removed");
    RealDisk.sync_dir(dir.path()).expect("synced");
    assert!(File::open(&path).is_err());
}
