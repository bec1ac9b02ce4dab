//! The first answers, by who asked and under which key: a retry or a double click gets the same again. Holders of slips show no
//! more than a name that anybody may make up: their answers stand in a line of their own, so that strangers push out nobody's.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use hall::words::{Actor, AtMs};
use protocol::{Answer, Refused};
use serde::{Deserialize, Serialize};

/// A retry comes within this time, ms: a dispenser tries again for as long.
pub const KEPT_MS: u64 = 3_600_000;
/// The most answers that are kept; about 15 MB.
pub const KEPT_MAX: usize = 50_000;
/// So many are kept however old they seem: when a wrong clock is put right, an hour may be over in a moment, and somebody
/// who presses again just then must not be served twice. Minutes of a full hall.
pub const KEPT_MIN: usize = 10_000;

/// The most answers to holders of slips that are kept, however old. Giving up twice is giving up once.
pub const CITIZENS_KEPT_MAX: usize = 10_000;

/// What came of an order, for good.
pub type Outcome = Result<Arc<Answer>, Arc<Refused>>;

/// An outcome and what it belongs to.
#[derive(Debug, Clone)]
pub struct Known {
    /// The entry; `None` for a refusal, which is in no journal.
    pub seq: Option<u64>,
    /// Digest of the order; `None` after a restart, because the journal keeps what happened, not what was asked.
    pub digest: Option<u64>,
    /// What was said.
    pub outcome: Outcome,
}

/// Who asked, and under which key.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Name {
    /// Who.
    pub by: Actor,
    /// Under which key.
    pub key: String,
}

/// The first answers of late.
#[derive(Debug, Default)]
pub struct Answers {
    by_name: HashMap<Arc<Name>, Known>,
    staff: Line,
    citizens: Line,
}

/// Names in the order in which they came, oldest first.
type Line = VecDeque<(AtMs, Arc<Name>)>;

/// An answer as a snapshot keeps it.
#[derive(Debug, Serialize, Deserialize)]
pub struct Kept {
    at_ms: AtMs,
    by: Actor,
    key: String,
    seq: u64,
    answer: Answer,
}

impl Answers {
    /// What was said to this person under this key.
    pub fn get(&self, name: &Name) -> Option<&Known> {
        self.by_name.get(name)
    }

    /// Remembers a first answer, and forgets those that nobody asks for any more.
    pub fn put(&mut self, at_ms: AtMs, name: Arc<Name>, known: Known) {
        let line = if name.by == Actor::Citizen { &mut self.citizens } else { &mut self.staff };
        while is_full(line, &name.by, at_ms) {
            if let Some((_, old)) = line.pop_front()
                && self.by_name.get_key_value(&old).is_some_and(|(name, _)| Arc::ptr_eq(name, &old))
            {
                self.by_name.remove(&old);
            }
        }
        // A name that was used before stands in line twice: whoever stands there first takes nothing from the other.
        self.by_name.remove(&name);
        line.push_back((at_ms, name.clone()));
        self.by_name.insert(name, known);
    }

    /// Forgets every answer to an entry after `seq`: they never became durable. And every one without an entry, such as a
    /// refusal, which may rest on them.
    pub fn forget_after(&mut self, seq: u64) {
        self.by_name.retain(|_, known| known.seq.is_some_and(|of| of <= seq));
        for line in [&mut self.staff, &mut self.citizens] {
            line.retain(|(_, name)| self.by_name.contains_key(name));
        }
    }

    /// The answers to entries, for a snapshot.
    pub fn keep(&self) -> Vec<Kept> {
        let names = self.staff.iter().chain(&self.citizens);
        names.filter_map(|(at_ms, name)| kept(*at_ms, name, self.by_name.get(name)?)).collect()
    }

    /// The answers of a snapshot.
    pub fn from_kept(kept: Vec<Kept>) -> Self {
        let mut answers = Self::default();
        for one in kept {
            let known = Known { seq: Some(one.seq), digest: None, outcome: Ok(Arc::new(one.answer)) };
            answers.put(one.at_ms, Arc::new(Name { by: one.by, key: one.key }), known);
        }
        answers
    }
}

