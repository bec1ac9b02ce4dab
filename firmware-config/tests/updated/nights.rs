//! A device's nights: the scripts that fetch, try and judge a new system, with a card's real `autoboot.txt`. RAUC, systemd and the
//! program are played, each by some lines of shell; what becomes of a card's partitions is not looked at here.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;

use firmware_config::update::{Slots, healthy::IN_TOUCH};
use tempfile::TempDir;

use crate::firmware::{Start, started};

const UPDATE: &str = include_str!("../../src/update/update.sh");
const HEALTHY: &str = include_str!("../../src/update/healthy.sh");
/// The part of the day in which it may start anew: 2:00 to 4:00.
const WINDOW: [&str; 2] = ["120", "120"];

const SYSTEMCTL: &str = r#"case "$1" in
show) cat @/status ;;
reboot) if [ -e @/no-reboot ]; then exit 1; fi; echo "$*" >>@/reboots ;;
esac"#;
/// As RAUC asks its boot loader: the slot that is written is bad meanwhile.
const RAUC: &str = r#"slot=$(sed 's/rauc.slot=//' @/cmdline)
case "$slot" in A) other=B ;; B) other=A ;; esac
case "$*" in
install*) echo "$*" >>@/installs; @/boot-slot set-state $other bad; @/boot-slot set-primary $other ;;
"status mark-bad other") @/boot-slot set-state $other bad ;;
"status mark-good booted") @/boot-slot set-state "$slot" good ;;
*) exit 2 ;;
esac"#;
const DATE: &str = r#"case "$1" in +%-H) cut -d : -f 1 @/clock ;; +%-M) cut -d : -f 2 @/clock ;; *) exit 2 ;; esac"#;
const HEALTH: &str = r#"exit "$(cat @/health)""#;

struct Device {
    folder: TempDir,
}

