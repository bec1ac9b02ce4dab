use std::path::Path;

use super::{
    layout::{self, part_uuid},
    packages::Sources,
    steps::{self, Act, Bench, Bundling, Step},
};
use crate::update::{Slot, bundle::Release};

fn sources(has_screen: bool) -> Sources {
    Sources {
        packages: "packages".into(),
        suite: "bookworm".into(),
        mirror: "http://deb.debian.org/debian".into(),
        more: vec!["deb http://maker.example/debian bookworm main".into()],
        kernel: "linux-image-arm64".into(),
        firmware: None,
        has_screen,
    }
}

fn release() -> Release {
    Release { version: "7".into(), has_screen: false, epoch_s: 1, options: vec![] }
}

fn runs(steps: &[Step]) -> Vec<String> {
    let acts = steps.iter().flat_map(|step| &step.acts);
    acts.filter_map(|act| if let Act::Run(words) = act { Some(words.join(" ")) } else { None }).collect()
}

#[test]
fn partitions_follow_each_other_and_leave_room_for_the_table() {
    let [first, boot_a, boot_b, rest, root] = layout::partitions();
    let ends = |one: layout::Partition| one.at_bytes + one.bytes;
    assert!(first.at_bytes >= 1 << 20);
    assert_eq!((ends(first), ends(boot_a), ends(boot_b)), (boot_a.at_bytes, boot_b.at_bytes, rest.at_bytes));
    assert!(root.at_bytes > rest.at_bytes && ends(root) == ends(rest));
    assert!(layout::partitions().iter().all(|one| one.at_bytes % (4 << 20) == 0));
    assert_eq!(layout::table_bytes(), ends(rest));
    // A card that says 4 GB is a little less.
    assert!(layout::card_bytes_min() < 4_000_000_000, "{}", layout::card_bytes_min());
}

#[test]
fn an_image_with_a_system_of_700_mib_keeps_below_a_gibibyte() {
    let bytes = layout::image_bytes(700 << 20);
    assert!(bytes < 1 << 30 && bytes.is_multiple_of(1 << 20), "{bytes}");
}

#[test]
fn the_table_is_what_sfdisk_reads() {
    let expected = "label: dos\nlabel-id: 0x79696861\nunit: sectors\n\n\
                    1 : start=8192, size=32768, type=e, bootable\n2 : start=40960, size=262144, type=e\n";
    assert!(layout::table().starts_with(expected), "{}", layout::table());
    assert_eq!(layout::slot_words(Slot::B), "root=PARTUUID=79696861-06 rauc.slot=B");
    assert_eq!(part_uuid(7), "79696861-07");
}

#[test]
fn a_system_asks_debian_for_what_a_device_needs() {
    let steps = steps::system(&sources(false), &Bench("work".into()), &release(), Path::new("hall.tar"));
    let runs = runs(&steps);
    let bootstrap = runs.iter().find(|words| words.starts_with("unshare --mount mmdebstrap ")).unwrap();
    for word in
        ["--architectures=arm64", "ticket-dispenser,", "rauc,", ",linux-image-arm64", "deb http://maker.example"]
    {
        assert!(bootstrap.contains(word), "{bootstrap}");
    }
    assert!(!bootstrap.contains(",chromium") && !bootstrap.contains("raspi-firmware"), "{bootstrap}");
    let screen = Sources { firmware: Some("raspi-firmware".into()), ..sources(true) };
    let wanted = screen.wanted();
    assert!(["chromium", "sway", "raspi-firmware"].iter().all(|name| wanted.iter().any(|wanted| wanted == name)));
}

#[test]
fn a_card_has_each_part_at_its_place_and_nothing_behind_it() {
    let steps = steps::card(Path::new("hall.tar"), None, &Bench("work".into()), Path::new("out.img"));
    let runs = runs(&steps);
    let [first, boot_a, _, _, root] = layout::partitions();
    for (name, part) in [("start.img", first), ("boot.img", boot_a), ("rootfs.ext4", root)] {
        let put = format!("sh work/card put work/{name} work/card.img {}", part.at_bytes);
        assert!(runs.contains(&put), "{put} is not in {runs:#?}");
    }
    assert!(runs.last().unwrap().starts_with("sh work/card cut_behind work/card.img work/rootfs.ext4"));
    let last = steps.last().unwrap();
    assert_eq!(last.acts.last(), Some(&Act::Rename("work/card.img".into(), "out.img".into())));
    assert!(steps.iter().flat_map(|step| &step.acts).any(|act| *act == Act::System("work/tree".into())));
}

#[test]
fn a_bundle_holds_nothing_of_a_device_and_is_signed() {
    let (certificate, key) = (Path::new("updates.pem"), Path::new("updates.key"));
    let bundling = Bundling { firmware: None, certificate, key, release: &release() };
    let steps = steps::bundle(Path::new("hall.tar"), &bundling, &Bench("work".into()), Path::new("7.raucb"));
    let acts: Vec<&Act> = steps.iter().flat_map(|step| &step.acts).collect();
    assert!(!acts.iter().any(|act| matches!(act, Act::System(_) | Act::Boot(_))));
    let sign = "rauc bundle --cert=updates.pem --key=updates.key work/content work/fresh.raucb";
    assert!(runs(&steps).iter().any(|run| run == sign));
    let manifest = acts.iter().find_map(|act| match act {
        Act::Write(path, text, _) if path.ends_with("manifest.raucm") => Some(text),
        _ => None,
    });
    assert!(manifest.unwrap().contains("compatible=yihao-pi-arm64\nversion=7\n"));
}