/// Whether the oldest answer in a line makes room for another of now.
fn is_full(line: &Line, by: &Actor, now_ms: AtMs) -> bool {
    let is_old = || line.front().is_some_and(|(at_ms, _)| *at_ms < now_ms.saturating_sub(KEPT_MS));
    match by {
        Actor::Citizen => line.len() >= CITIZENS_KEPT_MAX,
        _ => line.len() >= KEPT_MAX || line.len() >= KEPT_MIN && is_old(),
    }
}

fn kept(at_ms: AtMs, Name { by, key }: &Name, known: &Known) -> Option<Kept> {
    let answer = known.outcome.as_ref().ok()?.as_ref().clone();
    Some(Kept { at_ms, by: by.clone(), key: key.clone(), seq: known.seq?, answer })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(by: Actor, key: &str) -> Arc<Name> {
        Arc::new(Name { by, key: key.into() })
    }

    fn manager() -> Actor {
        Actor::Manager("m".into())
    }

    fn known(seq: u64) -> Known {
        Known { seq: Some(seq), digest: Some(1), outcome: Ok(Arc::new(Answer::Done { seq })) }
    }

    #[test]
    fn a_key_belongs_to_the_one_who_used_it() {
        let mut answers = Answers::default();
        answers.put(1, name(Actor::Manager("m".into()), "k"), known(1));
        assert!(answers.get(&name(Actor::Manager("m".into()), "k")).is_some());
        assert!(answers.get(&name(Actor::Manager("n".into()), "k")).is_none());
    }

    #[test]
    fn what_never_became_durable_is_forgotten() {
        let mut answers = Answers::default();
        for seq in 1..=3 {
            answers.put(seq, name(Actor::Citizen, &format!("k{seq}")), known(seq));
        }
        answers.put(4, name(Actor::Citizen, "k4"), Known { seq: None, ..known(4) });
        answers.forget_after(2);
        assert!(answers.get(&name(Actor::Citizen, "k2")).is_some());
        assert!(answers.get(&name(Actor::Citizen, "k3")).is_none());
        assert!(answers.get(&name(Actor::Citizen, "k4")).is_none(), "it may rest on the third entry");
        assert_eq!(answers.citizens.len(), 2);
    }

    #[test]
    fn old_answers_make_room() {
        let mut answers = Answers::default();
        for n in 0..KEPT_MIN as u64 {
            answers.put(n, name(manager(), &format!("k{n}")), known(n));
        }
        answers.put(KEPT_MS + 1, name(manager(), "new"), known(9_999));
        assert!(answers.get(&name(manager(), "k0")).is_none());
        assert!(answers.get(&name(manager(), "k1")).is_some() && answers.get(&name(manager(), "new")).is_some());
    }

    #[test]
    fn whoever_makes_up_wishes_at_a_citizens_page_pushes_out_nobody_elses_answer() {
        let mut answers = Answers::default();
        answers.put(0, name(manager(), "k"), known(1));
        for n in 0..=KEPT_MAX as u64 {
            answers.put(n, name(Actor::Citizen, &format!("k{n}")), known(n));
        }
        assert!(answers.get(&name(manager(), "k")).is_some());
        assert_eq!(answers.by_name.len(), CITIZENS_KEPT_MAX + 1, "strangers take as much room as they like");
        let again = Answers::from_kept(answers.keep());
        assert!(again.get(&name(manager(), "k")).is_some(), "a start forgets");
    }

    #[test]
    fn a_clock_that_is_put_right_makes_no_retry_a_new_wish() {
        let mut answers = Answers::default();
        answers.put(0, name(manager(), "before"), known(1));
        answers.put(24 * KEPT_MS, name(manager(), "after"), known(2));
        assert!(answers.get(&name(manager(), "before")).is_some());
    }

    #[test]
    fn a_snapshot_keeps_answers_to_entries_alone() {
        let mut answers = Answers::default();
        answers.put(1, name(Actor::Citizen, "done"), known(1));
        let refused = Refused { code: "x".into(), text: protocol::Text::default() };
        let refusal = Known { seq: None, digest: Some(1), outcome: Err(Arc::new(refused)) };
        answers.put(2, name(Actor::Citizen, "refused"), refusal);
        let again = Answers::from_kept(answers.keep());
        assert!(again.get(&name(Actor::Citizen, "done")).is_some());
        assert!(again.get(&name(Actor::Citizen, "refused")).is_none());
    }
}
