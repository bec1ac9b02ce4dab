//! Between the machine and the world: brings it what happens, does what it says.

use std::{sync::Arc, time::Duration};

use firmware_config::{health::Physician, program::Recent};
use protocol::{
    FromClient, FromServer, Refused, Text, View,
    kiosk::{KioskPress, KioskScan, KioskState},
    link::LinkEvent,
    order::{Class, Lane},
};
use tokio::{
    sync::{mpsc, watch},
    time,
};
use tracing::{error, info, warn};

use super::{attend::Attending, clock::HallClock, threads::Worker};
use crate::{
    dispenser::{Dispenser, Input, Output, PrintOrder, Record, Slip, Timer, Wish},
    gpio::lamp::Signal,
    kiosk::Touch,
    scanner,
    slip::Form,
    visitor::VisitorKeys,
};

/// The machine and everything that it acts upon.
pub(super) struct Hands {
    pub machine: Dispenser,
    pub clock: HallClock,
    /// Makes names that nobody can guess.
    pub name: Box<dyn FnMut() -> String>,
    pub say: mpsc::Sender<FromClient>,
    pub store: Worker<(u64, Record)>,
    pub print: Worker<Slip>,
    pub form: Form,
    pub shown: watch::Sender<Arc<str>>,
    pub lamp: watch::Sender<Signal>,
    pub cards: Cards,
    pub attending: Attending,
    /// The last lines of the log.
    pub recent: Recent,
    /// Where threads and timers put what happens.
    pub tell: mpsc::UnboundedSender<Input>,
    /// The queue to the server was full, so the machine thinks that the link is down; it is told when the server speaks.
    pub clogged: bool,
}

/// What is made of a card.
pub(super) struct Cards {
    /// `None` = no card is taken.
    pub keys: Option<VisitorKeys>,
    /// What the hall's own codes begin with.
    pub code_prefix: String,
    /// The queue that a card stands for.
    pub lane: Lane,
}

impl Hands {
    /// Something happened.
    pub fn feed(&mut self, input: Input) {
        let mut inputs = vec![input];
        while let Some(input) = inputs.pop() {
            for output in self.machine.handle(input) {
                if !self.act(output) {
                    // The server has not listened for long.
                    self.clogged = true;
                    inputs.push(Input::LinkDown);
                }
            }
        }
    }

    /// Something happened on the link.
    pub fn heard(&mut self, event: LinkEvent) {
        match event {
            LinkEvent::Up { now_ms, .. } => self.up(now_ms),
            LinkEvent::Down { why } => {
                warn!(%why, "cut off");
                self.clogged = false;
                self.feed(if why.is_revoked() { Input::Revoked } else { Input::LinkDown });
            }
            LinkEvent::Message(message) => {
                if std::mem::take(&mut self.clogged) {
                    self.feed(Input::LinkUp);
                }
                self.message(message);
            }
        }
    }

    /// Somebody did something at the kiosk.
    pub fn touched(&mut self, touch: Touch) {
        let (input, answer) = match touch {
            Touch::Press(press, answer) => (Input::Pressed(self.wish(press)), answer),
            Touch::Scan(scan, answer) => (self.scanned(scan), answer),
            Touch::Help(wanted, answer) => (if wanted { Input::Help } else { Input::HelpEnded }, answer),
            Touch::Reprint(answer) => (Input::Reprint, answer),
        };
        self.feed(input);
        // A page that is gone needs no answer.
        let _ = answer.send(self.machine.kiosk());
    }

    fn wish(&mut self, press: KioskPress) -> Wish {
        Wish { press, at_ms: self.clock.now_ms(), key: (self.name)(), token: (self.name)() }
    }

    /// What was read ends here: from now on there is only a key. Without a business day there are no numbers, so any key does.
    fn scanned(&mut self, KioskScan { text, language }: KioskScan) -> Input {
        let Some(keys) = &self.cards.keys else { return Input::Unreadable(no_cards()) };
        match scanner::parse(&text.0, &self.cards.code_prefix) {
            Ok(scan) => {
                let visitor = keys.key(self.machine.day().unwrap_or_default(), &scan);
                let press = KioskPress { lane: self.cards.lane, class: Class::Normal, language };
                Input::Scanned { visitor, wish: self.wish(press) }
            }
            Err(why) => {
                warn!(%why, "something was read that stands for nobody");
                Input::Unreadable(why.text())
            }
        }
    }

