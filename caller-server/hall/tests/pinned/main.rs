//! The bytes of the journal's records. A line of `format_1.jsonl` is never edited: a journal must be readable in ten years. A
//! new event or field gets a new line; a field that older lines lack needs a default.

mod records;

use hall::Entry;

const FORMAT_1: &str = include_str!("format_1.jsonl");

#[test]
fn every_record_is_written_in_its_pinned_bytes_and_reads_back_the_same() {
    let records = records::all();
    let written: Vec<String> = records.iter().map(|entry| serde_json::to_string(entry).expect("JSON")).collect();
    assert_eq!(FORMAT_1.lines().collect::<Vec<_>>(), written, "records must be:\n{}", written.join("\n"));
    for (line, entry) in FORMAT_1.lines().zip(&records) {
        assert_eq!(&serde_json::from_str::<Entry>(line).expect("a record"), entry);
    }
}

#[test]
fn every_event_is_pinned() {
    let pinned: Vec<usize> = records::all().iter().flat_map(|entry| &entry.events).map(records::position).collect();
    for event in 0..records::EVENTS {
        assert!(pinned.contains(&event), "the event at position {event} has no pinned line");
    }
}
