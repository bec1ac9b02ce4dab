//! What the firmware and the kernel of a Raspberry Pi are told: `config.txt` and `cmdline.txt`.

use super::{COMMAND_LINE, File, Lines, Rendered};
use crate::{
    Plan, Role,
    display::PanelBackEnd,
    gpio::{Gpio, Level, Pull},
    image::layout::slot_words,
    machine::{Board, Card},
    update::Slot,
};

pub(super) fn render(plan: &Plan, rendered: &mut Rendered) {
    if !plan.profile.machine.board.is_pi() {
        return;
    }
    let mut config = Lines::new(plan, "#");
    config.all(&["arm_64bit=1", "kernel=vmlinuz", "initramfs initrd.img followkernel", "disable_splash=1"]);
    watchdog(plan, &mut config);
    bus(plan, &mut config);
    uart(plan, &mut config);
    picture_and_sound(plan, &mut config);
    if let Role::Dispenser(dispenser) = &plan.profile.role {
        pins(&dispenser.gpio, &mut config);
    }
    rendered.plain("boot/firmware/config.txt", &config);
    rendered.add(COMMAND_LINE, File::Plain(format!("{}\n", command_line(plan))));
}

fn watchdog(plan: &Plan, config: &mut Lines) {
    if plan.profile.machine.watchdog_s > 0 {
        config.add("dtparam=watchdog=on");
    }
}

/// The SPI bus of a chain of LED modules. Bus 0 is a parameter, the others are overlays with as many selects as are needed.
fn bus(plan: &Plan, config: &mut Lines) {
    let Role::Display(display) = &plan.profile.role else { return };
    if display.panel.back_end != PanelBackEnd::Max7219 {
        return;
    }
    let max7219 = &display.panel.max7219;
    match (max7219.spi_bus, max7219.spi_select) {
        (0, _) => config.add("dtparam=spi=on"),
        (bus, select) => config.add(format!("dtoverlay=spi{bus}-{}cs", select + 1)),
    };
}

/// The good UART goes to the header, and Bluetooth off.
fn uart(plan: &Plan, config: &mut Lines) {
    if !plan.has_uart() {
        return;
    }
    match plan.profile.machine.board {
        Board::Pi5 => config.add("dtparam=uart0=on"),
        board if board.bluetooth_has_uart() => config.all(&["enable_uart=1", "dtoverlay=disable-bt"]),
        _ => config.add("enable_uart=1"),
    };
}

fn picture_and_sound(plan: &Plan, config: &mut Lines) {
    let card = &plan.profile.machine.sound.card;
    if plan.page().is_some() || *card == Card::Hdmi {
        let no_audio = if *card == Card::Hdmi { "" } else { ",noaudio" };
        config.add(format!("dtoverlay=vc4-kms-v3d{no_audio}")).add("max_framebuffers=2");
    }
    match card {
        Card::Headphones => config.add("dtparam=audio=on"),
        Card::HifiberryDac => config.add("dtparam=audio=off").add("dtoverlay=hifiberry-dac"),
        // Without it the amplifier would take pin 4, too.
        Card::Max98357a => config.add("dtparam=audio=off").add("dtoverlay=max98357a,no-sdmode"),
        Card::None | Card::Hdmi | Card::Usb(_) => config.add("dtparam=audio=off"),
    };
}

/// Pulls and the lamp's dark level from the first moment on, before any program runs.
fn pins(gpio: &Gpio, config: &mut Lines) {
    let inputs = gpio.buttons.iter().map(|(_, input)| input).chain(gpio.paper.as_ref().map(|(_, input)| input));
    for input in inputs {
        let pull = match input.pull {
            Pull::Up => "pu",
            Pull::Down => "pd",
            Pull::Off => "pn",
        };
        config.add(format!("gpio={}=ip,{pull}", input.pin));
    }
    if let Some(lamp) = gpio.lamp {
        let dark = if lamp.active == Level::High { "dl" } else { "dh" };
        config.add(format!("gpio={}=op,{dark}", lamp.pin));
    }
}

/// For the first slot; an update writes its own slot's words.
fn command_line(plan: &Plan) -> String {
    let machine = &plan.profile.machine;
    let mut words = vec!["console=tty1".to_owned(), slot_words(Slot::A), "rootfstype=ext4".into()];
    words.push(if machine.read_only { "ro".into() } else { "rw".into() });
    words.extend(["fsck.repair=yes", "rootwait", "panic=10"].map(String::from));
    if plan.page().is_some() {
        words.extend(["quiet", "consoleblank=0", "vt.global_cursor_default=0"].map(String::from));
    }
    if let Some(wifi) = &machine.network.wifi {
        words.push(format!("cfg80211.ieee80211_regdom={}", wifi.country));
    }
    words.join(" ")
}
