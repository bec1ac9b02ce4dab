#!/bin/sh
# Once a night: is there another bundle? Then it is fetched, installed into the other slot, and tried.
# update URL SERVICE FROM_MIN LENGTH_MIN: a bundle, the device's service, and the part of the day in which a device may start anew, minutes
# after midnight. RAUC looks at the bundle's signature before anything is written.
set -eu
url=$1 service=$2 from_min=$3 length_min=$4
tries_max=3
bundle_bytes_max=1073741824
in_touch='in touch with the server 已连接服务器'
cd /var/lib/yihao/update
slot=$(sed -n 's/.*rauc\.slot=\([AB]\).*/\1/p' /proc/cmdline)
case "$slot" in A) other=B ;; B) other=A ;; esac
trap 'rm -f new.raucb new.etag' EXIT

# A clock that was wrong at the start, as where the power is off at night, wakes this at any time of day.
is_night() {
    now_min=$(($(date +%-H) * 60 + $(date +%-M)))
    [ $(((now_min - from_min + 1440) % 1440)) -le $((length_min + 5)) ]
}

# The next start is the other system's, once. Who dies on it leaves word here that it was tried.
try() {
    if ! is_night; then
        echo "A new system is installed; it is tried the next time. 新系统已安装，下次更新时段内试运行。"
        exit 0
    fi
    echo "$other" >started
    sync started
    if ! systemctl reboot --reboot-argument="0 tryboot"; then
        rm started
        exit 1
    fi
    exit 0
}

if ! is_night; then
    echo "This is not the time for updates (machine.updates.window). 不在更新时段。"
    exit 0
fi
if [ "$(/usr/lib/yihao/boot-slot get-good)" != "$slot" ]; then
    echo "This system is on trial itself. 当前系统正在试运行。"
    exit 0
fi
# Without its server a device could not show that it does well with another system.
if [ "$(systemctl show -P StatusText "$service")" != "$in_touch" ]; then
    echo "Not in touch with the server: no update tonight. 未连接服务器，今晚不更新。"
    exit 0
fi
# One that is written waits for its trial: the power was cut in between.
if [ "$(/usr/lib/yihao/boot-slot get-primary)" != "$slot" ]; then try; fi

# What the device must not lose has its place on the same partition.
room_bytes=$(($(df --output=avail -B1 . | tail -n 1) / 2))
if [ "$room_bytes" -gt "$bundle_bytes_max" ]; then room_bytes=$bundle_bytes_max; fi
touch etag
curl --fail --silent --show-error --location --connect-timeout 20 --max-time 5400 --max-filesize "$room_bytes" \
    --etag-compare etag --etag-save new.etag --output new.raucb "$url"
if [ ! -s new.raucb ]; then
    echo "Nothing new. 没有更新。"
    exit 0
fi
bundle=$(sha256sum new.raucb | cut -d ' ' -f 1)
if [ "$(cat installed 2>/dev/null || true)" = "$bundle" ]; then
    mv new.etag etag
    echo "Nothing new. 没有更新。"
    exit 0
fi
tries=0
if [ "$(head -n 1 tried 2>/dev/null || true)" = "$bundle" ]; then tries=$(tail -n 1 tried); fi
if [ "$tries" -ge "$tries_max" ]; then
    mv new.etag etag
    echo "This bundle did not do well $tries times: it is not tried again. 该更新包已失败 $tries 次，不再尝试。"
    exit 0
fi
printf '%s\n%s\n' "$bundle" "$((tries + 1))" >tried.new
sync tried.new
mv tried.new tried
rauc install new.raucb
rm new.raucb
try
