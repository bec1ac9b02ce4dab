//! Requests over HTTP: lost, late, doubled, and tried again under the same key until there is an answer.

use caller_server::answers::Outcome;
use hall::words::Actor;
use protocol::{FromServer, Order};

use crate::act::{Act, WishId};
use crate::net::{End, Place};
use crate::stage::Stage;
use crate::witness::passes;

/// So often a wish is sent before the one who wished gives up.
const TRIES_MAX: u32 = 8;

/// What somebody wants.
#[derive(Debug, Clone)]
pub struct Wish {
    /// Who.
    pub by: Actor,
    /// Names it.
    pub key: String,
    /// What.
    pub order: Order,
    /// The clerk who waits for the answer.
    pub clerk: Option<usize>,
    tries: u32,
    is_answered: bool,
}

/// All wishes.
#[derive(Debug, Default)]
pub struct Wishes(Vec<Wish>);

/// What came of a wish for the one who wished.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Came {
    /// The first answer.
    Answer(Outcome),
    /// Nothing: nobody knows whether it was done.
    Nothing,
}

impl Wishes {
    /// Somebody wants something.
    pub fn add(&mut self, stage: &mut Stage, by: Actor, order: Order, clerk: Option<usize>) -> WishId {
        let key = stage.name("w");
        self.0.push(Wish { by, key, order, clerk, tries: 0, is_answered: false });
        stage.after(1, Act::Send(self.0.len() - 1));
        self.0.len() - 1
    }

    /// A wish.
    pub fn get(&self, id: WishId) -> &Wish {
        &self.0[id]
    }

    /// Sends a wish and plans the next try; says when it is given up.
    pub fn send(&mut self, stage: &mut Stage, id: WishId) -> Option<Came> {
        let wish = &mut self.0[id];
        if wish.is_answered {
            return None;
        }
        if wish.tries == TRIES_MAX {
            return Some(Came::Nothing);
        }
        wish.tries += 1;
        let ms = stage.between(1_500, 3_500);
        stage.after(ms, Act::Send(id));
        if !wish.is_cut(stage, End::Server) && !stage.percent(3) {
            let ms = stage.latency();
            stage.after(ms, Act::Request(id));
        }
        if stage.percent(6) {
            // A double click, or a copy that was on its way for long.
            let ms = if stage.percent(30) { stage.between(1_000, 20_000) } else { stage.latency() };
            stage.after(ms, Act::Request(id));
        }
        None
    }

    /// An answer is on its way to the one who wished; the first one that is final comes back.
    pub fn answered(&mut self, stage: &mut Stage, id: WishId, outcome: Outcome) -> Option<Came> {
        let wish = &mut self.0[id];
        if wish.is_cut(stage, End::Client) || stage.percent(3) {
            return None;
        }
        stage.note(|| format!("answer   {:?} {} to {:?}", wish.by, said(&outcome), wish.order));
        stage.witness.answered(id, &wish.by, &wish.key, &outcome);
        let is_final = outcome.as_ref().map_or_else(|refused| !passes(&refused.code), |_| true);
        if wish.is_answered || !is_final {
            return None;
        }
        wish.is_answered = true;
        Some(Came::Answer(outcome))
    }
}

impl Wish {
    fn is_cut(&self, stage: &Stage, to: End) -> bool {
        self.clerk.is_some_and(|clerk| stage.net.is_cut(Place::Console(clerk), to))
    }
}

fn said(outcome: &Outcome) -> String {
    match outcome {
        Ok(answer) => {
            serde_json::to_string(&FromServer::Answer { key: String::new(), answer: answer.as_ref().clone() })
                .unwrap_or_default()
        }
        Err(refused) => refused.code.clone(),
    }
}
