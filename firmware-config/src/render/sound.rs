//! Which card plays, and how loud it is set when the machine starts.

use super::{
    Lines, Rendered,
    service::{CLOSED, FORGONE},
};
use crate::{
    Plan,
    machine::{Board, Card},
};

const UNIT: &str = "yihao-mixer.service";

pub(super) fn render(plan: &Plan, rendered: &mut Rendered) {
    let sound = &plan.profile.machine.sound;
    let Some(card) = card(plan) else { return };
    let mut alsa = Lines::new(plan, "#");
    alsa.add("pcm.!default {").add("    type plug").add("    slave.pcm \"yihao\"").add("}");
    // Chime and voice may overlap with what the browser plays: they are mixed.
    alsa.all(&[
        "pcm.yihao {",
        "    type dmix",
        "    ipc_key 20180423",
        "    ipc_perm 0660",
        "    ipc_gid audio",
        "    slave {",
    ]);
    alsa.add(format!("        pcm \"hw:{card},0\""));
    alsa.all(&["        rate 48000", "        channels 2", "        period_size 1024", "        buffer_size 8192"]);
    alsa.all(&["    }", "}", "ctl.!default {", "    type hw"]).add(format!("    card {card}")).add("}");
    rendered.plain("etc/asound.conf", &alsa);
    if let Some(control) = &sound.control {
        rendered.plain(format!("etc/systemd/system/{UNIT}"), &mixer(plan, card, control, sound.level_percent));
        rendered.enable(UNIT, "multi-user.target");
    }
}

/// The card's id, as its driver gives it.
fn card(plan: &Plan) -> Option<&str> {
    let is_two = matches!(plan.profile.machine.board, Board::Pi4 | Board::Pi5);
    Some(match &plan.profile.machine.sound.card {
        Card::None => return None,
        Card::Headphones => "Headphones",
        Card::Hdmi if is_two => "vc4hdmi0",
        Card::Hdmi => "vc4hdmi",
        Card::HifiberryDac => "sndrpihifiberry",
        Card::Max98357a => "MAX98357A",
        Card::Usb(name) => name,
    })
}

fn mixer(plan: &Plan, card: &str, control: &str, percent: u32) -> Lines {
    let mut lines = Lines::new(plan, "#");
    lines.all(&["[Unit]", "Description=Yihao sound level 音量", "After=sound.target"]);
    lines.add(format!("Before={}.service", plan.service()));
    lines.all(&["", "[Service]", "Type=oneshot", "RemainAfterExit=yes"]);
    lines.add(format!("ExecStart=/usr/bin/amixer -q -c {card} sset '{control}' {percent}%% unmute"));
    // A card on USB may come a little later.
    lines.all(&["Restart=on-failure", "RestartSec=2", "User=yihao", "Group=yihao", "SupplementaryGroups=audio"]);
    lines.all(&FORGONE).all(&CLOSED);
    lines.all(&[
        "PrivateNetwork=yes",
        "RestrictAddressFamilies=AF_UNIX",
        "IPAddressDeny=any",
        "ProcSubset=pid",
        "DevicePolicy=closed",
        "DeviceAllow=char-alsa rw",
        "",
        "[Install]",
        "WantedBy=multi-user.target",
    ]);
    lines
}
