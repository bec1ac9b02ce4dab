//! See `properties::settings::slip_template`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| properties::settings::slip_template(bytes));
