//! See `properties::records::any_entries`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| properties::records::any_entries(bytes));
