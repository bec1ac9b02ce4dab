#!/bin/sh
# essential ROOT: before the kernel is unpacked. Its first file system holds what reaches a card, and nothing else: it is read from the card
# at every start.
set -eu
# What the package of the firmware wants to fill.
mkdir -p "$1/boot/firmware"
mkdir -p "$1/etc/initramfs-tools/conf.d" "$1/etc/initramfs-tools/hooks"
echo MODULES=list >"$1/etc/initramfs-tools/conf.d/yihao"
cat >"$1/etc/initramfs-tools/hooks/yihao" <<'HOOK'
#!/bin/sh
case "$1" in prereqs) exit 0 ;; esac
. /usr/share/initramfs-tools/hook-functions
# Cards of Pi 3 and Zero 2 W; of Pi 4; of Pi 5; what their power hangs on.
manual_add_modules bcm2835 sdhci_iproc sdhci_brcmstb mmc_block gpio_regulator reset_raspberrypi ext4 crc32c_generic
HOOK
chmod 755 "$1/etc/initramfs-tools/hooks/yihao"
