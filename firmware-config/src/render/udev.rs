//! Who may open which device file, and names that stay.

use super::{Lines, Rendered};
use crate::{
    Plan, Role, dispenser::BackEnd, display::PanelBackEnd, image::layout::part_uuid, scanner::ScannerInput,
    update::Slot,
};

pub(super) fn render(plan: &Plan, rendered: &mut Rendered) {
    let mut rules = Lines::new(plan, "#");
    match &plan.profile.role {
        Role::Dispenser(dispenser) => {
            printer(dispenser, &mut rules);
            if matches!(dispenser.scanner.input, ScannerInput::Keyboard(_)) {
                // The dispenser takes the reader for itself.
                rules.add("SUBSYSTEM==\"input\", KERNEL==\"event*\", ENV{ID_INPUT_KEYBOARD}==\"1\", GROUP=\"input\", MODE=\"0660\"");
            }
            if !dispenser.gpio.is_empty() {
                rules.add("SUBSYSTEM==\"gpio\", KERNEL==\"gpiochip*\", GROUP=\"gpio\", MODE=\"0660\"");
                rules.add("KERNEL==\"gpiomem*\", GROUP=\"gpio\", MODE=\"0660\"");
            }
        }
        Role::Display(display) => {
            if display.panel.back_end == PanelBackEnd::Max7219 {
                rules.add("SUBSYSTEM==\"spidev\", GROUP=\"spi\", MODE=\"0660\"");
            }
        }
        Role::Speaker(_) => {}
    }
    if plan.profile.serial_lines().next().is_some() {
        rules.add("SUBSYSTEM==\"tty\", KERNEL==\"ttyUSB*|ttyACM*|ttyAMA*|ttyS*\", GROUP=\"dialout\", MODE=\"0660\"");
    }
    if plan.has_uart() && plan.profile.machine.board.is_pi() {
        // On every board, because Bluetooth is switched off where it has this one. Debian makes no such link by itself.
        rules.add("SUBSYSTEM==\"tty\", KERNEL==\"ttyAMA0\", SYMLINK+=\"serial0\"");
    }
    if plan.page().is_some() {
        // A keyboard on a kiosk must not restart or switch off the machine.
        rules.add("SUBSYSTEM==\"input\", KERNEL==\"event*\", ENV{ID_INPUT_KEY}==\"1\", TAG-=\"power-switch\"");
    }
    if plan.profile.machine.board.is_pi() {
        boot_partitions(&mut rules);
    }
    rendered.plain("etc/udev/rules.d/70-yihao.rules", &rules);
}

/// The boot partition of the slot that runs. The word is imported by a rule of its own: within one, udev looks at `ENV` before it imports.
fn boot_partitions(rules: &mut Lines) {
    rules.add("SUBSYSTEM==\"block\", IMPORT{cmdline}=\"rauc.slot\"");
    for slot in [Slot::A, Slot::B] {
        let partition = part_uuid(slot.boot_partition());
        rules.add(format!(
            "SUBSYSTEM==\"block\", ENV{{ID_PART_ENTRY_UUID}}==\"{partition}\", ENV{{rauc.slot}}==\"{slot}\", \
             SYMLINK+=\"yihao/boot\""
        ));
    }
}

fn printer(dispenser: &crate::Dispenser, rules: &mut Lines) {
    let printer = &dispenser.printer;
    if !matches!(printer.back_end, BackEnd::Auto | BackEnd::Usb | BackEnd::UsbFile) {
        return;
    }
    rules.add("SUBSYSTEM==\"usbmisc\", KERNEL==\"lp[0-9]*\", GROUP=\"lp\", MODE=\"0660\", SYMLINK+=\"yihao/printer\"");
    let which = printer.usb_id.map_or_else(
        // Interface class 7: printers (USB.org, defined class codes).
        || "ENV{ID_USB_INTERFACES}==\"*:07*\"".to_owned(),
        |(vendor, product)| format!("ATTR{{idVendor}}==\"{vendor:04x}\", ATTR{{idProduct}}==\"{product:04x}\""),
    );
    let printers = format!("SUBSYSTEM==\"usb\", ENV{{DEVTYPE}}==\"usb_device\", {which}");
    rules.add(format!("{printers}, GROUP=\"lp\", MODE=\"0660\""));
    // A printer that sleeps wakes up too late for the first slip.
    rules.add(format!("{printers}, ATTR{{power/control}}=\"on\""));
}
