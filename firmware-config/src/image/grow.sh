#!/bin/sh
# At the first start of a card: the place of the other system and of what must survive a power cut, to the end of the card. Each step is
# looked for first, so that a power cut between two of them does no harm.
set -eu
root=$(findmnt -n -o SOURCE /)
disk=${root%p[56]}
has() { sfdisk --dump "$disk" | grep -q "^${disk}p$1 "; }
if has 7; then exit 0; fi
echo "The first start of this card: making room. 首次启动，正在分区。"
echo ",+" | sfdisk --quiet --no-reread --no-tell-kernel --force -N 4 "$disk"
if ! has 6; then echo "start=@SECOND_SECTOR@, size=@ROOT_SECTORS@, type=83" | sfdisk --quiet --no-reread --no-tell-kernel --force --append "$disk"; fi
if ! has 7; then echo "start=@STATE_SECTOR@, type=83" | sfdisk --quiet --no-reread --no-tell-kernel --force --append "$disk"; fi
# Not "--update", which takes all others away for a moment, and what is mounted from them with them.
for new in 6 7; do
    if [ ! -e "${disk}p$new" ]; then partx --add --nr "$new" "$disk"; fi
done
