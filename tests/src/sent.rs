//! Orders that were sent, their first answers, and whether the journal bears them out.

use std::time::Instant;

use protocol::Answer;
use serde_json::{Value, json};

use crate::book::{Book, Entry};
use crate::client::{Client, Reply};

/// An order, and its first answer when there was one.
#[derive(Clone)]
pub struct Sent {
    /// Where it was sent.
    pub path: String,
    /// Its idempotency key.
    pub key: String,
    /// What was asked.
    pub body: Value,
    /// The first answer, and when it came.
    pub reply: Option<(Reply, Instant)>,
}

impl Sent {
    /// Whether it was done.
    pub fn is_done(&self) -> bool {
        self.reply.as_ref().is_some_and(|(reply, _)| reply.status == 200)
    }

    /// Asks again: the first answer comes again.
    pub async fn again(&self, client: &mut Client) {
        let reply = client.post(&self.path, Some(&self.key), &self.body).await;
        self.is_same(&reply);
    }

    /// An answer that is the first one again.
    pub fn is_same(&self, reply: &Reply) {
        let (first, _) = self.reply.as_ref().unwrap();
        let (first, second) = ((first.status, &first.body), (reply.status, &reply.body));
        assert_eq!(first, second, "the second answer to {} under {} is another", self.body, self.key);
    }

    /// What was answered is what the journal says.
    fn is_in(&self, entry: &Entry) {
        let of = |kind: &str| entry.events.iter().find(|event| event["e"] == kind);
        match self.reply.as_ref().unwrap().0.answer() {
            Answer::Ticket(ticket) => {
                let issued =
                    of("issued").unwrap_or_else(|| panic!("{ticket:?} was given out, the journal has no number"));
                assert_eq!((&issued["ticket"], &issued["token"]), (&json!(ticket.ticket), &json!(ticket.token)));
            }
            Answer::Called { call } => {
                let called = of("called").unwrap_or_else(|| panic!("{call:?} was called, the journal has no call"));
                assert!(called["ticket"].as_str().unwrap().ends_with(&call.number), "{called} is not {call:?}");
                assert_eq!((entry.seq, &called["window"]), (call.seq, &json!(call.window)));
            }
            Answer::Done { seq } => assert_eq!(entry.seq, seq),
            Answer::Leased { .. } => panic!("nobody asked for a reserve"),
        }
    }
}

/// Every order that was done stands in the journal, once, and every one that was refused does not.
pub fn check_answers<'a>(book: &Book, answered: impl Iterator<Item = &'a Sent>) -> usize {
    let by_key = book.by_key();
    let mut done = 0;
    for sent in answered {
        let entry = by_key.get(sent.key.as_str());
        match (sent.is_done(), entry) {
            (true, Some(entry)) => {
                sent.is_in(entry);
                done += 1;
            }
            (true, None) => panic!("{} under {} was answered and is lost: {:?}", sent.body, sent.key, sent.reply),
            (false, Some(_)) => panic!("{} under {} was refused and done: {:?}", sent.body, sent.key, sent.reply),
            (false, None) => {}
        }
    }
    done
}
