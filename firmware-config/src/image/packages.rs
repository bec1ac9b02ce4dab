//! What of Debian a device needs. All devices of a hall share one system, so that they share an update, too; only a browser is too much for
//! a device without a screen.

use std::path::PathBuf;

/// Our own programs.
const OURS: [&str; 3] = ["firmware-config", "ticket-dispenser", "window-display"];
/// Every device.
const ALWAYS: [&str; 22] = [
    "alsa-utils",         // the level of the sound card
    "curl",               // fetches updates
    "dbus",               // RAUC and NetworkManager are asked over it
    "e2fsprogs",          // the state partition is made at the first start
    "fdisk",              // so are its and the other slot's places
    "firmware-brcm80211", // radio of all boards
    "fonts-noto-cjk",     // slips and panels
    "initramfs-tools",    // the kernel's first file system
    "iproute2",           // a technician looks at the network
    "kmod",               // modules of the kernel
    "libnss-myhostname",  // the machine knows its own name
    "mtools",             // an update writes words into a boot partition
    "network-manager",    // the network
    "openssh-server",     // a technician at the office, where a profile says so
    "rauc",               // updates
    "rauc-service",       // updates, asked over D-Bus
    "systemd-sysv",       // the first process
    "systemd-timesyncd",  // the time
    "tzdata",             // the time zone
    "udev",               // device files
    "wireless-regdb",     // which channels a country allows
    "wpasupplicant",      // radio
];
/// A device with a screen.
const SCREEN: [&str; 3] = ["chromium", "seatd", "sway"];
/// What no device reads, left out of each package: it would be a third of the system. Nothing is set in serifs.
pub const LEFT_OUT: [&str; 22] = [
    "/usr/share/doc/*",
    "/usr/share/info/*",
    "/usr/share/locale/*",
    "/usr/share/man/*",
    "/usr/share/lintian/*",
    "/usr/share/i18n/*",
    "/usr/share/fonts/opentype/noto/NotoSerif*",
    // What looks for mistakes of programmers.
    "/usr/lib/chromium/libVkLayer_khronos_validation.so",
    // Other makers' boards, and what no Raspberry Pi has a slot for.
    "/usr/lib/linux-image-*/*",
    "/lib/modules/*/kernel/drivers/gpu/drm/amd/*",
    "/lib/modules/*/kernel/drivers/gpu/drm/nouveau/*",
    "/lib/modules/*/kernel/drivers/gpu/drm/radeon/*",
    "/lib/modules/*/kernel/drivers/infiniband/*",
    "/lib/modules/*/kernel/drivers/media/dvb-frontends/*",
    "/lib/modules/*/kernel/drivers/media/pci/*",
    "/lib/modules/*/kernel/drivers/media/usb/*",
    "/lib/modules/*/kernel/drivers/net/ethernet/chelsio/*",
    "/lib/modules/*/kernel/drivers/net/ethernet/intel/*",
    "/lib/modules/*/kernel/drivers/net/ethernet/mellanox/*",
    "/lib/modules/*/kernel/drivers/net/ethernet/qlogic/*",
    "/lib/modules/*/kernel/sound/pci/*",
    "/lib/modules/*/kernel/lib/test_*",
];
/// Licences stay with what they are about, and the trees of the boards that we are about.
pub const KEPT: [&str; 3] =
    ["/usr/share/doc/*/copyright", "/usr/lib/linux-image-*/broadcom/*", "/usr/lib/linux-image-*/overlays/*"];

/// Where a system comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sources {
    /// The folder with our packages.
    pub packages: PathBuf,
    /// Debian's release: `bookworm`.
    pub suite: String,
    /// Debian's mirror.
    pub mirror: String,
    /// More lines for apt, such as the archive of the board's maker.
    pub more: Vec<String>,
    /// The package of the kernel.
    pub kernel: String,
    /// The package of the board's firmware; `None` = a folder of it is named later, or somebody else starts the kernel.
    pub firmware: Option<String>,
    /// Whether there is a browser in it.
    pub has_screen: bool,
}

impl Sources {
    /// The names of all packages that are asked for; what they need comes with them.
    pub fn wanted(&self) -> Vec<String> {
        let screen: &[&str] = if self.has_screen { &SCREEN } else { &[] };
        let names = OURS.iter().chain(&ALWAYS).chain(screen).map(|name| (*name).to_owned());
        names.chain(self.firmware.clone()).chain([self.kernel.clone()]).collect()
    }

    /// The lines for apt; `repository`: where our packages were laid out.
    pub fn lines(&self, repository: &str) -> Vec<String> {
        let (suite, mirror) = (&self.suite, &self.mirror);
        let mut lines = vec![
            format!("deb {mirror} {suite} main non-free-firmware"),
            format!("deb {mirror}-security {suite}-security main non-free-firmware"),
            // The packages come from the technician's own folder.
            format!("deb [trusted=yes] copy:{repository} ./"),
        ];
        lines.extend(self.more.iter().cloned());
        lines
    }
}
