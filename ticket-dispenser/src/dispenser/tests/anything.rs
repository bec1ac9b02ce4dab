//! Arbitrary inputs in an arbitrary order, between a server, a store and a printer that may fail at any moment.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use protocol::{
    FromClient,
    answer::{Answer, TicketAnswer},
    order::{Class, Lane, Order, VisitAct},
};

use super::stage::{self, DAY};
use crate::dispenser::{Book, Cards, Dispenser, Input, Output, PrinterStatus, Record, Timer};

/// What may happen next.
#[derive(Debug, Clone)]
enum Happening {
    Press,
    /// One of few cards is read.
    Scan(u8),
    LinkUp,
    LinkDown,
    View {
        open: bool,
    },
    /// The server reads its oldest unread order, and its answer arrives or is lost.
    Serve {
        arrives: bool,
        refuses: bool,
    },
    /// The store finishes its oldest record.
    Store {
        works: bool,
    },
    Print {
        whole: bool,
    },
    Printer(PrinterStatus),
    /// The oldest timer that runs.
    Timer,
    Reprint,
    /// The staff wants a number printed here once more, or hears that it is out elsewhere.
    Order(u8),
    Elsewhere(u8),
    PowerCut,
    /// An answer to something that was asked long ago, or never.
    Stray(u8),
}

/// The world around a dispenser, and what must hold in it.
struct World {
    dispenser: Dispenser,
    starts: u32,
    presses: u32,
    unread: Vec<(String, Order)>,
    pending: Vec<(u64, Record)>,
    durable: Vec<Record>,
    printing: Vec<String>,
    timers: Vec<Timer>,
    /// What the server gave: number and token by the key of the order.
    answers: BTreeMap<String, Answer>,
    next_number: u32,
    /// Which press each number on paper belongs to, and the address on its first slip.
    on_paper: BTreeMap<String, (String, String)>,
    /// Living tickets of the server by visitor: number and token.
    held: BTreeMap<String, (String, String)>,
    /// Numbers that a visitor got again.
    reprinted: BTreeSet<String>,
    /// Tokens in the server's line, and those that left it.
    in_line: BTreeSet<String>,
    /// Orders of the staff that were not printed yet, and all.
    ordered: BTreeSet<String>,
    seen: BTreeSet<String>,
}

impl World {
    fn new() -> Self {
        Self {
            dispenser: dispenser(Book::default(), 1),
            starts: 1,
            presses: 0,
            unread: vec![],
            pending: vec![],
            durable: vec![],
            printing: vec![],
            timers: vec![],
            answers: BTreeMap::new(),
            next_number: 1,
            on_paper: BTreeMap::new(),
            held: BTreeMap::new(),
            reprinted: BTreeSet::new(),
            in_line: BTreeSet::new(),
            ordered: BTreeSet::new(),
            seen: BTreeSet::new(),
        }
    }

    fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::Press => {
                self.presses += 1;
                self.feed(stage::pressed(&format!("p{}", self.presses), Lane::Acceptance, Class::Normal));
            }
            Happening::Scan(card) => {
                self.presses += 1;
                self.feed(stage::scanned(&format!("p{}", self.presses), &format!("card-{card}")));
            }
            Happening::LinkUp => self.feed(Input::LinkUp),
            Happening::LinkDown => {
                self.unread.clear();
                self.feed(Input::LinkDown);
            }
            Happening::View { open } => self.feed(Input::View(stage::view(open, DAY))),
            Happening::Serve { arrives, refuses } if !self.unread.is_empty() => self.serve(arrives, refuses),
            Happening::Store { works } if !self.pending.is_empty() => {
                let (id, record) = self.pending.remove(0);
                self.durable.extend(works.then_some(record));
                self.feed(if works { Input::Stored { id } } else { Input::StoreFailed { id } });
            }
            Happening::Print { whole } if !self.printing.is_empty() => {
                let key = self.printing.remove(0);
                self.feed(Input::Printed { key, whole });
            }
            Happening::Printer(status) => self.feed(Input::Printer(status)),
            Happening::Timer if !self.timers.is_empty() => {
                let timer = self.timers.remove(0);
                self.feed(Input::Timer(timer));
            }
            Happening::Reprint => self.feed(Input::Reprint),
            Happening::Order(n) => self.order(n),
            Happening::Elsewhere(n) => {
                let number = format!("A{n:03}");
                self.feed(Input::PrintedElsewhere { ticket: format!("{DAY}/{number}") });
            }
            Happening::PowerCut => self.power_cut(),
            Happening::Stray(n) => self.stray(n),
            _ => {}
        }
    }

    fn feed(&mut self, input: Input) {
        for output in self.dispenser.handle(input) {
            match output {
                Output::Send(FromClient::Do { key, order }) => {
                    assert!(key.len() <= protocol::KEY_CHARS_MAX, "{key}");
                    self.unread.push((key, order));
                }
                Output::Store { id, record } => self.pending.push((id, record)),
                Output::Print(slip) => {
                    let stored = |record: &Record| matches!(record, Record::Given(given) if given.slip.key == slip.key && given.slip.number == slip.number);
                    if self.ordered.remove(&slip.key) {
                        assert!(slip.reprint, "{} is printed for the staff without the word", slip.number);
                        self.printing.push(slip.key);
                        continue;
                    }
                    assert!(self.durable.iter().any(stored), "{} was printed and is not durable", slip.number);
                    let first = || (slip.key.clone(), slip.url.clone());
                    let (owner, url) = self.on_paper.entry(slip.number.clone()).or_insert_with(first);
                    let same = *owner == slip.key || slip.reprint && *url == slip.url;
                    assert!(same, "two presses got {}", slip.number);
                    self.printing.push(slip.key);
                }
                Output::SetTimer { timer, .. } => self.timers.push(timer),
                Output::Send(_) | Output::Show(_) => {}
            }
        }
    }

    fn serve(&mut self, arrives: bool, refuses: bool) {
        let (key, order) = self.unread.remove(0);
        let input = if refuses && !self.answers.contains_key(&key) {
            Input::Refused { key, refused: stage::refused("storage_failed") }
        } else {
            let answer = self.answer(&key, &order);
            Input::Answer { key, answer }
        };
        if arrives {
            self.feed(input);
        }
    }

    /// Like the real server: the first answer to a key is the answer to it for ever.
    fn answer(&mut self, key: &str, order: &Order) -> Answer {
        if let Some(answer) = self.answers.get(key) {
            return answer.clone();
        }
        let answer = match order {
            Order::Issue(issue) => self.issue(key, issue.visitor.clone()),
            Order::Lease { count, .. } => {
                let (first, last) = (self.next_number, self.next_number + count - 1);
                self.next_number = last + 1;
                Answer::Leased { first: format!("A{first:03}"), last: format!("A{last:03}"), day: DAY.into() }
            }
            Order::Merge { issued } => {
                self.in_line.extend(issued.iter().map(|issue| issue.token.clone()));
                Answer::Done { seq: 1 }
            }
            Order::Visit { ticket, act: VisitAct::Withdraw } => {
                self.withdraw(ticket);
                Answer::Done { seq: 1 }
            }
            other => panic!("a dispenser does not order {other:?}"),
        };
        self.answers.insert(key.to_owned(), answer.clone());
        answer
    }

    /// While a visitor's ticket lives, it is given again.
    fn issue(&mut self, key: &str, visitor: Option<String>) -> Answer {
        if let Some((number, token)) = visitor.as_ref().and_then(|visitor| self.held.get(visitor)) {
            self.reprinted.insert(number.clone());
            let Answer::Ticket(ticket) = stage::again(key, number) else { panic!("a ticket is a ticket") };
            return Answer::Ticket(TicketAnswer { token: token.clone(), ..ticket });
        }
        let (number, token) = (format!("A{:03}", self.next_number), format!("tok-{key}"));
        self.next_number += 1;
        self.in_line.insert(token.clone());
        self.held.extend(visitor.map(|visitor| (visitor, (number.clone(), token))));
        stage::ticket(key, &number)
    }

    fn withdraw(&mut self, ticket: &str) {
        let number = ticket.trim_start_matches(DAY).trim_start_matches('/');
        if self.reprinted.contains(number) {
            return;
        }
        self.held.retain(|_, (held, _)| held != number);
        let of_ticket = |answer: &Answer| match answer {
            Answer::Ticket(answer) if answer.number == number && !answer.reprint => Some(answer.token.clone()),
            _ => None,
        };
        if let Some(token) = self.answers.values().find_map(of_ticket) {
            self.in_line.remove(&token);
        }
    }

    fn power_cut(&mut self) {
        let mut book = Book::default();
        self.durable.iter().for_each(|record| book.apply(record));
        let mut again = Book::default();
        book.records().iter().for_each(|record| again.apply(record));
        assert_eq!(again.records(), book.records(), "a compacted outbox says the same");
        self.durable = book.records();
        self.starts += 1;
        self.dispenser = dispenser(book, self.starts);
        (self.unread, self.pending, self.printing, self.timers) = Default::default();
        (self.ordered, self.seen) = Default::default();
    }

    /// Each order is printed once at most.
    fn order(&mut self, n: u8) {
        let key = format!("r{n}");
        if self.seen.insert(key.clone()) {
            self.ordered.insert(key.clone());
        }
        self.feed(stage::ordered(&key, &format!("A{n:03}")));
    }

    fn stray(&mut self, n: u8) {
        let known: Vec<(String, Answer)> = self.answers.clone().into_iter().collect();
        let stray = known.get(usize::from(n) % (known.len() + 1)).cloned();
        let (key, answer) = stray.unwrap_or(("nobody".into(), stage::ticket("nobody", "A999")));
        self.feed(match n % 3 {
            0 => Input::Refused { key, refused: stage::refused("storage_failed") },
            _ => Input::Answer { key, answer },
        });
    }

    /// Peace: everything works, time passes, and what is open comes to its end.
    fn settle(&mut self) {
        let calm = [
            Happening::LinkDown,
            Happening::Printer(PrinterStatus::Ready),
            Happening::LinkUp,
            Happening::View { open: true },
        ];
        calm.into_iter().for_each(|happening| self.happen(happening));
        for _ in 0..400 {
            self.happen(Happening::Serve { arrives: true, refuses: false });
            self.happen(Happening::Store { works: true });
            self.happen(Happening::Print { whole: true });
            self.happen(Happening::Timer);
            self.happen(Happening::Reprint);
        }
        assert_eq!((self.unread.len(), self.pending.len(), self.printing.len()), (0, 0, 0), "it comes to rest");
        let mut paper: BTreeSet<String> = BTreeSet::new();
        for record in &self.durable {
            if let Record::Given(given) = record {
                paper.extend(given.slip.url.strip_prefix("http://h/t/").map(str::to_owned));
            }
        }
        let ghosts: Vec<_> = self
            .in_line
            .iter()
            .filter(|token| token.as_str() != "tok-nobody" && !self.was_given(token, &paper))
            .collect();
        assert!(ghosts.is_empty(), "in line and on no paper: {ghosts:?}");
    }

    /// On paper, now or before a power cut after which it needed no record any more.
    fn was_given(&self, token: &str, paper: &BTreeSet<String>) -> bool {
        let key = token.trim_start_matches("tok-").trim_start_matches("own-");
        let again = |(number, held): &(String, String)| held == token && self.reprinted.contains(number);
        let on_paper = |(owner, url): &(String, String)| owner == key || url.ends_with(&format!("/{token}"));
        paper.contains(token) || self.on_paper.values().any(on_paper) || self.held.values().any(again)
    }
}

