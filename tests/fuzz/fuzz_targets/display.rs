//! See `properties::machines::display`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| properties::machines::display(bytes));
