//! See `properties::panels::card_answer`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| properties::panels::card_answer(bytes));
