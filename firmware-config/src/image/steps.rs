//! The steps that make a system, a device's card from it, and a bundle: which command, which file, in which order. Nothing here runs anything.

use std::path::{Path, PathBuf};

use protocol::Text;

use super::{
    layout::{self, Partition, ROOT_UUID},
    packages::{KEPT, LEFT_OUT, Sources},
};
use crate::{
    render::users,
    update::{
        Slots,
        bundle::{self, Release},
    },
};

const CARD: &str = include_str!("card.sh");
const ESSENTIAL: &str = include_str!("essential.sh");
const CUSTOMIZE: &str = include_str!("customize.sh");
const GROW: &str = include_str!("grow.sh");
const GROW_SERVICE: &str = include_str!("grow.service");
/// What a technician finds on the first partition.
const READ_ME: &str = include_str!("read-me.txt");

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What is told.
    pub title: Text,
    /// What is done.
    pub acts: Vec<Act>,
    /// What is made by it: its size is told.
    pub makes: PathBuf,
}

/// What a step does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Runs a program with its arguments.
    Run(Vec<String>),
    /// Writes a file that can be run or not.
    Write(PathBuf, String, bool),
    /// Writes the device's files into a system, except those of the boot partition.
    System(PathBuf),
    /// Writes those of the boot partition.
    Boot(PathBuf),
    /// Removes a folder or file of ours, if it is there.
    Remove(PathBuf),
    /// Gives the result its name.
    Rename(PathBuf, PathBuf),
}

/// A program and Debian's package of it.
pub type Tool = (&'static str, &'static str);
/// What makes a system.
pub const TOOLS_SYSTEM: [Tool; 6] = [
    ("unshare", "util-linux"),
    ("mmdebstrap", "mmdebstrap"),
    ("arch-test", "arch-test"),
    ("dpkg-scanpackages", "dpkg-dev"),
    ("mksquashfs", "squashfs-tools"),
    ("qemu-aarch64-static", "qemu-user-static"),
];
/// What makes a card from it.
pub const TOOLS_CARD: [Tool; 6] = [
    ("tar", "tar"),
    ("mke2fs", "e2fsprogs"),
    ("mkfs.vfat", "dosfstools"),
    ("mcopy", "mtools"),
    ("sfdisk", "fdisk"),
    ("truncate", "coreutils"),
];
/// What makes a bundle, beyond a card's.
pub const TOOLS_BUNDLE: [Tool; 2] = [("rauc", "rauc"), ("mksquashfs", "squashfs-tools")];

/// Where the work is done; it is gone afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bench(pub PathBuf);