    /// Tells the server how this machine is, when it listens.
    pub fn tell_health(&self, physician: Option<&Physician>) {
        if let Some(physician) = physician.filter(|_| self.machine.is_online()) {
            // It is told again soon.
            let _ = self.say.try_send(FromClient::Health { health: physician.look() });
        }
    }

    /// Time went by.
    pub fn look_at_calendar(&mut self) {
        self.feed(Input::Today(self.clock.today()));
    }

    fn up(&mut self, now_ms: u64) {
        info!("connected");
        self.clogged = false;
        self.clock.set(now_ms);
        self.feed(Input::LinkUp);
    }

    fn message(&mut self, message: FromServer) {
        match message {
            FromServer::View { now_ms, view: View::Dispenser(view), .. } => {
                self.clock.set(now_ms);
                self.look_at_calendar();
                self.feed(Input::View(view));
                // What the machine made durable; without a change this compares words.
                if let Some(facts) = self.machine.hall() {
                    self.form.take(facts);
                }
            }
            FromServer::Pulse { now_ms } => self.clock.set(now_ms),
            FromServer::Print { key, ticket, class, language } => {
                self.feed(Input::Print(PrintOrder { key, ticket, class, language }));
            }
            FromServer::Attend { key, what } => self.attend(key, what),
            FromServer::PrintedElsewhere { ticket } => self.feed(Input::PrintedElsewhere { ticket }),
            FromServer::Answer { key, answer } => self.feed(Input::Answer { key, answer }),
            FromServer::Refused { key: Some(key), refused } => self.refused(key, refused),
            other => warn!(?other, "the server said something that is not for a dispenser"),
        }
    }

    fn refused(&mut self, key: String, refused: Refused) {
        warn!(key, code = refused.code, why = refused.text.en, "refused");
        self.feed(Input::Refused { key, refused });
    }

    /// Does what the machine says; `false` when the server could not be told.
    fn act(&mut self, output: Output) -> bool {
        match output {
            Output::Send(message) => return self.say.try_send(message).is_ok(),
            Output::Store { id, record } => {
                let sent = self.store.ask((id, record));
                self.or_lost(sent, Input::StoreFailed { id });
            }
            Output::Print(slip) => self.print(slip),
            Output::Show(state) => self.show(&state),
            Output::SetTimer { timer, after_ms } => self.set_timer(timer, after_ms),
        }
        true
    }

    fn print(&mut self, slip: Slip) {
        info!(number = slip.number, offline = slip.offline, reprint = slip.reprint, "print");
        let key = slip.key.clone();
        let sent = self.print.ask(slip);
        self.or_lost(sent, Input::Printed { key, whole: false });
    }

    fn show(&self, state: &KioskState) {
        self.lamp.send_replace(Signal::of(state));
        match serde_json::to_string(state) {
            Ok(json) => drop(self.shown.send_replace(json.into())),
            Err(why) => error!(%why, "can't show the screen"),
        }
    }

    fn set_timer(&self, timer: Timer, after_ms: u64) {
        let tell = self.tell.clone();
        tokio::spawn(async move {
            time::sleep(Duration::from_millis(after_ms)).await;
            // Nobody waits for a timer once the shell is gone.
            let _ = tell.send(Input::Timer(timer));
        });
    }

    /// When a thread is gone, its work has failed.
    fn or_lost(&self, sent: bool, failure: Input) {
        if !sent {
            error!("a thread of the dispenser is gone");
            // The shell holds the other end itself.
            let _ = self.tell.send(failure);
        }
    }
}

fn no_cards() -> Text {
    Text::new("本机不支持刷证，请直接按键取号。", "This machine takes no cards. Please press the button.")
}
