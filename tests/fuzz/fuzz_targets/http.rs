//! See `properties::http::request`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| properties::http::request(bytes));
