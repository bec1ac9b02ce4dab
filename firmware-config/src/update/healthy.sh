#!/bin/sh
# A system that is tried stays when the device does well with it; otherwise the one from before is started again.
set -eu
tried=/var/lib/yihao/update/tried
started=/var/lib/yihao/update/started
slot=$(sed -n 's/.*rauc\.slot=\([AB]\).*/\1/p' /proc/cmdline)
good=$(/usr/lib/yihao/boot-slot get-good)

if [ "$slot" = "$good" ]; then
    # Started on its trial and not here now: it did not do well, whatever it died of.
    if [ -e "$started" ]; then
        echo "The new system did not do well and was given up. 新系统未通过检查，已恢复旧系统。"
        rauc status mark-bad other
        rm "$started"
    fi
    exit 0
fi

echo "A new system is on trial in slot $slot. 新系统试运行。"
: >"$started"
sync "$started"
if firmware-config healthy --service "$1"; then
    rauc status mark-good booted
    if [ -e "$tried" ]; then head -n 1 "$tried" >"${tried%/*}/installed"; fi
    rm "$started"
    echo "The new system stays. 新系统已启用。"
else
    echo "The new system does not do well: the old one is started. 新系统未通过检查，重启回旧系统。"
    systemctl reboot
fi
