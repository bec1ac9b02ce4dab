#!/bin/sh
# essential ROOT: before the kernel is unpacked. Its first file system holds what reaches a card, and nothing else: it is read from the card
# at every start.
set -eu
# What the package of the firmware wants to fill.
mkdir -p "$1/boot/firmware"
mkdir -p "$1/etc/initramfs-tools/conf.d" "$1/etc/initramfs-tools/hooks" "$1/etc/initramfs-tools/scripts/local-bottom"
echo MODULES=list >"$1/etc/initramfs-tools/conf.d/yihao"
cat >"$1/etc/initramfs-tools/hooks/yihao" <<'HOOK'
#!/bin/sh
case "$1" in prereqs) exit 0 ;; esac
. /usr/share/initramfs-tools/hook-functions
# Cards of Pi 3 and Zero 2 W; of Pi 4; of Pi 5; what their power hangs on.
manual_add_modules bcm2835 sdhci_iproc sdhci_brcmstb mmc_block gpio_regulator reset_raspberrypi ext4 crc32c_generic
# What packages brought lies packed in one file.
manual_add_modules loop squashfs
copy_exec /sbin/losetup
HOOK
cat >"$1/etc/initramfs-tools/scripts/local-bottom/yihao" <<'SCRIPT'
#!/bin/sh
case "$1" in prereqs) exit 0 ;; esac
. /scripts/functions
modprobe -q loop
modprobe -q squashfs
disk=$(losetup --find --show --read-only "$rootmnt/usr.squashfs") && mount -t squashfs -o ro,nodev "$disk" "$rootmnt/usr" && exit 0
panic "The system on this card can't be unpacked: write the card anew. 无法读取系统，请重新写卡。"
SCRIPT
chmod 755 "$1/etc/initramfs-tools/hooks/yihao" "$1/etc/initramfs-tools/scripts/local-bottom/yihao"