fn dispenser(book: Book, start: u32) -> Dispenser {
    // Every second life keeps a card for the next press.
    let cards = Cards { press: start % 2 == 1, keep_ms: 20_000 };
    Dispenser::new(stage::settings(cards), book, format!("i{start}"), DAY.into())
}

fn happening() -> impl Strategy<Value = Happening> {
    let printer = prop_oneof![
        4 => Just(PrinterStatus::Ready),
        1 => Just(PrinterStatus::PaperOut),
        1 => Just(PrinterStatus::PaperLow),
    ];
    prop_oneof![
        6 => Just(Happening::Press),
        4 => (0..3_u8).prop_map(Happening::Scan),
        3 => Just(Happening::LinkUp),
        2 => Just(Happening::LinkDown),
        4 => prop::bool::weighted(0.9).prop_map(|open| Happening::View { open }),
        9 => (prop::bool::weighted(0.8), prop::bool::weighted(0.2))
            .prop_map(|(arrives, refuses)| Happening::Serve { arrives, refuses }),
        12 => prop::bool::weighted(0.9).prop_map(|works| Happening::Store { works }),
        6 => prop::bool::weighted(0.9).prop_map(|whole| Happening::Print { whole }),
        3 => printer.prop_map(Happening::Printer),
        8 => Just(Happening::Timer),
        1 => Just(Happening::Reprint),
        2 => (1..12_u8).prop_map(Happening::Order),
        1 => (1..12_u8).prop_map(Happening::Elsewhere),
        1 => Just(Happening::PowerCut),
        2 => any::<u8>().prop_map(Happening::Stray),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_each_number_has_one_press_is_durable_before_paper_and_no_ghost_stays(
        happenings in prop::collection::vec(happening(), 1..150),
    ) {
        let mut world = World::new();
        happenings.into_iter().for_each(|happening| world.happen(happening));
        world.settle();
    }
}
