#!/bin/sh
# Runs on a device, out of a signed bundle, once a slot is written. What the device is stays with the device: the files that its
# profile made are carried into the new system, its words for firmware and kernel into the new boot partition.
set -eu

[ "$1" = slot-post-install ] || exit 0
# Only a test has its device somewhere else than at /.
device=${YIHAO_DEVICE_ROOT:-}
list=etc/yihao/files.list

# carry PATH: one file, or whatever it is.
carry() {
    mkdir -p "$RAUC_SLOT_MOUNT_POINT/$(dirname "$1")"
    cp -a --remove-destination "$device/$1" "$RAUC_SLOT_MOUNT_POINT/$1"
}

case "$RAUC_SLOT_NAME" in
    rootfs.*)
        while read -r _ path; do
            case "$path" in boot/*) ;; *) carry "$path" ;; esac
        done <"$device/$list"
        carry "$list"
        ;;
    boot.*)
        case "$RAUC_SLOT_NAME" in boot.0) slot=A root=05 ;; *) slot=B root=06 ;; esac
        boot=$device/boot/firmware
        mcopy -o -i "$RAUC_SLOT_DEVICE" "$boot/config.txt" ::config.txt
        sed -e "s/-0[56] rauc\.slot=[AB]/-$root rauc.slot=$slot/" "$boot/cmdline.txt" |
            mcopy -o -i "$RAUC_SLOT_DEVICE" - ::cmdline.txt
        ;;
esac
sync
