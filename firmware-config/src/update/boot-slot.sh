#!/bin/sh
# What RAUC asks of the boot loader. The partition with autoboot.txt is only writable while it is written.
set -eu
case "$1" in
    set-*)
        mount -o remount,rw /boot/yihao
        trap 'mount -o remount,ro /boot/yihao' EXIT
        ;;
esac
firmware-config boot-slot --file /boot/yihao/autoboot.txt "$@"
