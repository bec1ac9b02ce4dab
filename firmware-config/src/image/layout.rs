//! Where everything lies on a card. docs/FIRMWARE.md says why.
//!
//! | partition | holds | written |
//! |---|---|---|
//! | 1 `YIHAO` | `autoboot.txt`, the first stage for boards that need it there, the server's address | when a slot becomes the good one |
//! | 2, 3 | firmware, kernel and its words, slots A and B | by an update, the other slot only |
//! | 4 | the partitions from 5 on | at the first start |
//! | 5, 6 | the system, slots A and B | by an update, the other slot only |
//! | 7 | what must survive a power cut | always |
//!
//! 6 and 7 are made at the first start, to the end of the card: so the image is as small as what is in it.

use crate::update::Slot;

const MIB: u64 = 1024 * 1024;
/// What partitions are aligned to, MiB: the blocks that cards erase are no larger, mostly.
const ALIGN_MIB: u64 = 4;
/// The first partition, MiB: a FAT16 that the boot ROM of a Pi 3 reads.
const START_MIB: u64 = 16;
/// A boot partition, MiB: firmware, a kernel and its first file system twice over.
const BOOT_MIB: u64 = 128;
/// A slot of the system, MiB: what a device with a screen needs today three times over, so that a card lives through years of updates.
const ROOT_MIB: u64 = 1408;
/// An image above this takes long to write and to send, bytes.
pub const IMAGE_BYTES_AIM: u64 = 1024 * MIB;
/// The smallest state partition, MiB: an update is kept there while it is installed.
const STATE_MIB_MIN: u64 = 512;
/// The number by which a card's partitions are known, the same on all cards: a device has one card.
pub const DISK_ID: u32 = 0x7969_6861;
/// Both file systems of a card are named the same each time, so that the same files give the same bytes.
pub const ROOT_UUID: &str = "79696861-6f00-4000-8000-726f6f740000";

/// A partition that is in the image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Partition {
    /// Its number.
    pub number: u8,
    /// Where it begins, bytes.
    pub at_bytes: u64,
    /// How long it is on a card, bytes.
    pub bytes: u64,
    /// Its type in the partition table.
    pub kind: &'static str,
}

/// The partitions of the image, in the order of their numbers.
pub fn partitions() -> [Partition; 5] {
    let part = |number, at_mib, mib, kind| Partition { number, at_bytes: at_mib * MIB, bytes: mib * MIB, kind };
    let boot_a = ALIGN_MIB + START_MIB;
    let boot_b = boot_a + BOOT_MIB;
    let rest = boot_b + BOOT_MIB;
    [
        part(1, ALIGN_MIB, START_MIB, "e"),
        part(2, boot_a, BOOT_MIB, "e"),
        part(3, boot_b, BOOT_MIB, "e"),
        // In the first blocks of it lies where 5 is.
        part(4, rest, ALIGN_MIB + ROOT_MIB, "5"),
        part(5, rest + ALIGN_MIB, ROOT_MIB, "83"),
    ]
}

/// A partition of the image by its number.
pub fn partition(number: u8) -> Option<Partition> {
    partitions().into_iter().find(|partition| partition.number == number)
}

/// The table, as `sfdisk` reads it.
pub fn table() -> String {
    let mut text = format!("label: dos\nlabel-id: {DISK_ID:#010x}\nunit: sectors\n\n");
    for Partition { number, at_bytes, bytes, kind } in partitions() {
        let bootable = if number == 1 { ", bootable" } else { "" };
        text.push_str(&format!("{number} : start={}, size={}, type={kind}{bootable}\n", at_bytes / 512, bytes / 512));
    }
    text
}

/// What the first start of a card makes: the other system's place.
pub fn second_root() -> Partition {
    let at_bytes = table_bytes() + ALIGN_MIB * MIB;
    Partition { number: 6, at_bytes, bytes: ROOT_MIB * MIB, kind: "83" }
}

/// Where what must survive a power cut begins; it ends with the card.
pub fn state_at_bytes() -> u64 {
    let second = second_root();
    second.at_bytes + second.bytes + ALIGN_MIB * MIB
}

/// How long a card must be for the table of the image alone, bytes; afterwards the image is cut behind what is in it.
pub fn table_bytes() -> u64 {
    partitions().iter().map(|partition| partition.at_bytes + partition.bytes).max().unwrap_or(0)
}

/// The image, behind a system of so many bytes.
pub fn image_bytes(root_bytes: u64) -> u64 {
    let end = partition(5).map_or(0, |root| root.at_bytes) + root_bytes;
    end.next_multiple_of(MIB)
}

/// The smallest card, bytes.
pub fn card_bytes_min() -> u64 {
    state_at_bytes() + STATE_MIB_MIN * MIB
}

/// What the kernel calls a partition wherever the card sits.
pub fn part_uuid(number: u8) -> String {
    format!("{DISK_ID:08x}-{number:02x}")
}

/// The same as a device file.
pub fn device(number: u8) -> String {
    format!("/dev/disk/by-partuuid/{}", part_uuid(number))
}

/// What the kernel is told about the slot that it belongs to.
pub fn slot_words(slot: Slot) -> String {
    format!("root=PARTUUID={} rauc.slot={}", part_uuid(slot.root_partition()), slot.name())
}
