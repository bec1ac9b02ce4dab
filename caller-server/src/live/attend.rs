//! What somebody at the office wants of a device: passed on to it, and what came of it passed back.

use std::collections::BTreeMap;

use protocol::{
    FromServer,
    attend::{Attend, Attended},
};
use tokio::sync::oneshot;

use super::FanOut;
use crate::announce::{Input, Trial};

/// Why a device can't be attended to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotAttended {
    /// There is none of this name.
    Unknown,
    /// It is not connected, or reads nothing.
    Away,
    /// Its program does not know how.
    Old,
}

/// Somebody wants something of a device.
#[derive(Debug)]
pub struct Attending {
    /// The device's name.
    pub device: String,
    /// What.
    pub what: Attend,
    /// Where the answer goes; nobody there = nobody waits any more.
    pub reply: oneshot::Sender<Result<Attended, NotAttended>>,
}

/// Those who wait for an answer of a device.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    serial: u64,
    by_key: BTreeMap<String, Attending>,
}

impl FanOut {
    pub(super) fn attend(&mut self, attending: Attending) {
        self.attending.by_key.retain(|_, waiting| !waiting.reply.is_closed());
        let Attending { device, what, .. } = &attending;
        let (device, what) = (device.clone(), *what);
        self.attending.serial += 1;
        let key = format!("a{}", self.attending.serial);
        let passed_on = self.hall.watch.may_attend(&device).and_then(|()| {
            let said = self.tell(&device, &FromServer::Attend { key: key.clone(), what });
            if said { Ok(()) } else { Err(NotAttended::Away) }
        });
        if let Err(why) = passed_on {
            // Who asked may be gone.
            let _ = attending.reply.send(Err(why));
            return;
        }
        self.attending.by_key.insert(key, attending);
    }

    /// A device says what came of it. Its voice is heard only when it agreed: while a call stands a test would mislead people.
    pub(super) fn attended(&mut self, name: &str, key: &str, attended: Attended) {
        if self.attending.by_key.get(key).is_none_or(|waiting| waiting.device != name) {
            return;
        }
        if let Some(waiting) = self.attending.by_key.remove(key) {
            let name = waiting.device.clone();
            match waiting.what {
                Attend::Identify if attended.done => self.announcer(Input::Trial { name, trial: Trial::Chime }),
                Attend::Test if attended.done => self.announcer(Input::Trial { name, trial: Trial::Call }),
                Attend::Identify | Attend::Test | Attend::Restart | Attend::Log => {}
            }
            // Who asked may be gone.
            let _ = waiting.reply.send(Ok(attended));
        }
    }
}
