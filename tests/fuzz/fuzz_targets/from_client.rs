//! See `properties::wire::from_client`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| properties::wire::from_client(bytes));
