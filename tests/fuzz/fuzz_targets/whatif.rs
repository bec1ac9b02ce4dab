//! See `properties::whatif::files`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| properties::whatif::files(bytes));