impl Bench {
    fn at(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn card(&self, words: &[&str]) -> Act {
        let script = text(&self.at("card"));
        Act::Run(["sh", &script].into_iter().chain(words.iter().copied()).map(str::to_owned).collect())
    }
}

/// The system of a hall's devices: a `tar` that `card` and `bundle` take, so that Debian is asked once and not for each device.
pub fn system(sources: &Sources, bench: &Bench, release: &Release, out: &Path) -> Vec<Step> {
    let repository = bench.at("repository");
    let (tree, fresh) = (bench.at("tree"), bench.at("system.tar"));
    let prepare = Step {
        title: Text::new("整理本项目的软件包", "Lay out our packages"),
        acts: vec![
            Act::Write(bench.at("card"), CARD.into(), false),
            Act::Write(bench.at("essential"), ESSENTIAL.into(), true),
            Act::Write(bench.at("customize"), CUSTOMIZE.into(), true),
            Act::Write(bench.at("users.conf"), users(), false),
            Act::Write(bench.at("release"), release.text(), false),
            Act::Write(bench.at("grow"), grow(), true),
            Act::Write(bench.at("yihao-grow.service"), GROW_SERVICE.into(), false),
            bench.card(&["repository", &text(&sources.packages), &text(&repository)]),
        ],
        makes: repository.clone(),
    };
    let make = Step {
        title: Text::new(
            "用 Debian 软件包组成系统（需数分钟）",
            "Make the system from Debian's packages; this takes minutes",
        ),
        acts: vec![Act::Run(bootstrap(sources, bench, &repository, &tree))],
        makes: tree.clone(),
    };
    let keep = Step {
        title: Text::new("压缩并保存系统，供以后各台设备使用", "Pack the system, and keep it for the other devices"),
        acts: vec![
            bench.card(&["pack", &text(&tree)]),
            bench.card(&["archive", &text(&tree), &text(&fresh)]),
            Act::Remove(tree),
            Act::Rename(fresh, out.into()),
        ],
        makes: out.into(),
    };
    vec![prepare, make, keep]
}

/// What makes room on a card at its first start.
pub fn grow() -> String {
    let second = layout::second_root();
    let sectors = |bytes: u64| (bytes / 512).to_string();
    GROW.replace("@SECOND_SECTOR@", &sectors(second.at_bytes))
        .replace("@ROOT_SECTORS@", &sectors(second.bytes))
        .replace("@STATE_SECTOR@", &sectors(layout::state_at_bytes()))
}

fn bootstrap(sources: &Sources, bench: &Bench, repository: &Path, out: &Path) -> Vec<String> {
    let mut words: Vec<String> = [
        // What it mounts in the system is gone with it, whatever becomes of it, before anybody clears the place.
        "unshare",
        "--mount",
        "mmdebstrap",
        "--mode=root",
        "--architectures=arm64",
        "--variant=essential",
        "--format=directory",
        "--aptopt=APT::Install-Recommends \"false\"",
    ]
    .map(str::to_owned)
    .into();
    words.push(format!("--include={}", sources.wanted().join(",")));
    words.extend(LEFT_OUT.iter().map(|path| format!("--dpkgopt=path-exclude={path}")));
    words.extend(KEPT.iter().map(|path| format!("--dpkgopt=path-include={path}")));
    words.push(format!("--essential-hook={}", text(&bench.at("essential"))));
    words.push(format!("--customize-hook={}", text(&bench.at("customize"))));
    words.extend([sources.suite.clone(), text(out)]);
    words.extend(sources.lines(&text(repository)));
    words
}

/// The card of a device, from a system.
pub fn card(system: &Path, firmware: Option<&Path>, bench: &Bench, out: &Path) -> Vec<Step> {
    let (tree, boot, start) = (bench.at("tree"), bench.at("boot"), bench.at("start"));
    let image = bench.at("card.img");
    let mut steps = vec![unpack(system, bench), take_boot(firmware, bench)];
    steps.push(Step {
        title: Text::new("写入本设备的文件", "Write the device's own files"),
        acts: vec![Act::System(tree.clone()), Act::Boot(boot.clone())],
        makes: boot.clone(),
    });
    steps.push(root_file_system(bench, "rootfs.ext4"));
    steps.push(boot_file_system(bench, "YIHAO-A", 2));
    steps.push(first_partition(bench, &start));
    let put = |name: &str, number: u8| {
        let at = layout::partition(number).map_or(0, |partition| partition.at_bytes);
        bench.card(&["put", &text(&bench.at(name)), &text(&image), &at.to_string()])
    };
    let root_at = layout::partition(5).map_or(0, |partition| partition.at_bytes).to_string();
    let aim = layout::IMAGE_BYTES_AIM.to_string();
    steps.push(Step {
        title: Text::new("合成存储卡映像", "Put the card together"),
        acts: vec![
            Act::Write(bench.at("table"), layout::table(), false),
            bench.card(&["table", &text(&image), &layout::table_bytes().to_string(), &text(&bench.at("table"))]),
            put("start.img", 1),
            put("boot.img", 2),
            put("rootfs.ext4", 5),
            bench.card(&["cut_behind", &text(&image), &text(&bench.at("rootfs.ext4")), &root_at, &aim]),
            Act::Rename(image.clone(), out.into()),
        ],
        makes: out.into(),
    });
    steps
}

/// A signed bundle of a system. It holds nothing of any device: what a device is stays with it.
pub fn bundle(system: &Path, bundling: &Bundling<'_>, bench: &Bench, out: &Path) -> Vec<Step> {
    let mut steps = vec![unpack(system, bench), take_boot(bundling.firmware, bench)];
    let content = bench.at("content");
    steps.push(root_file_system(bench, "rootfs.ext4"));
    steps.push(boot_file_system(bench, "YIHAO", 2));
    let fresh = bench.at("fresh.raucb");
    let sign = ["rauc", "bundle"].map(str::to_owned).into_iter().chain([
        format!("--cert={}", text(bundling.certificate)),
        format!("--key={}", text(bundling.key)),
        text(&content),
        text(&fresh),
    ]);
    steps.push(Step {
        title: Text::new("打包并签名", "Bundle and sign it"),
        acts: vec![
            Act::Write(content.join("manifest.raucm"), bundle::manifest(bundling.release), false),
            Act::Write(content.join("hook"), bundle::HOOK.into(), true),
            Act::Rename(bench.at("rootfs.ext4"), content.join("rootfs.ext4")),
            Act::Rename(bench.at("boot.img"), content.join("boot.img")),
            Act::Run(sign.collect()),
            Act::Rename(fresh, out.into()),
        ],
        makes: out.into(),
    });
    steps
}

/// How a bundle is made.
#[derive(Debug, Clone, Copy)]
pub struct Bundling<'a> {
    /// A folder of the board's maker, instead of what the system brought.
    pub firmware: Option<&'a Path>,
    /// Whose signature it carries.
    pub certificate: &'a Path,
    /// With what it is signed.
    pub key: &'a Path,
    /// What the system says of itself.
    pub release: &'a Release,
}

