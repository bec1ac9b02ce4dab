//! See `properties::acts::in_one_hall`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| properties::acts::in_one_hall(bytes));
