//! See `properties::machines::dispenser`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| properties::machines::dispenser(bytes));