fn unpack(system: &Path, bench: &Bench) -> Step {
    let tree = bench.at("tree");
    let words = ["tar", "--extract", "--numeric-owner", "--xattrs", "--xattrs-include=*", "--same-permissions"];
    let words = words.into_iter().map(str::to_owned);
    let words = words.chain([format!("--file={}", text(system)), format!("--directory={}", text(&tree))]);
    Step {
        title: Text::new("解开系统", "Unpack the system"),
        acts: vec![
            Act::Write(bench.at("card"), CARD.into(), false),
            Act::Remove(tree.clone()),
            Act::Run(vec!["mkdir".into(), "-p".into(), text(&tree)]),
            Act::Run(words.collect()),
        ],
        makes: tree,
    }
}

fn take_boot(firmware: Option<&Path>, bench: &Bench) -> Step {
    let boot = bench.at("boot");
    let firmware = firmware.map(text).unwrap_or_default();
    Step {
        title: Text::new("取出内核、设备树和固件", "Take out kernel, device trees and firmware"),
        acts: vec![bench.card(&["boot", &text(&bench.at("tree")), &text(&boot), &firmware])],
        makes: boot,
    }
}

fn root_file_system(bench: &Bench, name: &str) -> Step {
    let out = bench.at(name);
    let slot_bytes = layout::partition(5).map_or(0, |slot| slot.bytes).to_string();
    Step {
        title: Text::new("生成系统分区", "Make the system's file system"),
        acts: vec![
            bench.card(&["ext4", &text(&bench.at("tree")), &text(&out), ROOT_UUID, &slot_bytes]),
            Act::Remove(bench.at("tree")),
        ],
        makes: out,
    }
}

fn boot_file_system(bench: &Bench, label: &str, number: u8) -> Step {
    fat(bench, "boot", label, number, Text::new("生成启动分区", "Make the boot partition"), Vec::new())
}

/// What the firmware reads first, and what a technician may write before the first start.
fn first_partition(bench: &Bench, start: &Path) -> Step {
    let first = format!(
        "if [ -e {0}/bootcode.bin ]; then cp {0}/bootcode.bin {1}; fi",
        quoted(&bench.at("boot")),
        quoted(start)
    );
    let acts = vec![
        Act::Write(start.join("autoboot.txt"), Slots::NEW.text(), false),
        // Without it a Pi 3 looks no further (forum of Raspberry Pi, 2025-11-28).
        Act::Write(
            start.join("config.txt"),
            "# autoboot.txt says what is started 由 autoboot.txt 决定启动分区\n".into(),
            false,
        ),
        Act::Write(start.join("READ-ME.txt"), READ_ME.into(), false),
        Act::Run(vec!["sh".into(), "-c".into(), first]),
    ];
    fat(bench, "start", "YIHAO", 1, Text::new("生成首个分区", "Make the first partition"), acts)
}

fn fat(bench: &Bench, name: &str, label: &str, number: u8, title: Text, mut acts: Vec<Act>) -> Step {
    let out = bench.at(&format!("{name}.img"));
    let Partition { bytes, .. } = layout::partition(number).unwrap_or(layout::partitions()[0]);
    let id = format!("{:08x}", layout::DISK_ID + u32::from(number));
    acts.push(bench.card(&["fat", &text(&bench.at(name)), &text(&out), &bytes.to_string(), label, &id]));
    Step { title, acts, makes: out }
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

fn quoted(path: &Path) -> String {
    format!("'{}'", text(path).replace('\'', "'\\''"))
}
