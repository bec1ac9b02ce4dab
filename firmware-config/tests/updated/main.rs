//! A device's two systems with the real RAUC: what is signed by somebody else, cut off in the middle, or does not do well, leaves the
//! device with the system that it had.
//!
//! The card's partitions are loop devices, and what the firmware does with `autoboot.txt` is played by [`firmware`], which knows
//! nothing of our code. It needs root, loop devices, rauc, dbus-daemon, openssl, mtools and what makes file systems; where one of them is not there it says so.

#![expect(clippy::unwrap_used, clippy::panic, reason = "the helpers of a test fail the test")]

mod card;
mod firmware;
mod grow;
mod nights;
mod rauc;
mod system;

use std::{fs, thread, time::Instant};

use card::Card;
use firmware::{Start, started};
use rauc::{Rauc, bundle};
use system::Signer;

/// So often an update is cut off, at times that are spread over what a whole one takes.
const CUTS: u32 = 8;

#[test]
fn a_bundle_that_somebody_else_signed_is_refused_before_a_byte_is_written() {
    let Some(card) = Card::new() else { return };
    let before = card.bytes(3);
    let foreign = bundle(&card, &Signer::new(&card.path("stranger")), "1");
    let said = Rauc::start(&card, "A").install(&foreign).unwrap_err();
    assert!(said.contains("signature verification failed") || said.contains("verify"), "{said}");
    assert_eq!((started(&card.autoboot(), Start::Plain), started(&card.autoboot(), Start::Try)), (2, 2));
    assert!(card.bytes(3) == before && card.bytes(6).iter().all(|byte| *byte == 0), "something was written");
}

#[test]
fn a_new_system_is_tried_once_and_stays_when_it_does_well_with_what_the_device_is() {
    let Some(card) = Card::new() else { return };
    let fresh = bundle(&card, &card.signer, "2");
    Rauc::start(&card, "A").install(&fresh).unwrap();
    // One start that was told so, whatever becomes of it; every other one is the old system.
    assert_eq!((started(&card.autoboot(), Start::Plain), started(&card.autoboot(), Start::Try)), (2, 3));
    card.holds_system(6, "2");
    assert_eq!(card.in_boot(3, "vmlinuz"), "kernel 2");
    assert!(card.in_boot(3, "cmdline.txt").contains("root=PARTUUID=79696861-06 rauc.slot=B "));
    assert!(card.in_boot(2, "cmdline.txt").contains("root=PARTUUID=79696861-05 rauc.slot=A "));
    assert_eq!(card.in_boot(3, "config.txt"), card.in_device("boot/firmware/config.txt"));
    for path in ["etc/yihao/device.key", "etc/hostname", "etc/yihao/files.list"] {
        assert_eq!(card.in_system(6, path), card.in_device(path), "{path}");
    }
    assert_eq!(card.mode_in_system(6, "etc/yihao/device.key"), 0o600);

    // It was tried and does well.
    Rauc::start(&card, "B").mark("good", "booted");
    assert_eq!((started(&card.autoboot(), Start::Plain), started(&card.autoboot(), Start::Try)), (3, 3));
    // And the next one goes the other way.
    Rauc::start(&card, "B").install(&bundle(&card, &card.signer, "3")).unwrap();
    assert_eq!((started(&card.autoboot(), Start::Plain), started(&card.autoboot(), Start::Try)), (3, 2));
    card.holds_system(5, "3");
}

#[test]
fn a_device_that_has_lost_the_time_takes_what_its_hall_signed() {
    let Some(card) = Card::new() else { return };
    let fresh = bundle(&card, &card.signer, "2");
    Rauc::start_long_ago(&card, "A").install(&fresh).unwrap();
    card.holds_system(6, "2");
}

#[test]
fn a_new_system_that_does_not_do_well_is_not_started_again() {
    let Some(card) = Card::new() else { return };
    Rauc::start(&card, "A").install(&bundle(&card, &card.signer, "2")).unwrap();
    assert_eq!(started(&card.autoboot(), Start::Try), 3);
    // It hung; the firmware started the old one, which finds that the other was on trial.
    Rauc::start(&card, "A").mark("bad", "other");
    assert_eq!((started(&card.autoboot(), Start::Plain), started(&card.autoboot(), Start::Try)), (2, 2));
}

#[test]
fn whenever_it_is_cut_off_while_a_system_is_written_the_old_one_is_whole_and_is_started() {
    let Some(card) = Card::new() else { return };
    let fresh = bundle(&card, &card.signer, "2");
    let (boot, root) = (card.bytes(2), card.bytes(5));
    let began = Instant::now();
    Rauc::start(&card, "A").install(&fresh).unwrap();
    let whole = began.elapsed();
    let mut while_written = 0;
    for cut in 1..=CUTS {
        // So that each meets an empty slot.
        card.empty(6);
        fs::write(card.path("autoboot.txt"), firmware_config::update::Slots::NEW.text()).unwrap();
        let before = card.bytes(6);
        let rauc = Rauc::start(&card, "A");
        let mut install = rauc.installing(&fresh);
        thread::sleep(whole * cut / CUTS);
        rauc.kill();
        let _ = install.kill();
        install.wait().unwrap();
        let is_marked = started(&card.autoboot(), Start::Try) == 3;
        while_written += u32::from(!is_marked && card.bytes(6) != before);
        assert_eq!(started(&card.autoboot(), Start::Plain), 2, "cut {cut} of {CUTS} within {whole:?}");
        if is_marked {
            card.holds_system(6, "2");
        }
        assert!(card.bytes(2) == boot && card.bytes(5) == root, "cut {cut}: the old system was touched");
    }
    println!("{CUTS} cuts within {whole:?}, {while_written} of them while the other slot was written");
    assert!(while_written > 0, "no cut of {CUTS} within {whole:?} met the writing");
    Rauc::start(&card, "A").install(&fresh).unwrap();
    card.holds_system(6, "2");
}
