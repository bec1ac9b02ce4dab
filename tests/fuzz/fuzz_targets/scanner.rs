//! See `properties::scanner`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| properties::scanner::any_bytes(bytes));
