//! A device's card: its partitions as loop devices, and the files that were rendered for the device.

use std::{
    fs::{self, File},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::{Duration, Instant},
};

use firmware_config::{Plan, folder, render::render, update::Slots};
use tempfile::TempDir;

use crate::system::{Signer, done};

/// What is asked for before a test begins; each with Debian's package.
const NEEDED: [(&str, &str); 8] = [
    ("rauc", "rauc"),
    ("mksquashfs", "squashfs-tools"),
    ("dbus-daemon", "dbus-daemon"),
    ("openssl", "openssl"),
    ("mcopy", "mtools"),
    ("mkfs.vfat", "dosfstools"),
    ("mke2fs", "e2fsprogs"),
    ("sfdisk", "fdisk"),
];
const BOOT_BYTES: u64 = 128 << 20;
const ROOT_BYTES: u64 = 96 << 20;
/// Whoever was killed lets go of a partition by then.
const LETS_GO_WITHIN: Duration = Duration::from_secs(10);

/// A card in a device that is in slot A.
pub struct Card {
    /// Who may sign.
    pub signer: Signer,
    folder: TempDir,
    loops: Vec<(u8, PathBuf)>,
}

/// Whether this machine has what a test here needs; says what it has not.
pub fn can_run() -> bool {
    let is_there = |tool: &&(&str, &str)| {
        ["/usr/bin", "/usr/sbin", "/bin", "/sbin"].iter().any(|path| Path::new(path).join(tool.0).exists())
    };
    let missing = NEEDED.iter().find(|tool| !is_there(tool));
    if let Some((tool, package)) = missing {
        println!("NOT CHECKED: {tool} is not on this machine; ./test installs Debian's package {package}");
    }
    let no_loops = std::env::var_os("YIHAO_NO_LOOP").is_some();
    if no_loops {
        println!("NOT CHECKED: YIHAO_NO_LOOP says that there are no loop devices here");
    }
    missing.is_none() && !no_loops
}

impl Card {
    /// A card as it leaves the technician's desk; `None`, and a word about it, where it can't be had.
    pub fn new() -> Option<Self> {
        if !can_run() {
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let signer = Signer::new(&folder.path().join("signer"));
        let mut card = Self { signer, folder, loops: Vec::new() };
        card.fill();
        Some(card)
    }

    fn fill(&mut self) {
        let profile = self.path("dispenser-1.toml");
        let text = "name = 'dispenser-1'\nserver = 'http://10.0.0.1:8080'\nkey = 'the-key'\n[dispenser]\n[machine.updates]\n\
                    url = 'http://10.0.0.1/yihao'\ncertificate_file = 'signer/updates.pem'\n";
        fs::write(&profile, text).unwrap();
        let plan = Plan::read(&profile).unwrap_or_else(|error| panic!("{error}"));
        folder::write(&render(&plan), &self.path("device")).unwrap();
        fs::write(self.path("autoboot.txt"), Slots::NEW.text()).unwrap();
        for (number, bytes) in [(2, BOOT_BYTES), (3, BOOT_BYTES), (5, ROOT_BYTES), (6, ROOT_BYTES)] {
            let file = self.path(&format!("partition-{number}"));
            File::create(&file).unwrap().set_len(bytes).unwrap();
            match number {
                2 => {
                    done(Command::new("mkfs.vfat").args(["-F", "16"]).arg(&file));
                    let boot = self.path("device/boot/firmware");
                    done(
                        Command::new("mcopy")
                            .arg("-i")
                            .arg(&file)
                            .args([boot.join("cmdline.txt"), boot.join("config.txt")])
                            .arg("::"),
                    );
                }
                5 => drop(done(Command::new("mke2fs").args(["-q", "-t", "ext4"]).arg(&file))),
                _ => {}
            }
            let device = done(Command::new("losetup").args(["--find", "--show"]).arg(&file));
            self.loops.push((number, device.trim().into()));
        }
    }

    /// One of its files.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The device file of a partition.
    pub fn device(&self, number: u8) -> &Path {
        let (_, device) = self.loops.iter().find(|(other, _)| *other == number).unwrap();
        device
    }

    /// What is in a partition.
    pub fn bytes(&self, number: u8) -> Vec<u8> {
        done(Command::new("sync").arg(self.device(number)));
        fs::read(self.path(&format!("partition-{number}"))).unwrap()
    }

    /// Nothing is in it any more. What was killed while it wrote there may take a moment to let go.
    pub fn empty(&self, number: u8) {
        let mut wipe = Command::new("blkdiscard");
        wipe.args(["-f", "-z"]).arg(self.device(number));
        let began = Instant::now();
        while !wipe.output().unwrap().status.success() && began.elapsed() < LETS_GO_WITHIN {
            thread::sleep(Duration::from_millis(100));
        }
        done(&mut wipe);
    }

    /// What the firmware reads first.
    pub fn autoboot(&self) -> String {
        fs::read_to_string(self.path("autoboot.txt")).unwrap()
    }

    /// A file of the device that runs.
    pub fn in_device(&self, path: &str) -> String {
        fs::read_to_string(self.path("device").join(path)).unwrap()
    }

    /// A file of a boot partition.
    pub fn in_boot(&self, number: u8, name: &str) -> String {
        let out = Command::new("mtype").arg("-i").arg(self.device(number)).arg(format!("::{name}")).output().unwrap();
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stdout).unwrap()
    }

    /// A file of a system.
    pub fn in_system(&self, number: u8, path: &str) -> String {
        self.with_mounted(number, |root| fs::read_to_string(root.join(path)).unwrap())
    }

    /// Its permissions.
    pub fn mode_in_system(&self, number: u8, path: &str) -> u32 {
        self.with_mounted(number, |root| fs::metadata(root.join(path)).unwrap().permissions().mode() & 0o7777)
    }

    /// Asserts that a partition holds a whole system.
    pub fn holds_system(&self, number: u8, version: &str) {
        let checked = Command::new("e2fsck").args(["-fn"]).arg(self.device(number)).output().unwrap();
        assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
        assert!(self.in_system(number, "etc/yihao/release").contains(&format!("VERSION={version}\n")));
    }

    fn with_mounted<T>(&self, number: u8, look: impl FnOnce(&Path) -> T) -> T {
        let at = self.path("mounted");
        fs::create_dir_all(&at).unwrap();
        done(Command::new("mount").args(["-o", "ro"]).arg(self.device(number)).arg(&at));
        let seen = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| look(&at)));
        done(Command::new("umount").arg(&at));
        seen.unwrap_or_else(|why| std::panic::resume_unwind(why))
    }
}

impl Drop for Card {
    fn drop(&mut self) {
        for (_, device) in &self.loops {
            let _ = Command::new("losetup").arg("--detach").arg(device).status();
        }
    }
}
