//! See `properties::printer::status`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| properties::printer::status(bytes));