#[test]
fn what_packages_bring_is_packed_and_what_the_firmware_reads_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let (tree, boot, tar) = (folder.path().join("tree"), folder.path().join("boot"), folder.path().join("system.tar"));
    let files = ["usr/lib/linux-image-6.1/broadcom/bcm2837-rpi-3-b.dtb", "usr/lib/linux-image-6.1/overlays/a.dtbo"];
    for path in files.iter().chain(&["usr/bin/program", "etc/hosts", "boot/vmlinuz-6.1", "boot/initrd.img-6.1"]) {
        std::fs::create_dir_all(tree.join(path).parent().unwrap()).unwrap();
        std::fs::write(tree.join(path), *path).unwrap();
    }
    let (is_content, said) = card(&["pack".as_ref(), tree.as_ref()]);
    assert!(is_content && std::fs::read_dir(tree.join("usr")).unwrap().next().is_none(), "{said}");
    let mut unpack = std::process::Command::new("unsquashfs");
    let out = unpack.arg("-cat").arg(tree.join("usr.squashfs")).arg("bin/program").output().unwrap();
    assert_eq!(String::from_utf8_lossy(&out.stdout), "usr/bin/program");
    let (is_content, said) = card(&["archive".as_ref(), tree.as_ref(), tar.as_ref()]);
    let listed = std::process::Command::new("tar").arg("--list").arg("--file").arg(&tar).output().unwrap().stdout;
    assert!(is_content && String::from_utf8(listed).unwrap().contains("\n./etc/hosts\n"), "{said}");
    let (is_content, said) = card(&["boot".as_ref(), tree.as_ref(), boot.as_ref(), "".as_ref()]);
    assert!(is_content && boot.join("bcm2837-rpi-3-b.dtb").exists() && boot.join("overlays/a.dtbo").exists(), "{said}");
    assert!(!tree.join("boot/linux-image-6.1").exists());
}

/// Runs a step of the script; whether it was content, and what it said.
fn card(words: &[&std::ffi::OsStr]) -> (bool, String) {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("card");
    std::fs::write(&script, include_str!("card.sh")).unwrap();
    let out = std::process::Command::new("sh").arg(script).args(words).env("SOURCE_DATE_EPOCH", "1").output().unwrap();
    let said = [out.stdout, out.stderr].concat();
    (out.status.success(), String::from_utf8(said).unwrap())
}

#[test]
fn a_system_that_is_larger_than_its_slot_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (tree, out) = (folder.path().join("tree"), folder.path().join("rootfs.ext4"));
    std::fs::create_dir(&tree).unwrap();
    std::fs::write(tree.join("program"), vec![7; 3 << 20]).unwrap();
    let make = |slot_bytes: &str| {
        card(&["ext4".as_ref(), tree.as_ref(), out.as_ref(), layout::ROOT_UUID.as_ref(), slot_bytes.as_ref()])
    };
    let (is_content, said) = make("26214400");
    assert!(!is_content && !out.exists(), "{said}");
    assert!(said.contains("takes 27 MiB, and its slot has 25") && said.contains("系统分区只有 25 MiB"), "{said}");
    let (is_content, said) = make("31457280");
    assert!(is_content && std::fs::metadata(&out).unwrap().len() <= 30 << 20, "{said}");
    let steps = steps::card(Path::new("hall.tar"), None, &Bench("work".into()), Path::new("out.img"));
    let slot = layout::partition(5).unwrap().bytes;
    let ext4 = format!("ext4 work/tree work/rootfs.ext4 {} {slot}", layout::ROOT_UUID);
    assert!(runs(&steps).iter().any(|run| run.ends_with(&ext4)), "{steps:#?}");
}

#[test]
fn a_large_image_and_one_without_firmware_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let (image, root) = (folder.path().join("card.img"), folder.path().join("root"));
    std::fs::write(&root, [0; 4096]).unwrap();
    let cut =
        |aim: &str| card(&["cut_behind".as_ref(), image.as_ref(), root.as_ref(), "1048576".as_ref(), aim.as_ref()]);
    assert_eq!(cut("2097152"), (true, String::new()));
    assert!(cut("1048576").1.starts_with("WARNING: the image is larger than 1 MiB"));
    let (tree, boot) = (folder.path().join("tree"), folder.path().join("boot"));
    std::fs::create_dir_all(tree.join("boot")).unwrap();
    for name in ["vmlinuz-6.1", "initrd.img-6.1"] {
        std::fs::write(tree.join("boot").join(name), name).unwrap();
    }
    let (is_content, said) = card(&["boot".as_ref(), tree.as_ref(), boot.as_ref(), "".as_ref()]);
    assert!(is_content && said.starts_with("WARNING: NO FIRMWARE"), "{said}");
}
