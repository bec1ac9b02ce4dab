//! How the machine is on which a device program runs: what Linux says in `/proc` and `/sys`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use protocol::health::Health;

const TEMPERATURE: &str = "sys/class/thermal/thermal_zone0/temp";
/// Raspberry Pi OS: what the firmware holds back, in base 16; its lowest bit is a supply that is too weak now.
const THROTTLED: &str = "sys/devices/platform/soc/soc:firmware/get_throttled";
/// Debian's kernel: the sensors, one of which may be `rpi_volt`.
const SENSORS: &str = "sys/class/hwmon";
/// The best that a radio reports.
const LINK_BEST: f64 = 70.0;

/// Says how a machine is.
#[derive(Debug, Clone)]
pub struct Physician {
    root: PathBuf,
    program: String,
    state: PathBuf,
}

impl Physician {
    /// Of this machine, for a program with its version; `state` is on the disk that must not be full.
    pub fn new(program: &str, state: &Path) -> Self {
        Self { root: "/".into(), program: program.into(), state: state.into() }
    }

    /// How it is now.
    pub fn look(&self) -> Health {
        Health {
            program: self.program.clone(),
            up_s: self.up_s().unwrap_or_default(),
            temperature_c: self.read(TEMPERATURE).and_then(|text| celsius(&text)),
            under_voltage: self.under_voltage(),
            disk_free_percent: disk_free_percent(&self.state),
            memory_free_percent: self.read("proc/meminfo").and_then(|text| memory_free_percent(&text)),
            link_percent: self.read("proc/net/wireless").and_then(|text| link_percent(&text)),
            voice_alone: false,
        }
    }

    fn read(&self, path: &str) -> Option<String> {
        fs::read_to_string(self.root.join(path)).ok()
    }

    fn up_s(&self) -> Option<u64> {
        let text = self.read("proc/uptime")?;
        text.split(['.', ' ']).next()?.parse().ok()
    }

    fn under_voltage(&self) -> Option<bool> {
        if let Some(bits) = self.read(THROTTLED) {
            return u32::from_str_radix(bits.trim().trim_start_matches("0x"), 16).ok().map(|bits| bits & 1 == 1);
        }
        let sensors = fs::read_dir(self.root.join(SENSORS)).ok()?;
        let is_volt =
            |path: &PathBuf| fs::read_to_string(path.join("name")).is_ok_and(|name| name.trim() == "rpi_volt");
        let volt = sensors.flatten().map(|entry| entry.path()).find(is_volt)?;
        let alarm = fs::read_to_string(volt.join("in0_lcrit_alarm")).ok()?;
        Some(alarm.trim() == "1")
    }
}

/// Thousandths of a degree.
fn celsius(text: &str) -> Option<i16> {
    let milli: i32 = text.trim().parse().ok()?;
    i16::try_from(milli / 1_000).ok()
}

fn disk_free_percent(path: &Path) -> Option<u8> {
    // What is to be written there may not exist yet.
    let there = path.ancestors().find(|path| path.exists())?;
    let disk = rustix::fs::statvfs(there).ok()?;
    percent(disk.f_bavail, disk.f_blocks)
}

fn memory_free_percent(text: &str) -> Option<u8> {
    let of = |name: &str| -> Option<u64> {
        text.lines().find_map(|line| line.strip_prefix(name))?.split_whitespace().next()?.parse().ok()
    };
    percent(of("MemAvailable:")?, of("MemTotal:")?)
}

/// The first radio's quality, of at most 70.
fn link_percent(text: &str) -> Option<u8> {
    let line = text.lines().find(|line| line.contains(':') && !line.contains('|'))?;
    let quality: f64 = line.split_whitespace().nth(2)?.trim_end_matches('.').parse().ok()?;
    let percent = (quality / LINK_BEST * 100.0).round().clamp(0.0, 100.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 100")]
    Some(percent as u8)
}

fn percent(part: u64, whole: u64) -> Option<u8> {
    u8::try_from(part.checked_mul(100)?.checked_div(whole)?.min(100)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn machine(files: &[(&str, &str)]) -> (tempfile::TempDir, Health) {
        let root = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let physician =
            Physician { root: root.path().into(), program: "p 1".into(), state: root.path().join("not/yet") };
        let health = physician.look();
        (root, health)
    }

    #[test]
    fn a_raspberry_pi_says_all_of_it() {
        let wireless = "Inter-| sta-|   Quality        |   Discarded packets\n face | tus | link level noise |  nwid\n wlan0: 0000   49.  -61.  -256        0";
        let (_root, health) = machine(&[
            ("proc/uptime", "3725.55 14000.00\n"),
            (TEMPERATURE, "61850\n"),
            (THROTTLED, "50005\n"),
            ("proc/meminfo", "MemTotal:        1000000 kB\nMemFree: 1 kB\nMemAvailable:     250000 kB\n"),
            ("proc/net/wireless", wireless),
        ]);
        assert!(health.disk_free_percent.is_some());
        let wanted = Health {
            program: "p 1".into(),
            up_s: 3_725,
            temperature_c: Some(61),
            under_voltage: Some(true),
            disk_free_percent: health.disk_free_percent,
            memory_free_percent: Some(25),
            link_percent: Some(70),
            voice_alone: false,
        };
        assert_eq!(health, wanted);
    }

    #[test]
    fn debian_knows_of_the_supply_by_a_sensor() {
        let sensor = |alarm| {
            let files = [
                ("sys/class/hwmon/hwmon0/name", "cpu_thermal\n"),
                ("sys/class/hwmon/hwmon1/name", "rpi_volt\n"),
                ("sys/class/hwmon/hwmon1/in0_lcrit_alarm", alarm),
            ];
            machine(&files).1.under_voltage
        };
        assert_eq!((sensor("0\n"), sensor("1\n")), (Some(false), Some(true)));
    }

    #[test]
    fn what_a_machine_can_not_tell_is_left_out() {
        let (_root, health) =
            machine(&[(TEMPERATURE, "warm"), (THROTTLED, "?"), ("proc/net/wireless", "Inter-| face |")]);
        let left_out = (health.temperature_c, health.under_voltage, health.memory_free_percent, health.link_percent);
        assert_eq!(left_out, (None, None, None, None));
    }

    #[test]
    fn this_machine_says_something_sensible() {
        let health = Physician::new("p", Path::new("/tmp")).look();
        assert!(health.up_s > 0 && health.memory_free_percent.is_some_and(|percent| percent <= 100));
    }
}
