//! See `properties::journal::damaged`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| properties::journal::damaged(bytes));
