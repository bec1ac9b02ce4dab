//! The first start of a card, on a loop device of the smallest card: what makes room there runs as it stands in the image.

use std::{
    fs::{self, File},
    os::unix::fs::PermissionsExt,
    path::Path,
    process::Command,
};

use firmware_config::image::{layout, steps};

use crate::{card::can_run, system::done};

/// A card as `dd` leaves it, as a loop device; and programs that stand before others.
struct Fresh {
    folder: tempfile::TempDir,
    device: String,
}

impl Fresh {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (card, table) = (folder.path().join("card"), folder.path().join("table"));
        fs::write(&table, layout::table()).unwrap();
        // The table is made on a card that is long enough for it, and the image is cut behind its system, as `image` does.
        for bytes in [layout::table_bytes(), layout::image_bytes(100 << 20), layout::card_bytes_min()] {
            File::options().write(true).create(true).truncate(false).open(&card).unwrap().set_len(bytes).unwrap();
            if bytes == layout::table_bytes() {
                done(Command::new("sh").args(["-c", "sfdisk --quiet \"$0\" <\"$1\""]).arg(&card).arg(&table));
            }
        }
        let device = done(Command::new("losetup").args(["--find", "--show"]).arg(&card));
        let fresh = Self { folder, device: device.trim().to_owned() };
        fresh.stands_before("findmnt", &format!("echo {}p5", fresh.device));
        fresh.stands_before("partx", "true");
        fs::write(fresh.folder.path().join("grow"), steps::grow()).unwrap();
        fresh
    }

    fn stands_before(&self, program: &str, script: &str) {
        let file = self.folder.path().join(program);
        fs::write(&file, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Whether it ended well; what it said.
    fn start(&self) -> Result<(), String> {
        let path = format!("{}:/usr/sbin:/usr/bin:/sbin:/bin", self.folder.path().display());
        let grow = self.folder.path().join("grow");
        let output = Command::new("sh").arg("-x").arg(grow).env("PATH", path).output().unwrap();
        if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
    }

    /// Power fails after so many changes of the table.
    fn is_cut_after(&self, changes: u32) {
        let count = self.folder.path().join("count");
        let _ = fs::remove_file(&count);
        let dumps = "case \"$*\" in *--dump*) exec /sbin/sfdisk \"$@\" ;; esac";
        let counts = format!("echo >>{0}; [ \"$(wc -l <{0})\" -le {changes} ] || exit 1", count.display());
        self.stands_before("sfdisk", &format!("{dumps}\n{counts}\nexec /sbin/sfdisk \"$@\""));
        let _ = self.start();
        fs::remove_file(self.folder.path().join("sfdisk")).unwrap();
    }

    fn table(&self) -> String {
        done(Command::new("sfdisk").arg("--dump").arg(&self.device))
    }
}

impl Drop for Fresh {
    fn drop(&mut self) {
        let _ = Command::new("losetup").args(["--detach", &self.device]).status();
    }
}

#[test]
fn the_first_start_of_a_card_makes_room_to_its_end_wherever_it_was_cut_off() {
    if !can_run() || !Path::new("/sbin/sfdisk").exists() {
        return;
    }
    let whole = Fresh::new();
    whole.start().unwrap();
    let second = layout::second_root();
    let expected = [
        format!("p6 : start={:>12}, size={:>12}, type=83", second.at_bytes / 512, second.bytes / 512),
        format!("p7 : start={:>12}, size=", layout::state_at_bytes() / 512),
    ];
    let table = whole.table();
    assert!(expected.iter().all(|line| table.contains(line)), "{expected:#?}\n{table}");
    whole.start().unwrap();
    assert_eq!(whole.table(), table, "a second start changes something");
    for changes in 0..=3 {
        let cut = Fresh::new();
        cut.is_cut_after(changes);
        cut.start().unwrap();
        assert_eq!(cut.table().replace(&cut.device, ""), table.replace(&whole.device, ""), "cut after {changes}");
    }
}
