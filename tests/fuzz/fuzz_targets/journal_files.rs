//! See `properties::journal::any_files`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| properties::journal::any_files(bytes));