impl Device {
    /// In its first slot, at half past two at night, in touch with its server, without a bundle to fetch.
    fn new() -> Self {
        let device = Self { folder: tempfile::tempdir().unwrap() };
        for folder in ["bin", "update", "published"] {
            fs::create_dir(device.path(folder)).unwrap();
        }
        let program = env!("CARGO_BIN_EXE_firmware-config");
        let boot_slot = format!("exec {program} boot-slot --file @/autoboot.txt \"$@\"");
        for (name, text) in [
            ("bin/systemctl", SYSTEMCTL),
            ("bin/rauc", RAUC),
            ("bin/date", DATE),
            ("bin/firmware-config", HEALTH),
            ("boot-slot", &boot_slot),
        ] {
            device.write(name, &format!("#!/bin/sh\n{}\n", device.placed(text)));
            fs::set_permissions(device.path(name), fs::Permissions::from_mode(0o755)).unwrap();
        }
        device.write("autoboot.txt", &Slots::NEW.text());
        device.write("status", IN_TOUCH);
        device.write("clock", "2:30");
        device.write("health", "0");
        device.starts("A");
        device
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn placed(&self, text: &str) -> String {
        text.replace("@/", &format!("{}/", self.folder.path().display()))
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    fn starts(&self, slot: &str) {
        self.write("cmdline", &format!("rauc.slot={slot}"));
    }

    fn publish(&self, bundle: &str) {
        self.write("published/stable.raucb", bundle);
    }

    /// Runs a script of ours; its last line, and whether it ended well.
    fn run(&self, script: &str, words: &[&str]) -> (String, bool) {
        let mut text = script.to_owned();
        for (from, to) in [
            ("/var/lib/yihao/update", "@/update"),
            ("/usr/lib/yihao/boot-slot", "@/boot-slot"),
            ("/proc/cmdline", "@/cmdline"),
        ] {
            assert!(text.contains(from), "{from}");
            text = text.replace(from, &self.placed(to));
        }
        let path = format!("{}:{}", self.path("bin").display(), std::env::var("PATH").unwrap());
        let out = Command::new("sh").args(["-c", &text, "script"]).args(words).env("PATH", path).output().unwrap();
        let said = String::from_utf8(out.stdout).unwrap();
        (said.lines().last().unwrap_or_default().to_owned(), out.status.success())
    }

    fn night(&self) -> String {
        let url = format!("file://{}", self.path("published/stable.raucb").display());
        let (said, _) = self.run(UPDATE, &[&url, "ticket-dispenser.service", WINDOW[0], WINDOW[1]]);
        assert!(!self.path("update/new.raucb").exists(), "a bundle takes the room of what must not be lost");
        said
    }

    fn judged(&self) -> String {
        let (said, ended_well) = self.run(HEALTHY, &["ticket-dispenser.service"]);
        assert!(ended_well, "the device would start again: {said}");
        said
    }

    /// Which partition is started, and which on a trial.
    fn next(&self) -> (u8, u8) {
        let autoboot = self.read("autoboot.txt");
        (started(&autoboot, Start::Plain), started(&autoboot, Start::Try))
    }

    fn installs(&self) -> usize {
        self.read("installs").lines().count()
    }

    fn reboots(&self) -> usize {
        let reboots = self.read("reboots");
        assert!(reboots.lines().all(|line| line == "reboot --reboot-argument=0 tryboot"), "{reboots}");
        reboots.lines().count()
    }
}

#[test]
fn a_new_system_is_installed_tried_and_stays() {
    let device = Device::new();
    device.publish("one");
    device.night();
    assert_eq!((device.installs(), device.reboots(), device.next()), (1, 1, (2, 3)));
    device.starts("B");
    assert!(device.night().contains("on trial itself"));
    assert!(device.judged().contains("The new system stays"));
    assert_eq!(device.next(), (3, 3));
    assert!(device.night().contains("Nothing new"));
    assert_eq!((device.installs(), device.judged().as_str()), (1, ""));
}

#[test]
fn one_that_dies_before_it_can_say_a_word_is_tried_three_times_and_a_mended_one_after_it() {
    let device = Device::new();
    device.publish("dead");
    for nth in 1..=3 {
        device.night();
        assert_eq!((device.installs(), device.reboots(), device.next()), (nth, nth, (2, 3)));
        // Its kernel hangs; the power comes back with the old system.
        assert!(device.judged().contains("was given up"));
        assert_eq!(device.next(), (2, 2));
    }
    assert!(device.night().contains("did not do well 3 times"));
    device.publish("mended");
    device.night();
    assert_eq!((device.installs(), device.next()), (4, (2, 3)));
}

#[test]
fn one_that_does_not_do_well_gives_way_to_the_old_one() {
    let device = Device::new();
    device.publish("one");
    device.night();
    device.starts("B");
    device.write("health", "1");
    assert!(device.judged().contains("the old one is started"));
    assert_eq!(device.read("reboots").lines().last(), Some("reboot"));
    device.starts("A");
    assert!(device.judged().contains("was given up"));
    assert_eq!(device.next(), (2, 2));
}

#[test]
fn by_day_and_without_its_server_nothing_happens() {
    let device = Device::new();
    device.publish("one");
    for (clock, word) in [("8:30", "not the time"), ("1:59", "not the time"), ("4:06", "not the time")] {
        device.write("clock", clock);
        assert!(device.night().contains(word), "{clock}");
    }
    device.write("clock", "4:05");
    device.write("status", "without its server 未连接服务器");
    assert!(device.night().contains("Not in touch"));
    assert_eq!((device.installs(), device.reboots()), (0, 0));
}

#[test]
fn what_is_written_waits_for_its_trial_when_the_start_fails() {
    let device = Device::new();
    device.publish("one");
    device.write("no-reboot", "");
    device.night();
    assert_eq!((device.installs(), device.reboots(), device.judged().as_str()), (1, 0, ""));
    assert_eq!(device.next(), (2, 3), "it was not tried, so it is not given up");
    fs::remove_file(device.path("no-reboot")).unwrap();
    device.night();
    assert_eq!((device.installs(), device.reboots()), (1, 1));
}

#[test]
fn a_power_cut_just_when_it_had_done_well_gives_nothing_up() {
    let device = Device::new();
    device.publish("one");
    device.night();
    device.starts("B");
    device.judged();
    // What the power cut kept from being done.
    device.write("update/started", "B\n");
    fs::remove_file(device.path("update/installed")).unwrap();
    assert!(device.judged().contains("The new system stays"));
    assert_eq!(device.next(), (3, 3));
    assert!(device.night().contains("Nothing new"));
}

#[test]
fn who_can_not_tell_whether_it_is_a_trial_starts_nothing_again() {
    let device = Device::new();
    device.write("autoboot.txt", "rubbish");
    assert_eq!(device.judged(), "");
    device.write("cmdline", "no word of a slot");
    device.write("autoboot.txt", &Slots::NEW.text());
    assert_eq!(device.judged(), "");
    assert_eq!(device.reboots(), 0);
}
