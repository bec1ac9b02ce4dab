//! See `properties::outbox::any_lines`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| properties::outbox::any_lines(bytes));
