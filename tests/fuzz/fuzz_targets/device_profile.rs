//! See `properties::settings::device_profile`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| properties::settings::device_profile(bytes));
