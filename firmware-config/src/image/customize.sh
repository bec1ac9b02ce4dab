#!/bin/sh
# customize ROOT: once all packages are in it. What it copies lies beside it.
set -eu
here=$(dirname "$0")
mkdir -p "$1/boot/firmware" "$1/boot/yihao" "$1/var/lib/yihao" "$1/etc/yihao" "$1/usr/lib/yihao"
cp "$here/users.conf" "$1/usr/lib/sysusers.d/yihao.conf"
chroot "$1" systemd-sysusers
cp "$here/release" "$1/etc/yihao/release"
install -m 755 "$here/grow" "$1/usr/lib/yihao/grow"
install -m 644 "$here/yihao-grow.service" "$1/usr/lib/systemd/system/yihao-grow.service"
mkdir -p "$1/usr/lib/systemd/system/sysinit.target.wants"
ln -sf ../yihao-grow.service "$1/usr/lib/systemd/system/sysinit.target.wants/yihao-grow.service"
# All devices share this system: a key in it would be no secret. SSH is for those whose profile asks for it.
rm -f "$1"/etc/ssh/ssh_host_* "$1/etc/systemd/system/multi-user.target.wants/ssh.service" "$1/etc/systemd/system/sshd.service"
# The system is only read: each start makes its own.
: >"$1/etc/machine-id"
rm -rf "$1/var/lib/dbus/machine-id" "$1/etc/hostname" "$1/etc/resolv.conf" "$1"/var/lib/apt/lists/* "$1"/var/cache/* "$1"/var/log/* "$1"/etc/apt/sources.list*
