//! What must hold in the end, told by the journal, the paper, the panels and the voices.

use std::collections::{BTreeMap, BTreeSet};

use caller_server::journal::verify;
use serde_json::Value;
use tests::book::Book;
use tests::sent::{Sent, check_answers};
use ticket_dispenser::dispenser::Slip;

use crate::devices::{DispenserAt, DisplayAt};
use crate::stage::Stage;

/// Everything that must hold when all programs have ended and everything was whole for a while; the journal.
pub fn pass(stage: &Stage) -> Book {
    let book = Book::read(&stage.hall.journal_dir());
    let answered = stage.answered.lock().unwrap();
    check_answers(&book, answered.iter());
    for dispenser in &stage.dispensers {
        assert!(!dispenser.owes(), "{} still owes the server or the people something", dispenser.name);
    }
    paper_and_journal_agree(&book, &stage.dispensers, &answered);
    stage.displays.iter().for_each(|display| calls_in_order(&book, display));
    for (window, heard) in (1..).zip(&stage.followed) {
        let (heard, announced) = (heard.lock().unwrap(), book.announced_at(window));
        assert!(heard.is_sorted_by(|a, b| a < b), "a follower of window {window} heard a call after a later one");
        assert!(heard.iter().all(|call| announced.contains(call)), "window {window}: nobody called that");
        // Of a call that nobody is expected to answer any more nothing need be heard.
        let standing = announced.last().filter(|call| !is_over(&book, window, **call, u64::MAX));
        assert!(standing.is_none_or(|call| heard.contains(call)), "window {window}: nobody heard the call that stands");
    }
    book
}

/// Whether the visit that was called to a window ended there before some position in the journal.
pub fn is_over(book: &Book, window: u16, call: u64, before: u64) -> bool {
    let ended = book.events().filter(|(_, event)| event["e"] == "finished" && event["window"] == window);
    ended.map(|(entry, _)| entry.seq).any(|seq| call < seq && seq < before)
}

/// Every slip is a ticket, and no number is on two slips; a number that is on no slip was cancelled, or was called before.
fn paper_and_journal_agree(book: &Book, dispensers: &[DispenserAt], answered: &[Sent]) {
    let text = |event: &Value, name: &str| event[name].as_str().unwrap_or_default().to_owned();
    let issued = book.of_kind("issued").into_iter();
    let issued: BTreeMap<String, String> = issued.map(|event| (text(event, "ticket"), text(event, "token"))).collect();
    let slips = || dispensers.iter().flat_map(|dispenser| dispenser.slips.lock().unwrap().clone());
    let mut printed = BTreeSet::new();
    for slip in slips() {
        let Slip { number, url, .. } = &slip;
        assert!(printed.insert(number.clone()), "{number} is on two slips");
        let known = issued.iter().find(|(ticket, _)| ticket.ends_with(&format!("/{number}")));
        let (_, token) = known.unwrap_or_else(|| panic!("{number} is on paper and not in the journal"));
        assert!(url.ends_with(token.as_str()), "{number} is on paper with the token of another ticket");
    }
    let by_http = answered.iter().filter(|sent| sent.is_done() && sent.path == "/api/tickets");
    let by_http: BTreeSet<String> = by_http.map(|sent| sent.reply.as_ref().unwrap().0.number()).collect();
    let over = ["ended", "called"].into_iter().flat_map(|kind| book.of_kind(kind));
    let over: BTreeSet<String> = over.map(|event| text(event, "ticket")).collect();
    for ticket in issued.keys() {
        let number = ticket.split('/').nth(1).unwrap();
        let is_held = printed.contains(number) || by_http.contains(number);
        assert!(is_held || over.contains(ticket), "{number} stands in line, and nobody holds it");
        assert!(!(printed.contains(number) && by_http.contains(number)), "{number} was given to two people");
    }
}

/// A display shows and speaks calls of its window in their order. It speaks each once, or once more when it was started anew.
fn calls_in_order(book: &Book, display: &DisplayAt) {
    let (window, announced) = (display.window, book.announced_at(display.window));
    let spoken = display.spoken.lock().unwrap();
    for run in spoken.split(|call| *call == 0) {
        assert!(run.is_sorted_by(|a, b| a < b), "window {window} speaks calls out of order or twice: {run:?}");
        assert!(run.iter().all(|call| announced.contains(call)), "window {window} speaks what nobody called: {run:?}");
    }
    let called = |event: &&Value| event["window"] == window;
    let called = book.of_kind("called").into_iter().filter(called);
    let numbers: Vec<String> =
        called.map(|event| event["ticket"].as_str().unwrap().split('/').nth(1).unwrap().to_owned()).collect();
    let (mut at, shown) = (0, display.shown.lock().unwrap());
    for text in shown.iter() {
        let Some((number, _)) = text.strip_prefix('请').and_then(|text| text.split_once('到')) else { continue };
        let later = numbers[at..].iter().position(|called| called == number);
        at += later.unwrap_or_else(|| panic!("window {window} shows {number}, after later calls: {numbers:?}"));
    }
    let stands = shown.last().is_some_and(|text| !text.starts_with("离线") && !text.starts_with("连接"));
    assert!(stands, "window {window} shows in the end: {:?}", shown.last());
}

/// All that happened, for a comparison with another run. The server's tokens are the only thing in it that no seed decides:
/// they count by their first appearance.
pub fn trace(stage: &Stage) -> Vec<String> {
    let mut lines = Vec::new();
    verify::export(&stage.hall.journal_dir(), &mut lines).unwrap();
    let mut tokens = BTreeMap::new();
    let mut trace = stage.log.clone();
    for line in String::from_utf8(lines).unwrap().lines() {
        let mut line: Value = serde_json::from_str(line).unwrap();
        line.as_object_mut().unwrap().remove("hash");
        for event in line["entry"]["events"].as_array_mut().unwrap() {
            if let Some(Value::String(token)) = event.get_mut("token") {
                let count = tokens.len();
                *token = format!("token {}", tokens.entry(token.clone()).or_insert(count));
            }
        }
        trace.push(line.to_string());
    }
    for display in &stage.displays {
        trace.extend(display.shown.lock().unwrap().iter().cloned());
        trace.push(format!("{:?}", display.spoken.lock().unwrap()));
    }
    for dispenser in &stage.dispensers {
        trace.extend(dispenser.slips.lock().unwrap().iter().map(|slip| format!("{} {}", slip.number, slip.at_ms)));
    }
    trace.extend(stage.answered.lock().unwrap().iter().map(|sent| format!("{} {:?}", sent.key, sent.is_done())));
    trace
}
