//! `/dev/yihao/boot`, by the real udev with the rendered rules: the boot partition of the slot that runs, and no other.

use std::{fs, process::Command};

use firmware_config::{Plan, image::layout::part_uuid, render, update::Slot};

/// Alone with a `/run` of its own, so that the machine's own udev hears nothing of it; `$0` says what the partition is.
const ASKS: &str = r#"
mount -t tmpfs none /run
mkdir -p /run/udev/rules.d
cp "$1" /run/udev/rules.d/70-yihao.rules
echo "KERNEL==\"$2\", ENV{ID_PART_ENTRY_UUID}=\"$0\"" >/run/udev/rules.d/69-partition.rules
udevadm test --action=add "/sys/class/block/$2"
rm -rf /dev/yihao
"#;

/// A disk that is none.
struct Disk(String);

impl Disk {
    fn new(folder: &std::path::Path) -> Option<Self> {
        let file = folder.join("disk");
        fs::File::create(&file).unwrap().set_len(1 << 20).unwrap();
        let out = Command::new("losetup").args(["--find", "--show"]).arg(&file).output().ok()?;
        let device = String::from_utf8(out.stdout).unwrap();
        out.status.success().then(|| Self(device.trim().trim_start_matches("/dev/").to_owned()))
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("losetup").args(["--detach", &format!("/dev/{}", self.0)]).status();
    }
}

#[test]
fn the_boot_partition_of_the_slot_that_runs_has_a_name() {
    let folder = tempfile::tempdir().unwrap();
    let disk = std::env::var_os("YIHAO_NO_LOOP").is_none().then(|| Disk::new(folder.path())).flatten();
    let Some(disk) = disk else {
        return println!("NOT CHECKED: the names of partitions need root and a loop device");
    };
    let plan = Plan::read(&crate::here("examples/tongxiang/devices/dispenser-01.toml")).unwrap();
    let root = folder.path().join("root");
    firmware_config::folder::write(&render::render(&plan), &root).unwrap();
    for runs in [Slot::A, Slot::B] {
        for of in [Slot::A, Slot::B] {
            let out = Command::new("unshare")
                .args(["--mount", "sh", "-ec", ASKS, &part_uuid(of.boot_partition())])
                .arg(root.join("etc/udev/rules.d/70-yihao.rules"))
                .arg(&disk.0)
                .env("SYSTEMD_PROC_CMDLINE", format!("console=tty1 rauc.slot={runs} rootwait"))
                .output()
                .unwrap();
            let said = String::from_utf8_lossy(&out.stdout);
            assert!(out.status.success(), "{said}{}", String::from_utf8_lossy(&out.stderr));
            let is_named =
                said.split_whitespace().any(|word| word.trim_start_matches("DEVLINKS=") == "/dev/yihao/boot");
            assert_eq!(is_named, runs == of, "slot {runs} runs, and this is the partition of {of}: {said}");
        }
    }
}
