//! Slow work: flushing, printing, reading the terminal, each in a thread of its own. In a simulated world flushing and
//! printing are done where they are asked for.

use std::{
    io,
    sync::mpsc::{self as blocking, RecvTimeoutError},
    thread,
    time::Duration,
};

use firmware_config::{Gpio, gpio::PaperSays};
use protocol::{
    kiosk::{KioskPress, KioskScan, ScanText},
    order::{Lane, Language},
};
use tokio::sync::{mpsc, oneshot, watch};
use tracing::{error, info, warn};

use super::world::Work;
use crate::{
    dispenser::{Input, PrinterStatus, Record, Slip},
    gpio::{self, Bank, Happened, lamp::Signal},
    kiosk::Touch,
    outbox::Outbox,
    paper::Printer,
};

/// How often a printer is asked how it is while nothing is printed: what it says is what a press is answered by.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// No work of its own when nothing is asked for.
const NEVER: Duration = Duration::from_secs(u32::MAX as u64);

/// Somebody who does one kind of work.
pub(super) enum Worker<Job> {
    Thread(blocking::Sender<Job>),
    Here(Box<dyn FnMut(Vec<Job>)>),
}

impl<Job: Send + 'static> Worker<Job> {
    /// Jobs that have gathered while others were done are done together. A thread also performs nothing, at once and then
    /// whenever it was `idle` for so long.
    fn start(work: Work, idle: Duration, mut perform: impl FnMut(Vec<Job>) + Send + 'static) -> Self {
        if work == Work::InPlace {
            return Self::Here(Box::new(perform));
        }
        let (ask, jobs) = blocking::channel::<Job>();
        thread::spawn(move || {
            perform(Vec::new());
            loop {
                match jobs.recv_timeout(idle) {
                    Ok(first) => perform(std::iter::once(first).chain(jobs.try_iter()).collect()),
                    Err(RecvTimeoutError::Timeout) => perform(Vec::new()),
                    Err(RecvTimeoutError::Disconnected) => return,
                }
            }
        });
        Self::Thread(ask)
    }

    /// Asks for a job; `false` when its thread is gone.
    pub fn ask(&mut self, job: Job) -> bool {
        match self {
            Self::Thread(ask) => ask.send(job).is_ok(),
            Self::Here(perform) => {
                perform(vec![job]);
                true
            }
        }
    }
}

/// Makes records durable.
pub(super) fn store(work: Work, mut outbox: Outbox, tell: mpsc::UnboundedSender<Input>) -> Worker<(u64, Record)> {
    Worker::start(work, NEVER, move |jobs: Vec<(u64, Record)>| {
        if jobs.is_empty() {
            return;
        }
        let (ids, batch): (Vec<u64>, Vec<Record>) = jobs.into_iter().unzip();
        let stored = outbox.append(&batch).inspect_err(|why| error!(%why, "can't record")).is_ok();
        for id in ids {
            // When the shell is gone, nobody prints what is stored now.
            let _ = tell.send(if stored { Input::Stored { id } } else { Input::StoreFailed { id } });
        }
    })
}

/// Prints slips, one after another, and in between says how the printer is.
pub(super) fn print(work: Work, mut printer: Box<dyn Printer>, tell: mpsc::UnboundedSender<Input>) -> Worker<Slip> {
    let mut said = Said { status: printer.status(), tell };
    Worker::start(work, LOOK_EVERY, move |slips: Vec<Slip>| {
        if slips.is_empty() {
            let looked = printer.look();
            said.say(printer.status(), looked.err().map(|why| why.to_string()));
        }
        for slip in slips {
            let printed = printer.print(&slip).inspect_err(|why| error!(%why, number = slip.number, "can't print"));
            // First how the printer is: that says whether the slip can be printed again at once.
            said.say(printer.status(), None);
            // When the shell is gone, the next start says that this number is in doubt.
            let _ = said.tell.send(Input::Printed { key: slip.key, whole: printed.is_ok() });
        }
    })
}

/// What was said of the printer last.
struct Said {
    status: PrinterStatus,
    tell: mpsc::UnboundedSender<Input>,
}

impl Said {
    /// Says what is new.
    fn say(&mut self, status: PrinterStatus, why: Option<String>) {
        if status == self.status {
            return;
        }
        self.status = status;
        match why {
            Some(why) => warn!(?status, why, "printer"),
            None => info!(?status, "printer"),
        }
        // When the shell is gone, nobody prints.
        let _ = self.tell.send(Input::Printer(status));
    }
}

/// Buttons, lamp and paper sensor.
pub(super) fn watch_pins(
    gpio: Gpio,
    bank: Box<dyn Bank>,
    lane: Lane,
    signal: watch::Receiver<Signal>,
    touches: mpsc::Sender<Touch>,
    tell: mpsc::UnboundedSender<Input>,
) {
    thread::spawn(move || {
        gpio::run(&gpio, bank, &signal, |happened| {
            let (answer, _) = oneshot::channel();
            match happened {
                Happened::Press(class, language) => {
                    let press = KioskPress { lane, class, language };
                    touches.blocking_send(Touch::Press(press, answer)).is_ok()
                }
                Happened::Help => touches.blocking_send(Touch::Help(true, answer)).is_ok(),
                Happened::Paper(says, active) => tell.send(Input::Sensor(paper(says, active))).is_ok(),
                Happened::Failed => true,
            }
        });
    });
}

fn paper(says: PaperSays, active: bool) -> PrinterStatus {
    match says {
        _ if !active => PrinterStatus::Ready,
        PaperSays::Low => PrinterStatus::PaperLow,
        PaperSays::Out => PrinterStatus::PaperOut,
    }
}

/// A card or code that a wired reader read; `false` when the shell is gone.
pub(super) fn pass_scan(touches: &mpsc::Sender<Touch>, text: ScanText) -> bool {
    let (answer, _) = oneshot::channel();
    touches.blocking_send(Touch::Scan(KioskScan { text, language: Language::Zh }, answer)).is_ok()
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
