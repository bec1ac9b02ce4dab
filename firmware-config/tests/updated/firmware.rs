//! What the firmware of a Raspberry Pi does with `autoboot.txt`, by its documentation ("autoboot.txt": conditional filters `[all]`,
//! `[none]` and `[tryboot]`, at most 512 bytes, the last word counts). Played here, because no emulator has that firmware.

/// How a device was told to start.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// Power came, the watchdog struck, or `reboot`.
    Plain,
    /// `reboot "0 tryboot"`.
    Try,
}

/// The number of the partition that is started.
pub fn started(autoboot: &str, start: Start) -> u8 {
    assert!(autoboot.len() <= 512, "the firmware reads no more than 512 bytes");
    let (mut counts, mut partition, mut by_partition) = (true, 0, false);
    for line in autoboot.lines().map(|line| line.split('#').next().unwrap_or_default().trim()) {
        match line {
            "" => {}
            "[all]" => counts = true,
            "[none]" => counts = false,
            "[tryboot]" => counts = start == Start::Try,
            _ if !counts => {}
            _ => match line.split_once('=') {
                Some(("boot_partition", number)) => partition = number.parse().unwrap(),
                Some(("tryboot_a_b", "1")) => by_partition = true,
                other => panic!("the firmware knows no {other:?}"),
            },
        }
    }
    // Otherwise the firmware would look for tryboot.txt in the old partition.
    assert!(by_partition, "tryboot_a_b=1 is missing: {autoboot}");
    partition
}
