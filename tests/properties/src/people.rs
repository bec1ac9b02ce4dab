//! What a person must be able to read.

use protocol::{Refused, Text};

/// Panics unless a text says something in both languages.
#[track_caller]
pub fn can_read(text: &Text) {
    assert!(text.zh.chars().any(is_chinese), "no Chinese: {text:?}");
    assert!(text.en.chars().any(|c| c.is_ascii_alphabetic()), "no English: {text:?}");
}

/// Panics unless a refusal has a code for programs and a sentence for people.
#[track_caller]
pub fn can_understand(refused: &Refused) {
    let is_code = |c: char| c.is_ascii_lowercase() || c == '_';
    assert!(!refused.code.is_empty() && refused.code.chars().all(is_code), "no code: {refused:?}");
    can_read(&refused.text);
}

fn is_chinese(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}
