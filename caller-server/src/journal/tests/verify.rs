//! What an auditor gets to see.

use super::super::error::OpenError;
use super::super::verify::{export, print, verify};
use super::{Place, append, batch, change};

fn place() -> Place {
    Place::with(&[vec![b"{\"no\": \"A001\",\n \"at\": 1.0}".to_vec(), vec![0xff, 0x00]], vec![b"3".to_vec()]])
}

fn text(write: impl FnOnce(&mut dyn std::io::Write) -> Result<(), OpenError>) -> String {
    let mut out = Vec::new();
    write(&mut out).expect("written");
    String::from_utf8(out).expect("text")
}

#[test]
fn verify_reports_a_sound_journal_in_both_languages_and_changes_nothing() {
    let place = place();
    let before = place.files();
    let report = verify(place.path()).expect("sound");
    assert_eq!((report.seq, report.segments, report.marker_seq, report.torn_bytes), (3, 1, 3, 0));
    let text = report.to_string();
    assert!(text.starts_with("The journal is sound. Records: 3, segments: 1"), "{text}");
    assert!(text.contains("日志完好：1个段文件，3条记录"), "{text}");
    assert_eq!(place.files(), before);
}

#[test]
fn verify_tells_a_torn_tail_and_leaves_it() {
    let place = place();
    change(&place.last_segment(), |bytes| bytes.extend([0; 7]));
    let report = verify(place.path()).expect("sound");
    assert_eq!(report.torn_bytes, 7);
    assert!(report.to_string().contains("7 bytes at the end") && report.to_string().contains("末尾有7字节"));
    assert_eq!(verify(place.path()).expect("still there"), report);
}

#[test]
fn a_journal_can_be_verified_while_a_server_has_it_open() {
    let place = place();
    let (mut journal, _) = place.open();
    append(&mut journal, &batch(0, 9));
    assert_eq!(verify(place.path()).expect("sound").seq, 12);
}

#[test]
fn verify_names_the_damage_and_a_directory_that_is_not_there() {
    let place = place();
    change(&place.last_segment(), |bytes| bytes[80] ^= 1);
    assert!(verify(place.path()).is_err_and(|error| error.to_string().contains("sequence number 1")));
    let missing = verify(&place.path().join("nowhere")).expect_err("no directory");
    assert!(missing.to_string().starts_with("could not list") && missing.zh().starts_with("无法列出"));
}

#[test]
fn export_is_json_lines_with_the_entry_as_it_was_appended() {
    let place = place();
    let head = verify(place.path()).expect("sound").hash.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let text = text(|out| export(place.path(), out));
    let lines: Vec<&str> = text.lines().collect();
    assert!(
        lines[0].starts_with(r#"{"seq":1,"hash":""#) && lines[0].ends_with(r#""entry":{"no": "A001",  "at": 1.0}}"#)
    );
    assert!(lines[1].ends_with(r#""entry_base16":"ff00"}"#), "{}", lines[1]);
    assert_eq!(lines[2], format!(r#"{{"seq":3,"hash":"{head}","entry":3}}"#));
    for line in lines {
        serde_json::from_str::<serde_json::Value>(line).expect("JSON");
    }
}

#[test]
fn print_begins_where_it_is_told() {
    let text = text(|out| print(place().path(), 2, out));
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 2);
    assert!(lines[0].trim().starts_with("2  ") && lines[0].ends_with("base16 ff00"), "{text}");
}
