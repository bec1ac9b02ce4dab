//! See `properties::orders::rules`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| properties::orders::rules(bytes));
