# What ./test and ./demo need, and how they get it. Sourced by both; expects the top of the tree as working directory.
# shellcheck shell=bash

say() { printf '%s\n' "$*"; }

as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi; }

# need_program NAME WHY: what no script of ours installs.
need_program() {
    command -v "$1" >/dev/null && return
    say "Missing: $1 ($2). Install it and start again." >&2
    exit 1
}

# need_toolchains: Rust with its formatter and linter, Node 20 or newer.
need_toolchains() {
    need_program cargo "the programs are written in Rust; rust-version stands in Cargo.toml"
    need_program node "the screens are built with Node 20 or newer"
    need_program npm "the libraries of the screens come through npm"
    local major
    major=$(node -p 'process.versions.node.split(".")[0]')
    if [ "$major" -lt 20 ]; then
        say "Node $(node -v) is too old: the screens are built with Node 20 or newer." >&2
        exit 1
    fi
}

# need_apt PACKAGE WHY …: Debian packages, in pairs; only what is missing is installed.
need_apt() {
    local missing=()
    while [ $# -gt 0 ]; do
        if ! dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q 'ok installed'; then
            say "Missing: $1 ($2)"
            missing+=("$1")
        fi
        shift 2
    done
    [ ${#missing[@]} -eq 0 ] && return
    say "Installing ${missing[*]} with apt-get"
    as_root apt-get update -q
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"
}

# need_architecture ARCH WHY: packages of another architecture.
need_architecture() {
    dpkg --print-foreign-architectures | grep -qx "$1" && return
    say "Missing: the architecture $1 in dpkg ($2)"
    as_root dpkg --add-architecture "$1"
}

# depended_on PACKAGE PATTERN: the packages with such names on which it depends.
depended_on() { apt-cache depends --important "$1" | sed -n "s/^ *Depends: \($2\)\$/\1/p"; }

# need_backports: newer versions of some packages, taken only by those who ask for them.
need_backports() {
    apt-cache policy | grep -q 'n=bookworm-backports' && return
    say "Missing: the source bookworm-backports (newer versions, only where they are asked for)"
    say "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian bookworm-backports main" |
        as_root tee /etc/apt/sources.list.d/bookworm-backports.list >/dev/null
    as_root apt-get update -q
}

# need_npm FOLDER: the libraries that its package-lock.json names, when they are not there or others.
need_npm() {
    [ "$1/node_modules/.package-lock.json" -nt "$1/package-lock.json" ] && return
    say "Installing the npm packages of $1"
    (cd "$1" && npm ci --no-audit --no-fund)
}

# need_interpreter: reads a printer's bytes back into a picture; used by tests/interpret.py, which says why it is installed like this.
need_interpreter() {
    local into=target/interpreter
    [ -d "$into/emupos-0.4.0.dist-info" ] && [ -d "$into/segno" ] && return
    say "Installing emupos (reads a printer's bytes back into a picture) into $into"
    rm -rf "$into"
    python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --target "$into" --no-deps --ignore-requires-python \
        "emupos==0.4.0" "pillow==13.0.0" "segno==1.6.6" "python-barcode==0.16.1"
}

# need_udevadm: Debian 12's udevadm can't verify rules, the one of its backports can. Only unpacked: the system keeps its own.
need_udevadm() {
    local into=target/udev apt="$PWD/target/udev/apt" packages=(udev libsystemd-shared)
    udevadm verify --help >/dev/null 2>&1 && return
    [ -x "$into/bin/udevadm" ] && return
    say "Missing: udevadm verify (the rules that are rendered for a device). Unpacking it from bookworm-backports into $into"
    rm -rf "$into"
    mkdir -p "$apt/lists/partial" "$apt/archives/partial"
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian bookworm-backports main" >"$apt/sources.list"
    local options=(-q -o "Dir::Etc::SourceList=$apt/sources.list" -o Dir::Etc::SourceParts=/dev/null -o "Dir::State::Lists=$apt/lists" -o "Dir::Cache=$apt")
    if apt-get "${options[@]}" update && (cd "$apt" && apt-get "${options[@]}" download "${packages[@]}"); then
        for package in "$apt"/*.deb; do dpkg-deb -x "$package" "$into"; done
        rm -rf "$apt"
    else
        say "It can't be had from here: the rules for udev are not verified."
    fi
}

# need_foreign_programs: the kernel hands programs for arm64 to qemu-user-static. A machine without systemd mounts that list by itself.
need_foreign_programs() {
    local list=/proc/sys/fs/binfmt_misc
    [ -e "$list/qemu-aarch64" ] && return
    [ -e "$list/status" ] || as_root mount -t binfmt_misc binfmt_misc "$list"
    as_root update-binfmts --enable qemu-aarch64 || as_root update-binfmts --import qemu-aarch64
}

# need_cargo_deny: checks licences, sources and advisories of the crates.
need_cargo_deny() {
    cargo deny --version >/dev/null 2>&1 && return
    say "Missing: cargo-deny (checks the licences of the crates). Building it takes some minutes, once"
    cargo install cargo-deny --locked --version "^0.20"
}

# need_cargo_fuzz: builds readers with coverage counters and feeds them arbitrary bytes.
need_cargo_fuzz() {
    cargo fuzz --version >/dev/null 2>&1 && return
    say "Missing: cargo-fuzz (arbitrary bytes for every reader). Building it takes a minute or two, once"
    cargo install cargo-fuzz --locked --version "^0.13"
}

# build_web: the screens, when they are older than their sources. They end up inside the programs.
build_web() {
    local web=caller-server/web built=caller-server/web/node_modules/.built
    if [ -f "$web/dist/index.html" ] && [ -f "$built" ] && [ -z "$(newer_than "$built" "$web")" ]; then
        return
    fi
    say "Building the screens"
    (cd "$web" && npm run build) && touch "$built"
}

# newer_than STAMP FOLDER: one source that was changed after the stamp.
newer_than() { find "$2" -newer "$1" -type f -not -path '*/node_modules/*' -not -path '*/dist/*' -print -quit; }

# build_programs: every program of the workspace, with the one profile and the features that the packages want of each other, so that nothing is built twice.
build_programs() {
    say "Building the programs"
    cargo build --release --workspace --bins
}

# build_voice: the first numbers of a day and the windows that speak in the demonstration, at once; the rest beside it, when
# nothing else wants the processor. docs/VOICE.md says how long it takes and how to make all of it.
VOICE=target/voice/pack
build_voice() {
    local pack=window-display/scripts/voice-pack
    if ! "$pack" build --windows 1,5,11 --numbers 1-5; then
        say "The displays chime without a voice. 没有语音，只播放提示音。" >&2
        return
    fi
    say "More of the voice is being made beside it: target/voice/build.log 其余语音在后台生成"
    # It ends with the demonstration, and goes on where it was at the next.
    nice -n 19 chrt --idle 0 setpriv --pdeathsig TERM "$pack" build --kiosk >target/voice/build.log 2>&1 &
}
