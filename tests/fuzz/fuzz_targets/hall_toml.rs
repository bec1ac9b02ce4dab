//! See `properties::settings::hall_toml`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| properties::settings::hall_toml(bytes));
