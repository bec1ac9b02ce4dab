#!/bin/sh
# A system that is tried stays when the device does well with it; otherwise the one from before is started again. healthy SERVICE
set -eu
cd /var/lib/yihao/update
slot=$(sed -n 's/.*rauc\.slot=\([AB]\).*/\1/p' /proc/cmdline)
# Who can't tell whether this is a trial must not start the device again and again.
good=$(/usr/lib/yihao/boot-slot get-good) || good=$slot

# What was tried is the system of this device from now on.
stays() {
    if [ -e tried ]; then head -n 1 tried >installed; fi
    rm -f started
    echo "The new system stays. 新系统已启用。"
}

if [ -z "$slot" ] || [ "$slot" = "$good" ]; then
    if [ ! -e started ]; then exit 0; fi
    # The power was cut just when it had done well.
    if [ "$(cat started)" = "$slot" ]; then
        stays
        exit 0
    fi
    # Started on its trial and not here now: it did not do well, whatever it died of.
    echo "The new system did not do well and was given up. 新系统未通过检查，已恢复旧系统。"
    rm started
    rauc status mark-bad other || echo "It could not be marked: look at the card. 未能标记，请检查存储卡。"
    exit 0
fi

echo "A new system is on trial in slot $slot. 新系统试运行。"
echo "$slot" >started
sync started
if firmware-config healthy --service "$1"; then
    rauc status mark-good booted
    stays
else
    echo "The new system does not do well: the old one is started. 新系统未通过检查，重启回旧系统。"
    systemctl reboot
fi
