//! Slow work, each in a thread of its own: flushing, printing, reading the terminal.

use std::{io, sync::mpsc as blocking, thread};

use protocol::kiosk::KioskPress;
use tokio::sync::{mpsc, oneshot};
use tracing::error;

use crate::{
    dispenser::{Input, Record, Slip},
    kiosk::Touch,
    outbox::Outbox,
    paper::Paper,
};

/// Makes records durable; what has gathered while one flush ran goes into the next.
pub(super) fn store(mut outbox: Outbox, tell: mpsc::UnboundedSender<Input>) -> blocking::Sender<(u64, Record)> {
    let (store, records) = blocking::channel::<(u64, Record)>();
    thread::spawn(move || {
        while let Ok(first) = records.recv() {
            let (ids, batch): (Vec<u64>, Vec<Record>) = std::iter::once(first).chain(records.try_iter()).unzip();
            let stored = outbox.append(&batch).inspect_err(|why| error!(%why, "can't record")).is_ok();
            for id in ids {
                // When the shell is gone, nobody prints what is stored now.
                let _ = tell.send(if stored { Input::Stored { id } } else { Input::StoreFailed { id } });
            }
        }
    });
    store
}

/// Prints slips, one after another.
pub(super) fn print(mut paper: Paper, tell: mpsc::UnboundedSender<Input>) -> blocking::Sender<Slip> {
    let (print, slips) = blocking::channel::<Slip>();
    thread::spawn(move || {
        while let Ok(slip) = slips.recv() {
            let printed = paper.print(&slip).inspect_err(|why| error!(%why, number = slip.number, "can't print"));
            // When the shell is gone, the next start says that this number is in doubt.
            let _ = tell.send(Input::Printed { key: slip.key, whole: printed.is_ok() });
        }
    });
    print
}

/// Enter on the terminal is a press; `r` and Enter prints again what may not have been printed.
pub(super) fn read_enter(touches: mpsc::Sender<Touch>, press: KioskPress) {
    thread::spawn(move || {
        for line in io::stdin().lines().map_while(Result::ok) {
            let (answer, _) = oneshot::channel();
            let touch = if line.trim() == "r" { Touch::Reprint(answer) } else { Touch::Press(press.clone(), answer) };
            if touches.blocking_send(touch).is_err() {
                return;
            }
        }
    });
}
