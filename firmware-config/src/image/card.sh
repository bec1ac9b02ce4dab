#!/bin/sh
# The steps of a card that are more than one command. card STEP ARGUMENT …
# A line that begins with WARNING is told at the end, too.
set -eu
export LC_ALL=C TZ=UTC

# repository FROM INTO: our packages as apt reads them.
repository() {
    mkdir -p "$2"
    cp "$1"/*_arm64.deb "$2/"
    (cd "$2" && dpkg-scanpackages --multiversion --arch arm64 . >Packages)
}

# pack TREE: all that packages bring (/usr) as one compressed file, which the kernel's first file system mounts (essential.sh). What the firmware
# reads is kept beside it, for the boot partition.
pack() {
    for unpacked in "$1"/usr/lib/linux-image-* "$1"/usr/lib/raspi-firmware; do
        if [ -e "$unpacked" ]; then mv "$unpacked" "$1/boot/"; fi
    done
    mksquashfs "$1/usr" "$1/usr.squashfs" -noappend -no-progress -quiet -comp zstd -Xcompression-level 15 -b 64K
    rm -rf "$1/usr"
    mkdir "$1/usr"
}

# archive TREE FILE: with all that a file system knows of its files.
archive() {
    tar --create --numeric-owner --xattrs --xattrs-include='*' --sort=name --clamp-mtime --mtime="@$SOURCE_DATE_EPOCH" \
        --pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime --file="$2" --directory="$1" .
}

# boot TREE INTO FIRMWARE: kernel, first file system, device trees and firmware out of a system, so that it does not hold them twice.
# FIRMWARE is a folder of the board's maker, or empty for what the system brought.
boot() {
    mkdir -p "$2"
    cp "$(ls "$1"/boot/vmlinuz-* | sort -V | tail -n 1)" "$2/vmlinuz"
    cp "$(ls "$1"/boot/initrd.img-* | sort -V | tail -n 1)" "$2/initrd.img"
    for trees in "$1"/boot/linux-image-*; do
        for tree in "$trees"/broadcom/bcm27*.dtb "$trees"/broadcom/bcm283*.dtb; do
            if [ -e "$tree" ]; then cp "$tree" "$2/"; fi
        done
        if [ -d "$trees/overlays" ]; then cp -r "$trees/overlays" "$2/"; fi
    done
    from=${3:-$1/boot/raspi-firmware}
    if [ -e "$from/start4.elf" ] || [ -e "$from/start.elf" ]; then
        for file in "$from"/*.elf "$from"/*.dat "$from"/*.bin "$from"/LICENCE.broadcom; do
            if [ -e "$file" ]; then cp "$file" "$2/"; fi
        done
        if [ -d "$from/overlays" ]; then cp -r "$from/overlays" "$2/"; fi
    elif [ -n "$3" ]; then
        echo "$3 has no start.elf or start4.elf" >&2
        exit 1
    else
        echo "WARNING: NO FIRMWARE: the system brought none, and --firmware names none; this starts on no real board. 没有固件：系统中没有，也未用 --firmware 指定；不能在真实的树莓派上启动。"
    fi
    rm -rf "$1"/boot/firmware/* "$1"/boot/vmlinuz* "$1"/boot/initrd* "$1"/boot/System.map* "$1"/boot/config-* "$1"/boot/linux-image-* "$1"/boot/raspi-firmware
}

# ext4 TREE INTO UUID BYTES: a file system as large as its files, with some room for a technician's change; no larger than its slot of so
# many bytes, behind which another begins.
ext4() {
    find "$1" -newermt "@$SOURCE_DATE_EPOCH" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
    kib=$(du -sk --apparent-size "$1" | cut -f 1)
    blocks=$(du -sk "$1" | cut -f 1)
    if [ "$blocks" -gt "$kib" ]; then kib=$blocks; fi
    inodes=$(find "$1" | wc -l)
    size=$((kib + kib / 20 + inodes / 3 + 24576))
    if [ "$size" -gt $(($4 / 1024)) ]; then
        echo "The system takes $((size / 1024)) MiB, and its slot has $(($4 / 1048576)): leave packages out (fewer programs in --packages, another --kernel or --suite)." >&2
        echo "系统需要 $((size / 1024)) MiB，而系统分区只有 $(($4 / 1048576)) MiB：请减少软件包（减少 --packages 中的程序，或更换 --kernel、--suite）。" >&2
        exit 1
    fi
    rm -f "$2"
    E2FSPROGS_FAKE_TIME=$SOURCE_DATE_EPOCH mke2fs -q -t ext4 -d "$1" -L yihao-root -U "$3" -m 0 -N $((inodes + inodes / 8 + 1024)) \
        -E "hash_seed=$3,lazy_itable_init=0,lazy_journal_init=0" -J size=4 "$2" "${size}k"
}

# fat FOLDER INTO BYTES LABEL ID: a FAT16 with the files of a folder.
fat() {
    rm -f "$2"
    truncate -s "$3" "$2"
    mkfs.vfat -F 16 -n "$4" -i "$5" --invariant "$2" >/dev/null
    find "$1" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
    find "$1" -mindepth 1 -maxdepth 1 | sort | while read -r file; do mcopy -s -p -m -i "$2" "$file" ::; done
}

# table IMAGE BYTES FILE: an empty card with its partitions.
table() {
    rm -f "$1"
    truncate -s "$2" "$1"
    sfdisk --quiet "$1" <"$3"
}

# put FILE IMAGE BYTES: a file at its place; what is empty in it takes no room.
put() { dd if="$1" of="$2" bs=4M oflag=seek_bytes seek="$3" conv=notrunc,sparse status=none; }

# cut_behind IMAGE ROOT AT AIM: nothing behind what is in it, in whole MiB.
cut_behind() {
    bytes=$(($3 + $(stat -c %s "$2")))
    truncate -s $(((bytes + 1048575) / 1048576 * 1048576)) "$1"
    if [ "$bytes" -gt "$4" ]; then
        echo "WARNING: the image is larger than $(($4 / 1048576)) MiB; it takes longer to write. 映像超过 $(($4 / 1048576)) MiB，写卡需要更长时间。"
    fi
}

"$@"
