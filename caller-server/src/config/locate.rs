//! Where in a TOML text a key stands, and which key stands at a place: so that every complaint names both.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

/// The line, from 1, of a byte offset.
pub fn line_at(text: &str, offset: usize) -> usize {
    let before = text.as_bytes().iter().take(offset);
    1 + before.filter(|&&byte| byte == b'\n').count()
}

/// The line of `key`, such as `windows[2].zone`, or of what it stands in when it is not written out.
pub fn line_of(text: &str, key: &str) -> Option<usize> {
    let spans = spans(text);
    let mut wanted = key;
    loop {
        if let Some((_, span)) = spans.iter().find(|(key, _)| key == wanted) {
            return Some(line_at(text, span.start));
        }
        wanted = &wanted[..wanted.rfind(['.', '['])?];
    }
}

/// The innermost key whose name or value covers a byte offset.
pub fn key_at(text: &str, offset: usize) -> Option<String> {
    // A key comes before what stands in it, so the last match is the innermost.
    let covers = |(_, span): &(String, Range<usize>)| span.contains(&offset);
    spans(text).into_iter().rfind(covers).map(|(key, _)| key)
}

/// Every key with the bytes of its name and of its value.
fn spans(text: &str) -> Vec<(String, Range<usize>)> {
    let mut spans = Vec::new();
    if let Ok(table) = DeTable::parse(text) {
        of_table(table.get_ref(), "", &mut spans);
    }
    spans
}

fn of_table(table: &DeTable<'_>, prefix: &str, spans: &mut Vec<(String, Range<usize>)>) {
    for (key, value) in table {
        let path = format!("{prefix}{}", key.get_ref());
        spans.push((path.clone(), key.span()));
        of_value(value.get_ref(), value.span(), path, spans);
    }
}

fn of_value(value: &DeValue<'_>, span: Range<usize>, path: String, spans: &mut Vec<(String, Range<usize>)>) {
    spans.push((path.clone(), span));
    match value {
        DeValue::Table(table) => of_table(table, &format!("{path}."), spans),
        DeValue::Array(array) => {
            for (at, item) in array.iter().enumerate() {
                of_value(item.get_ref(), item.span(), format!("{path}[{at}]"), spans);
            }
        }
        _ => {}
    }
}
